"""What a draft stands on: quotes letter for letter, ids that exist, facts that a source holds.

`Known` is what a matter holds, worked out once; a `Case` is one question and draft before it. Every
check here and in calls, pronouncing and walls is a function Case -> what failed, in fixed words and
ids that exist in the matter, never in words of a question, a quote or a draft.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import zip_longest
from typing import NamedTuple

from assistant.types import (
    Branch,
    Call,
    Citation,
    Claim,
    Counterpoint,
    Draft,
    Exemplar,
    Matter,
    Question,
    Rule,
)
from rails.plain import plain

MASK = "▮"  # stands for words that were taken from a source
BORROWED = 3  # words from which on a condition, facts or a rationale count as a source's own
QUOTED = re.compile(r"“([^“”]+)”|\"([^\"]+)\"|«([^«»]+)»")
RULE_LIKE = re.compile(
    r"(?<![\w-])(?=[A-Z0-9-]*[A-Z])(?=[A-Z0-9-]*[0-9])[A-Z0-9][A-Z0-9-]*(?![\w-])"
)
_NUMBER = re.compile(r"(?<!\w)(?<!\w-)\d+(?:[.,:/-]\d+)*(?=(?:st|nd|rd|th)?(?!\w))")
_WRITTEN = re.compile(
    r"\b(?:three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|"
    r"sixty|seventy|eighty|ninety|hundred|thousand|million|billion|dozen)\b"
)
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_DATE = re.compile(
    rf"\b{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?(?:,? \d{{4}})?\b|\b\d{{1,2}} {_MONTH}(?: \d{{4}})?\b"
)
_NAME = re.compile(
    r"(?<![\w-])(?:(?:Mr|Ms|Mrs|Dr|Prof)\.|[A-Z]\.|[A-Z][\w&'’-]*)"
    r"(?: (?:(?:of|the|and|de|la|von|van|&) )?(?:[A-Z]\.|[A-Z][\w&'’-]*))+"
)
_LOWER = re.compile(r"(?<![\w-])[a-z]+(?![\w-])")
_CLAUSE = re.compile(r"[.;:!?\n—→▮“”\"()\[\]]+")
_ODD = re.compile(
    r"[^\x00-\x7f“”‘’«»—–…→•§×▮éèüöäßçñ]|[\x00-\x08\x0b-\x1f\x7f]|(?:\b[A-Za-z][ .\-_*]){4}"
)
_STRAIGHT = str.maketrans("’‘“”", "''\"\"")


def flat(text: str) -> str:
    """Text with single spaces, straight quotes and no case: for comparing, never for showing."""
    return " ".join(text.split()).translate(_STRAIGHT).casefold()


def numbers_in(text: str) -> frozenset[str]:
    """The numbers, digital dates and times of a text, thousands commas taken out."""
    return frozenset(re.sub(r",(?=\d{3}\b)", "", n) for n in _NUMBER.findall(text))


# --- what a matter holds ------------------------------------------------------------------------


@dataclass(frozen=True)
class Passage:
    """A rule, section or exemplar as the checks see it: `start` to `end` is its own span in `source`,
    for an exemplar its whole CSV row; `borrowed` are its words that composers repeat unquoted."""

    of: Rule | Exemplar
    kind: str
    start: int
    end: int
    text: str
    flat: str
    numbers: frozenset[str]
    borrowed: tuple[str, ...]
    calls: frozenset[tuple[str, str]]


@dataclass(frozen=True)
class Known:
    """What a matter holds, worked out once: passages by id, names in use, words of its files."""

    matter: Matter
    rules: dict[str, Passage]
    exemplars: dict[str, Passage]
    choices: dict[str, tuple[str, ...]]
    lanes: frozenset[str]
    ids: frozenset[str]
    vocabulary: str
    numbers: frozenset[str]
    common: frozenset[str]

    def passage(self, name: str, kind: str | None = None) -> Passage | None:
        """The passage with this id: of that kind, or (no kind given) a rule before an exemplar."""
        if kind == "exemplar":
            return self.exemplars.get(name)
        found = self.rules.get(name) or (None if kind else self.exemplars.get(name))
        return found if found is None or kind in (None, found.kind) else None

    def called(self, name: str) -> str:
        """An id fit for a failure list: itself where the matter has it, else fixed words."""
        return name if name in self.rules or name in self.exemplars else "an unknown id"


def know(matter: Matter) -> Known:
    """Everything the checks look up in a matter, computed once."""
    words = "\n".join(_words_of(matter))
    files = "\n".join(matter.files.values())
    rules = {rule.id: _of_rule(rule) for rule in matter.rules}
    exemplars = {p.of.id: p for p in _of_exemplars(matter)}
    found = {*RULE_LIKE.findall(files), *RULE_LIKE.findall(words), *rules, *exemplars}
    return Known(
        matter=matter,
        rules=rules,
        exemplars=exemplars,
        choices={field.name: field.choices for field in matter.coding_fields},
        lanes=frozenset(lane.name for lane in matter.lanes),
        ids=frozenset(found),
        vocabulary=flat(words),
        numbers=numbers_in(words),
        common=frozenset(_LOWER.findall(files)),
    )


def _words_of(matter: Matter) -> Iterator[str]:
    """Names in use in a matter that a composer may say without quoting: never a passage's text."""
    yield from (matter.id, matter.title, matter.playbook_version, *matter.roles, *matter.people)
    for lane in matter.lanes:
        yield from (lane.name, lane.owner, f"{lane.target_hours:g}")
    for field in matter.coding_fields:
        yield from (field.name, *field.choices)
    for right in matter.rights:
        yield from (right.id, right.accountable)
    for rule in matter.rules:
        yield from (rule.id, rule.title)
    yield from (exemplar.id for exemplar in matter.exemplars)


def _of_rule(rule: Rule) -> Passage:
    conditions = [b.condition for b in rule.branches if b.condition]
    names = [f"({rule.title})"] + ([rule.id] if " " in rule.id else [])
    return Passage(
        of=rule,
        kind=rule.kind,
        start=rule.start,
        end=rule.end,
        text=rule.text,
        flat=flat(rule.text),
        numbers=numbers_in(rule.text),
        borrowed=_borrowed(names, conditions),
        calls=frozenset((c.field, c.choice) for b in rule.branches for c in b.calls),
    )


def _of_exemplars(matter: Matter) -> Iterator[Passage]:
    """Exemplars with the span of their row: from its first line to the next exemplar's."""
    places = {name: _line_starts(text) for name, text in matter.files.items()}
    ordered = sorted(matter.exemplars, key=lambda e: (e.source, e.line))
    for exemplar, after in zip_longest(ordered, ordered[1:]):
        starts = places[exemplar.source]
        last = after is None or after.source != exemplar.source
        start = starts[exemplar.line - 1]
        end = len(matter.files[exemplar.source]) if last or not after else starts[after.line - 1]
        row = "\n".join(
            (
                matter.files[exemplar.source][start:end],
                exemplar.facts,
                exemplar.rationale,
                exemplar.decided_by,
                exemplar.decided_on,
            )
        )
        yield Passage(
            of=exemplar,
            kind="exemplar",
            start=start,
            end=end,
            text=row,
            flat=flat(row),
            numbers=numbers_in(row),
            borrowed=_borrowed([], [exemplar.facts, exemplar.rationale]),
            calls=frozenset((c.field, c.choice) for c in exemplar.calls),
        )


def _line_starts(text: str) -> list[int]:
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    return starts


def _borrowed(names: list[str], texts: list[str]) -> tuple[str, ...]:
    """Names as composers write them, and texts of some length, longest first."""
    bare = [text.removeprefix("if ") for text in texts]
    long = [t for t in (*texts, *bare) if len(t.split()) >= BORROWED]
    return tuple(sorted({*names, *long}, key=len, reverse=True))


# --- one question and draft ---------------------------------------------------------------------


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
        return frozenset(flat(c) for p in self.passages for c in _CLAUSE.split(p.text))

    @cached_property
    def raw(self) -> str:
        """Every text of the draft, each once, as it stands."""
        return "\n".join(dict.fromkeys(text for _, text, _ in self._texts()))

    @cached_property
    def units(self) -> tuple[Unit, ...]:
        """The draft's texts in the composer's own words: what sources say is masked."""
        masked = {text: self._mask(text) for text in {text for _, text, _ in self._texts()}}
        return tuple(Unit(part, masked[text], cited) for part, text, cited in self._texts())

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
        before = max((m.end() for m in _CLAUSE.finditer(text, 0, start)), default=0)
        after = _CLAUSE.search(text, end)
        around = text[before : after.start() if after else len(text)]
        return all(flat(part) in self.clauses for part in _CLAUSE.split(around))

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
            text = text.replace(f"{self.draft.affirmed} affirms:", f"{MASK}:", 1)
        for words in self._taken:
            if words in text:
                text = text.replace(words, MASK)
        text = QUOTED.sub(self._quotation, text)
        return plain(text)[0] if _ODD.search(text) else text

    def _quotation(self, match: re.Match[str]) -> str:
        """A quotation masked where it stands in a source or the question; a bare choice is no quotation."""
        inside = (match[1] or match[2] or match[3]).strip(" .,;:")
        if any(inside in choices for choices in self.known.choices.values()):
            return inside
        found = flat(inside) in self.sources or flat(inside) in self.asked
        return MASK if found else match.group()


# --- the checks ---------------------------------------------------------------------------------


def verbatim_quote(case: Case) -> list[str]:
    """Every quote stands letter for letter (white space aside) where it says; so does every quotation
    of three words or more inside a text."""
    parts = [(c.id, c.quote, c.source, c.start, c.end) for c in case.citations]
    parts += [(b.source, b.quote, b.source_file, b.start, b.end) for b in case.draft.branches]
    wrong = [
        f"not the words of {case.known.called(p[0])}" for p in parts if not _verbatim(case, *p[1:])
    ]
    loose = any(len(m.group().split()) >= BORROWED for m in QUOTED.finditer(case.words))
    return _once(wrong) + (["a quotation stands in no source"] if loose else [])


def _verbatim(case: Case, quote: str, source: str, start: int, end: int) -> bool:
    text = case.known.matter.files.get(source)
    if text is None or not 0 <= start < end <= len(text) or not re.search(r"\w", quote):
        return False
    cut = _inside_a_word(text, start) or _inside_a_word(text, end)
    stands = text[start:end]
    return not cut and (stands == quote or stands.split() == quote.split())


def _inside_a_word(text: str, at: int) -> bool:
    return 0 < at < len(text) and text[at - 1].isalnum() and text[at].isalnum()


def citation_id(case: Case) -> list[str]:
    """Every cited id exists with that kind, and what is cited lies inside its own passage; an answer
    cites something."""
    wrong = [
        f"cites outside {case.known.called(c.id)}" for c in case.citations if not _inside(case, c)
    ]
    for branch in case.draft.branches:
        passage = case.known.passage(branch.source)
        if not passage or not _spans(passage, branch.source_file, branch.start, branch.end):
            wrong.append(f"offers what is outside {case.known.called(branch.source)}")
    if case.draft.kind in ("answer", "draft") and not case.draft.claims:
        wrong.append("cites nothing")
    return _once(wrong)


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
    return _once([f"{name} is superseded" for name in named if _is_superseded(case.known, name)])


def _is_superseded(known: Known, name: str) -> bool:
    passage = known.exemplars.get(name)
    return bool(passage and isinstance(passage.of, Exemplar) and passage.of.status == "superseded")


def facts(case: Case) -> list[str]:
    """Numbers, dates and names of several words in the composer's own words are found in a cited
    passage, among the matter's names, or in the question."""
    words = case.words
    wrong = ["a number stands in no source"] if not _numbers_found(case, words) else []
    if any(not case.stands(m.group()) for m in _DATE.finditer(words.casefold())):
        wrong.append("a date stands in no source")
    if not all(_name_found(case, m) for m in _NAME.finditer(words)):
        wrong.append("a name stands in no source")
    return wrong


def _numbers_found(case: Case, words: str) -> bool:
    said = numbers_in(re.sub(r"(?m)^\s*\d{1,2}[.)] ", "", words)) - case.known.numbers
    for passage in case.passages:
        said -= passage.numbers
    if said and not said <= numbers_in(case.asked):
        return False
    spelled = set(_WRITTEN.findall(words.casefold()))
    return not spelled or spelled <= {
        *_WRITTEN.findall(case.sources),
        *_WRITTEN.findall(case.asked),
    }


def _name_found(case: Case, match: re.Match[str]) -> bool:
    """A name as it stands; at the start of a sentence without the words any sentence starts with."""
    if case.stands(match.group()):
        return True
    words = match.group().split()
    before = match.string[: match.start()].rstrip(" “\"'(*_")
    if not before or before[-1] in ".!?:;\n→—–▮":
        while words and (words[0].lower() in case.known.common or words[0].lower() in _STARTERS):
            words = words[1:]
    words = [w for w in words if w not in case.known.ids]
    return len(words) < 2 or case.stands(" ".join(words))


_STARTERS = frozenset(
    (
        "a an and as ask because both but choose code each every for from here however if in it its "
        "lane no not of on only or rule see since so that the then there these they this those to "
        "under we what when where which while who with you your"
    ).split()
)


def _once(wrong: list[str]) -> list[str]:
    return list(dict.fromkeys(wrong))
