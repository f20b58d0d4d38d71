"""Plots as SVG that takes its colours from the page (light, dark, print). With `picture`, what knows matplotlib."""

from __future__ import annotations

import io
import re
import threading
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from evals.intervals import upper
from evals.limits import Limit
from evals.types import Point, Run, Score

# Stand-ins that the page's CSS replaces: matplotlib knows no CSS variables.
INK, QUIET, LINE, GOOD, WARN, BAD = "#010101", "#020202", "#030303", "#040404", "#050505", "#060606"
NAMES = {INK: "ink", QUIET: "quiet", LINE: "line", GOOD: "good", WARN: "warn", BAD: "bad"}
LOOK: Any = {
    "svg.fonttype": "none",
    "svg.hashsalt": "secondchair",
    "font.family": "sans-serif",
    "font.size": 9.5,
    "text.color": INK,
    "axes.edgecolor": LINE,
    "axes.labelcolor": QUIET,
    "xtick.color": QUIET,
    "ytick.color": INK,
}


def ranges(scores: Sequence[Score], limits: Sequence[Limit]) -> str:
    """Each measure's figure with its range and, where there is one, its floor or ceiling."""
    shown = [s for s in scores if s.point is not None]
    draw = partial(draw_ranges, scores=shown, limits=limits, colours=NAMES_OF, ink=INK)
    return _svg(draw, height=0.6 + 0.27 * len(shown), label="Measures with their ranges and limits")


def draw_ranges(
    axes: Any,
    scores: Sequence[Score],
    limits: Sequence[Limit],
    colours: Mapping[str, str],
    ink: str,
) -> None:
    """The scores from the top down: a mark for what was measured, whose shape says how it stands to its limit
    (an upright stroke), a bar for its range. `colours` by standing."""
    by_name = {limit.measure: limit for limit in limits}
    for y, score in enumerate(reversed(scores)):
        limit = by_name.get(score.name)
        how = standing(score, limit)
        if score.low is not None and score.high is not None:
            axes.hlines(y, score.low, score.high, color=colours[how], linewidth=5, alpha=0.45)
        axes.plot([score.point], [y], MARKS[how], color=colours[how], markersize=6.5)
        bound = limit and (limit.floor if limit.floor is not None else limit.ceiling)
        if bound is not None:
            axes.vlines(bound, y - 0.38, y + 0.38, color=ink, linewidth=1.6)
    axes.set_yticks(range(len(scores)), [f"{s.title}  (n {s.n})" for s in reversed(scores)])
    axes.set_ylim(-0.6, len(scores) - 0.4)
    axes.set_xlim(-0.02, 1.02)


def standing(score: Score, limit: Limit | None) -> str:
    """`good`, `warn` (beyond its limit, or not proven), `bad` (its whole range is), `plain` (no limit)."""
    if limit is None or score.point is None:
        return "plain"
    if limit.floor is not None:
        high = 1.0 if score.high is None else score.high
        beyond, all_of_it = score.point < limit.floor - NEAR, high < limit.floor - NEAR
    else:
        ceiling, low = limit.ceiling or 0.0, score.low or 0.0
        beyond, all_of_it = score.point > ceiling + NEAR, low > ceiling + NEAR
        beyond = beyond or (limit.proven and upper(round(score.hits + 0.499), score.n) > ceiling)
    return "bad" if all_of_it else "warn" if beyond else "good"


DRAWING = threading.Lock()  # matplotlib's settings are the process's
NEAR = 1e-9  # as in the gate: a bound computed in floats is no breach
MARKS = {"good": "o", "warn": "^", "bad": "X", "plain": "D"}  # told apart with no colour
NAMES_OF = {"good": GOOD, "warn": WARN, "bad": BAD, "plain": QUIET}


def trend(runs: Sequence[Run], names: Sequence[str]) -> str:
    """Chosen measures over stored runs, with their ranges."""

    def draw(axes: Any) -> None:
        for name, colour in zip(names, (INK, GOOD, BAD, WARN), strict=False):
            found = [(i, s) for i, run in enumerate(runs) for s in run.scores if s.name == name]
            points = [(i, s) for i, s in found if s.point is not None]
            if not points:
                continue
            axes.plot([i for i, _ in points], [s.point for _, s in points], "-o", color=colour,
                      markersize=4, linewidth=1.4, label=points[-1][1].title)  # fmt: skip
            axes.vlines([i for i, _ in points], [s.low or s.point for _, s in points],
                        [s.high or s.point for _, s in points], color=colour, alpha=0.35)  # fmt: skip
        axes.set_xticks(range(len(runs)), [f"run {r.number}" for r in runs])
        axes.set_ylim(-0.02, 1.02)
        axes.legend(loc="center left", bbox_to_anchor=(1.01, 0.5), frameon=False, fontsize=8.5)

    return _svg(draw, height=2.4, label="Measures over the stored runs")


def risk(points: Sequence[Point]) -> str:
    """Share of given calls that are wrong, against the share of questions answered."""

    def draw(axes: Any) -> None:
        covered, wrong = [p.covered for p in points], [p.risk for p in points]
        axes.step(covered, wrong, where="post", color=INK, linewidth=1.6)
        axes.plot(covered[-1:], wrong[-1:], "o", color=BAD if wrong[-1] else GOOD)
        axes.set_xlim(0, 1)
        axes.set_ylim(-0.02, max(0.2, *wrong) + 0.02)
        axes.set_xlabel("share of coding questions answered with a call")
        axes.set_ylabel("share of those wrong")

    return _svg(draw, height=2.2, label="Risk beside coverage")


def _svg(draw: Any, height: float, label: str) -> str:
    import matplotlib as mpl
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    with DRAWING, mpl.rc_context(LOOK):
        figure = Figure(figsize=(9.2, height), layout="constrained")
        FigureCanvasSVG(figure)
        axes = figure.subplots()
        draw(axes)
        axes.grid(axis="x", color=LINE, linewidth=0.6)
        axes.set_axisbelow(True)
        axes.tick_params(length=0)
        for side in ("top", "right", "left"):
            axes.spines[side].set_visible(False)
        out = io.StringIO()
        figure.savefig(out, format="svg", transparent=True, metadata={"Date": None})
    return _themed(out.getvalue(), label)


def _themed(svg: str, label: str) -> str:
    """Inline SVG with the page's colours and fonts, and a name for those who cannot see it."""
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    for colour, name in NAMES.items():
        svg = svg.replace(colour, f"var(--{name})")
    svg = re.sub(r'<g id="[^"]*"', "<g", svg)  # several plots stand on one page
    return svg.replace("<svg ", f'<svg role="img" aria-label="{label}" ', 1)
