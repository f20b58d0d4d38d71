"""`make demo-slack`: the real app beside the stand-in, a short day on the demo matter, and a page to try it.

Nothing leaves this machine: the app's Web API and Socket Mode are the stand-in's.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from standin.server import StandIn
from standin.web_api import APP_TOKEN, BOT_TOKEN
from standin.workspace import BOT

from assistant.settings import read_settings

ROOT = Path(__file__).parents[3]
MATTER = ROOT / "examples" / "meridian"
MANIFEST = ROOT / "slack_app" / "manifest.json"
CHANNEL, ALICE, BRAM, CHIDI = "C0MERIDIAN", "U0ALICE", "U0BRAM", "U0CHIDI"
PEOPLE = {
    ALICE: "Alice (reviewer)",
    BRAM: "Bram (QC lead)",
    CHIDI: "Chidi (privilege lead)",
    "U0DANA": "Dana (review manager)",
    "U0EMIL": "Emil (trial team)",
}
DANA = "U0DANA"
MEDIATOR = "A mediator writes to both sides of the dispute and proposes ranges for a settlement."
PATIENCE = 90.0  # seconds for a reply: one delivery may fail, and Slack's next comes after a minute


def main() -> None:
    """Play the day, then serve the page until Ctrl-C."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--port", type=int, default=8765, help="port of the page (8765)")
    asked.add_argument("--once", action="store_true", help="stop after the day was played")
    options = asked.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # so that the app is stopped too
    with workspace(options.port) as slack, app(slack):
        for line in play(slack):
            print(line, flush=True)
        if not options.once:
            _stay(slack)


@contextmanager
def workspace(port: int = 0) -> Iterator[StandIn]:
    """The demo matter's workspace: its people, its channel, its lanes' channels, the app's manifest."""
    manifest = json.loads(MANIFEST.read_text("utf-8"))
    try:
        standin = StandIn(manifest=manifest, port=port).__enter__()
    except OSError:
        raise SystemExit(f"port {port} is taken: choose another with --port") from None
    try:
        for user_id, name in PEOPLE.items():
            standin.user(user_id, name.split()[0].lower(), real_name=name)
        standin.channel(CHANNEL, "meridian-review", *PEOPLE)
        standin.channel("C0PRIV", "lane-privilege", CHIDI, "U0DANA")
        standin.channel("C0PROTO", "lane-protocol", "U0DANA", BRAM)
        standin.channel("C0PO", "lane-protective-order", "U0DANA")
        yield standin
    finally:
        standin.__exit__()


@contextmanager
def app(slack: StandIn, more: dict[str, str] | None = None) -> Iterator[subprocess.Popen[bytes]]:
    """`secondchair serve` on the demo matter against the stand-in, in Socket Mode unless the settings in
    `more` say HTTP. Its databases are fresh, as the workspace is; model and index are kept."""
    folder = tempfile.TemporaryDirectory(prefix="secondchair-demo-")
    settings = {
        "SECONDCHAIR_HOME": str(_fresh(Path(folder.name))),
        "SECONDCHAIR_SLACK_API_URL": slack.api_url,
        "SECONDCHAIR_SLACK_BOT_TOKEN": BOT_TOKEN,
        "SECONDCHAIR_SLACK_PORT": str(free_port()),
        "HF_HUB_OFFLINE": "1",
        **(more or {"SECONDCHAIR_SLACK_APP_TOKEN": APP_TOKEN}),
    }
    matter = Path(folder.name) / MATTER.name
    shutil.copytree(MATTER, matter)  # rulings are written into its bank
    process = subprocess.Popen(
        [sys.executable, "-m", "assistant.cli", "serve", str(matter)],
        env={**os.environ, **settings},
        cwd=ROOT,
    )
    try:
        _until_ready(f"http://127.0.0.1:{settings['SECONDCHAIR_SLACK_PORT']}/readyz", process)
        yield process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)
        folder.cleanup()


def play(slack: StandIn) -> Iterator[str]:
    """The day, told line by line: an answer, branches and a click, a refusal, an escalation, a
    follow-up, a vote with a reason, a ruling that becomes an exemplar, one that overturns it."""
    first = _ask(
        slack, ALICE, "all-hands bulletin from HR, one line cheers the pump team. responsive?"
    )
    yield f"Alice asks about a bulletin: {_outcome(slack, first)}"
    branches = _ask(slack, BRAM, "PR consultant on a mail with our lawyer, is it privileged?")
    yield f"Bram asks about a PR consultant: {_outcome(slack, branches)}"
    shown = slack.replies(CHANNEL, branches)[0]
    slack.press(BRAM, CHANNEL, shown["ts"], "branch:choose:2")
    slack.until(lambda: "Your choice" not in _outcome(slack, branches), PATIENCE)
    yield f"Bram presses the second branch: {_outcome(slack, branches)}"
    refused = _ask(slack, ALICE, "we sent them the Brandt memo by mistake, can we claw it back?")
    yield f"Alice asks about a clawback: {_outcome(slack, refused)}"
    hidden = "looks like our lawyer was used to commit a fraud on the inspectors. how do I code that mail?"
    given = _ask(slack, ALICE, hidden)
    yield f"Alice asks about a fraud: {_outcome(slack, given)}"
    slack.until(lambda: slack.messages("C0PRIV"), PATIENCE)
    yield "The privilege lane has the packet with the link."
    slack.say(ALICE, CHANNEL, "and a Christmas newsletter to the whole company?", thread=first)
    slack.until(lambda: len(_checked(slack, first)) == 2, PATIENCE)
    yield f"Alice goes on in her thread, no mention: {_outcome(slack, first)}"
    slack.press(ALICE, CHANNEL, _checked(slack, first)[0]["ts"], "feedback:down")
    slack.until(lambda: slack.modal(ALICE), PATIENCE)
    slack.submit(ALICE, reason="out_of_date", comment="The bulletin rule changed in July.")
    yield "Alice votes against the first answer: out of date."
    yield from rule(slack)


def rule(slack: StandIn) -> Iterator[str]:
    """What the playbook does not settle: claimed, ruled, approved, and then known."""
    before = len(slack.messages("C0PRIV"))
    asked = _ask(slack, ALICE, "mediator's email to both sides with settlement brackets, priv?")
    yield f"Alice asks about a mediator: {_outcome(slack, asked)}"
    slack.until(lambda: len(slack.messages("C0PRIV")) > before, PATIENCE)
    case = str(slack.messages("C0PRIV")[before]["ts"])
    said = {"case_reason": "A neutral who speaks to both sides is no confidant of ours."}
    _ruled(slack, case, **said, **{"case_call:0": "2"})
    slack.until(lambda: len(_checked(slack, asked)) == 2, PATIENCE)
    yield f"Chidi claims and rules, Alice has it in her thread: {_outcome(slack, asked)}"
    _approved(slack, case)
    yield "Dana approves, and it stands in the bank: closed"
    other = "settlement ranges from the mediator, sent to plaintiffs and to us. privileged?"
    again = ""
    for _ in range(10):  # the index is made anew within seconds
        again = _ask(slack, BRAM, other)
        if "choice" in _outcome(slack, again):
            break
        time.sleep(3)
    yield f"Bram asks the same in other words: {_outcome(slack, again)}"
    slack.press(BRAM, CHANNEL, _checked(slack, again)[0]["ts"], "branch:choose:1")
    slack.until(lambda: "Your choice" not in _outcome(slack, again), PATIENCE)
    yield f"Bram says that his is such a document: {_outcome(slack, again)}"
    yield from overturn(slack, case, again)


def overturn(slack: StandIn, case: str, answered: str) -> Iterator[str]:
    """The case is ruled anew: the earlier answer is flagged in its thread, and the playbook should say it."""
    _press_case(slack, CHIDI, case, "case:deed:reopen")
    slack.until(lambda: slack.modal(CHIDI), PATIENCE)
    slack.submit(CHIDI, case_reason="The mediation agreement came to light.")
    said = {
        "case_reason": "The agreement makes what a mediator proposes confidential between the sides."
    }
    _ruled(slack, case, **said, **{"case_call:0": "0", "case_playbook": "yes"})
    slack.until(lambda: _case(slack, case, "case:deed:approve"), PATIENCE)
    yield "Chidi opens it again, and rules otherwise: ruled anew"
    _approved(slack, case)
    told = slack.until(lambda: _flags(slack, answered), PATIENCE)
    yield f"Bram's earlier answer is flagged in its thread: {told[0]}"
    shown = slack.until(lambda: _proposed(slack, "proposal:accept:0"), PATIENCE)
    slack.press(DANA, "C0PROTO", shown[0]["ts"], "proposal:accept:0")
    slack.until(lambda: slack.modal(DANA), PATIENCE)
    slack.submit(DANA, proposal_reason="The team asks it every week.")
    found = slack.until(lambda: _files(slack, shown[0]["ts"]), PATIENCE)
    yield f"Dana accepts the change that the ruling proposes, and gets it as a file: {found[0]}"


def _ruled(slack: StandIn, case: str, **said: str) -> None:
    """Chidi claims the case and rules on it for all such documents."""
    _press_case(slack, CHIDI, case, "case:deed:claim")
    _press_case(slack, CHIDI, case, "case:rule")
    slack.until(lambda: slack.modal(CHIDI), PATIENCE)
    slack.submit(CHIDI, case_scope="all", case_facts=MEDIATOR, **said)


def _approved(slack: StandIn, case: str) -> None:
    _press_case(slack, DANA, case, "case:deed:approve")
    slack.until(lambda: _case(slack, case, "case:deed:reopen"), PATIENCE)


def _flags(slack: StandIn, ts: str) -> list[str]:
    """What a thread was told of an answer that no longer stands, up to the exemplar's number."""
    found = [str(m["text"]) for m in slack.replies(CHANNEL, ts)]
    return [text.partition(",")[0] for text in found if "no longer stands" in text]


def _proposed(slack: StandIn, action_id: str) -> list[dict[str, Any]]:
    return [m for m in slack.messages("C0PROTO") if f'"{action_id}"' in json.dumps(m)]


def _files(slack: StandIn, ts: str) -> list[str]:
    return [str(f["name"]) for m in slack.replies("C0PROTO", ts) for f in m.get("files", ())]


def _press_case(slack: StandIn, user_id: str, case: str, action_id: str) -> None:
    """Press a button of a case's message in the privilege lane, once it is there."""
    slack.until(lambda: _case(slack, case, action_id), PATIENCE)
    slack.press(user_id, "C0PRIV", case, action_id)


def _case(slack: StandIn, case: str, action_id: str) -> bool:
    """Has the case's message this button?"""
    found = [m for m in slack.messages("C0PRIV") if m["ts"] == case]
    return f'"{action_id}"' in json.dumps(found)


def _ask(slack: StandIn, user_id: str, text: str) -> str:
    """Ask in the channel with a mention, and wait for the checked reply; the question's ts."""
    said = slack.say(user_id, CHANNEL, f"<@{BOT}> {text}")
    slack.until(lambda: _checked(slack, said.ts), PATIENCE)
    return said.ts


def _checked(slack: StandIn, ts: str) -> list[dict[str, Any]]:
    """The replies in a thread that are no placeholder: each begins with its outcome as a header."""
    found = slack.replies(CHANNEL, ts)
    return [m for m in found if m.get("blocks") and m["blocks"][0]["type"] == "header"]


def _outcome(slack: StandIn, ts: str) -> str:
    found = _checked(slack, ts)
    return str(found[-1]["blocks"][0]["text"]["text"]) if found else ""


def _fresh(folder: Path) -> Path:
    """A home folder with databases of its own."""
    kept = read_settings().folder
    for shared in ("models", "index"):
        (kept / shared).mkdir(parents=True, exist_ok=True)
        (folder / shared).symlink_to((kept / shared).resolve())
    return folder


def _until_ready(url: str, process: subprocess.Popen[bytes]) -> None:
    """Wait until the app says that it can answer; SystemExit where it ended instead."""
    end = time.monotonic() + 180
    while not _ready(url):
        if process.poll() is not None:
            raise SystemExit(f"the app ended with {process.returncode}: its message stands above")
        if time.monotonic() > end:
            raise SystemExit("the app was not ready within three minutes")
        time.sleep(0.3)


def _ready(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _stay(slack: StandIn) -> None:
    print(f"\nThe channel: {slack.url}/page (Ctrl-C stops it all)", flush=True)
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        print()


if __name__ == "__main__":
    main()
