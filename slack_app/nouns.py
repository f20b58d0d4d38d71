"""What crosses files of this room: frozen models; ids everywhere, text only in `Incoming.text`."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from assistant.types import Noun

Kind = Literal["message", "choice", "escalation", "evals"]
Source = Literal["mention", "direct", "thread", "command", "shortcut", "button"]
State = Literal[
    "new", "placing", "placed", "deciding", "cancelling", "done", "cancelled", "undeliverable"
]
OPEN: tuple[State, ...] = ("new", "placing", "placed", "deciding", "cancelling")
FollowUps = Literal["off", "asker", "anyone"]


class Incoming(Noun):
    """One thing that somebody wants of us, as taken from Slack's payload.

    `key` names it for good: every delivery of the same thing has the same key. `seen` are further ids
    under which a duplicate may come. `ts` orders a thread; `thread` is the root under which to reply (None:
    a message of its own in the channel). `target` is what a button was pressed on.
    """

    key: str
    kind: Kind = "message"
    source: Source
    team: str
    channel: str
    thread: str | None
    ts: str
    user: str
    text: str = Field(default="", repr=False)
    foreign: bool = False
    files: int = 0
    target: str | None = None
    matter: str | None = None
    seen: tuple[str, ...] = ()


class Row(Noun):
    """An inbox row: the incoming thing, how far its work has come, and where its reply stands."""

    key: str
    kind: Kind
    source: Source
    team: str
    channel: str
    thread: str | None
    ts: str
    user: str
    state: State
    revision: int
    attempt: int
    received_at: datetime
    retry_at: datetime
    sealed: bytes | None = Field(default=None, repr=False)
    digest: str | None = None
    foreign: bool = False
    files: int = 0
    target: str | None = None
    answer_id: str
    reply_channel: str | None = None
    reply_ts: str | None = None
    matter: str | None = None
    seq: int | None = None
    outcome: str | None = None
    affirmed_by: str | None = None

    @property
    def open(self) -> bool:
        """Is there still something to do?"""
        return self.state in OPEN

    @property
    def job(self) -> str:
        """The id of the job that works on this row as it stands; a row made anew has another."""
        return f"{self.key}#{self.answer_id}.{self.revision}.{self.attempt}"


class Vote(Noun):
    """One person's vote on one answer; a later one replaces an earlier."""

    answer_id: str
    user: str
    vote: Literal["up", "down"]
    reason: str | None = None


class Escalated(Noun):
    """A packet given to a lane: where it was posted, by whom it was asked for, how it stands."""

    answer_id: str
    matter: str
    lane: str | None
    channel: str | None
    ts: str | None
    asker: str
    by: str
    state: str
    at: datetime
