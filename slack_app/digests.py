"""Digests in Slack: who may have one, which transcripts are meant, and what is shown meanwhile."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import NamedTuple

from assistant.errors import TranscriptError
from assistant.settings import Settings
from assistant.transcripts.digest import RATIO, STYLES
from assistant.transcripts.keep import Step, Wish
from assistant.types import Matter
from slack_app.attachments import Attachments, File, Made, NotOurs
from slack_app.blocks.words import role as spoken_role
from slack_app.errors import SlackError
from slack_app.nouns import Row
from slack_app.office import Office
from slack_app.posting import Spot
from slack_app.wording import (
    DIGESTED,
    DIGESTING,
    NO_TRANSCRIPT,
    NO_UPLOADS,
    NOT_YOUR_DIGEST,
    notice,
)

ASKED_BY_COMMAND = "digest"  # a row's target, where `/digest` was typed
PAUSE = 2.5  # seconds between two words on how far it is
SKEW = timedelta(minutes=5)  # between the clocks of replicas
_MENTIONS = re.compile(r"\b(?:digest|summari[sz]e|summary)\b", re.IGNORECASE)
_ASKS = re.compile(  # a digest, and nothing else
    r"\W*(?:(?:please|can you|could you|would you|give me|make|do|write|prepare|get me|i need|i want)\W+)*"
    r"(?:(?:a|an|the|me)\W+)?(?:(?:short|page[- ]line|topical|chronological|narrative)\W+)?"
    r"(?:digest|summari[sz]e|summary)"
    r"(?:\W+of)?(?:\W+(?:this|that|it|the|these|attached|his|her))*"
    r"(?:\W+(?:transcripts?|depo(?:sition)?s?|files?|testimony|attachment))?"
    r"(?:\W+(?:page[- ]line|topical|chronological|narrative))?(?:\W+1\s*:\s*\d{1,3})?(?:\W+please)?\W*",
    re.IGNORECASE,
)


class Digested(NamedTuple):
    """What to say when it is done, and the number of the last digest in the ledger."""

    text: str
    seq: int | None


def asks_for_digest(row: Row, text: str) -> bool:
    """Is it a digest that is asked for, and nothing else? A file alone asks for its digest."""
    if row.target == ASKED_BY_COMMAND or (row.files and not text.strip()):
        return True
    return _ASKS.fullmatch(text) is not None


def speaks_of_digest(row: Row, text: str) -> bool:
    """Is a digest asked for among other words, beside a file? Then those words are read first."""
    return row.files > 0 and _MENTIONS.search(text) is not None


def refused(matter: Matter, role: str | None) -> tuple[str, str] | None:
    """(why, owner) where a role may not have a digest: the right whose id names digests says who may;
    without such a right everybody who has a role in the matter."""
    right = next((r for r in matter.rights if "digest" in r.id), None)
    owner = (right or matter.rights[0]).accountable
    held = role is not None and (
        right is None
        or (right.assistant in ("answer", "draft") and role in (right.requesters or matter.roles))
    )
    return None if held else (NOT_YOUR_DIGEST.format(spoken_role(owner)), owner)


async def digested(
    row: Row, role: str | None, matter: Matter, text: str, office: Office
) -> Digested:
    """A digest of each transcript that is meant, put into the thread; what is none is named.
    Raises SlackError, LedgerError."""
    attachments = office.attachments
    assert attachments is not None
    files = await _meant(row, attachments, office.us)
    status, said, seq = Status(row, office), [], None
    for number, file in enumerate(files, 1):
        wish = _wish(row, role, matter, text, number)
        step = status.step(number, len(files))
        try:
            made = await attachments.digested(file, wish, step)
        except NotOurs as error:
            said.append(f"File {number}: {error}")
            continue
        seq = made.ledger
        said.append(await _shared(row, number, made, matter, office))
    await status.over()
    return Digested("\n".join(said) or NO_TRANSCRIPT, seq)


async def _meant(row: Row, attachments: Attachments, us: str) -> list[File]:
    """The message's own files; else those of the newest message with a transcript, in its thread or channel."""
    if row.files:
        return await attachments.of(row.channel, str(row.thread or row.ts), row.ts)
    inside = row.thread if row.target != ASKED_BY_COMMAND and row.thread != row.ts else None
    return await attachments.newest(row.channel, inside, us)


async def _shared(row: Row, number: int, made: Made, matter: Matter, office: Office) -> str:
    assert office.attachments is not None
    thread, name = str(row.thread or row.ts), f"digest-{row.answer_id}-{number}"
    if await office.attachments.share(row.channel, thread, name, made):
        return DIGESTED.format(number, made.entries, matter.id, made.ledger)
    spot = Spot(channel=row.channel, thread=thread, mark=f"{row.answer_id}.{number}")
    await office.poster.once(spot, notice(made.overview), begun=True)
    return NO_UPLOADS.format(number, made.entries, matter.id, made.ledger)


def _wish(row: Row, role: str | None, matter: Matter, text: str, number: int) -> Wish:
    """The kind and length that the words name, under a key that a job begun anew has again."""
    low = text.lower().replace("page line", "page-line")
    ratio = re.search(r"\b1\s*:\s*(\d{1,3})\b", low)
    return Wish(
        matter=matter,
        style=next((s for s in STYLES if s in low), "page-line"),
        ratio=min(100.0, max(1.0, float(ratio[1]))) if ratio else RATIO,
        asker=row.user,
        role=role,
        key=f"{row.key}#{row.revision}/digest/{number}",
        since=row.received_at - SKEW,
    )


class Status:
    """How far a digest is, shown where the reply will stand, now and then. A lost word costs nothing, and
    none is shown once it is over."""

    def __init__(self, row: Row, office: Office) -> None:
        self._row, self._office = row, office
        self._loop = asyncio.get_running_loop()
        self._tasks: set[asyncio.Task[None]] = set()
        self._next = 0.0
        self._over = False

    def step(self, number: int, of: int) -> Step:
        """A step(done, total) that may be called from another thread."""
        self._begin(number, of, "reading it")

        def told(done: int, total: int) -> None:
            share = f"{100 * done // max(1, total)} %"
            self._loop.call_soon_threadsafe(self._begin, number, of, share)

        return told

    async def over(self) -> None:
        """Wait for what is on its way, and show no more."""
        self._over = True
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _begin(self, number: int, of: int, share: str) -> None:
        if self._over or self._loop.time() < self._next or not self._row.reply_ts:
            return
        self._next = self._loop.time() + PAUSE
        task = self._loop.create_task(self._show(DIGESTING.format(number, of, share)))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _show(self, text: str) -> None:
        row = self._row
        with suppress(SlackError):
            await self._office.poster.update(
                str(row.reply_channel), str(row.reply_ts), notice(text), row.answer_id
            )


def maker(settings: Settings) -> Callable[[Path, Wish, Step], Made]:
    """What makes the digest of a file."""
    return partial(_make, settings)


def _make(settings: Settings, file: Path, wish: Wish, step: Step) -> Made:
    """The digest as Word and HTML. Raises TranscriptError where the file is no transcript."""
    from assistant.transcripts.documents import render
    from assistant.transcripts.documents.overview import overview
    from assistant.transcripts.keep import kept_digest
    from assistant.transcripts.lines import parse_file

    if parse_file(file).kind == "unknown":
        raise TranscriptError(
            "It does not read as a transcript: no questions and answers stand in it."
        )
    made, parsed = kept_digest(file, settings, wish, step)
    files = tuple((form, render(made, parsed.lines, form)) for form in (".docx", ".html"))
    return Made(files, overview(made), len(made.entries), made.ledger or 0)
