"""Mentions, direct messages, follow-ups in threads, files, edits, deletions."""

from __future__ import annotations

from typing import Any

from slack_app import events
from slack_app.intake import accept, cancel, meant_for_us, revise
from slack_app.listeners.way import Way


def listen(way: Way) -> None:
    """`app_mention` and `message` bring the same message, in either order: one row."""

    @way.bolt.event("app_mention")
    async def mentioned(body: dict[str, Any]) -> None:
        await _take(way, body)

    @way.bolt.event("message")
    async def written(body: dict[str, Any]) -> None:
        subtype = body["event"].get("subtype")
        if subtype == "message_changed":
            await _edited(way, body)
        elif subtype == "message_deleted":
            key = events.deleted_key(body)
            if key:
                await cancel(key, "deleted", way.office, way.begin)
        else:
            await _take(way, body)


async def _take(way: Way, body: dict[str, Any]) -> None:
    incoming = events.from_message(body, way.office.us)
    if incoming is None:
        return
    if incoming.source == "thread":
        raw = body["event"].get("text") or ""
        if not events.in_thread(body) or events.speaks_to_others(raw, way.office.us):
            return
    if await meant_for_us(incoming, way.office):
        await accept(incoming, way.office, way.begin)


async def _edited(way: Way, body: dict[str, Any]) -> None:
    message = body["event"].get("message") or {}
    if message.get("subtype") == "tombstone":
        key = events.message_key(body.get("team_id", ""), body["event"]["channel"], message["ts"])
        await cancel(key, "deleted", way.office, way.begin)
        return
    as_new = events.changed(body)
    incoming = events.from_message(as_new, way.office.us) if as_new else None
    if incoming is not None:
        await revise(incoming, way.office, way.begin)
