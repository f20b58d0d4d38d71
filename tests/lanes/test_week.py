"""A short week with replicas that are killed: no case lost, none ruled twice, every notice once and on time."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.lanes_week import ATTORNEYS, rota, week
from benchmarks.lanes_worker import world


@pytest.mark.slow
def test_a_week_with_killed_replicas_loses_doubles_and_delays_nothing(
    tmp_path: Path, database_url: str
) -> None:
    folder = tmp_path / "harbor"
    world(folder, [name for people in ATTORNEYS.values() for name in people], rota())
    found = week(folder, database_url, cases=5, kills=2, seed=3, days=1)
    assert found["faults"] == []
    assert (found["cases"], found["restarts"]) == (5, 2)
