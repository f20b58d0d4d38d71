"""Operations from the record: what was asked, what became of it, where the playbook is silent."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, insert
from typer.testing import CliRunner

from assistant.cli import app
from assistant.desk import Desk
from assistant.ledger import Ledger
from assistant.pipeline import choose, reply_to
from assistant.settings import Settings
from assistant.setup import open_desk
from assistant.types import Message
from evals.operations import Beside, Operations, operations
from evals.operations_report import weekly
from evals.rooms import Ruled, Vote, votes_of
from retrievers.model import open_model
from tests.conftest import Write

SILENT = (
    "drone footage of the roof. priv?",
    "drone video of the plant roof, privileged?",
    "the escrow agent's parking ticket. priv?",
)


@pytest.fixture
def settings(home: Path, tmp_path: Path) -> Settings:
    return Settings(home=home, database_url=f"sqlite:///{tmp_path}/own.sqlite")


@pytest.fixture
def desk(write_matter: Write, settings: Settings) -> Desk:
    return open_desk(write_matter(), settings)


def measured(desk: Desk, settings: Settings, **more: Any) -> Operations:
    entries = Ledger.open(settings.ledger_url).entries("harbor")
    embed = open_model(settings.folder, None).embed_query
    beside = Beside(more.get("rulings"), more.get("votes"))
    return operations(desk.matter, entries, embed, beside, (more.get("since"), more.get("until")))


def test_outcomes_silent_topics_rework_and_choices_are_counted(
    desk: Desk, settings: Settings
) -> None:
    first = reply_to(
        Message(text="publicity firm on the mail, who hired them? priv?", role="reviewer"), desk
    )
    assert first.seq
    choose("b2", first.seq, Message(text="b2", asker="U0ALICE", role="reviewer"), desk)
    for text in (*SILENT, "did we waive privilege by sending this?", SILENT[2]):
        reply_to(Message(text=text, role="reviewer"), desk)
    reply_to(Message(text="is this a suite's question?", asker="evals", role="reviewer"), desk)
    found = measured(desk, settings)
    assert found.questions == 6
    assert (found.outcomes["refuse"].hits, found.outcomes["clarify"].hits) == (1, 1)
    assert found.chosen is not None
    assert (found.chosen.hits, found.chosen.n) == (1, 1)
    assert (found.again.hits, found.silent) == (1, 4)
    assert sorted(t.n for t in found.topics) == [2, 2]
    assert any("drone" in topic.words for topic in found.topics)
    assert sum(week.counts.get("escalate", 0) for week in found.weeks) == 4
    assert len(found.missing) == 2


def test_the_clients_page_holds_no_question(desk: Desk, settings: Settings) -> None:
    for text in SILENT:
        reply_to(Message(text=text, role="reviewer"), desk)
    page = weekly(measured(desk, settings))
    assert not [text for text in SILENT if text in page]
    assert "drone" in page
    assert "no case of a lane yet" in page


def test_a_span_takes_in_its_first_day_and_not_its_last(desk: Desk, settings: Settings) -> None:
    reply_to(Message(text=SILENT[0], role="reviewer"), desk)
    now = datetime.now(UTC)
    assert (
        measured(
            desk, settings, since=now - timedelta(hours=1), until=now + timedelta(hours=1)
        ).questions
        == 1
    )
    assert measured(desk, settings, since=now + timedelta(hours=1)).questions == 0


def test_rulings_and_votes_are_told_where_their_rooms_are_in_use(
    desk: Desk, settings: Settings
) -> None:
    at = datetime.now(UTC)
    rulings = [
        Ruled(at=at, hours=2.0, due=True, inside=True, overturned=False),
        Ruled(at=at, hours=30.0, due=True, inside=False, overturned=True),
        Ruled(at=at, hours=None, due=False, inside=False, overturned=False),
    ]
    found = measured(
        desk, settings, rulings=rulings, votes=[Vote(up=True, at=at), Vote(up=False, at=at)]
    )
    assert (found.rulings, found.ruling_hours) == (2, 16.0)
    assert found.inside is not None
    assert (found.inside.hits, found.inside.n) == (1, 2)
    assert found.helpful is not None
    assert (found.helpful.hits, found.helpful.n) == (1, 2)
    assert found.missing == ()


def test_votes_are_read_from_the_slack_rooms_tables(tmp_path: Path) -> None:
    from slack_app.tables import INBOX, META, VOTES

    url = f"sqlite:///{tmp_path}/slack.sqlite"
    assert votes_of(url, "harbor") is None
    engine, at = create_engine(url), datetime.now(UTC)
    META.create_all(engine)
    row = {
        "kind": "message", "team": "T", "channel": "C", "ts": "1", "user": "U", "state": "done", "revision": 0, "attempt": 0,
        "received_at": at, "retry_at": at, "source": "message", "foreign": 0, "files": 0,
    }  # fmt: skip
    with engine.begin() as connection:
        for n, matter in ((1, "harbor"), (2, "other")):
            connection.execute(
                insert(INBOX), {**row, "key": str(n), "answer_id": f"a{n}", "matter": matter}
            )
            connection.execute(
                insert(VOTES), {"answer_id": f"a{n}", "user": "U", "vote": "up", "at": at}
            )
    engine.dispose()
    found = votes_of(url, "harbor")
    assert found is not None
    assert [(v.up, v.at) for v in found] == [(True, at)]


def test_the_command_prints_the_figures_and_writes_the_page(
    desk: Desk, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECONDCHAIR_HOME", str(settings.home))
    monkeypatch.setenv("SECONDCHAIR_DATABASE_URL", str(settings.database_url))
    reply_to(Message(text=SILENT[0], role="reviewer"), desk)
    folder = desk.matter.folder
    done = CliRunner().invoke(
        app, ["operations", folder, "--weekly", str(tmp_path / "w.html"), "--json"]
    )
    assert json.loads(done.stdout)["questions"] == 1
    assert (tmp_path / "w.html").read_text().startswith("<!doctype html>")
    assert "questions: 1" in CliRunner().invoke(app, ["operations", folder]).stdout
    assert (
        "questions: 0"
        in CliRunner().invoke(app, ["operations", folder, "--since", "2999-01-01"]).stdout
    )


def test_a_cases_ruling_is_counted_in_the_lanes_own_hours(desk: Desk, settings: Settings) -> None:
    from assistant.lanes.room import Room
    from evals.lanes import put_to_owners, rulings_of
    from evals.panel import Open

    assert rulings_of(desk.matter, settings) is None
    item = Open(
        item="q4/responsiveness",
        owner="review_manager",
        calls={"Responsive": 1, "Not Responsive": 1},
    )
    room, now = Room.of(lambda: desk.matter, settings), datetime.now(UTC)
    asks = {"q4": "the union wrote to us. responsive?"}
    told = put_to_owners([item], asks, room, ("U0ALICE", "7"), now)
    assert "in lane protocol" in told[0]
    assert put_to_owners([item], asks, room, ("U0ALICE", "7"), now) == told, "put once"
    rulings = rulings_of(desk.matter, settings)
    assert rulings is not None
    assert [(r.hours, r.due, r.overturned) for r in rulings] == [(None, False, False)]
    found = measured(desk, settings, rulings=rulings)
    assert (found.questions, found.rulings) == (0, 0)
