"""How texts are read before they are compared: flat forms, numbers, quotations, whole sentences."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable
from functools import lru_cache

from assistant.stems import stem

MASK = "▮"  # stands for words that were taken from a source
BORROWED = 3  # words from which on a condition, facts or a rationale count as a source's own
QUOTED = re.compile(r"“([^“”]+)”|\"([^\"]+)\"|«([^«»]+)»")
# A run of capitals, digits and hyphens with a capital and a digit; its first letter stands before what is looked for
# around it, so that most of a text is passed over.
RULE_LIKE = re.compile(
    r"[A-Z0-9](?<![\w-].)(?:(?<=[A-Z])(?=[A-Z0-9-]*[0-9])|(?<=[0-9])(?=[A-Z0-9-]*[A-Z]))[A-Z0-9-]*(?![\w-])"
)
CLAUSE = re.compile(r"[.;:!?\n—→▮“”\"()\[\]]+")
OFFER = re.compile(r"(?m)^ *b\d+\. .*→.*$")  # a branch as composers offer it
WAY = re.compile(r"Lane '(.+?)': the (.+?) answers within ([\d.]+) hours")
NEGATION = frozenset(
    (
        "no not never none without nobody nothing neither nor cannot isn't wasn't don't doesn't didn't "
        "aren't weren't hasn't haven't hadn't won't can't couldn't wouldn't shouldn't unless only except "
        "hardly lacks lacking absent fails failed refused denied"
    ).split()
)
_NUMBER = re.compile(r"(?<!\w)(?<!\w-)\d+(?:[.,:/-]\d+)*(?=(?:st|nd|rd|th)?(?!\w))")
_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?|\d[\d.,/-]*")
_STRAIGHT = str.maketrans("’‘“”", "''\"\"")
_EMPTY = frozenset(
    (
        "a an and any are as at be been being by did do does each for from had has have he her here his "
        "how i if in into is it its me my of on one or our out over own she so some such than that the "
        "their them then there these they this those to too under up us was we were what when where "
        "which while who whom whose will with would you your document email mail file also both"
    ).split()
)
# Where a sentence of a playbook may begin: after a stop, after a blank line, heading, list mark or a
# line with a meaning (`Call:`, `Escalate:`, `See`), or at one. A wrapped line begins none.
_BREAK = re.compile(
    r"(?<=[.!?])[\"”’')\]]*\s+|\n[ \t]*\n\s*|\n(?=[ \t]*(?:#|[-*•+] |\d+[.)] |\||>|(?:Call|Escalate)\b[^\n]*:|See ))"
    r"|(?<=:)[ \t]*\n|(?m:(?<=^)(?=#))"
)
_SEVERAL = re.compile(r"\n|[.!?][\"”’')\]]*\s")  # without it there is one sentence
_LINE = re.compile(r"(?m)^[ \t]*(?:#|\||(?:Call|Escalate)\b[^\n]*:|See )[^\n]*\n?")


def lowered(text: str) -> str:
    """Text in lower case, letter for letter as `re.IGNORECASE` reads it beside ASCII: a pattern in lower case
    finds the same in it, at the same offsets, in a third of the time."""
    for letter, plainly in (("İ", "i"), ("ı", "i"), ("ſ", "s")):
        text = text.replace(letter, plainly)
    return text.lower()


def flat(text: str) -> str:
    """Text with single spaces, straight quotes and no case: for comparing, never for showing."""
    return " ".join(text.split()).translate(_STRAIGHT).casefold()


def numbers_in(text: str) -> frozenset[str]:
    """The numbers, digital dates and times of a text, thousands commas taken out."""
    return frozenset(re.sub(r",(?=\d{3}\b)", "", n) for n in _NUMBER.findall(text))


@lru_cache(maxsize=4096)
def content(text: str) -> frozenset[str]:
    """Stems of the words that carry meaning, negations apart."""
    words = [w for w in _words(text) if w not in _EMPTY and w not in NEGATION]
    return frozenset(map(stem, words))


@lru_cache(maxsize=4096)
def negations(text: str) -> int:
    """How many negating words stand in it."""
    return sum(word in NEGATION for word in _words(text))


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower().replace("’", "'"))


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Where each sentence of a text starts and ends, white space at its edges left out; a line of its
    own (heading, table row, `Call:`) is one, a wrapped line is not cut."""
    cuts = {0, len(text)}
    if _SEVERAL.search(text):
        cuts |= {m.end() for m in _BREAK.finditer(text)}
        cuts |= {at for line in _LINE.finditer(text) for at in line.span()}
    edges = sorted(cuts)
    spans = []
    for start, end in itertools.pairwise(edges):
        part = text[start:end]
        if part.strip():
            lead = len(part) - len(part.lstrip())
            spans.append((start + lead, start + len(part.rstrip())))
    return spans


def sentences(text: str) -> list[str]:
    """The sentences of a text, flat spaces."""
    return [" ".join(text[start:end].split()) for start, end in sentence_spans(text)]


def any_of(names: Iterable[str]) -> re.Pattern[str]:
    """A pattern that finds any of these names as a whole word, the longest first."""
    ordered = sorted({name for name in names if name}, key=len, reverse=True)
    if not ordered:
        return re.compile(r"\0(?!)")  # nothing: passed over faster than what fails at every letter
    return re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, ordered))})(?![\w-])")
