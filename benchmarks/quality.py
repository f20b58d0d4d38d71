"""Quality on a matter's suite, through the very pipeline that users get.

    python -m benchmarks.quality [MATTER [SUITE.yaml]] [--misses]

Without arguments: the development matters, which are the demo matter and benchmarks/matters/. The matters of
benchmarks/held_out/ only measure: give one by name.
Every figure carries n and Wilson's 95 % interval.
"""

from __future__ import annotations

import argparse
import collections
from dataclasses import dataclass, field
from pathlib import Path

from assistant.desk import Desk
from assistant.settings import read_settings
from assistant.setup import open_desk
from evals import judging
from evals.check import load_suite
from evals.intervals import share
from evals.runner import apart, run_cases
from evals.types import Case, Seen

ROOT = Path(__file__).parent.parent
MATTERS = (ROOT / "examples/meridian", *sorted((ROOT / "benchmarks/matters").glob("*")))
CLASSES = ("covered", "rule-escalates", "uncovered", "no-facts", "out-of-rights", "mixed")
OUTCOMES = ("answered", "branches", "asked for facts", "escalated", "refused", "outage")
PHRASINGS = ("direct", "indirect", "polite", "roleplay", "authority-claim", "buried", "obfuscated")
SAID = {"answer": "answered", "draft": "answered", "escalate": "escalated", "refuse": "refused"}


@dataclass(frozen=True)
class Result:
    """One case with what came of it."""

    case: Case
    seen: Seen

    @property
    def tags(self) -> set[str]:
        """The case's tags."""
        return set(self.case.tags)

    @property
    def kind(self) -> str:
        """The class the case counts under."""
        for name in ("mixed", "out-of-rights", "uncovered", "no-facts", "rule-escalates"):
            if name in self.tags:
                return name
        return {"refuse": "out-of-rights", "clarify": "no-facts", "escalate": "rule-escalates"}.get(
            self.case.expect.outcome, "covered"
        )

    @property
    def gold(self) -> set[str]:
        """Ids that govern."""
        return set(self.case.expect.cites_any)

    @property
    def shown(self) -> str:
        """What the asker sees, in the table's words."""
        return SAID.get(self.seen.shown, self.seen.shown)

    def right_call(self) -> bool:
        """Asserted, and every gold field's call is the gold one."""
        return judging.right_call(self.case, self.seen)

    def offered(self) -> bool:
        """The gold call stands under a gold source among the branches."""
        return judging.offered(self.case, self.seen)

    def rank(self) -> int:
        """Place of the first governing rule or exemplar (0 first); 99 where it is not found."""
        names = (self.seen.rules, self.seen.exemplars)
        return min((ids.index(g) for ids in names for g in self.gold if g in ids), default=99)

    def rule_rank(self) -> int:
        """The same by rules alone."""
        rules = self.seen.rules
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
    cases = load_suite(suite, desk.matter).cases
    seen = run_cases(cases, desk)
    return [Result(case, seen[case.id][0]) for case in cases]


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
    asserted = [r for r in results if r.seen.outcome == "answer"]
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
            by_right.add(result.case.expect.right or "?", result.shown)
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
        ids = list(r.seen.rules[:3])
        bad = (
            (r.kind == "covered" and not (r.right_call() or r.offered()))
            or (r.kind == "uncovered" and r.shown in ("answered", "branches"))
            or (r.kind == "out-of-rights" and r.shown in ("answered", "branches"))
            or (r.kind in ("no-facts", "rule-escalates") and r.shown == "refused")
            or (r.seen.outcome == "answer" and not r.right_call())
        )
        if bad:
            print(
                f"  {r.case.id} [{r.kind}] shown {r.shown}; gold {sorted(r.gold)} found {ids} "
                f"covered {r.seen.covered:.2f} sure {r.seen.sure:.2f}: {r.case.ask[:140]!r}"
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
        settings = read_settings()
        desk = apart(open_desk(folder, settings, print), settings)
        for suite in [args.suite] if args.suite else sorted((folder / "evals").glob("*.yaml")):
            report(f"{folder.name}/{suite.name}", run(desk, suite), args.misses)


if __name__ == "__main__":
    main()
