"""A run as a table in the terminal, and as the JSON of `secondchair eval … --json`."""

from __future__ import annotations

from typing import Any

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from evals.limits import Limits
from evals.report.page import sees, to_read
from evals.report.plots import standing
from evals.report.words import SAYS, figure, limit_said
from evals.types import Run

STYLES = {"go": "bold green", "fix": "bold yellow", "stop": "bold red"}
MARKS = {"good": "green", "warn": "yellow", "bad": "red", "plain": ""}


def table(run: Run, limits: Limits) -> RenderableType:
    """Verdict and reasons first, then the measures, then the cases to read."""
    reasons = [Text(f"• {reason}") for reason in run.verdict.reasons]
    head = Panel(
        Group(Text(SAYS[run.verdict.word]), *reasons),
        title=Text(run.verdict.word.upper(), style=STYLES[run.verdict.word]),
        title_align="left",
        subtitle=f"{run.matter} · playbook {run.playbook_version} · {run.suite} · run {run.number or 'not kept'}",
        subtitle_align="right",
    )
    rows = Table("measure", "figure (n; 95 % range)", "limit", box=None, pad_edge=False)
    by_name = {li.measure: li for li in limits.limits}
    for score in run.scores:
        limit = by_name.get(score.name)
        said = limit_said(limit) if limit else ""
        rows.add_row(score.title, Text(figure(score), MARKS[standing(score, limit)]), said)
    cases = to_read(run)
    read = [Text(f"  {r.id}: {r.look or 'lost since the baseline'}; {r.why}") for r in cases[:10]]
    more = [Text(f"  … and {len(cases) - 10} more in the report")] if len(cases) > 10 else []
    title = [Text("Cases to read", style="bold")] if cases else []
    seen = Text(sees(sum(r.settled for r in run.results), limits), style="dim")
    return Group(head, rows, seen, *title, *read, *more)


def as_json(run: Run) -> dict[str, Any]:
    """The suite's scores. Its keys are a contract: add, never rename."""
    return {
        "matter": run.matter,
        "playbook_version": run.playbook_version,
        "suite": run.suite,
        "run": run.number,
        "at": run.at.isoformat(),
        "by": run.by,
        "seconds": run.seconds,
        "cases": len(run.results),
        "scored": sum(r.settled for r in run.results),
        "repeats": run.repeats,
        "composer": run.composer,
        "verdict": run.verdict.word,
        "reasons": list(run.verdict.reasons),
        "scores": {s.name: _score(s) for s in run.scores},
        "confusion": run.confusion,
        "codes": [c.model_dump() for c in run.codes],
        "risk": [p.model_dump() for p in run.risk],
        "baseline": run.baseline,
        "accepted_by": run.accepted_by,
        "changes": [c.model_dump(mode="json") for c in run.changes],
        "read": [{"id": r.id, "look": r.look, "why": r.why} for r in to_read(run)],
        "results": [
            {"id": r.id, "met": r.met, "outcome": r.seen[0].outcome if r.seen else "digest", "look": r.look} for r in run.results
        ],
        "limits": run.limits,
        "fingerprint": run.fingerprint,
        "state": run.state,
    }  # fmt: skip


def _score(score: Any) -> dict[str, Any]:
    told: dict[str, Any] = score.model_dump(exclude={"values", "name"})
    return told
