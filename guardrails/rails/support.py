"""What a composer says in its own words is borne out by what it cites, and not turned round.

A reply's own text is written by code, whoever composed: there only the house's own sentences stand.
A model's claims are free sentences, held against their source.

Overlap of words is no proof of meaning: this refuses what a source does not even speak of, and what
differs from it in a “not”. A reversal in the very words of the source is not seen here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from assistant.types import Branch, Call, Rule
from rails.case import Case, Unit
from rails.house import SENTENCES
from rails.reading import MASK, OFFER, RULE_LIKE, WAY, content, negations, sentences

CODE = "extractive"  # the composer whose every sentence is written by code
MISSING = 4  # one stem in so many may be the composer's own,
LENT = 2  # and one in so many that or lent by the matter's titles and names
_RUN = re.compile(rf"{MASK}(?:(?:[ ,;()“”'\"\[\]]|\band\b|—)*{MASK})*[)\]”'\"]*")
_EDGE = " .!\n\t*_—"


def support(case: Case) -> list[str]:
    """Every sentence is one of the house's own or, in a model's claim, is borne out by its source: nearly
    all its words stand there or in the question, and it says “not” as often as the nearest sentence."""
    wrong = []
    taken = list(_taken(case))
    for unit in case.each:
        free = case.draft.composer != CODE and unit.part == "claim" and unit.text not in case.heads
        for sentence in sentences(_bare(case, unit, taken)):
            if _shape(sentence, case) not in SENTENCES:
                wrong.append(_fault(case, unit, sentence) if free else "words that no source says")
    return list(dict.fromkeys(w for w in wrong if w))


def _bare(case: Case, unit: Unit, taken: list[tuple[str, str]]) -> str:
    """The unit's text without offers and ways (held elsewhere) and with short conditions masked too."""
    text = case.known.stopped.sub(MASK, WAY.sub(MASK, unit.text))
    text = OFFER.sub("", text) if case.draft.branches and unit.part == "text" else text
    for case_of, condition in taken:
        text = text.replace(case_of, f"a case of {MASK} →") if case_of else text
        for words in (condition, condition.removeprefix("if ")) if condition else ():
            if words in text:
                text = re.sub(rf"(?<!\w){re.escape(words)}(?!\w)", MASK, text)
    return text


def _taken(case: Case) -> Iterator[tuple[str, str]]:
    """(how the source is said to cover the case, its condition) of each call, branch and line cited,
    however short: a title may be a single word. Empty where there is none."""
    parts: list[Call | Branch] = [*case.draft.calls, *case.draft.branches, *_lines(case)]
    for part in parts:
        passage, condition = case.known.passage(part.source), part.condition or ""
        rule = passage.of if passage and isinstance(passage.of, Rule) else None
        case_of = f"a case of {rule.title} →" if rule else ""
        yield case_of, condition if passage and condition in passage.text else ""


def _lines(case: Case) -> list[Branch]:
    """The branches whose very line is cited."""
    cited = {(c.id, c.start, c.end) for c in case.citations}
    branches = [b for p in case.passages for b in getattr(p.of, "branches", ())]
    return [b for b in branches if (b.source, b.start, b.end) in cited]


def _shape(sentence: str, case: Case) -> str:
    """A sentence with ids, calls, roles, lanes and numbers of the matter masked."""
    known = case.known
    masked = RULE_LIKE.sub(lambda m: MASK if known.passage(m.group()) else m.group(), sentence)
    masked = known.spoken.sub(MASK, masked)
    return _RUN.sub(MASK, masked).strip(_EDGE).casefold()


def _fault(case: Case, unit: Unit, sentence: str) -> str:
    """What is wrong with a sentence of the composer's own; empty if its source bears it out."""
    said = _without_choices(case, sentence.replace(MASK, " "))
    stems = content(said)
    against = _against(case, unit)
    heard = frozenset[str]().union(*(content(s) for s in against))
    held = heard | content(case.known.vocabulary)
    if not stems:
        return "a sentence says “not” of nothing" if negations(said) else ""
    if len(stems - held) > len(stems) // MISSING or len(stems - heard) > len(stems) // LENT:
        return "a sentence stands in no source"
    best = max((len(stems & content(s)) for s in against), default=0)
    near = [s for s in against if len(stems & content(s)) == best]
    if negations(said) not in {negations(s) for s in near}:
        return "a sentence turns its source round"
    return ""


def _against(case: Case, unit: Unit) -> list[str]:
    """The sentences that a claim is held against: its source's, and the asker's."""
    cited = unit.citation
    passage = case.known.passage(cited.id, cited.kind) if cited else None
    passages = [passage] if passage else list(case.passages)
    texts = [text for p in passages for text in p.said] + [case.question.ask, *case.question.quoted]
    return [_without_choices(case, s) for text in texts for s in _sentences(text)]


@lru_cache(maxsize=512)
def _sentences(text: str) -> tuple[str, ...]:
    return tuple(sentences(text))


def _without_choices(case: Case, text: str) -> str:
    """“Not Privileged” is a choice, not a negation."""
    return case.known.chosen.sub(" ", text)
