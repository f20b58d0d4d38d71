"""Escalations reach a person: the packet in the lane's channel, once, recorded; and where it can't, said."""

from __future__ import annotations

from pathlib import Path

import pytest
from running import Running, settings_for, settled, words
from small_desk import small_desk
from standin import BOT, StandIn

from slack_app.blocks import actions

CHANNEL = "C0HARBOR"


def ask(slack: StandIn, text: str) -> tuple[str, str]:
    """(ts of the question, ts of its reply)."""
    said = slack.say("U0ALICE", CHANNEL, f"<@{BOT}> {text}")
    return said.ts, settled(slack, CHANNEL, said.ts)["ts"]


def test_an_escalation_posts_its_packet_to_the_lane_with_the_asker_and_a_link(
    app: Running, slack: StandIn
) -> None:
    _, reply = ask(slack, "the union wrote, responsive?")
    packet = slack.until(lambda: slack.messages("C0PROTO"))[0]
    assert "U0ALICE" in str(packet["blocks"])
    assert reply.replace(".", "") in str(packet["blocks"])
    assert "the union wrote" not in str(packet)
    store = app.serving.office.store
    slack.until(lambda: [e for e in store.escalations() if e.state == "posted"])
    noted = store.escalations()[0]
    assert (noted.lane, noted.channel, noted.asker, noted.by) == (
        "protocol",
        "C0PROTO",
        "U0ALICE",
        "automatic",
    )


def test_the_button_gives_an_answer_to_a_person_once_however_often_it_is_pressed(
    app: Running, slack: StandIn
) -> None:
    asked, reply = ask(slack, "newsletter, responsive?")
    for user in ("U0ALICE", "U0ALICE", "U0BRAM"):
        assert slack.press(user, CHANNEL, reply, actions.ESCALATE).ok
    told = slack.until(lambda: slack.replies(CHANNEL, asked)[1:])
    assert "Given to a person: lane protocol" in words(told[0])
    assert len(slack.messages("C0PROTO")) == 1
    assert [e.by for e in app.serving.office.store.escalations()] == ["U0ALICE"]


def test_a_lane_whose_channel_cannot_be_posted_to_is_said_to_the_asker(
    app: Running, slack: StandIn
) -> None:
    slack.channel("C0PROTO", "protocol", is_archived=True)
    asked, _ = ask(slack, "the union wrote, responsive?")
    told = slack.until(lambda: slack.replies(CHANNEL, asked)[1:])
    assert "please ask the review_manager yourself" in words(told[0])
    assert [e.state for e in app.serving.office.store.escalations()] == ["is_archived"]


@pytest.mark.parametrize("about", [{"is_ext_shared": True}, {"is_pending_ext_shared": True}])
def test_a_packet_never_goes_to_a_channel_that_is_shared_outside(
    app: Running, slack: StandIn, about: dict[str, bool]
) -> None:
    slack.channel("C0PROTO", "protocol", **about)
    asked, _ = ask(slack, "the union wrote, responsive?")
    slack.until(lambda: slack.replies(CHANNEL, asked)[1:])
    assert slack.messages("C0PROTO") == []
    assert [e.state for e in app.serving.office.store.escalations()] == ["shared outside"]


def test_a_lane_without_a_channel_is_said_and_recorded(
    slack: StandIn, folder: Path, tmp_path: Path
) -> None:
    text = (folder / "matter.yaml").read_text("utf-8").replace(", channel: C0PROTO", "")
    (folder / "matter.yaml").write_text(text, "utf-8")
    settings = settings_for(slack, tmp_path / "home")
    with Running(slack, [small_desk(folder, settings)], settings) as app:
        asked, _ = ask(slack, "the union wrote, responsive?")
        told = slack.until(lambda: slack.replies(CHANNEL, asked)[1:])
        assert "no channel" in words(told[0])
        assert [e.state for e in app.serving.office.store.escalations()] == ["no channel"]


def test_a_branch_that_leads_to_a_person_does(app: Running, slack: StandIn) -> None:
    asked, reply = ask(slack, "mail from the firm, priv?")
    assert slack.press("U0ALICE", CHANNEL, reply, f"{actions.CHOOSE}:3").ok
    packet = slack.until(lambda: slack.messages("C0PRIV"))[0]
    assert "privilege lead" in words(packet)
    slack.until(lambda: "person" in slack.replies(CHANNEL, asked)[0]["text"].lower())


def test_a_reply_that_does_not_fit_goes_whole_as_a_file_or_as_messages(
    slack: StandIn, folder: Path, tmp_path: Path
) -> None:
    long = "\n".join(f"Paragraph {n} of the test that counsel set." for n in range(600))
    path = folder / "playbook" / "01-rules.md"
    text = path.read_text("utf-8").replace("Newsletters sent", f"{long}\nNewsletters sent")
    path.write_text(text, "utf-8")
    settings = settings_for(slack, tmp_path / "home")
    with Running(slack, [small_desk(folder, settings)], settings):
        asked, _ = ask(slack, "newsletter, responsive?")
        uploaded = slack.until(
            lambda: [m for m in slack.messages(CHANNEL, asked) if m.get("files")]
        )
        assert uploaded[0]["files"][0]["name"].startswith("reply-")
        slack.fail("files.getUploadURLExternal", "file_uploads_disabled")
        again, _ = ask(slack, "newsletter again, responsive?")
        parts = slack.until(lambda: slack.replies(CHANNEL, again)[1:])
        assert "part 1 of" in parts[0]["text"]
