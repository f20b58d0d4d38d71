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
SILENT = 0.15  # share of uncovered questions at which the trade is shown: what is asked of matters at most


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


def choose_band(cases: Sequence[Told], shares: tuple[float, float]) -> tuple[float, float]:
    """The log odds between which pages are read, for the shares of in-scope questions that lie below either."""
    low, high = np.quantile([c.told_odds for c in cases if c.kind != "out"], shares)
    return float(low), float(high)


def choose_coverage(cases: Sequence[Told], band: tuple[float, float], loud: float) -> Coverage:
    """The bars that at most the share `loud` of uncovered questions pass: after reading, and in the band unread.
    Raises ValueError where more of them lie above the band, or there is none."""
    low, high = band
    silent = [c for c in cases if c.kind == "uncovered"]
    if not silent:
        raise ValueError("no uncovered questions to set a bar by")
    may = int(loud * len(silent)) - sum(c.told_odds >= high for c in silent)
    if may < 0:
        raise ValueError(f"more than {loud} of the uncovered questions lie above the band")
    read = sorted((c.read_odds for c in silent if low < c.told_odds < high), reverse=True)
    told = sorted((c.told_odds for c in silent), reverse=True)
    unread = min(max(told[int(loud * len(told))] + 1e-4, low), high)
    return Coverage(low, high, read[may] + 1e-4 if may < len(read) else -99.0, unread)


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
    told = auc(judged, [c.told_odds for c in judged])
    both = auc(judged, [coverage.odds(c) for c in judged])
    doubt = [c for c in judged if coverage.doubtful(c)]
    before, after = (
        auc(doubt, x) for x in zip(*((c.told_odds, c.read_odds) for c in doubt), strict=True)
    )
    rights = roc_auc_score([c.kind == "out" for c in cases], [c.out for c in cases])
    print(
        f"\nother matters' fits: AUC coverage {told:.3f}, with reading {both:.3f}; of what is read {before:.3f}, "
        f"{after:.3f}; rights {rights:.3f}"
    )
    for kind, group in by.items():
        speaks = np.array([coverage.odds(c) >= 0 for c in group])
        ours = np.array([c.out <= answer for c in group])
        print(
            f"  {kind:10} n {len(group):4}: past both bars {np.mean(speaks & ours):.3f}, past coverage "
            f"{speaks.mean():.3f}, past rights {ours.mean():.3f}, read "
            f"{np.mean([coverage.doubtful(c) for c in group]):.3f}, "
            f"refused {np.mean([c.out >= refuse for c in group]):.3f}"
        )


def auc(cases: Sequence[Told], odds: Sequence[float]) -> float:
    """How well log odds tell covered from uncovered questions; .5 where a class is missing."""
    truth = [c.kind == "covered" for c in cases]
    return float(roc_auc_score(truth, odds)) if 0 < sum(truth) < len(truth) else 0.5


def show_matter(name: str, cases: Sequence[Told], coverage: Coverage, answer: float) -> None:
    """What the bars do to one matter's cases, by class."""
    passed = {
        kind: [coverage.odds(c) >= 0 and c.out <= answer for c in cases if c.kind == kind]
        for kind in KINDS
    }
    line = ", ".join(f"{k} {sum(p)}/{len(p)} {np.mean(p):.3f}" for k, p in passed.items() if p)
    judged = [c for c in cases if c.kind in ("covered", "uncovered")]
    told, both = (
        auc(judged, x) for x in zip(*((c.told_odds, coverage.odds(c)) for c in judged), strict=True)
    )
    print(f"    {name:12} AUC {told:.3f}, {both:.3f}; {line}")


def show_trade(name: str, cases: Sequence[Told], coverage: Coverage) -> None:
    """What a bar of a group's own, that the share SILENT of its uncovered questions passes, would let through of
    its covered ones: by vectors alone and with reading."""
    judged = [c for c in cases if c.kind in ("covered", "uncovered")]
    told, both = [c.told_odds for c in judged], [coverage.odds(c) for c in judged]
    print(
        f"{name}: AUC by vectors {auc(judged, told):.3f}, with reading {auc(judged, both):.3f}; of covered pass "
        f"where {SILENT} of uncovered do: by vectors {passing(judged, told):.3f}, with reading "
        f"{passing(judged, both):.3f} (n {sum(c.kind == 'covered' for c in judged)} and "
        f"{sum(c.kind == 'uncovered' for c in judged)})"
    )


def passing(cases: Sequence[Told], odds: Sequence[float]) -> float:
    """The share of covered questions above a bar that at most the share SILENT of uncovered ones passes; 0.0
    where a class is missing."""
    speaks = np.array([c.kind == "covered" for c in cases], bool)
    silent = sorted(np.array(odds)[~speaks], reverse=True)
    if not silent or not speaks.any():
        return 0.0
    return float(np.mean(np.array(odds)[speaks] > silent[int(SILENT * len(silent))]))
