"""Sittings: panels that call blind, item by item, until the lead closes. Calls stand beside those of sheets.

A sitting is a sealed draw with named raters. While it is open nobody is shown a call but their own; a call,
once given, is never changed; what comes after the close is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, func, insert, select, update
from sqlalchemy.engine import Connection

from assistant.database import Database
from assistant.errors import DatabaseError
from assistant.types import Noun
from evals.drawing import Draw, simple
from evals.schema import CALLS, DRAWS, SITTINGS


class Sitting(Noun):
    """Who calls which draw. `channel` and `ts`: where its card stands; `panel`: the raters' ids."""

    draw: int
    key: str
    matter: str
    suite: str
    panel: tuple[str, ...]
    channel: str
    ts: str | None
    opened_by: str
    opened_at: datetime
    closed_by: str | None
    closed_at: datetime | None

    @property
    def open(self) -> bool:
        """May still be called."""
        return self.closed_at is None


def order(draw: Draw, rater: int) -> list[str]:
    """The ids of the draw's items in the order of this rater's own: as a sheet would have them."""
    return [item.id for item in simple(draw.items, len(draw.items), draw.seed + rater)]


class Sittings:
    """The table of sittings, and the calls made in them. Raises DatabaseError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(
        self, key: str, draw: Draw, panel: Sequence[str], by: str, channel: str
    ) -> tuple[Sitting, bool]:
        """The draw sealed and its sitting opened, in one transaction, and whether that was done now: the
        same key opens one sitting."""
        now = datetime.now(UTC)
        sealed = {"matter": draw.matter, "kind": draw.kind, "seal": draw.seal, "at": now}
        with self._database.writing(draw.matter) as connection:
            before = _one(connection, SITTINGS.c.key == key)
            if before:
                return before, False
            made = insert(DRAWS).returning(DRAWS.c.number)
            given = connection.execute(made, {**sealed, "draw": draw.model_dump_json()})
            row = {
                "draw": int(given.scalar_one()), "key": key, "matter": draw.matter,
                "suite": draw.source, "panel": " ".join(panel), "channel": channel,
                "opened_by": by, "opened_at": now,
            }  # fmt: skip
            connection.execute(insert(SITTINGS), row)
            found = _one(connection, SITTINGS.c.key == key)
        assert found is not None
        return found, True

    def of(self, draw: int) -> Sitting | None:
        """The sitting of a draw; None where it is called in sheets alone."""
        with self._database.reading() as connection:
            return _one(connection, SITTINGS.c.draw == draw)

    def still_open(self, draw: int) -> None:
        """Raises DatabaseError where the draw's sitting was closed."""
        found = self.of(draw)
        if found and not found.open:
            raise DatabaseError(f"draw {draw} was closed: no call is taken any more")

    def must_be_over(self, draw: int) -> None:
        """Raises DatabaseError while the draw is still called: nobody reads calls before the close."""
        found = self.of(draw)
        if found and found.open:
            raise DatabaseError(
                f"draw {draw} is still called in Slack, blind: close it there (/evals close {draw}), "
                f"or with secondchair calibrate close {draw} --by NAME"
            )

    def waiting_for(self, person: str, matter: str | None = None) -> list[Sitting]:
        """Open sittings that this person is on, oldest first."""
        query = select(SITTINGS).where(SITTINGS.c.closed_at.is_(None)).order_by(SITTINGS.c.draw)
        if matter:
            query = query.where(SITTINGS.c.matter == matter)
        with self._database.reading() as connection:
            found = [_sitting(row) for row in connection.execute(query).mappings()]
        return [sitting for sitting in found if person in sitting.panel]

    def placed(self, draw: int, ts: str) -> None:
        """Note where the sitting's card stands."""
        with self._database.writing(f"sitting:{draw}") as connection:
            where = SITTINGS.c.draw == draw
            connection.execute(update(SITTINGS).where(where).values(ts=ts))

    def call(self, draw: int, rater: str, item: str, label: str) -> str | None:
        """Keep one rater's call of one item; why not, in words, where it is not kept."""
        with self._database.writing(f"sitting:{draw}") as connection:
            sitting = _one(connection, SITTINGS.c.draw == draw)
            if sitting is None or rater not in sitting.panel:
                return "you are not on this panel"
            if not sitting.open:
                return "the session was closed: no call is taken any more"
            mine = (CALLS.c.draw == draw) & (CALLS.c.rater == rater) & (CALLS.c.item == item)
            if connection.execute(select(CALLS.c.item).where(mine)).first():
                return "you have called this item already: calls are never changed"
            row = {"draw": draw, "rater": rater, "item": item, "call": label}
            connection.execute(insert(CALLS), {**row, "at": datetime.now(UTC)})
        return None

    def called_by(self, draw: int, rater: str) -> set[str]:
        """The items that this rater has called."""
        mine = (CALLS.c.draw == draw) & (CALLS.c.rater == rater)
        with self._database.reading() as connection:
            return {str(row[0]) for row in connection.execute(select(CALLS.c.item).where(mine))}

    def counts(self, draw: int) -> dict[str, int]:
        """Rater -> how many items are called; of the calls themselves nothing."""
        query = select(CALLS.c.rater, func.count()).where(CALLS.c.draw == draw)
        with self._database.reading() as connection:
            rows = connection.execute(query.group_by(CALLS.c.rater))
            return {str(rater): int(n) for rater, n in rows}

    def close(self, draw: int, by: str) -> bool:
        """Take no further call; whether it was this that closed it."""
        still = (SITTINGS.c.draw == draw) & SITTINGS.c.closed_at.is_(None)
        closed = {"closed_by": by, "closed_at": datetime.now(UTC)}
        with self._database.writing(f"sitting:{draw}") as connection:
            done = update(SITTINGS).where(still).values(**closed).returning(SITTINGS.c.draw)
            return connection.execute(done).first() is not None


def _one(connection: Connection, where: ColumnElement[bool]) -> Sitting | None:
    row = connection.execute(select(SITTINGS).where(where)).mappings().first()
    return _sitting(row) if row else None


def _sitting(row: Any) -> Sitting:
    return Sitting.model_validate({**row, "panel": tuple(str(row["panel"]).split())})
