"""The Slack app under load: acks at 50 events a second, buttons beside 50 slow questions, memory.

    python -m benchmarks.slack_load [--seconds 60] [--rate 50] [--slow 50] [--questions 10000] [--database URL]

App, stand-in and generator share one machine, each a process of its own but for the stand-in, which
delivers. Times are those that the stand-in sees: from the request to the answer.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "slack"), str(ROOT / "guardrails")]

import httpx  # noqa: E402
import test_replay  # noqa: E402
from running import PLACEHOLDER  # noqa: E402
from standin import BOT, StandIn  # noqa: E402

CHANNEL = "C0MERIDIAN"
ASKED = f"<@{BOT}> all-hands bulletin from HR, one line cheers the pump team. responsive?"


def main() -> None:
    """Run the three parts and print what was measured."""
    wanted = _arguments()
    with tempfile.TemporaryDirectory() as home, StandIn() as slack:
        slack.user("U0ALICE", "alice")
        slack.channel(CHANNEL, "meridian", "U0ALICE")
        for slow, run in ((0.0, acks), (8.0, buttons_beside_slow_questions), (0.0, memory)):
            app = _start(slack, Path(home), slow, wanted)
            try:
                run(slack, app, wanted)
            finally:
                app.terminate()
                app.wait(60)


def acks(slack: StandIn, app: subprocess.Popen[bytes], wanted: argparse.Namespace) -> None:
    """`rate` questions a second, each as mention and message: the ack's share within a second."""
    if not wanted.seconds:
        return
    begun, said = time.monotonic(), []
    for number in range(int(wanted.seconds * wanted.rate / 2)):
        time.sleep(max(0.0, begun + number * 2 / wanted.rate - time.monotonic()))
        said.append(slack.say("U0ALICE", CHANNEL, f"{ASKED} {number}", together=True))
    took = time.monotonic() - begun
    slack.until(lambda: all(d.attempts for one in said for d in one.deliveries), 120)
    deliveries = [d for one in said for d in one.deliveries]
    times = sorted(d.attempts[0].seconds for d in deliveries)
    failed = sum(not d.attempts[0].ok for d in deliveries)
    _say(
        "events",
        f"{len(times)} in {took:.1f} s ({len(times) / took:.0f}/s), {failed} not acked at once",
    )
    _say(
        "ack",
        f"p50 {_at(times, 0.5):.0f} ms, p99 {_at(times, 0.99):.0f} ms, max {times[-1] * 1000:.0f} ms",
    )
    _wait_for_updates(slack, len(said))
    _say(
        "replies",
        f"{len(said)} questions, {_whole(slack)} whole replies, {_posts(slack)} posts, "
        f"all done {time.monotonic() - begun - took:.1f} s after the last event",
    )


def buttons_beside_slow_questions(
    slack: StandIn, app: subprocess.Popen[bytes], wanted: argparse.Namespace
) -> None:
    """`slow` questions of 8 seconds in flight: the ack of 30 presses, and the first sign of one more."""
    if not wanted.slow:
        return
    target = slack.say("U0ALICE", CHANNEL, f"{ASKED} first")
    slack.until(lambda: _settled(slack, target.ts), 60)
    reply = slack.replies(CHANNEL, target.ts)[0]["ts"]
    asked = [slack.say("U0ALICE", CHANNEL, f"{ASKED} {n}") for n in range(wanted.slow)]
    slack.until(lambda: all(slack.replies(CHANNEL, one.ts) for one in asked), 30)
    times, modals = [], []
    for turn in range(30):
        name = ("feedback:up", "feedback:down", "answer:escalate")[turn % 3]
        begun, before = time.monotonic(), len(slack.calls("views.open"))
        times.append(slack.press("U0ALICE", CHANNEL, reply, name).seconds)
        if name == "feedback:down":
            slack.until(lambda before=before: len(slack.calls("views.open")) > before, 10)
            modals.append(time.monotonic() - begun)
    begun = time.monotonic()
    one_more = slack.say("U0ALICE", CHANNEL, f"{ASKED} one more")
    slack.until(lambda: slack.replies(CHANNEL, one_more.ts), 10)
    sign = time.monotonic() - begun
    still = sum(not _settled(slack, one.ts) for one in asked)
    _say(
        "buttons",
        f"{len(times)} presses beside {still} questions in flight: "
        f"p50 {statistics.median(times) * 1000:.0f} ms, max {max(times) * 1000:.0f} ms",
    )
    _say("modal", f"{len(modals)} opened, slowest {max(modals) * 1000:.0f} ms after the press")
    _say("first sign", f"{sign * 1000:.0f} ms with those in flight")


def memory(slack: StandIn, app: subprocess.Popen[bytes], wanted: argparse.Namespace) -> None:
    """Resident memory of the app over `questions` questions, a tenth at a time."""
    if not wanted.questions:
        return
    batch = max(1, wanted.questions // 10)
    sizes = []
    for part in range(10):
        before = _updates(slack)
        said = [slack.say("U0ALICE", CHANNEL, f"{ASKED} {part}.{n}") for n in range(batch)]
        del said
        _wait_for_updates(slack, before + batch)
        sizes.append(_resident(app.pid))
        _say("memory", f"{(part + 1) * batch} questions: {sizes[-1]:.0f} MB")
    _say("memory", f"from the second tenth to the last: {sizes[-1] - sizes[1]:+.0f} MB")


def _start(
    slack: StandIn, home: Path, slow: float, wanted: argparse.Namespace
) -> subprocess.Popen[bytes]:
    """The app on the demo matter. A slow question waits as for a chat model, beside the real pipeline."""
    port = test_replay.free_port()
    paths = os.pathsep.join(str(p) for p in (ROOT, ROOT / "guardrails", ROOT / "tests" / "slack"))
    env = {**os.environ, "PYTHONPATH": paths}
    if wanted.database:
        env["SECONDCHAIR_DATABASE_URL"] = wanted.database
    words = [slack.api_url, home, port, slow]
    # As a module: run as a script it would find benchmarks/evals.py where it looks for evals/.
    command = [sys.executable, "-m", "benchmarks.slack_process", *map(str, words)]
    app = subprocess.Popen(command, env=env, cwd=ROOT)
    _wait_until_ready(port, app)
    slack.connect(f"http://127.0.0.1:{port}/slack/events")
    return app


def _wait_until_ready(port: int, app: subprocess.Popen[bytes]) -> None:
    for _ in range(1200):
        try:
            if httpx.get(f"http://127.0.0.1:{port}/readyz").status_code == 200:
                return
        except httpx.TransportError:
            pass
        if app.poll() is not None:
            raise SystemExit(f"the app ended with {app.returncode}")
        time.sleep(0.25)
    raise SystemExit("the app was not ready within 5 minutes")


def _settled(slack: StandIn, ts: str) -> bool:
    replies = slack.replies(CHANNEL, ts)
    return bool(replies) and PLACEHOLDER not in replies[0]["text"]


def _updates(slack: StandIn) -> int:
    return sum(name == "chat.update" for name, _ in list(slack.api.calls))


def _wait_for_updates(slack: StandIn, wanted: int) -> None:
    """Until so many replies took their placeholder's place; looked at once a second, which costs little."""
    end = time.monotonic() + 1800
    while _updates(slack) < wanted:
        if time.monotonic() > end:
            raise SystemExit(f"{_updates(slack)} of {wanted} replies after half an hour")
        time.sleep(1)


def _whole(slack: StandIn) -> int:
    return sum(
        m.get("user") == BOT and PLACEHOLDER not in m["text"] for m in slack.messages(CHANNEL)
    )


def _posts(slack: StandIn) -> int:
    return len(slack.calls("chat.postMessage"))


def _at(times: list[float], share: float) -> float:
    return times[min(len(times) - 1, int(share * len(times)))] * 1000


def _resident(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text("utf-8")
    line = next(one for one in status.splitlines() if one.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def _say(what: str, how: Any) -> None:
    print(f"{what:<11} {how}", flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--rate", type=float, default=50, help="events a second")
    parser.add_argument("--slow", type=int, default=50, help="slow questions in flight")
    parser.add_argument("--questions", type=int, default=10_000)
    parser.add_argument("--database", help="a PostgreSQL URL; absent: SQLite")
    return parser.parse_args()


if __name__ == "__main__":
    main()
