"""What the searches say of one rule that they found: the features that rank it."""

from __future__ import annotations

from dataclasses import dataclass, field

from retrievers.fields import UNASKED
from retrievers.index import Hit

FEATURES = (
    *("dense", "condition", "exemplar", "exemplar2", "keyword", "keyword_ex", "share"),
    "field",
)


@dataclass
class Candidate:
    """What the searches say of one rule."""

    dense: float = 0.0
    condition: float = 0.0
    exemplars: list[float] = field(default_factory=list)
    keyword: float = 0.0
    keyword_ex: float = 0.0
    share: float = 0.0
    field: float = UNASKED
    passage: Hit | None = None  # the nearest passage of its own
    exemplar: Hit | None = None  # the nearest exemplar that names it

    def features(self) -> list[float]:
        """In the order of FEATURES."""
        best = [*sorted(self.exemplars, reverse=True), 0.0, 0.0]
        return [
            self.dense,
            self.condition,
            best[0],
            best[1],
            self.keyword,
            self.keyword_ex,
            self.share,
            self.field,
        ]


def nearer(hit: Hit, known: Hit | None) -> Hit:
    """The better of two hits."""
    return known if known is not None and known[2] >= hit[2] else hit


def votes(rows: list[list[float]]) -> int:
    """How many of the searches (dense, exemplars, keywords, words shared) put the first row first."""
    best = [max(row[0], row[1]) for row in rows]
    columns = [best, *([row[i] for row in rows] for i in (2, 4, 5, 6))]
    return sum(max(column) == column[0] for column in columns)
