"""Calls: in the palette, and borne out by a cited source under its condition."""

from __future__ import annotations

import re

from assistant.types import Branch, Call, Exemplar, Rule
from rails.case import Case
from rails.grounding import is_line_of, once
from rails.known import Passage


def palette(case: Case) -> list[str]:
    """Every field and choice is the palette's, and only a multiple field has two choices."""
    wrong = []
    for call in _all_calls(case):
        if call.choice not in case.known.choices.get(call.field, ()):
            wrong.append("a call is not in the palette")
    groups = [case.draft.calls, *(branch.calls for branch in case.draft.branches)]
    for calls in groups:
        for field in {call.field for call in calls} - case.known.multiple:
            if len({call.choice for call in calls if call.field == field}) > 1:
                wrong.append("a field has two calls")
    return once(wrong)


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
    return once(wrong)


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
    """Whether a rule that the exemplar names fixes the field otherwise; of a multiple field each rule
    fixes its own choice, so there all of them together must leave this one out."""
    passage = case.known.passage(call.source)
    if passage is None or not isinstance(passage.of, Exemplar):
        return False
    fixed = [_fixed(case, name, call.field) for name in passage.of.rules]
    if call.field in case.known.multiple:
        return all(fixed) and all(call.choice not in f for f in fixed)
    return any(f and call.choice not in f for f in fixed)


def _fixed(case: Case, name: str, field: str) -> set[str]:
    """The choices that a rule fixes outright for a field; empty where it depends."""
    found = case.known.passage(name)
    if found is None or not isinstance(found.of, Rule):
        return set()
    lines = [
        (b.condition, c.choice) for b in found.of.branches for c in b.calls if c.field == field
    ]
    return set() if any(condition for condition, _ in lines) else {c for _, c in lines}


def _branch_holds(case: Case, branch: Branch) -> bool:
    passage = case.known.passage(branch.source)
    if passage is None:
        return False
    if isinstance(passage.of, Exemplar):
        same = branch.condition == passage.of.facts and not branch.lane and bool(branch.calls)
        return same and all(
            _bears(case, call) and not _overruled(case, call) for call in branch.calls
        )
    if not is_line_of(branch, passage.of):
        return False
    if branch.lane is not None:
        named = [b.lane for b in passage.of.branches if b.condition == branch.condition]
        return branch.lane in case.known.lanes and branch.lane in named and not branch.calls
    return bool(branch.calls) and all(
        call.source == branch.source and call.condition == branch.condition and _bears(case, call)
        for call in branch.calls
    )
