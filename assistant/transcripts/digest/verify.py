"""The rails of a digest: every entry is held against the lines it cites, whoever composed it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.transcripts.digest.turned import turned
from assistant.transcripts.nouns import Entry, Line
from assistant.transcripts.record.cites import Lines
from assistant.transcripts.record.wording import HEDGE, NEGATION, NO, YES

_NUMBER = re.compile(r"\d+(?:[.,:/]\d+)*")
_NAME = re.compile(r"(?<![.?!“\"] )(?<!^)\b[A-Z][a-z]{2,}\b")
_HEDGED = re.compile(  # as a hedge reads when told of a witness
    r"\b(?:th(?:inks?|ought)|believe[sd]?|guess(?:es|ed)?|suppose[sd]?|assume[sd]?|unsure|uncertain|not (?:sure|certain)|"
    r"estimate[sd]?|imagine[sd]?|could not say)\b",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"“[^”]*”")
_SHOWN = re.compile(  # the question as shown, and an advocate's name before a quotation
    r"^(?:(?:Q|[A-Z][A-Z.'’\- ]+): .*? — )?(?:[A-Z][A-Z.'’\- ]+: )?(?=“)", re.DOTALL
)
_CLAUSE = re.compile(
    r"[.;:!?,]\s|\b(?:and|but|although|though|while|because|since)\b", re.IGNORECASE
)
_LOST = "a negation was lost or put in"
_WORD = re.compile(r"[a-z][a-z'’]{3,}")
_FIGURES = {
    w: str(n)
    for n, w in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve".split()
    )
}
_FRAME = frozenset(
    "asked agreed witness witness's said says testified stated that this with from have been were about when what which "
    "their there then than would could should does answered answer described explained because during after before "
    "whether confirmed denied recalled recall remembered remember knew know believed believes estimated also only more".split()
)


def failures(entry: Entry, at: Lines, court: frozenset[str]) -> list[str]:
    """What speaks against an entry, in fixed words; empty where every rail holds."""
    cited = [at.read(c) for c in entry.cites]
    if not entry.cites or not all(cited):
        return ["a cite names lines that are not there"]
    lines = [x for part in cited for x in part]
    wrong = []
    quoted = _quoted_lines(entry.quote, cited)
    if not quoted:
        wrong.append("the quote does not stand at its cites")
    elif not _spoken_by(entry, quoted, court):
        wrong.append("the quote is not this speaker's")
    return wrong + _facts(entry, lines) + _turned(entry, lines) + _counsels(entry, lines)


def _quoted_lines(quote: str, cited: Sequence[Sequence[Line]]) -> list[Line]:
    """The lines on which a quote stands, letter for letter after white space; empty if nowhere."""
    wanted = " ".join(quote.split())
    if not re.search(r"\w", wanted):
        return []
    for part in cited:
        text, starts = "", []
        for line in part:
            starts.append((len(text), line))
            text += line.text + " " if line.text else ""
        found = text.find(wanted)
        if found >= 0:
            end = found + len(wanted)
            ends = [*[s for s, _ in starts[1:]], len(text)]
            return [
                x
                for (s, x), e in zip(starts, ends, strict=True)
                if s < end and e > found and x.text
            ]
    return []


def _spoken_by(entry: Entry, quoted: Sequence[Line], court: frozenset[str]) -> bool:
    speakers = {x.speaker for x in quoted}
    if entry.speaker == "witness":
        return speakers == {"A"}
    if entry.kind in ("testimony", "admission", "denial", "no-recall"):
        return False
    if entry.speaker == "court":
        return all(s in court for s in speakers)
    return all(s not in court and s not in ("A", None) for s in speakers)


def _facts(entry: Entry, lines: Sequence[Line]) -> list[str]:
    """Numbers and names of the text that the cited lines do not hold."""
    source = " ".join(x.text for x in lines)
    wrong = []
    numbers = {n.rstrip(".,:/") for n in _NUMBER.findall(source)}
    spelled = {_FIGURES[w] for w in re.findall(r"[a-z]+", source.lower()) if w in _FIGURES}
    said = {n.rstrip(".,:/") for n in _NUMBER.findall(entry.text)}
    if not said <= numbers | spelled:
        wrong.append("a number does not stand at its cites")
    own = _own(entry)
    low = source.lower()
    if any(n.lower() not in low and n.lower() not in _FRAME for n in _NAME.findall(own)):
        wrong.append("a name does not stand at its cites")
    return [*wrong, *(w for w in turned(own, _spoken(lines)) if w not in wrong)]


def _spoken(lines: Sequence[Line]) -> str:
    """What was answered, with what was asked: a figure may stand in either."""
    return " ".join(x.said or x.text for x in lines)


def _own(entry: Entry) -> str:
    """The composer's own words: without quotations, and without the question that is shown as one."""
    return _QUOTED.sub(" ", _SHOWN.sub(" ", entry.text))


def _bare(quote: str) -> str:
    """ "yes" or "no" where the quote is that and nothing else; else empty."""
    plain = re.sub(r"\.\s+(?=\S)", ", ", quote.strip()).rstrip(".! ")
    return "yes" if YES.fullmatch(plain) else "no" if NO.fullmatch(plain) else ""


def _turned(entry: Entry, lines: Sequence[Line]) -> list[str]:
    """A "not" or a hedge that was lost, or put in, between what was said and what is told of it."""
    own = _own(entry)
    if not _stems(own):
        return []
    bare = _bare(entry.quote)
    if bare:
        asked = " ".join(x.text for x in lines if x.speaker not in ("A", None, "parenthetical"))
        if NEGATION.search(asked):
            return ["a plain answer to a question with a negation can be read both ways"]
        return [] if bool(NEGATION.search(own)) == (bare == "no") else [_LOST]
    wrong = []
    if not all(_same_way(clause, entry.quote) for clause in _clauses(own)):
        wrong.append(_LOST)
    if HEDGE.search(entry.quote) and not (HEDGE.search(own) or _HEDGED.search(own)):
        wrong.append("a hedge was lost")
    return wrong


def _clauses(text: str) -> list[str]:
    return [c for c in _CLAUSE.split(text) if _stems(c)]


def _same_way(clause: str, quote: str) -> bool:
    """Whether a clause denies what the likest clause of the quote denies, and asserts what it asserts."""
    words = _stems(clause)
    ranked = [(len(words & _stems(c)), bool(NEGATION.search(c))) for c in _clauses(quote)]
    best = max((n for n, _ in ranked), default=0)
    ways = {way for n, way in ranked if n == best} if best else {bool(NEGATION.search(quote))}
    return bool(NEGATION.search(clause)) in ways


def _counsels(entry: Entry, lines: Sequence[Line]) -> list[str]:
    """Counsel's words in what is told as testimony where the answer does not plainly adopt them, and
    words that neither side said."""
    if entry.speaker != "witness":
        return []
    words = _stems(_own(entry)) - {w[:5] for w in _FRAME}
    answer = _stems(" ".join(x.text for x in lines if x.speaker == "A"))
    asked = _stems(" ".join(x.text for x in lines if x.speaker not in ("A", None, "parenthetical")))
    if _bare(entry.quote):
        answer |= asked
    elif words & (asked - answer):
        return ["counsel's words are told as testimony"]
    if len(words - answer) > 0.25 * max(4, len(words)):
        return ["words that do not stand at its cites"]
    return []


def _stems(text: str) -> set[str]:
    return {w[:5] for w in _WORD.findall(text.lower())}
