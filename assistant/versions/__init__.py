"""Two versions of a matter: what changed in a lawyer's terms, and which answers would change with it."""
