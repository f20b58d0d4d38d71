"""One question and draft before what the matter holds: its texts, with the words of sources masked.

Every check (grounding, support, facts, calls, pronouncing, walls) is a function Case -> what failed, in
fixed words and ids that exist in the matter, never in words of a question, a quote or a draft.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from assistant.types import Branch, Call, Citation, Claim, Counterpoint, Draft, Question
from rails.known import Known, Passage
from rails.plain import plain
from rails.reading import BORROWED, CLAUSE, MASK, QUOTED, content, flat, sentences

# Beyond what composers themselves write: only then is a text read for disguises.
_ODD = re.compile(r"[^\t\n\x20-\x7e“”‘’«»—–…→•§×▮éèüöäßçñ]")
_SPACED = re.compile(r"[A-Za-z](?<!\w.)[ .\-_*](?:\b[A-Za-z][ .\-_*]){3}")


class Unit(NamedTuple):
    """A text of a draft with the words of sources masked; `citation` is what it rests on."""

    part: str
    text: str
    citation: Citation | None


@dataclass(frozen=True)
class Case:
    """One question and draft before what the matter holds."""

    question: Question
    draft: Draft
    known: Known

    @cached_property
    def citations(self) -> tuple[Citation, ...]:
        """Every citation of the draft, each text's own."""
        draft = self.draft
        parts: tuple[Claim | Counterpoint, ...] = (*draft.claims, *draft.counterpoints)
        return tuple(part.citation for part in parts)

    @cached_property
    def passages(self) -> tuple[Passage, ...]:
        """The passages cited or offered as a branch, each once; those that do not exist left out."""
        cited = [self.known.passage(c.id, c.kind) for c in self.citations]
        cited += [self.known.passage(b.source) for b in self.draft.branches]
        return tuple({id(p): p for p in cited if p}.values())

    @cached_property
    def sources(self) -> str:
        """The whole text of the cited and offered passages, flat."""
        return "\n".join(p.flat for p in self.passages)

    @cached_property
    def asked(self) -> str:
        """What the asker said and pasted, flat."""
        return flat("\n".join((self.question.ask, *self.question.quoted)))

    @cached_property
    def clauses(self) -> frozenset[str]:
        """The whole clauses of the cited passages, flat."""
        return frozenset(flat(c) for p in self.passages for c in CLAUSE.split(p.text))

    @cached_property
    def raw(self) -> str:
        """Every text of the draft, each once, as it stands."""
        return "\n".join(dict.fromkeys(text for _, text, _ in self.texts))

    @cached_property
    def units(self) -> tuple[Unit, ...]:
        """The draft's texts in the composer's own words: what sources say is masked."""
        plainly = {t: plain(own)[0] if own in self.odd else own for t, own in self.own.items()}
        return tuple(Unit(part, plainly[text], cited) for part, text, cited in self.texts)

    @cached_property
    def each(self) -> tuple[Unit, ...]:
        """The units, those that say the same of the same but once."""
        return tuple(dict.fromkeys(self.units))

    @cached_property
    def own(self) -> dict[str, str]:
        """Every text of the draft -> the same with what sources say masked, disguises left in."""
        return {text: self._mask(text) for _, text, _ in self.texts}

    @cached_property
    def odd(self) -> frozenset[str]:
        """The texts in the composer's own words that hold what composers do not write."""
        return frozenset(t for t in self.own.values() if _ODD.search(t) or _SPACED.search(t))

    @cached_property
    def heads(self) -> frozenset[str]:
        """The reply's own text, masked: a claim that repeats it rests on all that the reply cites."""
        return frozenset(unit.text for unit in self.units if unit.part == "text")

    @cached_property
    def words(self) -> str:
        """All of the composer's own words, each text once."""
        return "\n".join(dict.fromkeys(unit.text for unit in self.units))

    def stands(self, words: str) -> bool:
        """Whether these words stand in a cited passage, among the matter's names, or in the question."""
        wanted = flat(words)
        return wanted in self.sources or wanted in self.known.vocabulary or wanted in self.asked

    def whole_clause(self, text: str, start: int, end: int) -> bool:
        """Whether the clauses around `text[start:end]` are whole clauses of a cited passage: words cut
        out of the middle of a sentence may have lost their “not”."""
        before = max((m.end() for m in CLAUSE.finditer(text, 0, start)), default=0)
        after = CLAUSE.search(text, end)
        around = text[before : after.start() if after else len(text)]
        return all(flat(part) in self.clauses for part in CLAUSE.split(around))

    def restates(self, unit: Unit, sentence: str, found: Iterable[re.Match[str]]) -> bool:
        """Whether a sentence says again, nearly whole, one sentence of its source that holds all that was
        found in it."""
        cited = unit.citation
        passage = self.known.passage(cited.id, cited.kind) if cited else None
        words, phrases = content(sentence), [flat(m.group()) for m in found]
        return passage is not None and any(
            all(phrase in flat(s) for phrase in phrases)
            and len(content(s)) >= BORROWED
            and len(content(s) - words) <= len(content(s)) // 4
            for s in sentences(passage.text)
        )

    @cached_property
    def texts(self) -> tuple[tuple[str, str, Citation | None], ...]:
        """(part, text as it stands, what it rests on) of everything that would be shown."""
        return tuple(self._texts())

    def _texts(self) -> Iterator[tuple[str, str, Citation | None]]:
        yield "text", self.draft.text, None
        if self.draft.why:
            yield "text", self.draft.why, None
        for claim in self.draft.claims:
            yield "claim", claim.text, claim.citation
        for point in self.draft.counterpoints:
            yield "counterpoint", point.text, point.citation

    @cached_property
    def _taken(self) -> tuple[str, ...]:
        """Words of the sources that may stand unquoted, longest first."""
        taken = {words for p in self.passages for words in p.borrowed}
        parts: tuple[Call | Branch, ...] = (*self.draft.calls, *self.draft.branches)
        for part in parts:
            passage, condition = self.known.passage(part.source), part.condition or ""
            if passage and len(condition.split()) >= BORROWED and condition in passage.text:
                taken.add(condition)
        return tuple(sorted(taken, key=len, reverse=True))

    def _mask(self, text: str) -> str:
        if self.draft.affirmed and text.find(f"{self.draft.affirmed} affirms:") >= 0:
            text = text.replace(f"{self.draft.affirmed} affirms:", f"{MASK} affirms:", 1)
        for words in self._taken:
            if words in text:
                text = text.replace(words, MASK)
        return QUOTED.sub(self._quotation, text)

    def _quotation(self, match: re.Match[str]) -> str:
        """A quotation masked where it stands in a source or the question; a bare choice is no quotation."""
        inside = (match[1] or match[2] or match[3]).strip(" .,;:")
        if any(inside in choices for choices in self.known.choices.values()):
            return inside
        found = flat(inside) in self.sources or flat(inside) in self.asked
        return MASK if found else match.group()
