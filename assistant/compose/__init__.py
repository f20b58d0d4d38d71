"""Evidence -> Draft: `extractive` needs no model, `chat` asks one; neither decides whether it may speak."""
