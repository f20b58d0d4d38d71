"""Which printed page a block is: the numbers around the blocks that count up from block to block.

Every integer above, below or beside a block is a candidate. The sequence through the candidates
that counts up most steadily wins (a shortest-path search); court-filing stamps, Bates numbers and
totals ("of 93") count for less, since they number the file and not the record.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from assistant.transcripts.layout.blocks import Block
from assistant.transcripts.nouns import Row

_NUMBER = re.compile(r"[-–—\[(~]*(?:[Pp](?:age|g|\.)?\.?)?(\d{1,6})[-–—\])~,.]*")
_STAMP = re.compile(
    r"\b(?:case|document|doc|dkt|filed|pageid|ecf|bates|entered|appeal|usca\w*)\b[\s:#.]*\S*\d|"
    r"\d:\d\d-c[vr]-\d",
    re.IGNORECASE,
)
_MONTH = re.compile(r"jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec", re.IGNORECASE)
NEAR = 5  # rows above or below a block in which a page number is looked for
STATES = 14


class Guess(NamedTuple):
    """A number that may be a block's page: where it stands, and how much that speaks for it."""

    value: int
    slot: str
    weight: float


class Pages(NamedTuple):
    """A page for each block (None: not known), whether it was printed there, and why."""

    pages: tuple[int | None, ...]
    printed: tuple[bool, ...]
    score: float
    evidence: tuple[str, ...]


def pages_of(blocks: Sequence[Block]) -> Pages:
    """The printed page of each block, in the order given."""
    guesses = [_guesses(b, k, len(blocks), blocks) for k, b in enumerate(blocks)]
    popular = Counter(slot for gs in guesses for slot in {g.slot for g in gs})
    weighed = [
        [g._replace(weight=g.weight + 0.3 * popular[g.slot] / len(blocks)) for g in gs]
        for gs in guesses
    ]
    path, score = _steadiest(weighed)
    printed = [
        v is not None and any(g.value == v for g in gs) for v, gs in zip(path, weighed, strict=True)
    ]
    if not _believable(path, printed):
        return Pages((None,) * len(blocks), (False,) * len(blocks), 0.0, ("no page numbers",))
    where = Counter(g.slot for v, gs in zip(path, guesses, strict=True) for g in gs if g.value == v)
    seen = sum(printed)
    text = f"printed page: {_said(where)}; seen on {seen} of {len(blocks)} pages"
    return Pages(tuple(path), tuple(printed), score, (text,))


def _believable(path: list[int | None], printed: list[bool]) -> bool:
    """One page is believed where its number is printed; more where most of them are."""
    if not any(printed):
        return False
    return sum(printed) >= max(1, 0.3 * len(path))


def _said(where: Counter[str]) -> str:
    names = {"above": "above the lines", "below": "below the lines", "beside": "beside each line"}
    if not where:
        return "not printed"
    place, row, *_ = where.most_common(1)[0][0].split("/")
    return names[place] + (f", row {row} from them" if place != "beside" else "")


def _guesses(block: Block, k: int, count: int, blocks: Sequence[Block]) -> list[Guess]:
    out = []
    paged = Counter(x.page for x in block.lines if x.page is not None)
    if paged:
        out.append(Guess(paged.most_common(1)[0][0], "beside/0", 1.5))
    beside = Counter(
        int(w.text) for x in block.lines for w in x.left if w.text.isdigit() and len(w.text) <= 6
    )
    for value, times in beside.items():
        if times >= 0.6 * len(block.lines):
            out.append(Guess(value, "beside/1", 1.0))
    shared_above = k > 0 and blocks[k - 1].below and blocks[k - 1].below == block.above
    for n, row in enumerate(reversed(block.above[-NEAR:]), 1):
        out += _in_row(row, "above", n, bool(shared_above))
    for n, row in enumerate(block.below[:NEAR], 1):
        out += _in_row(row, "below", n, k + 1 < count and blocks[k + 1].above == block.below)
    return _best(out)


def _in_row(row: Row, place: str, n: int, shared: bool) -> list[Guess]:
    """The candidates of one row. `shared`: the row stands between two blocks of one sheet."""
    text = row.text
    stamp = bool(_STAMP.search(text))
    words = [w.text for w in row.words]
    out = []
    for i, word in enumerate(words):
        match = _NUMBER.fullmatch(word)
        if not match or (len(match[1]) == 5 and match[1][0] != "0"):
            continue
        before = words[i - 1].lower().strip(".-") if i else ""
        if before in ("of", "no", "volume", "vol", "suite", "#") or _date_part(words, i):
            continue
        weight = 0.3 if len(words) == 1 else 0.2 if before in ("page", "pg", "p") else 0.0
        if len(words) > 2 and 0 < i < len(words) - 1 and before not in ("page", "pg", "p"):
            weight -= 0.25
        weight -= 0.9 if stamp else 0.0
        weight -= 0.02 * n
        edge = "last" if i == len(words) - 1 else "first" if i == 0 else "mid"
        out.append(Guess(int(match[1]), f"{place}/{n}/{edge}/{'s' if shared else ''}", weight))
    return out


def _date_part(words: list[str], i: int) -> bool:
    """Whether a number is the day or year of a date: March 26, 2012."""
    around = [words[j] for j in (i - 2, i - 1) if j >= 0]
    return any(_MONTH.match(w) for w in around) and (
        words[i].endswith(",") or len(words[i].strip(",.")) == 4 or bool(_MONTH.match(around[-1]))
    )


def _best(guesses: list[Guess]) -> list[Guess]:
    """One guess a value, the heaviest first."""
    out: dict[int, Guess] = {}
    for guess in sorted(guesses, key=lambda g: -g.weight):
        out.setdefault(guess.value, guess)
    return list(out.values())[:STATES]


def _steadiest(guesses: list[list[Guess]]) -> tuple[list[int | None], float]:
    """The path through the candidates that counts up most steadily, filled where it is certain."""
    n = len(guesses)
    score: list[dict[int, float]] = []
    back: list[dict[int, int | None]] = []
    for k in range(n):
        here: dict[int, float] = {}
        from_: dict[int, int | None] = {}
        options = {g.value: g.weight for g in guesses[k]}
        if k:
            for u in score[k - 1]:
                options.setdefault(u + 1, -0.12)
        real = {g.value for g in guesses[k]}
        for v, weight in options.items():
            start = weight - 0.4 * k + (0.6 if v - k == 1 else -1.0 if v - k < 1 else 0.0)
            here[v], from_[v] = start, None
            for u, s in score[k - 1].items() if k else ():
                total = s + weight + _step(u, v, v in real)
                if total > here[v]:
                    here[v], from_[v] = total, u
        kept = sorted(here, key=lambda v: -here[v])[:STATES]
        score.append({v: here[v] for v in kept})
        back.append(from_)
    return _walk_back(score, back)


def _step(u: int, v: int, real: bool) -> float:
    if v == u + 1:
        return 1.0 if real else 0.0
    if v > u:
        return -0.1 - min(0.3, 0.004 * (v - u))
    return -0.3 if v == 1 else -0.8


def _walk_back(
    score: list[dict[int, float]], back: list[dict[int, int | None]]
) -> tuple[list[int | None], float]:
    path: list[int | None] = [None] * len(score)
    end = max((k for k in range(len(score)) if score[k]), default=-1)
    if end < 0:
        return path, 0.0
    v: int | None = max(score[end], key=lambda x: score[end][x])
    best = score[end][v] if v is not None else 0.0
    for k in range(end, -1, -1):
        path[k] = v
        v = back[k].get(v) if v is not None else None
        if v is None:
            for j in range(k - 1, -1, -1):
                later = path[j + 1]
                path[j] = later - 1 if later is not None and later > 1 else None
            break
    return path, best
