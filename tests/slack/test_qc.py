"""`/evals`: for QC leads only; verdict and chart in the channel, the report under it; runs survive a stop."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from blockkit import assert_sendable
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from qc_matter import ALICE, CANARY, LEAD, qc_matter
from running import Running, settings_for, words
from small_desk import small_desk
from standin import StandIn

from assistant.ledger import Ledger
from slack_app.qc.asked import parse
from slack_app.qc.nouns import Wanted
from slack_app.qc.rights import qc_roles
from slack_app.qc.room import Interrupted, Progress, Qc, evaluate, suite_named

CHANNEL = "C0HARBOR"


@pytest.fixture
def folder(write_matter: Callable[..., Path]) -> Path:
    return qc_matter(write_matter)


@pytest.fixture
def app(slack: StandIn, folder: Path, tmp_path: Path) -> Iterator[Running]:
    settings = settings_for(slack, tmp_path / "home")
    with Running(slack, [small_desk(folder, settings)], settings) as running:
        yield running


def evals(slack: StandIn, text: str, user: str = LEAD) -> None:
    assert slack.command(user, CHANNEL, "/evals", text).ok


def shown(slack: StandIn, says: str) -> dict[str, Any]:
    """The message in the channel, once it says so."""
    found: list[dict[str, Any]] = slack.until(
        lambda: [m for m in slack.messages(CHANNEL) if says in words(m)], 30
    )
    return found[-1]


def whispered(slack: StandIn, user: str, says: str) -> str:
    found = slack.until(lambda: [m for m in slack.ephemeral(user) if says in m["text"]])
    return str(found[-1]["text"])


def image_in(message: dict[str, Any]) -> dict[str, Any]:
    return next(block for block in message["blocks"] if block["type"] == "image")


def files_under(slack: StandIn, message: dict[str, Any]) -> list[dict[str, Any]]:
    return [f for m in slack.replies(CHANNEL, message["ts"]) for f in m.get("files", ())]


def content(slack: StandIn, file_id: str) -> bytes:
    return slack.workspace.contents[file_id]


def test_a_qc_lead_runs_a_suite_and_gets_verdict_chart_and_report(
    app: Running, slack: StandIn
) -> None:
    evals(slack, "run basics")
    verdict = shown(slack, "Asked for by")
    assert "harbor-basics" in verdict["blocks"][0]["text"]["text"]
    assert_sendable([{k: v for k, v in b.items() if k != "block_id"} for b in verdict["blocks"]])
    chart = image_in(verdict)
    assert "harbor-basics" in chart["alt_text"]
    drawn = Image.open(io.BytesIO(content(slack, chart["slack_file"]["id"])))
    assert (drawn.format, drawn.width) == ("PNG", 1536)
    assert drawn.convert("RGB").getpixel((drawn.width - 2, 2)) == (255, 255, 255)
    report = slack.until(lambda: files_under(slack, verdict))[0]
    assert report["name"] == "run-1-harbor-basics.html"
    html = content(slack, report["id"]).decode()
    assert html.startswith("<!doctype html>")
    assert CANARY in html, "the report is where the cases are read"
    assert "The report stands in the thread" in words(verdict)
    assert LEAD in str(verdict["blocks"]), "by whom"
    assert len(slack.messages(CHANNEL)) == 2, "one message and its report"


def test_anybody_else_is_told_whose_right_it_is_alone_and_it_is_recorded(
    app: Running, slack: StandIn
) -> None:
    for user in (ALICE, "U0BRAM"):
        evals(slack, f"run {CANARY}", user)
        told = whispered(slack, user, "right of the qc lead")
        assert f"<@{LEAD}>" in told
    assert slack.messages(CHANNEL) == []
    office = app.serving.office
    assert office.qc is not None
    assert office.qc.store.latest("harbor") == []
    entries = list(Ledger.open(office.qc.settings.ledger_url).entries("harbor"))
    assert [(e.kind, e.asker) for e in entries] == [("refuse", ALICE), ("refuse", "U0BRAM")]
    said = [e.content or {} for e in entries]
    assert [c["text"] for c in said] == ["", ""], "what was typed is not kept, nor is it a question"
    assert [c["reply"]["notes"] for c in said] == [["/evals run"]] * 2
    assert said[0]["reply"]["owner"] == "qc_lead"


def test_a_matter_without_a_qc_role_says_what_to_add(
    slack: StandIn, write_matter: Callable[..., Path], tmp_path: Path
) -> None:
    settings = settings_for(slack, tmp_path / "home")
    with Running(slack, [small_desk(write_matter(), settings)], settings):
        evals(slack, "last")
        assert "add a role such as qc_lead" in whispered(slack, LEAD, "no role of this matter")


@pytest.mark.parametrize(
    ("roles", "lead"),
    [
        (("reviewer", "qc_lead"), ("qc_lead",)),
        (("QC Lead", "qc_reviewer"), ("QC Lead",)),
        (("quality-manager", "lead"), ("quality-manager",)),
        (("reviewer", "privilege_lead"), ()),
    ],
)
def test_the_qc_lead_is_read_from_the_matters_roles(
    roles: tuple[str, ...], lead: tuple[str, ...], folder: Path
) -> None:
    from assistant.matter import load_matter

    assert qc_roles(load_matter(folder).model_copy(update={"roles": roles})) == lead


def test_last_and_compare_show_what_is_stored(app: Running, slack: StandIn) -> None:
    evals(slack, "last")
    shown(slack, "There is no run of that yet")
    evals(slack, "run basics")
    shown(slack, "run 1 ·")
    evals(slack, "compare basics")
    shown(slack, "nothing to compare it with yet")
    evals(slack, "run basics")
    shown(slack, "run 2 ·")
    evals(slack, "last")
    slack.until(lambda: len([m for m in slack.messages(CHANNEL) if "run 2 ·" in words(m)]) == 2)
    evals(slack, "compare basics")
    told = shown(slack, "Not shown to be worse")
    assert "0 lost; 0 gained of" in words(told)
    assert image_in(told)["slack_file"]["id"] in slack.workspace.contents
    evals(slack, "compare 1 99")
    slack.until(lambda: [m for m in slack.messages(CHANNEL)[-1:] if "no run of that" in words(m)])


def test_a_broken_suite_is_told_to_the_lead_alone_with_file_and_line(
    app: Running, slack: StandIn, folder: Path
) -> None:
    (folder / "evals" / "bad.yaml").write_text(
        "suite: bad\ncases:\n  - {id: a, ask: one, expect: {outcome: perhaps}}\n", "utf-8"
    )
    evals(slack, "run bad")
    assert "bad.yaml:3" in whispered(slack, LEAD, "bad.yaml:3")
    message = shown(slack, "does not load")
    assert "perhaps" not in words(message)


@pytest.mark.parametrize("name", ["../evals/basics.yaml", "evals/basics.yaml", "pyproject.toml"])
def test_a_suite_is_named_and_never_a_path(app: Running, slack: StandIn, name: str) -> None:
    evals(slack, f"run {name}")
    assert "basics" in words(shown(slack, "Name a suite"))


def test_where_uploads_are_forbidden_the_verdict_stands_and_says_where_the_report_is(
    app: Running, slack: StandIn, tmp_path: Path
) -> None:
    slack.api.files.forbidden = True
    evals(slack, "run basics")
    verdict = shown(slack, "Asked for by")
    assert [b["type"] for b in verdict["blocks"]].count("image") == 0
    assert "run-1.html" in words(verdict)
    assert (tmp_path / "home/evals/reports/run-1.html").is_file()


@pytest.mark.parametrize(("times", "images"), [(2, 1), (9, 0)])
def test_a_chart_that_slack_has_not_made_ready_is_waited_for_and_then_done_without(
    app: Running, slack: StandIn, times: int, images: int
) -> None:
    slack.workspace.processing = times
    evals(slack, "run basics")
    verdict = shown(slack, "Asked for by")
    assert [b["type"] for b in verdict["blocks"]].count("image") == images
    names = slack.until(lambda: [f["name"] for f in files_under(slack, verdict)][1 - images :])
    assert any(name.startswith("chart-") for name in names) == (not images)


def test_home_shows_the_last_verdict_and_by_whom(app: Running, slack: StandIn) -> None:
    evals(slack, "run basics")
    shown(slack, "Asked for by")
    slack.open_home(ALICE)
    home = slack.until(lambda: slack.home(ALICE))
    told = json.dumps(home["blocks"], ensure_ascii=False)
    assert "Last evaluation" in told
    assert "harbor-basics" in told
    assert LEAD in told
    assert CANARY not in told


def test_no_text_of_a_case_leaves_but_in_the_report(
    app: Running, slack: StandIn, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    caplog.set_level(logging.DEBUG, "secondchair")
    evals(slack, "run basics")
    verdict = shown(slack, "Asked for by")
    slack.until(lambda: files_under(slack, verdict))
    assert CANARY not in json.dumps(slack.messages(CHANNEL))
    assert CANARY not in caplog.text
    for name in ("jobs.sqlite", "slack.sqlite", "secondchair.sqlite"):
        for path in (tmp_path / "home").glob(f"{name}*"):
            assert CANARY.encode() not in path.read_bytes(), path.name


def test_a_run_that_is_stopped_says_so_and_is_made_after_the_start(
    slack: StandIn, folder: Path, tmp_path: Path
) -> None:
    settings = settings_for(slack, tmp_path / "home")
    slow = small_desk(folder, settings, slow=1.2)
    with Running(slack, [slow], settings) as _:
        evals(slack, "run basics")
        shown(slack, "of 4 cases")
    cut = shown(slack, "was interrupted after")
    assert "Nothing of it counts" in words(cut)
    with Running(slack, [replace(slow)], settings) as second:
        verdict = shown(slack, "Asked for by")
        qc = second.serving.office.qc
        assert qc is not None
        assert [run.number for run in qc.store.runs("harbor")] == [1]
    assert verdict["ts"] == cut["ts"], "in the same message"
    assert len(slack.messages(CHANNEL)) == 2


@pytest.mark.slow
def test_a_run_whose_process_is_killed_is_begun_again_and_says_so(
    slack: StandIn, folder: Path, tmp_path: Path
) -> None:
    import signal

    from test_replay import Process, free_port

    port, home = free_port(), tmp_path / "home"
    first = Process(slack, folder, home, port=port, slow=1.2).ready_or_dead()
    try:
        slack.connect(first.events)
        evals(slack, "run basics")
        shown(slack, "of 4 cases")
        first.end(signal.SIGKILL)
        first = Process(slack, folder, home, port=port, slow=1.2).ready_or_dead()
        shown(slack, "Interrupted by a restart")
        shown(slack, "Asked for by")
    finally:
        first.end()
    assert len(slack.messages(CHANNEL)) == 2


def test_a_run_that_was_stored_before_a_crash_is_found_by_its_key_and_not_made_anew(
    slack: StandIn, folder: Path, tmp_path: Path
) -> None:
    settings = settings_for(slack, tmp_path / "home")
    desk, qc = small_desk(folder, settings), Qc.of(settings)
    suite = suite_named("BASICS", desk.matter)
    assert suite is not None
    made = [
        evaluate(suite, desk, qc, (LEAD, key), Progress(qc.stopping)) for key in ("k", "k", "l")
    ]
    assert [run.number for run in made] == [1, 1, 2]
    assert qc.asking == [], "the desk is let go"
    qc.stopping.set()
    with pytest.raises(Interrupted):
        evaluate(suite, desk, qc, (LEAD, "m"), Progress(qc.stopping))
    assert (qc.asking, len(qc.store.runs("harbor"))) == ([], 2)
    qc.close()
    qc.store.close()


def test_what_is_typed_is_read_or_told_what_to_type() -> None:
    assert parse("run coding-calls") == Wanted(deed="run", suite="coding-calls")
    assert parse("LAST") == Wanted(deed="last")
    assert parse("compare 3 7") == Wanted(deed="compare", runs=(3, 7))
    assert parse("panel s 30 <@U0A|a> <@U0B> seed 7") == Wanted(
        deed="panel", suite="s", n=30, seed=7, panel=("U0A", "U0B")
    )
    assert "2 to 20 people" in str(parse("panel s 30 <@U0A>"))
    assert "mentions" in str(parse("panel s many <@U0A> <@U0B>"))
    assert "/evals run SUITE" in str(parse("walk"))


@given(st.text(max_size=80))
def test_whatever_is_typed_reads_or_is_told(text: str) -> None:
    assert isinstance(parse(text), Wanted | str)
