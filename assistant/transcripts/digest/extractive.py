"""The digest that needs no model: topics, the telling exchanges of each, quoted with their cites."""

from __future__ import annotations

import bisect
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assistant.transcripts.digest.salience import centrality, chosen, weigh
from assistant.transcripts.digest.statement import Statement, state
from assistant.transcripts.digest.topics import Space, Topic, space_of, topics_of
from assistant.transcripts.nouns import Entry
from assistant.transcripts.record import Record
from assistant.transcripts.record.caption import dates
from assistant.transcripts.record.cites import Lines, cite
from assistant.transcripts.record.exchanges import Exchange, in_parts
from assistant.transcripts.record.exhibits import numbers_in

Step = Callable[[int, int], None]
WORDS_A_PAGE = 600  # of testimony on a full page as laid out in documents/
PART = 50  # words of a long answer that are told apart from the rest
FAR = 30  # lines between question and quote from which on they are cited apart
ALIKE = 0.30  # likeness from which on an earlier answer is taken for the one corrected


@dataclass(frozen=True)
class _Stated:
    """An exchange with its statement, its topic and its weight."""

    exchange: Exchange
    statement: Statement
    topic: str
    weight: float


def compose(record: Record, pages: float, step: Step | None = None) -> list[Entry]:
    """The entries of a digest of about `pages` pages, in the transcript's order."""
    parts = [p for e in record.exchanges for p in in_parts(e, PART)]
    exchanges = [e for e in parts if state(e) is not None]
    if not exchanges:
        return []
    space = space_of(exchanges)
    argument = not record.witnesses
    topics = topics_of(exchanges, space, argument)
    stated = _stated(exchanges, topics, space)
    if step:
        step(1, 2)
    weights = [s.weight for s in stated]
    costs = [_words(_text(s, argument)) for s in stated]
    budget = max(60, int(pages * WORDS_A_PAGE))
    kept = chosen(weights, costs, space, topics, budget)
    corrected = [] if argument else _corrections(stated, space)
    keep = sorted({*kept, *(j for pair in corrected for j in pair)})
    stretches = _stretches(record)
    entries = [_entry(stated[k], stretches, argument) for k in keep]
    if step:
        step(2, 2)
    return _noted(entries, keep, corrected)


def _words(text: str) -> int:
    return sum(any(c.isalnum() for c in w) for w in text.split())


def _stated(exchanges: Sequence[Exchange], topics: Sequence[Topic], space: Space) -> list[_Stated]:
    out = []
    for topic in topics:
        central = centrality(space, topic)
        for k in range(topic.start, topic.end):
            statement = state(exchanges[k])
            assert statement is not None
            weight = weigh(exchanges[k], statement, central[k - topic.start])
            out.append(_Stated(exchanges[k], statement, topic.name, weight))
    return out


def _entry(stated: _Stated, stretches: Sequence[tuple[int, int, str]], argument: bool) -> Entry:
    exchange, said = stated.exchange, stated.statement
    asked = exchange.question
    about = (asked.text if asked else "") + " " + said.quote
    shown = bool(asked and numbers_in(asked.text) and _identifies(asked.text))
    kind = (
        "procedure" if argument else "exhibit" if shown and said.kind == "testimony" else said.kind
    )
    return Entry.model_validate(
        {
            "topic": stated.topic,
            "text": _text(stated, argument),
            "cites": _cites(exchange, said),
            "kind": kind,
            "speaker": "counsel" if argument else "witness",
            "quote": said.quote,
            "flags": said.flags,
            "by": exchange.by,
            "witness": said.answer.speaker if argument else _witness(stretches, said),
            "dates": tuple(dates(about)),
        }
    )


def _text(stated: _Stated, argument: bool) -> str:
    """The entry's text; in an argument the advocate's name stands before the words."""
    said = stated.statement
    if not argument:
        return said.text
    if stated.exchange.question:
        return said.text.replace(" — “", f" — {said.answer.speaker}: “", 1)
    return f"{said.answer.speaker}: {said.text}"


def _identifies(text: str) -> bool:
    low = text.lower()
    return any(
        w in low
        for w in ("recognize", "what is", "identify", "familiar", "seen", "tell us", "tell me")
    )


def _cites(exchange: Exchange, said: Statement) -> tuple[str, ...]:
    """From the question to the end of the quote; apart where a long answer lies between."""
    last = said.answer.line_at(max(said.start, said.end - 1))
    first = said.answer.line_at(said.start)
    asked = exchange.question
    if asked is None:
        return _some(cite(first, last))
    if last.index - asked.first.index > FAR or first.index - asked.first.index > FAR:
        return _some(cite(first, last), asked.cite())
    return _some(cite(asked.first, last))


def _some(*cites: str) -> tuple[str, ...]:
    return tuple(c for c in cites if c)


def _stretches(record: Record) -> list[tuple[int, int, str]]:
    """(first line, last line, name) of each witness."""
    at = Lines(record.transcript.lines)
    found = [(at.read(c), w.name) for w in record.witnesses for c in w.cites]
    return [(lines[0].index, lines[-1].index, name) for lines, name in found if lines]


def _witness(stretches: Sequence[tuple[int, int, str]], said: Statement) -> str | None:
    """Whose answer this is: of several witnesses, by where it stands."""
    names = {name for _, _, name in stretches}
    if len(names) == 1:
        return names.pop()
    index = said.answer.first.index
    k = bisect.bisect_right(stretches, (index, float("inf"), "")) - 1
    return stretches[k][2] if k >= 0 and index <= stretches[k][1] else None


def _corrections(stated: Sequence[_Stated], space: Space) -> list[tuple[int, int]]:
    """(correction, what it corrects): the earlier answer most like it, where one is alike enough."""
    out = []
    for k, item in enumerate(stated):
        if "corrected" not in item.statement.flags or k == 0:
            continue
        likeness = space.vectors[:k] @ space.vectors[k]
        best = int(likeness.argmax())
        if likeness[best] >= ALIKE:
            out.append((k, best))
    return out


def _noted(
    entries: list[Entry], keep: Sequence[int], corrected: Sequence[tuple[int, int]]
) -> list[Entry]:
    """Corrections and what they correct point at each other; both cites stand with the correction."""
    at = {k: i for i, k in enumerate(keep)}
    for later, earlier in corrected:
        a, b = entries[at[later]], entries[at[earlier]]
        if not a.cites or not b.cites:
            continue
        entries[at[later]] = a.model_copy(
            update={"cites": (*a.cites, *b.cites), "note": f"Corrects or adds to {b.cites[0]}."}
        )
        flags = tuple(dict.fromkeys((*b.flags, "inconsistent")))
        entries[at[earlier]] = b.model_copy(
            update={"flags": flags, "note": f"See the later testimony at {a.cites[0]}."}
        )
    return entries
