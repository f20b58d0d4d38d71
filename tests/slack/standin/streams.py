"""chat.startStream, appendStream, stopStream: text that grows, for about five minutes."""

from __future__ import annotations

from standin.faults import Fault
from standin.limits import check_blocks
from standin.workspace import APP, BOT, BOT_ID, Object, Workspace

LIFE = 300.0  # seconds after which a stream is closed
LONG = 11_000  # bytes of a stream


class Streams:
    """The open streams by (channel, ts)."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._open: dict[tuple[str, str], float] = {}

    def start(self, args: Object) -> Object:
        """chat.startStream"""
        channel = self._workspace.writable(args.get("channel"))
        if not args.get("thread_ts"):
            raise Fault("invalid_arguments")
        message = self._workspace.add_message(
            channel["id"],
            {
                "user": BOT,
                "bot_id": BOT_ID,
                "app_id": APP,
                "text": args.get("markdown_text") or "",
                "thread_ts": args["thread_ts"],
            },
        )
        self._open[channel["id"], message["ts"]] = self._workspace.clock.now()
        return {"channel": channel["id"], "ts": message["ts"]}

    def append(self, args: Object) -> Object:
        """chat.appendStream"""
        message = self._live(args)
        text = message["text"] + (args.get("markdown_text") or "")
        if len(text.encode()) > LONG:
            raise Fault("msg_too_long")
        message["text"] = text
        return {"channel": args["channel"], "ts": message["ts"]}

    def stop(self, args: Object) -> Object:
        """chat.stopStream"""
        message = self._live(args)
        message["text"] += args.get("markdown_text") or ""
        if args.get("blocks"):
            check_blocks(args["blocks"])
            message["blocks"] = args["blocks"]
        del self._open[args["channel"], message["ts"]]
        return {"channel": args["channel"], "ts": message["ts"], "message": message}

    def _live(self, args: Object) -> Object:
        message = self._workspace.message(args.get("channel", ""), args.get("ts"))
        begun = self._open.get((args["channel"], message["ts"]))
        if begun is None or self._workspace.clock.now() - begun > LIFE:
            self._open.pop((args["channel"], message["ts"]), None)
            raise Fault("message_not_in_streaming_state")
        return message
