"""A pressed button as something incoming: who pressed, where, on which answer."""

from __future__ import annotations

from typing import Any, Literal

from slack_app.nouns import Incoming

Payload = dict[str, Any]


def pressed(
    body: Payload, kind: Literal["choice", "escalation", "evals"], key: str
) -> Incoming | None:
    """None where the payload names no message (a button of ours is always on one)."""
    container, user = body.get("container") or {}, body["user"]
    channel = (body.get("channel") or {}).get("id") or container.get("channel_id")
    if not channel:
        return None
    team = (body.get("team") or {}).get("id") or user.get("team_id") or ""
    return Incoming(
        key=key,
        kind=kind,
        source="button",
        team=team,
        channel=channel,
        thread=(body.get("message") or {}).get("thread_ts") or container.get("thread_ts"),
        ts=value_ts(body),
        user=user["id"],
        target=value(body),
        foreign=bool(user.get("team_id") and team and user["team_id"] != team),
    )


def value(body: Payload) -> str:
    """The button's opaque value."""
    return str(body["actions"][0].get("value") or "")[:255]


def value_ts(body: Payload) -> str:
    """When it was pressed."""
    return str(body["actions"][0].get("action_ts") or "0")
