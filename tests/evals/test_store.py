"""The run store on SQLite and on PostgreSQL: runs, baselines, draws and calls that are never changed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from assistant.errors import DatabaseError
from evals.drawing import Draw, Item
from evals.sittings import order
from evals.store import Store
from evals.types import Run, Verdict


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    opened = Store(database_url)
    yield opened
    opened.close()


def run(suite: str = "s") -> Run:
    return Run(
        matter="harbor", title="Harbor", playbook_version="1", suite=suite, at=datetime.now(UTC), seconds=1.5, repeats=1,
        composer="extractive", fingerprint={"code": "x"}, state="x", limits="1", results=(), scores=(),
        verdict=Verdict(word="go", reasons=("fine",)),
    )  # fmt: skip


def test_runs_come_back_as_they_were_oldest_first(store: Store) -> None:
    first, second, other = store.keep(run()), store.keep(run()), store.keep(run("other"))
    assert store.runs("harbor", "s")[-2:] == [first, second]
    assert store.run(other.number or 0) == other
    assert store.runs("elsewhere") == []
    with pytest.raises(DatabaseError, match="no eval run 99999"):
        store.run(99999)


def test_the_baseline_is_the_last_run_that_a_person_accepted(store: Store) -> None:
    assert store.baseline("harbor", "fresh") is None
    first, second = store.keep(run("fresh")), store.keep(run("fresh"))
    store.accept(second, "R. Gold", "better")
    store.accept(first, "A. Reyes", "back to the first")
    assert store.baseline("harbor", "fresh") == (first, "A. Reyes")


def test_a_raters_calls_are_kept_once_and_for_good(store: Store) -> None:
    number = store.keep_draw("harbor", "qc", "seal", "{}")
    store.keep_calls("harbor", number, "R1", {"a": "yes", "b": "no"})
    with pytest.raises(DatabaseError, match="has called draw"):
        store.keep_calls("harbor", number, "R1", {"a": "no"})
    assert sorted(store.calls(number)) == [("R1", "a", "yes"), ("R1", "b", "no")]
    assert store.draw(number) == ("qc", "seal", "{}")
    with pytest.raises(DatabaseError, match="no draw 99999"):
        store.draw(99999)


DRAWN = Draw(
    kind="calibration", matter="harbor", source="s", seed=4, size=2, population="p",
    items=(Item(id="a", shown="?", labels=("x", "y")), Item(id="b", shown="?", labels=("x", "y"))),
)  # fmt: skip


def test_a_run_is_found_by_the_key_of_its_asking_and_the_newest_first(store: Store) -> None:
    first = store.keep(run("keyed").model_copy(update={"key": "k1", "by": "U1"}))
    second = store.keep(run("keyed"))
    assert store.asked("harbor", "keyed", "k1") == first
    assert store.asked("harbor", "keyed", "k2") is None
    assert store.latest("harbor", "keyed", 2) == [second, first]
    assert store.find(99999) is None


def test_a_sitting_takes_calls_of_its_own_raters_once_until_it_is_closed(store: Store) -> None:
    sittings = store.sittings
    sitting, new = sittings.begin("key-1", DRAWN, ("U1", "U2"), "U9", "C1")
    assert new
    assert sittings.begin("key-1", DRAWN, ("U1", "U2"), "U9", "C1") == (sitting, False)
    draw = sitting.draw
    assert sittings.call(draw, "U1", "a", "x") is None
    assert "already" in str(sittings.call(draw, "U1", "a", "y"))
    assert "not on this panel" in str(sittings.call(draw, "U3", "a", "y"))
    assert sittings.called_by(draw, "U1") == {"a"}
    assert sittings.counts(draw) == {"U1": 1}
    assert [s.draw for s in sittings.waiting_for("U2", "harbor")] == [draw]
    assert sittings.waiting_for("U3") == []
    store.keep_calls("harbor", draw, "R. Gold", {"a": "x", "b": "y"})  # the other door
    assert sittings.close(draw, "U9")
    assert not sittings.close(draw, "U8")
    assert "was closed" in str(sittings.call(draw, "U2", "a", "x"))
    with pytest.raises(DatabaseError, match="was closed"):
        store.keep_calls("harbor", draw, "A. Reyes", {"a": "x", "b": "y"})
    assert sorted(store.calls(draw)) == [
        ("R. Gold", "a", "x"),
        ("R. Gold", "b", "y"),
        ("U1", "a", "x"),
    ]
    assert sittings.waiting_for("U2") == []


def test_each_rater_has_an_order_of_their_own_that_comes_again(store: Store) -> None:
    many = DRAWN.model_copy(
        update={"items": tuple(Item(id=f"i{n}", shown="?", labels=("x",)) for n in range(20))}
    )
    assert order(many, 1) == order(many, 1)
    assert order(many, 1) != order(many, 2)
    assert sorted(order(many, 1)) == sorted(item.id for item in many.items)


def test_a_database_of_the_first_revision_is_brought_up_to_date(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/old.sqlite"
    with sqlite3.connect(tmp_path / "old.sqlite") as old:
        old.execute("CREATE TABLE alembic_version_evals (version_num VARCHAR(32) NOT NULL)")
        old.execute("INSERT INTO alembic_version_evals VALUES ('0001')")
    old.close()
    opened = Store(url)
    assert opened.sittings.of(1) is None
    opened.close()
