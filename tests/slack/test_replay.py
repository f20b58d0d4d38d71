"""Kill -9 at every point, three deliveries, mention and message in either order: one complete reply each."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from running import PLACEHOLDER, words
from standin import BOT, Said, StandIn
from victim import POINTS

from assistant.ledger import Ledger

ROOT = Path(__file__).parents[2]
CHANNEL = "C0HARBOR"


class Process:
    """The app in a process of its own."""

    def __init__(self, slack: StandIn, folder: Path, home: Path, **how: Any) -> None:
        home.mkdir(exist_ok=True)
        self.port = how.get("port") or free_port()
        paths = [ROOT, ROOT / "guardrails", ROOT / "tests" / "slack"]
        env = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, paths))}
        if how.get("url"):
            env["SECONDCHAIR_DATABASE_URL"] = how["url"]
        words = [slack.api_url, folder, home, self.port, how.get("replica", "local")]
        words += [how.get("slow", 0), how.get("point", "never")]
        script = Path(__file__).parent / "victim.py"
        self.popen = subprocess.Popen([sys.executable, str(script), *map(str, words)], env=env)

    def ready_or_dead(self) -> Process:
        """Wait until it says that it is ready, or has died on the way there."""
        end = time.monotonic() + 60
        while time.monotonic() < end:
            try:
                if httpx.get(f"http://127.0.0.1:{self.port}/readyz").status_code == 200:
                    return self
            except httpx.TransportError:
                pass
            if self.popen.poll() is not None:
                return self
            time.sleep(0.1)
        raise AssertionError("not ready within a minute")

    @property
    def events(self) -> str:
        """Where Slack's deliveries go."""
        return f"http://127.0.0.1:{self.port}/slack/events"

    def end(self, number: int = signal.SIGTERM) -> None:
        """End it and wait."""
        if self.popen.poll() is None:
            self.popen.send_signal(number)
        self.popen.wait(30)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


@pytest.fixture
def processes() -> Iterator[list[Process]]:
    """Processes that are ended after the test, whatever came of it."""
    started: list[Process] = []
    yield started
    for process in started:
        process.end(signal.SIGKILL)


def complete(slack: StandIn, ts: str) -> bool:
    """Is there exactly one reply, whole?"""
    replies = [m for m in slack.replies(CHANNEL, ts) if m["ts"] != ts]
    return (
        len(replies) == 1
        and PLACEHOLDER not in replies[0]["text"]
        and "RESP-01" in words(replies[0])
    )


@pytest.mark.slow
def test_killed_at_every_point_each_question_gets_one_complete_reply(
    slack: StandIn, folder: Path, tmp_path: Path, database_url: str, processes: list[Process]
) -> None:
    home, port, said = tmp_path / "home", free_port(), []
    url = database_url if database_url.startswith("postgresql") else None
    for point in POINTS:
        process = Process(slack, folder, home, url=url, port=port, point=point)
        processes.append(process)
        process.ready_or_dead()
        if not said:
            slack.connect(process.events)
        said += [ask(slack, "app_mention", "message"), ask(slack, "message", "app_mention")]
        process.popen.wait(30)
        assert process.popen.returncode == -signal.SIGKILL, f"it was to die {point}"
    last = Process(slack, folder, home, url=url, port=port)
    processes.append(last.ready_or_dead())
    slack.until(lambda: all(d.attempts for one in said for d in one.deliveries))
    deliver_again(slack, said)
    for one in said:
        slack.until(lambda one=one: complete(slack, one.ts), 40)  # type: ignore[misc]
    last.end()
    assert all(complete(slack, one.ts) for one in said)
    assert entries(home, url) == len(said)


def deliver_again(slack: StandIn, said: list[Said]) -> None:
    """What Slack does a minute later with events that nobody took."""
    for one in said:
        if not any(delivery.ok for delivery in one.deliveries):
            slack.tell(*(delivery.payload["event"] for delivery in one.deliveries))


def ask(slack: StandIn, *order: str) -> Said:
    """A question, each of its events three times."""
    return slack.say("U0ALICE", CHANNEL, f"<@{BOT}> newsletter?", copies=3, order=order)


def entries(home: Path, url: str | None) -> int:
    """How many replies the ledger holds."""
    ledger = Ledger.open(url or f"sqlite:///{home / 'secondchair.sqlite'}")
    try:
        verdict = ledger.verify("harbor")
        assert verdict.ok
        return verdict.checked
    finally:
        ledger.close()


@pytest.mark.slow
def test_two_replicas_share_the_load_and_one_finishes_what_the_other_left(
    slack: StandIn, folder: Path, tmp_path: Path, postgres_url: str, processes: list[Process]
) -> None:
    one, two = (
        Process(slack, folder, tmp_path / name, url=postgres_url, replica=name, slow=1.5)
        for name in ("one", "two")
    )
    processes += [one, two]
    said = []
    for turn in range(8):
        slack.connect((one, two)[turn % 2].ready_or_dead().events)
        said.append(slack.say("U0ALICE", CHANNEL, f"<@{BOT}> newsletter {turn}, responsive?"))
        slack.until(lambda: all(d.ok for d in said[-1].deliveries))
    one.end(signal.SIGKILL)
    for each in said:
        slack.until(lambda each=each: complete(slack, each.ts), 60)  # type: ignore[misc]
    two.end()
    assert all(complete(slack, each.ts) for each in said)
    assert entries(tmp_path / "two", postgres_url) == 8
