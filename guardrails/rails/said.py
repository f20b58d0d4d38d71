"""What the texts say of calls, branches and lanes is what the draft's own data say."""

from __future__ import annotations

import re

from assistant.types import Branch, Call, Counterpoint
from rails.case import Case, Unit
from rails.grounding import once
from rails.reading import OFFER, QUOTED, WAY, sentences

_ANY_CASE = re.compile(r"[^\n→]{1,300}")
_ASKER = re.compile(r"[\w.@+-]{1,80}")


def said_calls(case: Case) -> list[str]:
    """No verdict in a text names a choice but the draft's own calls; one that cites an exemplar may say
    how that was coded, one that cites a rule what its branch there fixes. Branches are offered as they
    are, and a lane is said with its owner and hours."""
    wrong = []
    offers = {_said(unit.text, case) for unit in case.units if unit.part == "text"}
    if any(_another(case, text, _meant(case)) for text in offers):
        wrong.append("the text names another call")
    if not all(_own_verdict(case, unit) for unit in case.units if unit.citation):
        wrong.append("a claim names another call than its source")
    if not case.draft.branches and _other_condition(case):
        wrong.append("the text names another condition")
    return once([*wrong, *_offers(case), *_ways(case)])


def _other_condition(case: Case) -> bool:
    """Whether the text or a claim says a condition of a cited rule that is not the calls' own, nor that of
    a line cited by itself."""
    branches = [b for p in case.passages for b in getattr(p.of, "branches", ()) if b.condition]
    lines = {(c.start, c.end) for c in case.citations}
    own = [call.condition or "" for call in case.draft.calls]
    own += [b.condition or "" for b in branches if (b.start, b.end) in lines]
    texts = [case.draft.text, *(claim.text for claim in case.draft.claims)]
    said = QUOTED.sub(" ", "\n".join(texts))
    for words in sorted(own, key=len, reverse=True):
        said = said.replace(words, " ") if words else said
    held = [b.condition or "" for b in branches]
    return any(re.search(rf"(?<!\w){re.escape(w)}(?!\w)", said) for w in held if w in said)


def _said(text: str, case: Case) -> str:
    """A reply's text without its offers and the refused part of a mixed question."""
    text = text.split("\n\nThe other part of your question:")[0]
    return OFFER.sub("", text) if case.draft.branches else text


def _meant(case: Case) -> set[tuple[str, str]]:
    if case.draft.kind != "answer":
        return set()
    return {(call.field, call.choice) for call in case.draft.calls}


def _own_verdict(case: Case, unit: Unit) -> bool:
    cited = unit.citation
    if cited is None or unit.text in case.heads:
        return True
    passage = case.known.passage(cited.id, cited.kind)
    own: set[tuple[str, str]] = set()
    if passage and cited.kind == "exemplar":
        own = set(passage.calls)
        if re.search(r"\bwas coded\b", unit.text):
            return not _another(case, unit.text, own)
    elif passage and unit.part == "counterpoint":
        at = (cited.start, cited.end)
        lines = [b for b in getattr(passage.of, "branches", ()) if (b.start, b.end) == at]
        return any(_renders(point.text, lines) for point in _points(case, unit))
    meant = own | _meant(case)
    return not any(
        _another(case, sentence, meant)
        and not case.restates(unit, sentence, case.known.verdicts.finditer(sentence))
        for sentence in sentences(unit.text)
    )


def _points(case: Case, unit: Unit) -> list[Counterpoint]:
    return [p for p in case.draft.counterpoints if p.citation == unit.citation]


def _renders(text: str, lines: list[Branch]) -> bool:
    """Whether a provision's line is said as it stands: `ID: condition → what follows [ID]`."""
    return any(
        text.startswith(f"{line.source}: {line.condition or ''}")
        and text.endswith(f" → {_then(line.calls, line.lane)} [{line.source}]")
        and text.count("→") == 1
        for line in lines
    )


def _then(calls: tuple[Call, ...], lane: str | None) -> str:
    return ", ".join(f"{c.field} = {c.choice}" for c in calls) or f"to lane {lane!r}"


def _another(case: Case, text: str, meant: set[tuple[str, str]]) -> bool:
    """Whether a verdict in `text` names a choice that is not meant."""
    chosen = {choice.casefold() for _, choice in meant}
    return any(m[1].casefold() not in chosen for m in case.known.verdicts.finditer(text))


def _offers(case: Case) -> list[str]:
    """Each branch stands in the text of its draft once, in order, as it is; none that is not there."""
    draft = case.draft
    if not draft.branches:
        return ["offers a branch that is not there"] if OFFER.search(draft.text) else []
    at = 0
    for i, branch in enumerate(draft.branches, 1):
        at = _after(draft.text, at, f"b{i}. ", branch)
        if at < 0:
            return ["a branch is not said as it is"]
    conditions = sum((b.condition or "").count("→") for b in draft.branches)
    extra = draft.text.count("→") != len(draft.branches) + conditions
    return ["offers a branch that is not there"] if extra else []


def _after(text: str, at: int, label: str, branch: Branch) -> int:
    """Where the first line at or after `at` ends that says the branch as it is; -1 if none does."""
    then = f" → {_then(branch.calls, branch.lane)} [{branch.source}]"
    while (at := text.find(label, at)) >= 0:
        at += len(label)
        end = at + len(branch.condition) if branch.condition else text.find(" →", at)
        after, when = end + len(then), text[at:end]
        told = when == branch.condition or (not branch.condition and _ANY_CASE.fullmatch(when))
        if told and text.startswith(then, end) and text[after : after + 1] in ("", "\n"):
            return after + 1
    return -1


def _ways(case: Case) -> list[str]:
    lanes = {(e.name, e.owner, f"{e.target_hours:g}") for e in case.known.matter.lanes}
    wrong = [] if case.draft.lane in (None, *case.known.lanes) else ["a lane that does not exist"]
    if any(m.groups() not in lanes for m in WAY.finditer(case.raw)):
        wrong.append("a lane is not said as it is")
    if case.draft.affirmed is not None and not _ASKER.fullmatch(case.draft.affirmed):
        wrong.append("affirmed by nobody")
    return wrong
