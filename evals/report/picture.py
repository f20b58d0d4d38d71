"""A run, or two beside each other, as a PNG on white: for places that take no HTML, such as a Slack channel."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from evals.limits import Limit
from evals.report.plots import DRAWING, draw_ranges, standing
from evals.types import Change, Run, Score

INK, QUIET, LINE, PAPER = "#1c2024", "#5d656d", "#dfe2e5", "#ffffff"
COLOURS = {"good": "#1a7f4b", "warn": "#9a6100", "bad": "#b3261e", "plain": "#5d656d"}
VERDICTS = {"go": COLOURS["good"], "fix": COLOURS["warn"], "stop": COLOURS["bad"]}
LOOK: Any = {
    "font.family": "DejaVu Sans",
    "font.size": 10.5,
    "text.color": INK,
    "axes.edgecolor": LINE,
    "axes.labelcolor": QUIET,
    "xtick.color": QUIET,
    "ytick.color": INK,
}
MOST = 14  # measures in a picture: a phone's width still reads them
DPI, WIDTH, HEAD, FOOT = 160, 9.6, 0.8, 0.28  # inches
KEY = (
    "Bar: 95 % range.  Stroke: limit.  ● kept  ▲ beyond, chance could explain it, or not proven yet  "
    "✖ its whole range beyond  ◆ no limit"
)
FIRST = ("met", "in_reach", "asserted", "wrong_call", "outside_rights", "refusal_recall", "hit@3")


def picture(run: Run, limits: Sequence[Limit]) -> bytes:
    """The verdict and the measures with their ranges and limits, at most fourteen: those that fail, those
    that have a limit, the best known of the rest. Its words are ids and the report's fixed ones."""
    shown = chosen(run.scores, limits)
    head = f"{run.verdict.word.upper()}   {run.suite}"
    cases = sum(r.settled for r in run.results)
    about = (
        f"{run.title} · playbook {run.playbook_version} · run {run.number or 'not kept'} · "
        f"{cases} case{'s' * (cases != 1)} · {run.at:%Y-%m-%d %H:%M} UTC"
    )
    draw = partial(draw_ranges, scores=shown, limits=limits, colours=COLOURS, ink=INK)
    return _png(draw, 1.5 + 0.31 * len(shown), (head, about, KEY), VERDICTS[run.verdict.word])


def chosen(scores: Sequence[Score], limits: Sequence[Limit]) -> list[Score]:
    """The measures that a picture shows, in the run's order."""
    by_name = {limit.measure: limit for limit in limits}

    def weight(score: Score) -> tuple[bool, bool, int]:
        how = standing(score, by_name.get(score.name))
        known = FIRST.index(score.name) if score.name in FIRST else len(FIRST)
        return (how not in ("bad", "warn"), how == "plain", known)

    told = [s for s in scores if s.point is not None]
    kept = sorted(told, key=weight)[:MOST]
    return [s for s in told if s in kept]


def difference(changes: Sequence[Change], worse: bool, head: str, about: str) -> bytes:
    """Cases lost and gained a measure between two runs; `head` and `about` say of what."""

    def draw(axes: Any) -> None:
        for y, change in enumerate(reversed(changes)):
            lost, gained = len(change.lost), len(change.gained)
            axes.barh(y, -lost, color=COLOURS["bad"], height=0.55)
            axes.barh(y, gained, color=COLOURS["good"], height=0.55)
        most = max([1, *(len(c.lost) for c in changes), *(len(c.gained) for c in changes)])
        axes.axvline(0, color=INK, linewidth=1)
        axes.set_yticks(range(len(changes)), [c.title for c in reversed(changes)])
        axes.set_ylim(-0.6, max(1, len(changes)) - 0.4)
        axes.set_xlim(-1.1 * most, 1.1 * most)
        places = sorted({-most, 0, most})
        axes.set_xticks(places, [str(abs(place)) for place in places])
        beside = axes.secondary_yaxis("right")
        beside.set_yticks(range(len(changes)), [_told(c) for c in reversed(changes)])
        beside.tick_params(length=0, labelcolor=QUIET, labelsize=9)
        beside.spines["right"].set_visible(False)

    key = "Cases: lost to the left, gained to the right."
    colour = VERDICTS["stop" if worse else "go"]
    return _png(draw, 1.5 + 0.42 * max(1, len(changes)), (head, about, key), colour)


def _told(change: Change) -> str:
    lost, gained = len(change.lost), len(change.gained)
    p = "< 0.001" if change.adjusted < 0.001 else f"{change.adjusted:.3f}"
    return f"{lost} lost, {gained} gained of {change.n}, p {p}"


def _png(
    draw: Callable[[Any], None], height: float, texts: tuple[str, str, str], colour: str
) -> bytes:
    """`texts`: the heading in `colour`, what it is about, the key below."""
    import matplotlib as mpl
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    head, about, key = _short(texts[0], 62), _short(texts[1], 120), texts[2]
    with DRAWING, mpl.rc_context(LOOK):
        foot, plot = FOOT / height, 1 - (HEAD + FOOT) / height
        layout = ConstrainedLayoutEngine(rect=(0.004, foot, 0.992, plot))
        figure = Figure(figsize=(WIDTH, height), layout=layout, facecolor=PAPER)
        FigureCanvasAgg(figure)
        put = partial(figure.text, 0.012, ha="left", va="center", parse_math=False)
        put(1 - 0.3 / height, head, fontsize=17, fontweight="bold", color=colour)
        put(1 - 0.63 / height, about, fontsize=9.5, color=QUIET)
        put(0.15 / height, key, fontsize=8.5, color=QUIET)
        axes = figure.subplots()
        draw(axes)
        axes.set_facecolor(PAPER)
        axes.grid(axis="x", color=LINE, linewidth=0.6)
        axes.set_axisbelow(True)
        axes.tick_params(length=0)
        for side in ("top", "right", "left"):
            axes.spines[side].set_visible(False)
        out = io.BytesIO()
        figure.savefig(out, format="png", dpi=DPI, metadata={"Software": None})
    return out.getvalue()


def _short(text: str, most: int) -> str:
    """In at most so many characters, without those that the font cannot draw."""
    from matplotlib.font_manager import findfont, get_font

    font = get_font(findfont(LOOK["font.family"]))
    text = "".join(sign for sign in text if font.get_char_index(ord(sign))).strip()
    return text if len(text) <= most else text[: most - 1] + "…"
