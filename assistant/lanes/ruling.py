"""A ruling as typed -> `Ruling`, or every reason why it can't stand; a standing one -> an answer."""

from __future__ import annotations

import re

from rails.exemplar_facts import exemplar_facts

from assistant.cite import cite_rule
from assistant.lanes.bank import NAME
from assistant.lanes.nouns import Case, Ruling
from assistant.matter.palette import Palette
from assistant.replies import rule_named
from assistant.types import Answer, Call, Citation, Matter, Question, Rule

_WITHDRAWN = re.compile(
    r"\b(?:superseded|withdrawn|repealed|revoked|replaced) by\b|[\[(](?:superseded|withdrawn|repealed|deleted)[\])]",
    re.IGNORECASE,
)
FORMULA = "=+-@"  # what opens a formula where a bank is opened in a spreadsheet
MOST = 2_000  # characters of a reason


def read_calls(text: str, source: str, matter: Matter) -> tuple[tuple[Call, ...], str]:
    """`field=choice; field=choice` as calls, or no calls and what is wrong."""
    return Palette(matter.coding_fields, matter.lanes).parse_calls(text, source)


def problems(ruling: Ruling, question: Question, matter: Matter) -> list[str]:
    """Why the ruling can't stand, each a sentence with what to do; empty: it stands."""
    wrong = _calls(ruling, matter)
    if not ruling.reason.strip():
        wrong.append("the reason is empty: say why, in a sentence")
    if len(ruling.reason) > MOST:
        wrong.append(f"the reason has {len(ruling.reason):,} characters: {MOST:,} at most")
    wrong += [why for name in ruling.rules for why in _rule(name, matter)]
    wrong += [why for name in ruling.supersedes for why in _superseded(name, matter)]
    wrong += [
        f"the {what} begin with {text.strip()[0]!r}, which a spreadsheet would run: begin with a word"
        for what, text in (("facts", ruling.facts), ("reason", ruling.reason))
        if text.strip()[:1] in FORMULA and text.strip()
    ]
    if ruling.scope == "all" or ruling.playbook:
        wrong += exemplar_facts(ruling.facts, question, matter)
        wrong += exemplar_facts(ruling.reason, question, matter, "reason")
    return wrong


def answer(ruling: Ruling, case: Case, owner: str, matter: Matter) -> Answer:
    """The ruling in the form of any other answer: its calls, the ruling cited, the rules it rests on quoted."""
    said = ", ".join(f"{call.field} = {call.choice}" for call in ruling.calls)
    reach = "this document" if ruling.scope == "document" else "all such documents"
    text = f"{said}. Ruled by {case.ruled_by}, {owner}, for {reach} (case {case.id})."
    reason = " ".join(ruling.reason.split())
    rules = [rule for name in ruling.rules if (rule := rule_named(name, matter))]
    return Answer(
        text=f"{text} {reason}",
        calls=tuple(call.model_copy(update={"source": mark(case)}) for call in ruling.calls),
        citations=(_cite(reason, case), *(cite_rule(rule) for rule in rules)),
        confidence=1.0,
        owner=owner,
        why=f"Decided in lane {case.lane!r}.",
        composer="ruling",
    )


def mark(case: Case) -> str:
    """The ruling's own id: the case's, and the how-manieth ruling of it."""
    return f"{case.id}.{case.rulings}"


def _cite(reason: str, case: Case) -> Citation:
    name = f"lane:{case.lane}"
    return Citation(
        kind="ruling", id=mark(case), quote=reason, source=name, start=0, end=len(reason)
    )


def _calls(ruling: Ruling, matter: Matter) -> list[str]:
    text = "; ".join(f"{call.field}={call.choice}" for call in ruling.calls)
    _, wrong = read_calls(text, "ruling", matter)
    return [wrong] if wrong else []


def _rule(name: str, matter: Matter) -> list[str]:
    rule = rule_named(name, matter)
    if rule is None:
        version = matter.playbook_version
        return [f"rule {name!r} is not in playbook {version}: name one that is, or none"]
    return [f"rule {name!r} is marked as superseded: name the one in force"] if _old(rule) else []


def _old(rule: Rule) -> bool:
    """Does its heading, or its first line of text, say that it is no longer in force?"""
    first = "\n".join([line for line in rule.text.split("\n") if line.strip()][:2])
    return _WITHDRAWN.search(first) is not None


def _superseded(name: str, matter: Matter) -> list[str]:
    exemplar = next((e for e in matter.exemplars if e.id == name), None)
    if exemplar is None:
        return [f"exemplar {name!r} is not in the bank: correct the id"]
    if exemplar.status != "active":
        return [f"exemplar {name!r} is superseded already"]
    if exemplar.source != NAME:
        return [f"exemplar {name!r} stands in {exemplar.source}: mark it superseded there by hand"]
    return []
