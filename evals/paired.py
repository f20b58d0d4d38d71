"""Two runs compared case by case: mid-p McNemar, Holm over the listed measures, the drop it can see.

Mid-p McNemar: Fagerland, Lydersen, Laake 2013. Holm 1979. A graded value that rose or fell counts as
gained or lost, which makes it the sign test with mid-p.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache

from evals.types import Change, Result, Run

POWER = 0.8


def mcnemar(lost: int, gained: int) -> float:
    """Two-sided mid-p of `lost` against `gained`, were either as likely; 1 where none changed."""
    return _mcnemar(min(lost, gained), lost + gained)


@lru_cache(maxsize=4096)
def _mcnemar(fewer: int, n: int) -> float:
    if n == 0:
        return 1.0
    below = sum(math.comb(n, k) for k in range(fewer))
    return min(1.0, float((2 * below + math.comb(n, fewer)) / 2**n))


def holm(ps: Sequence[float]) -> list[float]:
    """Adjusted p values, in the order given."""
    adjusted, worst = [1.0] * len(ps), 0.0
    for place, i in enumerate(sorted(range(len(ps)), key=lambda i: ps[i])):
        worst = max(worst, min(1.0, (len(ps) - place) * ps[i]))
        adjusted[i] = worst
    return adjusted


def compare(before: Run, after: Run, names: Sequence[str]) -> tuple[Change, ...]:
    """Each listed measure over the cases that both runs asked alike, those changed on purpose aside."""
    alike = comparable(before.results, after.results)
    old, new = ({s.name: s for s in run.scores} for run in (before, after))
    rows = []
    for name in (n for n in names if n in old and n in new):
        sign = -1.0 if new[name].better == "low" else 1.0
        both = [i for i in alike if i in old[name].values and i in new[name].values]
        moved = {i: sign * (new[name].values[i] - old[name].values[i]) for i in both}
        lost = tuple(i for i in both if moved[i] < -1e-9)
        gained = tuple(i for i in both if moved[i] > 1e-9)
        net = -sum(moved.values()) / len(both) if both else 0.0
        rows.append((new[name], len(both), lost, gained, mcnemar(len(lost), len(gained)), net))
    adjusted = holm([row[4] for row in rows])
    return tuple(
        Change(name=s.name, title=s.title, n=n, lost=down, gained=up, p=p, adjusted=a, net=net)
        for (s, n, down, up, p, net), a in zip(rows, adjusted, strict=True)
    )


def comparable(before: Sequence[Result], after: Sequence[Result]) -> list[str]:
    """Ids of cases with the same question and the same expectation in both, in the later's order."""
    keys: Mapping[str, str] = {r.id: r.key for r in before if r.settled}
    return [r.id for r in after if r.settled and keys.get(r.id) == r.key]


def power(n: int, drop: float, churn: float, alpha: float, margin: float) -> float:
    """Chance that a true net loss of `drop` stops the gate, where `churn` of the cases flip each way
    by chance: summed over every possible (lost, gained), each binomial in n."""
    from scipy.stats import binom

    lose, gain = min(1.0, drop + churn), churn
    lost = binom.pmf(range(n + 1), n, lose)
    total = 0.0
    for g, p in enumerate(binom.pmf(range(n + 1), n, gain)):
        if p < 1e-9:
            continue
        first = _threshold(g, n, alpha, margin)
        total += float(p) * float(lost[first:].sum())
    return total


def _threshold(gained: int, n: int, alpha: float, margin: float) -> int:
    """The fewest losses that stop the gate beside `gained` gains."""
    lost = gained + max(1, math.floor(margin * n) + 1)
    while lost <= n and mcnemar(lost, gained) >= alpha:
        lost += 1
    return lost


def detectable(n: int, churn: float, alpha: float, margin: float) -> float | None:
    """The smallest true drop (a share) that stops the gate in 80 of 100 runs; None: no drop does."""
    if n == 0 or power(n, 1.0 - churn, churn, alpha, margin) < POWER:
        return None
    low, high = 0.0, 1.0 - churn
    for _ in range(12):
        middle = (low + high) / 2
        low, high = (
            (low, middle) if power(n, middle, churn, alpha, margin) >= POWER else (middle, high)
        )
    return high
