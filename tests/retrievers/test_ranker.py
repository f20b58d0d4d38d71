"""What puts the rules found in order: how each stands against the others."""

from __future__ import annotations

import numpy as np
import pytest

from retrievers.ranker import Ranker, beside
from retrievers.weights import shipped

ROWS = np.array([[0.6, 0.0], [0.4, 0.2], [0.6, 0.5]], np.float32)


def test_each_feature_stands_beside_its_gap_and_its_place() -> None:
    got = beside(ROWS)
    assert got.shape == (3, 6)
    assert got[:, :2] == pytest.approx(ROWS)
    assert got[:, 2] == pytest.approx([0.0, -0.2, 0.0])  # two share the best
    assert got[:, 3] == pytest.approx([-0.5, -0.3, 0.3])
    assert got[:, 4] == pytest.approx([1, 1 / 3, 1])
    assert got[:, 5] == pytest.approx([0, 1 / 2, 1])  # the first was not found by it


def test_a_rule_found_alone_stands_against_nothing() -> None:
    assert beside(ROWS[:1])[0] == pytest.approx([0.6, 0, 0.6, 0, 1, 0])


def test_the_order_in_which_rules_were_found_does_not_matter() -> None:
    rank, rows = shipped().rank, np.random.default_rng(3).random((9, 8)).tolist()
    turned = rank(rows[::-1])[::-1]
    assert rank(rows) == pytest.approx(turned, abs=1e-4)


def test_a_likeness_says_more_where_the_others_have_less() -> None:
    rank = shipped().rank
    ahead = [0.7, 0.6, 0.7, 0.5, 1.0, 1.0, 0.5, 0.5]
    near, far = [0.95 * x for x in ahead], [0.4 * x for x in ahead]
    (first, second), (alone, behind) = rank([ahead, near]), rank([ahead, far])
    assert alone - behind > first - second > 0


def test_the_units_of_the_hidden_layer_count_when_they_are_above_zero() -> None:
    zeros = np.zeros(3, np.float32)
    one = Ranker(
        zeros,
        zeros + 1,
        zeros,
        np.array([[1.0], [0], [0]], np.float32),
        zeros[:1] - 0.5,
        zeros[:1] + 2,
    )
    assert one([[0.75], [0.25]]) == pytest.approx([0.5, 0.0])
