"""What crosses files of this room: frozen models. Ids and times only; words stand in the ledger."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from assistant.types import Call, Noun

State = Literal["open", "claimed", "ruled", "closed", "withdrawn"]
Deed = Literal[
    "open",
    "join",
    "claim",
    "release",
    "take_over",
    "rule",
    "approve",
    "send_back",
    "close",
    "withdraw",
    "reopen",
    "accept",  # these two of a proposal: what rulings would add to the playbook
    "decline",
]
WAITING: tuple[State, ...] = ("open", "claimed")
ASSISTANT = "assistant"  # who closes a case whose ruling holds for one document only


class Person(Noun):
    """Who acts: every name by which the matter's people may list them (Slack id, e-mail)."""

    names: tuple[str, ...] = Field(min_length=1)

    @property
    def id(self) -> str:
        """The name that is recorded."""
        return self.names[0]


class Asker(Noun):
    """Who asked: `place` is the opaque id of the reply to answer under, `seq` its ledger entry."""

    person: str
    place: str
    seq: int


class Act(Noun):
    """One thing that somebody does to a case. `key` names it for good: done twice, it counts once.

    `reason` is free text; it goes into the ledger's sealed content and nowhere else.
    """

    deed: Deed
    by: Person
    at: datetime
    key: str
    reason: str = Field(default="", repr=False)


class Ruling(Noun):
    """What a person ruled: calls from the palette, why, the rules it rests on, how far it reaches.

    `facts` are the exemplar's, rewritten without the document's words; needed where `scope` is `all`.
    `supersedes` names the exemplars that it overturns. `playbook` asks that the playbook say this.
    """

    calls: tuple[Call, ...]
    reason: str
    rules: tuple[str, ...] = ()
    scope: Literal["document", "all"] = "document"
    facts: str = ""
    supersedes: tuple[str, ...] = ()
    playbook: bool = False


class Case(Noun):
    """A question that a person decides. `opening` counts how often its clock began; `seq` is the ledger
    entry with the question and what was found; `ruling_seq` the one with the ruling."""

    id: str
    matter: str
    lane: str
    topic: str
    state: State
    opening: int = 1
    rulings: int = 0
    seq: int
    opened_at: datetime
    claimed_at: datetime | None = None
    claimed_by: str | None = None
    ruled_at: datetime | None = None
    ruled_by: str | None = None
    scope: Literal["document", "all"] | None = None
    ruling_seq: int | None = None
    closed_at: datetime | None = None
    approved_by: str | None = None
    exemplar: str | None = None
    askers: tuple[Asker, ...] = ()

    @property
    def waiting(self) -> bool:
        """Does it wait for a ruling?"""
        return self.state in WAITING


class Proposal(Noun):
    """A proposed change to the playbook: its topic, the cases behind it, how it stands, and the diff as
    ledger entry `seq` has it. Once decided: who, and why."""

    id: str
    matter: str
    topic: str
    cases: tuple[str, ...]
    state: Literal["proposed", "accepted", "declined", "overtaken"]
    seq: int
    diff: str
    decided_by: str | None = None
    reason: str = ""


class Refused(Noun):
    """A deed that is not done: one sentence why, and what to do."""

    why: str


class Notice(Noun):
    """Something to tell, once, not before `due_at`. `key` is the mark by which it is found again.

    kinds: `card` (the case in its lane's channel), `answer` and `word` (to an asker's `place`), `remind`
    (rung number in `detail`), `handover` (shift end in `detail`), `stale` (earlier answer's thread),
    `proposal` (the proposal named in `detail`, in its lane's channel).
    """

    key: str
    matter: str
    kind: Literal["card", "answer", "word", "remind", "handover", "stale", "proposal"]
    due_at: datetime
    lane: str | None = None
    case: str | None = None
    place: str | None = None
    seq: int | None = None
    detail: str = ""


class Done(Noun):
    """What came of an act: the case as it now stands, and why nothing was done where it was not."""

    case: Case
    refused: str | None = None
    repeated: bool = False
