"""What puts the rules found in order."""

from __future__ import annotations

import numpy as np
import pytest

from retrievers.ranker import Ranker
from retrievers.weights import shipped

ROWS = np.random.default_rng(3).random((9, 8)).tolist()


def test_units_of_the_hidden_layer_count_when_they_are_above_zero() -> None:
    one = np.ones(1, np.float32)
    rank = Ranker(0 * one, one, 2 * one, one[:, None], -0.5 * one, 4 * one)
    assert rank([[0.75], [0.25]]) == pytest.approx([2.5, 0.5])


def test_features_are_standardised_first() -> None:
    one = np.ones(1, np.float32)
    rank = Ranker(0.5 * one, 0.25 * one, one, 0 * one[:, None], 0 * one, 0 * one)
    assert rank([[0.75], [0.25]]) == pytest.approx([1.0, -1.0])


def test_a_rule_has_the_same_score_whatever_else_was_found() -> None:
    rank = shipped().rank
    assert rank(ROWS) == pytest.approx([rank([row])[0] for row in ROWS], abs=1e-4)


@pytest.mark.parametrize("n", [0, 1, 2, 6], ids=["dense", "condition", "exemplar", "words"])
def test_more_likeness_ranks_higher(n: int) -> None:
    plain = [0.5, 0.4, 0.5, 0.4, 0.5, 0.5, 0.4, 0.5]
    liker = [x + 0.2 * (i == n) for i, x in enumerate(plain)]
    first, second = shipped().rank([liker, plain])
    assert first > second
