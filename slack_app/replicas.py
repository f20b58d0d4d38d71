"""Replicas on one PostgreSQL: each holds a lock on its name; a dead one's jobs go on elsewhere.

A session's advisory lock goes with its connection, so a process that dies frees its name at once, and
whoever gets hold of a registered name knows that nobody works under it.
"""

from __future__ import annotations

import logging
from contextlib import suppress
from typing import Any

from sqlalchemy import Connection, select, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import SQLAlchemyError

from assistant.errors import DatabaseError
from slack_app.store import Store
from slack_app.tables import REPLICAS

log = logging.getLogger("secondchair.slack.replicas")

SPACE = 727275  # of our names among the server's advisory locks, apart from those of single writes


class Replicas:
    """Holds this process's name for as long as it lives. On SQLite there is one process, held by a file."""

    def __init__(self, store: Store, name: str) -> None:
        self._database = store.database
        self._name = name
        self._held: Connection | None = None
        self._file: Any = None

    def claim(self) -> None:
        """Take the name. Raises DatabaseError where another process works under it."""
        if self._database.sqlite:
            self._claim_file()
            return
        self._held = self._database.engine.connect()
        if not _lock(self._held, self._name):
            self.release()
            raise DatabaseError(
                f"another process runs as replica {self._name!r}: give each its own SECONDCHAIR_REPLICA"
            )
        put = postgresql.insert(REPLICAS).values(name=self._name).on_conflict_do_nothing()
        self._held.execute(put)
        self._held.commit()

    def alive(self) -> bool:
        """Does this process still hold its name?"""
        if self._database.sqlite:
            return True
        if self._held is None:
            return False
        try:
            self._held.execute(text("SELECT 1"))
            self._held.commit()
        except SQLAlchemyError:
            return False
        return True

    def hold_again(self) -> None:
        """After the connection broke: take the name again. Raises DatabaseError where another has it."""
        self.release()
        try:
            self.claim()
        except SQLAlchemyError as error:
            raise DatabaseError(f"the database does not answer ({type(error).__name__})") from None

    def dead(self) -> list[str]:
        """Registered names that nobody holds any more; each is struck off, so it is given out once."""
        if self._database.sqlite or self._held is None:
            return []
        found: list[str] = []
        try:
            for name in self._held.execute(select(REPLICAS.c.name)).scalars().all():
                if name != self._name and _lock(self._held, name):
                    self._held.execute(REPLICAS.delete().where(REPLICAS.c.name == name))
                    found.append(name)
            self._held.commit()
        except SQLAlchemyError as error:
            log.error("replicas cannot be looked at: %s", type(error).__name__)
        return found

    def let_go(self, name: str) -> None:
        """Give a name back: its own, or a dead replica's once its jobs are in good hands."""
        if self._held is not None:
            with suppress(SQLAlchemyError):
                self._held.execute(
                    text("SELECT pg_advisory_unlock(:space, hashtext(:n))"), _key(name)
                )
                self._held.commit()

    def release(self) -> None:
        """Give up the name."""
        if self._held is not None:
            self.let_go(self._name)  # the server may be slow to see that the connection closed
            with suppress(SQLAlchemyError):
                self._held.invalidate()
            self._held.close()
            self._held = None
        if self._file is not None:
            self._file.release()

    def _claim_file(self) -> None:
        from filelock import FileLock, Timeout

        self._file = FileLock(f"{self._database.engine.url.database}.serving")
        try:
            self._file.acquire(timeout=0)
        except Timeout:
            raise DatabaseError(
                "another process serves from this SECONDCHAIR_HOME: stop it, or set "
                "SECONDCHAIR_DATABASE_URL to a PostgreSQL that several replicas can share"
            ) from None


def _lock(connection: Connection, name: str) -> bool:
    taken = connection.execute(
        text("SELECT pg_try_advisory_lock(:space, hashtext(:n))"), _key(name)
    )
    return bool(taken.scalar())


def _key(name: str) -> dict[str, str | int]:
    return {"space": SPACE, "n": name}
