"""StandIn: a Slack workspace on loopback, in a thread of its own, driven by plain calls."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from aiohttp import web
from standin.background import Background
from standin.chat import Chat
from standin.clock import Clock
from standin.delivery import Attempt, Deliverer, Delivery, Post
from standin.events import Payloads
from standin.faults import Fault
from standin.page import Page
from standin.people import People, Said
from standin.rates import Rate, Rates
from standin.routes import Routes
from standin.socket_mode import SocketMode
from standin.surfaces import Surfaces
from standin.web_api import WebApi
from standin.workspace import BOT, Object, Workspace

T = TypeVar("T")
SECRET = "standin-signing-secret"


class StandIn:
    """Slack for one app. Use as a context manager; every method may be called from any thread.

    `app_url`: where signed HTTP goes (settable later by `connect`); without one, deliveries go by Socket
    Mode. `manifest`: scopes and events are then held to it. `rates`: calls refused with 429 beyond them.
    """

    def __init__(
        self,
        app_url: str | None = None,
        manifest: Object | None = None,
        rates: dict[str, Rate] | None = None,
        port: int = 0,
        secret: str = SECRET,
    ) -> None:
        self._app_url, self._manifest, self._rates = app_url, manifest, rates
        self._port, self._secret = port, secret
        self._earlier: list[Post] = []
        self._background = Background(self._serve)

    # --- life ---

    def __enter__(self) -> StandIn:
        self._background.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._background.stop()

    @property
    def url(self) -> str:
        """Base URL, such as http://127.0.0.1:4321; the Web API is under /api/."""
        return self.payloads.base

    @property
    def api_url(self) -> str:
        """What a WebClient takes as base_url."""
        return f"{self.url}/api/"

    def connect(self, app_url: str) -> None:
        """Send deliveries to this URL from now on."""
        self._do(lambda: self._send_to(app_url))

    # --- the workspace ---

    def user(self, user_id: str, name: str, **about: Any) -> None:
        """Add or change a person."""
        self._do(lambda: self.workspace.add_user(user_id, name, **about))

    def channel(self, channel_id: str, name: str, *members: str, **about: Any) -> None:
        """Add or change a channel."""
        self._do(lambda: self.workspace.add_channel(channel_id, name, members, **about))

    def file(self, name: str, content: bytes, user_id: str) -> Object:
        """A file that a person may attach."""
        return self._do(lambda: self.api.files.add(name, content, user_id))

    def messages(self, channel_id: str, thread: str | None = None) -> list[Object]:
        """A conversation's messages, or a thread's, oldest first."""
        if thread:
            return self._do(lambda: [dict(m) for m in self.workspace.thread(channel_id, thread)])
        return self._do(lambda: [dict(m) for m in self.workspace.messages.get(channel_id, [])])

    def replies(self, channel_id: str, ts: str) -> list[Object]:
        """The bot's messages in a thread."""
        return [m for m in self.messages(channel_id, ts) if m.get("user") == BOT]

    def ephemeral(self, user_id: str) -> list[Object]:
        """What only this person saw."""
        return self._do(lambda: [m for m in self.workspace.ephemeral if m["to"] == user_id])

    def home(self, user_id: str) -> Object | None:
        """A person's App Home."""
        return self._do(lambda: self.workspace.homes.get(user_id))

    def modal(self, user_id: str) -> Object | None:
        """The modal that a person sees."""
        return self._do(lambda: self.surfaces.top(user_id))

    def calls(self, method: str) -> list[Object]:
        """The arguments of every call to a method so far."""
        return self._do(lambda: [args for name, args in self.api.calls if name == method])

    # --- what people do ---

    def say(self, user_id: str, channel_id: str, text: str, **how: Any) -> Said:
        """Write a message; see People.say."""
        return self._do(lambda: self.people.say(user_id, channel_id, text, **how))

    def edit(self, channel_id: str, ts: str, text: str) -> list[Delivery]:
        """Change a message."""
        return self._do(lambda: self.people.edit(channel_id, ts, text))

    def delete(self, channel_id: str, ts: str) -> list[Delivery]:
        """Delete a message."""
        return self._do(lambda: self.people.delete(channel_id, ts))

    def open_home(self, user_id: str, tab: str = "home") -> list[Delivery]:
        """Open App Home, or its messages tab."""
        return self._do(lambda: self.people.open_home(user_id, tab))

    def tell(self, *events: Object, copies: int = 1) -> list[Delivery]:
        """Send events as they are."""
        return self._do(lambda: self.people.tell(list(events), copies))

    def press(self, user_id: str, channel_id: str, ts: str, action_id: str) -> Attempt:
        """Press a button, and wait for the app's ack."""
        return self._await(self.people.press(user_id, channel_id, ts, action_id))

    def press_home(self, user_id: str, action_id: str) -> Attempt:
        """Press a button of App Home."""
        return self._await(self.people.press_home(user_id, action_id))

    def submit(self, user_id: str, **values: str | list[str]) -> Attempt:
        """Submit the modal on top; values by block id."""
        return self._await(self.people.submit(user_id, values))

    def command(self, user_id: str, channel_id: str, name: str, text: str = "") -> Attempt:
        """Type a slash command."""
        return self._await(self.people.command(user_id, channel_id, name, text))

    def shortcut(self, user_id: str, channel_id: str, ts: str, callback_id: str) -> Attempt:
        """Use a message shortcut."""
        return self._await(self.people.shortcut(user_id, channel_id, ts, callback_id))

    def post(self, body: bytes, headers: dict[str, str]) -> Attempt:
        """A raw request to the app, signed or not; needs HTTP delivery."""
        way = self.deliverer.way
        assert isinstance(way, Post)
        return self._await(way.post(body, headers))

    def signed(self, body: bytes) -> dict[str, str]:
        """The headers that sign a body now."""
        way = self.deliverer.way
        assert isinstance(way, Post)
        return way.signed(body)

    # --- trouble ---

    def advance(self, seconds: float) -> None:
        """Move the clock on."""
        self._do(lambda: self.clock.advance(seconds))

    def fail(self, method: str, code: str, times: int = 1, **more: Any) -> None:
        """Answer the next calls to a method with this error (`status`, `after` for a 429)."""
        self._do(
            lambda: self.api.faults.setdefault(method, []).extend(
                Fault(code, **more) for _ in range(times)
            )
        )

    def down(self, seconds: float = 60.0) -> None:
        """Be down for so long on the clock: 503 to every call, no Socket Mode."""
        self._await(self.routes.go_down(seconds))

    def revoke(self) -> None:
        """Revoke the bot's token."""
        self.api.revoked = True

    def take_scope(self, scope: str) -> None:
        """Take one scope away."""
        assert self.api.scopes is not None, "hand the stand-in a manifest first"
        self.api.scopes.discard(scope)

    def disconnect(self) -> None:
        """Ask every Socket Mode connection to come again."""
        self._await(self.sockets.disconnect())

    # --- waiting ---

    def until(self, holds: Callable[[], T], seconds: float = 10.0) -> T:
        """What `holds` gives once it is true, looked at after every change; else AssertionError."""
        return self._background.until(holds, seconds)

    def told(self) -> None:
        """Wake whoever waits, tests and pages; called in the loop."""
        self.page.changed()
        self._background.told()

    # --- the loop ---

    def _do(self, work: Callable[[], T]) -> T:
        def run() -> T:
            done = work()
            self.page.changed()
            return done

        return self._background.do(run)

    def _await(self, work: Coroutine[Any, Any, T]) -> T:
        return self._background.wait(work)

    async def _serve(self) -> None:
        self._build()
        runner = web.AppRunner(
            self.routes.application(self.page.routes()), access_log=None, shutdown_timeout=1
        )
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", self._port).start()
        except OSError:
            await runner.cleanup()
            raise
        host, port = runner.addresses[0][:2]
        self.payloads.base = self.api.files.base = f"http://{host}:{port}"
        self._background.ready()
        await self._background.stopping.wait()
        self.page.close()
        await self.deliverer.close()
        for way in self._earlier:
            await way.close()
        await runner.cleanup()

    def _build(self) -> None:
        """The parts, made in the loop they live in."""
        self.clock = Clock()
        self.workspace = Workspace(self.clock)
        self.surfaces = Surfaces(self.workspace)
        self.payloads = Payloads(self.workspace)
        self.deliverer = Deliverer(self.clock, self.told)
        self.people = People(self.workspace, self.surfaces, self.payloads, self.deliverer)
        self.sockets = SocketMode(self.workspace)
        chat = Chat(self.workspace, lambda event: self._bots_own(event))
        self.api = WebApi(self.workspace, self.surfaces, Rates(self.clock, self._rates), chat)
        self.page = Page(self.workspace, self.surfaces, self.people, self.api.files)
        self.routes = Routes(self.api, self.people, self.sockets, self.told)
        self.deliverer.way = self.sockets
        if self._app_url:
            self._send_to(self._app_url)
        if self._manifest:
            settings = self._manifest["settings"]["event_subscriptions"]
            self.people.subscribed = set(settings["bot_events"])
            self.api.scopes = set(self._manifest["oauth_config"]["scopes"]["bot"])

    def _send_to(self, app_url: str) -> None:
        if isinstance(self.deliverer.way, Post):
            self._earlier.append(self.deliverer.way)
        self.deliverer.way = Post(app_url, self._secret, self.clock)

    def _bots_own(self, event: Object) -> None:
        """Slack tells an app its own messages too."""
        channel_type = self.payloads.channel_type(event["channel"])
        self.people.tell([{**event, "channel_type": channel_type, "event_ts": event["ts"]}])
