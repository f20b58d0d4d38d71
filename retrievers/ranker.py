"""What puts the rules that the searches found in order.

    (n, 8) features ─▶ a linear layer and a hidden one ─▶ (n,) scores

What a likeness says depends on the others that the rule has, which no weighing of them one by one can tell. Trained
listwise (Cao et al. 2007, ListNet's top one) by `benchmarks/regressions.py`, so that the difference of two scores is
about the log odds that one governs rather than the other.
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
    """`mean` and `scale` (f,) standardise a rule's features; `linear` (f,) weighs them, and so does one layer of h
    rectified units: `hidden` (f, h), `bias` (h,), `out` (h,)."""

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
        """(n, f) features of the rules found, n at least 1 -> (n,) scores."""
        rows = (np.array(features, np.float32) - self.mean) / self.scale
        units = np.maximum(rows @ self.hidden + self.bias, 0.0)
        scores: list[float] = (rows @ self.linear + units @ self.out).tolist()
        return scores
