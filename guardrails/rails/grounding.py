"""What a draft stands on: quotes letter for letter and whole, ids that exist, nothing superseded."""

from __future__ import annotations

import re

from assistant.types import Branch, Call, Citation, Exemplar, Rule
from rails.case import Case
from rails.known import Known, Passage
from rails.reading import BORROWED, QUOTED

_LED = re.compile(
    r"(?<![\w-])([\w-]+)(?=:| \()"
)  # “PRIV-02: …”, “PRIV-02 (…)”: said as the ground itself


def verbatim_quotes(case: Case) -> list[str]:
    """Every quote stands letter for letter (white space aside) where it says and is whole sentences, so
    that no “not” or “unless” is cut off; so does every quotation of three words inside a text."""
    parts: list[tuple[str, str | None, str, str, int, int]] = [
        (c.id, c.kind, c.quote, c.source, c.start, c.end) for c in case.citations
    ]
    parts += [(b.source, None, b.quote, b.source_file, b.start, b.end) for b in case.draft.branches]
    wrong = []
    for name, kind, quote, source, start, end in parts:
        passage = case.known.passage(name, kind)
        if not _verbatim(case, quote, source, start, end):
            wrong.append(f"not the words of {case.known.called(name)}")
        elif passage and _spans(passage, source, start, end) and not passage.whole(start, end):
            wrong.append(f"only part of a sentence of {case.known.called(name)}")
    loose = any(len(m.group().split()) >= BORROWED for m in QUOTED.finditer(case.words))
    return once(wrong) + (["a quotation stands in no source"] if loose else [])


def _verbatim(case: Case, quote: str, source: str, start: int, end: int) -> bool:
    text = case.known.matter.files.get(source)
    if text is None or not 0 <= start < end <= len(text) or not re.search(r"\w", quote):
        return False
    stands = text[start:end]
    return stands == quote or stands.split() == quote.split()


def citation_ids(case: Case) -> list[str]:
    """Every cited id exists with that kind and is cited inside its own passage; a text names no rule
    but those it rests on; an answer cites something."""
    wrong = [
        f"cites outside {case.known.called(c.id)}" for c in case.citations if not _inside(case, c)
    ]
    for branch in case.draft.branches:
        passage = case.known.passage(branch.source)
        if not passage or not _spans(passage, branch.source_file, branch.start, branch.end):
            wrong.append(f"offers what is outside {case.known.called(branch.source)}")
    if case.draft.kind in ("answer", "draft") and not case.draft.claims:
        wrong.append("cites nothing")
    return once([*wrong, *_names(case)])


def _names(case: Case) -> list[str]:
    """What is wrong with the ids that the texts name."""
    wrong = []
    names_in = case.known.names_in
    asked = names_in(case.question.ask.upper()).union(*map(names_in, case.question.quoted))
    grounds = {claim.citation.id for claim in case.draft.claims}
    grounds |= {b.source for b in case.draft.branches}
    for unit in case.units:
        named = names_in(unit.text) - asked
        if named - case.known.ids:
            wrong.append("names a rule that does not exist")
        own = unit.citation
        rests = grounds if own is None or unit.text in case.heads else {own.id}
        others = sorted(n for n in named - rests if case.known.passage(n))
        led = set(_LED.findall(unit.text)) if others else set()
        for name in others:
            if name in led or not _points_to(case, rests, name):
                wrong.append(f"{name} is named but not what the text rests on")
    return wrong


def _points_to(case: Case, rests: set[str], name: str) -> bool:
    """Whether one of the passages rested on names it itself (“See PRIV-02”)."""
    passages = [case.known.passage(r) for r in rests]
    return any(p and name in case.known.names_in(p.text) for p in passages)


def _inside(case: Case, cited: Citation) -> bool:
    passage = case.known.passage(cited.id, cited.kind)
    if passage is None or not _spans(passage, cited.source, cited.start, cited.end):
        return False
    return cited.page is None or cited.page == getattr(passage.of, "page", None)


def _spans(passage: Passage, source: str, start: int, end: int) -> bool:
    return source == passage.of.source and passage.start <= start < end <= passage.end


def superseded(case: Case) -> list[str]:
    """No superseded exemplar is cited, offered, or bears out a call."""
    draft = case.draft
    calls: list[Call] = [*draft.calls, *(call for b in draft.branches for call in b.calls)]
    parts: list[Call | Branch] = [*calls, *draft.branches]
    named = [c.id for c in case.citations] + [part.source for part in parts]
    return once([f"{name} is superseded" for name in named if _is_superseded(case.known, name)])


def _is_superseded(known: Known, name: str) -> bool:
    passage = known.exemplars.get(name)
    return bool(passage and isinstance(passage.of, Exemplar) and passage.of.status == "superseded")


def is_line_of(branch: Branch, rule: Rule) -> bool:
    """Whether the branch stands where the rule's own branch with that condition does."""
    places = [(b.start, b.end) for b in rule.branches if b.condition == branch.condition]
    return not rule.branches or (branch.start, branch.end) in places


def once(wrong: list[str]) -> list[str]:
    """Each failure once, in order."""
    return list(dict.fromkeys(wrong))
