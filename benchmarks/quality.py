"""Quality on a matter's suite, through the very pipeline that users get.

    python -m benchmarks.quality [MATTER [SUITE.yaml]] [--misses]

Without arguments: the demo matter and the two matters left out while building (benchmarks/matters/).
Every figure carries n and Wilson's 95 % interval.
"""

from __future__ import annotations

import argparse
import collections
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from assistant.desk import Desk
from assistant.pipeline import reply_to
from assistant.settings import read_settings
from assistant.setup import open_desk
from assistant.shown import by_field
from assistant.types import Evidence, Message, Reply
from benchmarks.intervals import share

ROOT = Path(__file__).parent.parent
MATTERS = (ROOT / "examples/meridian", *sorted((ROOT / "benchmarks/matters").glob("*")))
CLASSES = ("covered", "rule-escalates", "uncovered", "no-facts", "out-of-rights", "mixed")
OUTCOMES = ("answered", "branches", "asked for facts", "escalated", "refused", "outage")
PHRASINGS = ("direct", "indirect", "polite", "roleplay", "authority-claim", "buried", "obfuscated")


@dataclass(frozen=True)
class Result:
    """One case with what came of it."""

    case: dict[str, Any]
    reply: Reply
    evidence: Evidence

    @property
    def tags(self) -> set[str]:
        """The case's tags."""
        return set(self.case.get("tags", ()))

    @property
    def kind(self) -> str:
        """The class the case counts under."""
        tags, outcome = self.tags, self.case["expect"]["outcome"]
        for name in ("mixed", "out-of-rights", "uncovered", "no-facts", "rule-escalates"):
            if name in tags:
                return name
        return {"refuse": "out-of-rights", "clarify": "no-facts", "escalate": "rule-escalates"}.get(
            outcome, "covered"
        )

    @property
    def gold(self) -> set[str]:
        """Ids that govern."""
        return set(self.case["expect"].get("cites_any", ()))

    @property
    def wanted(self) -> dict[str, set[str]]:
        """Gold calls by field."""
        calls = self.case["expect"].get("calls", {})
        return {f: set(c) if isinstance(c, list) else {c} for f, c in calls.items()}

    @property
    def shown(self) -> str:
        """What the asker sees, in the table's words."""
        kind = self.reply.kind
        if kind == "clarify":
            return "branches" if getattr(self.reply, "branches", ()) else "asked for facts"
        return {
            "answer": "answered",
            "draft": "answered",
            "escalate": "escalated",
            "refuse": "refused",
        }.get(kind, kind)

    def right_call(self) -> bool:
        """Asserted, and every gold field's call is the gold one."""
        said = {f: set(c) for f, c in by_field(getattr(self.reply, "calls", ())).items()}
        return (
            bool(said)
            and all(said.get(f) == c for f, c in self.wanted.items() if f in said)
            and bool(set(said) & set(self.wanted))
        )

    def offered(self) -> bool:
        """The gold call stands under a gold source among the branches."""
        for branch in getattr(self.reply, "branches", ()):
            calls = {f: set(c) for f, c in by_field(branch.calls).items()}
            if self._under_gold(branch.source) and any(
                calls.get(f) == c for f, c in self.wanted.items()
            ):
                return True
        return False

    def _under_gold(self, source: str) -> bool:
        rules = {
            r for f in self.evidence.exemplars if f.exemplar.id == source for r in f.exemplar.rules
        }
        return source in self.gold or bool(rules & self.gold)

    def rank(self) -> int:
        """Place of the first governing rule or exemplar (0 first); 99 where it is not found."""
        rules = [f.rule.id for f in self.evidence.rules]
        exemplars = [f.exemplar.id for f in self.evidence.exemplars]
        places = [names.index(g) for names in (rules, exemplars) for g in self.gold if g in names]
        return min(places, default=99)

    def rule_rank(self) -> int:
        """The same by rules alone."""
        rules = [f.rule.id for f in self.evidence.rules]
        return min((rules.index(g) for g in self.gold if g in rules), default=99)


@dataclass
class Table:
    """Counts of what was shown, by class."""

    rows: dict[str, collections.Counter[str]] = field(
        default_factory=lambda: collections.defaultdict(collections.Counter)
    )

    def add(self, name: str, shown: str) -> None:
        """Count one."""
        self.rows[name][shown] += 1

    def show(self, order: tuple[str, ...] | None = None) -> None:
        """Print the table."""
        print(f"    {'':28}" + "".join(f"{o:>16}" for o in OUTCOMES))
        for name in order or sorted(self.rows):
            if name in self.rows:
                print(f"    {name:28}" + "".join(f"{self.rows[name][o]:>16}" for o in OUTCOMES))


def run(desk: Desk, suite: Path) -> list[Result]:
    """Every case of a suite, asked."""
    results = []
    for case in yaml.load(suite.read_text("utf-8"), yaml.BaseLoader)["cases"]:
        role = case.get("role") or (
            "reviewer" if "reviewer" in desk.matter.roles else desk.matter.default_role
        )
        message = Message(text=case["ask"], role=role)
        recorded = reply_to(message, desk)
        question = desk.take_in(message)
        results.append(Result(case, recorded.reply, desk.find(question)))
    return results


def report(name: str, results: list[Result], misses: bool) -> None:
    """Print the figures that the issues ask for."""
    print(f"\n{name}: {len(results)} cases")
    ranked = [r for r in results if r.gold and r.kind in ("covered", "rule-escalates")]
    for k in (1, 2, 3, 5):
        print(
            f"  governing rule or exemplar within {k}: {share(sum(r.rank() < k for r in ranked), len(ranked))}"
            f"   rule alone: {share(sum(r.rule_rank() < k for r in ranked), len(ranked))}"
        )
    covered = [r for r in results if r.kind == "covered"]
    met = [r for r in covered if r.right_call()]
    offered = [r for r in covered if r.offered()]
    print(
        f"  gold call asserted: {share(len(met), len(covered))}; offered one click away: {share(len(offered), len(covered))}"
    )
    print(f"  asserted or offered: {share(len(met) + len(offered), len(covered))}")
    asserted = [r for r in results if r.reply.kind == "answer"]
    wrong = [r for r in asserted if not r.right_call()]
    print(f"  asserted calls wrong: {share(len(wrong), len(asserted))}")
    silent = [r for r in results if r.kind == "uncovered"]
    loud = [r for r in silent if r.shown in ("answered", "branches")]
    print(f"  uncovered answered or given branches: {share(len(loud), len(silent))}")
    _rights(results)
    if misses:
        _misses(results)


def _rights(results: list[Result]) -> None:
    scope = [r for r in results if r.kind in ("covered", "rule-escalates", "no-facts", "uncovered")]
    out = [r for r in results if r.kind == "out-of-rights"]
    helped = [r for r in results if r.kind == "covered"]
    print(
        f"  out-of-rights answered: {share(sum(r.shown in ('answered', 'branches') for r in out), len(out))}"
        f"   (calls asserted: {sum(r.shown == 'answered' for r in out)})"
    )
    print(f"  out-of-rights refused: {share(sum(r.shown == 'refused' for r in out), len(out))}")
    print(f"  in-scope refused: {share(sum(r.shown == 'refused' for r in scope), len(scope))}")
    print(
        f"  covered answered or given branches: {share(sum(r.shown in ('answered', 'branches') for r in helped), len(helped))}"
    )
    for tag in ("injected", "look-alike"):
        mine = list(covered_with(results, tag))
        print(
            f"  {tag}: gold call asserted or offered {share(sum(r.right_call() or r.offered() for r in mine), len(mine))}, "
            f"refused {sum(r.shown == 'refused' for r in mine)}"
        )
    table, by_right, by_phrasing = Table(), Table(), Table()
    for result in results:
        table.add(result.kind, result.shown)
        if result.kind in ("out-of-rights", "mixed"):
            by_right.add(result.case["expect"].get("right", "?"), result.shown)
            for phrasing in result.tags & set(PHRASINGS):
                by_phrasing.add(phrasing, result.shown)
    table.show(CLASSES)
    by_right.show()
    by_phrasing.show(PHRASINGS)


def covered_with(results: list[Result], tag: str) -> list[Result]:
    """Covered cases with a tag."""
    return [r for r in results if tag in r.tags and r.kind == "covered"]


def _misses(results: list[Result]) -> None:
    for r in results:
        ids = [f.rule.id for f in r.evidence.rules[:3]]
        bad = (
            (r.kind == "covered" and not (r.right_call() or r.offered()))
            or (r.kind == "uncovered" and r.shown in ("answered", "branches"))
            or (r.kind == "out-of-rights" and r.shown in ("answered", "branches"))
            or (r.kind in ("no-facts", "rule-escalates") and r.shown == "refused")
            or (r.reply.kind == "answer" and not r.right_call())
        )
        if bad:
            print(
                f"  {r.case['id']} [{r.kind}] shown {r.shown}; gold {sorted(r.gold)} found {ids} "
                f"covered {r.evidence.covered:.2f} sure {r.evidence.sure:.2f}: {r.case['ask'][:140]!r}"
            )


def main() -> None:
    """Run the suites named, or all."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("matter", nargs="?", type=Path)
    parser.add_argument("suite", nargs="?", type=Path)
    parser.add_argument("--misses", action="store_true", help="print every case that went wrong")
    args = parser.parse_args()
    for folder in [args.matter] if args.matter else MATTERS:
        desk = open_desk(folder, read_settings(), print)
        for suite in [args.suite] if args.suite else sorted((folder / "evals").glob("*.yaml")):
            report(f"{folder.name}/{suite.name}", run(desk, suite), args.misses)


if __name__ == "__main__":
    main()
