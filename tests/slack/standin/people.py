"""What people do in Slack: write, edit, delete, press, submit, type a command. Runs in the loop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from standin.delivery import Attempt, Deliverer, Delivery
from standin.events import Payloads
from standin.scopes import event_name
from standin.surfaces import Surfaces
from standin.workspace import BOT, Object, Workspace

Values = dict[str, str | list[str]]


@dataclass(frozen=True)
class Said:
    """A person's message and what was sent to the app about it."""

    channel: str
    ts: str
    deliveries: tuple[Delivery, ...]


class People:
    """Deeds of people; each tells the app what Slack would."""

    def __init__(
        self, workspace: Workspace, surfaces: Surfaces, payloads: Payloads, deliverer: Deliverer
    ) -> None:
        self._workspace, self._surfaces = workspace, surfaces
        self._payloads, self._deliverer = payloads, deliverer
        self.subscribed: set[str] | None = None

    def say(self, user_id: str, channel_id: str, text: str, **how: Any) -> Said:
        """Write a message. `thread`, `files`; `order` of the events, `copies` of each, `together`."""
        if channel_id[:1] in ("U", "W"):
            channel_id = self._workspace.direct(user_id)["id"]
        files = how.get("files") or None
        message = self._workspace.add_message(
            channel_id,
            {
                "user": user_id,
                "text": text,
                "client_msg_id": self._workspace.number("msg-"),
                "thread_ts": how.get("thread"),
                "files": list(files) if files else None,
                "subtype": "file_share" if files else None,
            },
        )
        kinds = self._kinds(message, channel_id)
        order = [kind for kind in how.get("order", kinds) if kind in kinds]
        events = [self._payloads.message(message, channel_id, kind) for kind in order]
        sent = self.tell(events, how.get("copies", 1), how.get("together", False))
        return Said(channel_id, message["ts"], tuple(sent))

    def edit(self, channel_id: str, ts: str, text: str) -> list[Delivery]:
        """Change a message."""
        message = self._workspace.message(channel_id, ts)
        before = dict(message)
        message["text"] = text
        message["edited"] = {"user": message["user"], "ts": self._workspace.clock.ts()}
        return self._changed("message_changed", channel_id, before, dict(message))

    def delete(self, channel_id: str, ts: str) -> list[Delivery]:
        """Delete a message."""
        before = self._workspace.remove(channel_id, ts)
        return self._changed("message_deleted", channel_id, before, None)

    def open_home(self, user_id: str, tab: str = "home") -> list[Delivery]:
        """Open the app's Home or Messages tab."""
        channel = self._workspace.direct(user_id)["id"]
        event = {"type": "app_home_opened", "user": user_id, "channel": channel, "tab": tab}
        if user_id in self._workspace.homes:
            event["view"] = self._workspace.homes[user_id]
        return self.tell([{**event, "event_ts": self._workspace.clock.ts()}])

    def tell(self, events: list[Object], copies: int = 1, together: bool = False) -> list[Delivery]:
        """Send events that the app subscribes to, each `copies` times as Slack's retries would."""
        sent = []
        for event in events:
            if self._wanted(event):
                payload = self._payloads.event(event)
                for number in range(copies):
                    retry = (number, "http_timeout") if number else None
                    sent.append(Delivery("events_api", payload, retry=retry))
        self._deliverer.begin(sent, together)
        return sent

    async def press(self, user_id: str, channel_id: str, ts: str, action_id: str) -> Attempt:
        """Press a button of a message; AssertionError where it has none of this name."""
        message = self._workspace.message(channel_id, ts)
        action = _pressed(message.get("blocks"), action_id)
        where = self._payloads.in_message(message, channel_id)
        payload = self._payloads.press(user_id, self._surfaces.trigger(user_id), action, where)
        return await self._deliverer.now(Delivery("interactive", payload))

    async def press_home(self, user_id: str, action_id: str) -> Attempt:
        """Press a button of one's App Home."""
        view = self._workspace.homes[user_id]
        where = {"container": {"type": "view", "view_id": view["id"]}, "view": view}
        action = _pressed(view["blocks"], action_id)
        payload = self._payloads.press(user_id, self._surfaces.trigger(user_id), action, where)
        return await self._deliverer.now(Delivery("interactive", payload))

    async def submit(self, user_id: str, values: Values) -> Attempt:
        """Submit the modal on top; `values` by block id, one or several."""
        view = self._surfaces.top(user_id)
        assert view is not None, f"{user_id} sees no modal"
        state = {b["block_id"]: _state(b, values) for b in view["blocks"] if b["type"] == "input"}
        trigger = self._surfaces.trigger(user_id)
        payload = self._payloads.submission(user_id, trigger, view, state)
        attempt = await self._deliverer.now(Delivery("interactive", payload))
        if attempt.ok:
            self._answered(user_id, view, attempt.body)
        return attempt

    async def command(self, user_id: str, channel_id: str, name: str, text: str) -> Attempt:
        """Type a slash command; what the app answers at once is shown to this person only."""
        trigger = self._surfaces.trigger(user_id)
        payload = self._payloads.command(user_id, trigger, channel_id, (name, text))
        attempt = await self._deliverer.now(Delivery("slash_commands", payload))
        body = {"text": attempt.body} if isinstance(attempt.body, str) else attempt.body
        if attempt.ok and isinstance(body, dict) and (body.get("text") or body.get("blocks")):
            self.answer(channel_id, user_id, body)
        return attempt

    async def shortcut(self, user_id: str, channel_id: str, ts: str, callback_id: str) -> Attempt:
        """Use a message shortcut."""
        message = self._workspace.message(channel_id, ts)
        trigger = self._surfaces.trigger(user_id)
        payload = self._payloads.shortcut(user_id, trigger, callback_id, message, channel_id)
        return await self._deliverer.now(Delivery("interactive", payload))

    def answer(self, channel_id: str, user_id: str, body: Object) -> None:
        """What came through a response_url, or with the ack of a command."""
        kept = {key: body.get(key) for key in ("text", "blocks", "thread_ts")}
        if body.get("response_type") == "in_channel" or user_id == "all":
            self._workspace.add_message(channel_id, {"user": BOT, **kept})
        else:
            ts = self._workspace.clock.ts()
            self._workspace.ephemeral.append(
                {"channel": channel_id, "to": user_id, "ts": ts, **kept}
            )

    def _answered(self, user_id: str, view: Object, body: Any) -> None:
        """What a modal does with the app's answer to its submission."""
        action = body.get("response_action") if isinstance(body, dict) else None
        if action in ("update", "push"):
            if action == "update":
                self._surfaces.close(user_id)
            self._surfaces.open(self._surfaces.trigger(user_id), body["view"], push=True)
        elif action != "errors":
            self._surfaces.close(user_id, whole=action == "clear")

    def _changed(
        self, subtype: str, channel_id: str, before: Object, after: Object | None
    ) -> list[Delivery]:
        ts = self._workspace.clock.ts()
        event = {"type": "message", "subtype": subtype, "channel": channel_id, "hidden": True}
        event |= {"channel_type": self._payloads.channel_type(channel_id), "ts": ts, "event_ts": ts}
        event |= {"previous_message": before, "deleted_ts": before["ts"]}
        if after is not None:
            event |= {"message": after}
            del event["deleted_ts"]
        return self.tell([event])

    def _kinds(self, message: Object, channel_id: str) -> tuple[str, ...]:
        """Which events Slack sends of a message."""
        named = f"<@{BOT}>" in message["text"] and "files" not in message
        if named and not self._workspace.channels[channel_id]["is_im"]:
            return ("message", "app_mention")
        return ("message",)

    def _wanted(self, event: Object) -> bool:
        if self.subscribed is None:
            return True
        channel = self._workspace.channels.get(str(event.get("channel")))
        return event_name(event, channel) in self.subscribed


def _pressed(blocks: Any, action_id: str) -> Object:
    for block in blocks or ():
        for element in [*block.get("elements", ()), block.get("accessory")]:
            if isinstance(element, dict) and element.get("action_id") == action_id:
                return {**element, "block_id": block.get("block_id")}
    raise AssertionError(f"no button {action_id!r} there")


def _state(block: Object, values: Values) -> Object:
    """An input's state as a submission holds it; AssertionError where Slack would not submit."""
    element, given = block["element"], values.get(block["block_id"]) or []
    several = [each for each in ([given] if isinstance(given, str) else given) if each]
    assert several or block.get("optional"), f"{block['block_id']!r} must be filled"
    kind = element["type"]
    state: Object = {"type": kind}
    if "options" in element:
        chosen = [option for option in element["options"] if option["value"] in several]
        assert len(chosen) == len(several), f"{block['block_id']!r} has no option {several!r}"
        many = kind in ("multi_static_select", "checkboxes")
        state |= (
            {"selected_options": chosen} if many else {"selected_option": (chosen or [None])[0]}
        )
    else:
        state |= {"value": several[0] if several else None}
    return {element["action_id"]: state}
