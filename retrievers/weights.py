"""The fitted weights of ranking and coverage: numbers in a file, read once."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources


@dataclass(frozen=True)
class Logistic:
    """A logistic regression over standardised features."""

    mean: tuple[float, ...]
    scale: tuple[float, ...]
    weight: tuple[float, ...]
    bias: float

    def __call__(self, row: Sequence[float]) -> float:
        """Probability in [0, 1]."""
        terms = zip(row, self.mean, self.scale, self.weight, strict=True)
        z = self.bias + sum(w * (x - m) / s for x, m, s, w in terms)
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, z))))


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

    def logistic(name: str) -> Logistic:
        part = data[name]
        return Logistic(
            tuple(part["mean"]), tuple(part["scale"]), tuple(part["weight"]), part["bias"]
        )

    return Weights(
        tuple(data["rank"]), logistic("covered"), logistic("sure"), hashlib.sha256(raw).hexdigest()
    )
