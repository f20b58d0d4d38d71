"""The matter of a direct message is picked: the question is taken up, in the same message."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

from slack_app.blocks import actions
from slack_app.decide import at_once
from slack_app.listeners.way import Way

BUTTON = re.compile(rf"^{re.escape(actions.MATTER)}:\d+$")


def listen(way: Way) -> None:
    """Only the asker picks, and only among the matters that fit: the walls are asked again."""

    @way.bolt.action(BUTTON)
    async def picked(body: dict[str, Any], ack: Any) -> None:
        answer_id, _, matter = str(body["actions"][0].get("value") or "").partition(":")
        office = way.office
        row = await at_once(office, partial(office.store.answer, answer_id))
        if row is not None and row.user == body["user"]["id"] and matter in office.desks:
            again = await at_once(office, partial(office.store.pick_matter, answer_id, matter))
            if again is not None:
                way.begin(again)
        await ack()
