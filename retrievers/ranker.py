"""What puts the rules that the searches found in order.

    (n, 8) features ─▶ (n, 24): beside each its gap to the best other rule and its place ─▶ one hidden layer ─▶ (n,) scores

How much a likeness says depends on what the other rules have of it: .6 is much where the next has .4 and little where
it has .7. Trained listwise (Cao et al. 2007, ListNet's top one) by `benchmarks/regressions.py`, so that the difference
of two scores is about the log odds that one governs rather than the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Ranker:
    """`mean` and `scale` (d,) standardise what `beside` gives; `linear` (d,) weighs it, and so does one layer of h
    rectified units: `hidden` (d, h), `bias` (h,), `out` (h,)."""

    mean: Floats
    scale: Floats
    linear: Floats
    hidden: Floats
    bias: Floats
    out: Floats

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Ranker:
        """From what a weights file holds."""
        names = ("mean", "scale", "linear", "hidden", "bias", "out")
        return cls(*(np.array(data[name], np.float32) for name in names))

    def __call__(self, features: list[list[float]]) -> list[float]:
        """(n, f) features of the rules found for one question, n at least 1 -> (n,) scores."""
        rows = (beside(np.array(features, np.float32)) - self.mean) / self.scale
        units = np.maximum(rows @ self.hidden + self.bias, 0.0)
        scores: list[float] = (rows @ self.linear + units @ self.out).tolist()
        return scores


def beside(rows: Floats) -> Floats:
    """(n, f) -> (n, 3 f): the features, each less the best that another rule has of it, and one over its place (0.0 for
    a rule that the search did not find)."""
    falling = -np.sort(-rows, axis=0)
    best, second = falling[:1], falling[1:2] if len(rows) > 1 else np.zeros_like(falling[:1])
    gap = rows - np.where(rows == best, second, best)
    place = 1 + (rows[None] > rows[:, None]).sum(axis=1)
    return np.concatenate([rows, gap, np.where(rows > 0, 1 / place, 0)], axis=1, dtype=np.float32)
