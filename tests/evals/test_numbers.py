"""Ranges, comparisons and monitoring keep what they promise; the long simulations are benchmarks.evals."""

from __future__ import annotations

import numpy as np
import pytest
from benches import case, seen
from hypothesis import given
from hypothesis import strategies as st

from assistant.matter import load_matter
from benchmarks.evals import (
    coverage_clustered,
    coverage_f1,
    coverage_wilson,
    simulated_power,
    stopped_unchanged,
)
from evals.intervals import FEW, clustered, f1, lower, needed, share, upper, wilson
from evals.measures import score
from evals.paired import detectable, holm, mcnemar
from evals.retrieval import merged
from evals.tables import by_code, risk
from evals.types import Suite
from evals.wealth import watch
from tests.conftest import Write


@pytest.mark.parametrize("n", [20, 50, 100, 200, 500])
def test_a_wilson_range_holds_the_truth_within_a_point_and_a_half(n: int) -> None:
    assert abs(coverage_wilson(n)[0] - 0.95) <= 0.015


def test_graded_and_f1_ranges_hold_the_truth() -> None:
    assert (
        abs(coverage_clustered(60, draws=400)[0] - 0.95) <= 0.03
    )  # 1,200 draws are within .013 of theirs
    assert abs(coverage_f1(50, draws=1000)[0] - 0.95) <= 0.015


@pytest.mark.parametrize(("ceiling", "n"), [(0.05, 59), (0.02, 149), (0.01, 299)])
def test_clean_cases_needed_for_a_claim(ceiling: float, n: int) -> None:
    assert needed(0, ceiling) == n
    assert upper(0, n) <= ceiling < upper(0, n - 1)


def test_bounds_at_the_edges() -> None:
    assert wilson(0, 0) == (0.0, 1.0)
    assert share(0, 0) == "n 0"
    assert (upper(3, 3), lower(0, 3)) == (1.0, 0.0)
    assert share(112, 120) == "0.933 (112/120, 0.874-0.966)"


def test_under_ten_clusters_no_range_is_given() -> None:
    values = {f"c{i}": i / 20 for i in range(20)}
    few = {f"c{i}": f"g{i % (FEW - 1)}" for i in range(20)}
    assert clustered(values, few) is None
    assert clustered(values, {}) is not None


def test_whole_clusters_widen_the_range() -> None:
    values = {f"c{i}": float(i // 4 % 2) * 0.9 for i in range(80)}
    alone, together = (
        clustered(values, {}),
        clustered(values, {f"c{i}": f"g{i // 4}" for i in range(80)}),
    )
    assert alone is not None
    assert together is not None
    assert together[1] - together[0] > 1.5 * (alone[1] - alone[0])


@given(tp=st.integers(0, 60), fp=st.integers(0, 60), fn=st.integers(0, 60))
def test_f1_stands_inside_its_range(tp: int, fp: int, fn: int) -> None:
    whole = f1(tp, fp, fn)
    if tp + fp + fn == 0:
        assert whole is None
    else:
        assert whole is not None
        assert 0 <= whole[1] <= whole[0] + 1e-12
        assert whole[0] <= whole[2] + 1e-12 <= 1 + 1e-11


@pytest.mark.parametrize(("lost", "gained", "p"), [(0, 0, 1.0), (4, 0, 0.0625), (5, 0, 0.03125), (1, 1, 1.0), (10, 2, 0.0225)])  # fmt: skip
def test_mid_p_mcnemar(lost: int, gained: int, p: float) -> None:
    assert mcnemar(lost, gained) == mcnemar(gained, lost) == pytest.approx(p, abs=1e-3)


def test_holm_steps_down_and_never_falls() -> None:
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([]) == []


@pytest.mark.parametrize("flaky", [0.0, 0.3])
def test_the_gate_stops_at_most_one_unchanged_run_in_twenty(flaky: float) -> None:
    assert stopped_unchanged(120, flaky, draws=200) <= 0.05


@pytest.mark.parametrize("n", [60, 200])
def test_the_printed_smallest_drop_is_seen_in_eighty_of_a_hundred_runs(n: int) -> None:
    drop = detectable(n, 0.02, 0.01, 0.02)
    assert drop is not None
    assert simulated_power(n, drop, 0.02, 0.01, 0.02, draws=4000) == pytest.approx(0.8, abs=0.03)


def test_a_suite_too_small_sees_no_drop() -> None:
    assert detectable(4, 0.0, 0.05, 0.02) is None


def test_weekly_looks_stay_quiet_where_nothing_changed_and_ring_where_cases_are_lost() -> None:
    rng = np.random.default_rng(3)
    rang = 0
    for _ in range(400):
        changed = rng.binomial(30, 0.5, 52)
        lost = rng.binomial(changed, 0.5)
        rang += watch(zip(lost.tolist(), (changed - lost).tolist(), strict=True)).rang
    assert rang / 400 <= 0.05
    assert watch([(2, 0)] * 6).alarm == 5


def test_overlapping_spans_are_merged_before_they_are_counted() -> None:
    assert merged([("a", 5, 9), ("a", 0, 6), ("b", 1, 2), ("a", 20, 30)]) == {
        "a": [(0, 9), (20, 30)],
        "b": [(1, 2)],
    }


def test_repeats_are_averaged_within_the_case_first(write_matter: Write) -> None:
    suite = Suite(suite="s", cases=(case(calls={"privilege": "Not Privileged"}),))
    right, wrong = (
        seen("answer", {"privilege": c}) for c in ("Not Privileged", "Privileged: Withhold")
    )
    found = {
        s.name: s
        for s in score(suite, {"q": (right, right, wrong, wrong)}, load_matter(write_matter()))
    }
    assert (found["asserted"].n, found["asserted"].hits, found["asserted"].low) == (1, 0.5, None)


def test_privilege_errors_are_two_rates_over_calls_that_were_given(write_matter: Write) -> None:
    held, free = {"privilege": "Privileged: Withhold"}, {"privilege": "Not Privileged"}
    cases = [case(calls=c, id=f"q{i}") for i, c in enumerate([held, held, held, free, free])]
    replies = [
        seen("answer", held),
        seen("answer", free),
        seen("clarify"),
        seen("answer", free),
        seen("answer", held),
    ]
    said = {c.id: (r,) for c, r in zip(cases, replies, strict=True)}
    found = {
        s.name: s
        for s in score(Suite(suite="s", cases=tuple(cases)), said, load_matter(write_matter()))
    }
    assert (found["false_release"].hits, found["false_release"].n) == (1, 2)
    assert (found["over_withheld"].hits, found["over_withheld"].n) == (1, 2)


def test_unsettled_cases_are_not_scored(write_matter: Write) -> None:
    cases = (case(id="a"), case(id="b", settled=False))
    found = score(
        Suite(suite="s", cases=cases),
        {"a": (seen("answer"),), "b": (seen("answer"),)},
        load_matter(write_matter()),
    )
    assert {s.n for s in found if s.name == "met"} == {1}


def test_a_code_of_under_five_cases_is_told_in_counts_only() -> None:
    cases = [case(calls={"x": "A"}, id=f"a{i}") for i in range(5)] + [
        case(calls={"x": "B"}, id="b")
    ]
    said = {c.id: (seen("answer", {"x": "A"}),) for c in cases}
    rows = {row.choice: row for row in by_code(cases, said)}
    assert (rows["A"].given, rows["A"].wrongly, rows["A"].precision) == (5, 1, pytest.approx(5 / 6))
    assert (rows["B"].n, rows["B"].f1, rows["B"].missed) == (1, None, 1)


def test_risk_is_told_together_with_coverage() -> None:
    cases = [case(calls={"x": "A"}, id=f"a{i}") for i in range(4)]
    replies = [
        seen("answer", {"x": "A"}, confidence=0.9),
        seen("answer", {"x": "B"}, confidence=0.5),
        seen("clarify"),
        seen("clarify"),
    ]
    points = risk(cases, {c.id: (r,) for c, r in zip(cases, replies, strict=True)})
    assert [(p.covered, p.risk) for p in points] == [(0.25, 0.0), (0.5, 0.5)]
