"""Two runs side by side, and a suite's runs over time: as JSON and as a table."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from assistant.types import Noun
from evals.limits import Limits
from evals.paired import comparable, compare
from evals.report.page import sees
from evals.types import Change, Run
from evals.wealth import Watch, watch

WATCHED = "met"
COLUMNS = ("met", "in_reach", "wrong_call", "outside_rights", "over_refusal", "hit@3")


class Comparison(Noun):
    """Changes over the cases asked alike; `purposely` over those that a playbook version changed on purpose."""

    before: Run
    after: Run
    changes: tuple[Change, ...]
    purposely: tuple[Change, ...]
    changed: tuple[str, ...]
    left_out: tuple[str, ...]
    worse: bool
    sees: str

    @classmethod
    def of(cls, before: Run, after: Run, limits: Limits) -> Comparison:
        """`worse` where a measure's adjusted p is below alpha and its net loss above the margin."""
        purpose = {r.id for r in after.results if r.changed_in}
        changes = compare(before, _without(after, purpose), limits.compare.measures)
        alike = set(comparable(before.results, after.results))
        known = {r.id for r in before.results} | {r.id for r in after.results}
        rule = limits.compare
        return cls(
            before=before,
            after=after,
            changes=changes,
            purposely=compare(before, _only(after, purpose), rule.measures) if purpose else (),
            changed=tuple(sorted(purpose)),
            left_out=tuple(sorted(known - alike)),
            worse=any(
                c.adjusted < rule.alpha and c.net > rule.margin and len(c.lost) > len(c.gained)
                for c in changes
            ),
            sees=sees(len(alike - purpose), limits),
        )

    def told(self) -> dict[str, Any]:
        """Keys are a contract: add, never rename."""
        return {
            "before": self.before.number,
            "after": self.after.number,
            "playbooks": [self.before.playbook_version, self.after.playbook_version],
            "differ": self.differ(),
            "worse": self.worse,
            "changes": [c.model_dump(mode="json") for c in self.changes],
            "changed_on_purpose": list(self.changed),
            "purposely": [c.model_dump(mode="json") for c in self.purposely],
            "left_out": list(self.left_out),
            "sees": self.sees,
        }

    def differ(self) -> list[str]:
        """Parts of the fingerprint that differ."""
        one, two = self.before.fingerprint, self.after.fingerprint
        return [part for part in two if one.get(part) != two[part]]

    def table(self) -> RenderableType:
        """For a terminal."""
        verdict = "WORSE, and chance does not explain it" if self.worse else "not shown to be worse"
        names = [
            str(r.number or f"playbook {r.playbook_version}") for r in (self.before, self.after)
        ]
        parts: list[RenderableType] = [
            Text(f"{self.after.suite}: {names[1]} against {names[0]}: {verdict}", style="bold"),
            Text(f"Different: {', '.join(self.differ()) or 'nothing'}"),
            _changes(self.changes),
        ]
        if self.changed:
            parts.append(Text(f"Changed on purpose ({', '.join(self.changed)}):", style="bold"))
            parts.append(_changes(self.purposely))
        if self.left_out:
            parts.append(
                Text(f"Not compared, asked or expected otherwise: {', '.join(self.left_out)}")
            )
        return Group(*parts, Text(self.sees, style="dim"))


def _changes(changes: Sequence[Change]) -> Table:
    table = Table("measure", "cases", "lost", "gained", "net loss", "p", "adjusted", box=None)
    for c in changes:
        lost, gained = (f"{len(ids)} {' '.join(ids[:8])}" for ids in (c.lost, c.gained))
        table.add_row(
            c.title, str(c.n), lost, gained, f"{c.net:.3f}", f"{c.p:.3f}", f"{c.adjusted:.3f}"
        )
    return table


def _only(run: Run, ids: set[str]) -> Run:
    return run.model_copy(update={"results": tuple(r for r in run.results if r.id in ids)})


def _without(run: Run, ids: set[str]) -> Run:
    return run.model_copy(update={"results": tuple(r for r in run.results if r.id not in ids)})


class Trend(Noun):
    """A suite's runs, oldest first, and the e-process over what each lost and gained against the one before."""

    runs: tuple[Run, ...]
    looks: tuple[tuple[int, int], ...]
    watch: Watch

    @classmethod
    def of(cls, runs: Sequence[Run]) -> Trend:
        """Runs of one suite."""
        looks = tuple(_look(a, b) for a, b in pairwise(runs))
        return cls(runs=tuple(runs), looks=looks, watch=watch(looks))

    @property
    def rang(self) -> bool:
        """The alarm rang."""
        return self.watch.rang

    def told(self) -> dict[str, Any]:
        """Keys are a contract: add, never rename."""
        return {
            "matter": self.runs[0].matter,
            "suite": self.runs[0].suite,
            "alarm": self.rang,
            "runs": [
                {
                    "run": run.number,
                    "at": run.at.isoformat(),
                    "playbook_version": run.playbook_version,
                    "verdict": run.verdict.word,
                    "state": run.state,
                    "lost_gained": look,
                    "wealth": wealth,
                    "scores": {s.name: [s.point, s.low, s.high, s.n] for s in run.scores},
                }
                for run, look, wealth in self._rows()
            ],
        }

    def table(self) -> RenderableType:
        """For a terminal."""
        table = Table(
            "run", "when", "playbook", "verdict", *COLUMNS, "lost/gained", "wealth", box=None
        )
        for run, look, wealth in self._rows():
            points = {s.name: s.point for s in run.scores}
            told = [f"{points[c]:.3f}" if points.get(c) is not None else "" for c in COLUMNS]
            moved = f"{look[0]}/{look[1]}" if look else ""
            when = run.at.strftime("%Y-%m-%d %H:%M")
            table.add_row(
                str(run.number),
                when,
                run.playbook_version,
                run.verdict.word,
                *told,
                moved,
                f"{wealth:.2f}",
            )
        alarm = "ALARM: losses that chance does not explain" if self.rang else "no alarm"
        return Group(Text(f"{self.runs[0].suite}: {alarm} (rings at 20)", style="bold"), table)

    def _rows(self) -> list[tuple[Run, tuple[int, int] | None, float]]:
        looks = (None, *self.looks)
        return list(zip(self.runs, looks, (1.0, *self.watch.wealth), strict=True))


def _look(before: Run, after: Run) -> tuple[int, int]:
    changes = compare(
        before, _without(after, {r.id for r in after.results if r.changed_in}), [WATCHED]
    )
    return (len(changes[0].lost), len(changes[0].gained)) if changes else (0, 0)
