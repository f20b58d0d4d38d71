"""A calibration session in Slack: sealed, blind, one case at a time, resumed, closed, counted, put to its lanes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from blockkit import assert_sendable
from qc_matter import ALICE, CANARY, LEAD, qc_matter
from running import Running, buttons, settings_for, words
from small_desk import small_desk
from standin import Attempt, StandIn
from typer.testing import CliRunner

from assistant.cli import app as cli
from evals.drawing import Item
from slack_app.blocks import panels

CHANNEL, LANE, BRAM = "C0HARBOR", "C0PROTO", "U0BRAM"
PANEL = f"<@{ALICE}|alice> <@{BRAM}|bram>"
REFUSED = "Not the assistant's right"


@pytest.fixture
def folder(write_matter: Callable[..., Path]) -> Path:
    return qc_matter(write_matter)


@pytest.fixture
def app(slack: StandIn, folder: Path, tmp_path: Path) -> Iterator[Running]:
    settings = settings_for(slack, tmp_path / "home")
    with Running(slack, [small_desk(folder, settings)], settings) as running:
        yield running


def opened(slack: StandIn, n: int = 4) -> dict[str, Any]:
    """The session's card, once it stands and the raters have theirs."""
    assert slack.command(LEAD, CHANNEL, "/evals", f"panel basics {n} {PANEL} seed 3").ok
    for user in (ALICE, BRAM):
        slack.until(lambda user=user: invited(slack, user))  # type: ignore[misc]
    return slack.messages(CHANNEL)[0]


def invited(slack: StandIn, user: str) -> list[dict[str, Any]]:
    return [m for m in slack.messages(f"D{user[1:]}") if "your calls" in words(m)]


def under(slack: StandIn, card: dict[str, Any]) -> list[dict[str, Any]]:
    """What stands in the card's thread."""
    return [m for m in slack.replies(CHANNEL, card["ts"]) if m["ts"] != card["ts"]]


def begin(slack: StandIn, user: str) -> dict[str, Any]:
    """The modal with this person's next case."""
    assert slack.press(user, f"D{user[1:]}", invited(slack, user)[0]["ts"], panels.BEGIN).ok
    return slack.until(lambda: slack.modal(user))


def options(modal: dict[str, Any]) -> dict[str, str]:
    element = next(b["element"] for b in modal["blocks"] if b["type"] == "input")
    return {option["text"]["text"]: option["value"] for option in element["options"]}


def call(slack: StandIn, user: str, choose: Callable[[dict[str, str]], str]) -> Attempt:
    modal = slack.modal(user)
    assert modal is not None
    return slack.submit(user, panel_call=choose(options(modal)))


def gold(offered: dict[str, str]) -> str:
    """What the suite expects, where the labels tell; a person for the union."""
    for label in ("Not Responsive", "Design", REFUSED):
        if label in offered:
            return offered[label]
    raise AssertionError(offered)


def all_called(slack: StandIn, user: str, choose: Callable[[dict[str, str]], str]) -> None:
    modal = begin(slack, user)
    while modal and modal.get("submit"):
        assert call(slack, user, choose).ok
        modal = slack.modal(user)
    assert "All 4 cases are called" in json.dumps(modal)


def test_a_session_from_the_command_to_its_figures_and_questions(
    app: Running, slack: StandIn
) -> None:
    card = opened(slack)
    assert CANARY not in json.dumps([card, *slack.messages("D0ALICE")])
    all_called(slack, ALICE, gold)
    all_called(slack, BRAM, lambda offered: list(offered.values())[-1])
    slack.until(lambda: "4 of 4" in words(slack.messages(CHANNEL)[0]))
    assert "raw agreement" not in json.dumps(slack.messages(CHANNEL)), "nothing before the close"
    assert slack.press(LEAD, CHANNEL, card["ts"], panels.CLOSE).ok
    told = slack.until(lambda: under(slack, card))
    assert "raw agreement of pairs" in words(told[0])
    assert "without a majority" in words(told[0])
    found = slack.until(lambda: [f for m in under(slack, card) for f in m.get("files", ())])
    page = slack.workspace.contents[found[0]["id"]].decode()
    assert page.startswith("# Questions to the owner of the playbook")
    slack.until(lambda: panels.TO_LANES in buttons(slack.messages(CHANNEL)[0]))
    assert slack.press(LEAD, CHANNEL, card["ts"], panels.TO_LANES).ok
    slack.until(lambda: [m for m in slack.ephemeral(LEAD) if "Put to their lanes" in m["text"]])
    in_lane = slack.until(lambda: [m for m in slack.messages(LANE) if "C-0001" in words(m)])
    assert "open" in words(in_lane[0])


def test_a_rater_sees_one_case_with_the_palette_and_nothing_of_the_gold_or_others(
    app: Running, slack: StandIn
) -> None:
    opened(slack)
    all_called(slack, BRAM, gold)
    modal = begin(slack, ALICE)
    kept = [{k: v for k, v in b.items() if k != "block_id"} for b in modal["blocks"][:-2]]
    assert_sendable(kept, 100)
    assert "Case 1 of 4" in json.dumps(modal)
    assert sum(CANARY in json.dumps(block) for block in modal["blocks"]) == 1, "one case"
    assert "RESP-0" not in json.dumps(modal)
    assert BRAM not in json.dumps(modal)
    assert "Needs a person" in options(modal)
    assert modal["private_metadata"].startswith("harbor:1:")
    assert CANARY not in modal["private_metadata"]


def test_a_field_that_takes_several_choices_is_called_with_several(
    app: Running, slack: StandIn
) -> None:
    opened(slack)
    modal = begin(slack, ALICE)
    while "Design" not in options(modal):
        call(slack, ALICE, gold)
        modal = slack.modal(ALICE) or {}
    several = options(modal)
    assert slack.submit(ALICE, panel_call=[several["Design"], several["Warnings"]]).ok
    qc = app.serving.office.qc
    assert qc is not None
    calls = {item: call for _, item, call in qc.store.calls(1)}
    assert calls["q4/issue"] == "Design; Warnings"


def test_calls_go_on_where_they_were_left_and_are_never_changed(
    app: Running, slack: StandIn
) -> None:
    opened(slack)
    first = begin(slack, ALICE)
    call(slack, ALICE, gold)
    slack.surfaces.close(ALICE, whole=True)
    slack.until(lambda: "1 of 4 called" in words(invited(slack, ALICE)[0]))
    slack.open_home(ALICE)
    home = slack.until(lambda: slack.home(ALICE))
    assert "3 of 4 cases wait for your call" in json.dumps(home["blocks"])
    assert slack.press_home(ALICE, f"{panels.BEGIN}:1").ok
    second = slack.until(lambda: slack.modal(ALICE))
    assert "Case 2 of 4" in json.dumps(second)
    slack.workspace.stacks[ALICE] = [first]  # an old window, sent once more
    assert call(slack, ALICE, lambda offered: list(offered.values())[-1]).ok
    assert "Case 2 of 4" in json.dumps(slack.modal(ALICE))
    qc = app.serving.office.qc
    assert qc is not None
    assert len(qc.store.calls(1)) == 1


def test_strangers_see_nothing_and_only_the_lead_closes(app: Running, slack: StandIn) -> None:
    card = opened(slack)
    value = f"{panels.BEGIN}:1"
    forged = {"type": "home", "blocks": [
        {"type": "actions", "elements": [{"type": "button", "action_id": value, "value": "harbor:1",
                                          "text": {"type": "plain_text", "text": "x"}}]}]}  # fmt: skip
    slack.workspace.homes[LEAD] = {"id": "V1", **forged}
    assert slack.press_home(LEAD, value).ok
    seen = slack.until(lambda: slack.modal(LEAD))
    assert "You are not on this panel" in json.dumps(seen)
    assert slack.press(ALICE, CHANNEL, card["ts"], panels.CLOSE).ok
    slack.until(lambda: [m for m in slack.ephemeral(ALICE) if "right of the qc lead" in m["text"]])
    assert "open" in words(slack.messages(CHANNEL)[0])
    slack.user("U0GUEST", "guest", is_restricted=True)
    assert slack.command(LEAD, CHANNEL, "/evals", f"panel basics 2 <@{ALICE}> <@U0GUEST>").ok
    slack.until(lambda: [m for m in slack.messages(CHANNEL) if "can't sit on a panel" in words(m)])


def test_after_the_close_no_call_is_taken_and_before_it_nobody_reads_the_report(
    app: Running, slack: StandIn, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECONDCHAIR_HOME", str(tmp_path / "home"))
    card = opened(slack)
    begin(slack, ALICE)
    call(slack, ALICE, gold)
    asked = ("calibrate", "report", str(folder), "basics", "1")
    assert "still called in Slack, blind" in str(CliRunner().invoke(cli, asked).exception)
    assert slack.command(LEAD, CHANNEL, "/evals", "close 1").ok
    slack.until(lambda: under(slack, card))
    call(slack, ALICE, gold)
    assert "session was closed" in json.dumps(slack.modal(ALICE))
    qc = app.serving.office.qc
    assert qc is not None
    assert len(qc.store.calls(1)) == 1
    assert "without a majority" in CliRunner().invoke(cli, asked).stdout
    slack.until(lambda: "The session was closed" in words(invited(slack, ALICE)[0]))
    assert slack.command(LEAD, CHANNEL, "/evals", "close 1").ok
    slack.until(lambda: [m for m in slack.ephemeral(LEAD) if "closed before" in m["text"]])


def test_a_long_palette_keeps_the_way_to_a_person() -> None:
    item = Item(
        id="x/field", shown="?", labels=(*(f"code {n}" for n in range(140)), "Needs a person")
    )
    assert panels.label_of(item, [140]) == "Needs a person"
    assert panels.label_of(item, [120]) is None
    assert panels.label_of(item, [3, 1]) == "code 1; code 3"
    assert panels.label_of(item, []) is None
