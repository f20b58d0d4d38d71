"""Which part of the file each line belongs to: cover, appearances, index, testimony, certificate …"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby

from assistant.transcripts.lines.headings import SWORN, examiner, joined, section_head
from assistant.transcripts.nouns import Line, Section

_CITES = re.compile(r"(?<![\d:])\d{1,4}:\d{1,2}(?![\d:])")
_SPEECH = re.compile(
    r"(?:Q|A)[.:]?\s+\S.*|(?:M[RSX]S?|MISS|DR|JUDGE|(?:CHIEF )?JUSTICE)\.? [A-Z][A-Za-z'’. -]+:.*|"
    r"THE [A-Z ]+:.*"
)
_QA = re.compile(r"[QA][.:]?\s+[A-Z\"“(0-9].*")
_START = re.compile(
    r"(?:TRANSCRIPT OF )?PROCEEDINGS|(?:MORNING|AFTERNOON) SESSION|DEPOSITION PROCEEDINGS|TESTIMONY"
)
_COURT = re.compile(
    r"\b(?:SUPREME|SUPERIOR|CIRCUIT|DISTRICT|COUNTY|FAMILY|PROBATE|MUNICIPAL|COMMON PLEAS|APPEALS?|"
    r"BANKRUPTCY|CHANCERY)\b.*\bCOURT\b|\bCOURT OF\b|STATE OF [A-Z]+",
    re.IGNORECASE,
)
_STIPULATED = re.compile(r"IT IS (?:HEREBY )?(?:STIPULATED|AGREED)|STIPULATIONS?$", re.IGNORECASE)
_CERTIFY = re.compile(
    r"(?:do )?(?:hereby )?certify(?:,| that)|(?:true|correct) (?:and \w+ )?(?:transcript|record)",
    re.IGNORECASE,
)
_SIGNED = re.compile(
    r"under (?:the )?penalt(?:y|ies) of perjury|have read the (?:foregoing|above)|"
    r"subscribed and sworn",
    re.IGNORECASE,
)
_AFTER = frozenset(("certificate", "signature", "errata", "word-index"))


def sections_of(lines: Sequence[Line]) -> list[Section]:
    """The section of each line, in order."""
    out: list[Section] = []
    state: Section = "cover"
    for _, group in groupby(lines, key=lambda x: (x.volume, x.page, x.file_page)):
        page = list(group)
        state = _page(page, state, out)
    return out


def _page(page: list[Line], state: Section, out: list[Section]) -> Section:
    """Append the sections of one page's lines; returns the state at its end."""
    texts = [x.text for x in page]
    said = [t for t in texts if t]
    if said and sum(len(_CITES.findall(t)) >= 2 for t in said) >= 0.4 * len(said):
        out += ["word-index"] * len(page)
        return "word-index"
    if state in _AFTER and any(_COURT.search(t) for t in said[:4]) and not _ends(said):
        state = "cover"
    begins = _begins(texts, state)
    for k, text in enumerate(texts):
        state = "testimony" if begins == k else _turned(text, state, texts, k)
        out.append(state)
    return state


def _ends(said: list[str]) -> bool:
    """Whether a page is a certificate, a signature page or an errata sheet under its own caption."""
    return any(section_head(t) in _AFTER or _CERTIFY.search(t) for t in said)


def _begins(texts: list[str], state: Section) -> int | None:
    """The line of this page from which on people speak, if that is where they begin."""
    if state == "testimony":
        return None
    start = next((k for k, t in enumerate(texts) if _START.fullmatch(joined(t).upper())), None)
    if start is not None and state not in _AFTER:
        return start
    spoken = [k for k, t in enumerate(texts) if _SPEECH.fullmatch(t)]
    answers = sum(bool(_QA.fullmatch(t)) for t in texts)
    oath = next((k for k, t in enumerate(texts) if SWORN.search(t)), None)
    listed = any(section_head(t) in ("index", "appearances", "errata") for t in texts)
    if state in _AFTER:
        return 0 if answers >= 3 and not any(section_head(t) for t in texts) else None
    if len(spoken) < (2 if not listed else 4) and (oath is None or not spoken):
        return None
    first = min(x for x in (spoken[0], oath) if x is not None)
    return _block_start(texts, first)


def _block_start(texts: list[str], first: int) -> int:
    """Back from the first speech over what introduces it, to a head of another section at most."""
    heads = [k for k in range(first) if section_head(texts[k])]
    if not heads:
        return 0
    while first > heads[-1] + 1 and texts[first - 1]:
        first -= 1
    return first


def _turned(text: str, state: Section, texts: list[str], k: int) -> Section:
    """The state after this line."""
    if not text:
        return state
    head = section_head(text)
    top = not any(texts[:k]) or sum(bool(t) for t in texts[:k]) < 6
    if state == "testimony":
        return head if head and _leaves(head, text, texts[k + 1 :], top) else state
    if head and not (state in _AFTER and head in ("appearances", "index") and not top):
        return head
    if state in ("cover", "appearances", "index") and _STIPULATED.match(text):
        return "other"
    if top and state in ("testimony", "index", "other") and _CERTIFY.search(text):
        return "certificate"
    return state


def _leaves(head: Section, text: str, rest: list[str], top: bool) -> bool:
    """Whether a head inside the testimony really ends it: nobody goes on speaking on this page."""
    if examiner(text) or head == "appearances":
        return False
    spoken = sum(bool(_SPEECH.fullmatch(t)) for t in rest)
    if head in ("index", "signature", "errata") and not top:
        return False
    body = " ".join(rest[:20])
    if head == "certificate" or head == "signature":
        return spoken == 0 and bool(_CERTIFY.search(body) or _SIGNED.search(body) or top)
    return spoken == 0
