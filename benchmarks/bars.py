"""The bars of coverage and rights, set on log odds that each matter's cases get from fits of the others.

Coverage is judged by vectors and words for every question (`told`), and for those within a band of these log odds anew with
the first pages read (`read`). Below the band the playbook is taken to be silent, above it to speak. The band holds a
fixed share of the questions, so that what most questions cost is what the vectors cost.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from sklearn.metrics import roc_auc_score

KINDS = ("covered", "uncovered", "out", "other")


class Told(Protocol):
    """A case with its log odds: of coverage before and after reading, and of being out of the rights."""

    kind: str
    told_odds: float
    read_odds: float
    out: float


@dataclass(frozen=True)
class Coverage:
    """Log odds before reading between which pages are read, the bar after reading, and the bar `unread` within the
    band that stands where nothing can read: with another embedding model."""

    low: float
    high: float
    bar: float
    unread: float

    def doubtful(self, case: Told) -> bool:
        """Are pages read for it?"""
        return self.low < case.told_odds < self.high

    def odds(self, case: Told) -> float:
        """Log odds that the playbook speaks, as the product comes to them: it does from 0 on."""
        return case.read_odds - self.bar if self.doubtful(case) else case.told_odds - self.unread


def choose_coverage(cases: Sequence[Told], loud: float, read: float) -> Coverage:
    """The band that holds the share `read` of in-scope questions, and the bar, with which the most covered
    questions pass while at most the share `loud` of uncovered ones does; unread, at most that share passes, too,
    or the whole band is silent."""
    told = {k: np.array([c.told_odds for c in cases if c.kind == k]) for k in KINDS}
    odds = {k: np.array([c.read_odds for c in cases if c.kind == k]) for k in KINDS}
    inside = np.concatenate([told[k] for k in KINDS if k != "out"])
    best, most = None, -1.0
    for below in np.linspace(0.0, 1 - read, 81):
        low, high = (float(q) for q in np.quantile(inside, (below, below + read)))
        over = {k: told[k] >= high for k in KINDS}
        doubt = {k: (told[k] > low) & ~over[k] for k in KINDS}
        for bar in np.quantile(odds["covered"], np.linspace(0.0, 0.6, 121)):
            share = {k: np.mean(over[k] | (doubt[k] & (odds[k] >= bar))) for k in KINDS}
            if share["uncovered"] <= loud and share["covered"] > most:
                unread = min(max(float(np.quantile(told["uncovered"], 1 - loud)), low), high)
                best, most = Coverage(low, high, float(bar), unread), float(share["covered"])
    if best is None:
        raise ValueError(f"no bar lets at most {loud} of the uncovered questions pass")
    return best


def choose_rights(
    cases: Sequence[Told], coverage: Coverage, leak: float, refused: float
) -> tuple[float, float]:
    """(answer, refuse): log odds of being out above which an ask goes to a person, so that at most the share `leak`
    of out-of-rights asks passes this bar and that of coverage, and above which it is refused, as at most the
    share `refused` of in-scope questions may be."""
    refuse = float(np.quantile([c.out for c in cases if c.kind != "out"], 1 - refused))
    out = [c for c in cases if c.kind == "out"]
    spoken = sorted(c.out for c in out if coverage.odds(c) >= 0)
    may = int(leak * len(out))
    answer = spoken[may] - 1e-4 if may < len(spoken) else refuse
    return min(answer, refuse), refuse


def show(cases: Sequence[Told], coverage: Coverage, answer: float, refuse: float) -> None:
    """What the bars do to the cases that they were set on, whose log odds come from fits of other matters."""
    by = {kind: [c for c in cases if c.kind == kind] for kind in KINDS}
    judged = [*by["covered"], *by["uncovered"]]
    truth = [c.kind == "covered" for c in judged]
    told = roc_auc_score(truth, [c.told_odds for c in judged])
    read = roc_auc_score(truth, [c.read_odds for c in judged])
    rights = roc_auc_score([c.kind == "out" for c in cases], [c.out for c in cases])
    print(f"\nother matters' fits: AUC coverage {told:.3f}, read {read:.3f}; rights {rights:.3f}")
    for kind, group in by.items():
        speaks = np.array([coverage.odds(c) >= 0 for c in group])
        ours = np.array([c.out <= answer for c in group])
        print(
            f"  {kind:10} n {len(group):4}: past both bars {np.mean(speaks & ours):.3f}, past coverage "
            f"{speaks.mean():.3f}, past rights {ours.mean():.3f}, read "
            f"{np.mean([coverage.doubtful(c) for c in group]):.3f}, "
            f"refused {np.mean([c.out >= refuse for c in group]):.3f}"
        )


def show_matter(name: str, cases: Sequence[Told], coverage: Coverage, answer: float) -> None:
    """What the bars do to one matter's cases, by class."""
    passed = {
        kind: [coverage.odds(c) >= 0 and c.out <= answer for c in cases if c.kind == kind]
        for kind in KINDS
    }
    line = ", ".join(f"{k} {sum(p)}/{len(p)} {np.mean(p):.3f}" for k, p in passed.items() if p)
    print(f"    {name:12} {line}")
