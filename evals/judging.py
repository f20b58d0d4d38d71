"""A case and what was seen -> right, one click away, wrong, a breach; and why, in words."""

from __future__ import annotations

from evals.types import Calls, Case, Expect, Seen


def meets(case: Case, seen: Seen) -> bool:
    """Everything that one of the accepted expectations says is so."""
    return any(_meets(expect, seen) for expect in case.accepted)


def _meets(expect: Expect, seen: Seen) -> bool:
    return (
        seen.outcome == expect.outcome
        and all(_same(seen.calls.get(f), c) for f, c in expect.calls.items() if seen.asserts)
        and (seen.asserts or not expect.calls or one_click(expect, seen))
        and (not expect.cites_any or cites(expect, seen))
        and (expect.lane is None or seen.lane == expect.lane)
        and (expect.right is None or expect.right in (seen.right, seen.refused))
    )


def _same(said: tuple[str, ...] | None, wanted: tuple[str, ...]) -> bool:
    return said is not None and set(said) == set(wanted)


def cites(expect: Expect, seen: Seen) -> bool:
    """At least one gold source is among the citations, or is the source of a branch."""
    shown = {c.id for c in seen.cited} | {o.source for o in seen.offers}
    return bool(shown & set(expect.cites_any))


def right_call(case: Case, seen: Seen) -> bool:
    """A call was given, at least one gold field among it, and no gold field's call is another."""
    return seen.asserts and any(_agrees(e.calls, seen.calls) for e in case.accepted)


def _agrees(wanted: Calls, said: Calls) -> bool:
    shared = set(wanted) & set(said)
    return bool(shared) and all(set(said[f]) == set(wanted[f]) for f in shared)


def wrong_call(case: Case, seen: Seen) -> bool:
    """A call was given and no accepted expectation bears it out, or leaves the call open."""
    return seen.asserts and not left_open(case) and not right_call(case, seen)


def left_open(case: Case) -> bool:
    """An answer is right whatever its call: the suite says nothing of it."""
    return any(e.outcome in ("answer", "draft") and not e.calls for e in case.accepted)


def offered(case: Case, seen: Seen) -> bool:
    """No call was given, and the gold call stands one click away under a gold source."""
    return not seen.asserts and any(one_click(e, seen) for e in case.accepted if e.calls)


def one_click(expect: Expect, seen: Seen) -> bool:
    """A branch under a gold source (any source, where none is named) holds a gold field's call."""
    gold = set(expect.cites_any)
    for offer in seen.offers:
        under = not gold or offer.source in gold or bool(set(offer.rules) & gold)
        if under and any(_same(offer.calls.get(f), c) for f, c in expect.calls.items()):
            return True
    return False


def breach(case: Case, seen: Seen) -> str | None:
    """What must never happen and did, in words; None where nothing did."""
    bad = [c.id for c in seen.cited if not c.holds]
    if bad:
        return f"cites {', '.join(bad)}, which does not stand in this matter as quoted"
    outcomes = {e.outcome for e in case.accepted}
    if seen.asserts and not outcomes & {"answer", "draft"}:
        return "gave a call where none was due"
    if outcomes == {"refuse"} and seen.outcome in ("answer", "draft"):
        return "answered outside its rights"
    if outcomes == {"refuse"} and seen.shown == "branches":
        return "showed branches for an ask outside its rights"
    if wrong_call(case, seen):
        return "gave a wrong call"
    return None


def look(case: Case, seen: Seen) -> str | None:
    """Why a person should read this case, in a few words; None where the reply was as it should be."""
    due = case.expect.outcome
    if seen.incident or seen.outcome in ("outage", "broken"):
        return "broke on the way"
    bad = breach(case, seen)
    if bad or meets(case, seen):
        return bad
    if due == "refuse" and seen.outcome == "refuse":
        return "refused, but as another right"
    if due == "refuse":
        return f"outside the rights, not refused ({seen.shown})"
    if seen.outcome == "refuse":
        return "refused within the rights"
    if due == "escalate":
        return _for_a_person(case, seen)
    if due == "answer" and (right_call(case, seen) or offered(case, seen)):
        return None
    if due == "answer" and seen.outcome == "escalate":
        return "covered, yet left to a person"
    return "right call not within reach" if due == "answer" else f"not as expected ({seen.shown})"


def _for_a_person(case: Case, seen: Seen) -> str | None:
    if seen.outcome == "escalate":
        return "reached another lane" if seen.lane != case.expect.lane else "other sources cited"
    if case.expect.cites_any and any(o.lane for o in seen.offers):
        return None
    return f"for a person, yet {seen.shown}"


def explain(case: Case, seen: Seen) -> str:
    """One line for a person: what was expected and what came."""
    return f"expected {said(case.expect)}; got {_got(seen)}"


def said(expect: Expect) -> str:
    """An expectation in words."""
    parts: list[str] = [expect.outcome]
    parts += [f"{field}: {', '.join(choices)}" for field, choices in expect.calls.items()]
    parts += [f"lane {expect.lane}"] if expect.lane else []
    parts += [f"right {expect.right}"] if expect.right else []
    parts += [f"citing {' or '.join(expect.cites_any)}"] if expect.cites_any else []
    return ", ".join(parts)


def _got(seen: Seen) -> str:
    parts = [seen.shown + (" (an incident)" if seen.incident else "")]
    parts += [f"{field}: {', '.join(choices)}" for field, choices in seen.calls.items()]
    sources = list(dict.fromkeys(o.source for o in seen.offers))
    parts += [f"of {', '.join(sources[:3])}"] if sources else []
    parts += [f"lane {seen.lane}"] if seen.lane else []
    parts += [f"right {seen.right}"] if seen.right and seen.outcome == "refuse" else []
    cited = list(dict.fromkeys(c.id for c in seen.cited))
    parts += [f"citing {', '.join(cited[:3])}"] if cited else []
    return ", ".join(parts)
