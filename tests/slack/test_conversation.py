"""Follow-ups: whose messages are answered without a mention, and what they then ask."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from slack_app.conversation import is_for_us, leans_on, picks_branch
from slack_app.nouns import FollowUps, Incoming, Row

NOW = datetime(2026, 11, 1, tzinfo=UTC)


def row(**more: Any) -> Row:
    fields = {
        "key": "m:T1:C1:1.0",
        "kind": "message",
        "source": "mention",
        "team": "T1",
        "channel": "C1",
        "thread": "1.0",
        "ts": "1.0",
        "user": "U0ALICE",
        "state": "done",
        "revision": 0,
        "attempt": 0,
        "received_at": NOW,
        "retry_at": NOW,
        "answer_id": "a1",
        "seq": 1,
        "outcome": "answer",
    }
    return Row.model_validate(fields | more)


def follow_up(user: str, text: str = "and if it is a draft?") -> Incoming:
    return Incoming(
        key="m:T1:C1:2.0",
        source="thread",
        team="T1",
        channel="C1",
        thread="1.0",
        ts="2.0",
        user=user,
        text=text,
    )


@pytest.mark.parametrize(
    ("user", "mode", "ours"),
    [
        ("U0ALICE", "asker", True),
        ("U0BRAM", "asker", False),
        ("U0BRAM", "anyone", True),
        ("U0ALICE", "off", False),
    ],
)
def test_the_channels_mode_says_whose_follow_ups_are_answered(
    user: str, mode: FollowUps, ours: bool
) -> None:
    assert is_for_us(follow_up(user), [row()], mode) is ours


def test_a_thread_that_we_took_no_part_in_is_never_joined() -> None:
    assert not is_for_us(follow_up("U0ALICE"), [], "anyone")
    assert not is_for_us(follow_up("U0ALICE"), [row(state="cancelled")], "anyone")


def test_thanks_in_a_thread_want_no_answer_and_repeat_no_question() -> None:
    assert not is_for_us(follow_up("U0ALICE", "ok great, thank you!"), [row()], "anyone")
    assert is_for_us(follow_up("U0ALICE", "thanks. And the cover mail?"), [row()], "anyone")
    assert is_for_us(follow_up("U0ALICE", "ok for this, and for that?"), [row()], "anyone")
    assert not leans_on("Thanks, that helps.", row(outcome="clarify"))


@pytest.mark.parametrize(
    ("text", "branch"),
    [("2", "b2"), (" b2 ", "b2"), ("option 3.", "b3"), ("2 documents", None), ("two", None)],
)
def test_a_bare_number_after_a_clarification_is_a_branch(text: str, branch: str | None) -> None:
    assert picks_branch(text, row(outcome="clarify")) == branch
    assert picks_branch(text, row()) is None
    assert picks_branch(text, None) is None


@pytest.mark.parametrize(
    ("text", "outcome", "leans"),
    [
        ("counsel retained the firm", "clarify", True),
        ("Calendar invite, responsive?", "clarify", False),
        ("and if counsel is only copied?", "answer", True),
        ("What about the attachment?", "answer", True),
        ("Calendar invite from the plant, responsive?", "answer", False),
        ("and " + "x" * 300, "answer", False),
    ],
)
def test_a_follow_up_leans_on_the_question_before_only_where_it_must(
    text: str, outcome: str, leans: bool
) -> None:
    assert leans_on(text, row(outcome=outcome)) is leans
    assert not leans_on(text, None)
    assert not leans_on(text, row(seq=None, outcome=outcome))
