"""A script of a proceeding -> numbered pages, as a reporter would set them: the gold of every layout."""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass
from pathlib import Path

SCRIPT = Path(__file__).parent.parent / "examples" / "transcripts" / "halvorsen.script"
WIDTH = 56
_COLLOQUY = re.compile(r"(?:M[RS]S?\. [A-Z]+|THE [A-Z]+):")


@dataclass(frozen=True)
class Page:
    """A transcript page: its printed number and its lines, blank ones too."""

    number: int
    lines: tuple[str, ...]


def pages_of(script: Path = SCRIPT, length: int = 25, first: int = 1) -> list[Page]:
    """The pages of a script with `length` lines each, the errata rows filled in at the end."""
    groups: list[list[str]] = []
    for row in script.read_text("utf-8").splitlines():
        if row.startswith("#"):
            continue
        if row == "=":
            groups.append([])
        else:
            groups[-1] += _set(row)
    cut = [g[i : i + length] for g in groups for i in range(0, max(1, len(g)), length)]
    pages = [Page(first + n, (*g, *[""] * (length - len(g)))) for n, g in enumerate(cut)]
    return _with_errata(pages)


def gold(pages: list[Page]) -> list[tuple[int, int, str]]:
    """(page, line, text with single spaces) of every line."""
    return [
        (p.number, n, " ".join(text.split())) for p in pages for n, text in enumerate(p.lines, 1)
    ]


def _set(row: str) -> list[str]:
    """One paragraph of the script as lines of at most WIDTH characters."""
    if row.startswith("|"):
        return [row[1:]]
    if row.startswith("^"):
        return [row[1:].center(WIDTH).rstrip()]
    if row[:2] in ("Q ", "A "):
        return textwrap.wrap(row[2:], WIDTH, initial_indent=f"     {row[0]}.   ")
    if row.startswith("("):
        return textwrap.wrap(row, WIDTH, initial_indent=" " * 15, subsequent_indent=" " * 15)
    if row.startswith("BY "):
        return [row]
    start = " " * 10 if _COLLOQUY.match(row) else "     "
    return textwrap.wrap(row, WIDTH, initial_indent=start)


def _with_errata(pages: list[Page]) -> list[Page]:
    """The errata form's row for the one correction the witness sends in."""
    at = next(
        (
            (p.number, n)
            for p in pages
            for n, t in enumerate(p.lines, 1)
            if "Eight technicians" in t
        ),
        (0, 0),
    )
    row = f'{at[0]:>3}{at[1]:>6}    "Eight technicians" should be "Nine technicians"  Misspoke'
    return [Page(p.number, tuple(row if t == "@ERRATA" else t for t in p.lines)) for p in pages]
