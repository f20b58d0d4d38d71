"""Shares with n and Wilson's 95 % interval (Wilson 1927), as every quality figure is printed."""

from __future__ import annotations

import math


def wilson(hits: int, n: int, z: float = 1.96) -> tuple[float, float]:
    """Lower and upper bound in [0, 1] of a share of `hits` in `n`; (0, 1) where n is 0."""
    if n == 0:
        return 0.0, 1.0
    p = hits / n
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return max(0.0, middle - half), min(1.0, middle + half)


def share(hits: int, n: int) -> str:
    """`.93 (112/120, .87-.96)`."""
    if n == 0:
        return "n 0"
    low, high = wilson(hits, n)
    return f"{hits / n:.3f} ({hits}/{n}, {low:.3f}-{high:.3f})"
