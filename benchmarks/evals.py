"""What the evals' statistics are worth, by simulation: ranges, false alarms, power. No matter is read.

    python -m benchmarks.evals [ranges|gate|power|watch]

`ranges`: how often a 95 % range holds the truth, over true rates from .50 to .99 (the mean and the
worst). `gate`: how often the gate stops a run in which nothing changed. `power`: the printed smallest
drop against simulated runs. `watch`: false alarms of weekly monitoring over two years of looks.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import pairwise

import numpy as np

from evals.gate import decide
from evals.intervals import clustered, f1, wilson
from evals.limits import SHIPPED, read_limits
from evals.paired import compare, detectable, mcnemar
from evals.types import Result, Run, Score, Verdict
from evals.wealth import watch

SIZES = (20, 50, 100, 200, 500)
RATES = tuple(round(r, 2) for r in np.arange(0.50, 1.0, 0.01))


def coverage_wilson(n: int) -> tuple[float, float]:
    """(mean, worst) exact coverage over the true rates."""
    from scipy.stats import binom

    bounds = [wilson(k, n) for k in range(n + 1)]
    held = [
        sum(float(binom.pmf(k, n, p)) for k, (a, b) in enumerate(bounds) if a <= p <= b)
        for p in RATES
    ]
    return float(np.mean(held)), float(min(held))


def coverage_clustered(n: int, draws: int = 1500) -> tuple[float, float]:
    """(mean, worst) simulated coverage of the mean of 1/place, clusters of about four that share a skill."""
    held = []
    for skill in (0.5, 0.7, 0.9):
        rng = np.random.default_rng(n)
        groups = max(10, n // 4)
        truth = skill + (1 - skill) * (0.5 + 1 / 3 + 0.2) / 4
        inside = 0
        for _ in range(draws):
            names = {f"c{i}": f"g{i % groups}" for i in range(n)}
            own = {f"g{g}": rng.beta(skill * 6, (1 - skill) * 6) for g in range(groups)}
            values = {c: _rr(own[g], rng) for c, g in names.items()}
            bounds = clustered(values, names)
            inside += bounds is not None and bounds[0] <= truth <= bounds[1]
        held.append(inside / draws)
    return float(np.mean(held)), min(held)


def _rr(skill: float, rng: np.random.Generator) -> float:
    return 1.0 if rng.random() < skill else float(rng.choice([0.5, 1 / 3, 0.2, 0.0]))


def coverage_f1(n: int, draws: int = 4000) -> tuple[float, float]:
    """(mean, worst) simulated coverage of F1 of a code that half of the cases have."""
    rng = np.random.default_rng(n)
    held = []
    for recall, fallout in ((0.95, 0.02), (0.9, 0.1), (0.7, 0.1), (0.6, 0.3)):
        truth = 2 * recall / (2 * recall + fallout + 1 - recall)
        odds = (0.5 * recall, 0.5 * fallout, 0.5 * (1 - recall), 0.5 * (1 - fallout))
        bounds = [f1(*map(int, row[:3])) for row in rng.multinomial(n, odds, draws)]
        held.append(float(np.mean([bool(b) and b[1] <= truth <= b[2] for b in bounds if b])))
    return float(np.mean(held)), min(held)


def ranges() -> None:
    """Print coverage by size."""
    kinds: dict[str, Callable[[int], tuple[float, float]]] = {
        "yes/no (Wilson)": coverage_wilson,
        "graded (clusters)": coverage_clustered,
        "F1 (Wilson)": coverage_f1,
    }
    for name, of in kinds.items():
        for n in SIZES:
            size = max(n, 40) if of is coverage_clustered else n  # ten clusters of four
            mean, worst = of(size)
            print(
                f"{name:20} n {size:4}: holds the truth in {mean:.3f} (worst true rate {worst:.3f}) of 0.950"
            )


def _run(passed: dict[str, np.ndarray]) -> Run:
    scores = []
    for name, row in passed.items():
        values = {f"c{i}": float(v) for i, v in enumerate(row)}
        hits, n = float(row.sum()), len(row)
        low, high = wilson(hits, n)
        better = (
            "low"
            if name in ("wrong_call", "outside_rights", "over_refusal", "silent_answered")
            else "high"
        )
        scores.append(
            Score(name=name, title=name, better=better, n=n, hits=hits, point=hits / n, low=low, high=high, method="", values=values)
        )  # fmt: skip
    n = len(next(iter(passed.values())))
    results = tuple(
        Result(
            id=f"c{i}", key=str(i), cluster=str(i), tags=(), expected="", seen=(), met=1.0, why=""
        )
        for i in range(n)
    )
    return Run(
        matter="m", title="m", playbook_version="1", suite="s", at=datetime.now(UTC), seconds=0, repeats=1, composer="chat",
        fingerprint={}, state="", limits="", results=results, scores=tuple(scores), verdict=Verdict(word="go", reasons=()),
    )  # fmt: skip


def stopped_unchanged(n: int, flaky: float, draws: int = 400, seed: int = 1) -> float:
    """Share of runs that the comparison stops though nothing changed: a share `flaky` of the cases is a coin
    toss (a chat model's), the rest always comes out alike."""
    limits = read_limits(SHIPPED)
    names, rng, stops = limits.compare.measures, np.random.default_rng(seed), 0
    for _ in range(draws):
        fixed = {
            m: rng.random(n) < (0.9 if m in ("met", "in_reach", "hit@3") else 0.02) for m in names
        }
        coin = {m: rng.random(n) < flaky for m in names}

        def toss() -> Run:
            flipped = {m: np.where(coin[m], rng.random(n) < 0.5, fixed[m]) for m in names}  # noqa: B023
            return _run(flipped)

        before, after = toss(), toss()
        changes = compare(before, after, names)
        stops += decide((), (), limits, changes).word == "stop"
    return stops / draws


def gate() -> None:
    """Print the gate's false alarms."""
    for n in (50, 100, 200, 400):
        rates = [stopped_unchanged(n, flaky) for flaky in (0.0, 0.1, 0.3)]
        told = ", ".join(f"{r:.3f}" for r in rates)
        print(
            f"n {n:4}: stopped with nothing changed {told} (0, 10, 30 in 100 cases a coin toss); at most 0.05 wanted"
        )


def simulated_power(
    n: int, drop: float, churn: float, alpha: float, margin: float, draws: int = 20_000
) -> float:
    """Share of simulated runs in which a true net loss of `drop` is stopped, cases drawn one by one."""
    rng = np.random.default_rng(n)
    lost = rng.binomial(n, min(1.0, drop + churn), draws)
    gained = rng.binomial(n, churn, draws)
    return float(np.mean([
        a > b and mcnemar(int(a), int(b)) < alpha and (a - b) / n > margin for a, b in zip(lost, gained, strict=True)
    ]))  # fmt: skip


def power() -> None:
    """Print the smallest drop and what simulation makes of it."""
    rule = read_limits(SHIPPED).compare
    alpha = rule.alpha / len(rule.measures)
    for n in (50, 100, 200, 400, 800):
        for churn in (0.0, rule.churn):
            drop = detectable(n, churn, alpha, rule.margin)
            if drop is not None:
                found = simulated_power(n, drop, churn, alpha, rule.margin)
                print(
                    f"n {n:4}, churn {churn:.2f}: smallest drop seen {drop:.3f}; simulated power {found:.3f} (0.80 said)"
                )


def alarms(
    weeks: int = 104, cases: int = 200, flaky: float = 0.2, draws: int = 2000
) -> tuple[float, float]:
    """(false alarms by runs of the same cases, by fresh coin tosses): each looked at every week."""
    rng = np.random.default_rng(7)
    same = fresh = 0
    for _ in range(draws):
        coins = rng.random((weeks + 1, int(cases * flaky))) < 0.5
        moves = [(int((a & ~b).sum()), int((~a & b).sum())) for a, b in pairwise(coins)]
        same += watch(moves).rang
        changed = rng.binomial(int(cases * flaky), 0.5, weeks)
        lost = rng.binomial(changed, 0.5)
        fresh += watch(zip(lost.tolist(), (changed - lost).tolist(), strict=True)).rang
    return same / draws, fresh / draws


def weekly() -> None:
    """Print the alarms."""
    same, fresh = alarms()
    print(
        f"weekly looks over two years, nothing changed: alarm in {same:.3f} (same cases), {fresh:.3f} (fresh cases); at most 0.05 wanted"
    )


PARTS = {"ranges": ranges, "gate": gate, "power": power, "watch": weekly}

if __name__ == "__main__":
    for name in sys.argv[1:] or PARTS:
        PARTS[name]()
