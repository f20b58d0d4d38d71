"""Runs, who accepted them, and the sealed draws and calls of panels: rows in, rows out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert, select

from assistant.database import Database
from assistant.errors import DatabaseError
from evals.schema import ACCEPTED, CALLS, DRAWS, RUNS, SCHEMA
from evals.sittings import Sittings
from evals.types import Run


class Store:
    """Rows in, rows out. Every SQLAlchemy error leaves as DatabaseError."""

    def __init__(self, url: str) -> None:
        self._database = Database(url, SCHEMA)
        self.close = self._database.close
        self.sittings = Sittings(self._database)

    def keep(self, run: Run) -> Run:
        """Store a run; returns it with its number."""
        row = {
            "matter": run.matter, "suite": run.suite, "at": run.at, "state": run.state,
            "limits": run.limits, "verdict": run.verdict.word, "run": run.model_dump_json(),
        }  # fmt: skip
        with self._database.writing(run.matter) as connection:
            number = connection.execute(insert(RUNS).returning(RUNS.c.number), row).scalar_one()
        return run.model_copy(update={"number": int(number)})

    def run(self, number: int) -> Run:
        """The run of this number. Raises DatabaseError where there is none."""
        found = self.find(number)
        if found is None:
            raise DatabaseError(f"no eval run {number}: `secondchair eval trend MATTER` lists them")
        return found

    def find(self, number: int) -> Run | None:
        """The run of this number, if there is one."""
        with self._database.reading() as connection:
            row = connection.execute(select(RUNS).where(RUNS.c.number == number)).mappings().first()
        return _run(row) if row else None

    def runs(self, matter: str, suite: str | None = None) -> list[Run]:
        """A matter's runs, oldest first."""
        query = select(RUNS).where(RUNS.c.matter == matter).order_by(RUNS.c.number)
        if suite is not None:
            query = query.where(RUNS.c.suite == suite)
        with self._database.reading() as connection:
            return [_run(row) for row in connection.execute(query).mappings()]

    def latest(self, matter: str, suite: str | None = None, most: int = 1) -> list[Run]:
        """A matter's last runs (of one suite, or of any), newest first."""
        query = select(RUNS).where(RUNS.c.matter == matter).order_by(RUNS.c.number.desc())
        if suite is not None:
            query = query.where(RUNS.c.suite == suite)
        with self._database.reading() as connection:
            return [_run(row) for row in connection.execute(query.limit(most)).mappings()]

    def asked(self, matter: str, suite: str, key: str) -> Run | None:
        """The run that was asked for under this key, if it was stored; the last twenty are looked at."""
        return next((r for r in self.latest(matter, suite, 20) if r.key == key), None)

    def accept(self, run: Run, person: str, why: str) -> None:
        """A named person takes this run as the baseline from now on."""
        row = {"run": run.number, "matter": run.matter, "suite": run.suite, "person": person}
        with self._database.writing(run.matter) as connection:
            connection.execute(insert(ACCEPTED), {**row, "why": why, "at": datetime.now(UTC)})

    def baseline(self, matter: str, suite: str) -> tuple[Run, str] | None:
        """The last accepted run of a suite and who accepted it."""
        query = (
            select(ACCEPTED.c.run, ACCEPTED.c.person)
            .where(ACCEPTED.c.matter == matter, ACCEPTED.c.suite == suite)
            .order_by(ACCEPTED.c.id.desc())
            .limit(1)
        )
        with self._database.reading() as connection:
            row = connection.execute(query).first()
        return (self.run(int(row[0])), str(row[1])) if row else None

    def keep_draw(self, matter: str, kind: str, seal: str, draw: str) -> int:
        """Store a sealed draw before anyone has called anything; returns its number."""
        row = {"matter": matter, "kind": kind, "seal": seal, "draw": draw, "at": datetime.now(UTC)}
        with self._database.writing(matter) as connection:
            made = connection.execute(insert(DRAWS).returning(DRAWS.c.number), row)
            return int(made.scalar_one())

    def draw(self, number: int) -> tuple[str, str, str]:
        """(kind, seal, draw as JSON). Raises DatabaseError where there is none."""
        query = select(DRAWS.c.kind, DRAWS.c.seal, DRAWS.c.draw).where(DRAWS.c.number == number)
        with self._database.reading() as connection:
            row = connection.execute(query).first()
        if row is None:
            raise DatabaseError(f"no draw {number}: the sheet names the one it belongs to")
        return str(row[0]), str(row[1]), str(row[2])

    def keep_calls(self, matter: str, draw: int, rater: str, calls: dict[str, str]) -> None:
        """A rater's calls, once: raises DatabaseError where this rater's stand already."""
        if any(name == rater for name, _, _ in self.calls(draw)):
            raise DatabaseError(
                f"{rater!r} has called draw {draw} already: calls are never changed"
            )
        self.sittings.still_open(draw)
        now = datetime.now(UTC)
        rows = [
            {"draw": draw, "rater": rater, "item": item, "call": call, "at": now}
            for item, call in calls.items()
        ]
        with self._database.writing(matter) as connection:
            connection.execute(insert(CALLS), rows)

    def calls(self, draw: int) -> Sequence[tuple[str, str, str]]:
        """(rater, item, call) of a draw."""
        query = select(CALLS.c.rater, CALLS.c.item, CALLS.c.call).where(CALLS.c.draw == draw)
        with self._database.reading() as connection:
            return [(str(r), str(i), str(c)) for r, i, c in connection.execute(query)]


def _run(row: Any) -> Run:
    return Run.model_validate_json(row["run"]).model_copy(update={"number": int(row["number"])})
