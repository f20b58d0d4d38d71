"""A run -> one self-contained HTML file for a lawyer: verdict, why and the cases to read come first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from evals.limits import Limits
from evals.paired import detectable
from evals.report import plots
from evals.report.words import GROUPS, SAYS, figure, limit_said, passed_over
from evals.types import Result, Run, Score

HERE = Path(__file__).parent
FIRST = 8  # cases to read on the first screen
HEADLINE = ("in_reach", "wrong_call", "outside_rights", "hit@3")
TREND = ("in_reach", "hit@3", "wrong_call", "outside_rights")


def page(run: Run, limits: Limits, asks: Mapping[str, str], history: Sequence[Run] = ()) -> str:
    """The report. `asks` are the questions by case id (a stored run holds none); `history` ends with `run`."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    rooms = Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    rooms.filters["figure"] = figure
    return rooms.get_template("report.html.j2").render(_told(run, limits, asks, history))


def _told(
    run: Run, limits: Limits, asks: Mapping[str, str], history: Sequence[Run]
) -> dict[str, Any]:
    by_name = {s.name: s for s in run.scores}
    scored = [r for r in run.results if r.settled]
    cases = to_read(run)
    drawn = [n for n in TREND if n in by_name] or list(by_name)[:3]
    return {
        "run": run,
        "says": SAYS[run.verdict.word],
        "asks": asks,
        "cases": cases,
        "first": cases[:FIRST],
        "scored": len(scored),
        "unsettled": [r for r in run.results if not r.settled],
        "limits": limits,
        "limit_of": {li.measure: limit_said(li) for li in limits.limits},
        "standing": {
            s.name: plots.standing(s, next((li for li in limits.limits if li.measure == s.name), None))
            for s in run.scores
        },
        "groups": _groups(by_name),
        "headline": headline(run),
        "ranges": plots.ranges(run.scores, limits.limits),
        "risk": plots.risk(run.risk) if run.risk else "",
        "trend": plots.trend(history, drawn) if len(history) > 1 and drawn else "",
        "passed_over": passed_over(run),
        "sees": sees(len(scored), limits),
    }  # fmt: skip


def headline(run: Run) -> list[Score]:
    """The figures of the first screen: the best known that were measured, else the first four."""
    by_name = {s.name: s for s in run.scores}
    known = [by_name[n] for n in HEADLINE if n in by_name]
    return known or [s for s in run.scores if s.point is not None][:4]


def to_read(run: Run) -> list[Result]:
    """The cases a person should read: breaches first, then what was lost since the baseline, then the rest."""
    lost = {i for change in run.changes for i in change.lost}

    def grave(result: Result) -> tuple[bool, bool, bool, bool]:
        helped = (result.look or "").startswith(("for a person", "outside the rights"))
        never = bool(result.breach and result.never)
        return (not never, not result.breach, result.id not in lost, not helped)

    return sorted((r for r in run.results if r.settled and (r.look or r.id in lost)), key=grave)


def sees(n: int, limits: Limits) -> str:
    """The smallest drop that the comparison with the baseline would stop, in words."""
    rule = limits.compare
    alpha = rule.alpha / len(rule.measures)  # Holm's first step: the hardest it can get
    still, moving = (detectable(n, churn, alpha, rule.margin) for churn in (0.0, rule.churn))
    if still is None:
        return f"With {n} cases no drop would stop the gate by comparison: too few to say."
    also = f"; {moving:.1%} where chance alone flips {rule.churn:.0%} each way" if moving else ""
    return (
        f"With {n} cases the comparison stops a true drop of {still:.1%} in 80 of 100 runs where nothing "
        f"else moves{also}. A smaller drop may pass unseen."
    )


def _groups(by_name: Mapping[str, Score]) -> list[tuple[str, str, list[Score]]]:
    return [
        (title, lead, [by_name[n] for n in names if n in by_name])
        for title, lead, names in GROUPS
        if any(n in by_name for n in names)
    ]
