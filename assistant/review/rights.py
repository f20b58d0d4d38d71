"""Decision rights: asks that are too alike, and one ask under two rights."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from assistant.review.finding import Finding, at
from assistant.review.reading import Reading
from retrievers.words import stems

SAME = 0.82  # cosine from which two asks are one; in twelve matters no pair of a right passed .66
ALIKE = 0.62  # mean cosine from which a right's asks are too alike; no right passed .49
WHY = "the assistant knows a right by its asks: alike asks leave the other ways of asking unguarded"
MEND = "write asks that differ in words and in length: direct, polite, hurried, hidden in a story"


def alike_asks(reading: Reading) -> Iterator[Finding]:
    """Rights with enough asks on paper, of which too few say something of their own."""
    rights = [r for r in reading.matter.rights if len(r.asks) >= 2]
    texts = [ask for right in rights for ask in right.asks]
    likeness = _pairs(reading, texts)
    at_line = {r.id: i for i, r in enumerate(reading.matter.rights)}
    start = 0
    for right in rights:
        own = likeness[start : start + len(right.asks), start : start + len(right.asks)]
        start += len(right.asks)
        distinct = _distinct(own)
        mean = (own.sum() - len(own)) / (len(own) * (len(own) - 1))
        if 2 * distinct <= len(right.asks) or mean >= ALIKE:
            what = f"{right.id!r}: of {len(right.asks)} asks, {distinct} say something of their own"
            line = reading.right_lines.at(("rights", at_line[right.id], "asks"))
            yield at("decision_rights.yaml", line, "alike-asks", "warning", (what, WHY, MEND))


def asks_under_two_rights(reading: Reading) -> Iterator[Finding]:
    """An ask that stands under two rights which let the assistant do different things."""
    listed = [(i, j, r) for i, r in enumerate(reading.matter.rights) for j in range(len(r.asks))]
    likeness = _pairs(reading, [r.asks[j] for _, j, r in listed])
    for one, two in zip(*np.nonzero(np.triu(likeness, 1) >= 0.92), strict=True):
        (i, j, a), (k, m, b) = listed[one], listed[two]
        if a.assistant == b.assistant:
            continue
        what = f"{a.id!r} ({a.assistant}) and {b.id!r} ({b.assistant}) hold one ask: {a.asks[j]!r}"
        line = reading.right_lines.at(("rights", k, "asks", m))
        other = reading.right_lines.at(("rights", i, "asks", j))
        words = (what, WHY_TWO, "keep it under the right that it belongs to")
        found = at("decision_rights.yaml", line, "ask-in-two-rights", "warning", words)
        yield found.model_copy(update={"also": (f"decision_rights.yaml:{other}",)})


WHY_TWO = (
    "the strictest right wins, so a question that may be answered is refused, or a person waits"
)


def _pairs(reading: Reading, texts: list[str]) -> NDArray[np.float32]:
    likeness = reading.likeness(texts)
    return _by_words(texts) if likeness is None else likeness


def _by_words(texts: list[str]) -> NDArray[np.float32]:
    """Share of common stems of every pair."""
    sets = [stems(text) for text in texts]
    made = np.eye(len(sets), dtype=np.float32)
    for i, a in enumerate(sets):
        for j in range(i):
            made[i, j] = made[j, i] = len(a & sets[j]) / max(1, len(a | sets[j]))
    return made


def _distinct(likeness: NDArray[np.float32]) -> int:
    """How many asks are left when each that is like an earlier one is struck."""
    kept: list[int] = []
    for i in range(len(likeness)):
        if all(likeness[i, k] < SAME for k in kept):
            kept.append(i)
    return len(kept)
