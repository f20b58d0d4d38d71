"""The workspace as a browser page: what stands in the channels, and forms to write and press."""

from __future__ import annotations

import asyncio
import base64
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

from aiohttp import web
from standin.faults import Fault
from standin.files import Files
from standin.people import People
from standin.surfaces import Surfaces
from standin.workspace import BOT, Object, Workspace

FOLDER = Path(__file__).parent / "web"
# Nothing is loaded from anywhere else, and no other site may frame or script the page.
SAFE = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'"
}
SHORTCUT = "ask_playbook"


class Page:
    """Routes under /page. `changed` is to be called, in the loop, after every change."""

    def __init__(
        self, workspace: Workspace, surfaces: Surfaces, people: People, files: Files
    ) -> None:
        self._workspace, self._surfaces, self._people = workspace, surfaces, people
        self._files = files
        self._watchers: set[asyncio.Queue[None]] = set()

    def routes(self) -> list[web.RouteDef]:
        """What the application is to serve."""
        return [
            web.get("/page", self._file),
            web.get("/page/{name:[a-z]+\\.(?:js|css)}", self._file),
            web.get("/page/state", self._state),
            web.get("/page/changes", self._changes),
            web.get("/page/file/{id}", self._download),
            web.post("/page/{deed:[a-z]+}", self._deed),
        ]

    def changed(self) -> None:
        """Tell every open page to look again."""
        for watcher in self._watchers:
            if watcher.empty():
                watcher.put_nowait(None)

    def close(self) -> None:
        """Let every open page go."""
        for watcher in self._watchers:
            watcher.put_nowait(None)
        self._watchers.clear()

    async def _file(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info.get("name", "index.html")
        if not (FOLDER / name).is_file():
            raise web.HTTPNotFound
        return web.FileResponse(FOLDER / name, headers=SAFE)

    async def _state(self, request: web.Request) -> web.Response:
        return web.json_response(self._seen_by(request.query.get("as", "")))

    async def _changes(self, request: web.Request) -> web.StreamResponse:
        """Server-sent events: one empty message a change."""
        answer = web.StreamResponse(headers={"Content-Type": "text/event-stream", **SAFE})
        await answer.prepare(request)
        watcher: asyncio.Queue[None] = asyncio.Queue()
        self._watchers.add(watcher)
        try:
            while watcher in self._watchers:
                await answer.write(b"data: changed\n\n")
                await watcher.get()
        except ConnectionError:
            pass
        finally:
            self._watchers.discard(watcher)
        return answer

    async def _download(self, request: web.Request) -> web.Response:
        file = self._workspace.files.get(request.match_info["id"])
        if file is None:
            raise web.HTTPNotFound
        name = quote(file["name"])
        headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}", **SAFE}
        kind = "image/png" if file["filetype"] == "png" else "application/octet-stream"
        content = self._workspace.contents[file["id"]]
        return web.Response(body=content, headers=headers, content_type=kind)

    async def _deed(self, request: web.Request) -> web.Response:
        """One thing that a person does. JSON only, so that no other site's form can do it."""
        if request.content_type != "application/json":
            raise web.HTTPUnsupportedMediaType
        body = await request.json()
        try:
            await self._do(request.match_info["deed"], str(body.get("as")), body)
        except (Fault, AssertionError, KeyError) as error:
            return web.Response(status=400, text=f"That did not work: {error}")
        return web.Response(text="ok")

    async def _do(self, deed: str, who: str, body: Object) -> None:
        channel, ts = str(body.get("channel")), str(body.get("ts"))
        if deed == "say":
            await self._say(who, channel, body)
        elif deed == "press" and body.get("ts"):
            await self._people.press(who, channel, ts, body["action"])
        elif deed == "press":
            await self._people.press_home(who, body["action"])
        elif deed == "submit":
            await self._people.submit(who, body["values"])
        elif deed == "close":
            self._surfaces.close(who)
        elif deed == "shortcut":
            await self._people.shortcut(who, channel, ts, SHORTCUT)
        elif deed == "delete":
            self._people.delete(channel, ts)
        elif deed == "home":
            self._people.open_home(who)
        else:
            raise KeyError(deed)
        self.changed()

    async def _say(self, who: str, channel: str, body: Object) -> None:
        """Write; a line that begins with a slash is a command."""
        text = str(body["text"])
        if text.startswith("/"):
            name, _, rest = text.partition(" ")
            for user, about in self._workspace.users.items():
                rest = re.sub(rf"@{about['name']}\b", f"<@{user}|{about['name']}>", rest)
            await self._people.command(who, channel, name, rest)
            return
        direct = self._workspace.channels[channel]["is_im"]
        named = f"<@{BOT}> {text}" if body.get("mention") and not direct else text
        files = [
            self._files.add(str(each["name"]), base64.b64decode(each["content"]), who)
            for each in body.get("files", ())
        ]
        self._people.say(who, channel, named, thread=body.get("thread") or None, files=files)

    def _seen_by(self, who: str) -> dict[str, Any]:
        """What one person sees, as the page draws it."""
        workspace = self._workspace
        people = [u for u, about in workspace.users.items() if not about["is_bot"]]
        if who in people:
            workspace.direct(who)
        mine = [c for c in workspace.channels if who in workspace.members[c]]
        return {
            "users": {user: about["real_name"] for user, about in workspace.users.items()},
            "people": people,
            "channels": [self._channel(channel) for channel in mine],
            "ephemeral": [each for each in workspace.ephemeral if each["to"] == who],
            "home": workspace.homes.get(who),
            "modal": self._surfaces.top(who),
        }

    def _channel(self, channel_id: str) -> Object:
        channel = self._workspace.channels[channel_id]
        label = "Direct message with Second Chair" if channel["is_im"] else f"# {channel['name']}"
        messages = [self._message(m) for m in self._workspace.messages[channel_id]]
        return {"id": channel_id, "label": label, "messages": messages}

    def _message(self, message: Object) -> Object:
        shown = ("ts", "user", "text", "thread_ts", "blocks")
        kept: Object = {key: message[key] for key in shown if key in message}
        bot = message["user"] == BOT
        files = [self._with_content(file) for file in message.get("files", ())]
        return kept | {"files": files, "bot": bot, "edited": not bot and "edited" in message}

    def _with_content(self, file: Object) -> Object:
        """A file as the page shows it: text as it stands, anything else to be downloaded."""
        content = self._workspace.contents[file["id"]]
        plain = file["mimetype"] == "text/plain"
        shown = content.decode("utf-8", "replace") if plain else None
        about = {key: file[key] for key in ("id", "name")}
        return about | {"size": len(content), "content": shown}
