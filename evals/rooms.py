"""What other rooms keep in the same database, read by the names of their tables; None where there are none.

The Slack room stands beside this one and is not imported: of its votes only the counts are read.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import column, inspect, select, table

from assistant.database import Utc, open_engine
from assistant.types import Noun

_INBOX = table("slack_inbox", column("answer_id"), column("matter"))
_VOTES = table("slack_votes", column("answer_id"), column("vote"), column("at", Utc))


class Vote(Noun):
    """A reviewer's thumb on one reply."""

    up: bool
    at: datetime


class Ruled(Noun):
    """A case of a lane: hours to its ruling (None: it waits), whether it was due, in time, overturned later."""

    at: datetime
    hours: float | None
    due: bool
    inside: bool
    overturned: bool


def votes_of(url: str, matter: str) -> list[Vote] | None:
    """The votes on a matter's replies; None where Slack is not in use."""
    engine = open_engine(url)
    try:
        if not {"slack_inbox", "slack_votes"} <= set(inspect(engine).get_table_names()):
            return None
        query = (
            select(_VOTES.c.vote, _VOTES.c.at)
            .join_from(_VOTES, _INBOX, _VOTES.c.answer_id == _INBOX.c.answer_id)
            .where(_INBOX.c.matter == matter)
        )
        with engine.connect() as connection:
            return [Vote(up=row[0] == "up", at=row[1]) for row in connection.execute(query)]
    finally:
        engine.dispose()
