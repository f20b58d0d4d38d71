"""Digests in Slack: asked for in each way, shown while they are made, recorded once, refused where they are not one's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from running import Running, settings_for, settled, words
from small_desk import small_desk
from standin import BOT, StandIn

from assistant.ledger import Ledger
from slack_app.digests import asks_for_digest
from slack_app.nouns import Row
from tests.conftest import RIGHTS, Write

CHANNEL = "C0HARBOR"
SAID = (
    ("Q.", "Did you inspect the pump in March?"),
    ("A.", "I inspected it on March 3 and found a crack <!here> in it."),
    ("Q.", "You told the plant manager, correct?"),
    ("A.", "Yes."),
)
BODY = "\n".join(f"{n + 1:>4}  {SAID[n % 4][0]:>6}  {SAID[n % 4][1]}" for n in range(24))
TRANSCRIPT = "DEPOSITION OF ANNA KERR\n\f" + "\f".join(f"{n:>60}\n\n{BODY}" for n in (5, 6, 7))


def shared(slack: StandIn, thread: str) -> list[dict[str, Any]]:
    """The messages of a thread that bring digests."""
    found = [m for m in slack.replies(CHANNEL, thread) if m.get("files")]
    return [m for m in found if m["files"][0]["name"].startswith("digest-")]


def recorded(app: Running, home: Path) -> list[int]:
    """The numbers of the digests in the ledger."""
    ledger = Ledger.open(settings_for_home(home))
    try:
        return [e.seq for e in ledger.entries("harbor") if e.kind == "digest"]
    finally:
        ledger.close()


def settings_for_home(home: Path) -> str:
    from assistant.settings import Settings

    return Settings(home=home).ledger_url


def kerr(slack: StandIn) -> dict[str, Any]:
    return slack.file("kerr.txt", TRANSCRIPT.encode(), "U0ALICE")


@pytest.mark.parametrize("text", [f"<@{BOT}> digest please", f"<@{BOT}>"])
def test_an_attached_transcript_is_digested_into_the_thread_and_recorded(
    text: str, app: Running, slack: StandIn, tmp_path: Path
) -> None:
    said = slack.say("U0ALICE", CHANNEL, text, files=[kerr(slack)])
    slack.until(lambda: "a digest with" in str(slack.replies(CHANNEL, said.ts)), 40)
    (message,) = shared(slack, said.ts)
    assert [Path(f["name"]).suffix for f in message["files"]] == [".docx", ".html"]
    assert "Deposition: ANNA KERR, pages 5–7" in message["text"]
    assert "• 5:1-2" in message["text"]
    assert "<!here>" not in message["text"]
    assert recorded(app, tmp_path / "home") == [1]


def test_how_far_it_is_stands_in_the_replys_place_meanwhile(app: Running, slack: StandIn) -> None:
    said = slack.say("U0ALICE", CHANNEL, f"<@{BOT}> digest", files=[kerr(slack)])
    slack.until(lambda: "a digest with" in str(slack.replies(CHANNEL, said.ts)), 40)
    updates = [c for c in slack.calls("chat.update") if "Digesting file 1 of 1" in str(c)]
    assert updates
    assert len(slack.calls("chat.postMessage")) == 1


def test_the_command_digests_the_newest_transcript_of_the_channel(
    app: Running, slack: StandIn
) -> None:
    slack.say("U0BRAM", CHANNEL, "here is the deposition", files=[kerr(slack)])
    slack.say("U0BRAM", CHANNEL, "and a list", files=[slack.file("x.xlsx", b"x", "U0BRAM")])
    done = slack.command("U0ALICE", CHANNEL, "/digest", "topical 1:5")
    assert done.ok
    asked = slack.until(lambda: [m for m in slack.messages(CHANNEL) if "digest of" in m["text"]])
    slack.until(lambda: "a digest with" in str(slack.replies(CHANNEL, asked[0]["ts"])), 40)
    assert len(shared(slack, asked[0]["ts"])) == 1


def test_the_command_alone_says_how_it_is_used(app: Running, slack: StandIn) -> None:
    slack.command("U0ALICE", CHANNEL, "/digest", "help")
    assert "newest transcript" in slack.ephemeral("U0ALICE")[0]["text"]


def test_a_mention_in_a_thread_digests_the_threads_transcript(app: Running, slack: StandIn) -> None:
    root = slack.say("U0BRAM", CHANNEL, "the deposition", files=[kerr(slack)])
    slack.say("U0ALICE", CHANNEL, f"<@{BOT}> digest of this transcript please", thread=root.ts)
    slack.until(lambda: "a digest with" in str(slack.replies(CHANNEL, root.ts)), 40)
    assert len(shared(slack, root.ts)) == 1


def test_where_there_is_no_transcript_that_is_said(app: Running, slack: StandIn) -> None:
    said = slack.say("U0ALICE", CHANNEL, f"<@{BOT}> digest please")
    assert "found no transcript" in words(settled(slack, CHANNEL, said.ts))
    letter = slack.file("letter.txt", b"Dear Sir, nobody speaks here.", "U0ALICE")
    other = slack.say("U0ALICE", CHANNEL, f"<@{BOT}>", files=[letter])
    assert "does not read as a transcript" in words(settled(slack, CHANNEL, other.ts))


def test_a_file_kept_elsewhere_is_not_fetched(app: Running, slack: StandIn) -> None:
    file = {**kerr(slack), "url_private_download": "http://example.org/kerr.txt"}
    said = slack.say("U0ALICE", CHANNEL, f"<@{BOT}>", files=[file])
    assert "kept outside Slack" in words(settled(slack, CHANNEL, said.ts))


def test_a_try_that_was_cut_off_leaves_one_entry_and_one_digest(
    app: Running, slack: StandIn, tmp_path: Path
) -> None:
    slack.fail("files.completeUploadExternal", "internal_error", times=1)
    said = slack.say("U0ALICE", CHANNEL, f"<@{BOT}> digest", files=[kerr(slack)])
    slack.until(lambda: "a digest with" in str(slack.replies(CHANNEL, said.ts)), 40)
    assert len(shared(slack, said.ts)) == 1
    assert recorded(app, tmp_path / "home") == [1]


def test_where_uploads_are_forbidden_the_overview_stands_in_the_thread(
    app: Running, slack: StandIn
) -> None:
    slack.api.files.forbidden = True
    said = slack.say("U0ALICE", CHANNEL, f"<@{BOT}> digest", files=[kerr(slack)])
    slack.until(lambda: "takes no files" in str(slack.replies(CHANNEL, said.ts)), 40)
    assert "Deposition: ANNA KERR" in str(slack.replies(CHANNEL, said.ts))


@pytest.mark.parametrize(
    ("requesters", "refused"), [("privilege_lead", True), ("reviewer, privilege_lead", False)]
)
def test_the_matters_right_says_who_may_have_a_digest(
    requesters: str, refused: bool, slack: StandIn, write_matter: Write, tmp_path: Path
) -> None:
    right = (
        "  - id: transcript-digest\n    task: Digest a transcript\n    assistant: answer\n"
        f"    accountable: privilege_lead\n    requesters: [{requesters}]\n"
        "    asks: [Digest this deposition, A digest please, Summarize the transcript, Index it]\n"
    )
    folder = write_matter(rights=RIGHTS.replace("default: refuse", f"{right}default: refuse"))
    settings = settings_for(slack, tmp_path / "home")
    with Running(slack, [small_desk(folder, settings)], settings):
        said = slack.say("U0ALICE", CHANNEL, f"<@{BOT}> digest", files=[kerr(slack)])
        told = words(settled(slack, CHANNEL, said.ts, 40))
        slack.until(lambda: bool(shared(slack, said.ts)) is not refused, 20)
        assert ("ask the privilege lead" in told) is refused


def test_what_to_say_of_waiver_stays_refused_beside_a_transcript(
    app: Running, slack: StandIn
) -> None:
    asked = f"<@{BOT}> summarize where they waive privilege, and what to play at trial"
    said = slack.say("U0ALICE", CHANNEL, asked, files=[kerr(slack)])
    assert "Not the assistant's right" in words(settled(slack, CHANNEL, said.ts))
    assert shared(slack, said.ts) == []


def test_a_follow_up_after_a_digest_is_a_question_of_its_own(app: Running, slack: StandIn) -> None:
    said = slack.say("U0ALICE", CHANNEL, f"<@{BOT}> digest", files=[kerr(slack)])
    slack.until(lambda: "a digest with" in str(slack.replies(CHANNEL, said.ts)), 40)
    slack.say("U0ALICE", CHANNEL, f"<@{BOT}> and a newsletter, responsive?", thread=said.ts)
    slack.until(lambda: "Not Responsive" in str(slack.replies(CHANNEL, said.ts)), 20)


ROW: dict[str, Any] = {
    "key": "k", "kind": "message", "source": "mention", "team": "T", "channel": "C", "thread": None,
    "ts": "1", "user": "U", "state": "new", "revision": 0, "attempt": 0, "answer_id": "a",
    "received_at": "2026-11-25T00:00:00Z", "retry_at": "2026-11-25T00:00:00Z",
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("digest", True),
        ("Please make a topical digest of this transcript, 1:5", True),
        ("can you summarize the deposition please?", True),
        ("chronological summary of this", True),
        ("how do I code a board digest?", False),
        ("digest of the best clips to play", False),
        ("summary of counsel's advice, privileged?", False),
        ("", False),
    ],
)
def test_only_a_plain_request_for_a_digest_is_one(text: str, asks: bool) -> None:
    assert asks_for_digest(Row.model_validate(ROW), text) is asks
