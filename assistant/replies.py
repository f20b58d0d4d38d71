"""Drafts and rulings -> replies: the words a person reads where no composer wrote them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.cite import cite_branch, cite_rule
from assistant.errors import LedgerError
from assistant.types import (
    Answer,
    Branch,
    Citation,
    Claim,
    Clarification,
    Draft,
    Escalation,
    Lane,
    Matter,
    Outage,
    Question,
    Refusal,
    Reply,
    Right,
    Rule,
    Ruling,
)

_LONG = re.compile(r"[a-z]{4,}")  # a word long enough to be told by its beginning


def as_reply(draft: Draft, ruling: Ruling, question: Question, matter: Matter) -> Reply:
    """A verified draft as the reply to show, with the refused part of a mixed question named."""
    refused = ruling.refused
    text = draft.text
    if refused:
        text += f"\n\nThe other part of your question: {not_ours(refused, '', refused.accountable)}"
    common = {
        "right": ruling.right.id if ruling.right else None,
        "owner": ruling.owner,
        "notes": question.notes,
        "composer": draft.composer,
        "text": text,
        "citations": citations(draft),
        "refused": refused.id if refused else None,
    }
    if draft.kind in ("answer", "draft"):
        return Answer(
            **common,
            kind="draft" if draft.kind == "draft" else "answer",
            calls=draft.calls,
            counterpoints=draft.counterpoints,
            confidence=draft.confidence,
            affirmed=draft.affirmed,
            why=draft.why,
        )
    if draft.kind == "clarify":
        return Clarification(
            **common,
            branches=draft.branches,
            counterpoints=draft.counterpoints,
            confidence=draft.confidence,
            why=draft.why,
        )
    lane = lane_named(draft.lane, matter)
    common["owner"] = lane.owner if lane else ruling.owner
    return Escalation(**common, lane=draft.lane, branches=draft.branches, why=draft.why)


def citations(draft: Draft) -> tuple[Citation, ...]:
    """The draft's citations, each once, in order."""
    unique: dict[tuple[str, int, int], Citation] = {}
    for claim in draft.claims:
        cited = claim.citation
        unique.setdefault((cited.source, cited.start, cited.end), cited)
    return tuple(unique.values())


def refusal(ruling: Ruling, question: Question) -> Refusal:
    """One sentence why, whose right it is, the reference, and the way there."""
    right = ruling.right
    way = f"Ask the {ruling.owner}" + (f" in lane {ruling.lane!r}." if ruling.lane else ".")
    closed = right is not None and right.requesters and question.role not in right.requesters
    said = ruling.why if closed else not_ours(right, ruling.why, ruling.owner)
    text = f"{said} {way}"
    return Refusal(
        text=text,
        right=right.id if right else None,
        owner=ruling.owner,
        why=ruling.why,
        reference=right.reference if right else None,
        way=way,
        notes=question.notes,
    )


def not_ours(right: Right | None, why: str, owner: str) -> str:
    """The refusal in words: whose right it is, and where that is written."""
    if right is None:
        return why
    where = f" ({right.reference})" if right.reference else ""
    task = right.task[0].lower() + right.task[1:].rstrip(".")
    return f"I may not {task}: that is for the {owner}{where}."


def rights_escalation(ruling: Ruling, question: Question, matter: Matter) -> Escalation:
    """A right that a person exercises, or a question whose right is in doubt."""
    lane = lane_named(ruling.lane, matter) or next(_ways(ruling, matter), None)
    owner = lane.owner if lane else ruling.owner
    text = f"A person decides this: {ruling.why} {way_to(lane, owner)}"
    return Escalation(
        text=text,
        lane=lane.name if lane else None,
        right=ruling.right.id if ruling.right else None,
        owner=owner,
        why=ruling.why,
        notes=question.notes,
    )


def _ways(ruling: Ruling, matter: Matter) -> Iterator[Lane]:
    """Lanes for a ruling that names none: of a right those of its owner alone, in doubt the first."""
    if ruling.right is None:
        yield from matter.lanes
    else:
        yield from (lane for lane in matter.lanes if lane.owner == ruling.owner)


def too_long(length: int, limit: int) -> Clarification:
    """More text than is read: nothing was looked at, and the asker is told what to do."""
    text = (
        f"Your message has {length:,} characters; I read up to {limit:,} and have looked at none of it. "
        "Paste the part that the call turns on, and say which field you are coding."
    )
    return Clarification(text=text, why="The message is too long.")


def nothing_asked(matter: Matter) -> Clarification:
    """A message without a word: an emoji, a bare mention, characters that nobody sees."""
    fields = ", ".join(field.name for field in matter.coding_fields)
    text = f"You sent no question. Say what the document is, and which field you are coding ({fields})."
    return Clarification(text=text, why="The message holds no words.")


def not_checked(draft: Draft, failed: list[str], ruling: Ruling, matter: Matter) -> Escalation:
    """A draft that did not hold is not shown: a person decides."""
    fields = [call.field for call in draft.calls]
    lane = lane_for(fields, matter) or (matter.lanes[0] if matter.lanes else None)
    owner = lane.owner if lane else ruling.owner
    why = f"The draft did not pass its checks ({'; '.join(failed[:3])}), so it is not shown."
    return Escalation(
        text=f"{why} {way_to(lane, owner)}",
        lane=lane.name if lane else None,
        right=ruling.right.id if ruling.right else None,
        owner=owner,
        why=why,
        composer=draft.composer,
    )


def incident_reply(incident: str, matter: Matter) -> Escalation:
    """Something broke: one fixed sentence and an incident id, and a person decides."""
    lane = matter.lanes[0] if matter.lanes else None
    owner = lane.owner if lane else matter.roles[-1]
    why = f"Something went wrong on my side (incident {incident}); nothing was answered."
    return Escalation(
        text=f"{why} {way_to(lane, owner)}",
        lane=lane.name if lane else None,
        owner=owner,
        why=why,
        incident=incident,
    )


def outage_reply(incident: str, matter: Matter) -> Outage:
    """The model's provider is down: said as such."""
    lane = matter.lanes[0] if matter.lanes else None
    owner = lane.owner if lane else matter.roles[-1]
    why = f"The model provider did not answer (incident {incident}). This is an outage, not a refusal."
    return Outage(
        text=f"{why} Ask again in a few minutes, or go on without a model. {way_to(lane, owner)}",
        owner=owner,
        why=why,
        incident=incident,
    )


def affirmed(branch_id: str, reply: Reply, asker: str, matter: Matter) -> Draft:
    """The draft that follows when the asker affirms a branch's condition. Raises LedgerError if the
    recorded reply offers no such branch, or the playbook no longer has it."""
    offered = reply.branches if isinstance(reply, Clarification | Escalation) else ()
    names = [f"b{i}" for i in range(1, len(offered) + 1)]
    if branch_id not in names:
        have = ", ".join(names) or "none"
        raise LedgerError(f"no branch {branch_id!r} under that number: it offers {have}")
    branch = _as_it_stands(offered[names.index(branch_id)], matter)
    if branch is None:
        raise LedgerError(f"branch {branch_id!r} is no longer in the playbook: ask again")
    says = f"{asker} affirms: {branch.condition or 'the rule applies'}."
    claims = tuple(Claim(text=says, citation=c) for c in _basis(branch, matter))
    if branch.lane:
        lane = lane_named(branch.lane, matter)
        text = f"{says} {branch.source} sends this to a person. {way_to(lane, branch.lane)}"
        return Draft(
            kind="escalate",
            text=text,
            lane=branch.lane,
            claims=claims,
            affirmed=asker,
            why=f"{branch.source} says so.",
        )
    calls = ", ".join(f"{c.field} = {c.choice}" for c in branch.calls)
    return Draft(
        kind="answer",
        text=f"{calls}. {says} {branch.source} then fixes the call.",
        calls=branch.calls,
        claims=claims,
        confidence=0.95,
        affirmed=asker,
    )


def _as_it_stands(branch: Branch, matter: Matter) -> Branch | None:
    """The same branch in the matter as loaded now (its place may have moved)."""
    rule = rule_named(branch.source, matter)
    now = list(rule.branches) if rule else []
    key = (branch.condition, branch.lane, tuple((c.field, c.choice) for c in branch.calls))
    for found in now:
        if key == (found.condition, found.lane, tuple((c.field, c.choice) for c in found.calls)):
            return found
    if branch.quote == matter.files.get(branch.source_file, "")[branch.start : branch.end]:
        return branch
    return None


def _basis(branch: Branch, matter: Matter) -> tuple[Citation, ...]:
    rule = rule_named(branch.source, matter)
    line = cite_branch(branch, rule)
    return (line, cite_rule(rule)) if rule else (line,)


def rule_named(name: str, matter: Matter) -> Rule | None:
    """The rule or section with this id."""
    return next((rule for rule in matter.rules if rule.id == name), None)


def lane_named(name: str | None, matter: Matter) -> Lane | None:
    """The lane of this name."""
    return next((lane for lane in matter.lanes if lane.name == name), None)


def lane_for(fields: list[str], matter: Matter) -> Lane | None:
    """The first lane that covers one of the fields, in the order of the fields."""
    for field in fields:
        for lane in matter.lanes:
            if field in lane.covers:
                return lane
    return None


def fields_asked(ask: str, matter: Matter) -> list[str]:
    """Coding fields that the ask names: those by their own name, or a clipping of it, first, then those by a choice."""
    asked = _LONG.findall(ask.lower())
    fields = matter.coding_fields
    by_name = [f.name for f in fields if _names(f.name, asked) or _clips(f.name, asked)]
    by_choice = [f.name for f in fields if any(_names(choice, asked) for choice in f.choices)]
    return list(dict.fromkeys(by_name + by_choice))


def _names(name: str, asked: list[str]) -> bool:
    return any(word.startswith(long[:5]) for long in _LONG.findall(name.lower()) for word in asked)


def _clips(name: str, asked: list[str]) -> bool:
    return any(long.startswith(word) for long in _LONG.findall(name.lower()) for word in asked)


def way_to(lane: Lane | None, owner: str) -> str:
    """One step to the person who decides."""
    if lane is None:
        return f"Please ask the {owner}."
    return f"Lane {lane.name!r}: the {lane.owner} answers within {lane.target_hours:g} hours."


def when(branch: Branch, matter: Matter) -> str:
    """The branch's condition; without one, what it comes down to under its rule."""
    if branch.condition:
        return branch.condition
    rule = rule_named(branch.source, matter)
    if rule and any(b.condition for b in rule.branches):
        return "in every other case"
    return f"if this is a case of “{rule.title}”" if rule else "if this is such a case"
