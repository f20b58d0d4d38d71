"""Tables of a run: outcomes expected against seen, each code by itself, risk beside coverage."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from evals import judging
from evals.intervals import f1
from evals.types import Case, Code, Point, Seen

FEW_CASES = 5


def confusion(
    cases: Sequence[Case], seen: Mapping[str, Sequence[Seen]]
) -> dict[str, dict[str, int]]:
    """Expected outcome -> what was shown -> replies."""
    table: dict[str, Counter[str]] = {}
    for case in cases:
        for reply in seen.get(case.id, ()):
            table.setdefault(case.expect.outcome, Counter())[reply.shown] += 1
    return {expected: dict(row) for expected, row in table.items()}


def by_code(cases: Sequence[Case], seen: Mapping[str, Sequence[Seen]]) -> tuple[Code, ...]:
    """One row a choice that was due or given, by field; the first repeat stands for the case."""
    asked = [(c, seen[c.id][0]) for c in cases if seen.get(c.id) and c.expect.calls]
    names = {
        (f, choice)
        for case, reply in asked
        for calls in (case.expect.calls, reply.calls if reply.asserts else {})
        for f, choices in calls.items()
        for choice in choices
        if f in case.expect.calls
    }
    return tuple(_code(field, choice, asked) for field, choice in sorted(names))


def _code(field: str, choice: str, asked: Sequence[tuple[Case, Seen]]) -> Code:
    due = [(c, s) for c, s in asked if choice in c.expect.calls.get(field, ())]
    elsewhere = [
        (c, s) for c, s in asked if field in c.expect.calls and choice not in c.expect.calls[field]
    ]
    given = sum(s.asserts and choice in s.calls.get(field, ()) for _, s in due)
    offered = sum(judging.offered(c, s) for c, s in due)
    wrongly = sum(s.asserts and choice in s.calls.get(field, ()) for _, s in elsewhere)
    counts = {"n": len(due), "given": given, "offered": offered, "wrongly": wrongly}
    row = Code(field=field, choice=choice, missed=len(due) - given - offered, **counts)
    whole = f1(given, wrongly, len(due) - given)
    if len(due) < FEW_CASES or whole is None:
        return row
    rates = {
        "precision": given / (given + wrongly) if given + wrongly else None,
        "recall": given / len(due),
    }
    return row.model_copy(update={**rates, **dict(zip(("f1", "low", "high"), whole, strict=True))})


def risk(cases: Sequence[Case], seen: Mapping[str, Sequence[Seen]]) -> tuple[Point, ...]:
    """Risk and coverage together, surest first, over coding questions; empty where none was answered."""
    asked = [(c, seen[c.id][0]) for c in cases if c.expect.calls and seen.get(c.id)]
    sure = sorted(
        ((s.confidence, judging.wrong_call(c, s)) for c, s in asked if s.asserts), reverse=True
    )
    points, wrong = [], 0
    for n, (confidence, bad) in enumerate(sure, 1):
        wrong += bad
        if n == len(sure) or sure[n][0] != confidence:
            points.append(Point(covered=n / len(asked), risk=wrong / n, n=n))
    return tuple(points)
