"""What is said to a model: one Markdown file a prompt, filled by `render` with exact blanks."""

from __future__ import annotations

import re
from importlib import resources

_BLANK = re.compile(r"\{\{(\w+)\}\}")


def render(name: str, **values: str) -> str:
    """The prompt `name`.md with its `{{blanks}}` filled in a single pass, so that a value that looks
    like a blank stays text. Blanks and values must match exactly, else ValueError."""
    text = resources.files("prompts").joinpath(f"{name}.md").read_text("utf-8")
    blanks = set(_BLANK.findall(text))
    if blanks != set(values):
        raise ValueError(f"prompt {name!r} has blanks {sorted(blanks)}, got {sorted(values)}")
    return _BLANK.sub(lambda match: values[match.group(1)], text)
