"""An inbox row under work: how far it has come, whether it still stands as it was, where its reply goes."""

from __future__ import annotations

from functools import partial

from slack_app.decide import threaded
from slack_app.nouns import Row, State
from slack_app.office import Office
from slack_app.posting import Spot


class MovedOn(Exception):
    """The row was revised or cancelled meanwhile: another job has it."""


async def advance(row: Row, state: State, office: Office) -> None:
    """Note how far the work on this revision has come."""
    await threaded(office, partial(office.store.advance, row.key, row.revision, state))


async def reread(row: Row, office: Office) -> Row:
    """The row as it stands now. Raises MovedOn where it was revised or cancelled meanwhile."""
    fresh = await threaded(office, partial(office.store.row, row.key))
    if fresh is None or not fresh.open or fresh.revision != row.revision:
        raise MovedOn
    return fresh


async def put(row: Row, office: Office, **fields: object) -> None:
    """Set columns of a row, whatever its revision."""
    await threaded(office, partial(office.store.update, row.key, **fields))


def spot_of(row: Row) -> Spot:
    """Where a row's reply goes."""
    return Spot(channel=row.channel, thread=row.thread, mark=row.answer_id, since=since(row))


def since(row: Row) -> str:
    """From which Slack time on a message of ours is looked for: in a thread, all of it."""
    return f"{row.received_at.timestamp() - 300:.6f}" if row.thread is None else "0"
