"""Rows of the Slack room in and out of the database: SQLite by default, PostgreSQL by URL."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from assistant.database import Database, Schema
from slack_app.nouns import OPEN, Escalated, FollowUps, Incoming, Row, State, Vote
from slack_app.tables import CHANNELS, ESCALATIONS, INBOX, POSTED, SEEN, VOTES

SCHEMA = Schema("slack", "0002", Path(__file__).parent / "migrations")
SEEN_DAYS = 7  # Slack's last retry comes after minutes; a client resends within days at the worst


class Store:
    """Every method is one transaction and safe to repeat. Raises DatabaseError."""

    def __init__(self, url: str) -> None:
        self.database = Database(url, SCHEMA)
        self.close = self.database.close
        self._upsert = sqlite.insert if self.database.sqlite else postgresql.insert

    # --- the inbox ----------------------------------------------------------------------------

    def accept(self, incoming: Incoming, sealed: bytes, digest: str) -> Row | None:
        """The new row, or None where it (or one of its other ids) was accepted before."""
        now = datetime.now(UTC)
        fields = incoming.model_dump(exclude={"seen", "text", "foreign"}) | {
            "foreign": int(incoming.foreign),
            "state": "new",
            "revision": 0,
            "attempt": 0,
            "received_at": now,
            "retry_at": now,
            "sealed": sealed,
            "digest": digest,
            "answer_id": secrets.token_hex(8),
        }
        with self.database.writing(f"slack:{incoming.key}") as connection:
            if not all(self._first_sight(connection, i, now) for i in _names(incoming)):
                return None
            connection.execute(insert(INBOX), fields)
            return _row(connection, INBOX.c.key == incoming.key)

    def _first_sight(self, connection: Connection, name: str, now: datetime) -> bool:
        put = self._upsert(SEEN).values(id=name, at=now).on_conflict_do_nothing()
        return connection.execute(put.returning(SEEN.c.id)).first() is not None

    def row(self, key: str) -> Row | None:
        """The row of this key."""
        with self.database.reading() as connection:
            return _row(connection, INBOX.c.key == key)

    def answer(self, answer_id: str) -> Row | None:
        """The row whose reply has this id."""
        with self.database.reading() as connection:
            return _row(connection, INBOX.c.answer_id == answer_id)

    def update(self, key: str, **fields: Any) -> None:
        """Set columns of a row, whatever its revision."""
        with self.database.writing(f"slack:{key}") as connection:
            connection.execute(update(INBOX).where(INBOX.c.key == key).values(**fields))

    def advance(self, key: str, revision: int, state: State) -> None:
        """Note how far the work has come, unless the row was revised or cancelled meanwhile."""
        self.note(key, revision, state=state)

    def note(self, key: str, revision: int, **fields: Any) -> None:
        """Set columns of an open row, unless it was revised or cancelled meanwhile."""
        same = (INBOX.c.key == key) & (INBOX.c.revision == revision) & INBOX.c.state.in_(OPEN)
        with self.database.writing(f"slack:{key}") as connection:
            connection.execute(update(INBOX).where(same).values(**fields))

    def placed(self, key: str, revision: int, channel: str, ts: str) -> None:
        """Note where the placeholder stands, whatever became of the row meanwhile, and that it does."""
        with self.database.writing(f"slack:{key}") as connection:
            where = INBOX.c.key == key
            spot = {"reply_channel": channel, "reply_ts": ts}
            connection.execute(update(INBOX).where(where).values(**spot))
            same = where & (INBOX.c.revision == revision) & INBOX.c.state.in_(OPEN)
            connection.execute(update(INBOX).where(same).values(state="placed"))

    def finish(self, key: str, revision: int, **fields: Any) -> bool:
        """Close a row and drop its text, unless it was revised or cancelled meanwhile."""
        same = (INBOX.c.key == key) & (INBOX.c.revision == revision) & INBOX.c.state.in_(OPEN)
        closed = {"state": "done", "sealed": None, **fields}
        with self.database.writing(f"slack:{key}") as connection:
            done = update(INBOX).where(same).values(**closed).returning(INBOX.c.key)
            return connection.execute(done).first() is not None

    def revise(self, key: str, sealed: bytes, digest: str) -> Row | None:
        """Begin a new revision with an edited text; None where nothing changed or it was cancelled."""
        where = (INBOX.c.digest != digest) & INBOX.c.state.not_in(("cancelling", "cancelled"))
        return self._anew(key, where, sealed=sealed, digest=digest, state="new")

    def pick_matter(self, answer_id: str, matter: str) -> Row | None:
        """Take up again a question that waited for its matter; None where it does not wait any more."""
        waiting = self.answer(answer_id)
        if waiting is None:
            return None
        where = INBOX.c.outcome == "several"
        return self._anew(waiting.key, where, matter=matter, outcome=None, state="new")

    def cancel(self, key: str, why: str) -> Row | None:
        """Cancel a message for good and drop its text; None where there is none, or it was cancelled."""
        where = INBOX.c.state.not_in(("cancelling", "cancelled"))
        return self._anew(key, where, target=why, sealed=None, state="cancelling")

    def _anew(self, key: str, where: ColumnElement[bool], **fields: Any) -> Row | None:
        """A further revision of a row that stands so, due now."""
        changed = {**fields, "retry_at": datetime.now(UTC), "revision": INBOX.c.revision + 1}
        with self.database.writing(f"slack:{key}") as connection:
            again = update(INBOX).where((INBOX.c.key == key) & where).values(**changed)
            if connection.execute(again.returning(INBOX.c.key)).first() is None:
                return None
            return _row(connection, INBOX.c.key == key)

    def release(self, key: str) -> None:
        """Forget a choice that came to nothing, so that another may be made."""
        with self.database.writing(f"slack:{key}") as connection:
            connection.execute(delete(INBOX).where(INBOX.c.key == key))
            connection.execute(delete(SEEN).where(SEEN.c.id == key))

    def postpone(self, key: str, revision: int, seconds: float) -> None:
        """Try again later, as a new attempt."""
        at = datetime.now(UTC) + timedelta(seconds=seconds)
        same = (INBOX.c.key == key) & (INBOX.c.revision == revision) & INBOX.c.state.in_(OPEN)
        with self.database.writing(f"slack:{key}") as connection:
            later = {"retry_at": at, "attempt": INBOX.c.attempt + 1}
            connection.execute(update(INBOX).where(same).values(**later))

    def left_behind(self, grace: float, limit: int = 500) -> list[Row]:
        """Open rows that nobody may be working on, oldest first: not begun within `grace` seconds of
        their time, or put off until now."""
        now = datetime.now(UTC)
        late = INBOX.c.retry_at <= now - timedelta(seconds=grace)
        again = (INBOX.c.attempt > 0) & (INBOX.c.retry_at <= now)
        return self._rows(INBOX.c.state.in_(OPEN) & (late | again), limit)

    def before(self, row: Row) -> list[Row]:
        """Open messages of the same thread that came before."""
        if row.thread is None or row.kind != "message":
            return []
        where = (INBOX.c.channel == row.channel) & (INBOX.c.thread == row.thread)
        where &= (INBOX.c.ts < row.ts) & INBOX.c.state.in_(OPEN) & (INBOX.c.kind == "message")
        return self._rows(where, 50)

    def open_in(self, channel: str, user: str) -> list[Row]:
        """A person's messages in a conversation that are still at work."""
        where = (INBOX.c.channel == channel) & (INBOX.c.user == user) & (INBOX.c.kind == "message")
        return self._rows(where & INBOX.c.state.in_(OPEN), 50)

    def thread(self, channel: str, thread: str) -> list[Row]:
        """Messages of a thread that we took part in, in their order."""
        where = (INBOX.c.channel == channel) & (INBOX.c.thread == thread)
        return self._rows(where & (INBOX.c.kind == "message"), 200, INBOX.c.ts)

    def open_questions(self, user: str, limit: int = 10) -> list[Row]:
        """A person's messages still at work, left with a choice to make, or with a person."""
        unsettled = INBOX.c.state.in_(OPEN) | INBOX.c.outcome.in_(("clarify", "escalate"))
        where = (INBOX.c.user == user) & (INBOX.c.kind == "message") & unsettled
        where &= INBOX.c.state != "cancelled"
        return self._rows(where, limit, INBOX.c.received_at.desc())

    def _rows(self, where: ColumnElement[bool], limit: int, order: Any = None) -> list[Row]:
        query = select(INBOX).where(where).limit(limit)
        query = query.order_by(INBOX.c.received_at if order is None else order)
        with self.database.reading() as connection:
            return [Row.model_validate(dict(r)) for r in connection.execute(query).mappings()]

    def forget_seen(self) -> None:
        """Drop ids that no delivery can come under any more, and texts that nobody came back for."""
        old = datetime.now(UTC) - timedelta(days=SEEN_DAYS)
        with self.database.writing("slack:seen") as connection:
            connection.execute(delete(SEEN).where(SEEN.c.at < old))
            waiting = (INBOX.c.sealed.is_not(None)) & (INBOX.c.received_at < old)
            connection.execute(update(INBOX).where(waiting).values(sealed=None))

    # --- votes, escalations, channels ---------------------------------------------------------

    def vote(self, vote: Vote, comment: bytes | None = None) -> None:
        """One vote a person and answer: a later one replaces the earlier. `comment` comes sealed."""
        fields = {**vote.model_dump(), "comment": comment, "at": datetime.now(UTC)}
        put = self._upsert(VOTES).values(**fields)
        changed = {k: fields[k] for k in ("vote", "reason", "comment", "at")}
        put = put.on_conflict_do_update(index_elements=["answer_id", "user"], set_=changed)
        with self.database.writing(f"slack:vote:{vote.answer_id}") as connection:
            connection.execute(put)

    def votes(self, answer_id: str | None = None) -> list[Vote]:
        """The votes on one answer, or all."""
        query = select(VOTES.c.answer_id, VOTES.c.user, VOTES.c.vote, VOTES.c.reason)
        if answer_id:
            query = query.where(VOTES.c.answer_id == answer_id)
        with self.database.reading() as connection:
            return [Vote.model_validate(dict(r)) for r in connection.execute(query).mappings()]

    def escalated(self, escalated: Escalated) -> None:
        """Note how an escalation stands."""
        fields = escalated.model_dump()
        put = self._upsert(ESCALATIONS).values(**fields)
        put = put.on_conflict_do_update(index_elements=["answer_id"], set_=fields)
        with self.database.writing(f"slack:escalation:{escalated.answer_id}") as connection:
            connection.execute(put)

    def escalations(self, answer_id: str | None = None) -> list[Escalated]:
        """The escalation of one answer, or all, oldest first."""
        query = select(ESCALATIONS).order_by(ESCALATIONS.c.at)
        if answer_id:
            query = query.where(ESCALATIONS.c.answer_id == answer_id)
        with self.database.reading() as connection:
            found = connection.execute(query).mappings()
            return [Escalated.model_validate(dict(row)) for row in found]

    def posted(self, mark: str) -> tuple[str, str] | None:
        """(channel, ts) of the message with this mark, where that was kept."""
        query = select(POSTED.c.channel, POSTED.c.ts).where(POSTED.c.mark == mark)
        with self.database.reading() as connection:
            row = connection.execute(query).first()
            return (row[0], row[1]) if row else None

    def keep_posted(self, mark: str, channel: str, ts: str) -> None:
        """Keep where the message with this mark stands."""
        put = self._upsert(POSTED).values(mark=mark, channel=channel, ts=ts)
        put = put.on_conflict_do_update(
            index_elements=["mark"], set_={"channel": channel, "ts": ts}
        )
        with self.database.writing(f"slack:posted:{mark}") as connection:
            connection.execute(put)

    def follow_ups(self, channel: str) -> FollowUps:
        """Whose messages without a mention are answered in a channel's threads: `asker` unless set."""
        query = select(CHANNELS.c.follow_ups).where(CHANNELS.c.channel == channel)
        with self.database.reading() as connection:
            mode: FollowUps = connection.execute(query).scalar() or "asker"
            return mode

    def set_follow_ups(self, channel: str, mode: FollowUps) -> None:
        """Set it."""
        put = self._upsert(CHANNELS).values(channel=channel, follow_ups=mode)
        put = put.on_conflict_do_update(index_elements=["channel"], set_={"follow_ups": mode})
        with self.database.writing(f"slack:channel:{channel}") as connection:
            connection.execute(put)


def _row(connection: Connection, where: ColumnElement[bool]) -> Row | None:
    found = connection.execute(select(INBOX).where(where)).mappings().first()
    return Row.model_validate(dict(found)) if found else None


def _names(incoming: Incoming) -> tuple[str, ...]:
    """Every id under which this thing may come again, its own key first."""
    return (incoming.key, *incoming.seen)
