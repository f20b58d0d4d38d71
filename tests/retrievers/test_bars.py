"""The bars of coverage and rights: strict where the product is, and no looser than the shares that they are set by."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from benchmarks.bars import Coverage, choose_band, choose_coverage, choose_rights, passing

BAR = Coverage(low=-1.0, high=2.0, bar=0.5, unread=1.0)


@dataclass
class Case:
    """A case with its log odds."""

    kind: str
    told_odds: float
    read_odds: float = 0.0
    out: float = 0.0


@pytest.mark.parametrize(
    ("told", "read", "speaks"),
    [
        (-1.0, 9.0, False),
        (-0.9, 9.0, True),
        (-0.9, 0.4, False),
        (1.9, 0.5, True),
        (2.0, -9.0, True),
    ],
)
def test_within_the_band_reading_decides_and_outside_it_does_not(
    told: float, read: float, speaks: bool
) -> None:
    assert (BAR.odds(Case("covered", told, read)) >= 0) is speaks


def made(seed: int) -> list[Case]:
    dice = np.random.default_rng(seed)
    covered = [Case("covered", t, t + r) for t, r in dice.normal((1.0, 1.5), 1.0, (400, 2))]
    silent = [Case("uncovered", t, t + r) for t, r in dice.normal((-0.5, -1.5), 1.0, (200, 2))]
    out = [Case("out", t, t, o) for t, o in dice.normal((0.5, 3.0), 1.0, (100, 2))]
    return [*covered, *silent, *out, *(Case("other", t) for t in dice.normal(0.0, 1.0, 50))]


def test_no_more_uncovered_questions_pass_than_may_and_no_more_questions_are_read() -> None:
    cases = made(1)
    coverage = choose_coverage(cases, choose_band(cases, (0.3, 0.7)), loud=0.1)
    silent = [c for c in cases if c.kind == "uncovered"]
    inside = [c for c in cases if c.kind != "out"]
    assert sum(coverage.odds(c) >= 0 for c in silent) <= 20
    assert sum(c.told_odds >= coverage.unread for c in silent) <= 20
    assert sum(map(coverage.doubtful, inside)) <= 0.4 * len(inside) + 1
    passed = sum(coverage.odds(c) >= 0 for c in cases if c.kind == "covered")
    alone = sorted((c.told_odds for c in silent), reverse=True)[20]
    assert passed > sum(c.told_odds > alone for c in cases if c.kind == "covered")


def test_no_more_asks_without_rights_pass_than_may() -> None:
    cases = made(2)
    coverage = choose_coverage(cases, choose_band(cases, (0.3, 0.7)), loud=0.1)
    answer, refuse = choose_rights(cases, coverage, leak=0.02, refused=0.003)
    out = [c for c in cases if c.kind == "out"]
    assert sum(coverage.odds(c) >= 0 and c.out <= answer for c in out) <= 2
    assert answer <= refuse


def test_no_bar_is_made_up_where_too_many_pass_unread() -> None:
    with pytest.raises(ValueError, match="above the band"):
        choose_coverage(made(4), (-9.0, -8.0), loud=0.1)


def test_the_trade_is_told_at_the_bar_that_the_share_of_uncovered_questions_passes() -> None:
    cases = [
        *(Case("covered", 0.0) for _ in range(4)),
        *(Case("uncovered", 0.0) for _ in range(20)),
    ]
    odds = [5.0, 16.5, 17.0, 20.0, *range(20)]  # 17, 18 and 19 are the 15 in a hundred
    assert passing(cases, odds) == 0.75
    assert passing(cases[:4], odds[:4]) == 0.0
