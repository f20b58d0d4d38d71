"""App Home: what this person can do here, their open questions, the last verdict, the lanes' numbers."""

from __future__ import annotations

from functools import partial
from typing import Any

from slack_app.blocks import home_view
from slack_app.blocks.home import OpenQuestion, Standing
from slack_app.calls import call
from slack_app.cases import lane_numbers
from slack_app.decide import at_once
from slack_app.directory import Person
from slack_app.listeners.agent import suggest
from slack_app.listeners.way import Way
from slack_app.nouns import Row
from slack_app.proposals import waiting_for
from slack_app.qc.home import home_blocks
from slack_app.walls import belongs, roles_in

MOST = 100  # blocks that a Home view takes


def listen(way: Way) -> None:
    """`app_home_opened` brings the Home tab, and the agent pane under the tab `messages`."""

    @way.bolt.event("app_home_opened")
    async def opened(body: dict[str, Any]) -> None:
        event = body["event"]
        if event.get("tab") == "messages":
            way.errand(suggest(way, body))
        else:
            way.errand(publish(way, event["user"], body.get("team_id", "")))


async def publish(way: Way, user: str, team: str) -> None:
    """The Home view as it is now. Raises SlackError."""
    person = await way.office.directory.person(user, team)
    standings = [] if person.outsider else await _standings(way, person)
    view = home_view(standings)
    numbers = await at_once(way.office, partial(lane_numbers, person, standings, way.office))
    waiting = await at_once(way.office, partial(waiting_for, person, standings, way.office))
    quality = await at_once(way.office, partial(home_blocks, person.id, standings, way.office))
    view["blocks"] = [*waiting, *view["blocks"], *quality, *numbers][:MOST]
    await call(way.client.views_publish(user_id=user, view=view))


async def _standings(way: Way, person: Person) -> list[Standing]:
    office = way.office
    rows = await at_once(office, partial(office.store.open_questions, person.id))
    found = []
    for matter in office.matters.values():
        if await belongs(person, matter, office.directory):
            mine = [row for row in rows if row.matter == matter.id and row.reply_ts]
            questions = tuple([await _question(way, row) for row in mine])
            found.append(Standing(matter, roles_in(matter, person), questions))
    return found


async def _question(way: Way, row: Row) -> OpenQuestion:
    link = await way.office.poster.permalink(str(row.reply_channel), str(row.reply_ts))
    return OpenQuestion(row.outcome or "in work", link, f"{row.received_at:%Y-%m-%d %H:%M} UTC")
