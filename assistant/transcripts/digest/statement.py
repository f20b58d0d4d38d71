"""An exchange -> what a digest may say of it: a passage of the answer, quoted, with the question.

Nothing is rephrased but a plain yes or no to a plain question of one sentence: there the question's
own words are turned into a statement, and only if they hold no negation, no choice and no tag that
could turn the answer around. All else is quoted, whole sentences only, with what qualifies them.
"""

from __future__ import annotations

import math
import re
from typing import NamedTuple

from assistant.transcripts.record.exchanges import Exchange
from assistant.transcripts.record.turns import Turn
from assistant.transcripts.record.wording import (
    CORRECTS,
    EVADES,
    HEDGE,
    LEANS,
    NEGATION,
    NO,
    NO_RECALL,
    OWNS,
    QUALIFIES,
    TAG,
    YES,
)

LONG = 36  # words of an answer that are quoted whole
ASKED = 22  # words of a question that are shown
_LEAD = re.compile(
    r"^(?:(?:okay|ok|all right|alright|and|so|now|well|then|but|right|sure|great|thank you|good|fair enough|"
    r"understood|got it|yeah|yes|um|uh|(?:mr|ms|mrs|dr)\. [A-Z][\w'’-]+|sir|ma['’]am|"
    r"(?:general|justice) [A-Z][\w'’-]+)(?:[,.;]| -- ?|(?= ))\s*)+",
    re.IGNORECASE,
)
_AUX = re.compile(
    r"^(did|do|were|are|was|is|have|had|has|would|could|can|will|does) (you|he|she|they|it|we|anyone|someone|there|that|this|"
    r"[A-Z][\w.'’-]+(?: [A-Z][\w.'’-]+)?)\b(.*)\?$",
    re.IGNORECASE,
)
_OPEN = re.compile(
    r"\b(?:or|whether|any|anyone|anything|anybody|ever|either|at all|yet|why|how|what|when|where|who|which)\b",
    re.IGNORECASE,
)


class Statement(NamedTuple):
    """What a digest says of one exchange. `start` to `end` are offsets in the answer's turn."""

    text: str
    quote: str
    answer: Turn
    start: int
    end: int
    kind: str
    flags: tuple[str, ...]


def state(exchange: Exchange, subject: str = "the witness") -> Statement | None:
    """The statement of an answered question; None where nothing was said that can be quoted."""
    answer = _telling(exchange)
    if not re.search(r"\w", answer.text):
        return None
    start, end = passage(answer, exchange.window)
    quote = answer.text[start:end]
    asked = question_of(exchange)
    bare = _bare(quote)
    kind = _kind(exchange, quote, asked, bare)
    flags = _flags(exchange, answer, quote)
    text = _folded(asked, quote, bare, exchange) or _quoted(asked, quote, exchange)
    return Statement(text, quote, answer, start, end, kind, flags)


def _telling(exchange: Exchange) -> Turn:
    """Of an answer in parts, the longest; an objection or a note stands between them."""
    return max(exchange.answers, key=lambda t: len(t.text))


def question_of(exchange: Exchange) -> str:
    """The question as shown: its last sentences, without "Okay. And, Mr. Halvorsen,"."""
    if exchange.question is None:
        return ""
    text = exchange.question.text
    spans = exchange.question.sentences
    shown = ""
    for start, end in reversed(spans):
        more = text[start:end] + (" " + shown if shown else "")
        if shown and (len(more.split()) > ASKED or len(shown.split()) > 12):
            break
        shown = more
    shown = _LEAD.sub("", shown).strip() or shown
    words = shown.split()
    if len(words) > ASKED + 8:
        shown = "… " + " ".join(words[-ASKED:])
    return shown[:1].upper() + shown[1:]


def passage(turn: Turn, window: tuple[int, int] | None = None) -> tuple[int, int]:
    """The offsets of what is quoted of an answer: all of it if short, else its telling sentences in
    one piece, with a sentence before that they lean on and one after that takes something back."""
    text = turn.text
    low, high = window or (0, len(text))
    spans = tuple(s for s in turn.sentences if low <= s[0] < high)
    if not spans or len(text[low:high].split()) <= LONG:
        return (spans[0][0], spans[-1][1]) if spans else (low, high)
    best = max(range(len(spans)), key=lambda i: (_weight(text[slice(*spans[i])], i), -i))
    first = last = best
    while (
        first > 0
        and LEANS.match(text[slice(*spans[first])])
        and _room(text, spans, first - 1, last)
    ):
        first -= 1
    if best and _weight(text[slice(*spans[0])], 0) >= 2 and _room(text, spans, 0, last):
        first = 0
    while last + 1 < len(spans):
        after = text[slice(*spans[last + 1])]
        if not (QUALIFIES.match(after) or HEDGE.search(after[:60]) or NO_RECALL.search(after)):
            if not _room(text, spans, first, last + 1) or _words(text, spans, first, last) >= 24:
                break
        elif last - best >= 3:
            break
        last += 1
    return spans[first][0], spans[last][1]


def _room(text: str, spans: tuple[tuple[int, int], ...], first: int, last: int) -> bool:
    return _words(text, spans, first, last) <= LONG


def _words(text: str, spans: tuple[tuple[int, int], ...], first: int, last: int) -> int:
    return len(text[spans[first][0] : spans[last][1]].split())


def _weight(sentence: str, i: int) -> float:
    """How telling a sentence is: figures, names, what was done, and its place."""
    words = sentence.split()
    score: float = min(len(words), 25) / 12
    score += 0.8 * math.sqrt(len(re.findall(r"\d+", sentence)))
    score += 0.4 * math.sqrt(
        sum(w[0].isupper() for w in words[1:] if w[0].isalpha() and len(w) > 1)
    )
    score += 0.8 * bool(OWNS.search(sentence)) + 0.6 * bool(CORRECTS.search(sentence))
    score += 0.4 * bool(re.search(r"\b(?:because|told|said|decided|reason|caused?)\b", sentence))
    return score - 0.08 * i - (0.8 if len(words) < 4 else 0)


def _bare(quote: str) -> str:
    """ "yes" or "no" where the answer is that and nothing else; else empty."""
    plain = re.sub(r"^(?:um|uh|well|oh)[,.]? ", "", quote.strip(), flags=re.IGNORECASE)
    plain = re.sub(r"\.\s+(?=\S)", ", ", plain).rstrip(".! ")
    if YES.fullmatch(plain):
        return "yes"
    return "no" if NO.fullmatch(plain) else ""


def _kind(exchange: Exchange, quote: str, asked: str, bare: str) -> str:
    whole = exchange.said
    if NO_RECALL.search(quote) and not re.search(r"\bbut\b", quote) and len(quote.split()) <= 40:
        return "no-recall"
    if HEDGE.search(whole) or not asked:
        return "admission" if OWNS.search(quote) and not HEDGE.search(whole) else "testimony"
    if bare == "yes" and _leads(asked) and not NEGATION.search(asked):
        return "admission"
    denies = bare == "no" or re.match(r"(?:no|never)\b[,.]", quote, re.IGNORECASE)
    if denies and asked.endswith("?") and not NEGATION.search(asked) and _closed(asked):
        return "denial"
    if re.match(r"(?:yes|correct|that['’]s (?:right|correct))\b", quote, re.IGNORECASE) and _leads(
        asked
    ):
        return "testimony" if re.search(r"\b(?:but|however|except)\b", quote) else "admission"
    return "admission" if OWNS.search(quote) else "testimony"


def _leads(asked: str) -> bool:
    """Whether a question puts its answer in the witness's mouth: a tag, or "isn't it true"."""
    if TAG.search(asked) or re.match(
        r"(?:so |and )?you(?:['’]d|['’]re|['’]ve)? \w+", asked, re.IGNORECASE
    ):
        return True
    return bool(
        re.match(
            r"(?:isn['’]t it|is it (?:fair|true|correct)|would you agree)", asked, re.IGNORECASE
        )
    )


def _closed(asked: str) -> bool:
    return bool(
        _AUX.match(asked)
        or TAG.search(asked)
        or _leads(asked)
        or asked.lower().startswith(("ever", "did", "have"))
    )


def _flags(exchange: Exchange, answer: Turn, quote: str) -> tuple[str, ...]:
    flags = []
    whole = exchange.said
    if HEDGE.search(whole):
        flags.append("hedged")
    if CORRECTS.search(quote):
        flags.append("corrected")
    if EVADES.search(quote) or (
        answer.text.rstrip().endswith("?") and len(answer.text.split()) > 2
    ):
        flags.append("evasive")
    if exchange.objected:
        flags.append("crosses-objection")
    return tuple(flags)


def _quoted(asked: str, quote: str, exchange: Exchange) -> str:
    """The answer in quotation marks, after the question where there is one."""
    if not asked:
        return f"“{quote}”"
    who = (
        f"{exchange.by} asked"
        if exchange.question and exchange.question.role == "name" and exchange.by
        else "Q"
    )
    return f"{who}: {asked} — “{quote}”"


def _folded(asked: str, quote: str, bare: str, exchange: Exchange) -> str:
    """A plain yes or no with the question's words as a statement; empty where that could mislead."""
    if not bare or not asked or exchange.objected or NEGATION.search(asked):
        return ""
    if len(exchange.question.sentences if exchange.question else ()) > 3 or len(asked.split()) > 32:
        return ""
    if asked.count("?") != 1 or re.search(r"[.;!“”\"] ", asked) or "…" in asked or "--" in asked:
        return ""
    body = TAG.sub("", asked)
    if body != asked and bare == "yes" and not re.search(r"\bor\b", body):
        said = _third(re.sub(r"^(?:so|and),? ", "", body.strip(" ,"), flags=re.IGNORECASE))
        return f"Agreed: {said}. (“{quote}”)" if said else ""
    match = _AUX.match(asked)
    if not match or _OPEN.search(match[3]):
        return ""
    verb, subject, rest = match[1].lower(), match[2], match[3].strip()
    if not rest or subject.lower() not in ("you",):
        return ""
    verb = {"were": "was", "are": "is", "have": "has", "do": "does"}.get(verb, verb)
    said = _third(rest, keep=True)
    if not said:
        return ""
    negation = " not" if bare == "no" else ""
    return f"{verb.capitalize()}{negation} {said}. (“{quote}”)"


def _third(words: str, keep: bool = False) -> str:
    """Counsel's "you" as the witness, in brackets where it is changed; empty where it cannot be told."""
    if re.search(r"\b(?:I|me|my|we|us|our)\b", words):
        return ""
    words = re.sub(r"\byou were\b", "[the witness] was", words, flags=re.IGNORECASE)
    words = re.sub(r"\byou are\b|\byou['’]re\b", "[the witness] is", words, flags=re.IGNORECASE)
    words = re.sub(r"\byou have\b|\byou['’]ve\b", "[the witness] has", words, flags=re.IGNORECASE)
    words = re.sub(r"\byourself\b", "[self]", words, flags=re.IGNORECASE)
    words = re.sub(r"\byours?\b", "[the witness’s]", words, flags=re.IGNORECASE)
    words = re.sub(r"\byou\b", "[the witness]", words, flags=re.IGNORECASE)
    words = words.strip(" ,?")
    return words if keep else words[:1].upper() + words[1:]
