"""The bar for asserting: what exemplars of high certainty bear out, and nothing where they bear out nothing."""

from __future__ import annotations

import pytest

from retrievers.calibrate import NEVER, bar


@pytest.mark.parametrize(
    ("tried", "found"),
    [
        pytest.param([(0.99, True)] * 31, NEVER, id="one right call too few to show it"),
        pytest.param([(0.99, True)] * 32, 0.99, id="enough right calls"),
        pytest.param(
            [(0.999, True)] * 20 + [(0.99, False)] + [(0.98, True)] * 40,
            NEVER,
            id="wrong too early",
        ),
        pytest.param(
            [(0.999, True)] * 32 + [(0.99, False)] * 5, 0.999, id="wrong below what is borne out"
        ),
        pytest.param(
            [(0.8, True)] * 63, NEVER, id="right calls of low certainty, settled questions all"
        ),
        pytest.param(
            [(0.99, True)] * 10 + [(0.6, True)] * 53, NEVER, id="low ones show nothing of high ones"
        ),
        pytest.param(
            [(0.98, False)] + [(0.6, True)] * 63, NEVER, id="the one high enough was wrong"
        ),
        pytest.param([], NEVER, id="nothing to show it on"),
    ],
)
def test_the_bar_is_what_the_exemplars_bear_out_and_never_low(
    tried: list[tuple[float, bool]], found: float
) -> None:
    assert bar(tried)["sure"] == pytest.approx(found)
