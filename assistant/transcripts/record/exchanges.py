"""Exchanges: a question, what came between, and the answer; across pages and colloquy."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.transcripts.record.turns import Turn
from assistant.transcripts.record.wording import OBJECTS

_FALSE_START = re.compile(
    r"(?:[\w'’,.]+ ?){0,4}[ ,]*(?:--?|\xad|—)[\s\xad-]*|(?:thank you|right|okay|i['’]m sorry)[^?]{0,24}\.",
    re.I,
)
_CUT_OFF = re.compile(r"(?:--?|\xad|—)\s*$")
_CALLS_ON = re.compile(  # the Court gives the word, and asks nothing
    r"(?:(?:thank you|we(?:['’]ll| will) hear|you have \w+ minutes|counsel|general \w+|m(?:r|s|rs)\. \w+)\b[^?]*)$",
    re.I,
)
BETWEEN = 14  # turns of colloquy over which a question waits for its answer


@dataclass(frozen=True)
class Exchange:
    """A question with its answer. `between` are the turns from the question to the answer's end that
    are neither; `answers` may be several where an objection cut the answer. `window` are offsets in
    the answer where a long one is told in parts; only the first part carries the question."""

    question: Turn | None
    answers: tuple[Turn, ...]
    between: tuple[Turn, ...]
    by: str | None
    window: tuple[int, int] | None = None

    @property
    def said(self) -> str:
        """What was answered; of a long answer told in parts, this part."""
        if self.window:
            return self.answers[0].text[slice(*self.window)]
        return " ".join(t.text for t in self.answers)

    @property
    def objected(self) -> bool:
        """Whether an objection stands between question and answer."""
        return any(t.role == "name" and OBJECTS.search(t.text) for t in self.between)


def exchanges_of(turns: Sequence[Turn]) -> list[Exchange]:
    """Each answered question in order. Counsel's question outside Q (colloquy) counts where the
    witness answers it."""
    out: list[Exchange] = []
    question: Turn | None = None
    between: list[Turn] = []
    for k, turn in enumerate(turns):
        if turn.role == "Q" or _asks(turn, turns, k):
            question, between = turn, []
        elif turn.role == "A":
            _answer(out, question, turn, between)
            question, between = None, []
        elif turn.role == "heading" and turn.examiner is None:
            between = []
        elif question is not None or out:
            between.append(turn)
            if len(between) > BETWEEN:
                question, between = None, []
    return out


def _answer(out: list[Exchange], question: Turn | None, turn: Turn, between: list[Turn]) -> None:
    """Add an exchange, or the rest of an answer that was cut, to the one before it."""
    if question is not None:
        by = question.examiner if question.role == "Q" else question.speaker
        out.append(Exchange(question, (turn,), tuple(between), by))
        return
    if out and between and len(between) <= 4 and all(t.role in ("name", "note") for t in between):
        last = out[-1]
        out[-1] = Exchange(last.question, (*last.answers, turn), (*last.between, *between), last.by)
        return
    out.append(Exchange(None, (turn,), tuple(between), None))


def _asks(turn: Turn, turns: Sequence[Turn], k: int) -> bool:
    """Whether counsel or the court puts a question in colloquy that the witness answers at once."""
    if turn.role != "name" or not turn.text.rstrip().endswith("?"):
        return False
    return k + 1 < len(turns) and turns[k + 1].role == "A" and not OBJECTS.search(turn.text)


def in_parts(exchange: Exchange, words: int) -> list[Exchange]:
    """A long answer as parts of about `words` words, whole sentences each; a short one as it is."""
    if len(exchange.answers) != 1:
        return [exchange]
    turn = exchange.answers[0]
    if len(turn.text.split()) < 1.4 * words:
        return [exchange]
    windows: list[tuple[int, int]] = []
    start, count = 0, 0
    for a, b in turn.sentences:
        count += len(turn.text[a:b].split())
        if count >= words:
            windows.append((start, b))
            start, count = b + 1, 0
    if count >= words // 2 or not windows:
        windows.append((start, len(turn.text)))
    elif start < len(turn.text):
        windows[-1] = (windows[-1][0], len(turn.text))
    rest = [replace(exchange, question=None, between=(), window=w) for w in windows[1:]]
    return [replace(exchange, window=windows[0]), *rest]


def speeches_of(turns: Sequence[Turn], court: frozenset[str]) -> list[Exchange]:
    """In an argument: what the Court asks, and what counsel says to it; openings have no question.
    A start of counsel's that the Court talks over answers nothing: the question stays open."""
    out: list[Exchange] = []
    asked: Turn | None = None
    for turn in turns:
        if turn.role != "name":
            continue
        if turn.speaker in court:
            asked = turn if len(turn.text.split()) >= 4 else asked
            asked = None if asked is turn and _CALLS_ON.match(turn.text) else asked
        elif asked is None and out and _goes_on(out[-1], turn):
            out[-1] = replace(out[-1], answers=(*out[-1].answers, turn))
        elif not _FALSE_START.fullmatch(turn.text):
            out.append(Exchange(asked, (turn,), (), asked.speaker if asked else None))
            asked = None
    return out


def _goes_on(last: Exchange, turn: Turn) -> bool:
    """Whether a turn is the rest of an answer that was talked into."""
    before = last.answers[-1]
    return before.speaker == turn.speaker and bool(_CUT_OFF.search(before.text))
