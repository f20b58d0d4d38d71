"""Calibration: blind calls of a panel on a suite's cases, and the assistant beside the panel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from assistant.types import Matter, Noun
from evals.agreement import Agreement, agreement, kappa, majority
from evals.drawing import Draw, Item, fingerprint_of, stratified
from evals.intervals import wilson
from evals.types import Case, Run, Suite

PERSON = "Needs a person"
OUTCOMES = {
    "answer": "The playbook answers it",
    "clarify": "Needs facts",
    "escalate": PERSON,
    "refuse": "Not the assistant's right",
    "draft": "A draft to approve",
}


class Open(Noun):
    """A case without a majority: a question to the owner of the playbook."""

    item: str
    owner: str
    calls: dict[str, int]


class Panel(Noun):
    """A calibration session's figures. `ceiling` is a rater's mean agreement with the others' majority."""

    agreement: Agreement
    ceiling: float | None
    gold: tuple[int, int]
    assistant: tuple[int, int] | None
    kappa: float | None
    reach: tuple[int, int] | None
    open: tuple[Open, ...]


def items_of(suite: Suite, matter: Matter) -> list[Item]:
    """One item a coding field that a case asks about; one on the outcome where it asks for no call."""
    choices = {f.name: f.choices for f in matter.coding_fields}
    found: list[Item] = []
    for case in suite.cases:
        for field, gold in case.expect.calls.items():
            labels = (*choices.get(field, ()), PERSON)
            shown = f"{case.ask}\n\nCode: {field}"
            found.append(
                Item(
                    id=f"{case.id}/{field}",
                    shown=shown,
                    labels=labels,
                    stratum=f"{field}={gold[0]}",
                )
            )
        if not case.expect.calls:
            shown = f"{case.ask}\n\nWhat should the assistant do?"
            found.append(
                Item(
                    id=f"{case.id}/outcome",
                    shown=shown,
                    labels=tuple(OUTCOMES.values()),
                    stratum=case.expect.outcome,
                )
            )
    return found


def draw_panel(suite: Suite, matter: Matter, n: int, seed: int) -> Draw:
    """A stratified, seeded draw of a suite's items."""
    items = items_of(suite, matter)
    return Draw(
        kind="calibration",
        matter=matter.id,
        source=suite.suite,
        seed=seed,
        size=len(items),
        population=fingerprint_of([item.id for item in items]),
        items=stratified(items, n, seed),
    )


def panel(
    draw: Draw,
    calls: Sequence[tuple[str, str, str]],
    suite: Suite,
    matter: Matter,
    run: Run | None = None,
) -> Panel:
    """The session's figures from (rater, item, call) rows; `run` is the assistant's on the same suite."""
    by: dict[str, dict[str, str]] = {item.id: {} for item in draw.items}
    for rater, item, call in calls:
        by.setdefault(item, {})[rater] = call
    verdicts = {item: majority(called) for item, called in by.items() if called}
    settled = {item: label for item, label in verdicts.items() if label}
    gold = _gold(suite)
    said, near = _assistant(run) if run else ({}, set())
    both = [i for i in settled if i in said]
    reachable = [i for i in settled if run and not i.endswith("/outcome")]
    return Panel(
        agreement=agreement(by, draw.seed),
        ceiling=_ceiling(by),
        gold=(sum(gold.get(i) == label for i, label in settled.items()), len(settled)),
        assistant=(sum(said[i] == settled[i] for i in both), len(both)) if run else None,
        kappa=kappa([said[i] for i in both], [settled[i] for i in both]),
        reach=(sum((i, settled[i]) in near or said.get(i) == settled[i] for i in reachable), len(reachable)) if run else None,
        open=tuple(_open(item, by[item], matter) for item, label in verdicts.items() if label is None),
    )  # fmt: skip


def _ceiling(by: Mapping[str, Mapping[str, str]]) -> float | None:
    """How often one rater agrees with the majority of the others."""
    hits = []
    for called in by.values():
        for rater, label in called.items():
            rest = majority({r: c for r, c in called.items() if r != rater})
            if rest is not None and len(called) > 2:
                hits.append(label == rest)
    return sum(hits) / len(hits) if hits else None


def _gold(suite: Suite) -> dict[str, str]:
    return {item: label for case in suite.cases for item, label in _gold_of(case)}


def _gold_of(case: Case) -> list[tuple[str, str]]:
    if not case.expect.calls:
        return [(f"{case.id}/outcome", OUTCOMES[case.expect.outcome])]
    return [(f"{case.id}/{field}", "; ".join(sorted(c))) for field, c in case.expect.calls.items()]


def _assistant(run: Run) -> tuple[dict[str, str], set[tuple[str, str]]]:
    """What the assistant called, and what stood one click away, by item."""
    said: dict[str, str] = {}
    near: set[tuple[str, str]] = set()
    for result in (r for r in run.results if r.seen):
        seen = result.seen[0]
        said[f"{result.id}/outcome"] = OUTCOMES.get(seen.outcome, PERSON)
        for field, choices in seen.calls.items():
            said[f"{result.id}/{field}"] = "; ".join(sorted(choices))
        for offer in seen.offers:
            near |= {
                (f"{result.id}/{field}", "; ".join(sorted(c))) for field, c in offer.calls.items()
            }
    return said, near


def _open(item: str, called: Mapping[str, str], matter: Matter) -> Open:
    field = item.rsplit("/", 1)[-1]
    lane = next((lane for lane in matter.lanes if field in lane.covers), None)
    counts: dict[str, int] = {}
    for label in called.values():
        counts[label] = counts.get(label, 0) + 1
    owner = lane.owner if lane else matter.rights[0].accountable
    return Open(item=item, owner=owner, calls=counts)


def lines(found: Panel) -> list[str]:
    """The session in sentences, the panel as the ceiling beside every accuracy."""
    a = found.agreement
    told = [f"{a.raters} raters, {a.items} items called by two or more"]
    if a.raw is not None:
        told.append(f"raw agreement of pairs {a.raw:.3f}")
    span = (
        f" ({a.low:.3f} to {a.high:.3f})" if a.low is not None else " (under ten items: no range)"
    )
    told.append(
        f"alpha {a.alpha:.3f}{span}"
        if a.alpha is not None
        else "alpha: every call was the same, nothing to tell"
    )
    told += [
        f"  on {label!r}: {share:.3f} (called {n} times)" for label, (n, share) in a.labels.items()
    ]
    if found.ceiling is not None:
        told.append(
            f"a rater agrees with the majority of the others in {found.ceiling:.3f}: the ceiling of what follows"
        )
    told.append(f"the suite's gold against the panel: {_share(found.gold)}")
    if found.assistant is not None and found.reach is not None:
        kappa_said = f", kappa {found.kappa:.3f}" if found.kappa is not None else ""
        told.append(
            f"calls the assistant gave against the panel: {_share(found.assistant)}{kappa_said}"
        )
        told.append(
            f"the panel's call given or one click away (the two added): {_share(found.reach)}"
        )
    told.append(
        f"{len(found.open)} without a majority: questions to the owner of the playbook, not scored"
    )
    return told


def _share(count: tuple[int, int]) -> str:
    hits, n = count
    low, high = wilson(hits, n)
    return f"{hits / n:.3f} ({hits} of {n}; {low:.3f} to {high:.3f})" if n else "none settled"


def questions(found: Panel, suite: Suite) -> str:
    """The open cases as a page for the owner of the playbook."""
    asks = {case.id: case.ask for case in suite.cases}
    told = [
        "# Questions to the owner of the playbook",
        "",
        "The panel reached no majority on these.",
        "",
    ]
    for case in found.open:
        votes = ", ".join(f"{label}: {n}" for label, n in sorted(case.calls.items()))
        told += [
            f"## {case.item} (for the {case.owner})",
            "",
            asks.get(case.item.rsplit("/", 1)[0], ""),
            "",
            f"Called: {votes}",
            "",
        ]
    return "\n".join(told)
