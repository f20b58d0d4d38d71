"""Where the line numbers stand: the columns of a sheet in which integers count 1, 2, 3 … downwards.

Nothing is known beforehand of a reporter's layout. Every integer is a candidate; candidates that
share a left or right edge form a column; a column is believed for the runs that count up in it.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from assistant.transcripts.nouns import Row, Sheet

_LABEL = re.compile(r"(\d{1,2})[.:)]?")
_PAGED = re.compile(r"[Pp]?(\d{1,6})[:.\-/][Ll]?(\d{1,2}):?")
HIGHEST = 66  # lines that a page may have
SHORTEST = 4  # length from which on counting up is no accident


class Label(NamedTuple):
    """A candidate for a line number: in row `row` as word `word`; `page` where it is printed too."""

    row: int
    word: int
    x0: float
    x1: float
    y: float
    value: int
    page: int | None


class Column(NamedTuple):
    """A column of line numbers: its edges and its labels from top to bottom."""

    x0: float
    x1: float
    labels: tuple[Label, ...]
    score: int
    edge: str


def labels_of(rows: Sequence[Row]) -> list[Label]:
    """Every word of the rows that may be a line number."""
    found = []
    for r, row in enumerate(rows):
        for w, word in enumerate(row.words):
            if not word.text[0].isdigit() and word.text[0] not in "Pp":
                continue
            plain = _LABEL.fullmatch(word.text)
            paged = None if plain else _PAGED.fullmatch(word.text)
            value = int(plain[1]) if plain else int(paged[2]) if paged else 0
            if 1 <= value <= HIGHEST:
                page = int(paged[1]) if paged else None
                found.append(Label(r, w, word.x0, word.x1, row.y, value, page))
    return found


def columns_of(sheet: Sheet, pitch: float) -> list[Column]:
    """The columns that count up, best first; those sharing labels with a better one are left out.

    `pitch` is the tolerance for an edge: half a column of text, or some points of a page.
    """
    labels = labels_of(sheet.rows)
    found = [
        column
        for edge in ("x1", "x0")
        for group in _groups(labels, edge, pitch)
        if (column := _column(group, edge)) is not None
    ]
    found.sort(key=lambda c: (-c.score, sum(x.page is not None for x in c.labels), c.x0))
    kept: list[Column] = []
    for column in found:
        mine = {(x.row, x.word) for x in column.labels}
        if not any(mine & {(x.row, x.word) for x in other.labels} for other in kept):
            kept.append(column)
    return kept


def _groups(labels: list[Label], edge: str, pitch: float) -> list[list[Label]]:
    """Labels whose left (x0) or right (x1) edges lie within `pitch` of the next."""
    ordered = sorted(labels, key=lambda x: getattr(x, edge))
    groups: list[list[Label]] = []
    last = 0.0
    for label in ordered:
        at = getattr(label, edge)
        if not groups or at - last > pitch:
            groups.append([])
        groups[-1].append(label)
        last = at
    return groups


def _column(group: list[Label], edge: str) -> Column | None:
    """A column from one group of labels, with the labels in runs that count up; None without."""
    if len(group) < 2:
        return None
    ordered = sorted(group, key=lambda x: (x.y, x.x0))
    kept = [label for run in runs(ordered) if _counts(run) for label in run]
    if not kept:
        return None
    score = len(kept)
    return Column(min(x.x0 for x in kept), max(x.x1 for x in kept), tuple(kept), score, edge)


def _counts(run: Sequence[Label]) -> bool:
    """Whether a run counts up: it is long enough, starts low, and mostly goes by ones."""
    steps = sum(b.value - a.value == 1 for a, b in itertools.pairwise(run))
    return len(run) >= SHORTEST and run[0].value <= 12 and steps >= 0.7 * (len(run) - 1)


def runs(labels: Sequence[Label]) -> list[list[Label]]:
    """Labels from top to bottom, parted where the count starts over.

    A repeat or a number out of order by a little stays in its run (reporters do misnumber); a drop
    to a low number starts the next one. A lone number that fits nowhere is a run of its own.
    """
    out: list[list[Label]] = []
    for i, label in enumerate(labels):
        last = out[-1][-1] if out else None
        if last is not None and _strays(label, last, labels[i + 1 : i + 3]):
            continue
        if last is None or _starts(out[-1], label):
            out.append([label])
        else:
            out[-1].append(label)
    return [r for run in out for r in _without_strays(run)]


def _strays(label: Label, last: Label, after: Sequence[Label]) -> bool:
    """Whether a number breaks a count that goes on right after it: "41 South High Street"."""
    if abs(label.value - last.value) <= 3:
        return False
    follows = bool(after) and after[0].value == label.value + 1
    return not follows and any(x.value == last.value + 1 for x in after)


def _starts(run: list[Label], label: Label) -> bool:
    last = run[-1]
    if label.page is not None and last.page is not None and label.page != last.page:
        return True
    if label.value == last.value + 1:
        return False
    if label.value == 1 or (label.value <= 3 and last.value - label.value >= 5):
        return True
    return label.value < last.value - 6 or label.value > last.value + 8


def _without_strays(run: list[Label]) -> list[list[Label]]:
    """The run, without a first label that does not lead into it (a page number above line 1)."""
    if len(run) > 2 and run[1].value != run[0].value + 1 and run[1].value <= 2:
        return [[run[0]], run[1:]]
    return [run]


def usual_length(sheets_runs: Sequence[Sequence[Label]]) -> int:
    """The number of lines that most pages have."""
    counted = Counter(max(x.value for x in run) for run in sheets_runs if len(run) >= SHORTEST)
    if not counted:
        return 0
    weights: dict[int, int] = defaultdict(int)
    for length, n in counted.items():
        weights[length] += n * length
    return max(weights, key=lambda k: weights[k])
