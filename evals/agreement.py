"""How far people agree: raw agreement, Krippendorff's alpha with a range, kappa, agreement by label.

Alpha (nominal) as in Krippendorff 2011; its range resamples whole items. Agreement by label is specific
agreement (Cicchetti & Feinstein 1990): rare labels sink alpha at equal skill, so it is never shown alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np

from assistant.types import Noun

Calls = Mapping[str, Mapping[str, str]]  # item -> rater -> label
DRAWS = 1000


class Agreement(Noun):
    """Over items that two or more called. `labels`: label -> (times called, agreement in [0, 1])."""

    items: int
    raters: int
    raw: float | None
    alpha: float | None
    low: float | None
    high: float | None
    labels: dict[str, tuple[int, float]]


def agreement(calls: Calls, seed: int = 1) -> Agreement:
    """All of it, from blind calls."""
    rows = [tuple(by.values()) for by in calls.values() if len(by) > 1]
    raters = {r for by in calls.values() for r in by}
    pairs = [pair for row in rows for pair in combinations(row, 2)]
    bounds = _range(rows, seed)
    return Agreement(
        items=len(rows),
        raters=len(raters),
        raw=sum(a == b for a, b in pairs) / len(pairs) if pairs else None,
        alpha=alpha(rows),
        low=bounds[0] if bounds else None,
        high=bounds[1] if bounds else None,
        labels=_by_label(pairs),
    )


def alpha(rows: Sequence[Sequence[str]]) -> float | None:
    """Krippendorff's alpha for nominal labels; None where every call is the same (nothing to tell)."""
    counted = [Counter(row) for row in rows if len(row) > 1]
    totals: Counter[str] = Counter()
    for row in counted:
        totals.update(row)
    n = sum(totals.values())
    chance = n * n - sum(c * c for c in totals.values())
    if n < 2 or chance == 0:
        return None
    seen = sum(
        (m * m - sum(c * c for c in row.values())) / (m - 1)
        for row in counted
        if (m := sum(row.values()))
    )
    return 1 - (n - 1) * seen / chance


def _range(rows: Sequence[Sequence[str]], seed: int) -> tuple[float, float] | None:
    if len(rows) < 10:
        return None
    rng = np.random.default_rng(seed)
    drawn = (rng.integers(0, len(rows), len(rows)) for _ in range(DRAWS))
    found = [a for a in (alpha([rows[i] for i in places]) for places in drawn) if a is not None]
    if len(found) < DRAWS / 2:
        return None
    low, high = np.quantile(found, [0.025, 0.975])
    return float(low), float(high)


def _by_label(pairs: Sequence[tuple[str, str]]) -> dict[str, tuple[int, float]]:
    both, either = (
        Counter(a for a, b in pairs if a == b),
        Counter(x for pair in pairs for x in pair),
    )
    return {label: (n, 2 * both[label] / n) for label, n in sorted(either.items())}


def majority(by: Mapping[str, str]) -> str | None:
    """The label that more than half of the raters gave; None where there is none."""
    if not by:
        return None
    label, n = Counter(by.values()).most_common(1)[0]
    return label if 2 * n > len(by) else None


def kappa(one: Sequence[str], two: Sequence[str]) -> float | None:
    """Cohen's kappa of two callers; None where both gave one and the same label throughout."""
    if not one or len({*one, *two}) < 2:
        return None
    from sklearn.metrics import cohen_kappa_score

    return float(cohen_kappa_score(list(one), list(two)))
