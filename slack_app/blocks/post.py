"""Post: what is sent to Slack for one message, before any channel or timestamp is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Post:
    """A message: `blocks` fit Slack's limits, `text` is the escaped line for notifications and screen
    readers, `overflow` the whole reply as plain text where the blocks had to leave something out."""

    text: str
    blocks: list[dict[str, Any]]
    overflow: str | None = None
