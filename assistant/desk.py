"""Desk: what one matter's pipeline needs, as callables, made once by the composition root."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from assistant.types import Draft, Evidence, Matter, Message, Question, Reply, Ruling

TakeIn = Callable[[Message], Question]
WhoseRight = Callable[[Question], Ruling]
Find = Callable[[Question], Evidence]
Compose = Callable[[Question, Evidence, Ruling], Draft]
Verify = Callable[[Question, Draft], list[str]]
Record = Callable[[Message, Question | None, Reply], int]
Recall = Callable[[int], tuple[Message, Reply]]
Close = Callable[[], None]
Recorded = Callable[[str, datetime], int | None]


@dataclass(frozen=True)
class Desk:
    """One matter's callables.

    `verify` returns what failed, as fixed words and ids (empty: all held). `record` returns the
    ledger's sequence number. `recall` gives back the message and reply under one; it raises LedgerError
    where there is none. `recorded` finds the number of an entry by its message's key among those
    written since a time, for work that was cut off between the record and its reply. `close` frees what the
    desk was made of (files of the index, connections); nothing may be asked of it afterwards.
    """

    matter: Matter
    take_in: TakeIn
    whose_right: WhoseRight
    find: Find
    compose: Compose
    verify: Verify
    record: Record
    recall: Recall
    recorded: Recorded = lambda key, since: None
    deadline: float = 60.0
    limit: int = 60_000
    composer: str = "extractive"
    close: Close = lambda: None
