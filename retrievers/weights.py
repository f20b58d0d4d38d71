"""The fitted weights of ranking and coverage: numbers in a file, read once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.logistic import Logistic
from retrievers.ranker import Ranker

ScoredRule = tuple[str, float, list[float]]  # a rule's id, score and features


@dataclass(frozen=True)
class Judge:
    """Two regressions over one row: does the playbook speak to it (`covered`), and does the first rule
    govern (`sure`)."""

    covered: Logistic
    sure: Logistic

    def __call__(self, row: Sequence[float]) -> tuple[float, float]:
        """Their probabilities, in [0, 1]."""
        return self.covered(row), self.sure(row)


@dataclass(frozen=True)
class Weights:
    """`rank` scores the rules found; `told` judges what is found of the first, and where its log odds of
    coverage fall within `band`, `read` judges them with the cross-encoder's log odds of the first pages beside,
    which are put in the order of score plus `reread` times log odds.
    `settles` weighs, dimension by dimension, the product of a question's vector with those of the rule's
    nearest passage and nearest exemplar: (2 * width,), what in a likeness tells that a passage settles
    a question. `digest` names them: an index calibrated under other weights is stale."""

    rank: Ranker
    settles: NDArray[np.float32]
    told: Judge
    read: Judge
    band: tuple[float, float] = (0.0, 0.0)
    reread: float = 0.0
    digest: str = ""

    def settled(self, products: NDArray[np.float32]) -> float:
        """The weighed sum of the products; 0.0 for vectors of another model's width."""
        if products.shape != self.settles.shape:
            return 0.0
        return float(products @ self.settles)

    def doubtful(self, row: Sequence[float]) -> bool:
        """Is it worth reading the first pages for this row?"""
        low, high = self.band
        return low < self.told.covered.odds(row) < high

    def reordered(
        self, rules: Sequence[ScoredRule], reads: Sequence[float]
    ) -> tuple[list[ScoredRule], list[float]]:
        """The rules with those that were read put in order by score and reading, and the readings in that order.
        Their scores are handed out anew in falling order, since “close behind” is told by them."""
        both = list(zip(rules, reads, strict=False))
        scores = [rule[1] for rule, _ in both]
        both.sort(key=lambda pair: -(pair[0][1] + self.reread * pair[1]))
        first = [
            (name, score, row) for ((name, _, row), _), score in zip(both, scores, strict=True)
        ]
        order = [odds for _, odds in both]
        return [*first, *rules[len(both) :]], [*order, *reads[len(both) :]]


def shipped() -> Weights:
    """The weights in `weights.json` beside this file."""
    raw = resources.files("retrievers").joinpath("weights.json").read_bytes()
    data = json.loads(raw)

    return Weights(
        Ranker.of(data["rank"]),
        np.array(data["settles"], np.float32),
        _judge(data["told"]),
        _judge(data["read"]),
        (data["band"][0], data["band"][1]),
        float(data["reread"]),
        hashlib.sha256(raw).hexdigest(),
    )


def _judge(data: Mapping[str, Any]) -> Judge:
    return Judge(Logistic.of(data["covered"]), Logistic.of(data["sure"]))
