"""Every way in, driven end to end: real Bolt, real DBOS, a real ledger, a stand-in for Slack."""

from __future__ import annotations

import pytest
from running import Running, buttons, press_stale, settled, words
from standin import BOT, StandIn

from slack_app.blocks import actions

CHANNEL = "C0HARBOR"


def test_a_mention_gets_one_reply_in_its_thread_with_source_and_buttons(
    app: Running, slack: StandIn
) -> None:
    said = slack.say("U0ALICE", CHANNEL, f"<@{BOT}> newsletter, responsive?", copies=3)
    reply = settled(slack, CHANNEL, said.ts)
    assert "responsiveness = Not Responsive" in words(reply)
    assert "RESP-01" in words(reply)
    assert {actions.VOTE_UP, actions.VOTE_DOWN, actions.ESCALATE} <= set(buttons(reply))
    assert len(slack.replies(CHANNEL, said.ts)) == 1
    assert len(slack.calls("chat.postMessage")) == 1


def test_a_branch_turns_the_same_message_into_the_answer_and_names_who_affirmed(
    app: Running, slack: StandIn
) -> None:
    said = slack.say("U0ALICE", CHANNEL, f"<@{BOT}> mail from the firm, priv?")
    reply = settled(slack, CHANNEL, said.ts)
    assert slack.press("U0ALICE", CHANNEL, reply["ts"], f"{actions.CHOOSE}:1").ok
    slack.until(lambda: "Answer" in slack.replies(CHANNEL, said.ts)[0]["text"])
    answer = slack.replies(CHANNEL, said.ts)
    assert [m["ts"] for m in answer] == [reply["ts"]]
    assert "Privileged: Withhold" in words(answer[0])
    assert "U0ALICE" in str(answer[0]["blocks"])


def test_the_first_branch_pressed_counts_and_the_second_person_hears_so(
    app: Running, slack: StandIn
) -> None:
    said = slack.say("U0ALICE", CHANNEL, f"<@{BOT}> mail from the firm, priv?")
    reply = settled(slack, CHANNEL, said.ts)
    shown = dict(slack.messages(CHANNEL, said.ts)[-1])
    slack.press("U0ALICE", CHANNEL, reply["ts"], f"{actions.CHOOSE}:1")
    slack.until(lambda: "Answer" in slack.replies(CHANNEL, said.ts)[0]["text"])
    late = shown | {"ts": reply["ts"]}
    assert press_stale(slack, "U0BRAM", CHANNEL, late, f"{actions.CHOOSE}:2").ok
    slack.until(lambda: slack.ephemeral("U0BRAM"))
    assert "chosen already" in slack.ephemeral("U0BRAM")[0]["text"]


def test_a_number_in_the_thread_picks_a_branch(app: Running, slack: StandIn) -> None:
    said = slack.say("U0ALICE", CHANNEL, f"<@{BOT}> mail from the firm, priv?")
    settled(slack, CHANNEL, said.ts)
    slack.say("U0ALICE", CHANNEL, "2", thread=said.ts)
    slack.until(lambda: len(slack.replies(CHANNEL, said.ts)) == 2)
    slack.until(lambda: "Not Privileged" in slack.replies(CHANNEL, said.ts)[1]["text"])


def test_a_follow_up_of_the_asker_is_answered_with_the_question_before(
    app: Running, slack: StandIn
) -> None:
    said = slack.say("U0ALICE", CHANNEL, f"<@{BOT}> mail from the firm, priv?")
    settled(slack, CHANNEL, said.ts)
    slack.say("U0BRAM", CHANNEL, "I think counsel retained them", thread=said.ts)
    slack.say("U0ALICE", CHANNEL, "<@U0BRAM> are you sure?", thread=said.ts)
    slack.say("U0ALICE", CHANNEL, "counsel retained it for advice", thread=said.ts)
    slack.until(lambda: len(slack.replies(CHANNEL, said.ts)) == 2)
    slack.until(lambda: "Withhold" in slack.replies(CHANNEL, said.ts)[1]["text"])
    asked, _ = app.serving.office.desks["harbor"].recall(2)
    assert asked.text == "mail from the firm, priv?\ncounsel retained it for advice"


def test_a_courtesy_between_does_not_stand_before_the_question(
    app: Running, slack: StandIn
) -> None:
    said = slack.say("U0ALICE", CHANNEL, f"<@{BOT}> mail from the firm, priv?")
    settled(slack, CHANNEL, said.ts)
    slack.say("U0ALICE", CHANNEL, f"<@{BOT}> what can you do?", thread=said.ts)
    slack.until(lambda: len(slack.replies(CHANNEL, said.ts)) == 2)
    slack.say("U0ALICE", CHANNEL, "counsel retained it for advice", thread=said.ts)
    slack.until(lambda: len(slack.replies(CHANNEL, said.ts)) == 3)
    slack.until(lambda: "Withhold" in slack.replies(CHANNEL, said.ts)[2]["text"])
    asked, _ = app.serving.office.desks["harbor"].recall(3)
    assert asked.text == "mail from the firm, priv?\ncounsel retained it for advice"


def test_talk_that_does_not_name_us_is_left_alone(app: Running, slack: StandIn) -> None:
    one = slack.say("U0ALICE", CHANNEL, "anyone for lunch?")
    slack.say("U0BRAM", CHANNEL, "newsletter, responsive?", thread=one.ts)
    asked = slack.say("U0ALICE", CHANNEL, f"<@{BOT}> newsletter, responsive?")
    settled(slack, CHANNEL, asked.ts)
    assert slack.replies(CHANNEL, one.ts) == []


def test_the_mode_of_a_channel_is_set_by_who_decides_in_the_matter(
    app: Running, slack: StandIn
) -> None:
    slack.command("U0ALICE", CHANNEL, "/playbook", "follow-ups anyone")
    assert "Only who decides" in slack.ephemeral("U0ALICE")[0]["text"]
    slack.command("U0LEAD", CHANNEL, "/playbook", "follow-ups anyone")
    said = slack.say("U0ALICE", CHANNEL, f"<@{BOT}> mail from the firm, priv?")
    settled(slack, CHANNEL, said.ts)
    slack.say("U0BRAM", CHANNEL, "1", thread=said.ts)
    slack.until(lambda: len(slack.replies(CHANNEL, said.ts)) == 2)


def test_a_direct_message_is_answered_from_the_one_matter_that_fits(
    app: Running, slack: StandIn
) -> None:
    said = slack.say("U0ALICE", "U0BOT", "newsletter, responsive?")
    reply = settled(slack, said.channel, said.ts)
    assert "Not Responsive" in words(reply)


def test_a_private_channel_of_the_matter_is_answered_like_any(app: Running, slack: StandIn) -> None:
    slack.channel(CHANNEL, "harbor", "U0ALICE", is_private=True)
    said = slack.say("U0ALICE", CHANNEL, f"<@{BOT}> newsletter, responsive?")
    assert {d.payload["event"].get("channel_type", "group") for d in said.deliveries} == {"group"}
    assert "Not Responsive" in words(settled(slack, CHANNEL, said.ts))


def test_the_command_says_who_asked_what_and_the_reply_stands_under_it(
    app: Running, slack: StandIn
) -> None:
    answer = slack.command("U0ALICE", CHANNEL, "/playbook", "newsletter <!here> responsive?")
    assert answer.ok
    root = slack.until(lambda: slack.messages(CHANNEL))[0]
    assert "newsletter" in words(root)
    assert "<!here>" not in root["text"]
    reply = settled(slack, CHANNEL, root["ts"])
    assert "Not Responsive" in words(reply)


@pytest.mark.parametrize("text", ["", "help"])
def test_the_command_alone_says_how_to_ask(app: Running, slack: StandIn, text: str) -> None:
    slack.command("U0ALICE", CHANNEL, "/playbook", text)
    assert "follow-ups" in slack.ephemeral("U0ALICE")[0]["text"]


def test_the_shortcut_reads_a_message_as_a_document(app: Running, slack: StandIn) -> None:
    said = slack.say("U0BRAM", CHANNEL, "Dear all, this newsletter cheers the team")
    assert slack.shortcut("U0ALICE", CHANNEL, said.ts, "ask_playbook").ok
    reply = settled(slack, CHANNEL, said.ts)
    assert "Not Responsive" in words(reply)
    asked, _ = app.serving.office.desks["harbor"].recall(1)
    assert "> Dear all" in asked.text


def test_a_file_is_not_read_and_the_reply_says_so(app: Running, slack: StandIn) -> None:
    file = slack.file("mail.eml", b"x", "U0ALICE")
    only = slack.say("U0ALICE", CHANNEL, f"<@{BOT}>", files=[file])
    assert "none of those" in words(settled(slack, CHANNEL, only.ts))
    both = slack.say("U0ALICE", CHANNEL, f"<@{BOT}> newsletter, responsive?", files=[file])
    reply = words(settled(slack, CHANNEL, both.ts))
    assert "Not Responsive" in reply
    assert "attachment was not read" in reply


def test_an_edit_revises_the_reply_in_its_place(app: Running, slack: StandIn) -> None:
    said = slack.say("U0ALICE", CHANNEL, f"<@{BOT}> newsletter, responsive?")
    reply = settled(slack, CHANNEL, said.ts)
    slack.edit(CHANNEL, said.ts, f"<@{BOT}> mail from the firm, priv?")
    slack.until(lambda: "PRIV-01" in words(slack.replies(CHANNEL, said.ts)[0]))
    assert [m["ts"] for m in slack.replies(CHANNEL, said.ts)] == [reply["ts"]]


def test_an_edit_that_first_names_us_is_a_question(app: Running, slack: StandIn) -> None:
    said = slack.say("U0ALICE", CHANNEL, "newsletter, responsive?")
    slack.edit(CHANNEL, said.ts, f"<@{BOT}> newsletter, responsive?")
    assert "Not Responsive" in words(settled(slack, CHANNEL, said.ts))


def test_a_deletion_withdraws_the_reply_visibly(app: Running, slack: StandIn) -> None:
    said = slack.say("U0ALICE", CHANNEL, f"<@{BOT}> newsletter, responsive?")
    reply = settled(slack, CHANNEL, said.ts)
    slack.delete(CHANNEL, said.ts)
    slack.until(lambda: "withdrawn" in _text_of(slack, reply["ts"]))
    assert "RESP-01" not in _text_of(slack, reply["ts"])


def test_the_agent_pane_suggests_asks_of_the_matter(app: Running, slack: StandIn) -> None:
    slack.open_home("U0ALICE", "messages")
    prompts = slack.until(lambda: slack.calls("assistant.threads.setSuggestedPrompts"))
    assert prompts[0]["prompts"][0]["message"] == "How do I code a board deck with counsel's notes?"


def test_app_home_says_what_a_person_can_do_and_what_is_open(app: Running, slack: StandIn) -> None:
    said = slack.say("U0ALICE", CHANNEL, f"<@{BOT}> mail from the firm, priv?")
    settled(slack, CHANNEL, said.ts)
    slack.open_home("U0ALICE")
    home = slack.until(lambda: slack.home("U0ALICE"))
    assert "Playbook 1.10 · you are reviewer" in str(home).replace("_", " ")
    assert "/archives/" in str(home)


def test_votes_count_once_a_person_and_take_a_reason(app: Running, slack: StandIn) -> None:
    said = slack.say("U0ALICE", CHANNEL, f"<@{BOT}> newsletter, responsive?")
    reply = settled(slack, CHANNEL, said.ts)
    answer_id = buttons(reply)[actions.VOTE_UP]
    for action in (actions.VOTE_UP, actions.VOTE_UP, actions.VOTE_DOWN):
        assert slack.press("U0ALICE", CHANNEL, reply["ts"], action).ok
    slack.until(lambda: slack.modal("U0ALICE"))
    assert slack.submit("U0ALICE", reason="wrong_cite", comment="CANARY").ok
    votes = app.serving.office.store.votes(answer_id)
    assert [(v.user, v.vote, v.reason) for v in votes] == [("U0ALICE", "down", "wrong_cite")]


def test_stop_ends_what_is_at_work(slack: StandIn, app: Running) -> None:
    slack.fail("users.info", "internal_error", times=2, status=500)
    said = slack.say("U0ALICE", "U0BOT", "newsletter, responsive?")
    slack.until(lambda: slack.replies(said.channel, said.ts))
    slack.tell({"type": "agent_session_stopped", "user": "U0ALICE", "channel": said.channel})
    slack.until(lambda: "Stopped" in slack.replies(said.channel, said.ts)[0]["text"])


def _text_of(slack: StandIn, ts: str) -> str:
    return next(words(m) for m in slack.messages(CHANNEL) if m["ts"] == ts)
