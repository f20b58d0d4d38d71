"""How fast the Slack app shows itself and answers presses: the real process over signed HTTP.

    python -m benchmarks.slack_interactions [sign] [buttons]      # none named: both

sign     seconds from a mention to the first visible sign (the placeholder), one question at a time
buttons  seconds to answer presses, modals, commands, shortcuts and App Home while 50 questions wait for a chat
         model that takes 15 seconds
"""

from __future__ import annotations

import json
import random
import statistics
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests" / "slack"))

from standin import BOT, SECRET, Attempt, Said, StandIn, demo  # noqa: E402

CHANNEL, ALICE = demo.CHANNEL, demo.ALICE
SLOW = 15.0  # seconds that the chat model takes
LOOKING = "Looking in the playbook"


def main() -> None:
    """Run what is named, or all."""
    for name in sys.argv[1:] or ["sign", "buttons"]:
        {"sign": sign, "buttons": buttons}[name]()


# --- what is measured ---


def sign() -> None:
    """First visible sign, one question at a time."""
    with running() as (slack, _):
        seconds = []
        for text in questions(100):
            said = slack.say(ALICE, CHANNEL, text)
            first = slack.until(lambda said=said: slack.replies(CHANNEL, said.ts), 30)[0]
            seconds.append(float(first["ts"]) - float(said.ts))
            slack.until(lambda said=said: replied(slack, said), 30)
    report("first visible sign", seconds)


def buttons() -> None:
    """Every interaction while 50 questions wait at a slow model; those of the first two replies are
    made at once, while they are still on their way there. 62 are asked: some need no model."""
    arriving: dict[str, list[float]] = {}
    waiting: dict[str, list[float]] = {}
    with slow_model() as (url, asked), running(model(url)) as (slack, _):
        shown = clarified(slack, 14)
        before = len(asked)
        said = [slack.say(ALICE, CHANNEL, text) for text in questions(62)]
        for message in shown[:2]:
            press_all(slack, message, arriving)
        slack.until(lambda: len(asked) - before >= 50, 60)
        for message in shown[2:]:
            press_all(slack, message, waiting)
        print(
            f"{sum(not replied(slack, each) for each in said)} of {len(said)} still waited at the end"
        )
        slack.until(lambda: all(replied(slack, each) for each in said), 120)
    report("while 62 arrive at once, all", [each for taken in arriving.values() for each in taken])
    for name, taken in waiting.items():
        report(name, taken)
    report("while 50 wait, all", [each for taken in waiting.values() for each in taken])


def press_all(slack: StandIn, message: Any, taken: dict[str, list[float]]) -> None:
    """Every interaction with one reply."""
    for name, seconds in interactions(slack, message, random.choice(list(demo.PEOPLE))):
        taken.setdefault(name, []).append(seconds)


# --- how ---


@contextmanager
def running(more: dict[str, str] | None = None) -> Iterator[tuple[StandIn, Any]]:
    """The stand-in, and the app as a process of its own over signed HTTP."""
    port = demo.free_port()
    settings = {"SECONDCHAIR_SLACK_SIGNING_SECRET": SECRET, "SECONDCHAIR_SLACK_PORT": str(port)}
    with demo.workspace() as slack, demo.app(slack, {**settings, **(more or {})}) as process:
        slack.connect(f"http://127.0.0.1:{port}/slack/events")
        yield slack, process


def interactions(slack: StandIn, message: Any, user: str) -> Iterator[tuple[str, float]]:
    """Each kind of interaction with one reply, and its seconds."""
    ts, question = message["ts"], message["thread_ts"]
    yield "vote for", ok(slack.press(user, CHANNEL, ts, "feedback:up"))
    begun = time.perf_counter()
    ok(slack.press(user, CHANNEL, ts, "feedback:down"))
    slack.until(lambda: slack.modal(user), 10)
    yield "vote against, until its modal is open", time.perf_counter() - begun
    yield "modal sent", ok(slack.submit(user, reason="wrong_call"))
    yield "escalate", ok(slack.press(user, CHANNEL, ts, "answer:escalate"))
    yield "branch", ok(slack.press(user, CHANNEL, ts, "branch:choose:1"))
    yield "command", ok(slack.command(user, CHANNEL, "/playbook", "help"))
    yield "shortcut", ok(slack.shortcut(user, CHANNEL, question, "ask_playbook"))
    published, begun = len(slack.calls("views.publish")), time.perf_counter()
    slack.open_home(user)
    slack.until(lambda: len(slack.calls("views.publish")) > published, 10)
    yield "App Home, until it stands", time.perf_counter() - begun


def ok(attempt: Attempt) -> float:
    """Seconds of an acknowledged try."""
    assert attempt.ok, attempt
    return attempt.seconds


def clarified(slack: StandIn, n: int) -> list[Any]:
    """Replies with branches."""
    text = mention("PR consultant on a mail with our lawyer, is it privileged?")
    said = [slack.say(ALICE, CHANNEL, text) for _ in range(n)]
    slack.until(lambda: all(replied(slack, each) for each in said), 90)
    return [slack.replies(CHANNEL, each.ts)[0] for each in said]


def replied(slack: StandIn, said: Said) -> bool:
    """Whether the checked reply stands."""
    found = slack.replies(said.channel, said.ts)
    return bool(found) and LOOKING not in found[0]["text"]


def questions(n: int) -> list[str]:
    """Mentions with covered questions of the demo matter's suite, over and over."""
    text = (ROOT / "examples/meridian/evals/development.yaml").read_text("utf-8")
    cases = yaml.load(text, yaml.BaseLoader)["cases"]
    asks = [case["ask"] for case in cases if "covered" in case["tags"]]
    return [mention(asks[i % len(asks)]) for i in range(n)]


def mention(text: str) -> str:
    """A question to the app."""
    return f"<@{BOT}> {text}"


def report(name: str, seconds: list[float]) -> None:
    """p50, p99 and the worst, in milliseconds."""
    ordered = sorted(seconds)
    p99 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
    print(
        f"{name}: p50 {statistics.median(ordered) * 1000:.0f} ms, p99 {p99 * 1000:.0f} ms, "
        f"worst {ordered[-1] * 1000:.0f} ms, n {len(ordered)}",
        flush=True,
    )


def model(url: str) -> dict[str, str]:
    """Settings of a chat model at `url`."""
    return {
        "SECONDCHAIR_MODEL": "openai:slow",
        "SECONDCHAIR_MODEL_URL": url,
        "SECONDCHAIR_MODEL_KEY": "none",
        "SECONDCHAIR_MODEL_TIMEOUT": "40",
    }


@contextmanager
def slow_model() -> Iterator[tuple[str, list[float]]]:
    """An OpenAI-compatible server that takes its time and says nothing that can be used: its URL, and when
    it was asked."""
    asked: list[float] = []
    said = {"role": "assistant", "content": "{}"}
    body = json.dumps(
        {
            "id": "slow",
            "object": "chat.completion",
            "created": 0,
            "model": "slow",
            "choices": [{"index": 0, "message": said, "finish_reason": "stop"}],
            "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
        }
    ).encode()

    class Slow(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            asked.append(time.monotonic())
            time.sleep(SLOW)
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            return

    class Server(ThreadingHTTPServer):
        request_queue_size = 128
        daemon_threads = True

    server = Server(("127.0.0.1", 0), Slow)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/v1", asked
    finally:
        server.shutdown()
        server.server_close()


if __name__ == "__main__":
    main()
