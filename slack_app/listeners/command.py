"""`/playbook`: a question in a channel, `help`, or `follow-ups off|asker|anyone`. `/digest`: the newest transcript's."""

from __future__ import annotations

from functools import partial
from typing import Any

from slack_app import events
from slack_app.decide import at_once
from slack_app.digests import ASKED_BY_COMMAND
from slack_app.intake import accept
from slack_app.listeners.way import Way
from slack_app.nouns import FollowUps
from slack_app.walls import holds

COMMAND = "/playbook"
DIGEST = "/digest"
HELP = (
    "Ask with `/playbook` and your question, by mentioning me, or in a direct message. "
    "`/playbook follow-ups off|asker|anyone` sets whose messages in a thread I answer without a mention."
)
DIGEST_HELP = (
    "`/digest` digests the newest transcript (text, PDF, DOCX, RTF) posted in this channel; name a kind (`page-line`, "
    "`topical`, `chronological`, `narrative`) or a length (`1:5` is one page for five), or attach a transcript to a "
    "message that mentions me."
)
FETCHING = "Digesting the newest transcript here; the digest comes into a thread of this channel."
LOOKING = "Looking in the playbook; the checked reply comes as a message here."
MODES: dict[str, FollowUps] = {"off": "off", "asker": "asker", "anyone": "anyone"}
SET = "Follow-ups in this channel's threads: {}."
NOT_YOURS = "Only who decides in this matter sets this: {}."
NO_MATTER = "No matter is bound to this channel."


def listen(way: Way) -> None:
    """The command answers at once to the person alone; the reply itself is a message in the channel."""

    @way.bolt.command(COMMAND)
    async def asked(body: dict[str, Any], ack: Any) -> None:
        words = (body.get("text") or "").split()
        if not words or words == ["help"]:
            await ack(text=HELP)
        elif words[0] in ("follow-ups", "followups") and len(words) <= 2:
            await ack(text=await _follow_ups(way, body, words[1:]))
        else:
            await accept(events.from_command(body), way.office, way.begin)
            await ack(text=LOOKING)

    @way.bolt.command(DIGEST)
    async def digest(body: dict[str, Any], ack: Any) -> None:
        if (body.get("text") or "").strip().lower() == "help":
            await ack(text=DIGEST_HELP)
            return
        await accept(events.from_command(body, target=ASKED_BY_COMMAND), way.office, way.begin)
        await ack(text=FETCHING)


async def _follow_ups(way: Way, body: dict[str, Any], said: list[str]) -> str:
    """Say or set a channel's mode; setting it is for those who hold a right or a lane of the matter."""
    office, channel = way.office, body["channel_id"]
    if not said:
        mode = await at_once(office, partial(office.store.follow_ups, channel))
        return SET.format(mode)
    matter = next((m for m in office.matters.values() if channel in m.channels), None)
    if matter is None:
        return NO_MATTER
    if said[0] not in MODES:
        return HELP
    deciders = {r.accountable for r in matter.rights} | {lane.owner for lane in matter.lanes}
    person = await office.directory.person(body["user_id"], body["team_id"])
    if person.outsider or not holds(matter, person, deciders):
        return NOT_YOURS.format(", ".join(sorted(deciders)))
    await at_once(office, partial(office.store.set_follow_ups, channel, MODES[said[0]]))
    return SET.format(said[0])
