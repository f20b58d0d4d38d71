"""The length planner: outcome, sources and buttons are reserved first; what is left out is said so.

Every part begins in its short form, and those together always fit. What room is left is then given
to the parts by rank. So a long reply loses words, never its outcome, a source or a button.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from slack_sdk.models.blocks import Block

from slack_app.blocks.words import units

ROOM = 11_500  # UTF-16 units of text in a message; Slack takes about 13,200
BLOCKS = 50  # blocks in a message


@dataclass(frozen=True)
class Part:
    """A stretch of a message. `short` always stands; `full` takes its place while there is room, and
    lower ranks go first. `whole`: the full form leaves nothing out."""

    short: tuple[Block, ...]
    full: tuple[Block, ...] = ()
    rank: int = 0
    whole: bool = True


def fixed(*blocks: Block) -> Part:
    """A part that has one form only."""
    return Part(short=blocks)


def fit(parts: Sequence[Part], room: int = ROOM) -> tuple[list[dict[str, Any]], bool]:
    """The parts' blocks in order, and whether anything was left out. ValueError where even the short
    forms do not fit: a caller's mistake, since they are bounded."""
    chosen = [_dicts(part.short) for part in parts]
    left = room - sum(size(blocks) for blocks in chosen)
    many = BLOCKS - sum(len(blocks) for blocks in chosen)
    if left < 0 or many < 0:
        raise ValueError(
            f"reserved parts are over by {max(-left, 0)} units, {max(-many, 0)} blocks"
        )
    cut = False
    for place in sorted(range(len(parts)), key=lambda i: parts[i].rank):
        part = parts[place]
        full = _dicts(part.full)
        more = size(full) - size(chosen[place])
        if part.full and more <= left and len(full) - len(chosen[place]) <= many:
            left, many = left - more, many - len(full) + len(chosen[place])
            chosen[place] = full
            cut = cut or not part.whole
        elif part.full:
            cut = True
    return [block for blocks in chosen for block in blocks], cut


def size(found: Any) -> int:
    """UTF-16 units of all text a reader sees in blocks as JSON."""
    return sum(units(text) for text in texts(found))


def texts(found: Any) -> Iterator[str]:
    """Every text a reader sees in blocks as JSON, in order."""
    if isinstance(found, dict):
        for key, value in found.items():
            if key == "text" and isinstance(value, str):
                yield value
            else:
                yield from texts(value)
    elif isinstance(found, list | tuple):
        for item in found:
            yield from texts(item)


def _dicts(blocks: Sequence[Block]) -> list[dict[str, Any]]:
    """Blocks as JSON; the SDK checks each on the way."""
    return [block.to_dict() for block in blocks]
