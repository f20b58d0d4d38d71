"""The message shortcut "Ask the playbook about this message": the message is a document, not a question."""

from __future__ import annotations

from typing import Any

from slack_app import events
from slack_app.intake import accept
from slack_app.listeners.way import Way

SHORTCUT = "ask_playbook"


def listen(way: Way) -> None:
    """The reply stands in the thread of the message."""

    @way.bolt.shortcut(SHORTCUT)
    async def asked(body: dict[str, Any], ack: Any) -> None:
        await accept(events.from_shortcut(body), way.office, way.begin)
        await ack()
