"""A question that somebody puts to a lane without asking the assistant."""

from __future__ import annotations

from rails.intake import take_in

from assistant.errors import LanesError
from assistant.lanes.room import Room
from assistant.types import Escalation, Message


def by_hand(text: str, person: str, place: str, room: Room, lane: str | None = None) -> int:
    """Record the question; its ledger number, for `Room.open`. Raises LanesError: no such lane, or none."""
    matter = room.matter()
    names = [each.name for each in matter.lanes]
    if lane is not None and lane not in names:
        raise LanesError(f"unknown lane {lane!r}: expected one of {', '.join(names)}")
    chosen = next((each for each in matter.lanes if each.name == lane), None) or next(
        iter(matter.lanes), None
    )
    if chosen is None:
        raise LanesError(f"matter {matter.id!r} has no lanes: add one to matter.yaml")
    why = "Opened by hand."
    reply = Escalation(text=why, lane=chosen.name, owner=chosen.owner, why=why)
    message = Message(text=text, asker=person, key=place)
    return room.recorder.record(message, take_in(message), reply)
