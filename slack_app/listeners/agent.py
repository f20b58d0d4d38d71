"""The agent pane: suggested prompts from the matter's own asks, and the stop button."""

from __future__ import annotations

from functools import partial
from typing import Any

from assistant.types import Matter
from slack_app.calls import call
from slack_app.decide import at_once
from slack_app.directory import Person
from slack_app.intake import cancel
from slack_app.listeners.way import Way
from slack_app.walls import belongs, role_in

PROMPTS = 4  # Slack shows four
TITLE = "Ask the playbook"


def listen(way: Way) -> None:
    """`agent_session_stopped` cancels what this person has at work in the conversation."""

    @way.bolt.event("agent_session_stopped")
    async def stopped(body: dict[str, Any]) -> None:
        event = body["event"]
        channel = event.get("channel") or event.get("channel_id") or ""
        user = event.get("user") or event.get("user_id") or ""
        thread = event.get("thread_ts")
        for row in await at_once(way.office, partial(way.office.store.open_in, channel, str(user))):
            if thread is None or row.thread == thread:
                await cancel(row.key, "stopped", way.office, way.begin)


async def suggest(way: Way, body: dict[str, Any]) -> None:
    """Put the first asks that this person may make into the pane; none for who belongs to no matter."""
    event, office = body["event"], way.office
    person = await office.directory.person(event["user"], body.get("team_id", ""))
    if person.outsider:
        return
    fits = [m for m in office.matters.values() if await belongs(person, m, office.directory)]
    prompts = [p for matter in fits for p in prompts_of(matter, person)][:PROMPTS]
    if prompts:
        told = way.client.assistant_threads_setSuggestedPrompts(
            channel_id=event["channel"], title=TITLE, prompts=prompts
        )
        await call(told)


def prompts_of(matter: Matter, person: Person) -> list[dict[str, str]]:
    """Example asks of the rights that a person may use, one a right, first things first."""
    role = role_in(matter, person)
    rights = [r for r in matter.rights if r.assistant in ("answer", "draft") and r.asks]
    mine = [r for r in rights if not r.requesters or role in r.requesters]
    first = [r.asks[0] for r in mine] + [ask for r in mine for ask in r.asks[1:]]
    return [{"title": ask[:60], "message": ask} for ask in first[:PROMPTS]]
