"""Calls: in the palette, borne out by a cited source, and not contradicted in the text beside them."""

from __future__ import annotations

import re

from assistant.types import Branch, Call, Exemplar, Rule
from rails.grounding import Case, Passage

_VERDICT = (
    r"(?:is|are|as|be|call it|code (?:it|this|them)|mark(?: it)?(?: as)?|treat(?: it)? as|→|=)\s+"
)


def palette(case: Case) -> list[str]:
    """Every field and choice is the palette's, and only a multiple field has two choices."""
    wrong = []
    for call in _all_calls(case):
        if call.choice not in case.known.choices.get(call.field, ()):
            wrong.append("a call is not in the palette")
    multiple = {f.name for f in case.known.matter.coding_fields if f.multiple}
    groups = [case.draft.calls, *(branch.calls for branch in case.draft.branches)]
    for calls in groups:
        for field in {call.field for call in calls} - multiple:
            if len({call.choice for call in calls if call.field == field}) > 1:
                wrong.append("a field has two calls")
    return list(dict.fromkeys(wrong))


def borne_out(case: Case) -> list[str]:
    """Every call stands in its source, under its condition; an answer's source is among its citations.
    A rule that fixes a field outright beats an exemplar that codes it otherwise."""
    wrong = []
    cited = {citation.id for citation in case.citations}
    for call in case.draft.calls:
        if call.source not in cited:
            wrong.append(f"{case.known.called(call.source)} is not cited")
        if not _bears(case, call) or _overruled(case, call):
            wrong.append(f"{case.known.called(call.source)} does not bear out a call")
    if case.draft.kind == "answer" and not case.draft.calls:
        wrong.append("an answer has no call")
    for branch in case.draft.branches:
        if not _branch_holds(case, branch):
            wrong.append(f"{case.known.called(branch.source)} has no such branch")
    return list(dict.fromkeys(wrong))


def said_calls(case: Case) -> list[str]:
    """No verdict in an answer's own words names a choice that its calls do not; a claim may say how
    the exemplar that it cites was coded."""
    if case.draft.kind != "answer":
        return []
    meant = {(call.field, call.choice) for call in case.draft.calls}
    texts = [(case.draft.text.split("\n\nThe other part of your question:")[0], meant)]
    for claim in case.draft.claims:
        cited = claim.citation
        passage = case.known.passage(cited.id, cited.kind)
        own = passage.calls if passage and cited.kind == "exemplar" else frozenset()
        texts.append((claim.text, meant | own))
    return ["the text names another call"] if any(_says_another(case, *t) for t in texts) else []


def _says_another(case: Case, text: str, meant: set[tuple[str, str]]) -> bool:
    for field, choices in case.known.choices.items():
        left = text
        for choice in sorted(choices, key=len, reverse=True):
            verdict = rf"(?:{re.escape(field)}\s*=\s*|{_VERDICT}){re.escape(choice)}(?![\w-])"
            allowed = (field, choice) in meant or any(choice == other for _, other in meant)
            if not allowed and re.search(verdict, left, re.IGNORECASE):
                return True
            left = re.sub(re.escape(choice), " ", left)
    return False


def _all_calls(case: Case) -> list[Call]:
    return [*case.draft.calls, *(call for branch in case.draft.branches for call in branch.calls)]


def _bears(case: Case, call: Call) -> bool:
    passage = case.known.passage(call.source)
    if passage is None:
        return False
    if isinstance(passage.of, Exemplar):
        return passage.of.status == "active" and (call.field, call.choice) in passage.calls
    if (call.field, call.choice) in passage.calls:
        return any(
            b.condition == call.condition and (c.field, c.choice) == (call.field, call.choice)
            for b in passage.of.branches
            for c in b.calls
        )
    return not passage.of.branches and _in_text(passage, call.choice, case)


def _in_text(passage: Passage, choice: str, case: Case) -> bool:
    """A plain protocol names the choice in its text, not inside a longer choice."""
    left = passage.text
    for longer in sorted(
        {c for cs in case.known.choices.values() for c in cs}, key=len, reverse=True
    ):
        if longer == choice:
            return re.search(rf"(?<!\w){re.escape(choice)}(?!\w)", left) is not None
        left = re.sub(rf"(?<!\w){re.escape(longer)}(?!\w)", " ", left)
    return False


def _overruled(case: Case, call: Call) -> bool:
    passage = case.known.passage(call.source)
    if passage is None or not isinstance(passage.of, Exemplar):
        return False
    return any(_fixes_otherwise(case, name, call) for name in passage.of.rules)


def _fixes_otherwise(case: Case, name: str, call: Call) -> bool:
    found = case.known.passage(name)
    if found is None or not isinstance(found.of, Rule):
        return False
    lines = [(b.condition, c) for b in found.of.branches for c in b.calls if c.field == call.field]
    fixed = {c.choice for condition, c in lines if condition is None}
    return (
        bool(fixed) and len(fixed) == len({c.choice for _, c in lines}) and call.choice not in fixed
    )


def _branch_holds(case: Case, branch: Branch) -> bool:
    if branch.lane is not None:
        passage = case.known.passage(branch.source)
        named = (
            [b.lane for b in passage.of.branches if b.condition == branch.condition]
            if (passage and isinstance(passage.of, Rule))
            else []
        )
        return branch.lane in case.known.lanes and branch.lane in named and not branch.calls
    passage = case.known.passage(branch.source)
    if not branch.calls or passage is None:
        return False
    if isinstance(passage.of, Exemplar):
        same = branch.condition == passage.of.facts
        return same and all(
            _bears(case, call) and not _overruled(case, call) for call in branch.calls
        )
    same = all(
        call.source == branch.source and call.condition == branch.condition for call in branch.calls
    )
    return same and all(_bears(case, call) for call in branch.calls)
