"""From a payload to an accepted row: decide, write, then begin. It has to be done before Slack hears 200."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from slack_app.conversation import is_for_us
from slack_app.decide import at_once
from slack_app.nouns import Incoming, Row
from slack_app.office import Office

Begin = Callable[[Row], None]


async def accept(incoming: Incoming, office: Office, begin: Begin) -> Row | None:
    """Write what came into the inbox and begin its job; None where it was accepted before.

    Raises DatabaseError: Slack then gets no 200 and delivers again.
    """
    sealed = office.seal.close(incoming.text, incoming.key)
    digest = office.seal.digest(incoming.text)
    row = await at_once(office, partial(office.store.accept, incoming, sealed, digest))
    if row is not None:
        begin(row)
    return row


async def meant_for_us(incoming: Incoming, office: Office) -> bool:
    """Is a message to be answered? Nothing is marked as seen before this was said."""
    if incoming.source != "thread":
        return True
    return await at_once(office, partial(_follows_up, incoming, office))


async def revise(incoming: Incoming, office: Office, begin: Begin) -> Row | None:
    """An edit: the question is taken up anew, in its old place; an edit that first names us is a question."""
    sealed = office.seal.close(incoming.text, incoming.key)
    digest = office.seal.digest(incoming.text)
    known = await at_once(office, partial(office.store.row, incoming.key))
    if known is None:
        if incoming.source == "mention":
            return await accept(incoming, office, begin)
        return None
    row = await at_once(office, partial(office.store.revise, incoming.key, sealed, digest))
    if row is not None:
        begin(row)
    return row


async def cancel(key: str, why: str, office: Office, begin: Begin) -> None:
    """A deletion or a stop: the row is cancelled for good, and its reply withdrawn."""
    row = await at_once(office, partial(office.store.cancel, key, why))
    if row is not None:
        begin(row)


def _follows_up(incoming: Incoming, office: Office) -> bool:
    before = office.store.thread(incoming.channel, str(incoming.thread))
    earlier = [row for row in before if row.key != incoming.key]
    return is_for_us(incoming, earlier, office.store.follow_ups(incoming.channel))
