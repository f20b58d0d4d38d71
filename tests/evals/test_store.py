"""The run store on SQLite and on PostgreSQL: runs, baselines, draws and calls that are never changed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from assistant.errors import DatabaseError
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
