"""How a measure stands to its limit, in the report and in the picture: as the gate says, told by shape too."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from benches import share
from PIL import Image

from evals.limits import Limit, limits_of
from evals.report.picture import MOST, chosen, difference, picture
from evals.report.plots import MARKS, standing
from evals.run import Bench, run_suite
from evals.session import read_suites
from evals.types import Change

FLOOR = Limit(measure="m", floor=1.0, why="w")
PROVEN = Limit(measure="m", ceiling=0.05, proven=True, why="w")


@pytest.mark.parametrize(
    ("hits", "n", "limit", "how"),
    [
        (27, 27, FLOOR, "good"),
        (26, 27, FLOOR, "bad"),
        (0, 38, PROVEN, "warn"),
        (0, 59, PROVEN, "good"),
        (9, 30, PROVEN, "bad"),
        (2, 3, None, "plain"),
    ],
)
def test_a_mark_says_of_a_measure_what_the_gate_says(
    hits: int, n: int, limit: Limit | None, how: str
) -> None:
    assert standing(share("m", hits, n), limit) == how


def test_a_range_that_ends_at_its_floor_but_for_rounding_is_no_breach() -> None:
    score = share("m", 27, 27).model_copy(update={"high": 1.0 - 1e-12})
    assert standing(score, FLOOR) == "good"
    assert standing(score.model_copy(update={"point": 0.0, "high": 0.0}), FLOOR) == "bad"


def test_standings_are_told_apart_with_no_colour() -> None:
    assert len(set(MARKS.values())) == len(MARKS) == 4


def test_a_picture_shows_what_fails_before_what_has_no_limit_and_never_too_much() -> None:
    limits = [Limit(measure="last", floor=0.9, why="w")]
    scores = [share(f"s{n}", 5, 10) for n in range(30)] + [share("last", 1, 40)]
    kept = chosen(scores, limits)
    assert len(kept) == MOST
    assert kept[-1].name == "last"


def test_a_run_and_a_comparison_become_pictures_on_white(
    bench: Bench, matter_with_suite: Path
) -> None:
    run = run_suite(read_suites(matter_with_suite, "basics")[0], bench)
    limits = limits_of(matter_with_suite, None).limits
    hostile = run.model_copy(
        update={"title": "$\\frac{a}{b}$ & <b> 株式" * 9, "suite": "x_{y}$" * 9}
    )
    change = Change(
        name="met", title="As expected", n=9, lost=("a",), gained=("b", "c"), p=0.5, adjusted=0.9,
        net=-0.1,
    )  # fmt: skip
    made = [picture(run, limits), picture(hostile, limits)]
    made += [difference(changes, True, "h", "a") for changes in ([change], [])]
    for content in made:
        drawn = Image.open(io.BytesIO(content))
        assert drawn.format == "PNG"
        assert drawn.convert("RGB").getpixel((2, 2)) == (255, 255, 255)
