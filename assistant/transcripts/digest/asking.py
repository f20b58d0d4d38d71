"""A question as a digest shows it: what is asked, without what only leads up to it."""

from __future__ import annotations

import re

from assistant.transcripts.record.exchanges import Exchange
from assistant.transcripts.record.wording import TAG

ASKED = 22  # words of a question that are shown
_LEAD = re.compile(  # a name only where it is called, "Mr. Low, …"
    r"^(?:(?:(?:okay|ok|all right|alright|and|so|now|well|then|but|yeah|yes|um|uh|again)(?:[,.;:]| -- ?|(?= ))|"
    r"(?:right|sure|great|thank you|thanks|good|fair enough|understood|got it|sir|ma['’]am|actually|"
    r"that['’]s (?:all right|fine|okay|fair|helpful)|(?:good )?(?:morning|afternoon)|I mean|let me ask you this|"
    r"my question is(?: this)?|(?:mr|ms|mrs|dr|general|justice)\.? [A-Z][\w'’-]+)(?:[,.;:]| -- ?))\s*)+",
    re.IGNORECASE,
)
_POLITE = re.compile(
    r"^(?:(?:can|could|would|will) you|if you (?:can|could|would))(?:,? please)?,? (?:just |briefly |kindly )?"
    r"(?=(?:tell|describe|explain|walk|read|identify|list|name)\b)",
    re.IGNORECASE,
)
_POINTS_BACK = re.compile(
    r"\b(?:it|its|that|this|these|those|he|him|his|she|her|they|them|there|then|so|one|which)\b|\bwhy\b",
    re.IGNORECASE,
)
_CHECKS = re.compile(  # whether one is followed, not what one asks
    r"(?:okay|right|correct|all right|(?:do )?you (?:see|follow)(?: (?:that|me))?|see|yes|no|agreed|true|fair enough)\?",
    re.IGNORECASE,
)
_QUESTION_WORD = re.compile(
    r"(?:wh(?:o|at|en|ere|y|ich|ose|om)|how|tell|describe|explain|in what|at what|for what|to wh\w+|"
    r"on what|from wh\w+|did|do|does|is|are|was|were|am|has|have|had|can|could|would|will|should|shall|"
    r"may|might|must|any)(?:n['’]t)?\b",
    re.IGNORECASE,
)


def question_of(exchange: Exchange) -> str:
    """The question as shown: its last sentence that asks, and the one before it where it points back
    to that. Without "Okay. And, Mr. Halvorsen,"; the end of one that is very long."""
    if exchange.question is None or not exchange.question.sentences:
        return ""
    text = exchange.question.text
    spans = exchange.question.sentences
    asking = [k for k, (a, b) in enumerate(spans) if _asks(text[a:b])]
    at = asking[-1] if asking else len(spans) - 1
    shown = _bare(text[slice(*spans[at])])
    if at and _points_back(shown):
        before = _bare(text[slice(*spans[at - 1])])
        if len(before.split()) > 2 and len(before.split()) + len(shown.split()) <= ASKED + 4:
            shown = f"{before} {shown}"
    words = shown.split()
    if len(words) > ASKED + 6:
        shown = "… " + " ".join(words[6 - ASKED :])
    return shown[:1].upper() + shown[1:]


def leads(asked: str) -> bool:
    """Whether a question puts its answer in the witness's mouth: a tag, a statement with a question
    mark, or "isn't it true"."""
    if TAG.search(asked) or re.match(
        r"(?:so |and )?you(?:['’]d|['’]re|['’]ve)? \w+", asked, re.IGNORECASE
    ):
        return True
    if re.match(
        r"(?:isn['’]t it|is it (?:fair|true|correct)|would you agree)", asked, re.IGNORECASE
    ):
        return True
    first = re.sub(
        r"^(?:in|on|at|during|before|after|since|by|as of|when|if)\b[^,?]*, ", "", asked, flags=re.I
    )
    return asked.endswith("?") and "…" not in asked and not _QUESTION_WORD.match(first)


def _asks(sentence: str) -> bool:
    return sentence.endswith("?") and not _CHECKS.fullmatch(sentence)


def _bare(sentence: str) -> str:
    shown = _LEAD.sub("", sentence).strip() or sentence.strip()
    return _POLITE.sub("", shown)


def _points_back(shown: str) -> bool:
    """Whether a question says little without the sentence before it."""
    words = shown.split()
    return len(words) <= 3 or (
        len(words) <= 11 and bool(_POINTS_BACK.search(shown)) and not re.search(r"\d| [A-Z]", shown)
    )
