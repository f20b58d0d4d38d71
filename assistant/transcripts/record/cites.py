"""Page:line cites: written from lines, and read back to lines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property

from assistant.transcripts.nouns import Line

_CITE = re.compile(r"(?:Vol\. ([IVXLC]+) )?(\d+):(\d+)(?:-(?:(\d+):)?(\d+))?")
_ROMAN = (
    ("C", 100),
    ("XC", 90),
    ("L", 50),
    ("XL", 40),
    ("X", 10),
    ("IX", 9),
    ("V", 5),
    ("IV", 4),
    ("I", 1),
)


def roman(n: int) -> str:
    """4 -> IV."""
    out = ""
    for sign, value in _ROMAN:
        while n >= value:
            out, n = out + sign, n - value
    return out


def cite(first: Line, last: Line) -> str:
    """`45:12`, `45:12-18`, `45:12-46:3`, `Vol. II 301:4`; empty where the source prints no numbers."""
    if first.page is None or last.page is None or first.line is None:
        return ""
    volume = f"Vol. {roman(first.volume)} " if first.volume is not None else ""
    start = f"{volume}{first.page}:{first.line}"
    if (first.page, first.line) == (last.page, last.line):
        return start
    if first.page == last.page:
        return f"{start}-{last.line}"
    return f"{start}-{last.page}:{last.line}"


class Lines:
    """A transcript's lines by page and line, to re-read what a cite names."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self.all = tuple(lines)

    @cached_property
    def _at(self) -> dict[tuple[int | None, int, int], int]:
        return {
            (x.volume, x.page, x.line): k
            for k, x in enumerate(self.all)
            if x.page is not None and x.line is not None
        }

    def read(self, text: str) -> tuple[Line, ...]:
        """The lines that a cite names; empty where it is malformed or names a line that is not there."""
        match = _CITE.fullmatch(text.strip())
        if not match:
            return ()
        volume = _number(match[1]) if match[1] else None
        page, line = int(match[2]), int(match[3])
        to_page = int(match[4]) if match[4] else page
        to_line = int(match[5]) if match[5] else line
        first = self._at.get((volume, page, line))
        last = self._at.get((volume, to_page, to_line))
        if first is None or last is None or last < first:
            return ()
        return self.all[first : last + 1]

    def words(self, cites: Sequence[str]) -> str:
        """What stands at the cites, with single spaces, speakers' labels included."""
        return " ".join(x.text for c in cites for x in self.read(c) if x.text)


def _number(text: str) -> int:
    total, rest = 0, text
    for sign, value in _ROMAN:
        while rest.startswith(sign):
            total, rest = total + value, rest[len(sign) :]
    return total
