"""The app as it runs, in a thread beside the test, with a stand-in for Slack in front of it."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import uvicorn
from standin import APP_TOKEN, BOT_TOKEN, SECRET, TEAM, Attempt, StandIn

from assistant.desk import Desk
from assistant.settings import Settings
from slack_app.fresh import Reload, with_matter
from slack_app.http import web_app
from slack_app.serve import Serving, connect, opened

PLACEHOLDER = "Looking in the playbook"
PROGRESS = "Digesting file"


def settings_for(slack: StandIn, home: Path, **more: Any) -> Settings:
    """Settings that point at the stand-in."""
    return Settings.model_validate(
        {
            "home": home,
            "slack_bot_token": BOT_TOKEN,
            "slack_signing_secret": SECRET,
            "slack_api_url": slack.api_url,
            **more,
        }
    )


class Running:
    """Use as a context manager; `serving` is the app, `url` where Slack's events go."""

    def __init__(
        self,
        slack: StandIn,
        desks: Sequence[Desk],
        settings: Settings,
        reload: Reload = with_matter,
    ) -> None:
        self._slack, self._settings = slack, settings
        self._desks: Sequence[Desk] = desks
        self._reload = reload
        self._ready = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="app", daemon=True)
        self.error: BaseException | None = None
        self.serving: Serving

    def __enter__(self) -> Running:
        self._thread.start()
        assert self._ready.wait(30), "the app did not start"
        if self.error:
            raise self.error
        return self

    def __exit__(self, *_: object) -> None:
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stop.set)
            self._thread.join(30)

    def get(self, path: str) -> httpx.Response:
        """A request of an operator."""
        return httpx.get(f"{self.url}{path}")

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._serve())
        except BaseException as error:
            self.error = error
        finally:
            self._ready.set()
            self._loop.run_until_complete(self._loop.shutdown_default_executor())
            self._loop.close()

    async def _serve(self) -> None:
        self._stop = asyncio.Event()
        async with opened(self._desks, self._settings, self._reload) as self.serving:
            if self._settings.slack_app_token:
                await connect(self.serving, APP_TOKEN)
            app = web_app(self.serving.bolt, self.serving.ready)
            config = uvicorn.Config(app, port=0, log_config=None, lifespan="off")
            server = uvicorn.Server(config)
            web = asyncio.create_task(server._serve())
            while not server.started:
                await asyncio.sleep(0.01)
            self.url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
            if not self._settings.slack_app_token:
                self._slack.connect(f"{self.url}/slack/events")
            self._ready.set()
            await self._stop.wait()
            server.should_exit = True
            await web


def settled(slack: StandIn, channel: str, ts: str, seconds: float = 15.0) -> dict[str, Any]:
    """The one reply in a message's thread, once it is no placeholder any more."""

    def done() -> list[dict[str, Any]]:
        replies = [m for m in slack.replies(channel, ts) if m["ts"] != ts]
        return [m for m in replies if PLACEHOLDER not in m["text"] and PROGRESS not in m["text"]]

    found: list[dict[str, Any]] = slack.until(done, seconds)
    return found[0]


def words(message: dict[str, Any]) -> str:
    """Every word of a message's blocks and of its text."""
    found: list[str] = [message.get("text", "")]

    def walk(thing: Any) -> None:
        if isinstance(thing, dict):
            found.extend(v for k, v in thing.items() if k == "text" and isinstance(v, str))
            for value in thing.values():
                walk(value)
        elif isinstance(thing, list):
            for value in thing:
                walk(value)

    walk(message.get("blocks"))
    return "\n".join(found)


def buttons(message: dict[str, Any]) -> dict[str, str]:
    """Action ids and values of a message's buttons."""
    found = {}
    for block in message.get("blocks") or ():
        for element in [*block.get("elements", ()), block.get("accessory")]:
            if isinstance(element, dict) and element.get("action_id"):
                found[element["action_id"]] = element.get("value", "")
    return found


def press_stale(
    slack: StandIn, user: str, channel: str, shown: dict[str, Any], action_id: str
) -> Attempt:
    """Press a button of a message as it was shown before it changed."""
    action = {"action_id": action_id, "value": buttons(shown)[action_id], "action_ts": "9.9"}
    payload = {
        "type": "block_actions",
        "actions": [{**action, "block_id": "b", "type": "button"}],
        "user": {"id": user, "team_id": TEAM},
        "team": {"id": TEAM},
        "channel": {"id": channel},
        "message": {k: shown[k] for k in ("ts", "thread_ts") if k in shown},
        "container": {"type": "message", "message_ts": shown["ts"], "channel_id": channel},
        "trigger_id": "stale",
    }
    body = urlencode({"payload": json.dumps(payload)}).encode()
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    return slack.post(body, {**slack.signed(body), **kind})
