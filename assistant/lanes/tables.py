"""The lanes' tables: ids, times and states; every word stands in the ledger's sealed content."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, MetaData, String, Table, Text

from assistant.database import Utc

META = MetaData()

CASES = Table(
    "lane_cases",
    META,
    Column("matter", String(64), primary_key=True),
    Column("id", String(32), primary_key=True),
    Column("number", Integer, nullable=False),
    Column("lane", String(255), nullable=False),
    Column("topic", String(255), nullable=False),
    Column("state", String(16), nullable=False),
    Column("opening", Integer, nullable=False),
    Column("rulings", Integer, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("opened_at", Utc, nullable=False),
    Column("claimed_at", Utc),
    Column("claimed_by", String(255)),
    Column("ruled_at", Utc),
    Column("ruled_by", String(255)),
    Column("scope", String(16)),
    Column("ruling_seq", Integer),
    Column("closed_at", Utc),
    Column("approved_by", String(255)),
    Column("exemplar", String(64)),
)
ASKERS = Table(
    "lane_askers",
    META,
    Column("matter", String(64), primary_key=True),
    Column("case", String(32), primary_key=True),
    Column("place", String(255), primary_key=True),
    Column("person", String(255), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("number", Integer, nullable=False),
)
# Every act that was tried, done or refused: its key makes a repeated delivery count once.
ACTS = Table(
    "lane_acts",
    META,
    Column("matter", String(64), primary_key=True),
    Column("key", String(255), primary_key=True),
    Column("case", String(32), nullable=False),
    Column("deed", String(16), nullable=False),
    Column("by", String(255), nullable=False),
    Column("at", Utc, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("refused", Text),
)
NOTICES = Table(
    "lane_notices",
    META,
    Column("key", String(255), primary_key=True),
    Column("matter", String(64), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("due_at", Utc, nullable=False),
    Column("lane", String(255)),
    Column("case", String(32)),
    Column("place", String(255)),
    Column("seq", Integer),
    Column("detail", String(255), nullable=False),
    Column("state", String(16), nullable=False),  # planned, sent, dropped
    Column("sent_at", Utc),
    Column("tries", Integer, nullable=False),
    Column("retry_at", Utc, nullable=False),
    Index("lane_notices_due", "matter", "state", "retry_at"),
)
# Exemplars that rulings put into the bank: what a hand's edit lost is put back once.
BANKED = Table(
    "lane_banked",
    META,
    Column("matter", String(64), primary_key=True),
    Column("exemplar", String(64), primary_key=True),
    Column("case", String(32), nullable=False),
    Column("mark", String(64), nullable=False),
    Column("ruling_seq", Integer, nullable=False),
    Column("restored", Integer, nullable=False),
)
STALE = Table(
    "lane_stale",
    META,
    Column("matter", String(64), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("cause", String(128), primary_key=True),
    Column("source", String(255), nullable=False),
    Column("asker", String(255), nullable=False),
    Column("found_at", Utc, nullable=False),
)
PLAYBOOKS = Table(
    "lane_playbooks",
    META,
    Column("matter", String(64), primary_key=True),
    Column("version", String(255), nullable=False),
    Column("rules", Text, nullable=False),  # JSON: rule id -> sha256 of its text
)
PROPOSALS = Table(
    "lane_proposals",
    META,
    Column("matter", String(64), primary_key=True),
    Column("id", String(32), primary_key=True),
    Column("topic", String(255), nullable=False),
    Column("cases", Text, nullable=False),  # JSON list of case ids
    Column("state", String(16), nullable=False),  # proposed, accepted, declined
    Column("seq", Integer, nullable=False),
    Column("decided_by", String(255)),
    Column("decided_at", Utc),
)
