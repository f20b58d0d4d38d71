"""review_matter: the loader's problems, then every deeper check, in the order people mend them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from assistant.ledger import Entry
from assistant.matter import check_matter
from assistant.review import bank, branches, gaps, reach, rights, rules, spelled
from assistant.review.drift import drift
from assistant.review.finding import ORDER, Finding, from_problem
from assistant.review.reading import Embed, Reading
from assistant.types import Matter

Check = Callable[[Reading], Iterator[Finding]]
CHECKS: tuple[Check, ...] = (
    rules.overlapping_rules,
    branches.never_chosen,
    bank.against_their_rule,
    bank.overruled_but_active,
    bank.twins_with_different_calls,
    branches.left_open,
    branches.unless_without_call,
    rules.see_circles,
    reach.unreached_choices,
    reach.lanes_nobody_holds,
    reach.unlit_rules,
    reach.fields_without_lane,
    rights.alike_asks,
    rights.asks_under_two_rights,
    spelled.dates_that_differ,
    spelled.names_spelled_twice,
    gaps.gaps,
)


def review_matter(
    folder: Path | str, embed: Embed | None = None, entries: Iterable[Entry] = ()
) -> tuple[Matter | None, list[Finding]]:
    """The matter (None if it has format errors) and every finding: errors, warnings, then notes.

    `embed` turns texts into unit vectors; without it likeness is read from words alone. `entries`
    are the ledger's, for what was asked and escalated. Never raises for what a folder holds.
    """
    matter, problems = check_matter(folder)
    found = [from_problem(problem) for problem in problems]
    if matter is not None:
        reading = Reading(matter, embed)
        for check in CHECKS:
            found += check(reading)
        found += drift(reading, entries)
    return matter, sorted(found, key=lambda f: ORDER.index(f.severity))


def exit_code(findings: Iterable[Finding]) -> int:
    """0 clean (notes are allowed), 1 warnings, 2 errors."""
    worst = {finding.severity for finding in findings}
    return 2 if "error" in worst else 1 if "warning" in worst else 0
