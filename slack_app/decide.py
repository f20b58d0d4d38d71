"""What is to be said to an inbox row: the walls first, then one matter's pipeline, recorded once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Literal, TypeVar

from assistant.courtesies import courtesy_in
from assistant.desk import Desk
from assistant.errors import LedgerError
from assistant.pipeline import Recorded, choose, reply_to
from assistant.types import Message, Noun, Refusal
from slack_app.conversation import joined, leans_on, picks_branch
from slack_app.digests import asks_for_digest, digested, refused, speaks_of_digest
from slack_app.nouns import Row
from slack_app.office import Office
from slack_app.walls import Admitted, Several, TurnedAway, Verdict, admit, role_in
from slack_app.wording import FORGOTTEN, GONE_BY, NO_FILES, NO_TEXT, NOT_RECORDED

SKEW = timedelta(minutes=5)  # between the clocks of replicas
T = TypeVar("T")


class Decided(Noun):
    """What to show: an entry of the ledger, a fixed sentence, or the choice of a matter. Ids and fixed
    words only: it is kept with the job."""

    kind: Literal["reply", "notice", "several"]
    matter: str | None = None
    seq: int | None = None
    outcome: str | None = None
    ms: float = 0.0
    text: str | None = None
    matters: tuple[str, ...] = ()


async def verdict_on(row: Row, office: Office) -> Verdict:
    """May this person ask here, and about which matter? Raises SlackError where Slack can't say."""
    where = (row.team, row.channel, row.user)
    verdict = await admit(where, row.foreign, office.matters, office.directory)
    if not isinstance(verdict, Several):
        return verdict
    wanted = row.matter or await _matter_of_thread(row, office)
    if wanted not in verdict.matters:
        return verdict
    person = await office.directory.person(row.user, row.team)
    return Admitted(matter=wanted, role=role_in(office.matters[wanted], person))


async def decide_message(row: Row, office: Office) -> Decided:
    """The decision on a question. Raises SlackError and DatabaseError: then it waits."""
    verdict = await verdict_on(row, office)
    if isinstance(verdict, TurnedAway):
        return await turned_away(row, verdict, office)
    if isinstance(verdict, Several):
        return Decided(kind="several", matters=verdict.matters)
    text = office.seal.open(row.sealed, row.key)
    if text is None:
        return Decided(kind="notice", text=FORGOTTEN, matter=verdict.matter)
    if await _wants_digest(row, verdict, text, office):
        return await _digest(row, verdict, text, office)
    if not text.strip():
        return Decided(
            kind="notice", text=NO_FILES if row.files else NO_TEXT, matter=verdict.matter
        )
    desk = office.desks[verdict.matter]
    message = _message(row, verdict, text)
    return await _once(row, desk, message, office, partial(_reply, row, message, desk, office))


async def decide_choice(row: Row, parent: Row, office: Office) -> Decided:
    """The decision that follows from a branch that somebody pressed; a notice where none does."""
    verdict = await verdict_on(row.model_copy(update={"matter": parent.matter}), office)
    if isinstance(verdict, TurnedAway):
        return Decided(kind="notice", text=verdict.why)
    if not isinstance(verdict, Admitted) or verdict.matter != parent.matter or parent.seq is None:
        return Decided(kind="notice", text=GONE_BY)
    desk, branch = office.desks[verdict.matter], (row.target or "").partition(":")[2]
    message = _message(row, verdict, "")
    pick = partial(choose, branch, parent.seq, message, desk)
    try:
        return await _once(row, desk, message, office, pick)
    except LedgerError as error:
        if "no branch" in str(error) or "no longer" in str(error) or "destroyed" in str(error):
            return Decided(kind="notice", text=GONE_BY)
        raise


async def _wants_digest(row: Row, admitted: Admitted, text: str, office: Office) -> bool:
    """Is it a digest that is asked for? Other words beside that are read first: what is no right of the
    assistant's (themes, clips to play) stays refused."""
    if office.attachments is None:
        return False
    if asks_for_digest(row, text):
        return True
    if not speaks_of_digest(row, text):
        return False
    desk = office.desks[admitted.matter]
    asked = desk.take_in(_message(row, admitted, text))
    ruling = await asyncio.get_running_loop().run_in_executor(
        office.thinking, partial(desk.whose_right, asked)
    )
    return not (ruling.outcome == "refuse" and ruling.right is not None)


async def _digest(row: Row, admitted: Admitted, text: str, office: Office) -> Decided:
    """The digests put into the thread; for a role that may not have them, whose it is, recorded."""
    desk = office.desks[admitted.matter]
    no = refused(desk.matter, admitted.role)
    if no:
        why, owner = no
        record = partial(
            _recorded, desk, _message(row, admitted, ""), Refusal(text=why, why=why, owner=owner)
        )
        decided = await _once(row, desk, _message(row, admitted, ""), office, record)
        return decided.model_copy(update={"kind": "notice", "text": why})
    made = await digested(row, admitted.role, desk.matter, text, office)
    outcome = "digest" if made.seq is not None else None
    return Decided(
        kind="notice", text=made.text, matter=admitted.matter, seq=made.seq, outcome=outcome
    )


def recalled(decided: Decided, desk: Desk) -> Recorded:
    """The reply as recorded. Raises LedgerError."""
    if decided.seq is None:
        raise LedgerError("nothing was recorded")
    _, reply = desk.recall(decided.seq)
    return Recorded(reply, decided.seq, decided.ms)


async def threaded(office: Office, work: Callable[[], T]) -> T:
    """Short database work off the loop."""
    return await asyncio.get_running_loop().run_in_executor(office.writing, work)


async def at_once(office: Office, work: Callable[[], T]) -> T:
    """Short database work that Slack waits for, beside that of the jobs."""
    return await asyncio.get_running_loop().run_in_executor(office.accepting, work)


async def _once(
    row: Row, desk: Desk, message: Message, office: Office, decide: Callable[[], Recorded]
) -> Decided:
    """Decide, unless an earlier try that was cut off has recorded its reply already."""
    if row.state == "deciding" and message.key:
        find = partial(desk.recorded, message.key, row.received_at - SKEW)
        seq = await threaded(office, find)
        if seq is not None:
            _, reply = await threaded(office, partial(desk.recall, seq))
            return _as_decided(Recorded(reply, seq, 0.0), desk)
    loop = asyncio.get_running_loop()
    return _as_decided(await loop.run_in_executor(office.thinking, decide), desk)


def _as_decided(recorded: Recorded, desk: Desk) -> Decided:
    name, reply = desk.matter.id, recorded.reply
    if recorded.seq is None:
        return Decided(kind="notice", text=NOT_RECORDED, matter=name, outcome=reply.kind)
    return Decided(kind="reply", matter=name, seq=recorded.seq, outcome=reply.kind, ms=recorded.ms)


def _reply(row: Row, message: Message, desk: Desk, office: Office) -> Recorded:
    """The pipeline's reply, with the question before it where a follow-up leans on that."""
    last = _last_before(row, desk, office)
    branch = picks_branch(message.text, last)
    if branch and last and last.seq is not None:
        try:
            return choose(branch, last.seq, message, desk)
        except LedgerError:
            return reply_to(message, desk)
    if leans_on(message.text, last) and last and last.seq is not None:
        before, _ = desk.recall(last.seq)
        text = joined(before.text, message.text) if before.text else message.text
        message = message.model_copy(update={"text": text})
    return reply_to(message, desk)


def _last_before(row: Row, desk: Desk, office: Office) -> Row | None:
    """The last answered question before this one in its own thread, about the same matter; no courtesy is one."""
    if row.thread is None or row.source == "shortcut":
        return None
    earlier = [r for r in office.store.thread(row.channel, row.thread) if r.ts < row.ts]
    answered = [
        r for r in earlier if r.seq and r.matter == desk.matter.id and r.outcome != "digest"
    ]
    done = (r for r in reversed(answered) if r.state == "done")
    return next((r for r in done if not _was_courtesy(r, desk)), None)


def _was_courtesy(row: Row, desk: Desk) -> bool:
    if row.outcome != "clarify" or row.seq is None:
        return False
    try:
        message, _ = desk.recall(row.seq)
    except LedgerError:  # its contents have expired
        return False
    return courtesy_in(message.text) is not None


async def _matter_of_thread(row: Row, office: Office) -> str | None:
    """The matter that a direct message's thread is about already."""
    if row.thread is None:
        return None
    rows = await threaded(office, partial(office.store.thread, row.channel, row.thread))
    return next((r.matter for r in rows if r.matter and r.user == row.user), None)


async def turned_away(row: Row, verdict: TurnedAway, office: Office) -> Decided:
    """Recorded where the channel has a matter, without the text: nothing was looked up."""
    if verdict.matter is None:
        return Decided(kind="notice", text=verdict.why, outcome="refuse")
    owner = _owner(office.desks[verdict.matter])
    refusal = Refusal(text=verdict.why, why=verdict.why, owner=owner)
    return await refuse(row, Admitted(matter=verdict.matter, role=None), refusal, office)


async def refuse(row: Row, admitted: Admitted, refusal: Refusal, office: Office) -> Decided:
    """A refusal in the ledger, once, without what was typed, and its sentence to show."""
    desk = office.desks[admitted.matter]
    message = _message(row, admitted, "")
    record = partial(_recorded, desk, message, refusal)
    decided = await _once(row, desk, message, office, record)
    return decided.model_copy(update={"kind": "notice", "text": refusal.why})


def _recorded(desk: Desk, message: Message, refusal: Refusal) -> Recorded:
    return Recorded(refusal, desk.record(message, None, refusal), 0.0)


def _owner(desk: Desk) -> str:
    return desk.matter.rights[0].accountable


def _message(row: Row, admitted: Admitted, text: str) -> Message:
    return Message(
        text=text,
        asker=row.user,
        role=admitted.role,
        channel=row.channel,
        key=f"{row.key}#{row.revision}",
    )
