"""The evals' tables."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Column, Integer, MetaData, String, Table, Text

from assistant.database import Schema, Utc

SCHEMA = Schema("evals", "0002", Path(__file__).parent / "migrations")
META = MetaData()

RUNS = Table(
    "eval_runs",
    META,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("matter", String(64), nullable=False, index=True),
    Column("suite", String(255), nullable=False),
    Column("at", Utc, nullable=False),
    Column("state", String(64), nullable=False),
    Column("limits", String(64), nullable=False),
    Column("verdict", String(8), nullable=False),
    Column("run", Text, nullable=False),
)
ACCEPTED = Table(
    "eval_accepted",
    META,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("run", Integer, nullable=False),
    Column("matter", String(64), nullable=False),
    Column("suite", String(255), nullable=False),
    Column("person", String(255), nullable=False),
    Column("why", Text, nullable=False),
    Column("at", Utc, nullable=False),
)
DRAWS = Table(
    "eval_draws",
    META,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("matter", String(64), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("at", Utc, nullable=False),
    Column("seal", String(64), nullable=False),
    Column("draw", Text, nullable=False),
)
CALLS = Table(
    "eval_calls",
    META,
    Column("draw", Integer, primary_key=True),
    Column("rater", String(255), primary_key=True),
    Column("item", String(255), primary_key=True),
    Column("call", String(255), nullable=False),
    Column("at", Utc, nullable=False),
)
SITTINGS = Table(
    "eval_sittings",
    META,
    Column("draw", Integer, primary_key=True, autoincrement=False),
    Column("key", String(255), nullable=False, unique=True),
    Column("matter", String(64), nullable=False, index=True),
    Column("suite", String(255), nullable=False),
    Column("panel", Text, nullable=False),
    Column("channel", String(32), nullable=False),
    Column("ts", String(32)),
    Column("opened_by", String(64), nullable=False),
    Column("opened_at", Utc, nullable=False),
    Column("closed_by", String(64)),
    Column("closed_at", Utc),
)
