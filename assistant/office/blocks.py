"""Blocks of a document in reading order, and their rendering as the Markdown of a playbook."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from assistant.ids import RULE_ID

Kind = Literal["heading", "text", "item", "row", "footnote", "aside"]
_MACHINE = re.compile(r"^\s*(?:Call|Escalate)\s*[(:]|^\s*See:?\s+[A-Z0-9-]*\d")
_LOOKS_MARKED = re.compile(r"^(\s*)(#{1,6}(?:\s|$)|```|~~~|[=-]{2,}\s*$|>)")
ROW_ID = re.compile(rf"^(?:{RULE_ID.pattern})$")


@dataclass(frozen=True)
class Block:
    """One paragraph, heading, list item, table row or footnote.

    `level` is a heading's (1-6) or an item's depth (0 up). An `aside` (struck text, a comment, a running
    head, a table of contents) is told to a person and never becomes playbook text; `why` names it.
    """

    kind: Kind
    text: str
    level: int = 0
    cells: tuple[str, ...] = ()
    head: tuple[str, ...] = ()
    why: str = ""
    page: int = 0


def render(blocks: Iterable[Block]) -> str:
    """The blocks as Markdown: headings, paragraphs, lists and table rows; asides are left out.

    A table row whose first cell is a rule id becomes that rule. Text that Markdown would take for a
    heading or a fence is marked with a backslash.
    """
    out: list[str] = []
    before = ""
    for block in blocks:
        if block.kind == "aside":
            continue
        text, form = _one(block)
        if not text.strip():
            continue
        tight = form == before and form in ("item", "row", "machine")
        out.append(
            text if not out else ("\n" if tight or form == before == "head" else "\n\n") + text
        )
        before = form
    return "".join(out) + "\n" if out else ""


def _one(block: Block) -> tuple[str, str]:
    if block.kind == "heading":
        return f"{'#' * min(6, max(1, block.level))} {' '.join(block.text.split())}", "heading"
    if block.kind == "item":
        lines = block.text.strip().split("\n")
        if _MACHINE.match(lines[0]):
            return "\n".join(lines), "machine"
        return f"{'  ' * block.level}- {(chr(10) + '  ' * (block.level + 1)).join(lines)}", "item"
    if block.kind == "row":
        return _row(block)
    if re.match(r"^\s*(```|~~~)[^\n]*\n.*\1\s*$", block.text, re.DOTALL):
        return block.text.strip("\n"), "text"
    lines = [_LOOKS_MARKED.sub(r"\1\\\2", line) for line in block.text.strip("\n").split("\n")]
    return "\n".join(lines), "machine" if all(map(_MACHINE.match, lines)) else "text"


def _row(block: Block) -> tuple[str, str]:
    if block.cells and ROW_ID.match(block.cells[0].strip()):
        return _row_as_rule(block), "rule row"
    cells = [cell.replace("|", "\\|").replace("\n", " ") for cell in block.cells]
    line = f"| {' | '.join(cells)} |"
    under = "" if block.head else f"\n|{' --- |' * len(cells)}"
    return line + under, "row"


def _row_as_rule(block: Block) -> str:
    """`ID | title | …` as a rule: the second cell is the title where it is short enough for one."""
    rule, *rest = block.cells
    heads = [*block.head[1:], *[""] * len(rest)]
    title = rest[0] if rest and len(rest[0]) <= 90 and "\n" not in rest[0] else ""
    kept = list(zip(rest, heads, strict=False))[1 if title else 0 :]
    lines = [f"## {rule.strip()} {title}".rstrip()]
    for cell, head in kept:
        for part in cell.split("\n"):
            if part.strip():
                named = head and not _MACHINE.match(part)
                lines.append(f"{head}: {part.strip()}" if named else part.strip())
    return "\n".join(lines)
