"""The manifest and the code say the same: events, command, shortcut, scopes."""

from __future__ import annotations

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from slack_bolt.async_app import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from slack_app.app import bolt_app
from slack_app.blocks import actions, panels
from slack_app.calls import web_client
from slack_app.directory import Directory
from slack_app.doctor import scopes
from slack_app.listeners.command import COMMAND, DIGEST
from slack_app.listeners.evals import COMMAND as EVALS
from slack_app.listeners.shortcut import SHORTCUT
from slack_app.office import Office
from slack_app.posting import Poster
from slack_app.seal import Seal
from slack_app.store import Store

MANIFEST = json.loads(
    (Path(__file__).parents[2] / "slack_app" / "manifest.json").read_text("utf-8")
)
EVENTS = MANIFEST["settings"]["event_subscriptions"]["bot_events"]
# What a scope is for: an event that needs it, or a method that is called.
NEEDED = {
    "app_mentions:read": "app_mention",
    "assistant:write": "assistant.threads.setSuggestedPrompts",
    "channels:history": "message.channels",
    "channels:read": "conversations.info",
    "chat:write": "chat.postMessage",
    "commands": "the command and the shortcut",
    "files:read": "attached transcripts",
    "files:write": "files_upload_v2",
    "groups:history": "message.groups",
    "groups:read": "conversations.info",
    "im:history": "message.im",
    "im:read": "conversations.info",
    "im:write": "conversations.open",
    "users:read": "users.info",
    "users:read.email": "people named by e-mail",
}


def listening(tmp_path: Path) -> Any:
    client = web_client("xoxb-1", "http://127.0.0.1:9/api/")
    pool = ThreadPoolExecutor(1)
    office = Office(
        us="U0BOT",
        desks={},
        store=Store(f"sqlite:///{tmp_path / 's.sqlite'}"),
        seal=Seal.of("xoxb-1"),
        poster=Poster(client),
        directory=Directory(client),
        thinking=pool,
        writing=pool,
        accepting=pool,
    )
    return bolt_app(office, client, {"user_id": "U0BOT"}, lambda row: None, None)


def payloads() -> dict[str, dict[str, Any]]:
    """A least payload of everything that Slack may send us."""
    kinds = {name.split(".")[0] for name in EVENTS}
    event = {kind: {"type": "event_callback", "event": {"type": kind}} for kind in kinds}
    names = [f"{actions.CHOOSE}:1", f"{actions.MATTER}:1"]
    names += [actions.ESCALATE, actions.VOTE_UP, actions.VOTE_DOWN]
    names += [panels.BEGIN, f"{panels.BEGIN}:3", panels.CLOSE, panels.TO_LANES]
    pressed = {
        n: {"type": "block_actions", "actions": [{"action_id": n, "block_id": "b"}]} for n in names
    }
    other = {
        "view": {
            "type": "view_submission",
            "view": {"type": "modal", "callback_id": actions.FEEDBACK},
        },
        "panel": {
            "type": "view_submission",
            "view": {"type": "modal", "callback_id": panels.CALLED},
        },
        "command": {"command": MANIFEST["features"]["slash_commands"][0]["command"]},
        "evals": {"command": MANIFEST["features"]["slash_commands"][1]["command"]},
        "digest command": {"command": MANIFEST["features"]["slash_commands"][2]["command"]},
        "shortcut": {
            "type": "message_action",
            "callback_id": MANIFEST["features"]["shortcuts"][0]["callback_id"],
        },
    }
    return event | pressed | other


@pytest.mark.parametrize("name", sorted(payloads()))
def test_everything_that_slack_may_send_has_one_listener(name: str, tmp_path: Path) -> None:
    bolt = listening(tmp_path)

    async def matching() -> int:
        request = AsyncBoltRequest(body=json.dumps(payloads()[name]), mode="socket_mode")
        response = BoltResponse(status=404)
        found = [
            await one.async_matches(req=request, resp=response) for one in bolt._async_listeners
        ]
        return sum(found)

    assert asyncio.run(matching()) == 1


def test_scopes_are_those_that_are_needed_and_no_other() -> None:
    assert scopes() == set(NEEDED)
    assert {need for need in NEEDED.values() if "." in need and need.startswith("message")} <= set(
        EVENTS
    )


def test_names_in_the_manifest_are_those_that_the_listeners_answer_to() -> None:
    features = MANIFEST["features"]
    assert [c["command"] for c in features["slash_commands"]] == [COMMAND, EVALS, DIGEST]
    assert [s["callback_id"] for s in features["shortcuts"]] == [SHORTCUT]
    assert "agent_view" in features
    assert "assistant_view" not in features
