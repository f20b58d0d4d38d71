"""May these facts go into the exemplar bank? They must not carry the document's own words, names or data.

A bank is read by everybody on the matter and outlives the document's privilege call: facts say what kind
of document it was, never what counsel wrote in it. Pure; what fails comes back as fixed words that quote nothing.
"""

from __future__ import annotations

import re
import unicodedata

from assistant.types import Matter, Question
from rails.reading import flat, lowered
from rails.walls import LINK, MAIL, PERSONAL

BORROWED = 6  # words in a row that count as copied from the document
SHORT, LONG = 20, 600  # characters
QUOTED_WORDS = 4  # words inside quotation marks that count as a quotation
_WORDS = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_QUOTE = re.compile(r"[“\"«]([^”\"»]*)[”\"»]")
_NAME = re.compile(r"(?<![.!?:]\s)(?<!^)(?<![\w-])[A-Z][a-z'’-]+(?:\s+[A-Z][a-z'’-]+)*")
_CUT = re.compile(r"(?<=[^\W\d_])-\s+(?:>\s*)*(?=[^\W\d_])")
_NUMBER = re.compile(r"(?<!\w)\$?\d[\d,./:-]*\d")


def exemplar_facts(
    facts: str, question: Question, matter: Matter, what: str = "facts"
) -> list[str]:
    """What is wrong with facts (or a rationale: `what`) for the bank; empty if nothing.

    `question.quoted` is the document as it was pasted; the asker's own description may be used again.
    """
    wrong = [] if what != "facts" else _size(facts)
    document = "\n".join(question.quoted)
    if _copied(facts, document):
        wrong.append(f"the {what} copy {BORROWED} words or more in a row from the pasted document")
    if any(len(_WORDS.findall(m[1])) >= QUOTED_WORDS for m in _QUOTE.finditer(facts)):
        wrong.append(f"the {what} quote: say it in your own words")
    if LINK.search(lowered(facts)) or MAIL.search(facts):
        wrong.append(f"the {what} hold an address or a link")
    if PERSONAL.search(facts):
        wrong.append(f"the {what} hold personal data")
    if _from_document(_NAME, facts, document, matter):
        wrong.append(f"the {what} name somebody or something that stands in the document only")
    if _from_document(_NUMBER, facts, document, matter):
        wrong.append(f"the {what} give a figure that stands in the document only")
    return wrong


def _size(facts: str) -> list[str]:
    length = len(facts.strip())
    if length < SHORT:
        return [f"the facts have {length} characters: say in {SHORT} or more what the document is"]
    return [f"the facts have {length} characters: {LONG} at most"] if length > LONG else []


def _copied(facts: str, document: str) -> bool:
    """Do six words in a row stand in the document, whatever their case and spacing?"""
    words, theirs = _WORDS.findall(_bare(facts)), _WORDS.findall(_bare(document))
    runs = {tuple(theirs[i : i + BORROWED]) for i in range(len(theirs) - BORROWED + 1)}
    return any(tuple(words[i : i + BORROWED]) in runs for i in range(len(words) - BORROWED + 1))


def _bare(text: str) -> str:
    """Text as it is compared: one form of each letter, no soft hyphens or marks that nobody sees, words
    that a line's end had cut joined again, straight apostrophes, no case."""
    seen = "".join(
        c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c) != "Cf"
    )
    return _CUT.sub("", seen).replace("’", "'").casefold()


def _from_document(pattern: re.Pattern[str], facts: str, document: str, matter: Matter) -> bool:
    """Does something that the pattern finds stand in the document, and nowhere in the matter's files?"""
    if not document:
        return False
    known, theirs = flat("\n".join(matter.files.values())), flat(document)
    found = [flat(match.group()) for match in pattern.finditer(facts)]
    return any(re.search(rf"(?<!\w){re.escape(f)}(?!\w)", theirs) and f not in known for f in found)
