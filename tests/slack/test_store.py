"""The inbox: one row whatever comes how often, on SQLite and PostgreSQL; votes and escalations once."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from slack_app.nouns import Escalated, Incoming, Vote
from slack_app.seal import Seal
from slack_app.store import Store

SEAL = Seal.of("xoxb-test")


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    opened = Store(database_url)
    yield opened
    opened.close()


def incoming(ts: str = "1.000001", user: str = "U0ALICE", seen: tuple[str, ...] = ()) -> Incoming:
    return Incoming(
        key=f"m:T1:C1:{ts}",
        source="mention",
        team="T1",
        channel="C1",
        thread="1.000001",
        ts=ts,
        user=user,
        text="newsletter, responsive?",
        seen=seen,
    )


def put(store: Store, thing: Incoming) -> bool:
    sealed = SEAL.close(thing.text, thing.key)
    return store.accept(thing, sealed, SEAL.digest(thing.text)) is not None


def test_the_same_message_is_accepted_once_whatever_brings_it(store: Store) -> None:
    assert put(store, incoming(seen=("e:T1:E1", "c:T1:c1")))
    assert not put(store, incoming(seen=("e:T1:E2",)))
    assert not put(store, incoming(ts="2.000001", seen=("c:T1:c1",))), "a client that sent twice"
    assert put(store, incoming(ts="3.000001", seen=("e:T1:E3",)))


def test_twenty_deliveries_at_once_make_one_row(store: Store) -> None:
    with ThreadPoolExecutor(8) as pool:
        accepted = list(pool.map(lambda _: put(store, incoming()), range(20)))
    assert sum(accepted) == 1


def test_a_finished_row_holds_no_text(store: Store) -> None:
    put(store, incoming())
    row = store.row("m:T1:C1:1.000001")
    assert row is not None
    assert SEAL.open(row.sealed, row.key) == "newsletter, responsive?"
    assert store.finish(row.key, 0, seq=4, outcome="answer", matter="harbor")
    done = store.row(row.key)
    assert done is not None
    assert (done.state, done.sealed, done.seq) == ("done", None, 4)


def test_an_edit_begins_a_revision_and_the_older_work_cannot_finish_it(store: Store) -> None:
    put(store, incoming())
    key = "m:T1:C1:1.000001"
    assert store.revise(key, b"x", SEAL.digest("newsletter, responsive?")) is None, "same text"
    revised = store.revise(key, SEAL.close("other", key), SEAL.digest("other"))
    assert revised is not None
    assert revised.revision == 1
    assert not store.finish(key, 0)
    store.advance(key, 0, "deciding")
    assert store.row(key) == revised
    assert store.finish(key, 1)


def test_a_cancelled_row_stays_cancelled(store: Store) -> None:
    put(store, incoming())
    key = "m:T1:C1:1.000001"
    row = store.cancel(key, "deleted")
    assert row is not None
    assert (row.state, row.sealed) == ("cancelling", None)
    assert store.cancel(key, "deleted") is None
    assert store.revise(key, b"x", "other") is None
    assert store.cancel("m:T1:C1:9.9", "deleted") is None


def test_rows_left_behind_are_those_whose_time_has_come(store: Store) -> None:
    put(store, incoming())
    key = "m:T1:C1:1.000001"
    assert store.left_behind(grace=60) == []
    assert [row.key for row in store.left_behind(grace=0)] == [key]
    store.postpone(key, 0, seconds=60)
    assert store.left_behind(grace=0) == []
    store.postpone(key, 0, seconds=0)
    assert [row.attempt for row in store.left_behind(grace=60)] == [2]
    store.finish(key, 0)
    assert store.left_behind(grace=0) == []


def test_a_thread_is_read_in_its_order(store: Store) -> None:
    for ts in ("3.000001", "1.000001", "2.000001"):
        put(store, incoming(ts))
    assert [row.ts[0] for row in store.thread("C1", "1.000001")] == ["1", "2", "3"]
    last = store.row("m:T1:C1:3.000001")
    assert last is not None
    assert [row.ts[0] for row in store.before(last)] == ["1", "2"]


def test_one_vote_a_person_and_answer_the_last_one(store: Store) -> None:
    for vote in ("up", "down", "up"):
        store.vote(Vote.model_validate({"answer_id": "a", "user": "U1", "vote": vote}))
    store.vote(Vote(answer_id="a", user="U2", vote="down", reason="wrong_call"), b"sealed")
    votes = sorted(store.votes("a"), key=lambda vote: vote.user)
    assert [(v.user, v.vote, v.reason) for v in votes] == [
        ("U1", "up", None),
        ("U2", "down", "wrong_call"),
    ]


def test_an_escalation_is_noted_once_an_answer(store: Store) -> None:
    noted = Escalated(
        answer_id="a",
        matter="harbor",
        lane="privilege",
        channel="C0PRIV",
        ts=None,
        asker="U1",
        by="automatic",
        state="posting",
        at=datetime.now(UTC),
    )
    store.escalated(noted)
    store.escalated(noted.model_copy(update={"state": "posted", "ts": "5.0"}))
    assert [(e.state, e.ts) for e in store.escalations("a")] == [("posted", "5.0")]


def test_follow_ups_are_the_askers_unless_set(store: Store) -> None:
    assert store.follow_ups("C1") == "asker"
    store.set_follow_ups("C1", "anyone")
    store.set_follow_ups("C1", "off")
    assert store.follow_ups("C1") == "off"


def test_no_text_of_a_question_stands_in_the_database_file(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 's.sqlite'}")
    thing = incoming().model_copy(update={"text": "CANARY-7431"})
    put(store, thing)
    store.close()
    assert all(b"CANARY" not in file.read_bytes() for file in tmp_path.iterdir())


def test_a_seal_opens_only_for_its_own_row_and_token() -> None:
    sealed = SEAL.close("text", "m:1")
    assert SEAL.open(sealed, "m:1") == "text"
    assert SEAL.open(sealed, "m:2") is None
    assert Seal.of("xoxb-other").open(sealed, "m:1") is None
    assert SEAL.open(None, "m:1") is None


def test_a_database_of_the_version_before_gets_the_table_that_is_new(database_url: str) -> None:
    first = Store(database_url)
    with first.database.writing("older") as connection:
        connection.execute(text("DROP TABLE slack_posted"))
        connection.execute(text("UPDATE alembic_version_slack SET version_num = '0001'"))
    first.close()
    again = Store(database_url)
    for ts in ("1.1", "1.2"):
        again.keep_posted("harbor.P-0001", "C0PROTO", ts)
    assert again.posted("harbor.P-0001") == ("C0PROTO", "1.2")
    assert again.posted("harbor.P-0002") is None
    again.close()
