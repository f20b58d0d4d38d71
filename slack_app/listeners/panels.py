"""Panels: a rater opens their next case and calls it; the QC lead closes the session and puts its questions."""

from __future__ import annotations

import re
from contextlib import suppress
from functools import partial
from typing import Any, Literal

from assistant.errors import SecondChairError
from evals.drawing import Draw
from evals.sittings import Sitting
from slack_app.blocks import panels as blocks
from slack_app.calls import call
from slack_app.decide import at_once
from slack_app.errors import SlackError
from slack_app.intake import accept
from slack_app.listeners.pressed import pressed, value
from slack_app.listeners.way import Way
from slack_app.nouns import Incoming
from slack_app.qc import panels
from slack_app.qc.runs import qc_of
from slack_app.walls import belongs

BUTTON = re.compile(rf"^{re.escape(blocks.BEGIN)}(?::\d+)?$")
NOT_YOURS = "You are not on this panel."
GONE = "This session is no longer there."
CHOOSE = "Choose a call."


def listen(way: Way) -> None:
    """A call is kept before it is acknowledged, and the next case takes its window."""
    way.bolt.action(BUTTON)(partial(_begins, way))
    way.bolt.view(blocks.CALLED)(partial(_called, way))
    way.bolt.action(blocks.CLOSE)(partial(_lead, way, "close"))
    way.bolt.action(blocks.TO_LANES)(partial(_lead, way, "questions"))


async def _begins(way: Way, body: dict[str, Any], ack: Any) -> None:
    """The window opens first: its trigger lives three seconds."""
    rater = str(body["user"]["id"])
    matter, draw = _about(value(body))
    view = await _view(way, matter, draw, rater, _team(body))
    await call(way.client.views_open(trigger_id=body["trigger_id"], view=view))
    await ack()


async def _called(way: Way, body: dict[str, Any], ack: Any) -> None:
    """Keep one call; what was called before is left as it is, and the next case is shown."""
    view, rater = body["view"], str(body["user"]["id"])
    about, _, place = str(view["private_metadata"]).rpartition(":")
    matter, draw = _about(about)
    found = await _session(way, matter, draw)
    if found is None or not place.isdecimal():
        await ack(response_action="update", view=blocks.told_modal(draw, GONE))
        return
    sitting, drawn = found
    if not await _member(way, sitting, rater, _team(body)):
        await ack(response_action="update", view=blocks.told_modal(draw, NOT_YOURS))
        return
    item = drawn.items[int(place)] if int(place) < len(drawn.items) else None
    label = blocks.label_of(item, _chosen(view["state"]["values"])) if item else None
    if item is None or label is None:
        await ack(response_action="errors", errors={blocks.CALL: CHOOSE})
        return
    keep = qc_of(way.office).store.sittings.call
    await at_once(way.office, partial(keep, draw, rater, item.id, label))
    await ack(response_action="update", view=await _view(way, matter, draw, rater, _team(body)))
    way.errand(panels.retell(sitting, drawn, rater, way.office))


async def _lead(
    way: Way, deed: Literal["close", "questions"], body: dict[str, Any], ack: Any
) -> None:
    """A deed of the QC lead's, taken into the inbox like the command; the job looks at who pressed."""
    matter, draw = _about(value(body))
    once = str(body["actions"][0].get("action_ts") or "0")
    incoming = pressed(body, "evals", f"panel:{deed}:{matter}:{draw}:{once}")
    if incoming:
        said: Incoming = incoming.model_copy(
            update={"text": f"{deed} {draw}", "target": None, "thread": None}
        )
        await accept(said, way.office, way.begin)
    await ack()


async def _view(way: Way, matter: str, draw: int, rater: str, team: str) -> dict[str, Any]:
    """What this rater sees next; a stranger sees nothing of the session."""
    found = await _session(way, matter, draw)
    if found is None:
        return blocks.told_modal(draw, GONE)
    sitting, drawn = found
    if not await _member(way, sitting, rater, team):
        return blocks.told_modal(draw, NOT_YOURS)
    mine = partial(qc_of(way.office).store.sittings.called_by, draw, rater)
    called = await at_once(way.office, mine)
    return panels.modal_for(drawn, sitting, rater, called, way.office.matters[matter])


async def _session(way: Way, matter: str, draw: int) -> tuple[Sitting, Draw] | None:
    if matter not in way.office.matters:
        return None
    with suppress(SecondChairError):
        return await panels.session(draw, matter, way.office)
    return None


async def _member(way: Way, sitting: Sitting, rater: str, team: str) -> bool:
    """On the panel, and still a member of the matter: where Slack can't say, nobody is let in."""
    if rater not in sitting.panel:
        return False
    try:
        person = await way.office.directory.person(rater, team)
        matter = way.office.matters[sitting.matter]
        return person.outsider is None and await belongs(person, matter, way.office.directory)
    except SlackError:
        return False


def _about(text: str) -> tuple[str, int]:
    matter, _, draw = text.rpartition(":")
    return matter, int(draw) if draw.isdecimal() and len(draw) < 10 else 0


def _team(body: dict[str, Any]) -> str:
    return (body.get("team") or {}).get("id") or body["user"].get("team_id") or ""


def _chosen(said: dict[str, Any]) -> list[int]:
    state = (said.get(blocks.CALL) or {}).get(blocks.CALL) or {}
    one = [state["selected_option"]] if state.get("selected_option") else []
    values = [str(option["value"]) for option in [*one, *(state.get("selected_options") or ())]]
    return [int(text) if text.isdecimal() else -1 for text in values]
