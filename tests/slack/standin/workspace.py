"""What a Slack workspace remembers: people, conversations, messages, files, views."""

from __future__ import annotations

import itertools
import uuid
from typing import Any

from standin.clock import Clock
from standin.faults import Fault

TEAM, APP, BOT, BOT_ID = "T0STANDIN", "A0STANDIN", "U0BOT", "B0BOT"
URL = "https://standin.slack.com"

Object = dict[str, Any]


class Workspace:
    """The state; methods raise Fault with Slack's codes. Objects are Slack's own JSON."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.users: dict[str, Object] = {}
        self.channels: dict[str, Object] = {}
        self.members: dict[str, list[str]] = {}
        self.messages: dict[str, list[Object]] = {}
        self.ephemeral: list[Object] = []
        self.files: dict[str, Object] = {}
        self.processing = (
            0  # how often a message with an image is refused, the file not being ready
        )
        self.contents: dict[str, bytes] = {}
        self.homes: dict[str, Object] = {}
        self.stacks: dict[str, list[Object]] = {}
        self.statuses: dict[tuple[str, str], str] = {}
        self.prompts: dict[str, Object] = {}
        self._numbers = itertools.count(1)
        self._run = uuid.uuid4().hex[:8].upper()  # an app remembers ids longer than we live
        self.add_user(BOT, "secondchair", is_bot=True, real_name="Second Chair")

    def number(self, prefix: str) -> str:
        """A fresh id."""
        return f"{prefix}{self._run}{next(self._numbers):06d}"

    # --- people and conversations ---

    def add_user(self, user_id: str, name: str, **about: Any) -> Object:
        """A member; `about` overrides Slack's fields (is_restricted, deleted, team_id …)."""
        profile = {"real_name": name, "display_name": name, "email": f"{name}@example.com"}
        user = {"id": user_id, "team_id": TEAM, "name": name, "real_name": name, "deleted": False}
        user |= {"is_bot": False, "is_restricted": False, "is_ultra_restricted": False}
        self.users[user_id] = {**user, "profile": profile, **about}
        return self.users[user_id]

    def add_channel(
        self, channel_id: str, name: str, members: tuple[str, ...] = (), **about: Any
    ) -> Object:
        """A channel with the bot in it unless `about` says `bot=False`."""
        inside = about.pop("bot", True)
        flags = {"is_channel": True, "is_im": False, "is_private": False, "is_archived": False}
        flags |= {"is_ext_shared": False, "is_shared": False, "is_member": inside}
        self.channels[channel_id] = {"id": channel_id, "name": name, **flags, **about}
        self.members[channel_id] = [*members, *([BOT] if inside else [])]
        self.messages.setdefault(channel_id, [])
        return self.channels[channel_id]

    def direct(self, user_id: str) -> Object:
        """The conversation of the bot with one person."""
        if user_id not in self.users:
            raise Fault("user_not_found")
        if self.users[user_id]["deleted"]:
            raise Fault("user_disabled")
        channel_id = f"D{user_id[1:]}"
        if channel_id not in self.channels:
            self.add_channel(channel_id, "", (user_id,), is_channel=False, is_im=True, user=user_id)
        return self.channels[channel_id]

    def user(self, user_id: Any) -> Object:
        """A user, or `user_not_found`."""
        if user_id not in self.users:
            raise Fault("user_not_found")
        return self.users[user_id]

    def channel(self, channel_id: Any) -> Object:
        """A channel that the bot may see, or `channel_not_found`."""
        if str(channel_id)[:1] in ("U", "W"):
            return self.direct(str(channel_id))
        found = self.channels.get(str(channel_id))
        if found is None or (found["is_private"] and BOT not in self.members[found["id"]]):
            raise Fault("channel_not_found")
        return found

    def writable(self, channel_id: Any) -> Object:
        """A channel that the bot may post to."""
        channel = self.channel(channel_id)
        if channel["is_archived"]:
            raise Fault("is_archived")
        if BOT not in self.members[channel["id"]]:
            raise Fault("not_in_channel")
        return channel

    # --- messages ---

    def add_message(self, channel_id: str, message: Object) -> Object:
        """Put a message at the end of a conversation; its `thread_ts` must exist."""
        thread = message.get("thread_ts")
        if thread and not self._exists(channel_id, thread):
            raise Fault("thread_not_found")
        made = {"type": "message", "ts": self.clock.ts(), "team": TEAM}
        made |= {key: value for key, value in message.items() if value is not None}
        self.messages[channel_id].append(made)
        return made

    def message(self, channel_id: str, ts: Any) -> Object:
        """The message with this ts, or `message_not_found`."""
        for message in reversed(self.messages.get(channel_id, [])):
            if message["ts"] == ts:
                return message
        raise Fault("message_not_found")

    def thread(self, channel_id: str, ts: str) -> list[Object]:
        """A message and its replies, oldest first; empty where there is none."""
        found = self.messages.get(channel_id, [])
        return [m for m in found if m["ts"] == ts or m.get("thread_ts") == ts]

    def top(self, channel_id: str) -> list[Object]:
        """The conversation without replies, oldest first, each with its reply count."""
        found = self.messages.get(channel_id, [])
        counts: dict[str, int] = {}
        for message in found:
            if (thread := message.get("thread_ts")) and thread != message["ts"]:
                counts[thread] = counts.get(thread, 0) + 1
        heads = [m for m in found if m.get("thread_ts", m["ts"]) == m["ts"]]
        return [
            {**m, "thread_ts": m["ts"], "reply_count": counts[m["ts"]]} if m["ts"] in counts else m
            for m in heads
        ]

    def remove(self, channel_id: str, ts: str) -> Object:
        """Take a message out."""
        message = self.message(channel_id, ts)
        self.messages[channel_id].remove(message)
        return message

    def _exists(self, channel_id: str, ts: Any) -> bool:
        return any(m["ts"] == ts for m in reversed(self.messages.get(channel_id, [])))
