"""`/evals`: a QC lead's suites and panels. What may be asked, by whom, is looked at by the job."""

from __future__ import annotations

from typing import Any

from slack_app import events
from slack_app.intake import accept
from slack_app.listeners.way import Way
from slack_app.qc.asked import HELP, parse

COMMAND = "/evals"
TAKEN = "Taken in: what comes of it stands here in a moment."


def listen(way: Way) -> None:
    """What does not read is told at once to the person alone; the rest is in the inbox before Slack hears 200."""

    @way.bolt.command(COMMAND)
    async def asked(body: dict[str, Any], ack: Any) -> None:
        words = str(body.get("text") or "").split()
        if not words or words[0].lower() == "help":
            await ack(text=HELP)
            return
        wanted = parse(str(body.get("text")))
        await accept(events.from_command(body, "evals"), way.office, way.begin)
        await ack(text=wanted if isinstance(wanted, str) else TAKEN)
