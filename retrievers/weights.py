"""The fitted weights of ranking and coverage: numbers in a file, read once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from assistant.logistic import Logistic


@dataclass(frozen=True)
class Weights:
    """`rank` weighs a rule's features; `covered` and `sure` read those of the first rule.
    `settles` weighs, dimension by dimension, the product of a question's vector with those of the rule's
    nearest passage and nearest exemplar: (2 * width,), what in a likeness tells that a passage settles
    a question. `digest` names them: an index calibrated under other weights is stale."""

    rank: tuple[float, ...]
    settles: NDArray[np.float32]
    covered: Logistic
    sure: Logistic
    digest: str = ""

    def score(self, row: Sequence[float]) -> float:
        """A rule's score: the weighted sum of its features."""
        return sum(w * x for w, x in zip(self.rank, row, strict=True))

    def settled(self, products: NDArray[np.float32]) -> float:
        """The weighed sum of the products; 0.0 for vectors of another model's width."""
        if products.shape != self.settles.shape:
            return 0.0
        return float(products @ self.settles)

    def judge(self, row: Sequence[float]) -> tuple[float, float]:
        """(probability that the playbook speaks to it, probability that the first rule governs)."""
        return self.covered(row), self.sure(row)


def shipped() -> Weights:
    """The weights in `weights.json` beside this file."""
    raw = resources.files("retrievers").joinpath("weights.json").read_bytes()
    data = json.loads(raw)

    return Weights(
        tuple(data["rank"]),
        np.array(data["settles"], np.float32),
        Logistic.of(data["covered"]),
        Logistic.of(data["sure"]),
        hashlib.sha256(raw).hexdigest(),
    )
