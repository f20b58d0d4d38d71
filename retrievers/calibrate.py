"""The matter's own bar for asserting a call, found on its exemplars, never on a suite.

Each active exemplar is asked as a question with itself taken out of the index. Where the composer
would assert a call, its certainty and whether the call was the ruled one are noted; the bar is the
lowest certainty from which on at most MOST_WRONG of those calls, by the rule of succession
(wrong + 1) / (n + 2), would have been wrong. A matter whose exemplars cannot show that never asserts.
An exemplar is always a question that the playbook or the bank settles, and a reviewer's often is not: so below LEAST
nothing is asserted, whatever the exemplars would bear out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from assistant.types import Call, Evidence, Exemplar, Matter, Question
from retrievers.find import PAGES, Finder
from retrievers.passages import text_of

MOST_WRONG = 0.03
LEAST = 0.95  # from here on the first rule governs 97 in 100 development questions, uncovered ones among them
NEVER = 2.0  # a bar that no certainty reaches
SAMPLE = 300  # exemplars tried at the most
Asserted = Callable[[Question, Evidence], tuple[Call, ...]]


def calibrate(matter: Matter, finder: Finder, asserted: Asserted) -> dict[str, float]:
    """`sure` (the bar), with `tried` and `wrong`: what it was found on."""
    active = [e for e in matter.exemplars if e.status == "active"][:SAMPLE]
    tried = []
    for exemplar in active:
        question, without = Question(ask=text_of(exemplar)), frozenset({exemplar.id})
        unread = finder.find(question.ask, without, reading=False)
        if not any(asserted(question, order) for order in _orders(unread)):
            continue  # nor would reading make it one, which only puts those rules first that it reads
        evidence = finder.find(question.ask, without)
        calls = asserted(question, evidence)
        if calls:
            tried.append((evidence.sure, _right(calls, exemplar)))
    return bar(tried)


def bar(tried: list[tuple[float, bool]]) -> dict[str, float]:
    """The lowest bar that the tried assertions bear out, from (certainty, was it right) pairs."""
    best = {"sure": NEVER, "tried": 0.0, "wrong": 0.0}
    wrong = 0
    for n, (sure, right) in enumerate(sorted(tried, reverse=True), 1):
        wrong += not right
        if sure < LEAST:
            break
        if (wrong + 1) / (n + 2) <= MOST_WRONG:
            best = {"sure": round(sure, 6), "tried": float(n), "wrong": float(wrong)}
    return best


def _orders(evidence: Evidence) -> Iterator[Evidence]:
    """The evidence with each of the rules that may be read put first."""
    rules = evidence.rules
    for first in rules[:PAGES] or (None,):
        others = tuple(found for found in rules if found is not first)
        yield evidence.model_copy(update={"rules": (first, *others) if first else ()})


def _right(calls: tuple[Call, ...], exemplar: Exemplar) -> bool:
    """No field coded otherwise than the exemplar was ruled, and at least one coded the same."""
    ruled: dict[str, set[str]] = {}
    for call in exemplar.calls:
        ruled.setdefault(call.field, set()).add(call.choice)
    shared = [call for call in calls if call.field in ruled]
    return bool(shared) and all(call.choice in ruled[call.field] for call in shared)
