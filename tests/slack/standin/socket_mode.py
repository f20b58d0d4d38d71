"""Socket Mode: up to ten connections, an envelope goes to any one and wants its ack."""

from __future__ import annotations

import asyncio
import itertools
import time
from typing import Any

from aiohttp import WSMsgType, web
from standin.delivery import PATIENCE, Attempt, Delivery
from standin.faults import Fault
from standin.workspace import APP, Workspace

MOST = 10  # connections at a time


class SocketMode:
    """The app's connections, and the envelopes that wait for an ack."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._tickets: set[str] = set()
        self._sockets: list[web.WebSocketResponse] = []
        self._waiting: dict[str, asyncio.Future[Any]] = {}
        self._turn = itertools.count()
        self._connected = asyncio.Event()

    @property
    def connections(self) -> int:
        """How many there are now."""
        return len(self._sockets)

    def ticket(self, base: str) -> dict[str, Any]:
        """apps.connections.open: the URL to connect to, good for once."""
        ticket = self._workspace.number("ticket")
        self._tickets.add(ticket)
        return {"ok": True, "url": f"{base.replace('http', 'ws', 1)}/link?ticket={ticket}"}

    async def connect(self, request: web.Request) -> web.WebSocketResponse:
        """One connection, until it closes."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            raise web.HTTPForbidden
        self._tickets.discard(ticket)
        socket = web.WebSocketResponse(heartbeat=10)
        await socket.prepare(request)
        if len(self._sockets) >= MOST:
            await socket.send_json({"type": "disconnect", "reason": "too_many_websockets"})
            await socket.close()
            return socket
        self._sockets.append(socket)
        self._connected.set()
        about = {"num_connections": len(self._sockets), "connection_info": {"app_id": APP}}
        await socket.send_json({"type": "hello", **about})
        try:
            await self._listen(socket)
        finally:
            self._sockets.remove(socket)
        return socket

    async def send(self, delivery: Delivery, number: int, reason: str) -> Attempt:
        """An envelope to one of the connections."""
        begun = time.perf_counter()
        try:
            if not self._sockets:
                raise ConnectionError
            socket = self._sockets[next(self._turn) % len(self._sockets)]
            answer = await self._exchange(socket, delivery, number, reason)
        except (TimeoutError, ConnectionError):
            return Attempt(0, time.perf_counter() - begun)
        return Attempt(200, time.perf_counter() - begun, answer)

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Ask every connection to come again, as Slack does every few hours."""
        for socket in list(self._sockets):
            await socket.send_json({"type": "disconnect", "reason": reason})
            await socket.close()

    async def _exchange(
        self, socket: web.WebSocketResponse, delivery: Delivery, number: int, reason: str
    ) -> Any:
        envelope = self._workspace.number("envelope-")
        waiting = self._waiting[envelope] = asyncio.get_running_loop().create_future()
        try:
            await socket.send_json(
                {
                    "envelope_id": envelope,
                    "type": delivery.kind,
                    "payload": delivery.payload,
                    "accepts_response_payload": delivery.kind != "events_api",
                    "retry_attempt": number,
                    "retry_reason": reason,
                }
            )
            return await asyncio.wait_for(waiting, PATIENCE)
        finally:
            del self._waiting[envelope]

    async def _listen(self, socket: web.WebSocketResponse) -> None:
        async for message in socket:
            if message.type != WSMsgType.TEXT:
                continue
            answer = message.json()
            waiting = self._waiting.get(answer.get("envelope_id", ""))
            if waiting is not None and not waiting.done():
                waiting.set_result(answer.get("payload"))


def refuse_token(token: str | None, expected: str) -> None:
    """Raise what apps.connections.open answers to a wrong token."""
    if not token:
        raise Fault("not_authed")
    if token != expected:
        raise Fault("not_allowed_token_type" if token.startswith("xoxb") else "invalid_auth")
