"""The lanes beside the evals: rulings counted as the lanes count them, and a panel's open cases put to an owner."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime

from assistant.lanes.by_hand import by_hand
from assistant.lanes.hours import worked_between
from assistant.lanes.ladder import target_at
from assistant.lanes.nouns import Act, Asker, Case, Person
from assistant.lanes.room import Room
from assistant.settings import Settings
from assistant.types import Matter
from evals.panel import Open
from evals.rooms import Ruled


def rulings_of(matter: Matter, settings: Settings) -> list[Ruled] | None:
    """Every case of the lanes; None where there has been none. Hours are the lane's working hours."""
    room = Room.of(lambda: matter, settings)
    cases, now = room.cases(), datetime.now(UTC)
    return [ruled for case in cases if (ruled := _ruled(case, room, now))] if cases else None


def _ruled(case: Case, room: Room, now: datetime) -> Ruled | None:
    lane = next((each for each in room.matter().lanes if each.name == case.lane), None)
    if lane is None:
        return None
    rota = room.rota().of(lane.name)
    hours = worked_between(rota.hours, case.opened_at, case.ruled_at) if case.ruled_at else None
    late = case.waiting and target_at(case, lane, rota) < now
    return Ruled(
        at=case.opened_at,
        hours=hours,
        due=hours is not None or late,
        inside=hours is not None and hours <= lane.target_hours,
        overturned=case.rulings > 1,
    )


def put_to_owners(
    found: Sequence[Open],
    asks: dict[str, str],
    room: Room,
    by: tuple[str, str],
    since: datetime,
) -> list[str]:
    """A case in the lane of each open item; returns what became of each, in words. `by`: who puts them, and
    the key of doing so: with the same key, used first at `since`, each is put once. Raises LanesError."""
    (person, once), matter = by, room.matter()
    told = []
    for item in found:
        field = item.item.rsplit("/", 1)[-1]
        lane = next((lane.name for lane in matter.lanes if field in lane.covers), None)
        votes = ", ".join(f"{label}: {n}" for label, n in sorted(item.calls.items()))
        text = f"{asks.get(item.item.rsplit('/', 1)[0], '')}\n\nA panel reached no majority on {field} ({votes}). What should the playbook say?"
        place = f"panel:{once}:{hashlib.sha256(item.item.encode()).hexdigest()[:16]}"
        before = room.recorder.recorded(place, since)
        seq = before or by_hand(text, person, place, room, lane)
        act = Act(
            key=f"open:{place}", deed="open", by=Person(names=(person,)), at=datetime.now(UTC)
        )
        done = room.open(act, Asker(person=person, place=place, seq=seq))
        told.append(
            f"{item.item}: {done.refused or f'case {done.case.id} in lane {done.case.lane}'}"
        )
    return told
