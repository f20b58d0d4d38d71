"""The ledger's tables, and rows in and out of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Column,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    bindparam,
    delete,
    insert,
    select,
    true,
    update,
)
from sqlalchemy.engine import Connection

from assistant.database import Database, Schema, Utc
from assistant.errors import LedgerError

SCHEMA = Schema("ledger", "0001", Path(__file__).parent / "migrations", LedgerError)
META = MetaData()
MOST = 2**31 - 1  # the largest number that the column `seq` holds in every database


ENTRIES = Table(
    "ledger_entries",
    META,
    Column("matter", String(64), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", Utc, nullable=False),
    Column("kind", String(32), nullable=False),
    Column("asker", String(255), nullable=False),
    Column("role", String(255)),
    Column("playbook_version", String(255), nullable=False),
    Column("matter_hash", String(64), nullable=False),
    Column("composer", String(64), nullable=False),
    Column("model", String(255)),
    Column("code_version", String(64), nullable=False),
    Column("right", String(255)),
    Column("citations", Text, nullable=False),
    Column("content_hash", String(64), nullable=False),
    Column("prev_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
)
CONTENT = Table(
    "ledger_content",
    META,
    Column("matter", String(64), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("sealed", LargeBinary, nullable=False),
)
KEYS = Table(
    "matter_keys",
    META,
    Column("matter", String(64), primary_key=True),
    Column("key", LargeBinary),
)
_ROW = (ENTRIES.c.matter == bindparam("m")) & (ENTRIES.c.seq == bindparam("s"))
_LAST = (
    select(ENTRIES.c.seq, ENTRIES.c.hash)
    .where(ENTRIES.c.matter == bindparam("m"))
    .order_by(ENTRIES.c.seq.desc())
    .limit(1)
)
_KEY = select(KEYS.c.key).where(KEYS.c.matter == bindparam("m"))
_NEWEST = _LAST.subquery()  # one step down the index, which a join ordered from outside need not be
_HEAD = (
    select(KEYS.c.key, _NEWEST.c.seq, _NEWEST.c.hash)
    .select_from(KEYS.outerjoin(_NEWEST, true()))
    .where(KEYS.c.matter == bindparam("m"))
)
_PUT, _PUT_CONTENT = insert(ENTRIES), insert(CONTENT)
_SEALED = select(CONTENT.c.sealed).where(
    (CONTENT.c.matter == bindparam("m")) & (CONTENT.c.seq == bindparam("s"))
)
_JOINED = ENTRIES.outerjoin(
    CONTENT, (ENTRIES.c.matter == CONTENT.c.matter) & (ENTRIES.c.seq == CONTENT.c.seq)
)


class Store:
    """Rows in, rows out. Every SQLAlchemy error leaves as LedgerError."""

    def __init__(self, url: str) -> None:
        self._database = Database(url, SCHEMA)
        self.writing = self._database.writing
        self.reading = self._database.reading
        self.close = self._database.close

    def last(self, connection: Connection, matter: str) -> tuple[int, str] | None:
        """(seq, hash) of a matter's newest entry."""
        row = connection.execute(_LAST, {"m": matter}).first()
        return (row[0], row[1]) if row else None

    def head(
        self, connection: Connection, matter: str
    ) -> tuple[bytes | None, tuple[int, str] | None]:
        """A matter's key (None: none yet, or destroyed) and (seq, hash) of its newest entry, in one query."""
        row = connection.execute(_HEAD, {"m": matter}).first()
        if row is None:
            return None, self.last(connection, matter)
        return row[0], None if row[1] is None else (row[1], row[2])

    def put(self, connection: Connection, fields: dict[str, Any], sealed: bytes) -> None:
        """Write an entry and its sealed content."""
        connection.execute(_PUT, fields)
        place = {"matter": fields["matter"], "seq": fields["seq"], "sealed": sealed}
        connection.execute(_PUT_CONTENT, place)

    def row(self, connection: Connection, matter: str, seq: int) -> dict[str, Any] | None:
        """An entry's columns; None where there is none, however large the number."""
        if not 0 < seq <= MOST:
            return None
        found = (
            connection.execute(select(ENTRIES).where(_ROW), {"m": matter, "s": seq})
            .mappings()
            .first()
        )
        return dict(found) if found else None

    def rows(self, matter: str, since: int) -> Iterator[dict[str, Any]]:
        """A matter's entries with `sealed` beside them (None where destroyed), in order."""
        query = select(*ENTRIES.c, CONTENT.c.sealed).select_from(_JOINED)
        query = query.where(ENTRIES.c.matter == matter, ENTRIES.c.seq >= since).order_by(
            ENTRIES.c.seq
        )
        with self.reading() as connection:
            for row in connection.execute(query).mappings():
                yield dict(row)

    def before(self, matter: str, seq: int | None, most: int) -> list[dict[str, Any]]:
        """At most `most` entries before this one (None: the newest), newest first, with `sealed` beside them."""
        query = select(*ENTRIES.c, CONTENT.c.sealed).select_from(_JOINED)
        query = query.where(ENTRIES.c.matter == matter)
        query = query.where(ENTRIES.c.seq < seq) if seq is not None else query
        with self.reading() as connection:
            found = connection.execute(query.order_by(ENTRIES.c.seq.desc()).limit(most)).mappings()
            return [dict(row) for row in found]

    def sealed(self, connection: Connection, matter: str, seq: int) -> bytes | None:
        """An entry's sealed content."""
        return connection.execute(_SEALED, {"m": matter, "s": seq}).scalar()

    def key(self, connection: Connection, matter: str) -> tuple[bool, bytes | None]:
        """(is there a row, the matter's key): a row without a key is a destroyed one."""
        row = connection.execute(_KEY, {"m": matter}).first()
        return (row is not None, row[0] if row else None)

    def put_key(self, connection: Connection, matter: str, key: bytes) -> None:
        """Keep a matter's key."""
        connection.execute(delete(KEYS).where(KEYS.c.matter == matter))
        connection.execute(insert(KEYS), {"matter": matter, "key": key})

    def forget(self, connection: Connection, matter: str) -> None:
        """Destroy a matter's key and contents."""
        connection.execute(update(KEYS).where(KEYS.c.matter == matter).values(key=None))
        connection.execute(delete(CONTENT).where(CONTENT.c.matter == matter))

    def expire(self, connection: Connection, matter: str, before: datetime) -> int:
        """Delete contents of entries older than `before`; returns how many."""
        old = select(ENTRIES.c.seq).where(ENTRIES.c.matter == matter, ENTRIES.c.at < before)
        done = connection.execute(
            delete(CONTENT).where(CONTENT.c.matter == matter, CONTENT.c.seq.in_(old))
        )
        return int(done.rowcount)
