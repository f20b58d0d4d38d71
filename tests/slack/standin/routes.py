"""HTTP of the stand-in: the Web API, uploads and files, response_url, the Socket Mode link."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from aiohttp import web
from standin.faults import Fault
from standin.people import People
from standin.socket_mode import SocketMode, refuse_token
from standin.web_api import APP_TOKEN, BOT_TOKEN, WebApi
from standin.workspace import Object

AS_JSON = ("blocks", "view", "metadata", "prompts", "files", "attachments", "chunks")


class Routes:
    """Requests of the app. `told` wakes tests that wait."""

    def __init__(
        self, api: WebApi, people: People, sockets: SocketMode, told: Callable[[], None]
    ) -> None:
        self._api, self._people, self._sockets, self._told = api, people, sockets, told
        self._clock = api.files._workspace.clock
        self._down_until = 0.0

    def application(self, more: list[web.RouteDef]) -> web.Application:
        """The aiohttp application, with these routes too."""
        made = web.Application(client_max_size=64 * 1024 * 1024, middlewares=[self._while_down])
        made.add_routes(
            [
                web.route("*", "/api/apps.connections.open", self._open_socket),
                web.route("*", "/api/{method}", self._call),
                web.post("/upload/{file}", self._upload),
                web.get("/files/{file}", self._download),
                web.post("/response/{channel}/{user}", self._response),
                web.get("/link", self._sockets.connect),
                *more,
            ]
        )
        return made

    async def go_down(self, seconds: float) -> None:
        """Be down for so long on the clock."""
        self._down_until = self._clock.now() + seconds
        await self._sockets.disconnect("link_disabled")

    @web.middleware
    async def _while_down(self, request: web.Request, handler: Any) -> Any:
        if self._clock.now() < self._down_until and not request.path.startswith("/page"):
            return web.Response(status=503, text="<html>Service Unavailable</html>")
        answer = await handler(request)
        if not request.path.startswith("/page"):
            self._told()
        return answer

    async def _call(self, request: web.Request) -> web.Response:
        args = await _arguments(request)
        token = _token(request) or args.pop("token", None)
        try:
            answer = self._api.call(request.match_info["method"], token, args)
            held = {"x-oauth-scopes": ",".join(sorted(self._api.scopes or ()))}
            return web.json_response(answer, headers=held)
        except Fault as fault:
            return _refused(fault)

    async def _open_socket(self, request: web.Request) -> web.Response:
        try:
            refuse_token(_token(request), APP_TOKEN)
        except Fault as fault:
            return _refused(fault)
        return web.json_response(self._sockets.ticket(self._api.files.base))

    async def _upload(self, request: web.Request) -> web.Response:
        content = await request.read()
        if request.content_type.startswith("multipart/"):
            form = await request.post()
            content = b"".join(_bytes(part) for part in form.values())
        self._api.files.fill(request.match_info["file"], content)
        return web.Response(text="OK")

    async def _download(self, request: web.Request) -> web.Response:
        content = self._api.files._workspace.contents.get(request.match_info["file"])
        if content is None:
            raise web.HTTPNotFound
        if _token(request) != BOT_TOKEN:
            return web.Response(text="<html>Sign in</html>", content_type="text/html")
        return web.Response(body=content)

    async def _response(self, request: web.Request) -> web.Response:
        where = request.match_info
        self._people.answer(where["channel"], where["user"], await request.json())
        return web.Response(text="ok")


def _refused(fault: Fault) -> web.Response:
    headers = {"Retry-After": str(fault.after)} if fault.after else {}
    return web.json_response(fault.body, status=fault.status, headers=headers)


def _token(request: web.Request) -> str | None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token if scheme.lower() == "bearer" and token else None


async def _arguments(request: web.Request) -> Object:
    """Query, form, multipart or JSON, as Slack takes them all."""
    args: Object = dict(request.query)
    if request.content_type == "application/json":
        body = await request.read()
        args |= json.loads(body) if body else {}
    elif request.method == "POST":
        args |= dict(await request.post())
    for key in AS_JSON:
        if isinstance(args.get(key), str):
            args[key] = json.loads(args[key])
    return args


def _bytes(part: Any) -> bytes:
    return part.file.read() if hasattr(part, "file") else str(part).encode()
