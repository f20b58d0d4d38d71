"""A branch is pressed: the same message becomes the answer that follows from it. The first press counts."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

from slack_app.blocks import actions
from slack_app.decide import at_once
from slack_app.intake import accept
from slack_app.listeners.pressed import pressed, value
from slack_app.listeners.way import Way
from slack_app.wording import CHOSEN, GONE_BY

BUTTON = re.compile(rf"^{re.escape(actions.CHOOSE)}:\d+$")


def listen(way: Way) -> None:
    """One choice a reply; the ledger holds who affirmed what."""

    @way.bolt.action(BUTTON)
    async def chosen(body: dict[str, Any], ack: Any) -> None:
        answer_id = value(body).partition(":")[0]
        row = await at_once(way.office, partial(way.office.store.answer, answer_id))
        if row is None or row.state in ("cancelling", "cancelled"):
            await ack()
            way.errand(_tell(way, body, GONE_BY))
            return
        incoming = pressed(body, "choice", f"choice:{answer_id}:{row.revision}")
        taken = await accept(incoming, way.office, way.begin) if incoming else None
        await ack()
        if incoming and taken is None:
            way.errand(_tell(way, body, CHOSEN))


async def _tell(way: Way, body: dict[str, Any], text: str) -> None:
    channel, user = body["channel"]["id"], body["user"]["id"]
    thread = (body.get("message") or {}).get("thread_ts")
    await way.office.poster.whisper(channel, user, text, thread)
