"""An exchange -> what a digest may say of it: a passage of the answer, quoted, with the question.

Nothing is rephrased but a plain yes or no to a plain question of one sentence: there the question's
own words are turned into a statement, and only if they hold no negation, no choice and no tag that
could turn the answer around. All else is quoted, whole sentences only, with what qualifies them.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from assistant.transcripts.digest.asking import leads, question_of
from assistant.transcripts.digest.passages import passage
from assistant.transcripts.record.exchanges import Exchange
from assistant.transcripts.record.turns import Turn
from assistant.transcripts.record.wording import (
    EVADES,
    HEDGE,
    NEGATION,
    NO,
    NO_RECALL,
    OWNS,
    TAG,
    YES,
    corrects,
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
_WHEN = re.compile(
    r"((?:in|on|at|during|before|after|since|by|as of|prior to) [^,?]{3,48}), (?=(?:did|do|were|are|was|have|had) you\b)",
    re.IGNORECASE,
)
_AGREES = re.compile(
    r"^(?:yes|correct|that['’]s (?:right|correct))\b|^(?:\S+ ){1,8}(?:yes|correct)[.!]?$",
    re.IGNORECASE,
)
_DENIES = re.compile(r"^(?:no|never)\b[,.]|^(?:not|never)\b(?:\S* ){1,8}no[.!]?$", re.IGNORECASE)


class Statement(NamedTuple):
    """What a digest says of one exchange. `start` to `end` are offsets in the answer's turn."""

    text: str
    quote: str
    answer: Turn
    start: int
    end: int
    kind: str
    flags: tuple[str, ...]


def state(exchange: Exchange) -> Statement | None:
    """The statement of an answered question; None where nothing was said that can be quoted."""
    answer = _telling(exchange)
    if not re.search(r"\w", answer.text):
        return None
    question = exchange.question.text if exchange.question else ""
    start, end = passage(answer, exchange.window, question)
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


def _bare(quote: str) -> str:
    """ "yes" or "no" where the answer is that and nothing else; else empty."""
    plain = re.sub(r"^(?:um|uh|well|oh)[,.]? ", "", quote.strip(), flags=re.IGNORECASE)
    plain = re.sub(r"\.\s+(?=\S)", ", ", plain).rstrip(".! ")
    if YES.fullmatch(plain):
        return "yes"
    return "no" if NO.fullmatch(plain) else ""


def _kind(exchange: Exchange, quote: str, asked: str, bare: str) -> str:
    whole = exchange.said
    if (
        NO_RECALL.search(quote)
        and not re.search(r"\bbut\b", quote, re.I)
        and len(quote.split()) <= 40
    ):
        return "no-recall"
    if HEDGE.search(whole) or not asked:
        return "admission" if OWNS.search(quote) and not HEDGE.search(whole) else "testimony"
    if bare == "yes" and leads(asked) and not NEGATION.search(asked):
        return "admission"
    denies = bare == "no" or _DENIES.search(quote)
    if denies and asked.endswith("?") and not NEGATION.search(asked) and _closed(asked):
        return "denial"
    if _AGREES.search(quote) and leads(asked) and not NEGATION.search(asked):
        return "testimony" if re.search(r"\b(?:but|however|except)\b", quote) else "admission"
    return "admission" if OWNS.search(quote) else "testimony"


def _closed(asked: str) -> bool:
    return bool(
        _AUX.match(asked)
        or TAG.search(asked)
        or leads(asked)
        or asked.lower().startswith(("ever", "did", "have"))
    )


def _flags(exchange: Exchange, answer: Turn, quote: str) -> tuple[str, ...]:
    flags = []
    if HEDGE.search(quote):
        flags.append("hedged")
    if corrects(exchange.question.text if exchange.question else "", quote):
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
        exchange.by
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
    when = _WHEN.match(asked)
    match = _AUX.match(asked[when.end() :] if when else asked)
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
    told = f"{verb}{negation} {said}. (“{quote}”)"
    return f"{when[1]}, {told}" if when else told[:1].upper() + told[1:]


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
