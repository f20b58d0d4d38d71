"""conversations.*: who is where, and what was said there."""

from __future__ import annotations

from standin.faults import Fault
from standin.workspace import BOT, Object, Workspace


class Conversations:
    """Reads of the workspace as the bot may make them."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def info(self, args: Object) -> Object:
        """conversations.info"""
        return {"channel": self._workspace.channel(args.get("channel"))}

    def list(self, args: Object) -> Object:
        """conversations.list"""
        return {"channels": [c for c in self._workspace.channels.values() if not c["is_im"]]}

    def members(self, args: Object) -> Object:
        """conversations.members, in pages."""
        channel = self._workspace.channel(args.get("channel"))
        found = self._workspace.members[channel["id"]]
        start, limit = int(args.get("cursor") or 0), int(args.get("limit") or 100)
        cursor = str(start + limit) if start + limit < len(found) else ""
        return {
            "members": found[start : start + limit],
            "response_metadata": {"next_cursor": cursor},
        }

    def history(self, args: Object) -> Object:
        """conversations.history: newest first, without replies."""
        channel = self._readable(args)
        return _page(list(reversed(_between(self._workspace.top(channel["id"]), args))), args)

    def replies(self, args: Object) -> Object:
        """conversations.replies: the parent, then its replies, oldest first."""
        channel = self._readable(args)
        thread = self._workspace.thread(channel["id"], str(args.get("ts")))
        if not thread:
            raise Fault("thread_not_found")
        later = [thread[0], *(m for m in _between(thread[1:], args))]
        return _page(later, args)

    def open(self, args: Object) -> Object:
        """conversations.open with one person."""
        users = str(args.get("users") or "").split(",")
        if len(users) != 1 or not users[0]:
            raise Fault("invalid_users")
        return {"channel": self._workspace.direct(users[0])}

    def _readable(self, args: Object) -> Object:
        channel = self._workspace.channel(args.get("channel"))
        if BOT not in self._workspace.members[channel["id"]]:
            raise Fault("not_in_channel")
        return channel


def _between(messages: list[Object], args: Object) -> list[Object]:
    oldest, latest = str(args.get("oldest") or "0"), str(args.get("latest") or "9999999999")
    same = str(args.get("inclusive")).lower() in ("true", "1")
    return [
        m
        for m in messages
        if _number(oldest) < _number(m["ts"]) < _number(latest)
        or (same and m["ts"] in (oldest, latest))
    ]


def _number(ts: str) -> tuple[int, int]:
    whole, _, part = ts.partition(".")
    return int(whole or 0), int((part or "0").ljust(6, "0")[:6])


def _page(messages: list[Object], args: Object) -> Object:
    """A page of messages; metadata only for those who ask for it."""
    start, limit = int(args.get("cursor") or 0), int(args.get("limit") or 100)
    shown = messages[start : start + limit]
    if str(args.get("include_all_metadata")).lower() not in ("true", "1"):
        shown = [{k: v for k, v in m.items() if k != "metadata"} for m in shown]
    more = start + limit < len(messages)
    cursor = str(start + limit) if more else ""
    return {"messages": shown, "has_more": more, "response_metadata": {"next_cursor": cursor}}
