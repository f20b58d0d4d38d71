"""A replica's name is held by one process at a time, freed by its death, and given out once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from assistant.errors import DatabaseError
from slack_app.replicas import Replicas
from slack_app.store import Store

Make = Callable[[str], Replicas]


@pytest.fixture
def replica(postgres_url: str) -> Iterator[Make]:
    """Replicas on one PostgreSQL, each with connections of its own."""
    made: list[tuple[Replicas, Store]] = []

    def make(name: str) -> Replicas:
        store = Store(postgres_url)
        made.append((Replicas(store, name), store))
        return made[-1][0]

    yield make
    for one, store in made:
        one.release()
        store.close()


def test_a_name_is_held_once(replica: Make) -> None:
    replica("one").claim()
    replica("two").claim()
    with pytest.raises(DatabaseError, match="another process runs as replica 'one'"):
        replica("one").claim()


def test_a_dead_replicas_name_is_given_out_once(replica: Make) -> None:
    one, two, three = (replica(name) for name in ("one", "two", "three"))
    for each in (one, two, three):
        each.claim()
    assert two.dead() == []
    one.release()
    assert two.dead() == ["one"]
    assert three.dead() == []
    two.let_go("one")
    one.claim()
    assert three.dead() == []


def test_a_replica_that_lost_its_connection_holds_its_name_again(replica: Make) -> None:
    one = replica("one")
    one.claim()
    assert one.alive()
    one.release()
    assert not one.alive()
    one.hold_again()
    assert one.alive()


def test_on_sqlite_one_process_serves_a_home(tmp_path: Path) -> None:
    stores = [Store(f"sqlite:///{tmp_path / 's.sqlite'}") for _ in range(2)]
    first, second = (Replicas(store, "local") for store in stores)
    first.claim()
    with pytest.raises(DatabaseError, match="another process serves from this SECONDCHAIR_HOME"):
        second.claim()
    first.release()
    second.claim()
    second.release()
    for store in stores:
        store.close()
