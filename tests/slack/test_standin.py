"""The stand-in behaves as Slack's documents say, so that tests against it mean something."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient
from standin import APP_TOKEN, BOT, BOT_TOKEN, SECRET, SLACKS, StandIn

SECTION = {"type": "section", "text": {"type": "plain_text", "text": "hello"}}
MODAL = {
    "type": "modal",
    "callback_id": "m",
    "title": {"type": "plain_text", "text": "Title"},
    "blocks": [SECTION],
}


class App:
    """A small app that keeps what it gets and answers with the statuses it was given, then 200."""

    def __init__(self, *statuses: int) -> None:
        self.got: list[tuple[dict[str, str], bytes]] = []
        left = list(statuses)
        got = self.got

        class Receive(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                got.append(({k.lower(): v for k, v in self.headers.items()}, body))
                self.send_response(left.pop(0) if left else 200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Receive)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/slack/events"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def app() -> Iterator[App]:
    made = App()
    yield made
    made.close()


@pytest.fixture
def slack(app: App) -> Iterator[StandIn]:
    with StandIn(app_url=app.url) as made:
        made.user("U0ALICE", "alice")
        made.channel("C0HARBOR", "harbor", "U0ALICE")
        yield made


def client(slack: StandIn) -> WebClient:
    return WebClient(token=BOT_TOKEN, base_url=slack.api_url, retry_handlers=[])


def code(call: Any) -> str:
    with pytest.raises(SlackApiError) as error:
        call()
    return str(error.value.response["error"])


def trigger(app: App) -> str:
    """The trigger of the last shortcut."""
    forms = [parse_qs(body.decode()) for _, body in app.got if body.startswith(b"payload=")]
    return str(json.loads(forms[-1]["payload"][0])["trigger_id"])


def test_a_mention_arrives_signed_as_message_and_as_mention_each_with_its_own_id(
    slack: StandIn, app: App
) -> None:
    said = slack.say("U0ALICE", "C0HARBOR", f"<@{BOT}> responsive?", copies=3)
    slack.until(lambda: sum(len(d.attempts) for d in said.deliveries) == 6)
    events = [json.loads(body) for _, body in app.got]
    assert [e["event"]["type"] for e in events] == ["message"] * 3 + ["app_mention"] * 3
    assert len({e["event_id"] for e in events}) == 2
    assert {e["event"]["ts"] for e in events} == {said.ts}
    assert [h.get("x-slack-retry-num") for h, _ in app.got][:3] == [None, "1", "2"]
    headers, body = app.got[0]
    base = f"v0:{headers['x-slack-request-timestamp']}:".encode() + body
    signature = "v0=" + hmac.new(SECRET.encode(), base, hashlib.sha256).hexdigest()
    assert headers["x-slack-signature"] == signature


def test_an_event_that_fails_comes_again_after_one_and_five_minutes() -> None:
    app = App(500, 500)
    with StandIn(app_url=app.url) as slack:
        slack.user("U0ALICE", "alice")
        slack.channel("C0HARBOR", "harbor", "U0ALICE")
        said = slack.say("U0ALICE", "C0HARBOR", "hello")
        slack.until(lambda: len(said.deliveries[0].attempts) == 1)
        slack.advance(61)
        slack.until(lambda: len(said.deliveries[0].attempts) == 2)
        slack.advance(301)
        slack.until(lambda: said.deliveries[0].ok)
    assert [h.get("x-slack-retry-num") for h, _ in app.got] == [None, "1", "2"]
    app.close()


def test_messages_threads_and_updates_are_kept(slack: StandIn) -> None:
    web = client(slack)
    said = slack.say("U0ALICE", "C0HARBOR", "hello")
    metadata = {"event_type": "mark", "event_payload": {"id": "1"}}
    posted = web.chat_postMessage(
        channel="C0HARBOR", thread_ts=said.ts, text="one", blocks=[SECTION], metadata=metadata
    )
    web.chat_update(channel="C0HARBOR", ts=posted["ts"], text="two")
    thread = web.conversations_replies(channel="C0HARBOR", ts=said.ts)["messages"]
    assert [m["text"] for m in thread] == ["hello", "two"]
    assert "metadata" not in thread[1]
    whole = web.conversations_replies(channel="C0HARBOR", ts=said.ts, include_all_metadata=True)
    assert whole["messages"][1]["metadata"] == metadata
    head = web.conversations_history(channel="C0HARBOR")["messages"]
    assert [m.get("reply_count") for m in head] == [1]
    link = web.chat_getPermalink(channel="C0HARBOR", message_ts=posted["ts"])["permalink"]
    assert said.ts in link


@pytest.mark.parametrize(
    ("blocks", "error"),
    [
        ([SECTION] * 51, "invalid_blocks"),
        (
            [{"type": "section", "text": {"type": "plain_text", "text": "x" * 3_001}}],
            "invalid_blocks",
        ),
        ([{"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}], "invalid_blocks"),
        ([{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}], "invalid_blocks"),
        ([{"type": "nonsense"}], "invalid_blocks"),
        ([{"type": "actions", "elements": []}], "invalid_blocks"),
        ([{"type": "section", "text": {"type": "plain_text", "text": ""}}], "invalid_blocks"),
        (
            [{"type": "section", "text": {"type": "plain_text", "text": "x" * 2_900}}] * 5,
            "msg_blocks_too_long",
        ),
    ],
)
def test_block_kit_limits_are_enforced(slack: StandIn, blocks: Any, error: str) -> None:
    web = client(slack)
    assert code(lambda: web.chat_postMessage(channel="C0HARBOR", text="x", blocks=blocks)) == error


def test_the_same_action_id_twice_is_refused(slack: StandIn) -> None:
    button = {"type": "button", "action_id": "a", "text": {"type": "plain_text", "text": "b"}}
    row = {"type": "actions", "elements": [button, button]}
    web = client(slack)
    refused = lambda: web.chat_postMessage(channel="C0HARBOR", text="x", blocks=[row])  # noqa: E731
    assert code(refused) == "invalid_blocks"


def test_calls_fail_with_slacks_own_errors(slack: StandIn) -> None:
    web = client(slack)
    slack.channel("C0OLD", "old", "U0ALICE", is_archived=True)
    slack.channel("C0OUT", "out", "U0ALICE", bot=False)
    assert code(lambda: web.chat_postMessage(channel="C0OLD", text="x")) == "is_archived"
    assert code(lambda: web.chat_postMessage(channel="C0OUT", text="x")) == "not_in_channel"
    assert code(lambda: web.chat_postMessage(channel="C0NONE", text="x")) == "channel_not_found"
    empty = {"channel": "C0HARBOR"}
    assert code(lambda: web.api_call("chat.postMessage", json=empty)) == "no_text"
    assert code(lambda: web.users_info(user="U0NOBODY")) == "user_not_found"
    assert code(lambda: web.api_call("made.up")) == "unknown_method"
    slack.fail("users.info", "missing_scope", needed="users:read")
    assert code(lambda: web.users_info(user="U0ALICE")) == "missing_scope"
    other = WebClient(token="xoxb-other", base_url=slack.api_url)
    assert code(other.auth_test) == "invalid_auth"
    slack.revoke()
    assert code(web.auth_test) == "token_revoked"


def test_a_trigger_opens_one_modal_and_expires_after_three_seconds(
    slack: StandIn, app: App
) -> None:
    web = client(slack)
    said = slack.say("U0ALICE", "C0HARBOR", "hello")
    slack.shortcut("U0ALICE", "C0HARBOR", said.ts, "ask")
    first = trigger(app)
    web.views_open(trigger_id=first, view=MODAL)
    again = lambda: web.views_open(trigger_id=first, view=MODAL)  # noqa: E731
    assert code(again) == "exchanged_trigger_id"
    modal = slack.modal("U0ALICE")
    assert modal is not None
    assert modal["callback_id"] == "m"
    slack.shortcut("U0ALICE", "C0HARBOR", said.ts, "ask")
    late = trigger(app)
    slack.advance(4)
    assert code(lambda: web.views_open(trigger_id=late, view=MODAL)) == "expired_trigger_id"
    slack.submit("U0ALICE")
    assert slack.modal("U0ALICE") is None


def test_a_form_is_submitted_as_slack_would_and_only_when_it_is_filled(
    slack: StandIn, app: App
) -> None:
    options = [{"text": {"type": "plain_text", "text": v}, "value": v} for v in ("one", "two")]
    kinds = {"pick": "static_select", "many": "multi_static_select", "words": "plain_text_input"}
    inputs = [
        {
            "type": "input",
            "block_id": name,
            "label": {"type": "plain_text", "text": name},
            "optional": name == "many",
            "element": {"type": kind, "action_id": "a" + name}
            | ({} if name == "words" else {"options": options}),
        }
        for name, kind in kinds.items()
    ]
    view = {**MODAL, "submit": {"type": "plain_text", "text": "Send"}, "blocks": inputs}
    said = slack.say("U0ALICE", "C0HARBOR", "hello")
    slack.shortcut("U0ALICE", "C0HARBOR", said.ts, "ask")
    client(slack).views_open(trigger_id=trigger(app), view=view)
    with pytest.raises(AssertionError, match="'words' must be filled"):
        slack.submit("U0ALICE", pick="one")
    with pytest.raises(AssertionError, match="'pick' has no option"):
        slack.submit("U0ALICE", pick="three", words="w")
    slack.submit("U0ALICE", pick="one", many=["one", "two"], words="w")
    state = slack.deliverer.all[-1].payload["view"]["state"]["values"]
    assert state["pick"]["apick"]["selected_option"] == options[0]
    assert state["many"]["amany"]["selected_options"] == options
    assert state["words"]["awords"]["value"] == "w"


def test_too_many_calls_get_429_with_retry_after(app: App) -> None:
    with StandIn(app_url=app.url, rates=SLACKS) as slack:
        slack.channel("C0HARBOR", "harbor")
        web = client(slack)
        for _ in range(10):
            web.chat_postMessage(channel="C0HARBOR", text="x")
        with pytest.raises(SlackApiError) as error:
            web.chat_postMessage(channel="C0HARBOR", text="x")
        assert error.value.response.status_code == 429
        assert 1 <= int(error.value.response.headers["Retry-After"]) <= 10
        slack.advance(11)
        web.chat_postMessage(channel="C0HARBOR", text="x")


def test_a_file_goes_up_in_three_steps_and_comes_down_with_the_token_only(slack: StandIn) -> None:
    web = client(slack)
    said = slack.say("U0ALICE", "C0HARBOR", "hello")
    web.files_upload_v2(
        channel="C0HARBOR", thread_ts=said.ts, filename="whole.txt", content="the whole"
    )
    shared = slack.replies("C0HARBOR", said.ts)[0]["files"][0]
    assert (shared["name"], shared["size"]) == ("whole.txt", 9)
    slack.api.files.forbidden = True
    refused = lambda: web.files_upload_v2(channel="C0HARBOR", filename="a", content="b")  # noqa: E731
    assert code(refused) == "file_uploads_disabled"


def test_a_stream_closes_after_five_minutes(slack: StandIn) -> None:
    web = client(slack)
    said = slack.say("U0ALICE", "C0HARBOR", "hello")
    begun = web.api_call("chat.startStream", json={"channel": "C0HARBOR", "thread_ts": said.ts})
    where = {"channel": "C0HARBOR", "ts": begun["ts"], "markdown_text": "x"}
    web.api_call("chat.appendStream", json=where)
    slack.advance(301)
    late = lambda: web.api_call("chat.appendStream", json=where)  # noqa: E731
    assert code(late) == "message_not_in_streaming_state"


def test_slack_is_down_for_a_minute(slack: StandIn) -> None:
    web = client(slack)
    slack.down(60)
    with pytest.raises(SlackApiError) as error:
        web.auth_test()
    assert error.value.response.status_code == 503
    slack.advance(61)
    assert web.auth_test()["ok"]


def test_the_manifest_bounds_events_and_scopes(app: App) -> None:
    manifest = {
        "settings": {"event_subscriptions": {"bot_events": ["app_mention"]}},
        "oauth_config": {"scopes": {"bot": ["chat:write"]}},
    }
    with StandIn(app_url=app.url, manifest=manifest) as slack:
        slack.user("U0ALICE", "alice")
        slack.channel("C0HARBOR", "harbor", "U0ALICE")
        said = slack.say("U0ALICE", "C0HARBOR", f"<@{BOT}> hello")
        assert [d.payload["event"]["type"] for d in said.deliveries] == ["app_mention"]
        assert code(lambda: client(slack).users_info(user="U0ALICE")) == "missing_scope"


def test_socket_mode_brings_envelopes_and_wants_acks() -> None:
    with StandIn() as slack:
        slack.user("U0ALICE", "alice")
        slack.channel("C0HARBOR", "harbor", "U0ALICE")
        got = asyncio.run(_listen(slack))
    assert got == "hello"


async def _listen(slack: StandIn) -> str:
    web = AsyncWebClient(token=BOT_TOKEN, base_url=slack.api_url)
    socket = SocketModeClient(app_token=APP_TOKEN, web_client=web)
    box: asyncio.Queue[str] = asyncio.Queue()

    async def receive(_: Any, request: Any) -> None:
        await box.put(request.payload["event"]["text"])
        await socket.send_socket_mode_response(SocketModeResponse(request.envelope_id))

    socket.socket_mode_request_listeners.append(receive)
    await socket.connect()
    said = await asyncio.to_thread(slack.say, "U0ALICE", "C0HARBOR", "hello")
    text = await asyncio.wait_for(box.get(), 5)
    await asyncio.to_thread(slack.until, lambda: said.deliveries[0].ok)
    await socket.close()
    return text
