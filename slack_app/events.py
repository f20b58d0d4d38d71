"""Slack's payloads -> Incoming: pure functions that read ids and texts, and decide nothing."""

from __future__ import annotations

import re
from typing import Any, Literal

from slack_app.nouns import Incoming

Payload = dict[str, Any]
_MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")
_ESCAPES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))
_LINK = re.compile(r"<((?:https?|mailto|tel):[^|>\s]+)(?:\|([^>]*))?>")
_HUMAN = (None, "file_share", "thread_broadcast", "me_message")


def message_key(team: str, channel: str, ts: str) -> str:
    """The key of a message: whatever event brings it."""
    return f"m:{team}:{channel}:{ts}"


def from_message(body: Payload, us: str) -> Incoming | None:
    """A person's message from `app_mention` or `message`; None where it is not a person's own."""
    event = body["event"]
    user, subtype = event.get("user"), event.get("subtype")
    if subtype not in _HUMAN or not user or user == us or event.get("bot_id") or "ts" not in event:
        return None
    team = body.get("team_id") or event.get("team") or ""
    direct = event.get("channel_type") == "im" or event["channel"].startswith("D")
    text = event.get("text") or ""
    named = us in _MENTION.findall(text) or event["type"] == "app_mention"
    return Incoming(
        key=message_key(team, event["channel"], event["ts"]),
        source="direct" if direct else "mention" if named else "thread",
        team=team,
        channel=event["channel"],
        thread=event.get("thread_ts") or event["ts"],
        ts=event["ts"],
        user=user,
        text=plain_text(text, us),
        foreign=_foreign(body, event, team),
        files=len(event.get("files") or ()),
        seen=_other_ids(body, event),
    )


def in_thread(body: Payload) -> bool:
    """Was it written under another message?"""
    event = body["event"]
    return bool(event.get("thread_ts")) and event["thread_ts"] != event.get("ts")


def speaks_to_others(text: str, us: str) -> bool:
    """Does a message name somebody, but not us? Then it is talk between people."""
    named = _MENTION.findall(text)
    return bool(named) and us not in named


def changed(body: Payload) -> Payload | None:
    """The body as if the edited message had come by itself; None where no person edited a text."""
    event = body["event"]
    message = event.get("message") or {}
    if message.get("subtype") not in _HUMAN or message.get("bot_id") or "edited" not in message:
        return None
    inner = {**message, "type": "message", "channel": event["channel"]}
    inner.setdefault("channel_type", event.get("channel_type"))
    return {**body, "event": inner, "event_id": body.get("event_id")}


def deleted_key(body: Payload) -> str | None:
    """The key of the message that a `message_deleted` names."""
    event = body["event"]
    ts = event.get("deleted_ts") or (event.get("previous_message") or {}).get("ts")
    return message_key(body.get("team_id", ""), event["channel"], ts) if ts else None


def from_command(
    body: Payload, kind: Literal["message", "evals"] = "message", target: str | None = None
) -> Incoming:
    """A slash command: asked in a channel, with no message of its own to reply under."""
    return Incoming(
        kind=kind,
        key=f"s:{body['team_id']}:{body['channel_id']}:{body['trigger_id']}",
        source="command",
        team=body["team_id"],
        channel=body["channel_id"],
        thread=None,
        ts="0",
        user=body["user_id"],
        text=unescaped(body.get("text") or "").strip(),
        target=target,
    )


def from_shortcut(body: Payload) -> Incoming:
    """'Ask the playbook about this message': the message is a document, so every line is quoted."""
    team, channel, message = body["team"]["id"], body["channel"]["id"], body["message"]
    asked = str(body.get("action_ts") or body["trigger_id"])
    quoted = "\n".join("> " + line for line in unescaped(message.get("text") or "").splitlines())
    return Incoming(
        key=f"x:{team}:{channel}:{message['ts']}:{asked}",
        source="shortcut",
        team=team,
        channel=channel,
        thread=message.get("thread_ts") or message["ts"],
        ts=str(body.get("action_ts") or message["ts"]),
        user=body["user"]["id"],
        text=f"How does the playbook code this document?\n\n{quoted}",
        files=len(message.get("files") or ()),
    )


def plain_text(text: str, us: str) -> str:
    """What the person typed: our own mention gone, links and escapes as they were written."""
    ours = re.compile(rf"<@{re.escape(us)}(?:\|[^>]*)?>")
    return unescaped(ours.sub(" ", text)).strip()


def unescaped(text: str) -> str:
    """Slack's markup of links and of `&`, `<`, `>` undone."""
    text = _LINK.sub(lambda m: m[2] or m[1], text)
    for escaped, sign in _ESCAPES:
        text = text.replace(escaped, sign)
    return text


def _foreign(body: Payload, event: Payload, team: str) -> bool:
    """Does the event itself say that the channel is shared outside, or the person not ours?"""
    theirs = event.get("user_team") or event.get("source_team")
    return bool(body.get("is_ext_shared_channel")) or bool(theirs and team and theirs != team)


def _other_ids(body: Payload, event: Payload) -> tuple[str, ...]:
    """The ids beside (team, channel, ts): the event's, and the client's own, which it repeats when it
    sends again."""
    ids = {"e": body.get("event_id"), "c": event.get("client_msg_id")}
    return tuple(f"{sort}:{body.get('team_id')}:{i}" for sort, i in ids.items() if i)
