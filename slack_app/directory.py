"""Who is who and what is shared, as Slack says now; remembered for a minute."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from assistant.types import Noun
from slack_app.calls import call
from slack_app.errors import SlackGone

REMEMBERED = 60.0  # seconds
MOST = 5000


class Person(Noun):
    """A member of the workspace; `outsider` where Slack says guest, stranger, bot, deleted or of another team."""

    id: str
    email: str | None
    outsider: str | None


class Place(Noun):
    """A conversation: whether it is shared with others outside this workspace's organisation."""

    id: str
    shared: bool
    direct: bool


class Directory:
    """Look-ups that raise SlackError; a person or place that Slack does not know is an outsider."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        self._kept: OrderedDict[tuple[str, str], tuple[float, Any]] = OrderedDict()

    async def person(self, user: str, team: str) -> Person:
        """Who this is."""
        found: Person = await self._remember(("user", user), lambda: self._person(user, team))
        return found

    async def place(self, channel: str) -> Place:
        """What conversation this is."""
        found: Place = await self._remember(("place", channel), lambda: self._place(channel))
        return found

    async def members(self, channel: str) -> frozenset[str]:
        """Everybody in a channel."""
        found: frozenset[str] = await self._remember(
            ("members", channel), lambda: self._members(channel)
        )
        return found

    async def direct_channel(self, user: str) -> str:
        """Our conversation with one person."""
        found: str = await self._remember(("direct", user), lambda: self._direct(user))
        return found

    async def _person(self, user: str, team: str) -> Person:
        try:
            about = (await call(self._client.users_info(user=user)))["user"]
        except SlackGone:
            return Person(id=user, email=None, outsider="unknown to this workspace")
        email = (about.get("profile") or {}).get("email")
        return Person(id=user, email=email, outsider=_outsider(about, team))

    async def _place(self, channel: str) -> Place:
        about = (await call(self._client.conversations_info(channel=channel)))["channel"]
        shared = any(about.get(k) for k in ("is_ext_shared", "is_pending_ext_shared"))
        shared |= bool(about.get("pending_connected_team_ids"))
        return Place(id=channel, shared=shared, direct=bool(about.get("is_im")))

    async def _members(self, channel: str) -> frozenset[str]:
        found: set[str] = set()
        cursor = ""
        while True:
            page = await call(
                self._client.conversations_members(channel=channel, limit=1000, cursor=cursor)
            )
            found.update(page.get("members", ()))
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return frozenset(found)

    async def _direct(self, user: str) -> str:
        opened = await call(self._client.conversations_open(users=user))
        return str(opened["channel"]["id"])

    async def _remember(self, key: tuple[str, str], look: Callable[[], Awaitable[Any]]) -> Any:
        now = time.monotonic()
        kept = self._kept.get(key)
        if kept and now - kept[0] < REMEMBERED:
            return kept[1]
        found = await look()
        self._kept[key] = (now, found)
        self._kept.move_to_end(key)
        while len(self._kept) > MOST:
            self._kept.popitem(last=False)
        return found


def _outsider(about: dict[str, Any], team: str) -> str | None:
    """Why a user of Slack's is not one of us; None where they are."""
    if about.get("deleted"):
        return "deactivated"
    if about.get("is_bot") or about.get("id") == "USLACKBOT":
        return "a bot"
    if about.get("is_restricted") or about.get("is_ultra_restricted"):
        return "a guest"
    theirs = about.get("team_id")
    teams = (about.get("enterprise_user") or {}).get("teams") or [theirs]
    if about.get("is_stranger") or (theirs and theirs != team and team not in teams):
        return "from another workspace"
    return None
