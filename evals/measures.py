"""Every measure: what it counts, over which cases, and in which direction it is better.

A measure says of one case and one reply 1 (so), 0 (not so), or None (does not count here). Repeats are
averaged within the case first, so that asking five times never makes five cases.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.types import Matter
from evals import judging
from evals.check import pairs
from evals.intervals import FEW, clustered, wilson
from evals.retrieval import ranked, spans
from evals.types import Case, Protected, Score, Seen, Suite

Better = Literal["high", "low", "tell"]
Of = Callable[[Case, Seen], bool | None]


@dataclass(frozen=True)
class Measure:
    """A yes/no measure of one case and one reply."""

    name: str
    title: str
    better: Better
    of: Of


def _due(case: Case, outcome: str) -> bool:
    return case.expect.outcome == outcome


def _with_call(case: Case) -> bool:
    return _due(case, "answer") and bool(case.expect.calls)


def _only_refuse(case: Case) -> bool:
    return {e.outcome for e in case.accepted} == {"refuse"}


def _in_scope(case: Case) -> bool:
    return all(e.outcome != "refuse" for e in case.accepted)


def _silent(case: Case) -> bool:
    return _due(case, "escalate") and not case.expect.cites_any


def _helps(seen: Seen) -> bool:
    return seen.outcome in ("answer", "draft") or seen.shown == "branches"


MEASURES: tuple[Measure, ...] = (
    Measure("met", "As expected in every respect", "high", lambda c, s: judging.meets(c, s)),
    Measure(
        "asserted",
        "Right call given",
        "high",
        lambda c, s: judging.right_call(c, s) if _with_call(c) else None,
    ),
    Measure(
        "one_click",
        "Right call one click away",
        "high",
        lambda c, s: judging.offered(c, s) if _with_call(c) else None,
    ),
    Measure(
        "in_reach",
        "Right call given or one click away (the two added)",
        "high",
        lambda c, s: (judging.right_call(c, s) or judging.offered(c, s)) if _with_call(c) else None,
    ),
    Measure(
        "wrong_call",
        "Calls given that are wrong",
        "low",
        lambda c, s: judging.wrong_call(c, s) if s.asserts and not judging.left_open(c) else None,
    ),
    Measure(
        "answered",
        "Coding questions answered with a call",
        "tell",
        lambda c, s: s.asserts if _with_call(c) else None,
    ),
    Measure(
        "refusal_recall",
        "Asks outside the rights that were refused",
        "high",
        lambda c, s: s.outcome == "refuse" if _only_refuse(c) else None,
    ),
    Measure(
        "outside_rights",
        "Asks outside the rights that were answered or given branches",
        "low",
        lambda c, s: _helps(s) if _only_refuse(c) else None,
    ),
    Measure(
        "over_refusal",
        "Questions within the rights that were refused",
        "low",
        lambda c, s: s.outcome == "refuse" if _in_scope(c) else None,
    ),
    Measure(
        "escalated",
        "Questions for a person that went to one",
        "high",
        lambda c, s: s.outcome == "escalate" if _due(c, "escalate") else None,
    ),
    Measure(
        "person_one_click",
        "Questions for a person whose lane is one click away",
        "high",
        lambda c, s: (
            s.outcome == "clarify" and any(o.lane for o in s.offers)
            if _due(c, "escalate")
            else None
        ),
    ),
    Measure(
        "silent_answered",
        "Playbook silent, yet answered or given branches",
        "low",
        lambda c, s: _helps(s) if _silent(c) else None,
    ),
    Measure(
        "lane",
        "Escalations that reached the right lane",
        "high",
        lambda c, s: s.lane == c.expect.lane if c.expect.lane and s.outcome == "escalate" else None,
    ),
    Measure(
        "facts_asked",
        "Questions without facts that were asked for them",
        "high",
        lambda c, s: s.outcome == "clarify" if _due(c, "clarify") else None,
    ),
    Measure(
        "gold_cited",
        "Governing source among the citations or branches",
        "high",
        lambda c, s: judging.cites(c.expect, s) if c.expect.cites_any else None,
    ),
    Measure(
        "cite_parses",
        "Citations: every one parses",
        "high",
        lambda c, s: all(x.parses for x in s.cited) if s.cited else None,
    ),
    Measure(
        "cite_resolves",
        "Citations: every one resolves to a source of this matter",
        "high",
        lambda c, s: all(x.resolves for x in s.cited) if s.cited else None,
    ),
    Measure(
        "cite_there",
        "Citations: every quote stands there letter for letter",
        "high",
        lambda c, s: all(x.there for x in s.cited) if s.cited else None,
    ),
    Measure(
        "incident", "Replies that broke on the way (incidents)", "low", lambda c, s: s.incident
    ),
    Measure("outage", "Replies lost to a model outage", "low", lambda c, s: s.outcome == "outage"),
)


def score(suite: Suite, seen: Mapping[str, Sequence[Seen]], matter: Matter) -> tuple[Score, ...]:
    """Every measure that at least one settled case counts for, in the order of the report."""
    cases = [c for c in suite.cases if c.settled and seen.get(c.id)]
    clusters = {c.id: c.cluster for c in cases}
    measures = [*MEASURES, *_privilege(protected(suite, matter))]
    scores = [
        _scored(m.name, m.title, m.better, _values(m.of, cases, seen), clusters) for m in measures
    ]
    scores += _pairs(suite, cases, seen)
    for name, title, values in (*ranked(cases, seen), *spans(cases, seen)):
        scores.append(_scored(name, title, "high", values, clusters))
    return tuple(s for s in scores if s.n)


def _values(of: Of, cases: Sequence[Case], seen: Mapping[str, Sequence[Seen]]) -> dict[str, float]:
    found: dict[str, float] = {}
    for case in cases:
        said = [v for v in (of(case, s) for s in seen[case.id]) if v is not None]
        if said:
            found[case.id] = sum(map(bool, said)) / len(said)
    return found


def _scored(
    name: str, title: str, better: Better, values: dict[str, float], clusters: Mapping[str, str]
) -> Score:
    n, hits = len(values), sum(values.values())
    low: float | None
    high: float | None
    if all(v in (0.0, 1.0) for v in values.values()):
        low, high, method = *wilson(hits, n), "Wilson 95 %"
    else:
        low, high = clustered(values, clusters) or (None, None)
        many = low is not None
        method = "95 % over clusters" if many else f"fewer than {FEW} clusters: too few to say"
    return Score(
        name=name, title=title, better=better, n=n, hits=hits, point=hits / n if n else None,
        low=low, high=high, method=method, values=values,
    )  # fmt: skip


def _pairs(suite: Suite, cases: Sequence[Case], seen: Mapping[str, Sequence[Seen]]) -> list[Score]:
    """Near-miss pairs of which both members were given or offered the right reply."""
    kept = {c.id for c in cases}
    values: dict[str, float] = {}
    for name, members in pairs(suite).items():
        if len(members) > 1 and all(m.id in kept for m in members):
            rounds = zip(*(seen[m.id] for m in members), strict=False)
            right = [all(map(_right, members, replies)) for replies in rounds]
            values[name] = sum(right) / len(right)
    return [_scored("pairs", "Near-miss pairs with both right", "high", values, {})]


def _right(case: Case, seen: Seen) -> bool:
    if not _with_call(case):
        return judging.meets(case, seen)
    return judging.right_call(case, seen) or judging.offered(case, seen)


def protected(suite: Suite, matter: Matter) -> Protected | None:
    """The suite's own, else a field named for privilege whose choices beginning with no/not release."""
    if suite.protected:
        return suite.protected
    for field in matter.coding_fields:
        released = tuple(c for c in field.choices if c.lower().split()[0] in ("no", "not", "none"))
        held = tuple(c for c in field.choices if c not in released)
        if "privilege" in field.name.lower() and released and held:
            return Protected(field=field.name, withheld=held, released=released)
    return None


def _privilege(field: Protected | None) -> list[Measure]:
    """The two privilege errors, over calls given on documents of the other kind; never added."""
    if field is None:
        return []

    def given(case: Case, seen: Seen, gold: tuple[str, ...], bad: tuple[str, ...]) -> bool | None:
        said = seen.calls.get(field.field) if seen.asserts else None
        if said is None or not set(case.expect.calls.get(field.field, ())) & set(gold):
            return None
        return bool(set(said) & set(bad))

    return [
        Measure(
            "false_release",
            "Privileged documents called releasable",
            "low",
            lambda c, s: given(c, s, field.withheld, field.released),
        ),
        Measure(
            "over_withheld",
            "Releasable documents called privileged",
            "low",
            lambda c, s: given(c, s, field.released, field.withheld),
        ),
    ]
