"""An escalation reaches its lane's channel, once, and is noted whether or not it could be posted."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial

from assistant.desk import Desk
from assistant.lanes.nouns import Case
from assistant.lanes.packet import lane_of
from assistant.pipeline import Recorded
from slack_app.blocks import escalation_packet
from slack_app.blocks.cases import case_message
from slack_app.cases import open_case
from slack_app.decide import threaded
from slack_app.errors import SlackGone
from slack_app.nouns import Escalated, Row
from slack_app.office import Office
from slack_app.posting import Spot

AUTOMATIC = "automatic"


async def escalate(row: Row, recorded: Recorded, by: str, office: Office) -> Escalated:
    """Post the packet of `row`'s reply to its lane and note it; the note where that was done before.

    Raises SlackError where it may work later. A lane without a channel, or one that can't be reached
    or is shared outside, is noted as such: the asker is told to go to the owner.
    """
    before = await threaded(office, partial(office.store.escalations, row.answer_id))
    if before and before[0].state == "posted":
        return before[0]
    desk = office.desks[str(row.matter)]
    case = await open_case(row, recorded, by, office)
    lane = lane_of(recorded.reply, desk.matter)
    if case is not None:
        lane = next((each for each in desk.matter.lanes if each.name == case.lane), lane)
    noted = Escalated(
        answer_id=row.answer_id,
        matter=desk.matter.id,
        lane=lane.name if lane else None,
        channel=lane.channel if lane else None,
        ts=None,
        asker=row.user,
        by=by,
        state="posting",
        at=datetime.now(UTC),
    )
    await threaded(office, partial(office.store.escalated, noted))
    standing = await _standing(row, case, office)
    if standing is not None:  # the same question waits there already: its case has one more asker
        noted = noted.model_copy(update={"state": "posted", "ts": standing.ts})
    else:
        noted = await _posted(noted, row, recorded, (desk, bool(before), case), office)
    await threaded(office, partial(office.store.escalated, noted))
    return noted


async def _posted(
    noted: Escalated,
    row: Row,
    recorded: Recorded,
    at: tuple[Desk, bool, Case | None],
    office: Office,
) -> Escalated:
    desk, begun, case = at
    if noted.channel is None:
        return noted.model_copy(update={"state": "no channel"})
    try:
        if (await office.directory.place(noted.channel)).shared:
            return noted.model_copy(update={"state": "shared outside"})
        link = await office.poster.permalink(str(row.reply_channel), str(row.reply_ts))
        post = escalation_packet(recorded, desk.matter, row.user, link)
        post = case_message(post, case) if case else post
        mark = f"{row.answer_id}.lane"
        spot = Spot(channel=noted.channel, thread=None, mark=mark, since=_since(row))
        ts = await office.poster.once(spot, post, begun)
        if post.overflow:
            await office.poster.overflow(spot.model_copy(update={"thread": ts}), post.overflow)
    except SlackGone as error:
        return noted.model_copy(update={"state": error.code[:32]})
    return noted.model_copy(update={"state": "posted", "ts": ts})


async def _standing(row: Row, case: Case | None, office: Office) -> Escalated | None:
    """The packet of the case that this question joined, where that was posted."""
    first = case.askers[0].place if case and case.askers else row.answer_id
    if first == row.answer_id:
        return None
    found = await threaded(office, partial(office.store.escalations, first))
    return found[0] if found and found[0].state == "posted" else None


def _since(row: Row) -> str:
    """The Slack time from which on the packet can have been posted."""
    return f"{row.received_at.timestamp() - 300:.6f}"
