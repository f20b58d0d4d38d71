"""Which passage of an answer is quoted: its telling sentences, whole, with what qualifies them."""

from __future__ import annotations

import math
import re

from assistant.transcripts.record.turns import Turn
from assistant.transcripts.record.wording import (
    CORRECTS,
    HEDGE,
    LEANS,
    NO_RECALL,
    OWNS,
    POSITION,
    QUALIFIES,
    corrects,
)

LONG = 32  # words of an answer that are quoted whole
_FILLER = re.compile(
    r"(?:m(?:r|s|rs|adam)\.? chief justice,? (?:and )?(?:may it please the court)[:;,]? |"
    r"(?:oh, )?(?:gosh|boy|golly|let['’]s see|let me (?:see|think))[.,] |(?:(?:mr\. chief |chief )?justice [A-Z]\w+|your honor|first of all), |(?:well|um|uh|oh|so|and|again|now|look|see|honestly|frankly|you know|I mean|like)(?:,| --|(?<=\band)|(?<=\bso)) )+"
    r"(?=[\w\"“'‘])",
    re.IGNORECASE,
)
WHOLE = 44  # words up to which an answer is quoted from its beginning to its most telling sentence
DIRECT = 16  # words of a first sentence that answers directly
CORRECTION = 80  # words up to which an answer that corrects testimony is quoted whole
SENTENCE = 36  # words from which on a sentence may end early
FEWEST = 12  # words that remain of a long sentence
_ADDED = re.compile(r"(?:;|,| --)(?= (?:and|which|who|where|as)\b)|;", re.IGNORECASE)
_TAKES_BACK = re.compile(
    rf"{HEDGE.pattern}|{NO_RECALL.pattern}|\b(?:but|however|although|though|except|unless|until|if|only|not)\b",
    re.IGNORECASE,
)
_COMMON = frozenset(
    "would could should there their about which where these those other under".split()
)
_CUT_OFF = re.compile(r"(?:--?|\xad|—)\s*$")
Spans = tuple[tuple[int, int], ...]


def passage(turn: Turn, window: tuple[int, int] | None = None, asked: str = "") -> tuple[int, int]:
    """The offsets of what is quoted of an answer to a question: all of it if short, else its telling sentences in
    one piece, with a sentence before that they lean on and one after that takes something back.
    Words that only begin to speak ("Well, you know,") are left out at the front; a very long last
    sentence may end where another clause is added to it that neither hedges nor qualifies."""
    text = turn.text
    low, high = window or (0, len(text))
    spans = tuple(s for s in turn.sentences if low <= s[0] < high)
    if not spans:
        return low, high
    words = len(text[low:high].split())
    if words <= LONG or (words <= CORRECTION and corrects(asked, text[low:high])):
        return _begun(text, spans[0][0], spans[-1][1])
    cut = tuple((a, _ended(text, a, b)) for a, b in spans)
    best = _best(text, cut, low == 0, asked)
    if (
        low == 0
        and len(text[slice(*cut[0])].split()) <= DIRECT
        and _words(text, cut, 0, best) <= WHOLE
    ):
        first, last = 0, max(best, _widened(text, cut, 0)[1])
    else:
        first, last = _widened(text, cut, best)
    while last > first and _idle_end(text[slice(*spans[last])]):
        last -= 1
    return _begun(text, cut[first][0], cut[last][1])


def _ended(text: str, start: int, end: int) -> int:
    """Where a sentence may end: before an added clause, if it is long and nothing is taken back after."""
    if len(text[start:end].split()) <= SENTENCE:
        return end
    for match in reversed(list(_ADDED.finditer(text, start, end))):
        kept, rest = text[start : match.start()], text[match.end() : end]
        if len(kept.split()) > SENTENCE:
            continue
        if len(kept.split()) < FEWEST or _TAKES_BACK.search(rest) or CORRECTS.search(rest):
            return end
        return match.start()
    return end


def _best(text: str, spans: Spans, opens: bool, asked: str) -> int:
    """The most telling sentence; the first of an answer that says something counts for more, and one
    that takes up the question's words."""
    said = [text[slice(*s)] for s in spans]
    first = next((i for i, s in enumerate(said) if len(s.split()) >= 3), 0)
    wanted = _stems(asked)
    scores = [
        telling(s, i) + 0.5 * (opens and i == first) + 0.25 * min(4, len(wanted & _stems(s)))
        for i, s in enumerate(said)
    ]
    return max(range(len(spans)), key=lambda i: (scores[i], -i))


def _stems(text: str) -> set[str]:
    return {w[:5] for w in re.findall(r"[a-z]{4,}", text.lower())} - _COMMON


def _widened(text: str, spans: Spans, best: int) -> tuple[int, int]:
    """(first, last) sentence of the passage around the most telling one."""
    first = last = best
    while (
        first > 0
        and LEANS.match(text[slice(*spans[first])])
        and _words(text, spans, first - 1, last) <= LONG
    ):
        first -= 1
    if best and telling(text[slice(*spans[0])], 0) >= 1.6 and _words(text, spans, 0, last) <= LONG:
        first = 0
    while last + 1 < len(spans):
        after = text[slice(*spans[last + 1])]
        if not _takes_back(after):
            if (
                _words(text, spans, first, last + 1) > LONG
                or _words(text, spans, first, last) >= 24
            ):
                break
        elif last - best >= 3:
            break
        last += 1
    return first, last


def _takes_back(after: str) -> bool:
    """Whether a sentence qualifies the one before it: "But", a failing memory, a short hedge."""
    if QUALIFIES.match(after) or NO_RECALL.search(after):
        return True
    return bool(HEDGE.search(after[:60])) and (len(after.split()) <= 12 or bool(LEANS.match(after)))


def _words(text: str, spans: Spans, first: int, last: int) -> int:
    return len(text[spans[first][0] : spans[last][1]].split())


def _idle_end(sentence: str) -> bool:
    """A sentence that was cut off and takes nothing back."""
    return bool(_CUT_OFF.search(sentence)) and not (
        QUALIFIES.match(sentence) or HEDGE.search(sentence) or NO_RECALL.search(sentence)
    )


def _begun(text: str, start: int, end: int) -> tuple[int, int]:
    """Without filler at the front, where enough remains to quote."""
    match = _FILLER.match(text, start, end)
    if match and len(text[match.end() : end].split()) >= 5:
        return match.end(), end
    return start, end


def telling(sentence: str, i: int) -> float:
    """How telling the `i`th sentence of an answer is: figures, names, what was done, and its place."""
    words = sentence.split()
    score: float = min(len(words), 22) / 14
    score += 0.8 * math.sqrt(len(re.findall(r"\d+", sentence)))
    score += 0.4 * math.sqrt(
        sum(w[0].isupper() for w in words[1:] if w[0].isalpha() and len(w) > 1)
    )
    score += 0.8 * bool(OWNS.search(sentence)) + 0.6 * bool(CORRECTS.search(sentence))
    score += 0.5 * bool(POSITION.search(sentence)) - 0.5 * bool(_CUT_OFF.search(sentence))
    score += 0.4 * bool(re.search(r"\b(?:because|told|said|decided|reason|caused?)\b", sentence))
    return score - 0.08 * i - (0.8 if len(words) < 4 else 0)
