"""Time stamps and second line numbers: columns beside the text that are no part of what was said."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from assistant.transcripts.layout.blocks import Block, Numbered
from assistant.transcripts.nouns import Word

_TIME = re.compile(r"\[?\d{1,2}:\d{2}(?::\d{2})?(?:[:.]\d{1,3})?\]?(?:[AaPp]\.?[Mm]\.?)?")
_LONG = re.compile(r"\[?\d{1,2}:\d{2}:\d{2}(?:[:.]\d{1,3})?\]?(?:[AaPp]\.?[Mm]\.?)?")
_HALF = re.compile(r"[AaPp]\.?[Mm]\.?")


class Stamps(NamedTuple):
    """Which edges carry a column that is not text: "time-left", "time-right", "number-right"."""

    edges: frozenset[str]
    left_at: float | None
    right_at: float | None
    slack: float
    halves: bool
    evidence: tuple[str, ...]


def stamps_of(blocks: Sequence[Block], text: bool) -> Stamps:
    """The columns of time stamps beside the lines of these blocks."""
    lines = [x for b in blocks for x in b.lines if x.rows and x.rows[0]]
    slack = 1.0 if text else 4.0
    edges: set[str] = set()
    said = []
    left_at = _time_column(lines, 0, len(blocks), slack)
    if left_at is not None:
        edges.add("time-left")
        said.append("time stamps at the start of lines: taken out")
    halves = _halved(lines)
    if left_at is not None:
        lines = [x._replace(rows=(x.rows[0][1:],)) for x in lines if len(x.rows[0]) > 1]
    right_at = _time_column(lines, -1, len(blocks), slack)
    if right_at is not None:
        edges.add("time-right")
        said.append("time stamps at the end of lines: taken out")
    twice = sum(len(x.rows[0]) > 1 and x.rows[0][-1].text == str(x.value) for x in lines if x.rows)
    if lines and twice >= 0.6 * len(lines):
        edges.add("number-right")
        said.append("line numbers on both sides: the right ones taken out")
    return Stamps(frozenset(edges), left_at, right_at, slack, halves, tuple(said))


def _halved(lines: Sequence[Numbered]) -> bool:
    """Whether times at the start of lines bear AM or PM as a word of their own."""
    timed = [x.rows[0] for x in lines if _time_at(x.rows[0], 0) and len(x.rows[0]) > 1]
    return sum(bool(_HALF.fullmatch(r[1].text)) for r in timed) > 0.5 * max(1, len(timed))


def _time_column(lines: Sequence[Numbered], side: int, pages: int, slack: float) -> float | None:
    """Where times stand at this side of the lines (the usual edge), None if they do not.

    They are believed if they all share an edge, though only some lines bear one, or if most lines
    bear one to the second.
    """
    times = [w for x in lines if (w := _time_at(x.rows[0], side)) is not None]
    longs = sum(bool(_LONG.fullmatch(w.text)) for w in times)
    if len(times) < max(3, 0.4 * pages):
        return None
    at = Counter(round(w.x0 / slack / 2) for w in times)
    key, _ = at.most_common(1)[0]
    aligned = at[key] + at[key - 1] + at[key + 1]
    if longs >= 0.5 * len(lines):
        return float("nan")
    return key * slack * 2 if aligned >= 0.75 * len(times) else None


def _time_at(words: tuple[Word, ...], side: int) -> Word | None:
    """The time at this side of a row: its first word, or its last (before AM or PM)."""
    if not words:
        return None
    word = words[side]
    if side == -1 and _HALF.fullmatch(word.text) and len(words) > 1:
        word = words[-2]
    return word if _TIME.fullmatch(word.text) else None


def said(line: Numbered, stamps: Stamps) -> list[Word]:
    """What the line says, without what stands beside it."""
    parts: list[Word] = []
    for k, row in enumerate(line.rows):
        parts += _bare(row, stamps, line.value if k == 0 else None)
    return parts


def _bare(row: tuple[Word, ...], stamps: Stamps, value: int | None) -> tuple[Word, ...]:
    if "number-right" in stamps.edges and row and row[-1].text == str(value):
        row = row[:-1]
    if "time-left" in stamps.edges:
        word = _time_at(row, 0)
        if word is not None and _stands(word, stamps.left_at, stamps.slack):
            row = row[2:] if stamps.halves else row[1:]
    if "time-right" in stamps.edges:
        word = _time_at(row, -1)
        if word is not None and _stands(word, stamps.right_at, stamps.slack):
            row = row[: row.index(word)]
    return row


def _stands(word: Word, at: float | None, slack: float) -> bool:
    return at is not None and (at != at or abs(word.x0 - at) <= slack * 4)
