"""Payloads as Slack sends them: events in their envelope, clicks, submissions, commands."""

from __future__ import annotations

from typing import Any

from standin.workspace import APP, BOT, TEAM, URL, Object, Workspace

TOKEN = "verification-standin"


class Payloads:
    """Builds what the app receives, from the workspace."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self.base = ""

    def event(self, event: Object) -> Object:
        """An event in its envelope, with a fresh event id."""
        channel = self._workspace.channels.get(str(_channel_of(event)))
        return {
            "token": TOKEN,
            "team_id": TEAM,
            "api_app_id": APP,
            "event": event,
            "type": "event_callback",
            "event_id": self._workspace.number("Ev"),
            "event_time": int(self._workspace.clock.now()),
            "authorizations": [
                {"team_id": TEAM, "user_id": BOT, "is_bot": True, "is_enterprise_install": False}
            ],
            "is_ext_shared_channel": bool(channel and channel["is_ext_shared"]),
            "event_context": "4-standin",
        }

    def message(self, message: Object, channel_id: str, kind: str = "message") -> Object:
        """A person's message as a `message` or `app_mention` event."""
        team = self._workspace.users.get(message["user"], {}).get("team_id", TEAM)
        event = {**message, "type": kind, "channel": channel_id, "event_ts": message["ts"]}
        event |= {"team": team, "user_team": team, "source_team": team}
        if kind == "app_mention":
            event.pop("subtype", None)
        else:
            event["channel_type"] = self.channel_type(channel_id)
        return event

    def channel_type(self, channel_id: str) -> str:
        """channel, group or im."""
        channel = self._workspace.channels[channel_id]
        return "im" if channel["is_im"] else "group" if channel["is_private"] else "channel"

    def press(self, user_id: str, trigger: str, action: Object, where: Object) -> Object:
        """A pressed button or changed menu; `where` holds channel and message, or a view."""
        action = {**action, "action_ts": self._workspace.clock.ts()}
        return {"type": "block_actions", "actions": [action], **self._by(user_id, trigger), **where}

    def in_message(self, message: Object, channel_id: str) -> Object:
        """Where a button in a message stands."""
        container = {"type": "message", "message_ts": message["ts"], "channel_id": channel_id}
        shown = {k: v for k, v in message.items() if k != "metadata"}
        return {
            "container": {**container, "is_ephemeral": False},
            "channel": self.short(channel_id),
            "message": shown,
            "state": {"values": {}},
            "response_url": self.response_url(channel_id, message.get("to", "")),
        }

    def shortcut(
        self, user_id: str, trigger: str, callback_id: str, message: Object, channel_id: str
    ) -> Object:
        """A message shortcut."""
        about = {"callback_id": callback_id, "message_ts": message["ts"], "message": message}
        about |= {"channel": self.short(channel_id)}
        about |= {"response_url": self.response_url(channel_id, user_id)}
        return {"type": "message_action", **self._by(user_id, trigger), **about}

    def submission(self, user_id: str, trigger: str, view: Object, values: Object) -> Object:
        """A submitted modal."""
        whole = {**view, "state": {"values": values}}
        about = {"view": whole, "response_urls": []}
        return {"type": "view_submission", **self._by(user_id, trigger), **about}

    def command(
        self, user_id: str, trigger: str, channel_id: str, words: tuple[str, str]
    ) -> Object:
        """A slash command: its name and its text."""
        channel = self.short(channel_id)
        return {
            "token": TOKEN,
            "team_id": TEAM,
            "team_domain": "standin",
            "channel_id": channel_id,
            "channel_name": channel["name"],
            "user_id": user_id,
            "user_name": self._name(user_id),
            "command": words[0],
            "text": words[1],
            "api_app_id": APP,
            "is_enterprise_install": "false",
            "response_url": self.response_url(channel_id, user_id),
            "trigger_id": trigger,
        }

    def response_url(self, channel_id: str, user_id: str) -> str:
        """Where an app may answer without a token."""
        return f"{self.base}/response/{channel_id}/{user_id or 'all'}"

    def short(self, channel_id: str) -> Object:
        """A channel as interactions name it."""
        channel = self._workspace.channels[channel_id]
        return {"id": channel_id, "name": "directmessage" if channel["is_im"] else channel["name"]}

    def _by(self, user_id: str, trigger: str) -> Object:
        name = self._name(user_id)
        user: dict[str, Any] = {"id": user_id, "username": name, "name": name}
        user["team_id"] = self._workspace.users.get(user_id, {}).get("team_id", TEAM)
        return {
            "user": user,
            "api_app_id": APP,
            "token": TOKEN,
            "trigger_id": trigger,
            "team": {"id": TEAM, "domain": URL.split("//")[1].split(".")[0]},
            "enterprise": None,
            "is_enterprise_install": False,
        }

    def _name(self, user_id: str) -> str:
        return str(self._workspace.users.get(user_id, {}).get("name", user_id))


def _channel_of(event: Object) -> Any:
    channel = event.get("channel") or (event.get("item") or {}).get("channel")
    return channel.get("id") if isinstance(channel, dict) else channel
