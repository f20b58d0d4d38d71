"""The Escalate button: the packet goes to the lane's channel. Lanes build on `slack_app/escalations.py`."""

from __future__ import annotations

from typing import Any

from slack_app.blocks import actions
from slack_app.intake import accept
from slack_app.listeners.pressed import pressed, value
from slack_app.listeners.way import Way


def listen(way: Way) -> None:
    """One packet an answer, however often it is pressed."""

    @way.bolt.action(actions.ESCALATE)
    async def wanted(body: dict[str, Any], ack: Any) -> None:
        incoming = pressed(body, "escalation", f"escalation:{value(body)}")
        if incoming:
            await accept(incoming, way.office, way.begin)
        await ack()
