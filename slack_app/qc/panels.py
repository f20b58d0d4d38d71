"""Calibration sessions: opened, called blind one case at a time, closed, counted, and put to their owners."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from typing import Any

from assistant.errors import SecondChairError
from assistant.types import Matter
from evals import panel as figures
from evals.drawing import Draw, Item, sealed
from evals.lanes import put_to_owners
from evals.panel import Panel, draw_panel
from evals.sittings import Sitting, order
from slack_app.blocks import panels as blocks
from slack_app.blocks.words import role
from slack_app.decide import threaded
from slack_app.errors import SlackError, SlackGone
from slack_app.nouns import Row
from slack_app.office import Office
from slack_app.posting import Spot
from slack_app.qc.nouns import Found, Wanted
from slack_app.qc.room import Qc, suite_called
from slack_app.qc.runs import qc_of, suite_of
from slack_app.walls import belongs
from slack_app.wording import notice

log = logging.getLogger("secondchair.slack.qc")

NOT_ON_IT = (
    "These can't sit on a panel of this matter, being no members of it: {}. Nothing was drawn."
)
NO_SESSION = "There is no such calibration session in this matter."
CLOSED_BEFORE = "Calibration session {} was closed before: what it said stands in its thread."
STILL_OPEN = "Calibration session {} is still open: close it first."
NOBODY_CALLED = "Nobody has called anything: there is nothing to count."
NO_SUITE = "The suite that the session was drawn from is gone or does not load: mend it, then secondchair calibrate report."
PUT = "Put to their lanes: {}."
NONE_OPEN = "No case is without a majority: nothing to put to anybody."


async def begin(wanted: Wanted, row: Row, matter: Matter, office: Office) -> Found:
    """A session drawn and sealed for this row, once. Raises SlackError, DatabaseError."""
    suite = await suite_of(wanted, row, matter, office)
    if isinstance(suite, Found):
        return suite
    strangers = [name for name in wanted.panel if not await _sits(name, row, matter, office)]
    if strangers:
        return Found(kind="notice", text=NOT_ON_IT.format(", ".join(strangers)))
    seed = wanted.seed if wanted.seed is not None else int(row.answer_id[:7], 16)
    try:
        drawn = draw_panel(suite, matter, wanted.n, seed)
    except SecondChairError as error:
        return Found(kind="notice", text=f"Nothing was drawn: {error}.")
    key = f"{row.key}#{row.revision}"
    start = qc_of(office).store.sittings.begin
    opened = partial(start, key, drawn, wanted.panel, row.user, row.channel)
    sitting, _ = await threaded(office, opened)
    return Found(kind="panel", matter=matter.id, number=sitting.draw, outcome="panel")


async def show_panel(row: Row, found: Found, office: Office) -> None:
    """The card in the channel, and each rater's own in their direct messages."""
    sittings = qc_of(office).store.sittings
    await threaded(office, partial(sittings.placed, found.number, str(row.reply_ts)))
    sitting, drawn = await session(found.number, str(found.matter), office)
    await refresh(sitting, drawn, office)
    for rater in sitting.panel:
        await _invite(sitting, drawn, rater, office)


async def close(wanted: Wanted, row: Row, matter: Matter, office: Office) -> Found:
    """No call is taken any more. The first close counts; a row that was cut off goes on with its own."""
    sittings = qc_of(office).store.sittings
    sitting = await threaded(office, partial(sittings.of, wanted.draw))
    if sitting is None or sitting.matter != matter.id:
        return Found(kind="notice", text=NO_SESSION)
    first = await threaded(office, partial(sittings.close, wanted.draw, row.user))
    if not first and row.state != "deciding":
        return Found(kind="notice", text=CLOSED_BEFORE.format(wanted.draw))
    return Found(kind="closed", matter=matter.id, number=wanted.draw, outcome="closed")


async def show_closed(row: Row, found: Found, office: Office) -> None:
    """What the panel said, in the thread of the session's card, with the questions as a file."""
    matter = office.matters[str(found.matter)]
    sitting, drawn = await session(found.number, matter.id, office)
    told = await threaded(office, partial(_counted, drawn, sitting, matter, qc_of(office)))
    thread = sitting.ts or None
    spot = Spot(channel=sitting.channel, thread=thread, mark=f"{row.answer_id}.counted")
    if isinstance(told, str):
        await office.poster.once(spot, notice(told), begun=True)
        await refresh(sitting, drawn, office)
        return
    counted, page = told
    owners = sorted({role(case.owner) for case in counted.open})
    post = blocks.result_post(figures.lines(counted), owners)
    ts = await office.poster.once(spot, post, begun=True)
    if counted.open:
        under = spot.model_copy(update={"thread": thread or ts})
        with suppress(SlackError):
            name = f"session-{sitting.draw}-questions.md"
            await office.poster.file(under, name, page, "Questions to the owner of the playbook")
    await refresh(sitting, drawn, office, len(counted.open))
    for rater in sitting.panel:
        await _invite(sitting, drawn, rater, office)


async def put_to_lanes(wanted: Wanted, row: Row, matter: Matter, office: Office) -> Found:
    """Each case without a majority becomes one of the lane that covers its field, once a session."""
    sitting = await threaded(office, partial(qc_of(office).store.sittings.of, wanted.draw))
    if sitting is None or sitting.matter != matter.id:
        return Found(kind="notice", text=NO_SESSION)
    if sitting.open or sitting.closed_at is None:
        return Found(kind="notice", text=STILL_OPEN.format(wanted.draw))
    _, drawn = await session(wanted.draw, matter.id, office)
    told = await threaded(office, partial(_counted, drawn, sitting, matter, qc_of(office)))
    if isinstance(told, str):
        return Found(kind="notice", text=told)
    asks = {item.id.rsplit("/", 1)[0]: item.shown.rsplit("\n\n", 1)[0] for item in drawn.items}
    by = (row.user, str(sitting.draw))
    put = partial(put_to_owners, told[0].open, asks, office.rooms[matter.id], by, sitting.closed_at)
    done = await threaded(office, put)
    text = PUT.format("; ".join(done)) if done else NONE_OPEN
    return Found(kind="notice", text=text[:2_500])


async def session(number: int, matter: str, office: Office) -> tuple[Sitting, Draw]:
    """A session of this matter and its sealed draw. Raises SecondChairError where there is none, or it was
    altered."""
    store = qc_of(office).store
    sitting = await threaded(office, partial(store.sittings.of, number))
    if sitting is None or sitting.matter != matter:
        raise SecondChairError(f"no calibration session {number} in matter {matter!r}")
    _, seal, text = await threaded(office, partial(store.draw, number))
    return sitting, sealed(text, seal)


async def refresh(sitting: Sitting, drawn: Draw, office: Office, majorityless: int = 0) -> None:
    """The session's card as it now stands."""
    if sitting.ts is None:
        return
    counts = await threaded(office, partial(qc_of(office).store.sittings.counts, sitting.draw))
    post = blocks.card(sitting, len(drawn.items), counts, majorityless)
    await office.poster.update(sitting.channel, sitting.ts, post, f"sitting.{sitting.draw}")


def next_item(drawn: Draw, sitting: Sitting, rater: str, called: set[str]) -> Item | None:
    """The first item that this rater has not called, in an order of their own."""
    wanted = order(drawn, sitting.panel.index(rater) + 1)
    left = next((name for name in wanted if name not in called), None)
    return next((item for item in drawn.items if item.id == left), None)


def modal_for(
    drawn: Draw, sitting: Sitting, rater: str, called: set[str], matter: Matter
) -> dict[str, Any]:
    """The next case of a rater's, or that all are called, or that the session is closed."""
    if not sitting.open:
        return blocks.told_modal(sitting.draw, "The session was closed: no call is taken any more.")
    item = next_item(drawn, sitting, rater, called)
    if item is None:
        return blocks.done_modal(sitting, len(drawn.items))
    at = (drawn.items.index(item), len(called), len(drawn.items))
    return blocks.item_modal(sitting, item, at, several(item, matter))


def several(item: Item, matter: Matter) -> bool:
    """Does the item's field take more than one choice?"""
    field = item.id.rsplit("/", 1)[-1]
    return any(f.name == field and f.multiple for f in matter.coding_fields)


async def retell(sitting: Sitting, drawn: Draw, rater: str, office: Office) -> None:
    """After a call: the session's card and the rater's own."""
    await refresh(sitting, drawn, office)
    await _invite(sitting, drawn, rater, office)


async def _invite(sitting: Sitting, drawn: Draw, rater: str, office: Office) -> None:
    """The rater's own card, posted once and then kept up; who can't be reached is told to the log by number."""
    called = await threaded(
        office, partial(qc_of(office).store.sittings.called_by, sitting.draw, rater)
    )
    title = office.matters[sitting.matter].title
    post = blocks.invitation(sitting, title, len(drawn.items), len(called))
    try:
        channel = await office.directory.direct_channel(rater)
        since = f"{sitting.opened_at.timestamp() - 300:.6f}"
        spot = Spot(channel=channel, thread=None, mark=f"sitting.{sitting.draw}", since=since)
        found = await office.poster.find(spot)
        if found:
            await office.poster.update(channel, found, post, spot.mark)
        else:
            await office.poster.once(spot, post, begun=False)
    except SlackGone as error:
        log.warning("a rater of session %d was not reached: %s", sitting.draw, error.code)


async def _sits(name: str, row: Row, matter: Matter, office: Office) -> bool:
    person = await office.directory.person(name, row.team)
    return person.outsider is None and await belongs(person, matter, office.directory)


def _counted(drawn: Draw, sitting: Sitting, matter: Matter, qc: Qc) -> tuple[Panel, str] | str:
    """The session's figures and its page of questions; a sentence where there is nothing to count."""
    calls: Sequence[tuple[str, str, str]] = qc.store.calls(sitting.draw)
    if not calls:
        return NOBODY_CALLED
    newest = qc.store.latest(matter.id, sitting.suite)
    suite = suite_called(sitting.suite, matter)
    if suite is None:
        return NO_SUITE
    counted = figures.panel(drawn, calls, suite, matter, newest[0] if newest else None)
    return counted, figures.questions(counted, suite)
