"""Office: the desks of all matters and the ways to Slack, made once and handed to every part."""

from __future__ import annotations

from concurrent.futures import Executor
from dataclasses import dataclass, field

from assistant.desk import Desk
from assistant.lanes.room import Room
from assistant.types import Matter
from slack_app.attachments import Attachments
from slack_app.directory import Directory
from slack_app.posting import Poster
from slack_app.qc.room import Qc
from slack_app.seal import Seal
from slack_app.store import Store


@dataclass(frozen=True)
class Office:
    """Everything that answering in Slack needs.

    `us` is our own user id. `thinking` runs pipelines, `writing` the jobs' short database work,
    `accepting` what is done before an acknowledgement: apart, so that none of those waits for an answer.
    """

    us: str
    desks: dict[str, Desk]
    store: Store
    seal: Seal
    poster: Poster
    directory: Directory
    thinking: Executor
    writing: Executor
    accepting: Executor
    attachments: Attachments | None = None
    rooms: dict[str, Room] = field(default_factory=dict)
    qc: Qc | None = None

    @property
    def matters(self) -> dict[str, Matter]:
        """The matters served, by id."""
        return {name: desk.matter for name, desk in self.desks.items()}
