"""Cases in Slack: an escalation opens one; what falls due is told in the lane's channel and the askers' threads.

Notices are rows of the lanes' database, taken in hand for two minutes, told under a mark by which they are
found again, then marked: a crash at any point tells them once.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any

from assistant.errors import SecondChairError
from assistant.lanes.nouns import Act, Asker, Case, Done, Notice, Person
from assistant.lanes.numbers import figures
from assistant.lanes.room import Room
from assistant.lanes.telling import Told, due, prepared, put_off, settle
from assistant.pipeline import Recorded
from assistant.settings import Settings
from assistant.types import Lane, Matter
from slack_app.blocks import escalation_packet, reply_message
from slack_app.blocks.cases import case_message, numbers_blocks, people_message
from slack_app.blocks.home import Standing
from slack_app.blocks.post import Post
from slack_app.decide import threaded, verdict_on
from slack_app.directory import Person as Member
from slack_app.errors import SlackError, SlackGone
from slack_app.hand import hand_card, name_of
from slack_app.nouns import Escalated, Row
from slack_app.office import Office
from slack_app.posting import Spot
from slack_app.proposals import tell_proposal
from slack_app.walls import Admitted, holds
from slack_app.wording import notice as sentence

log = logging.getLogger("secondchair.slack.cases")

PAUSE = 1.0  # seconds between two looks for what is due
WORDS = {
    "join": "The same question is with a person already (case {case}): you get the ruling too.",
    "reopen": "The ruling on case {case} is being looked at again: do not rely on it until it is ruled anew.",
    "withdraw": "Case {case} was withdrawn: nobody will rule on it. Ask again if you still need a call.",
}
STALE = "An answer above relied on {source}, which no longer stands as it did. Ask again before you rely on it."
REMIND = "Case {case} waits: {target:g} hours is its target."
HANDOVER = "The shift ends. These cases wait in this lane: {cases}. Over to"


def rooms_of(
    office: Callable[[], Office], settings: Settings, matters: list[str]
) -> dict[str, Room]:
    """A room for each matter, on the matter as it was last loaded."""

    def of(name: str) -> Callable[[], Matter]:
        return lambda: office().desks[name].matter

    return {name: Room.of(of(name), settings) for name in matters}


async def open_case(row: Row, recorded: Recorded, by: str, office: Office) -> Case | None:
    """The case of a reply that goes to a person; None where none could be opened: then the packet goes alone."""
    room = office.rooms.get(str(row.matter))
    if room is None or recorded.seq is None:
        return None
    key = f"open:{row.answer_id}:{recorded.seq}"
    opener = row.user if by == "automatic" else by
    act = Act(deed="open", by=Person(names=(opener,)), at=datetime.now(UTC), key=key)
    asker = Asker(person=row.user, place=row.answer_id, seq=recorded.seq)
    try:
        done: Done = await threaded(office, partial(room.open, act, asker))
    except SecondChairError as error:
        log.error("no case was opened for answer %s: %s", row.answer_id, type(error).__name__)
        return None
    return done.case


def lane_numbers(
    who: Member, standings: Sequence[Standing], office: Office
) -> list[dict[str, Any]]:
    """The numbers of the lanes whose role this person holds, or that they answer for, for App Home."""
    found: list[dict[str, Any]] = []
    for matter in (standing.matter for standing in standings):
        room = office.rooms.get(matter.id)
        mine = [lane for lane in matter.lanes if holds(matter, who, _sees(lane, matter))]
        if room is None or not mine:
            continue
        try:
            found += numbers_blocks(figures(room.cases(), mine, room.rota(), room.clock()))
        except SecondChairError as error:
            log.error("no numbers of matter %s: %s", matter.id, type(error).__name__)
    return found


def _sees(lane: Lane, matter: Matter) -> set[str]:
    return {lane.owner} | {
        right.accountable for right in matter.rights if right.assistant == "answer"
    }


async def tell_for_ever(office: Office) -> None:
    """Tell what is due in every matter, again and again."""
    while True:
        for room in office.rooms.values():
            try:
                for each in await threaded(office, partial(due, room)):
                    await _tell(each, room, office)
            except SecondChairError as error:
                log.error("lanes: %s", type(error).__name__)
            except Exception as error:
                log.error("lanes: %s", type(error).__name__)
        await asyncio.sleep(PAUSE)


async def _tell(notice: Notice, room: Room, office: Office) -> None:
    state = "sent"
    try:
        ready = await threaded(office, partial(prepared, notice.key, room))
        if ready is None:
            return
        if not await _deliver(ready, room, office):
            state = "dropped"
    except SlackGone as error:
        log.warning("notice %s can't be told: %s", notice.key, error.code)
        state = "dropped"
    except (SlackError, SecondChairError) as error:
        log.warning("notice %s was not told yet: %s", notice.key, type(error).__name__)
        await threaded(office, partial(put_off, notice, room))
        return
    await threaded(office, partial(settle, notice, room, state))


async def _deliver(told: Told, room: Room, office: Office) -> bool:
    """False where there is no place to tell it (an asker on the command line, a lane with no channel)."""
    match told.notice.kind:
        case "card":
            return await _card(told.cases[0], office)
        case "answer" | "word" | "stale":
            return await _in_thread(told, room, office)
        case "proposal":
            return await tell_proposal(told, room, office)
    return await _in_lane(told, room, office)


async def _card(case: Case, office: Office) -> bool:
    """The case's message in the lane's channel, as the case now stands."""
    found = await _posted(case, office)
    if found is None or found.answer_id == name_of(case):
        return not await _of_reply(case, office) and await hand_card(case, office)
    if found.ts is None or found.channel is None:
        return False
    row = await threaded(office, partial(office.store.answer, found.answer_id))
    if row is None or (await office.directory.place(found.channel)).shared:
        return False
    post = await _packet(case, row, office)
    await office.poster.update(found.channel, found.ts, post, f"{found.answer_id}.lane")
    return True


async def _of_reply(case: Case, office: Office) -> bool:
    """Did a reply in Slack open it? Then its packet is posted with the reply's own job."""
    return any([await _row_of(asker.place, office) for asker in case.askers])


async def _packet(case: Case, row: Row, office: Office) -> Post:
    desk = office.desks[case.matter]
    _, reply = await threaded(office, partial(desk.recall, case.seq))
    link = await office.poster.permalink(str(row.reply_channel), str(row.reply_ts))
    packet = escalation_packet(Recorded(reply, case.seq, 0.0), desk.matter, row.user, link)
    ruling = None
    if case.scope == "all":
        ruling = await threaded(office, partial(office.rooms[case.matter].ruling, case))
    return case_message(packet, case, ruling)


async def _posted(case: Case, office: Office) -> Escalated | None:
    """Where the case's packet stands."""
    for place in (*(asker.place for asker in case.askers), name_of(case)):
        found = await threaded(office, partial(office.store.escalations, place))
        if found and found[0].state == "posted" and found[0].ts:
            return found[0]
    return None


async def _in_thread(told: Told, room: Room, office: Office) -> bool:
    """An answer, a fixed sentence or a warning, under the reply that the asker had got."""
    notice = told.notice
    row = await _row_of(notice.place or "", office)
    if row is None or not row.reply_channel or not await _may_hear(row, room, office):
        return False
    spot = Spot(channel=row.reply_channel, thread=row.thread or row.reply_ts, mark=notice.key)
    if notice.kind == "answer" and notice.seq is not None:
        _, reply = await threaded(office, partial(room.recorder.recall, notice.seq))
        post = reply_message(Recorded(reply, notice.seq, 0.0), room.matter(), row.answer_id)
    elif notice.kind == "stale":
        post = sentence(STALE.format(source=notice.detail))
    else:
        post = sentence(WORDS[notice.detail].format(case=notice.case))
    await office.poster.once(spot, post, begun=True)
    return True


async def _may_hear(row: Row, room: Room, office: Office) -> bool:
    """May the asker be told of this matter today, where they asked? Rulings come hours later: a wall may
    have gone up meanwhile."""
    matter = room.matter().id
    verdict = await verdict_on(row.model_copy(update={"matter": matter}), office)
    if isinstance(verdict, Admitted) and verdict.matter == matter and verdict.role:
        return True
    log.warning("answer %s goes to nobody: its asker may not hear of %s", row.answer_id, matter)
    return False


async def _row_of(place: str, office: Office) -> Row | None:
    """The inbox row of an answer's id, of a message's key (`m:…#0`), or of a ruling's answer."""
    if place.startswith("ruling:"):
        place = place.split(":", 2)[2]
    row = await threaded(office, partial(office.store.answer, place))
    row = row or await threaded(office, partial(office.store.row, place.rpartition("#")[0]))
    if row is not None and row.kind != "message":
        parent = (row.target or "").partition(":")[0]
        return await threaded(office, partial(office.store.answer, parent))
    return row


async def _in_lane(told: Told, room: Room, office: Office) -> bool:
    """A reminder under the case's message, or a hand-over in the lane's channel."""
    notice, matter = told.notice, room.matter()
    lane = next((each for each in matter.lanes if each.name == notice.lane), None)
    if lane is None or lane.channel is None:
        return False
    if (await office.directory.place(lane.channel)).shared:
        return False
    thread = None
    if notice.kind == "remind":
        found = await _posted(told.cases[0], office)
        thread = found.ts if found else None
        text = REMIND.format(case=notice.case, target=lane.target_hours)
    else:
        text = HANDOVER.format(cases=", ".join(case.id for case in told.cases[:40]))
    since = f"{notice.due_at.timestamp() - 300:.6f}"
    spot = Spot(channel=lane.channel, thread=thread, mark=notice.key, since=since)
    await office.poster.once(spot, people_message(text, told.to), begun=True)
    return True
