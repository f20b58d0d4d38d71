"""Proposals in Slack: told in the lane of who answers for the playbook, kept true there, and on App Home."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import partial
from typing import Any

from assistant.errors import SecondChairError
from assistant.lanes.nouns import Proposal
from assistant.lanes.proposals import accountable, proposals
from assistant.lanes.room import Room
from assistant.lanes.telling import Told
from slack_app.blocks.home import Standing
from slack_app.blocks.proposals import proposal_message, proposals_on_home
from slack_app.decide import threaded
from slack_app.directory import Person as Member
from slack_app.office import Office
from slack_app.posting import Spot
from slack_app.walls import holds

log = logging.getLogger("secondchair.slack.proposals")


async def tell_proposal(told: Told, room: Room, office: Office) -> bool:
    """The proposal's message as it now stands: posted, or changed where it stands already; an accepted
    one's diff beneath it as a file. False where its lane has no channel of ours alone."""
    notice, matter = told.notice, room.matter()
    lane = next((each for each in matter.lanes if each.name == notice.lane), None)
    if lane is None or lane.channel is None:
        return False
    of = await threaded(office, partial(_one, notice.detail, room))
    if of is None:
        return False
    mark, post = f"{of.matter}.{of.id}", proposal_message(of)
    kept = await threaded(office, partial(office.store.posted, mark))
    if (await office.directory.place(kept[0] if kept else lane.channel)).shared:
        return False
    if kept:
        channel, ts = kept
        await office.poster.update(channel, ts, post, mark)
    else:
        since = f"{notice.due_at.timestamp() - 300:.6f}"
        channel = lane.channel
        spot = Spot(channel=channel, thread=None, mark=mark, since=since)
        ts = await office.poster.once(spot, post, begun=True)
        await threaded(office, partial(office.store.keep_posted, mark, channel, ts))
    await _hand_over(of, Spot(channel=channel, thread=ts, mark=mark), post.overflow, office)
    return True


async def _hand_over(of: Proposal, spot: Spot, whole: str | None, office: Office) -> None:
    """The diff as a file: once it was accepted, and before where the message had to shorten it."""
    name = f"{of.id}.diff" if of.state == "accepted" else f"{of.id}-proposed-{of.seq}.diff"
    if of.diff and (of.state == "accepted" or (whole and of.state == "proposed")):
        mark = f"{spot.mark}.{of.state}.{of.seq}"
        under = spot.model_copy(update={"mark": mark})
        await office.poster.attach(under, name, f"{of.id}: {of.state}", of.diff)


def waiting_for(who: Member, standings: Sequence[Standing], office: Office) -> list[dict[str, Any]]:
    """The proposals that this person decides on, for App Home."""
    found: list[Proposal] = []
    for matter in (standing.matter for standing in standings):
        room = office.rooms.get(matter.id)
        if room is None or not holds(matter, who, {accountable(matter)}):
            continue
        try:
            found += [each for each in proposals(room) if each.state == "proposed"]
        except SecondChairError as error:
            log.error("no proposals of matter %s: %s", matter.id, type(error).__name__)
    return proposals_on_home(found)


def _one(name: str, room: Room) -> Proposal | None:
    return next((each for each in proposals(room) if each.id == name), None)
