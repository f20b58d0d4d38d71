"""Who did what, from a press or a submission, as the lanes take it."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

from assistant.lanes.nouns import Act, Person
from slack_app.listeners.way import Way


async def act_of(way: Way, body: dict[str, Any], deed: str, once: str) -> Act:
    """The act of who pressed, by every name that the matter may list; an outsider by none of these."""
    user = body["user"]
    team = (body.get("team") or {}).get("id") or user.get("team_id") or ""
    person = await way.office.directory.person(user["id"], team)
    if person.outsider or (user.get("team_id") and team and user["team_id"] != team):
        names: tuple[str, ...] = (f"outsider:{user['id']}",)
    else:
        mail = (person.email, person.email.lower()) if person.email else ()
        names = (person.id, *mail)
    key = f"{deed}:{user['id']}:{once}"
    fields = {"deed": deed, "by": Person(names=names), "at": datetime.now(UTC), "key": key}
    return Act.model_validate(fields)


def digest(view_id: str, said: dict[str, Any]) -> str:
    """The same submission delivered twice counts once; a corrected one is another."""
    text = json.dumps([view_id, said], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:32]
