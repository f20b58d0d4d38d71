"""Blocks: the numbered lines of one transcript page, wherever they stand on the sheet."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from statistics import median
from typing import NamedTuple

from assistant.transcripts.layout.numbers import (
    SHORTEST,
    Column,
    Label,
    columns_of,
    labels_of,
    runs,
    usual_length,
)
from assistant.transcripts.nouns import Row, Sheet, Word


class Numbered(NamedTuple):
    """One numbered line: its number, the rows of words that belong to it, its page where printed."""

    value: int
    rows: tuple[tuple[Word, ...], ...]
    left: tuple[Word, ...]
    page: int | None
    y: float
    inferred: bool = False


class Block(NamedTuple):
    """One page's lines, with the rows above and below them that may hold its page number.

    `place` is (column on the sheet, order down it), for sheets that hold several pages.
    """

    sheet: int
    place: tuple[int, int]
    lines: tuple[Numbered, ...]
    above: tuple[Row, ...]
    below: tuple[Row, ...]


class Grid(NamedTuple):
    """How the lines of a whole file are numbered."""

    blocks: tuple[Block, ...]
    bare: tuple[Sheet, ...]
    length: int
    columns: int
    edge: str
    evidence: tuple[str, ...]


def grid_of(sheets: Sequence[Sheet], text: bool) -> Grid:
    """The blocks of every sheet, and the sheets that have none. `text` tells columns from points."""
    pitch = 0.0 if text else 1.2
    found = [(sheet, columns_of(sheet, pitch)) for sheet in sheets]
    length = usual_length([r for _, cs in found for c in cs[:1] for r in runs(c.labels)])
    usual = _usual_place(found)
    blocks: list[Block] = []
    bare: list[Sheet] = []
    widest = 1
    beside = _usual_beside(found, usual, length, pitch)
    for sheet, columns in found:
        chosen = _chosen(sheet, columns, (usual, beside), length, pitch)
        widest = max(widest, len(chosen))
        cut = _blocks(sheet, chosen, length, text)
        blocks += cut
        if not cut:
            bare.append(sheet)
    edge = found[0][1][0].edge if found and found[0][1] else "x1"
    evidence = _evidence(found, blocks, length, widest)
    return Grid(tuple(blocks), tuple(bare), length, widest, edge, evidence)


def _usual_place(found: list[tuple[Sheet, list[Column]]]) -> tuple[float, float] | None:
    best = [c[0] for _, c in found if c and c[0].score >= SHORTEST]
    if not best:
        return None
    return median(c.x0 for c in best), median(c.x1 for c in best)


def _usual_beside(
    found: list[tuple[Sheet, list[Column]]],
    usual: tuple[float, float] | None,
    length: int,
    pitch: float,
) -> tuple[tuple[float, float], ...]:
    """Where further columns of pages stand on the sheets that show them beyond doubt."""
    places = []
    for sheet, columns in found:
        chosen = _chosen(sheet, columns, (usual, ()), length, pitch)
        places += [(c.x0, c.x1) for c in chosen[1:]]
    return tuple(places[:50])


def _chosen(
    sheet: Sheet,
    columns: list[Column],
    places: tuple[tuple[float, float] | None, tuple[tuple[float, float], ...]],
    length: int,
    pitch: float,
) -> list[Column]:
    """The columns of a sheet that are line numbers, left to right."""
    usual, known = places
    if usual is None:
        return []
    near = [c for c in columns if c.score >= min(length, 8) or _at(c, usual, pitch)]
    if not near:
        short = _short(sheet, usual, pitch)
        return [short] if short else []
    first = near[0]
    if not _at(first, usual, pitch):
        first = next((c for c in near if _at(c, usual, pitch) and c.score >= 3), first)
    width = max((w.x1 for r in sheet.rows for w in r.words), default=1.0)
    more = [
        c
        for c in near
        if c is not first
        and (_beside(c, first, length, width, sheet) or any(_at(c, k, pitch) for k in known))
    ]
    return sorted([first, *more], key=lambda c: c.x0)


def _at(column: Column, usual: tuple[float, float], pitch: float) -> bool:
    wide = max(1.0, pitch * 4)
    return abs(column.x0 - usual[0]) <= wide or abs(column.x1 - usual[1]) <= wide


def _short(sheet: Sheet, usual: tuple[float, float], pitch: float) -> Column | None:
    """A column of fewer lines than would convince alone, where the other sheets have theirs."""
    wide = max(1.0, pitch * 4)
    at = [
        x
        for x in labels_of(sheet.rows)
        if abs(x.x1 - usual[1]) <= wide or abs(x.x0 - usual[0]) <= wide
    ]
    for run in runs(sorted(at, key=lambda x: x.y)):
        steps = [b.value - a.value for a, b in itertools.pairwise(run)]
        if len(run) >= 2 and run[0].value == 1 and all(s == 1 for s in steps):
            return Column(usual[0], usual[1], tuple(run), len(run), "x1")
    return None


def _beside(column: Column, first: Column, length: int, width: float, sheet: Sheet) -> bool:
    """Whether a column holds further pages (two-up, four-up), and not the same numbers again."""
    if abs(column.x0 - first.x0) < 0.2 * width or column.score < 0.5 * min(length, first.score):
        return False
    rows = {x.row for x in first.labels}
    if sum(x.row in rows for x in column.labels) < 0.5 * min(len(column.labels), len(rows)):
        return False
    last = sum(x.word == len(sheet.rows[x.row].words) - 1 for x in column.labels)
    return last < 0.7 * len(column.labels) or not _same_numbers(column, first)


def _same_numbers(column: Column, first: Column) -> bool:
    values = {x.row: x.value for x in first.labels}
    return sum(values.get(x.row) == x.value for x in column.labels) >= 0.8 * len(column.labels)


def _blocks(sheet: Sheet, columns: list[Column], length: int, text: bool) -> list[Block]:
    out = []
    for c, column in enumerate(columns):
        left = column.x0 - (1 if text else 30) if c else float("-inf")
        right = columns[c + 1].x0 - (1 if text else 2) if c + 1 < len(columns) else float("inf")
        rows = _between(sheet.rows, left, right) if len(columns) > 1 else list(sheet.rows)
        at = _relabelled(rows, column) if len(columns) > 1 else list(column.labels)
        parts = [_trimmed(run, length) for run in runs(at) if len(run) >= 2]
        parts = [p for p in parts if p]
        for k, run in enumerate(parts):
            start = parts[k - 1][-1].row + 1 if k else 0
            stop = parts[k + 1][0].row if k + 1 < len(parts) else len(rows)
            out.append(_block(sheet.number, (c, k), rows, run, start, stop, text))
    return out


def _between(rows: Sequence[Row], left: float, right: float) -> list[Row]:
    cut = [
        Row(r.y, tuple(w for w in r.words if left <= w.x0 < right and w.x1 <= right + 3))
        for r in rows
    ]
    return [r for r in cut if r.words]


def _relabelled(rows: list[Row], column: Column) -> list[Label]:
    wanted = {(x.y, x.x0) for x in column.labels}
    return [x for x in labels_of(rows) if (x.y, x.x0) in wanted]


def _trimmed(run: list[Label], length: int) -> list[Label]:
    """The run without page numbers that happen to continue its count below the last line."""
    while len(run) > 2 and length >= 10 and run[-1].value > length:
        run = run[:-1]
    return run


def _block(
    sheet: int,
    place: tuple[int, int],
    rows: list[Row],
    run: list[Label],
    start: int,
    stop: int,
    text: bool,
) -> Block:
    gap = median([b.y - a.y for a, b in itertools.pairwise(run)] or [12.0])
    near = 0.0 if text else 0.35 * gap
    above = [r for r in rows[start : run[0].row] if r.y < run[0].y - near]
    below = [r for r in rows[run[-1].row + 1 : stop] if r.y > run[-1].y + near]
    first = start + len(above)
    last = stop - len(below)
    if text and below and below[0].y - run[-1].y <= 1 and _alone(rows, run):
        last, below = last + 1, below[1:]
    lines = _lines(rows[first:last], [x._replace(row=x.row - first) for x in run], near)
    return Block(sheet, place, tuple(_filled(lines, gap)), tuple(above), tuple(below))


def _alone(rows: list[Row], run: list[Label]) -> bool:
    """Whether numbers and text stand on separate rows of a text."""
    between = run[-1].row - run[0].row + 1 - len(run)
    return between >= 0.3 * len(run) and sum(len(rows[x.row].words) == 1 for x in run) >= 0.9 * len(
        run
    )


def _lines(rows: list[Row], run: list[Label], near: float) -> list[Numbered]:
    """Each row to the number it stands beside; a row between two numbers to the upper one."""
    parts: list[list[tuple[Word, ...]]] = [[] for _ in run]
    left: list[tuple[Word, ...]] = [() for _ in run]
    labelled = {x.row: i for i, x in enumerate(run)}
    at = 0
    for r, row in enumerate(rows):
        if r in labelled:
            at = labelled[r]
            word = run[at].word
            left[at] = row.words[:word]
            if row.words[word + 1 :]:
                parts[at].append(row.words[word + 1 :])
            elif row.words[:word] and word > 1:
                parts[at].append(row.words[:word])
            continue
        beside = at
        if at + 1 < len(run) and abs(run[at + 1].y - row.y) <= near:
            beside = at + 1
        parts[beside].append(row.words)
    return [
        Numbered(x.value, tuple(p), before, x.page, x.y)
        for x, p, before in zip(run, parts, left, strict=True)
    ]


def _filled(lines: list[Numbered], gap: float) -> list[Numbered]:
    """Lines whose number is missing, where the rows between two numbers are as many as the gap."""
    out: list[Numbered] = []
    for line in lines:
        before = out[-1] if out else None
        missing = line.value - before.value - 1 if before else 0
        if before and 0 < missing == len(before.rows) - 1 and missing <= 3:
            out[-1] = before._replace(rows=before.rows[:1])
            for k, row in enumerate(before.rows[1:], 1):
                out.append(Numbered(before.value + k, (row,), (), None, before.y + gap * k, True))
        out.append(line)
    return out


def _evidence(
    found: list[tuple[Sheet, list[Column]]], blocks: list[Block], length: int, widest: int
) -> tuple[str, ...]:
    if not blocks:
        return ("no column of numbers counts up anywhere: the text has no line numbers",)
    full = sum(max(x.value for x in b.lines) == length for b in blocks)
    with_column = sum(bool(c) for _, c in found)
    out = [
        f"line numbers: a column that counts up on {with_column} of {len(found)} sheets",
        f"lines a page: {length} ({full} of {len(blocks)} pages have just that)",
    ]
    if widest > 1 or len(blocks) > len(found) > 1:
        out.append(f"several pages a sheet: {len(blocks)} pages on {len(found)} sheets")
    return tuple(out)
