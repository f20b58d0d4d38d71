"""Bad input and bad weather: refused, said, or waited out; nothing is lost and nothing is silent."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from running import PLACEHOLDER, Running, buttons, press_stale, settings_for, settled, words
from slack_sdk.web.async_client import AsyncWebClient
from small_desk import small_desk
from standin import APP_TOKEN, BOT, BOT_TOKEN, TEAM, StandIn

from slack_app.blocks import actions, placeholder_message
from slack_app.posting import Poster, Spot

CHANNEL = "C0HARBOR"
ASKED = f"<@{BOT}> newsletter, responsive?"
BODY = json.dumps({"type": "url_verification", "challenge": "c"}).encode()


def test_a_good_signature_is_taken(app: Running, slack: StandIn) -> None:
    signed = {**slack.signed(BODY), "Content-Type": "application/json"}
    assert slack.post(BODY, signed).status == 200


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("X-Slack-Signature", "v0=" + "0" * 64),
        ("X-Slack-Signature", ""),
        ("X-Slack-Signature", "v0=\u00fcnicode"),
        ("X-Slack-Request-Timestamp", -600),
        ("X-Slack-Request-Timestamp", 600),
        ("X-Slack-Request-Timestamp", "soon"),
        ("X-Slack-Request-Timestamp", "1e9"),
        ("X-Slack-Request-Timestamp", "٣"),
        ("X-Slack-Request-Timestamp", ""),
    ],
)
def test_a_bad_signature_or_timestamp_is_a_401(
    app: Running, slack: StandIn, header: str, value: str | int
) -> None:
    said = str(int(time.time()) + value) if isinstance(value, int) else value
    forged = {**slack.signed(BODY), header: said, "Content-Type": "application/json"}
    assert slack.post(BODY, forged).status == 401


@pytest.mark.parametrize("body", [b"\xff\xfe not text", b"{broken", b"", b"[]", b"null"])
def test_a_signed_body_that_is_no_delivery_is_refused(
    app: Running, slack: StandIn, body: bytes
) -> None:
    signed = {**slack.signed(body), "Content-Type": "application/json"}
    assert 400 <= slack.post(body, signed).status < 500
    assert app.get("/healthz").status_code == 200


def test_an_archived_channel_is_told_to_the_asker_directly(app: Running, slack: StandIn) -> None:
    slack.fail("chat.postMessage", "is_archived")
    slack.say("U0ALICE", CHANNEL, ASKED)
    slack.until(lambda: slack.messages("D0ALICE"))
    assert "is_archived" in words(slack.messages("D0ALICE")[0])


def test_a_rate_limit_is_waited_out(app: Running, slack: StandIn) -> None:
    slack.fail("chat.update", "ratelimited", times=2, status=429, after=1)
    said = slack.say("U0ALICE", CHANNEL, ASKED)
    assert "Not Responsive" in words(settled(slack, CHANNEL, said.ts))
    assert len(slack.replies(CHANNEL, said.ts)) == 1


class Forgetful(AsyncWebClient):
    """A client that loses the answer to its first post, though the message was posted."""

    lost = False

    async def chat_postMessage(self, **arguments: Any) -> Any:
        """Posted; the first answer never arrives."""
        answer = await super().chat_postMessage(**arguments)
        if not self.lost:
            self.lost = True
            raise aiohttp.ServerDisconnectedError
        return answer


def test_an_answer_that_got_lost_on_the_way_is_not_posted_twice(slack: StandIn) -> None:
    poster = Poster(Forgetful(token=BOT_TOKEN, base_url=slack.api_url))
    said = slack.say("U0ALICE", CHANNEL, ASKED)
    spot = Spot(channel=CHANNEL, thread=said.ts, mark="a1")
    ts = asyncio.run(poster.once(spot, placeholder_message(), begun=False))
    assert [m["ts"] for m in slack.replies(CHANNEL, said.ts)] == [ts]
    assert asyncio.run(poster.once(spot, placeholder_message(), begun=True)) == ts


@pytest.mark.parametrize("code", ["token_revoked", "missing_scope", "invalid_auth"])
def test_what_the_operator_has_to_mend_is_logged_with_its_fix_and_waits(
    app: Running, slack: StandIn, caplog: pytest.LogCaptureFixture, code: str
) -> None:
    slack.fail("chat.update", code)
    said = slack.say("U0ALICE", CHANNEL, ASKED)
    slack.until(lambda: [r for r in caplog.records if code in r.getMessage()])
    fix = next(r.getMessage() for r in caplog.records if code in r.getMessage())
    assert "reinstall" in fix or "SECONDCHAIR_SLACK_BOT_TOKEN" in fix
    assert "Not Responsive" in words(settled(slack, CHANNEL, said.ts))
    assert len(slack.replies(CHANNEL, said.ts)) == 1


def test_slack_down_for_a_minute_loses_nothing(app: Running, slack: StandIn) -> None:
    slack.down(60)
    said = [slack.say("U0ALICE", CHANNEL, ASKED) for _ in range(3)]
    slack.until(lambda: all(d.ok for one in said for d in one.deliveries))
    slack.advance(61)
    for one in said:
        assert "Not Responsive" in words(settled(slack, CHANNEL, one.ts))
        assert len(slack.replies(CHANNEL, one.ts)) == 1


def test_a_database_that_cannot_be_written_is_no_200_and_slack_delivers_again(
    app: Running, slack: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = app.serving.office.store
    with store.database.engine.connect() as holder:
        holder.exec_driver_sql("BEGIN EXCLUSIVE")
        holder.exec_driver_sql("ALTER TABLE slack_seen RENAME TO away")
        holder.exec_driver_sql("COMMIT")
        said = slack.say("U0ALICE", CHANNEL, ASKED)
        slack.until(lambda: all(d.attempts for d in said.deliveries))
        assert not any(d.ok for d in said.deliveries)
        assert slack.replies(CHANNEL, said.ts) == []
        holder.exec_driver_sql("ALTER TABLE away RENAME TO slack_seen")
    slack.advance(61)
    assert "Not Responsive" in words(settled(slack, CHANNEL, said.ts))
    assert len(slack.replies(CHANNEL, said.ts)) == 1


@pytest.mark.parametrize("action", [f"{actions.CHOOSE}:1", actions.ESCALATE, actions.VOTE_UP])
def test_a_button_of_an_answer_that_is_not_there_is_told_so_or_does_nothing(
    app: Running, slack: StandIn, action: str
) -> None:
    said = slack.say("U0ALICE", CHANNEL, f"<@{BOT}> mail from the firm, priv?")
    reply = settled(slack, CHANNEL, said.ts)
    whole = json.dumps(reply["blocks"]).replace(buttons(reply)[actions.VOTE_UP], "nobody")
    forged = {**reply, "blocks": json.loads(whole)}
    assert press_stale(slack, "U0ALICE", CHANNEL, forged, action).ok
    slack.until(lambda: slack.ephemeral("U0ALICE"))
    assert app.serving.office.store.votes() == []
    assert app.serving.office.store.escalations() == []
    assert "Answer" not in slack.replies(CHANNEL, said.ts)[0]["text"]


def test_replies_in_one_thread_stand_in_the_order_of_their_questions(
    app: Running, slack: StandIn
) -> None:
    root = slack.say("U0ALICE", CHANNEL, ASKED)
    asked = ["mail from the firm, priv?", "newsletter, responsive?", "the union wrote, responsive?"]
    for text in asked:
        slack.say("U0ALICE", CHANNEL, f"<@{BOT}> {text}", thread=root.ts)
    slack.until(lambda: len(slack.replies(CHANNEL, root.ts)) == 4)
    slack.until(
        lambda: not [m for m in slack.replies(CHANNEL, root.ts) if PLACEHOLDER in m["text"]]
    )
    replies = [words(m) for m in slack.replies(CHANNEL, root.ts)]
    order = ["RESP-01", "PRIV-01", "RESP-01", "RESP-02"]
    assert [name in reply for name, reply in zip(order, replies, strict=True)] == [True] * 4


def test_health_and_readiness_are_told(app: Running) -> None:
    assert app.get("/healthz").text == "ok"
    assert app.get("/readyz").json() == {"ready": True, "missing": []}


@pytest.mark.slow
def test_socket_mode_brings_the_same_and_comes_back_after_a_disconnect(
    slack: StandIn, folder: Path, tmp_path: Path
) -> None:
    more = {"slack_app_token": APP_TOKEN, "slack_signing_secret": None}
    settings = settings_for(slack, tmp_path / "home", **more)
    with Running(slack, [small_desk(folder, settings)], settings) as app:
        assert app.get("/readyz").json()["ready"]
        assert app.get("/slack/events").status_code in (404, 405)
        said = slack.say("U0ALICE", CHANNEL, ASKED, copies=3)
        reply = settled(slack, CHANNEL, said.ts)
        assert slack.press("U0ALICE", CHANNEL, reply["ts"], actions.VOTE_UP).ok
        slack.disconnect()
        again = slack.say("U0ALICE", CHANNEL, ASKED)
        slack.until(lambda: slack.sockets.connections and all(d.attempts for d in again.deliveries))
        slack.until(lambda: app.get("/readyz").json()["ready"])
        slack.advance(61)
        settled(slack, CHANNEL, again.ts)
        assert len(slack.replies(CHANNEL, said.ts)) == 1


def test_no_text_of_a_question_stands_in_logs_metadata_buttons_or_private_metadata(
    app: Running, slack: StandIn, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    caplog.set_level(logging.DEBUG, "secondchair")
    canary = "CANARY-7431"
    for text in ("newsletter", "mail from the firm", "the union", "did we waive it"):
        said = slack.say("U0ALICE", CHANNEL, f"<@{BOT}> {canary} {text}?")
        reply = settled(slack, CHANNEL, said.ts)
        slack.press("U0ALICE", CHANNEL, reply["ts"], actions.VOTE_DOWN)
    modal = slack.until(lambda: slack.modal("U0ALICE"))
    slack.submit("U0ALICE", reason="wrong_call", comment=canary)
    forged = {"X-Slack-Request-Timestamp": "1", "X-Slack-Signature": "v0=1"}
    slack.post(json.dumps({"team_id": TEAM, "text": canary}).encode(), forged)
    ours = [m for channel in (CHANNEL, "C0PROTO") for m in slack.messages(channel)]
    values = [v for m in ours if m.get("user") == BOT for v in buttons(m).values()]
    metadata = [str(m.get("metadata")) for m in ours]
    assert canary not in str([values, metadata, modal["private_metadata"]])
    assert not [r for r in caplog.records if canary in r.getMessage()]
    app.__exit__()
    assert not [f for f in (tmp_path / "home").rglob("*") if f.is_file() and canary in _raw(f)]


def _raw(file: Path) -> str:
    return file.read_bytes().decode("latin-1")
