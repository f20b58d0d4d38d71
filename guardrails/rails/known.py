"""What a matter holds, worked out once: its passages by id, names in use, words of its files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import zip_longest

from assistant.types import Exemplar, Matter, Rule
from rails.reading import BORROWED, RULE_LIKE, any_of, flat, numbers_in, sentence_spans

_VERDICT = (
    r"(?:\b(?:is|are|as|be|stays?|call it|code (?:it|this|them)|coded|mark(?: it)?(?: as)?|"
    r"treat(?: it)? as|designat\w+|tag(?:ged)?(?: it)?(?: as)?)|→|=|:)\s*[“\"']?"
)
_LOWER = re.compile(r"(?<![\w-])[a-z]+(?![\w-])")


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

    @cached_property
    def said(self) -> tuple[str, ...]:
        """Its texts as they are said, each apart: a “not” of an exemplar's rationale is none of its facts."""
        if isinstance(self.of, Rule):
            return (self.text,)
        return (self.of.facts, self.of.rationale, self.of.decided_by, self.of.decided_on)

    @cached_property
    def edges(self) -> tuple[frozenset[int], frozenset[int]]:
        """Offsets in the source file at which a quotation of this passage may start, and may end."""
        if isinstance(self.of, Rule):
            spans = [(self.start + s, self.start + e) for s, e in sentence_spans(self.of.text)]
            spans += [(b.start, b.end) for b in self.of.branches]
            spans.append((self.of.start, self.of.end))
        else:
            at = self.of.start
            spans = [(at + s, at + e) for s, e in sentence_spans(self.of.quote)]
            spans.append((at, self.of.end))
        return frozenset(s for s, _ in spans), frozenset(e for _, e in spans)

    def whole(self, start: int, end: int) -> bool:
        """Whether `start` to `end` of the source file is one or more whole sentences of this passage."""
        starts, ends = self.edges
        return start in starts and end in ends


@dataclass(frozen=True)
class Known:
    """What a matter holds: passages by id, names in use, words of its files."""

    matter: Matter
    rules: dict[str, Passage]
    exemplars: dict[str, Passage]
    choices: dict[str, tuple[str, ...]]
    lanes: frozenset[str]
    ids: frozenset[str]
    vocabulary: str
    numbers: frozenset[str]
    common: frozenset[str]

    @cached_property
    def multiple(self) -> frozenset[str]:
        """The fields that may have several choices."""
        return frozenset(f.name for f in self.matter.coding_fields if f.multiple)

    @cached_property
    def spoken(self) -> re.Pattern[str]:
        """Calls, roles, lanes and ids with spaces as composers say them."""
        matter = self.matter
        lanes = [f"{lane.name!r}" for lane in matter.lanes]
        calls = [f"{f.name} = {c}" for f in matter.coding_fields for c in f.choices]
        fields = "(" + ", ".join(f.name for f in matter.coding_fields) + ")"
        owners = [lane.owner for lane in matter.lanes]
        offers = [f"to lane {lane}" for lane in lanes]
        ids = [name for name in (*self.rules, *self.exemplars) if not RULE_LIKE.fullmatch(name)]
        return any_of([*ids, *calls, *matter.roles, *owners, *lanes, *offers, fields])

    @cached_property
    def stopped(self) -> re.Pattern[str]:
        """Calls with a stop inside, which would end a sentence: “exemption = Ex. 3 Privacy”."""
        fields = self.matter.coding_fields
        calls = [f"{f.name} = {c}" for f in fields for c in f.choices]
        return any_of(call for call in calls if len(sentence_spans(call)) > 1)

    @cached_property
    def verdicts(self) -> re.Pattern[str]:
        """A verdict and (group 1) the choice that it names, longest first: “is Not Responsive”."""
        names = {choice for choices in self.choices.values() for choice in choices}
        ordered = "|".join(re.escape(n) for n in sorted(names, key=len, reverse=True))
        return re.compile(rf"{_VERDICT}({ordered})(?![\w-])(?!\s*=)", re.IGNORECASE)

    @cached_property
    def chosen(self) -> re.Pattern[str]:
        """Any choice of the palette."""
        return any_of(choice for choices in self.choices.values() for choice in choices)

    def passage(self, name: str, kind: str | None = None) -> Passage | None:
        """The passage with this id: of that kind, or (no kind given) a rule before an exemplar."""
        if kind == "exemplar":
            return self.exemplars.get(name)
        found = self.rules.get(name) or (None if kind else self.exemplars.get(name))
        return found if found is None or kind in (None, found.kind) else None

    @cached_property
    def _numbered(self) -> re.Pattern[str]:
        """Ids of rules and exemplars of digits and hyphens alone."""
        return any_of(n for n in (*self.rules, *self.exemplars) if re.fullmatch(r"[0-9-]+", n))

    def names_in(self, text: str) -> set[str]:
        """What a text says that looks like an id, and the ids without a letter that the matter has."""
        return {*RULE_LIKE.findall(text), *self._numbered.findall(text)}

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
        yield _of_exemplar(exemplar, matter.files[exemplar.source][start:end], start, end)


def _of_exemplar(exemplar: Exemplar, row: str, start: int, end: int) -> Passage:
    said = (exemplar.facts, exemplar.rationale, exemplar.decided_by, exemplar.decided_on)
    text = "\n".join((row, *said))
    return Passage(
        of=exemplar,
        kind="exemplar",
        start=start,
        end=end,
        text=text,
        flat=flat(text),
        numbers=numbers_in(text),
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
