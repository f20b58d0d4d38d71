"""From a message to one checked reply and one ledger entry. Read this first.

    message ─take in─▶ Question ─whose right─▶ Ruling ─find─▶ Evidence ─compose─▶ Draft
       ─verify─▶ Answer | Clarification | Escalation | Refusal | Outage ─record─▶ ledger ─▶ Recorded

Whatever raises or hangs on the way ends in an Escalation that a person sees, and a model's provider
that does not answer in an Outage: never in an answer.
"""

from __future__ import annotations

import logging
import re
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass

from assistant.courtesies import courtesy, returned
from assistant.deadline import before_deadline
from assistant.desk import Desk
from assistant.errors import ProviderDown
from assistant.replies import (
    affirmed,
    as_reply,
    incident_reply,
    not_checked,
    nothing_asked,
    outage_reply,
    refusal,
    rights_escalation,
    too_long,
)
from assistant.types import Draft, Message, Question, Reply, Ruling

log = logging.getLogger("secondchair.pipeline")
_MENTION = re.compile(r"<[@#!][^>\s]*>")


@dataclass(frozen=True)
class Recorded:
    """A reply, where it stands in the ledger (None: it could not be recorded), and how long it took."""

    reply: Reply
    seq: int | None
    ms: float


def reply_to(message: Message, desk: Desk) -> Recorded:
    """Exactly one checked, recorded reply to `message`; never raises for what a person typed."""
    message = message.model_copy(update={"text": message.text.encode("utf-8", "replace").decode()})
    if len(message.text) > desk.limit:
        cut = message.model_copy(update={"text": message.text[: desk.limit]})
        return _guarded(
            cut, desk, lambda: (Question(ask=""), too_long(len(message.text), desk.limit))
        )
    return _guarded(message, desk, lambda: _decide(message, desk))


def choose(branch_id: str, seq: int, message: Message, desk: Desk) -> Recorded:
    """The answer from a branch (`b1`, `b2`, …) of the clarification recorded under `seq`, affirmed by
    the asker of `message`. Raises LedgerError where there is no such clarification or branch."""
    asked, reply = desk.recall(seq)
    draft = affirmed(branch_id, reply, message.asker, desk.matter)

    def decide() -> tuple[Question, Reply]:
        question = desk.take_in(asked.model_copy(update={"role": message.role}))
        ruling = desk.whose_right(question)
        stop = _not_ours(ruling, question, desk)
        return question, stop or _checked(draft, ruling, question, desk)

    return _guarded(message, desk, decide)


def _decide(message: Message, desk: Desk) -> tuple[Question, Reply]:
    question = desk.take_in(message)
    if not _says_anything(question):
        return question, nothing_asked(desk.matter)
    polite = courtesy(question) if question.role in desk.matter.roles else None
    if polite:
        return question, returned(polite, desk.matter)
    ruling = desk.whose_right(question)
    stop = _not_ours(ruling, question, desk)
    if stop:
        return question, stop
    answerable = question.model_copy(update={"ask": ruling.ask}) if ruling.ask else question
    evidence = desk.find(answerable)
    draft = desk.compose(answerable, evidence, ruling)
    return question, _checked(draft, ruling, answerable, desk)


def _says_anything(question: Question) -> bool:
    """Does a word stand anywhere in it, a mention apart?"""
    said = (_MENTION.sub("", question.ask), *question.quoted, *question.decoded)
    return any(re.search(r"\w", text) for text in said)


def _not_ours(ruling: Ruling, question: Question, desk: Desk) -> Reply | None:
    """The reply where the right is somebody else's, or None."""
    if ruling.outcome == "refuse":
        return refusal(ruling, question)
    if ruling.outcome == "escalate":
        return rights_escalation(ruling, question, desk.matter)
    return None


def _checked(draft: Draft, ruling: Ruling, question: Question, desk: Desk) -> Reply:
    """The draft as a reply if every rail held; else a person decides, and the draft is not shown."""
    failed = desk.verify(question, draft)
    if failed:
        return not_checked(draft, failed, ruling, desk.matter)
    return as_reply(draft, ruling, question, desk.matter)


def _guarded(
    message: Message, desk: Desk, decide: Callable[[], tuple[Question, Reply]]
) -> Recorded:
    """Run `decide` before the deadline and record what comes of it, whatever comes."""
    started = time.perf_counter()
    question: Question | None = None
    reply: Reply
    try:
        question, reply = before_deadline(decide, desk.deadline)
    except ProviderDown as error:
        reply = outage_reply(_incident(error), desk.matter)
    except Exception as error:
        reply = incident_reply(_incident(error), desk.matter)
    try:
        seq: int | None = desk.record(message, question, reply)
    except Exception as error:
        reply, seq = incident_reply(_incident(error), desk.matter), None
    return Recorded(reply, seq, (time.perf_counter() - started) * 1000)


def _incident(error: BaseException) -> str:
    """An incident id; the log holds the kind of error and where, never its text."""
    incident = uuid.uuid4().hex[:8]
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "?"
    log.error("incident %s: %s at %s", incident, type(error).__name__, where)
    return incident
