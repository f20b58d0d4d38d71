"""Turns: what one speaker says until the next, with a way back from each letter to its line."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from assistant.transcripts.lines.headings import examination, examiner
from assistant.transcripts.nouns import Line
from assistant.transcripts.record.cites import cite

_BY = re.compile(
    r"\(?(?:BY|By) (M(?:RS?|S|ISS|r|s|rs)\.? [A-Za-z'’\-.]+(?: [A-Z][A-Za-z'’\-]+)?)(?::?\)|:)\s*"
)
_END = re.compile(r"(?<=[.?!])[\"”’')]*\s+(?=[\"“‘'(\[]*[A-Z0-9])")
_ABBREVIATED = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Jr|Sr|St|vs?|No|Nos|Inc|Co|Corp|Ltd|Esq|Prof|Gen|Gov|Sen|Rep|Hon|Ex|Vol|"
    r"Mt|Ave|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|p\.m|a\.m|U\.S|i\.e|e\.g)|\b[A-Z])\.$"
)


@dataclass(frozen=True)
class Turn:
    """One speaker's words: `role` is Q, A, note (a parenthetical), heading, or name."""

    role: str
    speaker: str | None
    label: str | None
    lines: tuple[Line, ...]
    examiner: str | None = None

    @cached_property
    def text(self) -> str:
        """The words without the label, lines joined by single spaces."""
        return " ".join(p for p in self._parts if p)

    @cached_property
    def _parts(self) -> tuple[str, ...]:
        first = self.lines[0].said
        return (_BY.sub("", first, count=1), *(x.text for x in self.lines[1:]))

    @cached_property
    def _starts(self) -> tuple[tuple[int, ...], tuple[Line, ...]]:
        starts, lines, at = [], [], 0
        for part, line in zip(self._parts, self.lines, strict=True):
            if part:
                starts.append(at)
                lines.append(line)
                at += len(part) + 1
        return tuple(starts) or (0,), tuple(lines) or self.lines[:1]

    def line_at(self, offset: int) -> Line:
        """The line on which a letter of `text` stands."""
        starts, lines = self._starts
        return lines[max(0, bisect.bisect_right(starts, offset) - 1)]

    def cite(self, start: int = 0, end: int | None = None) -> str:
        """The cite of `text[start:end]`; of the whole turn without arguments."""
        if start == 0 and end is None:
            return cite(self.lines[0], self.last)
        stop = len(self.text) if end is None else end
        return cite(self.line_at(start), self.line_at(max(start, stop - 1)))

    @property
    def first(self) -> Line:
        """The first line."""
        return self.lines[0]

    @cached_property
    def last(self) -> Line:
        """The last line with words."""
        return next((x for x in reversed(self.lines) if x.text), self.lines[0])

    @cached_property
    def sentences(self) -> tuple[tuple[int, int], ...]:
        """The offsets of the sentences of `text`."""
        return tuple(sentences(self.text))


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """Offsets (start, end) of each sentence; titles and initials end none."""
    start = 0
    for match in _END.finditer(text):
        if _ABBREVIATED.search(text[start : match.start()].rstrip("\"”’')")):
            continue
        yield start, match.start() + len(match.group().rstrip())
        start = match.end()
    if start < len(text):
        yield start, len(text)


def turns_of(lines: Sequence[Line]) -> list[Turn]:
    """The turns of the testimony, headings among them; each Q knows who examines."""
    out: list[Turn] = []
    group: list[Line] = []
    by: str | None = None
    for line in lines:
        if line.section != "testimony":
            by = _close(out, group, by)
            continue
        if not line.text:
            if group:
                group.append(line)
            continue
        if not group or _parts_from(group[-1] if group[-1].text else _said_last(group), line):
            by = _close(out, group, by)
        group.append(line)
    _close(out, group, by)
    return out


def _said_last(group: list[Line]) -> Line:
    return next((x for x in reversed(group) if x.text), group[0])


def _parts_from(before: Line, line: Line) -> bool:
    """Whether a line begins another turn than the one before it."""
    if line.said != line.text or line.speaker != before.speaker or line.label != before.label:
        return True
    if line.speaker == "parenthetical":
        return line.text[0] in "([" and before.text.rstrip(" .").endswith((")", "]"))
    return line.speaker is None


def _close(out: list[Turn], group: list[Line], by: str | None) -> str | None:
    """Make a turn of the collected lines; returns who examines after it."""
    if not group:
        return by
    while group and not group[-1].text:
        group.pop()
    lines, speaker = tuple(group), group[0].speaker
    group.clear()
    if speaker is None:
        named = examiner(lines[0].text)
        out.append(Turn("heading", None, None, lines, named))
        return named or (None if examination(lines[0].text) else by)
    if speaker == "parenthetical":
        out.append(Turn("note", None, None, lines))
        return by
    role = speaker if speaker in ("Q", "A") else "name"
    inside = _BY.match(lines[0].said) if role == "Q" else None
    if inside:
        by = inside[1].upper().rstrip(":")
    out.append(Turn(role, speaker, lines[0].label, lines, by if role == "Q" else None))
    return by
