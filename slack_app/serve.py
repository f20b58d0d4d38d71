"""The process: opens the desks, claims its name, listens to Slack, and stops without losing anything."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import uvicorn
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from assistant.desk import Desk
from assistant.errors import DatabaseError, SettingsError
from assistant.settings import Settings
from slack_app.app import bolt_app
from slack_app.attachments import Attachments
from slack_app.calls import call, web_client
from slack_app.cases import rooms_of, tell_for_ever
from slack_app.digests import maker
from slack_app.directory import Directory
from slack_app.errors import SlackLater
from slack_app.fresh import Reload, keep_fresh, with_matter
from slack_app.http import web_app
from slack_app.jobs import Jobs
from slack_app.office import Office
from slack_app.posting import Poster
from slack_app.qc.room import Qc
from slack_app.quiet import quiet
from slack_app.replicas import Replicas
from slack_app.seal import Seal
from slack_app.store import Store

log = logging.getLogger("secondchair.slack.serve")

WAITING_FOR_A_MODEL = 64  # questions in flight at once where a chat model is waited for
AHEAD = 14  # jobs at work beside those thought about: placing, showing, waiting for Slack
CONNECTIONS = 100  # to Slack at a time
SWITCH = 0.001  # seconds a thread may compute before the loop gets its turn: acks must not wait
WATCH = 5.0  # seconds between looks for dead replicas
HOUR = 3600.0


@dataclass
class Serving:
    """What runs: made by `opened`, closed by it."""

    office: Office
    jobs: Jobs
    replicas: Replicas
    bolt: AsyncApp
    client: AsyncWebClient
    socket: AsyncSocketModeHandler | None = None
    tasks: list[asyncio.Task[None]] = field(default_factory=list)

    async def ready(self) -> list[str]:
        """What is missing before a question can be answered; empty: nothing."""
        missing = []
        try:
            await asyncio.to_thread(self.office.store.row, "")
        except DatabaseError:
            missing.append("database")
        if not await asyncio.to_thread(self.replicas.alive):
            missing.append("replica name")
        if self.socket is not None and not await self.socket.client.is_connected():
            missing.append("socket mode connection")
        return missing


def check(settings: Settings) -> None:
    """Raises SettingsError naming what is missing to serve."""
    if settings.slack_bot_token is None:
        raise SettingsError(
            "SECONDCHAIR_SLACK_BOT_TOKEN is missing: see docs/slack.md, or run secondchair doctor"
        )
    if settings.slack_app_token is None and settings.slack_signing_secret is None:
        raise SettingsError(
            "set SECONDCHAIR_SLACK_APP_TOKEN for Socket Mode (no public URL), or "
            "SECONDCHAIR_SLACK_SIGNING_SECRET for events over HTTP"
        )


@asynccontextmanager
async def opened(
    desks: Sequence[Desk], settings: Settings, reload: Reload = with_matter
) -> AsyncIterator[Serving]:
    """Everything made and launched; closed on the way out. `reload` makes a desk anew when its folder has
    changed. Raises SlackError, DatabaseError, SettingsError."""
    check(settings)
    token = settings.slack_bot_token.get_secret_value() if settings.slack_bot_token else ""
    session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=CONNECTIONS))
    client = web_client(token, settings.slack_api_url, session)
    try:
        async with _made((desks, reload), settings, client, token) as serving:
            yield serving
    finally:
        await session.close()


@asynccontextmanager
async def _made(
    of: tuple[Sequence[Desk], Reload], settings: Settings, client: AsyncWebClient, token: str
) -> AsyncIterator[Serving]:
    desks, reload = of
    me = await _who_am_i(client)
    store = Store(settings.room_url("slack"))
    replicas = Replicas(store, settings.replica)
    replicas.claim()
    office = _office(desks, settings, (client, str(me["user_id"]), token), store)
    at_work = questions_at_once(settings) + AHEAD
    jobs = Jobs(office, settings.room_url("jobs"), settings.replica, at_work)
    secret = settings.slack_signing_secret
    bolt = bolt_app(office, client, me, jobs.start, secret.get_secret_value() if secret else None)
    serving = Serving(office, jobs, replicas, bolt, client)
    office.rooms.update(rooms_of(lambda: office, settings, list(office.desks)))
    jobs.launch()
    quiet()
    serving.tasks.append(asyncio.create_task(_watch(serving)))
    serving.tasks.append(asyncio.create_task(tell_for_ever(office)))
    serving.tasks.append(asyncio.create_task(keep_fresh(office, reload)))
    try:
        yield serving
    finally:
        await _close(serving)


async def serve(desks: Sequence[Desk], settings: Settings, reload: Reload = with_matter) -> None:
    """Serve until SIGTERM or SIGINT. Raises SettingsError where it can't listen, and as `opened` does."""
    quiet()
    sys.setswitchinterval(SWITCH)
    listening = _listen(settings)
    loop = asyncio.get_running_loop()
    async with opened(desks, settings, reload) as serving:
        for number in (signal.SIGTERM, signal.SIGINT):  # uvicorn takes them, then hands them on
            loop.add_signal_handler(number, lambda: None)
        if settings.slack_app_token:
            await connect(serving, settings.slack_app_token.get_secret_value())
        log.warning("serving %s as replica %s", ",".join(serving.office.desks), settings.replica)
        await _server(serving, settings).serve(sockets=[listening])


def _listen(settings: Settings) -> socket.socket:
    try:
        return socket.create_server((settings.slack_host, settings.slack_port))
    except OSError as error:
        raise SettingsError(
            f"cannot listen on {settings.slack_host}:{settings.slack_port} ({error.strerror}): set "
            "SECONDCHAIR_SLACK_HOST and SECONDCHAIR_SLACK_PORT"
        ) from None


def _office(
    desks: Sequence[Desk], settings: Settings, slack: tuple[AsyncWebClient, str, str], store: Store
) -> Office:
    """A channel bound to two matters would open a wall: refused."""
    client, us, token = slack
    bound: dict[str, str] = {}
    for desk in desks:
        for channel in desk.matter.channels:
            if channel in bound:
                raise SettingsError(
                    f"channel {channel!r} is bound to {bound[channel]!r} and {desk.matter.id!r}: "
                    "a channel belongs to one matter (slack: channels: in matter.yaml)"
                )
            bound[channel] = desk.matter.id
    return Office(
        us=us,
        desks={desk.matter.id: desk for desk in desks},
        store=store,
        seal=Seal.of(token),
        poster=Poster(client),
        directory=Directory(client),
        attachments=Attachments(client, maker(settings)),
        thinking=ThreadPoolExecutor(questions_at_once(settings), "think"),
        writing=ThreadPoolExecutor(2, "write"),
        accepting=ThreadPoolExecutor(2, "accept"),
        qc=Qc.of(settings),
    )


def questions_at_once(settings: Settings) -> int:
    """Questions that are thought about at a time: a chat model is waited for, the rest is work."""
    return WAITING_FOR_A_MODEL if settings.model else max(2, os.cpu_count() or 2)


async def _who_am_i(client: AsyncWebClient) -> dict[str, Any]:
    """`auth.test`, waited for while Slack is down. Raises SlackOperator for a wrong token."""
    delay = 1.0
    while True:
        try:
            return await call(client.auth_test())
        except SlackLater as error:
            log.warning("Slack does not answer yet (%s)", error.code)
            await asyncio.sleep(delay)
            delay = min(delay * 2, 30.0)


async def connect(serving: Serving, token: str) -> None:
    """Listen by Socket Mode."""
    handler = AsyncSocketModeHandler(
        serving.bolt, token, logging.getLogger("slack_sdk.socket_mode"), serving.client
    )
    await handler.connect_async()  # type: ignore[no-untyped-call]
    serving.socket = handler


def _server(serving: Serving, settings: Settings) -> uvicorn.Server:
    over_http = serving.bolt if settings.slack_signing_secret else None
    app = web_app(over_http, serving.ready)
    config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="off")
    return uvicorn.Server(config)


async def _watch(serving: Serving) -> None:
    """Take over from dead replicas; once an hour, forget what nobody needs any more."""
    store, forgot = serving.office.store, 0.0
    while True:
        if not await asyncio.to_thread(serving.replicas.alive):
            await _hold_again(serving.replicas)
        for name in await asyncio.to_thread(serving.replicas.dead):
            taken = await serving.jobs.take_over(name)
            serving.replicas.let_go(name)
            log.warning("replica %s is gone: %d of its jobs go on here", name, taken)
        if asyncio.get_running_loop().time() - forgot > HOUR:
            forgot = asyncio.get_running_loop().time()
            with suppress(DatabaseError):
                await asyncio.to_thread(store.forget_seen)
            await serving.jobs.forget()
        await asyncio.sleep(WATCH)


async def _hold_again(replicas: Replicas) -> None:
    """A replica without its name may be taken for dead; `/readyz` says so until it has it back."""
    try:
        await asyncio.to_thread(replicas.hold_again)
    except DatabaseError as error:
        log.error("the replica's name is not held: %s", error)


async def _close(serving: Serving) -> None:
    for task in serving.tasks:
        task.cancel()
    if serving.socket is not None:
        await serving.socket.close_async()  # type: ignore[no-untyped-call]
    office = serving.office
    if office.qc:
        office.qc.close()  # before the jobs are: one that runs a suite then ends at its next case
    await serving.jobs.close()
    serving.replicas.release()
    for pool in (office.thinking, office.writing, office.accepting):
        pool.shutdown(wait=False, cancel_futures=True)
    for room in office.rooms.values():
        room.close()
    office.store.close()
    if office.qc:
        office.qc.store.close()
