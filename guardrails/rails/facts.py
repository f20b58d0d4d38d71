"""Numbers, dates and names that a composer says in its own words are found in a source."""

from __future__ import annotations

import re

from rails.case import Case
from rails.reading import numbers_in

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
_STARTERS = frozenset(
    (
        "a an and as ask because both but choose code each every for from here however if in it its "
        "lane no not of on only or rule see since so that the then there these they this those to "
        "under we what when where which while who with you your"
    ).split()
)


# The stop after a single capital: an initial's, or that of a sentence (“ring = Ring B. RNG-05 fixes it”).
_INITIAL = re.compile(r"(?<= [A-Z])\.(?: |$)")
_ITEM = re.compile(r"(?m)^\s*\d{1,2}[.)] ")


def facts(case: Case) -> list[str]:
    """Numbers, dates and names of several words in the composer's own words are found in a cited
    passage, among the matter's names, or in the question."""
    words, folded = case.words, case.words.casefold()
    wrong = ["a number stands in no source"] if not _numbers_found(case, words, folded) else []
    if any(not case.stands(m.group()) for m in _DATE.finditer(folded)):
        wrong.append("a date stands in no source")
    if not all(_name_found(case, m) for m in _NAME.finditer(words)):
        wrong.append("a name stands in no source")
    return wrong


def _numbers_found(case: Case, words: str, folded: str) -> bool:
    said = numbers_in(_ITEM.sub("", words)) - case.known.numbers
    for passage in case.passages:
        said -= passage.numbers
    if said and not said <= numbers_in(case.asked):
        return False
    spelled = set(_WRITTEN.findall(folded))
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
    choices = {c for own in case.known.choices.values() for c in own}
    first, *after = _INITIAL.split(" ".join(words), maxsplit=1)
    if after and first in choices:  # the stop is the sentence's
        words = after[0].split()
    return len(words) < 2 or case.stands(" ".join(words))
