"""The ledger's tables: the only module that knows SQLAlchemy."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Column,
    DateTime,
    Dialect,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    bindparam,
    create_engine,
    delete,
    event,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from assistant.errors import LedgerError

SCHEMA = "0001"
BUSY_SECONDS = 20
META = MetaData()


class Utc(TypeDecorator[datetime]):
    """Times in UTC: SQLite drops the zone, so it is put back on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To UTC."""
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """With the zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


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
_SEALED = select(CONTENT.c.sealed).where(
    (CONTENT.c.matter == bindparam("m")) & (CONTENT.c.seq == bindparam("s"))
)


class Store:
    """Rows in, rows out. Every SQLAlchemy error leaves as LedgerError."""

    def __init__(self, url: str) -> None:
        self._engine = _engine(url)
        self.sqlite = self._engine.dialect.name == "sqlite"
        with _as_ledger_error(url):
            if self._schema() != SCHEMA:
                _migrate(url)

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    def _schema(self) -> str | None:
        """The schema's version; None where there is none yet."""
        with self._engine.connect() as connection:
            try:
                return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
            except SQLAlchemyError:
                return None

    @contextmanager
    def writing(self, matter: str) -> Iterator[Connection]:
        """One transaction that no other writer of this matter overlaps."""
        with _as_ledger_error(str(self._engine.url)), self._engine.connect() as connection:
            if self.sqlite:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            else:
                connection.execute(
                    text("SELECT pg_advisory_xact_lock(hashtext(:m))"), {"m": matter}
                )
            yield connection
            connection.commit()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection to read with."""
        with _as_ledger_error(str(self._engine.url)), self._engine.connect() as connection:
            yield connection

    def last(self, connection: Connection, matter: str) -> tuple[int, str] | None:
        """(seq, hash) of a matter's newest entry."""
        row = connection.execute(_LAST, {"m": matter}).first()
        return (row[0], row[1]) if row else None

    def put(self, connection: Connection, fields: dict[str, Any], sealed: bytes) -> None:
        """Write an entry and its sealed content."""
        connection.execute(insert(ENTRIES), fields)
        place = {"matter": fields["matter"], "seq": fields["seq"], "sealed": sealed}
        connection.execute(insert(CONTENT), place)

    def row(self, connection: Connection, matter: str, seq: int) -> dict[str, Any] | None:
        """An entry's columns."""
        found = (
            connection.execute(select(ENTRIES).where(_ROW), {"m": matter, "s": seq})
            .mappings()
            .first()
        )
        return dict(found) if found else None

    def rows(self, matter: str, since: int) -> Iterator[dict[str, Any]]:
        """A matter's entries with `sealed` beside them (None where destroyed), in order."""
        joined = ENTRIES.outerjoin(
            CONTENT, (ENTRIES.c.matter == CONTENT.c.matter) & (ENTRIES.c.seq == CONTENT.c.seq)
        )
        query = select(*ENTRIES.c, CONTENT.c.sealed).select_from(joined)
        query = query.where(ENTRIES.c.matter == matter, ENTRIES.c.seq >= since).order_by(
            ENTRIES.c.seq
        )
        with self.reading() as connection:
            for row in connection.execute(query).mappings():
                yield dict(row)

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


def _engine(url: str) -> Engine:
    if url.startswith("sqlite:///"):
        path = Path(url.removeprefix("sqlite:///").split("?")[0])
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise LedgerError(
                f"cannot create {path.parent} ({error.strerror}): set SECONDCHAIR_HOME or "
                "SECONDCHAIR_DATABASE_URL to a place that can be written"
            ) from None
    if url.startswith("postgresql://"):
        url = url.replace("postgresql://", "postgresql+psycopg://", 1)
    try:
        engine = create_engine(url, pool_pre_ping=not url.startswith("sqlite"))
    except (SQLAlchemyError, ImportError) as error:
        raise LedgerError(
            f"SECONDCHAIR_DATABASE_URL cannot be used ({type(error).__name__}): for PostgreSQL "
            "install secondchair[postgres]"
        ) from None
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _sqlite_settings)
    return engine


def _sqlite_settings(connection: Any, _: Any) -> None:
    connection.isolation_level = None  # transactions are begun by hand: BEGIN IMMEDIATE
    for pragma in (
        f"busy_timeout = {BUSY_SECONDS * 1000}",
        "journal_mode = WAL",
        "synchronous = FULL",
    ):
        connection.execute(f"PRAGMA {pragma}")


@contextmanager
def _as_ledger_error(url: str) -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError as error:
        what = type(getattr(error, "orig", None) or error).__name__
        place = url.rsplit("@", 1)[-1]
        raise LedgerError(
            f"the ledger at {place} cannot be used ({what}): check that it can be written, "
            "has space, and that no other program holds it"
        ) from error


def _migrate(url: str) -> None:
    """Bring the schema up to date; alembic is imported only here."""
    from filelock import FileLock

    if url.startswith("sqlite:///"):
        with FileLock(url.removeprefix("sqlite:///").split("?")[0] + ".lock", timeout=60):
            _upgrade(url)
    else:
        _upgrade(url)


def _upgrade(url: str) -> None:
    from assistant.ledger.migrate import upgrade

    engine = _engine(url)
    try:
        upgrade(engine)
    finally:
        engine.dispose()
