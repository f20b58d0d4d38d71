"""The work on one inbox row, stage by stage: place, decide, show, escalate. Each is safe to repeat."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from functools import partial

from assistant.pipeline import Recorded
from slack_app.asked import say_what_was_asked
from slack_app.blocks import placeholder_message, reply_message, which_matter
from slack_app.blocks.post import Post
from slack_app.decide import (
    Decided,
    decide_choice,
    decide_message,
    recalled,
    threaded,
    verdict_on,
)
from slack_app.errors import SlackGone
from slack_app.escalations import AUTOMATIC, escalate
from slack_app.nouns import OPEN, Escalated, Row
from slack_app.office import Office
from slack_app.posting import Spot
from slack_app.rows import advance, put, reread, spot_of
from slack_app.walls import TurnedAway
from slack_app.wording import (
    ESCALATED,
    FILES_TOO,
    GONE_BY,
    NO_LANE,
    STOPPED,
    UNREACHABLE,
    WITHDRAWN,
    notice,
)

PATIENCE = 40.0  # seconds that a message waits for those before it in its thread


async def place(row: Row, office: Office) -> None:
    """Put the placeholder where the reply will stand, once; in the order of the thread."""
    if row.reply_ts or row.kind != "message":
        return
    await _after_those_before(row, ("new", "placing"), office)
    if row.source == "command" and not await say_what_was_asked(row, office):
        return
    row = await reread(row, office)
    begun = row.state != "new" or row.revision > 0
    await advance(row, "placing", office)
    spot = spot_of(row)
    ts = await office.poster.once(spot, placeholder_message(), begun)
    placed = partial(office.store.placed, row.key, row.revision, spot.channel, ts)
    await threaded(office, placed)


async def decide(row: Row, office: Office) -> Decided:
    """What to say; the reply is in the ledger when this returns."""
    if row.kind == "message":
        await _after_those_before(row, OPEN, office)
    row = await reread(row, office)
    await advance(row, "deciding", office)
    if row.kind == "message":
        decided = await decide_message(row, office)
        known = {"matter": decided.matter, "seq": decided.seq, "outcome": decided.outcome}
        await threaded(office, partial(office.store.note, row.key, row.revision, **known))
        return decided
    parent = await _parent(row, office)
    if parent is None:
        return Decided(kind="notice", text=GONE_BY)
    return await _of_button(row, parent, office)


async def show(row: Row, decided: Decided, office: Office) -> None:
    """Put the reply in the placeholder's place; a button's outcome in its own message's."""
    if row.kind == "message":
        await _show_message(row, decided, office)
        return
    parent = await _parent(row, office)
    if parent is None or decided.kind != "reply" or decided.outcome in ("refuse", "outage"):
        text = decided.text or await _words_of(decided, office)
        await office.poster.whisper(row.channel, row.user, text, row.thread)
        await threaded(office, partial(office.store.release, row.key))
    elif row.kind == "choice":
        await _show_choice(row, parent, decided, office)
    else:
        await _give_to_a_person(row, parent, decided, office)


async def withdraw(row: Row, office: Office) -> None:
    """A deleted or stopped question: its reply is taken back, visibly."""
    ts = row.reply_ts or await office.poster.find(spot_of(row))
    if ts:
        post = notice(STOPPED if row.target == "stopped" else WITHDRAWN)
        with suppress(SlackGone):
            await office.poster.update(spot_of(row).channel, ts, post, row.answer_id)
    await threaded(office, partial(office.store.advance, row.key, row.revision, "cancelled"))


async def undeliverable(row: Row, code: str, office: Office) -> None:
    """The channel can't be written to: the asker hears of it in a direct message."""
    with suppress(SlackGone):
        channel = await office.directory.direct_channel(row.user)
        spot = Spot(channel=channel, thread=None, mark=f"{row.answer_id}.gone")
        await office.poster.once(spot, notice(UNREACHABLE.format(code)), begun=True)
    await threaded(
        office, partial(office.store.finish, row.key, row.revision, state="undeliverable")
    )


async def _show_message(row: Row, decided: Decided, office: Office) -> None:
    if not row.reply_ts:  # a command that was turned away before anything was posted
        if not await office.poster.whisper(row.channel, row.user, decided.text or GONE_BY):
            raise SlackGone("not_in_channel")
        await _finish(row, decided, office)
        return
    post = await _post_for(row, decided, office)
    await reread(row, office)
    await office.poster.update(str(row.reply_channel), row.reply_ts, post, row.answer_id)
    if post.overflow:
        await office.poster.overflow(_reply_spot(row), post.overflow)
    if decided.kind == "reply" and decided.outcome == "escalate":
        desk = office.desks[str(decided.matter)]
        recorded = await threaded(office, partial(recalled, decided, desk))
        placed = row.model_copy(update={"matter": decided.matter})
        await _escalated(placed, recorded, office)
    if not await _finish(row, decided, office):
        await _mend(row, office)


async def _show_choice(row: Row, parent: Row, decided: Decided, office: Office) -> None:
    """The same message becomes the answer, and names who affirmed what."""
    desk = office.desks[str(decided.matter)]
    recorded = await threaded(office, partial(recalled, decided, desk))
    post = reply_message(recorded, desk.matter, parent.answer_id, affirmed_by=row.user)
    channel, ts = str(parent.reply_channel), str(parent.reply_ts)
    await office.poster.update(channel, ts, post, parent.answer_id)
    if post.overflow:
        await office.poster.overflow(_reply_spot(parent), post.overflow)
    settled = {"seq": decided.seq, "outcome": decided.outcome, "affirmed_by": row.user}
    await put(parent, office, **settled)
    if decided.outcome == "escalate":
        await _escalated(parent, recorded, office)
    await _finish(row, decided, office)


async def _give_to_a_person(row: Row, parent: Row, decided: Decided, office: Office) -> None:
    recorded = await threaded(office, partial(recalled, decided, office.desks[str(parent.matter)]))
    await _tell(parent, await escalate(parent, recorded, row.user, office), office)
    await _finish(row, decided, office)


async def _of_button(row: Row, parent: Row, office: Office) -> Decided:
    if row.kind == "choice":
        return await decide_choice(row, parent, office)
    verdict = await verdict_on(row.model_copy(update={"matter": parent.matter}), office)
    if isinstance(verdict, TurnedAway):
        return Decided(kind="notice", text=verdict.why)
    if verdict.kind != "admitted" or verdict.matter != parent.matter or parent.seq is None:
        return Decided(kind="notice", text=GONE_BY)
    return Decided(kind="reply", matter=parent.matter, seq=parent.seq, outcome="asked")


async def _escalated(row: Row, recorded: Recorded, office: Office) -> None:
    """The packet goes out by itself; the reply has named the lane, so only a failure is told."""
    noted = await escalate(row, recorded, AUTOMATIC, office)
    if noted.state != "posted":
        await _tell(row, noted, office)


async def _tell(row: Row, noted: Escalated, office: Office) -> None:
    """Say in the asker's thread where it went, or that it could not be given on."""
    desk = office.desks[noted.matter]
    lane = next((lane for lane in desk.matter.lanes if lane.name == noted.lane), None)
    owner = lane.owner if lane else desk.matter.roles[-1]
    said = noted.lane or "(none)"
    posted = noted.state == "posted"
    text = ESCALATED.format(said) if posted else NO_LANE.format(said, owner)
    spot = _reply_spot(row).model_copy(update={"mark": f"{row.answer_id}.told"})
    await office.poster.once(spot, notice(text), begun=True)


async def _post_for(row: Row, decided: Decided, office: Office) -> Post:
    if decided.kind == "several":
        return which_matter([office.matters[m] for m in decided.matters], row.answer_id)
    if decided.kind == "notice":
        return notice(decided.text or GONE_BY)
    desk = office.desks[str(decided.matter)]
    recorded = await threaded(office, partial(recalled, decided, desk))
    if row.files:
        noted = recorded.reply.model_copy(update={"notes": (*recorded.reply.notes, FILES_TOO)})
        recorded = type(recorded)(noted, recorded.seq, recorded.ms)
    return reply_message(recorded, desk.matter, row.answer_id)


async def _words_of(decided: Decided, office: Office) -> str:
    if decided.kind != "reply" or decided.matter is None:
        return GONE_BY
    recorded = await threaded(office, partial(recalled, decided, office.desks[decided.matter]))
    return recorded.reply.text


async def _after_those_before(row: Row, states: tuple[str, ...], office: Office) -> None:
    """Wait until no earlier message of the thread is in one of these states; never for ever."""
    if row.thread in (None, row.ts):
        return
    loop, pause = asyncio.get_running_loop(), 0.05
    end = loop.time() + PATIENCE
    while loop.time() < end:
        earlier = await threaded(office, partial(office.store.before, row))
        if not any(r.state in states and r.attempt == 0 for r in earlier):
            return
        await asyncio.sleep(pause)
        pause = min(pause * 2, 0.5)


async def _mend(row: Row, office: Office) -> None:
    """The question changed while its reply was shown: what stands there is made to fit again."""
    fresh = await threaded(office, partial(office.store.row, row.key))
    if fresh is None:
        return
    if fresh.state in ("cancelling", "cancelled"):
        await withdraw(fresh, office)
    elif fresh.state == "done" and fresh.seq is not None:
        newer = Decided(kind="reply", matter=fresh.matter, seq=fresh.seq, outcome=fresh.outcome)
        post = await _post_for(fresh, newer, office)
        channel, ts = str(fresh.reply_channel), str(fresh.reply_ts)
        await office.poster.update(channel, ts, post, fresh.answer_id)


async def _parent(row: Row, office: Office) -> Row | None:
    answer_id = (row.target or "").partition(":")[0]
    return await threaded(office, partial(office.store.answer, answer_id))


async def _finish(row: Row, decided: Decided, office: Office) -> bool:
    fields: dict[str, object] = {"seq": decided.seq, "outcome": decided.outcome}
    fields |= {"matter": decided.matter or row.matter}
    if decided.kind == "several":
        fields |= {"outcome": "several", "sealed": row.sealed}
    done = partial(office.store.finish, row.key, row.revision, **fields)
    return await threaded(office, done)


def _reply_spot(row: Row) -> Spot:
    """Beside the reply: its thread, or where it has none, under the reply itself."""
    thread = row.thread or row.reply_ts
    return Spot(channel=str(row.reply_channel), thread=thread, mark=row.answer_id)
