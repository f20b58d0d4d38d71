"""The loop in Slack: escalated, claimed, ruled, answered, approved, in the bank; and what became stale is told."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from running import Running, buttons, press_stale, settled, words
from standin import BOT, StandIn

from assistant.lanes.nouns import Act, Person, Ruling
from assistant.lanes.room import Room
from assistant.matter import load_matter
from slack_app.blocks import cases

CHANNEL, LANE = "C0HARBOR", "C0PROTO"
FACTS = "A letter of the works council about the canteen, no word of the product."
pytestmark = pytest.mark.usefixtures("two_managers")


def ask(slack: StandIn, text: str, user: str = "U0ALICE") -> str:
    said = slack.say(user, CHANNEL, f"<@{BOT}> {text}")
    settled(slack, CHANNEL, said.ts)
    return said.ts


def card(slack: StandIn, says: str) -> dict[str, Any]:
    """The case's message in the lane, once it says so."""
    found: list[dict[str, Any]] = slack.until(
        lambda: [m for m in slack.messages(LANE) if says in words(m)]
    )
    return found[0]


def press(slack: StandIn, user: str, deed: str) -> None:
    action = cases.RULE if deed == "rule" else f"{cases.DEED}:{deed}"
    shown = slack.until(lambda: [m for m in slack.messages(LANE) if action in buttons(m)])
    assert slack.press(user, LANE, shown[0]["ts"], action).ok


def rule(slack: StandIn, **said: str) -> None:
    given = {"case_call:1": "1", "case_reason": "Canteens are no product.", "case_scope": "all"}
    assert slack.submit("U0LEAD", **{**given, "case_facts": FACTS, **said}).ok


def test_the_whole_loop_from_a_question_to_an_exemplar(
    app: Running, slack: StandIn, folder: Path
) -> None:
    asked = ask(slack, "the union wrote of the canteen, responsive?")
    assert "C-0001: open" in words(card(slack, "C-0001: open"))
    press(slack, "U0ALICE", "claim")
    slack.until(lambda: slack.ephemeral("U0ALICE"))
    assert "only who holds review_manager" in slack.ephemeral("U0ALICE")[0]["text"]
    press(slack, "U0LEAD", "claim")
    card(slack, "C-0001: claimed")
    press(slack, "U0BRAM", "rule")
    slack.until(lambda: slack.ephemeral("U0BRAM"))
    assert "claimed by U0LEAD" in slack.ephemeral("U0BRAM")[0]["text"]
    press(slack, "U0LEAD", "rule")
    modal = slack.until(lambda: slack.modal("U0LEAD"))
    assert "the union wrote of the canteen" in str(modal["blocks"]), "who rules sees the question"
    assert "canteen" not in modal["private_metadata"]
    rule(slack, case_facts="too short")
    assert slack.modal("U0LEAD"), "what is wrong is said in the modal, and nothing is lost"
    rule(slack)
    answer = slack.until(lambda: slack.replies(CHANNEL, asked)[1:])[0]
    assert "Ruled by U0LEAD" in words(answer)
    assert "C-0001.1" in words(answer)
    card(slack, "C-0001: ruled")
    press(slack, "U0LEAD", "approve")
    slack.until(lambda: slack.ephemeral("U0LEAD"))
    assert "a second person" in slack.ephemeral("U0LEAD")[0]["text"]
    press(slack, "U0BRAM", "approve")
    card(slack, "C-0001: closed")
    made = load_matter(folder).exemplars[-1]
    assert (made.id, made.facts, made.decided_by) == ("EX-005", FACTS, "U0LEAD")
    office = app.serving.office
    slack.until(lambda: len(office.matters["harbor"].exemplars) == 5)
    assert len(slack.replies(CHANNEL, asked)) == 2, "the answer came once"
    room = office.rooms["harbor"]
    kinds = [entry.kind for entry in room.ledger.entries("harbor") if entry.kind == "lane-refused"]
    assert len(kinds) == 4
    assert room.ledger.verify("harbor").ok


def ruled(slack: StandIn, **said: str) -> None:
    """U0LEAD claims the case and rules."""
    card(slack, "C-0001: open")
    press(slack, "U0LEAD", "claim")
    press(slack, "U0LEAD", "rule")
    slack.until(lambda: slack.modal("U0LEAD"))
    rule(slack, **said)


def test_who_approves_reads_what_goes_into_the_bank_and_an_old_button_approves_nothing_else(
    app: Running, slack: StandIn, folder: Path
) -> None:
    ask(slack, "the union wrote of the canteen, responsive?")
    ruled(slack)
    shown = card(slack, "For the bank: ")
    assert FACTS in words(shown)
    assert "canteen, responsive?" not in words(shown), "the question is not copied"
    room = app.serving.office.rooms["harbor"]
    by, at = Person(names=("U0BRAM",)), datetime.now(UTC)
    room.act("C-0001", Act(deed="send_back", by=by, at=at, key="back", reason="no"))
    lead, other = Person(names=("U0LEAD",)), FACTS.replace("canteen", "holidays")
    again = first_ruling(room).model_copy(update={"facts": other})
    room.rule("C-0001", Act(deed="rule", by=lead, at=at, key="anew"), again)
    press_stale(slack, "U0BRAM", LANE, shown, f"{cases.DEED}:approve")
    slack.until(lambda: slack.ephemeral("U0BRAM"))
    assert "ruled anew since you looked" in slack.ephemeral("U0BRAM")[0]["text"]
    assert len(load_matter(folder).exemplars) == 4
    card(slack, other)


def first_ruling(room: Room) -> Ruling:
    found = [e for e in room.ledger.entries("harbor") if e.kind == "lane-rule"]
    return Ruling.model_validate((found[0].content or {})["ruling"])


def test_who_may_not_hear_of_the_matter_any_more_gets_no_ruling_on_it(
    app: Running, slack: StandIn, folder: Path
) -> None:
    asked = ask(slack, "the union wrote of the canteen, responsive?")
    card(slack, "C-0001: open")
    yaml = folder / "matter.yaml"
    text = yaml.read_text("utf-8").replace("U0ALICE: [reviewer], ", "")
    yaml.write_text(text.replace("default_role: reviewer\n", ""), "utf-8")
    office = app.serving.office
    slack.until(lambda: "U0ALICE" not in office.matters["harbor"].people)
    ruled(slack, case_scope="document")
    room = office.rooms["harbor"]
    slack.until(lambda: [n for n in states(room) if n == ("answer", "dropped")])
    assert len(slack.replies(CHANNEL, asked)) == 1


def states(room: Room) -> list[tuple[str, str]]:
    with room.store.reading() as connection:
        return [(n["kind"], n["state"]) for n in room.store.notices(connection, "harbor")]


def test_the_same_question_of_another_joins_the_case_and_both_get_the_ruling(
    app: Running, slack: StandIn
) -> None:
    first = ask(slack, "the union wrote, responsive?")
    card(slack, "C-0001: open")
    second = ask(slack, "The union wrote: responsive", "U0BRAM")
    told = slack.until(lambda: slack.replies(CHANNEL, second)[1:])
    assert "is with a person already (case C-0001)" in words(told[0])
    assert len(slack.messages(LANE)) == 1
    press(slack, "U0LEAD", "claim")
    press(slack, "U0LEAD", "rule")
    slack.until(lambda: slack.modal("U0LEAD"))
    rule(slack, case_scope="document")
    for asked in (first, second):
        slack.until(
            lambda asked=asked: [m for m in slack.replies(CHANNEL, asked) if "Ruled by" in words(m)]
        )
    card(slack, "C-0001: closed")


def test_an_answer_on_a_rule_that_changes_is_flagged_in_its_thread_once(
    app: Running, slack: StandIn, folder: Path
) -> None:
    asked = ask(slack, "newsletter, responsive?")
    room = app.serving.office.rooms["harbor"]
    slack.until(lambda: _noted(room))
    path = folder / "playbook/01-rules.md"
    path.write_text(path.read_text("utf-8").replace("whatever they", "whatever else they"), "utf-8")
    told = slack.until(lambda: slack.replies(CHANNEL, asked)[1:])
    assert "relied on RESP-01" in words(told[0])
    path.write_text(path.read_text("utf-8") + "\n", "utf-8")
    slack.until(
        lambda: app.serving.office.matters["harbor"].files["playbook/01-rules.md"].endswith("\n\n")
    )
    assert len(slack.replies(CHANNEL, asked)) == 2


def test_home_shows_the_lanes_numbers_to_who_decides_in_them_only(
    app: Running, slack: StandIn
) -> None:
    ask(slack, "the union wrote, responsive?")
    card(slack, "C-0001: open")
    for user, sees in (("U0LEAD", True), ("U0ALICE", False)):
        slack.open_home(user)
        home = slack.until(lambda user=user: slack.home(user))
        assert ("1 waiting" in str(home["blocks"])) == sees


def _noted(room: Any) -> bool:
    from sqlalchemy import select

    from assistant.lanes.tables import PLAYBOOKS

    with room.store.reading() as connection:
        return connection.execute(select(PLAYBOOKS.c.matter)).first() is not None
