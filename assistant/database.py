"""One way into a database: SQLite (WAL) by default, PostgreSQL by URL; each room's schema by alembic.

A room (the ledger, the inbox, the lanes …) defines its tables in its own store module, keeps its
migrations beside it, and opens a `Database` with them. Its version table is its own, so that rooms
migrate apart from each other in one database.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import DateTime, Dialect, TypeDecorator, create_engine, event, text
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from assistant.errors import DatabaseError

BUSY_SECONDS = 20


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


@dataclass(frozen=True)
class Schema:
    """A room's schema: its name (`ledger`), its newest revision, and the folder of its migrations."""

    room: str
    head: str
    migrations: Path
    error: type[DatabaseError] = DatabaseError

    @property
    def versions(self) -> str:
        """The table in which alembic notes the revision."""
        return "alembic_version" if self.room == "ledger" else f"alembic_version_{self.room}"


class Database:
    """Transactions on one room's tables. Every SQLAlchemy error leaves as the schema's `error`."""

    def __init__(self, url: str, schema: Schema) -> None:
        self._schema = schema
        self.engine = open_engine(url, schema.error)
        self.sqlite = self.engine.dialect.name == "sqlite"
        with self._own_errors():
            if self._revision() != schema.head:
                self._migrate()

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()

    @contextmanager
    def writing(self, lock: str) -> Iterator[Connection]:
        """One transaction that no other writer holding the same `lock` (a matter's id) overlaps."""
        with self._own_errors(), self.engine.connect() as connection:
            if self.sqlite:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            else:
                connection.execute(
                    text("SELECT pg_advisory_xact_lock(hashtext(:lock))"), {"lock": lock}
                )
            yield connection
            connection.commit()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection to read with."""
        with self._own_errors(), self.engine.connect() as connection:
            yield connection

    def _revision(self) -> str | None:
        """The schema's revision; None where there is none yet."""
        with self.engine.connect() as connection:
            try:
                query = text(f"SELECT version_num FROM {self._schema.versions}")
                return connection.execute(query).scalar()
            except SQLAlchemyError:
                return None

    def _migrate(self) -> None:
        """Run the migrations that are missing, one process at a time; alembic is imported only here."""
        from filelock import FileLock

        database = self.engine.url.database
        if self.sqlite and database:
            with FileLock(f"{database}.lock", timeout=60):
                self._upgrade()
        else:
            self._upgrade()

    def _upgrade(self) -> None:
        from alembic import command
        from alembic.config import Config

        config = Config()
        config.set_main_option("script_location", str(self._schema.migrations))
        config.set_main_option("version_table", self._schema.versions)
        with self.engine.connect() as connection:
            if not self.sqlite:
                connection.execute(text("SELECT pg_advisory_lock(727274)"))
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            connection.commit()
            if not self.sqlite:
                connection.execute(text("SELECT pg_advisory_unlock(727274)"))
                connection.commit()

    @contextmanager
    def _own_errors(self) -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as error:
            what = type(getattr(error, "orig", None) or error).__name__
            place = str(self.engine.url).rsplit("@", 1)[-1]
            raise self._schema.error(
                f"the {self._schema.room} at {place} cannot be used ({what}): check that it can be "
                "written, has space, and that no other program holds it"
            ) from error


def open_engine(url: str, error: type[DatabaseError] = DatabaseError) -> Engine:
    """An engine for a URL as people write it; SQLite's folder is made. Raises `error`."""
    if url.startswith("sqlite:///"):
        path = Path(url.removeprefix("sqlite:///").split("?")[0])
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as why:
            raise error(
                f"cannot create {path.parent} ({why.strerror}): set SECONDCHAIR_HOME or "
                "SECONDCHAIR_DATABASE_URL to a place that can be written"
            ) from None
    if url.startswith("postgresql://"):
        url = url.replace("postgresql://", "postgresql+psycopg://", 1)
    try:
        engine = create_engine(url, pool_pre_ping=not url.startswith("sqlite"))
    except (SQLAlchemyError, ImportError) as why:
        raise error(
            f"SECONDCHAIR_DATABASE_URL cannot be used ({type(why).__name__}): for PostgreSQL "
            "install the extra `postgres`"
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
