"""How Slack brings events and clicks to the app: tried three times over HTTP or Socket Mode."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol
from urllib.parse import urlencode

import aiohttp
from standin.clock import Clock

Kind = Literal["events_api", "interactive", "slash_commands"]
RETRIES = (0.0, 60.0, 300.0)  # seconds before each try of an event
PATIENCE = 3.0  # seconds in which the app has to answer


@dataclass(frozen=True)
class Attempt:
    """One try: the status (0: no answer), how long it took, what the app answered."""

    status: int
    seconds: float
    body: Any = None

    @property
    def ok(self) -> bool:
        """Whether the app took it."""
        return 200 <= self.status < 300


@dataclass
class Delivery:
    """Something on its way to the app, and how each try went."""

    kind: Kind
    payload: dict[str, Any]
    attempts: list[Attempt] = field(default_factory=list)
    retry: tuple[int, str] | None = None  # pretend that it is this retry

    @property
    def ok(self) -> bool:
        """Whether a try succeeded."""
        return any(attempt.ok for attempt in self.attempts)


class Way(Protocol):
    """How a delivery reaches the app."""

    async def send(self, delivery: Delivery, number: int, reason: str) -> Attempt:
        """Try once; `number` is 0 for the first try."""


class Post:
    """Signed HTTP requests to the app's one endpoint."""

    def __init__(self, url: str, secret: str, clock: Clock) -> None:
        self.url, self._secret, self._clock = url, secret, clock
        self._session: aiohttp.ClientSession | None = None

    async def send(self, delivery: Delivery, number: int, reason: str) -> Attempt:
        """Post it, as Slack does."""
        body, kind = _encoded(delivery)
        headers = {"Content-Type": kind, **self.signed(body)}
        if number:
            headers |= {"x-slack-retry-num": str(number), "x-slack-retry-reason": reason}
        return await self.post(body, headers)

    def signed(self, body: bytes) -> dict[str, str]:
        """The two headers that prove a request is Slack's."""
        stamp = str(int(self._clock.now()))
        base = b"v0:" + stamp.encode() + b":" + body
        digest = hmac.new(self._secret.encode(), base, hashlib.sha256).hexdigest()
        return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}

    async def post(self, body: bytes, headers: dict[str, str]) -> Attempt:
        """One request, given three seconds."""
        begun = time.perf_counter()
        try:
            async with self._client().post(self.url, data=body, headers=headers) as answer:
                text = await answer.text()
                return Attempt(answer.status, time.perf_counter() - begun, _decoded(text))
        except (aiohttp.ClientError, TimeoutError, OSError):
            return Attempt(0, time.perf_counter() - begun)

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()

    def _client(self) -> aiohttp.ClientSession:
        if self._session is None:
            timeout = aiohttp.ClientTimeout(total=PATIENCE)
            connector = aiohttp.TCPConnector(limit=200)
            self._session = aiohttp.ClientSession(timeout=timeout, connector=connector)
        return self._session


class Deliverer:
    """Sends deliveries, events up to three times on the stand-in's clock."""

    def __init__(self, clock: Clock, told: Callable[[], None]) -> None:
        self.way: Way | None = None
        self.all: list[Delivery] = []
        self._clock, self._told = clock, told
        self._tasks: set[asyncio.Task[Any]] = set()

    def begin(self, deliveries: list[Delivery], together: bool = False) -> None:
        """Send them in this order, or all at once; later tries run by themselves."""
        self.all += deliveries
        if together:
            for delivery in deliveries:
                self._start(self._one(delivery))
        else:
            self._start(self._in_order(deliveries))

    async def now(self, delivery: Delivery) -> Attempt:
        """Send once and give back how it went."""
        self.all.append(delivery)
        return await self._try(delivery, *(delivery.retry or (0, "")))

    async def close(self) -> None:
        """Stop what is still on its way."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if isinstance(self.way, Post):
            await self.way.close()

    async def _in_order(self, deliveries: list[Delivery]) -> None:
        for delivery in deliveries:
            await self._one(delivery)

    async def _one(self, delivery: Delivery) -> None:
        """The first try; the others go on beside it."""
        attempt = await self._try(delivery, *(delivery.retry or (0, "")))
        if not attempt.ok and delivery.kind == "events_api" and delivery.retry is None:
            self._start(self._again(delivery))

    async def _again(self, delivery: Delivery) -> None:
        for number, wait in enumerate(RETRIES[1:], 1):
            await self._clock.sleep(wait)
            reason = "http_error" if delivery.attempts[-1].status else "connection_failed"
            if (await self._try(delivery, number, reason)).ok:
                return

    async def _try(self, delivery: Delivery, number: int, reason: str) -> Attempt:
        if self.way is None:
            attempt = Attempt(0, 0.0)
        else:
            attempt = await self.way.send(delivery, number, reason)
        delivery.attempts.append(attempt)
        self._told()
        return attempt

    def _start(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _encoded(delivery: Delivery) -> tuple[bytes, str]:
    """The body of a request and its content type."""
    form = "application/x-www-form-urlencoded"
    if delivery.kind == "events_api":
        return json.dumps(delivery.payload).encode(), "application/json"
    if delivery.kind == "interactive":
        return urlencode({"payload": json.dumps(delivery.payload)}).encode(), form
    return urlencode(delivery.payload).encode(), form


def _decoded(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text or None
