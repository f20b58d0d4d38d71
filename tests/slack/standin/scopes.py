"""Which scope each method needs, and what each event needs in the manifest."""

from __future__ import annotations

from typing import Any

METHODS = {
    "chat.postMessage": "chat:write",
    "chat.update": "chat:write",
    "chat.delete": "chat:write",
    "chat.postEphemeral": "chat:write",
    "chat.startStream": "chat:write",
    "chat.appendStream": "chat:write",
    "chat.stopStream": "chat:write",
    "conversations.open": "im:write",
    "users.info": "users:read",
    "users.list": "users:read",
    "users.lookupByEmail": "users:read.email",
    "files.getUploadURLExternal": "files:write",
    "files.completeUploadExternal": "files:write",
    "files.info": "files:read",
    "reactions.add": "reactions:write",
    "assistant.threads.setStatus": "assistant:write",
    "assistant.threads.setTitle": "assistant:write",
    "assistant.threads.setSuggestedPrompts": "assistant:write",
}
READS = {
    "conversations.info": "read",
    "conversations.members": "read",
    "conversations.history": "history",
    "conversations.replies": "history",
}


def needed(method: str, channel: dict[str, Any] | None) -> str | None:
    """The scope that a call needs, or None."""
    if method in READS and channel is not None:
        return f"{_kind(channel)}:{READS[method]}"
    return METHODS.get(method)


def event_name(event: dict[str, Any], channel: dict[str, Any] | None) -> str:
    """The name under which a manifest subscribes to an event: `message.channels`, `app_mention` …"""
    if event["type"] != "message" or channel is None:
        return str(event["type"])
    return f"message.{_kind(channel)}"


def _kind(channel: dict[str, Any]) -> str:
    if channel.get("is_im"):
        return "im"
    if channel.get("is_mpim"):
        return "mpim"
    return "groups" if channel.get("is_private") else "channels"
