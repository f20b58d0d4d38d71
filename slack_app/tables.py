"""The Slack room's tables: inbox, what was seen, votes, escalations, channels, replicas."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
)

from assistant.database import Utc

META = MetaData()

INBOX = Table(
    "slack_inbox",
    META,
    Column("key", String(255), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("team", String(32), nullable=False),
    Column("channel", String(32), nullable=False),
    Column("thread", String(32)),
    Column("ts", String(32), nullable=False),
    Column("user", String(32), nullable=False),
    Column("state", String(16), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("received_at", Utc, nullable=False),
    Column("retry_at", Utc, nullable=False),
    Column("sealed", LargeBinary),
    Column("digest", String(64)),
    Column("source", String(16), nullable=False),
    Column("foreign", Integer, nullable=False),
    Column("files", Integer, nullable=False),
    Column("target", String(64)),
    Column("answer_id", String(32), nullable=False, unique=True),
    Column("reply_channel", String(32)),
    Column("reply_ts", String(32)),
    Column("matter", String(64)),
    Column("seq", Integer),
    Column("outcome", String(16)),
    Column("affirmed_by", String(32)),
    Index("slack_inbox_state", "state", "retry_at"),
    Index("slack_inbox_thread", "channel", "thread", "ts"),
    Index("slack_inbox_user", "user", "state"),
)
SEEN = Table(
    "slack_seen",
    META,
    Column("id", String(255), primary_key=True),
    Column("at", Utc, nullable=False),
)
VOTES = Table(
    "slack_votes",
    META,
    Column("answer_id", String(32), primary_key=True),
    Column("user", String(32), primary_key=True),
    Column("vote", String(8), nullable=False),
    Column("reason", String(64)),
    Column("comment", LargeBinary),
    Column("at", Utc, nullable=False),
)
ESCALATIONS = Table(
    "slack_escalations",
    META,
    Column("answer_id", String(32), primary_key=True),
    Column("matter", String(64), nullable=False),
    Column("lane", String(255)),
    Column("channel", String(32)),
    Column("ts", String(32)),
    Column("asker", String(32), nullable=False),
    Column("by", String(32), nullable=False),
    Column("state", String(32), nullable=False),
    Column("at", Utc, nullable=False),
)
# Messages of ours that are changed later, such as a proposal's: by the mark that they carry.
POSTED = Table(
    "slack_posted",
    META,
    Column("mark", String(255), primary_key=True),
    Column("channel", String(32), nullable=False),
    Column("ts", String(32), nullable=False),
)
CHANNELS = Table(
    "slack_channels",
    META,
    Column("channel", String(32), primary_key=True),
    Column("follow_ups", String(8), nullable=False),
)
REPLICAS = Table(
    "slack_replicas",
    META,
    Column("name", String(64), primary_key=True),
)
