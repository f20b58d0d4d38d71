"""`make demo-slack` plays its day with the real app, and its page draws what we send and loads nothing else."""

from __future__ import annotations

import base64
import json
import re
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from slack_sdk import WebClient
from standin import BOT_TOKEN, demo
from standin.page import FOLDER


def fetched(url: str) -> tuple[str, Any]:
    with urllib.request.urlopen(url, timeout=10) as answer:
        return answer.read().decode(), answer.headers


def done(url: str, body: dict[str, Any]) -> None:
    """What the page's forms do."""
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(url, json.dumps(body).encode(), headers)
    urllib.request.urlopen(request, timeout=10).close()


@pytest.mark.slow
def test_the_day_is_played_by_the_real_app(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECONDCHAIR_HOME", str(home))
    with demo.workspace() as slack, demo.app(slack):
        told = list(demo.play(slack))
        state = json.loads(fetched(f"{slack.url}/page/state?as=U0ALICE")[0])
        done(f"{slack.url}/page/home", {"as": "U0ALICE"})
        home_view = slack.until(lambda: slack.home("U0ALICE"))
    assert [line.rpartition(": ")[2] for line in told] == [
        "✓ Answer",
        "? Your choice is needed",
        "✓ Answer",
        "⊘ Not the assistant's right",
        "⇧ A person decides",
        "The privilege lane has the packet with the link.",
        "✓ Answer",
        "out of date.",
        "⇧ A person decides",
        "✓ Answer",
        "closed",
        "? Your choice is needed",
        "✓ Answer",
        "ruled anew",
        "An answer above relied on EX-121",
        "P-0001.diff",
    ]
    assert [channel["id"] for channel in state["channels"]] == ["C0MERIDIAN", "D0ALICE"]
    assert "2.4" in json.dumps(home_view)
    assert kinds(state) | kinds(home_view) <= drawable()


def test_the_page_names_no_other_place_and_says_so_to_the_browser() -> None:
    for path in FOLDER.iterdir():
        assert not re.search(r"https?://", path.read_text("utf-8")), path
    with demo.workspace() as slack:
        for name in ("", "/page.js", "/blocks.js", "/page.css"):
            text, headers = fetched(f"{slack.url}/page{name}")
            assert text
            assert "default-src 'self'" in headers["Content-Security-Policy"]


def test_a_person_writes_and_presses_on_the_page() -> None:
    button = {"type": "button", "action_id": "a", "text": {"type": "plain_text", "text": "b"}}
    with demo.workspace() as slack:
        said = {"as": "U0ALICE", "channel": "C0MERIDIAN", "text": "hello", "mention": True}
        done(f"{slack.url}/page/say", said)
        assert [m["text"] for m in slack.messages("C0MERIDIAN")] == ["<@U0BOT> hello"]
        web = WebClient(token=BOT_TOKEN, base_url=slack.api_url)
        row = [{"type": "actions", "elements": [button]}]
        ts = web.chat_postMessage(channel="C0MERIDIAN", text="x", blocks=row)["ts"]
        press = {"as": "U0ALICE", "channel": "C0MERIDIAN", "ts": ts, "action": "a"}
        done(f"{slack.url}/page/press", press)
        assert slack.deliverer.all[-1].payload["actions"][0]["action_id"] == "a"


def test_a_file_is_attached_on_the_page_and_comes_back_as_it_was() -> None:
    content = "Q. Yes?\nA. Yes — of course.".encode()
    with demo.workspace() as slack:
        file = {"name": "voss.txt", "content": base64.b64encode(content).decode()}
        said = {"as": "U0ALICE", "channel": "C0MERIDIAN", "text": "digest", "files": [file]}
        done(f"{slack.url}/page/say", said)
        kept = slack.messages("C0MERIDIAN")[0]["files"][0]
        assert (kept["name"], kept["size"]) == ("voss.txt", len(content))
        text, headers = fetched(f"{slack.url}/page/file/{kept['id']}")
        assert text.encode() == content
        assert "attachment" in headers["Content-Disposition"]


def test_a_form_of_another_site_can_do_nothing() -> None:
    with demo.workspace() as slack:
        request = urllib.request.Request(f"{slack.url}/page/say", b"as=U0ALICE&text=x")
        with pytest.raises(urllib.error.HTTPError, match="415"):
            urllib.request.urlopen(request, timeout=10)


def drawable() -> set[str]:
    """The block and element types that the page's renderer names."""
    text = (FOLDER / "blocks.js").read_text("utf-8")
    blocks = re.findall(r"^  (\w+): \(", text, re.MULTILINE)
    inside = re.findall(r'type [!=]== "(\w+)"|\b(rich_text_\w+):', text)
    return {*blocks, *(one or other for one, other in inside)}


def kinds(found: Any) -> set[str]:
    """Every type of a block, element or run in JSON, but those of texts and of views."""
    if isinstance(found, list):
        return set().union(*(kinds(item) for item in found))
    if not isinstance(found, dict):
        return set()
    inner = set().union(*(kinds(value) for value in found.values()))
    plain = {"plain_text", "mrkdwn", "home", "modal"}
    return inner | ({found["type"]} - plain if isinstance(found.get("type"), str) else set())
