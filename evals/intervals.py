"""Ranges for shares, F1 and graded measures; `python -m benchmarks.evals ranges` simulates what they hold.

Yes/no: Wilson (1927). A safety claim: one-sided Clopper-Pearson (1934). F1: Wilson on TP/(TP+FP+FN), of
which F1 is 2j/(1+j): over cases drawn at random TP of that union is binomial, so it does not collapse at
0 and 1. Graded: the mean's variance over whole clusters, carried to the logit scale with Student's t; resampling
clusters instead held the truth in .93 where this holds it in .95, for the scores crowd against 1.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

Z = 1.959963984540054
FEW = 10  # clusters below which no range is given


def wilson(hits: float, n: int, z: float = Z) -> tuple[float, float]:
    """Lower and upper bound in [0, 1] of a share of `hits` in `n`; (0, 1) where n is 0."""
    if n == 0:
        return 0.0, 1.0
    p = hits / n
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return max(0.0, middle - half), min(1.0, middle + half)


def share(hits: int, n: int) -> str:
    """`0.933 (112/120, 0.874-0.966)`."""
    if n == 0:
        return "n 0"
    low, high = wilson(hits, n, 1.96)
    return f"{hits / n:.3f} ({hits}/{n}, {low:.3f}-{high:.3f})"


def upper(hits: int, n: int, alpha: float = 0.05) -> float:
    """One-sided Clopper-Pearson upper bound of a share, at confidence 1 - alpha."""
    from scipy.stats import beta

    return 1.0 if n == 0 or hits >= n else float(beta.ppf(1 - alpha, hits + 1, n - hits))


def lower(hits: int, n: int, alpha: float = 0.05) -> float:
    """One-sided Clopper-Pearson lower bound."""
    from scipy.stats import beta

    return 0.0 if n == 0 or hits <= 0 else float(beta.ppf(alpha, hits, n - hits + 1))


def needed(hits: int, ceiling: float, alpha: float = 0.05) -> int:
    """How many cases with `hits` failures it takes to claim a rate below `ceiling`: 59 for 0, .05."""
    low, high = hits + 1, hits + 2
    while upper(hits, high, alpha) > ceiling:
        low, high = high, high * 2
    while low < high:
        middle = (low + high) // 2
        low, high = (middle + 1, high) if upper(hits, middle, alpha) > ceiling else (low, middle)
    return low


def f1(tp: int, fp: int, fn: int) -> tuple[float, float, float] | None:
    """(F1, low, high), or None where the code was neither due nor given."""
    union = tp + fp + fn
    if union == 0:
        return None
    low, high = wilson(tp, union)
    return 2 * tp / (2 * tp + fp + fn), 2 * low / (1 + low), 2 * high / (1 + high)


def clustered(
    values: Mapping[str, float], clusters: Mapping[str, str]
) -> tuple[float, float] | None:
    """95 % range in [0, 1] of the mean of graded `values`, its unit the cluster; None under 10 clusters."""
    from scipy.stats import t

    groups: dict[str, list[float]] = {}
    for name, value in values.items():
        groups.setdefault(clusters.get(name, name), []).append(value)
    many = len(groups)
    if many < FEW:
        return None
    mean = sum(map(sum, groups.values())) / len(values)
    if not 0 < mean < 1:
        return wilson(mean * many, many)
    residuals = (sum(group) - mean * len(group) for group in groups.values())
    error = math.sqrt(many / (many - 1) * sum(r * r for r in residuals)) / len(values)
    half = float(t.ppf(0.975, many - 1)) * error / (mean * (1 - mean))
    middle = math.log(mean / (1 - mean))
    return _expit(middle - half), _expit(middle + half)


def _expit(x: float) -> float:
    return 1 / (1 + math.exp(-x)) if x > -700 else 0.0
