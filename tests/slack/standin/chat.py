"""chat.* and reactions.*: posting, updating, whispering, streaming."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from standin.faults import Fault, invalid
from standin.limits import MESSAGE_TEXT, check_blocks, check_metadata
from standin.streams import Streams
from standin.workspace import APP, BOT, BOT_ID, URL, Object, Workspace

Happened = Callable[[Object], None]


class Chat:
    """What the bot says. `happened` is told each event that Slack would send on."""

    def __init__(self, workspace: Workspace, happened: Happened) -> None:
        self._workspace, self._happened = workspace, happened
        self.streams = Streams(workspace)

    def post(self, args: Object) -> Object:
        """chat.postMessage"""
        channel = self._workspace.writable(args.get("channel"))
        self._check(args)
        message = self.put(channel["id"], args)
        return {"channel": channel["id"], "ts": message["ts"], "message": message}

    def put(self, channel_id: str, args: Object) -> Object:
        """Add a message of the bot's, and tell the event."""
        kept = {key: args.get(key) for key in ("text", "blocks", "metadata", "files", "thread_ts")}
        kept["blocks"] = self._named(kept["blocks"])
        message = self._workspace.add_message(
            channel_id, {"user": BOT, "bot_id": BOT_ID, "app_id": APP, **kept}
        )
        self._happened({**_public(message), "channel": channel_id})
        return message

    def update(self, args: Object) -> Object:
        """chat.update"""
        channel = self._workspace.writable(args.get("channel"))
        message = self._workspace.message(channel["id"], args.get("ts"))
        if message.get("user") != BOT:
            raise Fault("cant_update_message")
        self._check(args)
        before = dict(message)
        for key in ("text", "blocks", "metadata"):
            if args.get(key) is not None:
                message[key] = self._named(args[key]) if key == "blocks" else args[key]
        message["edited"] = {"user": BOT, "ts": self._workspace.clock.ts()}
        self.changed(channel["id"], before, message)
        return {"channel": channel["id"], "ts": message["ts"], "text": message.get("text", "")}

    def delete(self, args: Object) -> Object:
        """chat.delete"""
        channel = self._workspace.writable(args.get("channel"))
        message = self._workspace.message(channel["id"], args.get("ts"))
        if message.get("user") != BOT:
            raise Fault("cant_delete_message")
        self._workspace.remove(channel["id"], message["ts"])
        self._happened(
            {
                "type": "message",
                "subtype": "message_deleted",
                "channel": channel["id"],
                "ts": self._workspace.clock.ts(),
                "hidden": True,
                "deleted_ts": message["ts"],
                "previous_message": _public(message),
            }
        )
        return {"channel": channel["id"], "ts": message["ts"]}

    def whisper(self, args: Object) -> Object:
        """chat.postEphemeral"""
        channel = self._workspace.writable(args.get("channel"))
        user = self._workspace.user(args.get("user"))
        if user["id"] not in self._workspace.members[channel["id"]]:
            raise Fault("user_not_in_channel")
        self._check(args)
        kept = {key: args.get(key) for key in ("text", "blocks", "thread_ts")}
        ts = self._workspace.clock.ts()
        self._workspace.ephemeral.append(
            {"channel": channel["id"], "to": user["id"], "ts": ts, **kept}
        )
        return {"message_ts": ts}

    def permalink(self, args: Object) -> Object:
        """chat.getPermalink"""
        channel = self._workspace.channel(args.get("channel"))
        message = self._workspace.message(channel["id"], args.get("message_ts"))
        link = f"{URL}/archives/{channel['id']}/p{message['ts'].replace('.', '')}"
        if (thread := message.get("thread_ts", message["ts"])) != message["ts"]:
            link += f"?thread_ts={thread}&cid={channel['id']}"
        return {"channel": channel["id"], "permalink": link}

    def react(self, args: Object) -> Object:
        """reactions.add"""
        message = self._workspace.message(args["channel"], args.get("timestamp"))
        names = message.setdefault("reactions", [])
        if args.get("name") in names:
            raise Fault("already_reacted")
        names.append(args.get("name"))
        return {}

    def unreact(self, args: Object) -> Object:
        """reactions.remove"""
        message = self._workspace.message(args["channel"], args.get("timestamp"))
        if args.get("name") not in message.get("reactions", []):
            raise Fault("no_reaction")
        message["reactions"].remove(args.get("name"))
        return {}

    def _check(self, args: Object) -> None:
        text, blocks = args.get("text"), args.get("blocks")
        if not text and not blocks and not args.get("attachments"):
            raise Fault("no_text")
        if text and len(text) > MESSAGE_TEXT:
            raise Fault("msg_too_long")
        if blocks is not None:
            check_blocks(blocks)
            self._check_images(blocks)
        if args.get("metadata") is not None:
            check_metadata(args["metadata"])

    def _check_images(self, blocks: list[Object]) -> None:
        """An image block shows a file of this workspace, and an image."""
        for block in blocks:
            if block["type"] == "image" and block.get("slack_file"):
                found = self._workspace.files.get(str(block["slack_file"].get("id")), {})
                if self._workspace.processing:
                    self._workspace.processing -= 1
                    raise invalid(
                        "invalid_blocks", "file is being processed [json-pointer:/blocks]"
                    )
                if found.get("filetype") not in ("png", "jpg", "jpeg", "gif"):
                    raise invalid("invalid_blocks", "invalid slack file [json-pointer:/blocks]")

    def _named(self, blocks: Any) -> Any:
        """Blocks with an id each: Slack gives one to those that have none."""
        return blocks and [{"block_id": self._workspace.number("b"), **block} for block in blocks]

    def changed(self, channel_id: str, before: Object, after: Object) -> None:
        """Tell that a message was changed."""
        self._happened(
            {
                "type": "message",
                "subtype": "message_changed",
                "channel": channel_id,
                "ts": self._workspace.clock.ts(),
                "hidden": True,
                "message": _public(after),
                "previous_message": _public(before),
            }
        )


def _public(message: Object) -> Object:
    """A message as events show it: without metadata."""
    shown: dict[str, Any] = {key: value for key, value in message.items() if key != "metadata"}
    return shown
