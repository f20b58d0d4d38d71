"""Names and dates that are written one way here and another way there."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from assistant.matter.comments import without_comments
from assistant.review.finding import Finding, at
from assistant.review.ranges import DATE, MONTHS, to_date
from assistant.review.reading import Reading, is_machine
from assistant.types import Rule
from retrievers.words import stems

_NAME = re.compile(r"\b[A-Z][a-z]{4,}\b")
_INSIDE = re.compile(r"(?<![.!?:]\s)(?<!^)\b[A-Z][a-z]{4,}\b", re.MULTILINE)
LONG = 7  # letters from which one other place is enough to call a name known
_SPAN = re.compile(r"\b(?:years?|months?|anniversary|weeks?)\b", re.IGNORECASE)
_SENTENCE = re.compile(r"[^.!?]+(?:[.!?]+|\Z)")
_MONTHS = stems(" ".join(MONTHS))
_CALENDAR = _MONTHS | stems("monday tuesday wednesday thursday friday saturday sunday")


@dataclass(frozen=True)
class _Place:
    """Where something stands: file, line, the passage's id, and the sentence round it."""

    file: str
    line: int
    passage: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


def names_spelled_twice(reading: Reading) -> Iterator[Finding]:
    """A rare name one or two letters away from a frequent one."""
    places: dict[str, list[_Place]] = defaultdict(list)
    palette = " ".join(c for f in reading.matter.coding_fields for c in (f.name, *f.choices))
    words = set(re.findall(r"[a-z]+", palette.lower()))
    inside: set[str] = set()
    for text, where in _texts(reading):
        words.update(re.findall(r"\b[a-z]{4,}\b", text))
        inside.update(_INSIDE.findall(text))
        for match in _NAME.finditer(text):
            places[match.group()].append(_moved(where, text, match.start()))
    told: set[frozenset[str]] = set()
    for rare, known in _near_names(places, inside, words):
        if frozenset((rare, known)) in told:
            continue
        told.add(frozenset((rare, known)))
        first = places[rare][0]
        what = f"{rare!r} stands here, {known!r} in {len(places[known])} other place(s)"
        words_ = (what, WHY_NAME, f"write {known!r}, or say who {rare!r} is")
        found = at(first.file, first.line, "spelled-twice", "warning", words_)
        yield found.model_copy(update={"also": (str(places[known][0]),)})


WHY_NAME = "a reviewer who searches for the one name will not find the rule for the other"


def _near_names(
    places: dict[str, list[_Place]], inside: set[str], words: set[str]
) -> Iterator[tuple[str, str]]:
    for rare in sorted(n for n in places if len(places[n]) <= 2 and n.lower() not in words):
        often = max(1 if len(rare) >= LONG else 2, 2 * len(places[rare]) - 1)
        close = [
            known
            for known in inside
            if known != rare
            and len(places[known]) >= often
            and known.lower() not in words
            and _one_name(rare.lower(), known.lower())
        ]
        if close:
            yield rare, max(close, key=lambda n: len(places[n]))


def _one_name(a: str, b: str) -> bool:
    """One letter more, less, other, or two swapped; in eight letters or more also two edits. A
    plural or another ending is another word."""
    allowed = 1 if min(len(a), len(b)) < 8 else 2
    if min(len(a), len(b)) < 5 or a[0] != b[0] or abs(len(a) - len(b)) > allowed:
        return False
    if _inflected(a, b) or stems(a) & _CALENDAR or stems(b) & _CALENDAR:
        return False
    return _edits(a, b, allowed) <= allowed


_ENDINGS = frozenset(
    "s n an y ed er es al ly e i ic en r d or ing ion ers ors ia ian ans t cy ce nt cs sts st ts".split()
)


def _inflected(a: str, b: str) -> bool:
    """One stem with two endings (`develops`, `developer`); `Corliss` is no plural of `Corlis`."""
    common = 0
    while common < min(len(a), len(b)) and a[common] == b[common]:
        common += 1
    rests = {a[common:], b[common:]} - {""}
    if len(a) == len(b):
        return rests <= {"s", "d", "r"}
    return rests <= _ENDINGS and not max(a, b, key=len).endswith("ss")


def _edits(a: str, b: str, most: int) -> int:
    """Edits from `a` to `b` (a swap of neighbours is one); past `most` it stops counting."""
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        older, before, row = before, row, [i]
        for j, y in enumerate(b, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return row[-1]


def dates_that_differ(reading: Reading) -> Iterator[Finding]:
    """Two dates that differ in one part (day, month or year) where one date is meant.

    In one rule: its prose against its conditions. In two passages: sentences that share another
    date, or most of their words.
    """
    seen = [mention for rule in reading.matter.rules for mention in _mentions(rule)]
    told: set[tuple[date, date]] = set()
    for i, one in enumerate(seen):
        for other in seen[:i]:
            pair = (min(one.day, other.day), max(one.day, other.day))
            slip = _one_slip(*pair) and _one_thing(one, other, seen)
            if pair in told or one.day == other.day or not (slip or _one_span(one, other)):
                continue
            told.add(pair)
            yield _differ(one, other)


@dataclass(frozen=True)
class _Mention:
    """A date as written somewhere; `line` is the whole line it stands on."""

    day: date
    place: _Place
    line: str

    @property
    def condition(self) -> bool:
        return is_machine(self.line)


def _mentions(rule: Rule) -> Iterator[_Mention]:
    where = _Place(rule.source, rule.line, rule.id, "")
    text = without_comments(rule.text)
    for match in DATE.finditer(text):
        day = to_date(match)
        if day:
            start = text.rfind("\n", 0, match.start()) + 1
            line = text[start:].split("\n", 1)[0]
            yield _Mention(day, _moved(where, text, match.start()), line)


def _one_thing(one: _Mention, other: _Mention, seen: list[_Mention]) -> bool:
    if any(_counted(mention, seen) for mention in (one, other)):
        return False  # a year counted back from a date gives another date
    if one.place.passage == other.place.passage:
        inside = [m for m in seen if m.place.passage == one.place.passage]
        days = [{m.day for m in inside if m.condition is side} for side in (True, False)]
        return one.condition is not other.condition and not (
            {one.day, other.day} & days[0] & days[1]
        )
    ones, others = _days(one.place.sentence), _days(other.place.sentence)
    a, b = (stems(DATE.sub("", m.place.sentence)) - _MONTHS for m in (one, other))
    if (ones & others) - {one.day, other.day} and len(ones) == len(others) and a & b:
        return True
    return len(a & b) >= 3 and 2 * len(a & b) >= min(len(a), len(b))


def _one_span(one: _Mention, other: _Mention) -> bool:
    """Two passages that give the span of one thing, from … to …, with one end alike and one not."""
    ones, others = _days(one.place.sentence), _days(other.place.sentence)
    if one.place.passage == other.place.passage or len(ones) != 2 or len(others) != 2:
        return False
    ends = (min, max) if one.day == max(ones) else (max, min)
    alike = ends[0](ones) == ends[0](others) and ends[1](others) == other.day
    a, b = (stems(DATE.sub("", m.place.sentence)) - _MONTHS for m in (one, other))
    return alike and bool(a & b)


def _counted(one: _Mention, seen: list[_Mention]) -> bool:
    here = [m for m in seen if m.day == one.day and m.place.passage == one.place.passage]
    return any(_SPAN.search(m.place.sentence) for m in here)


def _days(sentence: str) -> set[date]:
    return {day for match in DATE.finditer(sentence) if (day := to_date(match))}


def _one_slip(a: date, b: date) -> bool:
    return a != b and sum((a.day != b.day, a.month != b.month, a.year != b.year)) == 1


def _differ(one: _Mention, two: _Mention) -> Finding:
    day, place, other, there = one.day, one.place, two.day, two.place
    what = f"{place.passage} says {day:%-d %B %Y} where {there.passage} says {other:%-d %B %Y}"
    words = (what, WHY_DATE, "give both the same date, or say why they differ")
    found = at(place.file, place.line, "dates-differ", "warning", words)
    return found.model_copy(update={"also": (str(there),)})


WHY_DATE = "documents between the two dates are coded by whichever rule was read"


def _texts(reading: Reading) -> Iterable[tuple[str, _Place]]:
    for rule in reading.matter.rules:
        yield without_comments(rule.text), _Place(rule.source, rule.line, rule.id, "")
    for e in reading.active:
        yield f". {e.facts}", _Place(e.source, e.line, e.id, "")


def _moved(where: _Place, text: str, start: int) -> _Place:
    line = where.line + text.count("\n", 0, start)
    sentence = next(
        (m.group() for m in _SENTENCE.finditer(text) if m.start() <= start < m.end()), ""
    )
    return _Place(where.file, line, where.passage, sentence)
