"""A standardised logistic regression: fitted numbers that a file holds, applied to a row of features."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Logistic:
    """`mean` and `scale` standardise a row, `weight` and `bias` give its log odds."""

    mean: tuple[float, ...]
    scale: tuple[float, ...]
    weight: tuple[float, ...]
    bias: float

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Logistic:
        """From what a weights file holds."""
        return cls(
            tuple(data["mean"]), tuple(data["scale"]), tuple(data["weight"]), float(data["bias"])
        )

    def odds(self, row: Sequence[float]) -> float:
        """Log odds. Raises ValueError where the row has another length than the weights."""
        terms = zip(row, self.mean, self.scale, self.weight, strict=True)
        return self.bias + sum(w * (x - m) / s for x, m, s, w in terms)

    def __call__(self, row: Sequence[float]) -> float:
        """Probability in [0, 1]."""
        odds = max(-30.0, min(self.odds(row), 30.0))  # in this order what is not a number is a no
        return 1 / (1 + math.exp(-odds))
