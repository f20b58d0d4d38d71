"""Cases that no reply in Slack opened (the command line, a panel): their message in the lane's channel."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from functools import partial

from assistant.lanes.nouns import Case
from assistant.pipeline import Recorded
from assistant.types import Lane
from slack_app.blocks import escalation_packet
from slack_app.blocks.cases import case_message
from slack_app.blocks.post import Post
from slack_app.decide import threaded
from slack_app.nouns import Escalated
from slack_app.office import Office
from slack_app.posting import Spot


async def hand_card(case: Case, office: Office) -> bool:
    """The case as it now stands, posted once and then updated. False where its lane has no channel that may
    be posted to. Raises SlackError, LedgerError."""
    lane = _lane(case, office)
    if lane is None or lane.channel is None:
        return False
    if (await office.directory.place(lane.channel)).shared:
        return False
    name = name_of(case)
    known = await threaded(office, partial(office.store.escalations, name))
    post, asker = await _packet(case, lane, office)
    mark = f"{name}.lane"
    if known and known[0].ts:
        await office.poster.update(lane.channel, known[0].ts, post, mark)
        return True
    since = f"{case.opened_at.timestamp() - 300:.6f}"
    spot = Spot(channel=lane.channel, thread=None, mark=mark, since=since)
    ts = await office.poster.once(spot, post, begun=True)
    noted = Escalated(
        answer_id=name, matter=case.matter, lane=lane.name, channel=lane.channel, ts=ts,
        asker=asker, by=asker, state="posted", at=datetime.now(UTC),
    )  # fmt: skip
    await threaded(office, partial(office.store.escalated, noted))
    return True


def name_of(case: Case) -> str:
    """The opaque name under which such a case's message is noted."""
    return hashlib.sha256(f"{case.matter}:{case.id}".encode()).hexdigest()[:24]


def _lane(case: Case, office: Office) -> Lane | None:
    lanes = office.matters[case.matter].lanes
    return next((lane for lane in lanes if lane.name == case.lane), None)


async def _packet(case: Case, lane: Lane, office: Office) -> tuple[Post, str]:
    desk = office.desks[case.matter]
    _, reply = await threaded(office, partial(desk.recall, case.seq))
    asker = case.askers[0].person if case.askers else "somebody"
    packet = escalation_packet(Recorded(reply, case.seq, 0.0), desk.matter, asker, "", lane)
    return case_message(packet, case), asker[:32]
