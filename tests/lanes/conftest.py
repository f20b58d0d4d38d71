"""A matter with two people in each lane, a clock that tests turn, and a room on a fresh database."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import MatterError
from assistant.lanes.by_hand import by_hand
from assistant.lanes.nouns import Act, Asker, Case, Deed, Done, Person, Ruling
from assistant.lanes.room import Room
from assistant.lanes.ruling import read_calls
from assistant.matter import load_matter
from assistant.settings import Settings
from assistant.types import Matter
from tests.conftest import MATTER, Write

PEOPLE = MATTER.replace(
    "people: {U0ALICE: [reviewer]}",
    "people:\n  U0ALICE: [reviewer]\n  U0CHIDI: [privilege_lead]\n  U0FARAH: [privilege_lead]\n"
    "  U0DANA: [review_manager]\n  U0GIL: [review_manager]",
)
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ASK = "mediator's email to both sides with settlement brackets. priv?"
FACTS = "A mediator writes to both sides of the dispute and proposes ranges for a settlement."


@dataclass
class Turned:
    """A clock that stands until it is turned."""

    now: datetime = MONDAY

    def __call__(self) -> datetime:
        return self.now

    def on(self, **by: float) -> datetime:
        self.now += timedelta(**by)
        return self.now


@dataclass
class Bench:
    """A room with short ways to do what tests do all the time."""

    room: Room
    clock: Turned
    folder: Path
    count: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def act(self, deed: Deed, by: str, key: str = "", reason: str = "") -> Act:
        person = Person(names=(by,))
        key = key or f"k{next(self.count)}"
        return Act(deed=deed, by=person, at=self.clock(), key=key, reason=reason)

    def opened(self, ask: str = ASK, by: str = "U0ALICE", lane: str = "privilege") -> Case:
        place = f"a{next(self.count)}"
        seq = by_hand(ask, by, place, self.room, lane)
        asker = Asker(person=by, place=place, seq=seq)
        return self.room.open(self.act("open", by), asker).case

    def do(self, case: Case, deed: Deed, by: str, **more: str) -> Done:
        return self.room.act(case.id, self.act(deed, by, **more))

    def claimed(self, by: str = "U0CHIDI", **more: str) -> Case:
        done = self.do(self.opened(**more), "claim", by)
        assert done.refused is None
        return done.case

    def ruling(self, calls: str = "privilege=Not Privileged", **more: Any) -> Ruling:
        read, wrong = read_calls(calls, "test", self.room.matter())
        assert not wrong
        fields = {"reason": "A neutral is no confidant of ours.", "facts": FACTS, "scope": "all"}
        return Ruling(calls=read, **{**fields, **more})

    def ruled(self, by: str = "U0CHIDI", ruling: Ruling | None = None, **more: str) -> Case:
        case = self.claimed(by, **more)
        done = self.room.rule(case.id, self.act("rule", by), ruling or self.ruling())
        assert done.refused is None, done.refused
        return done.case

    def kinds(self) -> list[str]:
        """The kinds of the ledger's entries, in order."""
        return [entry.kind for entry in self.room.ledger.entries(self.room.matter().id)]


Open = Callable[..., Bench]


@pytest.fixture
def bench(write_matter: Write, tmp_path: Path) -> Iterator[Bench]:
    """A bench on SQLite."""
    yield from _bench(write_matter(matter=PEOPLE), Settings(home=tmp_path / "home"))


def _bench(folder: Path, settings: Settings) -> Iterator[Bench]:
    clock = Turned()

    loaded = [load_matter(folder)]

    def matter() -> Matter:
        """As last loaded: a folder that is broken for a while leaves what was known."""
        with suppress(MatterError):
            loaded[0] = load_matter(folder)
        return loaded[0]

    room = Room.of(matter, settings, clock=clock)
    yield Bench(room, clock, folder)
    room.store.close()
    room.ledger.close()
