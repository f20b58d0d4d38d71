"""The branches of the governing rules: from Call lines, else exemplars, else the words of a section."""

from __future__ import annotations

import re

from assistant.matter.comments import without_comments
from assistant.types import Branch, Call, Evidence, Exemplar, FoundRule, Matter, Rule

SHOWN = 3  # rules whose branches are offered at the most
GAP = 3.5  # a further rule is offered while its score, about the log odds that it governs, is within this of the first's
_SENTENCE = re.compile(r"[^.!?\n]+(?:[.!?]|\n|$)")


def governing(evidence: Evidence) -> list[Rule]:
    """The rules whose branches are offered, best first: the first, and others close behind it."""
    first = evidence.rules[0]
    close = [first] + [f for f in evidence.rules[1:SHOWN] if _close(f, first)]
    return [found.rule for found in close]


def sends_on(evidence: Evidence) -> bool:
    """Does the first rule, or one close behind it, send some documents to a person?"""
    return any(b.lane for rule in governing(evidence) for b in rule.branches)


def _close(found: FoundRule, first: FoundRule) -> bool:
    return found.score >= first.score - GAP


def branches_of(rule: Rule, evidence: Evidence, matter: Matter) -> list[Branch]:
    """A rule's branches, one a condition; where it has none, the exemplars under it, else the
    sentences of its text that name a choice of the palette."""
    if rule.branches:
        return _merged(rule)
    under = [f.exemplar for f in evidence.exemplars if rule.id in f.exemplar.rules]
    known = [e for e in matter.exemplars if rule.id in e.rules and e.status == "active"]
    exemplars = list(dict.fromkeys(under + known))[:4]
    if exemplars:
        return [from_exemplar(exemplar) for exemplar in exemplars]
    return _from_text(rule, matter)[:4]


def _merged(rule: Rule) -> list[Branch]:
    """Lines with the same condition are one branch with several calls."""
    merged: dict[tuple[str | None, str | None], Branch] = {}
    for branch in rule.branches:
        key = (branch.condition, branch.lane)
        if key in merged:
            calls = merged[key].calls + branch.calls
            merged[key] = merged[key].model_copy(update={"calls": calls})
        else:
            merged[key] = branch
    return list(merged.values())


def from_exemplar(exemplar: Exemplar) -> Branch:
    """An exemplar as a branch: its facts are the condition."""
    return Branch(
        source=exemplar.id,
        condition=exemplar.facts,
        calls=exemplar.calls,
        quote=exemplar.quote,
        source_file=exemplar.source,
        start=exemplar.start,
        end=exemplar.end,
    )


def _from_text(rule: Rule, matter: Matter) -> list[Branch]:
    """Sentences of a plain protocol that name a choice, longest choice first so that “Responsive”
    is not read out of “Not Responsive”."""
    found = []
    for sentence in _SENTENCE.finditer(without_comments(rule.text)):
        if sentence.group() != rule.text[slice(*sentence.span())]:
            continue  # a comment stands in it
        calls = _named(sentence.group(), rule.id, matter)
        text = sentence.group().strip()
        if calls and not text.startswith("#"):
            start = (
                rule.start
                + sentence.start()
                + len(sentence.group())
                - len(sentence.group().lstrip())
            )
            found.append(
                Branch(
                    source=rule.id,
                    condition=text,
                    calls=calls,
                    quote=text,
                    source_file=rule.source,
                    start=start,
                    end=start + len(text),
                )
            )
    return found


def _named(sentence: str, source: str, matter: Matter) -> tuple[Call, ...]:
    pairs = [(f.name, c) for f in matter.coding_fields for c in f.choices]
    calls, left = [], sentence
    for field, choice in sorted(pairs, key=lambda p: -len(p[1])):
        pattern = re.compile(rf"(?<!\w){re.escape(choice)}(?!\w)")
        if pattern.search(left):
            calls.append(
                Call(field=field, choice=choice, source=source, condition=sentence.strip())
            )
            left = pattern.sub(" ", left)
    one_each = {call.field for call in calls}
    return tuple(calls) if len(one_each) == len(calls) else ()
