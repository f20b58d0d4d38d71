"""Proposals: accept or decline, with a reason; who may is checked at the press, and again at the submission."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

from assistant.errors import SecondChairError
from assistant.lanes.deciding import Decided, decide, may_decide
from slack_app.blocks import escape
from slack_app.blocks import proposals as blocks
from slack_app.calls import call
from slack_app.decide import at_once
from slack_app.listeners.deeds import act_of, digest
from slack_app.listeners.home import publish
from slack_app.listeners.pressed import value, value_ts
from slack_app.listeners.way import Way
from slack_app.wording import GONE_BY

BUTTON = re.compile(rf"^{re.escape(blocks.DECIDE)}:(accept|decline):\d$")


def listen(way: Way) -> None:
    """The modal opens for who may decide; everybody else hears why not, and the attempt is recorded."""

    @way.bolt.action(BUTTON)
    async def pressed(body: dict[str, Any], ack: Any) -> None:
        deed = str(body["actions"][0]["action_id"]).split(":")[1]
        act = await act_of(way, body, deed, value_ts(body))
        why = await at_once(way.office, partial(_tried, way, value(body), act, may_decide))
        if why is None:
            modal = blocks.decision_modal(deed, value(body))
            await call(way.client.views_open(trigger_id=body["trigger_id"], view=modal))
        else:
            way.errand(_tell(way, body, why))
        await ack()

    @way.bolt.view(blocks.DECIDED)
    async def decided(body: dict[str, Any], ack: Any) -> None:
        view = body["view"]
        deed, _, about = view["private_metadata"].partition(":")
        said = view["state"]["values"]
        reason = said[blocks.REASON][blocks.REASON].get("value") or ""
        act = await act_of(way, body, deed, digest(view["id"], said))
        act = act.model_copy(update={"reason": str(reason).strip()})
        why = await at_once(way.office, partial(_tried, way, about, act, decide))
        wrong = {blocks.REASON: why[:2000]} if why else None
        await (ack(response_action="errors", errors=wrong) if wrong else ack())
        team = (body.get("team") or {}).get("id") or ""
        way.errand(publish(way, body["user"]["id"], team))


def _tried(way: Way, about: str, act: Any, do: Any) -> str | None:
    """Why it was not done; None where it was."""
    matter, _, rest = about.partition(":")
    name, _, seen = rest.partition(":")
    room = way.office.rooms.get(matter)
    if room is None or not seen.isdecimal():
        return GONE_BY
    try:
        done: Decided = do(name, act, room, int(seen))
    except SecondChairError as error:
        return str(error)[:500]
    return done.refused


async def _tell(way: Way, body: dict[str, Any], why: str) -> None:
    """Who was refused hears why, alone: where they pressed, or in a direct message from App Home."""
    channel = (body.get("channel") or {}).get("id")
    user = body["user"]["id"]
    if channel:
        thread = (body.get("message") or {}).get("thread_ts")
        await way.office.poster.whisper(channel, user, f"Not done: {why}.", thread)
    else:
        await call(way.client.chat_postMessage(channel=user, text=escape(f"Not done: {why}.")))
