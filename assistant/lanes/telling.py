"""What falls due is told once, on time: whoever tells it marks it, and a mark finds what was told before a crash."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta

from assistant.errors import LanesError, SecondChairError
from assistant.lanes import ladder
from assistant.lanes.authority import holders
from assistant.lanes.nouns import Case, Notice
from assistant.lanes.room import Room
from assistant.lanes.rota import approvers, load_rota, on_duty
from assistant.matter.load import read_people
from assistant.types import Noun

log = logging.getLogger("secondchair.lanes")

LATER = timedelta(minutes=1)
IN_HAND = timedelta(minutes=2)
Deliver = Callable[["Told"], None]


class Told(Noun):
    """A notice with what it needs to be put into words: the people to name, the cases it is about."""

    notice: Notice
    to: tuple[str, ...] = ()
    cases: tuple[Case, ...] = ()


def due(room: Room) -> list[Notice]:
    """The notices whose time has come, in order."""
    with room.store.reading() as connection:
        return room.store.due(connection, room.matter().id, room.clock())


def prepared(key: str, room: Room) -> Told | None:
    """A notice taken in hand, ready to be told; None where another replica holds it, it was told, or it no
    longer stands: then it is dropped. Raises LanesError or MatterError where it can't be put now. Who dies with it in hand loses it after two minutes."""
    now, matter = room.clock(), room.matter().id
    with room.ledger.together(matter) as (connection, _):
        notice = room.store.notice(connection, key)
        if notice is None or not room.store.take(connection, key, now, now + IN_HAND):
            return None
    cases = _cases(notice, room)
    idle = notice.kind in ("remind", "handover") and not any(case.waiting for case in cases)
    if idle or _destroyed(notice, room):
        settle(notice, room, "dropped")
        return None
    return Told(notice=notice, to=_to(notice, cases, room), cases=cases)


def settle(notice: Notice, room: Room, state: str = "sent") -> bool:
    """Mark a notice; False where somebody else had. After a hand-over the next one is planned."""
    now = room.clock()
    with room.ledger.together(notice.matter) as (connection, put):
        done = room.store.sent(connection, notice.key, now, state)
        if done and state == "sent" and notice.kind == "handover" and notice.lane:
            rota = room.here(connection, put).rota.of(notice.lane)
            following = ladder.handover(notice.matter, notice.lane, rota, max(now, notice.due_at))
            if following:
                room.store.plan(connection, following)
        return done


def put_off(notice: Notice, room: Room) -> None:
    """Try again in a minute."""
    with room.ledger.together(notice.matter) as (connection, _):
        room.store.put_off(connection, notice.key, room.clock() + LATER)


def tell_due(room: Room, deliver: Deliver) -> int:
    """Tell all that is due; what cannot be told now is tried again later. How many were told.

    `deliver` must tell a notice of the same key once, however often it is called with it.
    """
    told = 0
    for notice in due(room):
        try:
            ready = prepared(notice.key, room)
            if ready is None:
                continue
            deliver(ready)
        except (SecondChairError, OSError) as error:
            log.warning("notice %s was not told yet: %s", notice.key, type(error).__name__)
            put_off(notice, room)
            continue
        told += settle(notice, room)
    return told


def _destroyed(notice: Notice, room: Room) -> bool:
    """An answer whose content was destroyed by order: there is nothing left to tell."""
    if notice.kind != "answer" or notice.seq is None:
        return False
    return room.ledger.read(notice.matter, notice.seq).content is None


def _cases(notice: Notice, room: Room) -> tuple[Case, ...]:
    if notice.kind == "handover":
        return tuple(c for c in room.cases("open", "claimed") if c.lane == notice.lane)
    return (room.case(notice.case),) if notice.case else ()


def _to(notice: Notice, cases: tuple[Case, ...], room: Room) -> tuple[str, ...]:
    """Whom a reminder or a hand-over names, as people and rota stand now."""
    if notice.kind not in ("remind", "handover"):
        return ()
    folder = room.matter().folder
    people, lanes = read_people(folder)
    lane = next((each for each in lanes if each.name == notice.lane), None)
    if lane is None:
        raise LanesError(f"lane {notice.lane!r} is no longer in matter.yaml: put it back")
    rota = load_rota(folder, lanes, people).of(lane.name)
    if notice.kind == "handover":
        return on_duty(rota, lane, notice.due_at, people)
    rung = rota.rungs[min(int(notice.detail), len(rota.rungs)) - 1]
    duty = on_duty(rota, lane, room.clock(), people)
    claimed = cases[0].claimed_by
    match rung.to:
        case "claimant":
            return (claimed,) if claimed else duty
        case "lane":
            return holders((lane.owner,), people)
        case "approvers":
            return holders(approvers(rota, lane), people)
    return duty
