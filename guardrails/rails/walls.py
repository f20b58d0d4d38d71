"""Walls: no other matter, no link or mention, no personal data from nowhere, nothing hidden."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rails.case import Case
from rails.plain import HIDDEN, plain
from rails.reading import flat, lowered

LINK = re.compile(
    r"https?://|www\.|\b[\w-]+\.(?:com|org|net|io|ru|cn|info|biz|co)\b(?:/|\b)|<[@#!][^>]*>|"
    r"(?<!\w)@(?:channel|here|everyone|[a-z]\w{2,})|\]\(|javascript:"
)  # in `lowered` text
# No link or mention without it: a tenth of the time of looking at every word.
_LINKED = re.compile(
    r"://|www\.|\.(?:com|org|net|io|ru|cn|info|biz|co)\b|<[@#!]|@|\]\(|javascript:"
)
MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+")
PERSONAL = re.compile(
    r"(?<!\d)\d{3}-\d{2}-\d{4}(?!\d)|(?<!\d)(?:\d[ -]?){13,16}(?!\d)|"
    r"(?<!\d)(?:\+?\d{1,2}[ .-]?)?\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}(?!\d)"
)
# Nothing personal without it: three times as fast to look for as what it may be.
_LONG_NUMBER = re.compile(r"\d[\d ().-]{9,}\d")


def other_matters(case: Case, others: Sequence[str]) -> list[str]:
    """No id or title of another matter on this installation, but in the asker's own words quoted."""
    if not others:
        return []
    own, said = flat("\n".join(case.known.matter.files.values())), flat(case.words)
    names = [name for name in map(flat, others) if name not in own]
    hits = [n for n in names if re.search(rf"(?<!\w){re.escape(n)}(?!\w)", said)]
    return ["names another matter"] if hits else []


def links(case: Case) -> list[str]:
    """No URL, e-mail address or mention that is not in a cited source."""
    said = lowered(case.words)
    found = [m.group() for m in LINK.finditer(said)] if _LINKED.search(said) else []
    found += [m.group() for m in MAIL.finditer(case.words)] if "@" in case.words else []
    unheard = any(flat(f) not in case.sources for f in found)
    return ["a link or mention stands in no source"] if unheard else []


def personal_data(case: Case) -> list[str]:
    """No social security, card or phone number that is neither in a cited source nor in the question."""
    for match in PERSONAL.finditer(case.raw) if _LONG_NUMBER.search(case.raw) else ():
        if flat(match.group()) not in case.sources and flat(match.group()) not in case.asked:
            return ["personal data from no source"]
    return []


def hidden(case: Case) -> list[str]:
    """No invisible, bidirectional or control character and no look-alike or spaced-out letters in the
    composer's own words: what a person reads is what was checked."""
    return ["hidden characters"] if any(_disguised(text) for text in case.odd) else []


def _disguised(text: str) -> bool:
    return bool(HIDDEN.search(text)) or any("letters" in note for note in plain(text)[2])
