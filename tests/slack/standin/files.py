"""files.*: the three steps of upload v2, and reading a file with the bot's token."""

from __future__ import annotations

from standin.chat import Chat
from standin.faults import Fault
from standin.workspace import BOT, Object, Workspace


class Files:
    """`forbidden`: the workspace does not let apps upload. `base` is where contents are kept."""

    def __init__(self, workspace: Workspace, chat: Chat) -> None:
        self._workspace, self._chat = workspace, chat
        self.forbidden = False
        self.base = ""

    def place(self, args: Object) -> Object:
        """files.getUploadURLExternal"""
        if self.forbidden:
            raise Fault("file_uploads_disabled")
        if not args.get("filename") or not int(args.get("length") or 0):
            raise Fault("invalid_arguments")
        made = self.add(str(args["filename"]), b"", BOT)
        return {"upload_url": f"{self.base}/upload/{made['id']}", "file_id": made["id"]}

    def complete(self, args: Object) -> Object:
        """files.completeUploadExternal: shares the files as one message."""
        files = []
        for given in args.get("files") or ():
            found = self._file(given.get("id"))
            found["title"] = given.get("title") or found["name"]
            files.append(found)
        if not files:
            raise Fault("invalid_arguments")
        if channel_id := args.get("channel_id") or args.get("channels"):
            channel = self._workspace.writable(channel_id)
            text = args.get("initial_comment") or ""
            said = {"text": text, "files": files, "thread_ts": args.get("thread_ts")}
            self._chat.put(channel["id"], said)
        return {"files": files}

    def info(self, args: Object) -> Object:
        """files.info"""
        return {"file": self._file(args.get("file"))}

    def add(self, name: str, content: bytes, user_id: str) -> Object:
        """A file in the workspace."""
        file_id = self._workspace.number("F")
        self._workspace.contents[file_id] = content
        kind = name.rsplit(".", 1)[-1] if "." in name else "binary"
        mimetype = (
            "text/plain" if kind in ("txt", "text", "csv", "md") else "application/octet-stream"
        )
        made: Object = {
            "id": file_id,
            "name": name,
            "title": name,
            "user": user_id,
            "filetype": kind,
        }
        made |= {"mimetype": mimetype, "size": len(content), "mode": "hosted"}
        made |= {"url_private": f"{self.base}/files/{file_id}"}
        made |= {"url_private_download": f"{self.base}/files/{file_id}?download=1"}
        self._workspace.files[file_id] = made
        return made

    def fill(self, file_id: str, content: bytes) -> None:
        """The content of a file that was given a place."""
        self._file(file_id)["size"] = len(content)
        self._workspace.contents[file_id] = content

    def _file(self, file_id: object) -> Object:
        if file_id not in self._workspace.files:
            raise Fault("file_not_found")
        return self._workspace.files[str(file_id)]
