"""Cases: claim, rule, approve and the rest, each checked when it is pressed, by who pressed it."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

from assistant.errors import SecondChairError
from assistant.lanes.approving import approve
from assistant.lanes.nouns import Act, Case, Done
from assistant.lanes.proposals import gather
from assistant.lanes.room import Room
from slack_app.blocks import cases as blocks
from slack_app.calls import call
from slack_app.decide import at_once, threaded
from slack_app.listeners.deeds import act_of, digest
from slack_app.listeners.pressed import value, value_ts
from slack_app.listeners.ruling import block_of, ruling_of
from slack_app.listeners.way import Way
from slack_app.wording import GONE_BY

BUTTON = re.compile(rf"^{re.escape(blocks.DEED)}:(\w+)$")


def listen(way: Way) -> None:
    """A press is done before it is acknowledged; a modal opens first, since its trigger lives 3 seconds."""
    way.bolt.action(BUTTON)(partial(_pressed, way))
    way.bolt.action(blocks.RULE)(partial(_wants_to_rule, way))
    way.bolt.view(blocks.RULING)(partial(_ruled, way))
    way.bolt.view(blocks.REASONED)(partial(_said_why, way))


async def _pressed(way: Way, body: dict[str, Any], ack: Any) -> None:
    deed = str(body["actions"][0]["action_id"]).rpartition(":")[2]
    room, name, seen = _room(way, value(body))
    if room is None or deed not in blocks.WORDS:
        await ack()
    elif deed in blocks.REASONS:
        case = await at_once(way.office, partial(room.case, name))
        await _open(way, body, blocks.reason_modal(case, deed))
        await ack()
    else:
        act = await act_of(way, body, deed, value_ts(body))
        done = await at_once(way.office, partial(_tried, _deed(room, name, act, seen)))
        await ack()
        way.errand(_tell(way, body, done))


async def _wants_to_rule(way: Way, body: dict[str, Any], ack: Any) -> None:
    room, name, _ = _room(way, value(body))
    if room is not None:
        act = await act_of(way, body, "rule", value_ts(body))
        why = await at_once(way.office, partial(_may_rule, room, name, act))
        if why is None:
            modal = await at_once(way.office, partial(_ruling_modal, room, name))
            await _open(way, body, modal)
        else:
            way.errand(_tell(way, body, why))
    await ack()


async def _ruled(way: Way, body: dict[str, Any], ack: Any) -> None:
    view = body["view"]
    room, name, _ = _room(way, view["private_metadata"])
    said = view["state"]["values"]
    ruling = ruling_of(said, name, room.matter()) if room else None
    if room is None or ruling is None:
        await ack(response_action="errors", errors={blocks.REASON: GONE_BY})
        return
    if not ruling.calls:
        first = f"{blocks.CALL}:0"
        await ack(response_action="errors", errors={first: "Choose a call for a field."})
        return
    act = await act_of(way, body, "rule", digest(view["id"], said))
    why = await at_once(way.office, partial(_tried, partial(room.rule, name, act, ruling)))
    if why is None:
        await ack()
        if ruling.playbook:
            way.errand(threaded(way.office, partial(gather, room, room.clock())))
    else:
        await ack(response_action="errors", errors={block_of(why): why[:2000]})


async def _said_why(way: Way, body: dict[str, Any], ack: Any) -> None:
    view = body["view"]
    about, _, deed = view["private_metadata"].rpartition(":")
    room, name, _ = _room(way, about)
    said = view["state"]["values"]
    reason = said[blocks.REASON][blocks.REASON].get("value") or ""
    if room is None or deed not in blocks.REASONS:
        await ack(response_action="errors", errors={blocks.REASON: GONE_BY})
        return
    act = await act_of(way, body, deed, digest(view["id"], said))
    act = act.model_copy(update={"reason": reason})
    why = await at_once(way.office, partial(_tried, _deed(room, name, act, None)))
    await (ack() if why is None else ack(response_action="errors", errors={blocks.REASON: why}))


def _room(way: Way, about: str) -> tuple[Room | None, str, int | None]:
    """The matter's room, the case, and the how-manieth ruling of it was shown."""
    matter, name, seen = [*about.split(":"), "", ""][:3]
    return way.office.rooms.get(matter), name, int(seen) if seen.isdecimal() else None


def _deed(room: Room, name: str, act: Act, seen: int | None) -> Any:
    """What does it; an approval is of the ruling that was shown."""
    return (
        partial(approve, name, act, room, seen)
        if act.deed == "approve"
        else partial(room.act, name, act)
    )


def _tried(do: Any) -> str | None:
    """Why it was not done; None where it was. A broken file of the matter is said by file and line."""
    try:
        done: Done = do()
    except SecondChairError as error:
        return str(error)[:500]
    return done.refused


def _may_rule(room: Room, name: str, act: Act) -> str | None:
    return _tried(partial(room.check, name, act))


def _ruling_modal(room: Room, name: str) -> dict[str, Any]:
    case: Case = room.case(name)
    return blocks.ruling_modal(case, room.matter(), room.packet(case).ask)


async def _open(way: Way, body: dict[str, Any], view: dict[str, Any]) -> None:
    await call(way.client.views_open(trigger_id=body["trigger_id"], view=view))


async def _tell(way: Way, body: dict[str, Any], why: str | None) -> None:
    """Who was refused hears why, alone."""
    if why is None:
        return
    channel, user = body["channel"]["id"], body["user"]["id"]
    thread = (body.get("message") or {}).get("thread_ts")
    await way.office.poster.whisper(channel, user, f"Not done: {why}.", thread)
