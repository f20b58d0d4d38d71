"""A proposed change to the playbook in Slack: shown with its diff, decided once by who answers for it, handed over."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from blockkit import assert_sendable
from running import Running, buttons, press_stale, words
from standin import StandIn

from assistant.lanes.by_hand import by_hand
from assistant.lanes.nouns import Act, Asker, Person, Proposal, Ruling
from assistant.lanes.proposals import gather, proposals
from assistant.lanes.room import Room
from assistant.types import Call
from slack_app.blocks import proposals as blocks

LANE = "C0PROTO"
FACTS = "A letter of the works council about the canteen, no word of the product."
pytestmark = pytest.mark.usefixtures("two_managers")


@pytest.fixture
def room(app: Running) -> Room:
    return app.serving.office.rooms["harbor"]


def proposed(room: Room, facts: str = FACTS) -> Proposal:
    """A ruling that asks for it, and the proposal that it becomes."""
    seq = by_hand(
        "the union wrote of the canteen, responsive?", "U0ALICE", "cli:1", room, "protocol"
    )
    asker = Asker(person="U0ALICE", place="cli:1", seq=seq)
    case = room.open(_act("open", "U0ALICE"), asker).case
    room.act(case.id, _act("claim", "U0LEAD"))
    call = Call(field="responsiveness", choice="Not Responsive", source=case.id)
    ruling = Ruling(
        calls=(call,),
        reason="Canteens are no product.",
        rules=("RESP-02",),
        facts=facts,
        playbook=True,
    )
    done = room.rule(case.id, _act("rule", "U0LEAD"), ruling)
    assert done.refused is None
    gather(room, datetime.now(UTC))
    return proposals(room)[0]


def _act(deed: Any, by: str) -> Act:
    return Act(deed=deed, by=Person(names=(by,)), at=datetime.now(UTC), key=f"{deed}.{by}")


def card(slack: StandIn, says: str) -> dict[str, Any]:
    """The proposal's message in the lane, once it says so."""
    found: list[dict[str, Any]] = slack.until(
        lambda: [m for m in slack.messages(LANE) if says in words(m)]
    )
    return found[0]


def press(slack: StandIn, user: str, deed: str, shown: dict[str, Any]) -> None:
    assert slack.press(user, LANE, shown["ts"], f"{blocks.DECIDE}:{deed}:0").ok


def refusals(room: Room) -> list[str]:
    found = [e for e in room.ledger.entries("harbor") if e.kind == "lane-refused"]
    return [str((entry.content or {})["why"]) for entry in found]


def test_the_diff_is_shown_accepted_by_who_answers_for_it_and_handed_over_as_a_file(
    room: Room, slack: StandIn, folder: Path
) -> None:
    before = (folder / "playbook/01-rules.md").read_text("utf-8")
    made = proposed(room)
    shown = card(slack, "P-0001: a change to the playbook is proposed")
    assert "+Call (if a letter of the works council" in words(shown)
    assert set(buttons(shown).values()) == {f"harbor:P-0001:{made.seq}"}, "ids, no text"
    press(slack, "U0ALICE", "accept", shown)
    slack.until(lambda: slack.ephemeral("U0ALICE"))
    assert "only who holds review_manager" in slack.ephemeral("U0ALICE")[0]["text"]
    press(slack, "U0LEAD", "accept", shown)
    modal = slack.until(lambda: slack.modal("U0LEAD"))
    assert_sendable(modal["blocks"])
    assert slack.submit("U0LEAD", proposal_reason="Three rulings say so.").ok
    after = card(slack, "P-0001: accepted")
    assert "Three rulings say so." in words(after)
    assert buttons(after) == {}
    own = [m for m in slack.messages(LANE) if "P-0001" in words(m) and "thread_ts" not in m]
    assert len(own) == 1, "its own message changed"
    (file,) = slack.until(
        lambda: [f for m in slack.replies(LANE, shown["ts"]) for f in m.get("files", ())]
    )
    assert file["name"] == "P-0001.diff"
    assert proposals(room)[0].decided_by == "U0LEAD"
    assert (folder / "playbook/01-rules.md").read_text("utf-8") == before, "never by itself"
    assert len(refusals(room)) == 1


def test_of_two_that_decide_at_once_the_first_counts_and_the_second_hears_it(
    room: Room, slack: StandIn
) -> None:
    proposed(room)
    shown = card(slack, "P-0001")
    press(slack, "U0LEAD", "accept", shown)
    press(slack, "U0BRAM", "decline", shown)
    for user in ("U0LEAD", "U0BRAM"):
        slack.until(lambda user=user: slack.modal(user))
    assert slack.submit("U0LEAD", proposal_reason="").ok
    slack.submit("U0BRAM", proposal_reason="Too rare.")
    assert slack.modal("U0BRAM"), "what was refused is said in the modal"
    card(slack, "P-0001: accepted")
    assert refusals(room) == ["P-0001 is accepted already by U0LEAD"]
    press_stale(slack, "U0BRAM", LANE, shown, f"{blocks.DECIDE}:decline:0")
    slack.until(lambda: slack.ephemeral("U0BRAM"))
    assert "accepted already" in slack.ephemeral("U0BRAM")[0]["text"]


def test_declining_needs_a_reason_and_a_person_taken_out_meanwhile_decides_nothing(
    room: Room, slack: StandIn, folder: Path
) -> None:
    proposed(room)
    shown = card(slack, "P-0001")
    press(slack, "U0LEAD", "decline", shown)
    slack.until(lambda: slack.modal("U0LEAD"))
    slack.submit("U0LEAD", proposal_reason=" ")
    assert slack.modal("U0LEAD")
    yaml = folder / "matter.yaml"
    yaml.write_text(yaml.read_text("utf-8").replace("U0LEAD: [review_manager], ", ""), "utf-8")
    slack.submit("U0LEAD", proposal_reason="Too rare.")
    assert proposals(room)[0].state == "proposed"
    assert refusals(room)[-1] == "only who holds review_manager decides on the playbook"
    press(slack, "U0BRAM", "decline", shown)
    slack.until(lambda: slack.modal("U0BRAM"))
    assert slack.submit("U0BRAM", proposal_reason="Too rare.").ok
    assert "Too rare." in words(card(slack, "P-0001: declined"))
    assert not [f for m in slack.replies(LANE, shown["ts"]) for f in m.get("files", ())]


def test_a_playbook_that_changes_renews_the_message_and_an_old_button_decides_nothing(
    room: Room, slack: StandIn, folder: Path
) -> None:
    made = proposed(room)
    shown = card(slack, "P-0001")
    path = folder / "playbook/01-rules.md"
    path.write_text(
        path.read_text("utf-8").replace("needs a person.", "always needs a person."), "utf-8"
    )
    again = card(slack, "always needs a person.")
    assert again["ts"] == shown["ts"]
    assert buttons(again) != buttons(shown)
    press_stale(slack, "U0LEAD", LANE, shown, f"{blocks.DECIDE}:accept:0")
    slack.until(lambda: slack.ephemeral("U0LEAD"))
    assert "made anew since you looked" in slack.ephemeral("U0LEAD")[0]["text"]
    assert proposals(room)[0].seq != made.seq


def test_home_shows_it_to_who_decides_only_and_it_is_decided_there(
    room: Room, slack: StandIn
) -> None:
    proposed(room)
    card(slack, "P-0001")
    slack.open_home("U0ALICE")
    assert "P-0001" not in json.dumps(slack.until(lambda: slack.home("U0ALICE")))
    slack.open_home("U0BRAM")
    slack.until(lambda: "P-0001" in json.dumps(slack.home("U0BRAM")))
    assert slack.press_home("U0BRAM", f"{blocks.DECIDE}:accept:0").ok
    slack.until(lambda: slack.modal("U0BRAM"))
    assert slack.submit("U0BRAM", proposal_reason="").ok
    slack.until(lambda: "P-0001" not in json.dumps(slack.home("U0BRAM")))
    card(slack, "P-0001: accepted")


def test_a_long_diff_is_shortened_and_goes_along_whole() -> None:
    made = Proposal(
        id="P-0001", matter="harbor", topic="RESP-02", cases=("C-0001",), state="proposed", seq=9,
        diff="--- a/x.md\n+++ b/x.md\n" + "+a line <!here> of <@U0LEAD>\n" * 400,
    )  # fmt: skip
    post = blocks.proposal_message(made)
    assert post.overflow == made.diff
    assert_sendable(post.blocks)
    assert_sendable(blocks.proposals_on_home([made] * 9), 100)
