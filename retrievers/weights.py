"""The fitted weights of ranking and coverage: numbers in a file, read once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources

from assistant.logistic import Logistic


@dataclass(frozen=True)
class Weights:
    """`rank` weighs a rule's features; `covered` and `sure` read those of the first rule.
    `digest` names them: an index calibrated under other weights is stale."""

    rank: tuple[float, ...]
    covered: Logistic
    sure: Logistic
    digest: str = ""

    def score(self, row: Sequence[float]) -> float:
        """A rule's score: the weighted sum of its features."""
        return sum(w * x for w, x in zip(self.rank, row, strict=True))

    def judge(self, row: Sequence[float]) -> tuple[float, float]:
        """(probability that the playbook speaks to it, probability that the first rule governs)."""
        return self.covered(row), self.sure(row)


def shipped() -> Weights:
    """The weights in `weights.json` beside this file."""
    raw = resources.files("retrievers").joinpath("weights.json").read_bytes()
    data = json.loads(raw)

    return Weights(
        tuple(data["rank"]),
        Logistic.of(data["covered"]),
        Logistic.of(data["sure"]),
        hashlib.sha256(raw).hexdigest(),
    )
