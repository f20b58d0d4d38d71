"""What is done for whoever asks for a digest: read, compose, record in the ledger."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from assistant.ledger import Ledger, NewEntry
from assistant.settings import Settings
from assistant.transcripts.digest import RATIO, Style, digest_of
from assistant.transcripts.digest.extractive import compose as extract
from assistant.transcripts.lines import parse_file
from assistant.transcripts.nouns import Digest, Transcript
from assistant.types import Matter

UNFILED = "unfiled"  # the ledger's chain for transcripts of no matter
Step = Callable[[int, int], None]


@dataclass(frozen=True)
class Wish:
    """What is wished for, by whom (`asker`, in `role`), for which matter.

    `key` names the request for good: a digest recorded under it since `since` is given again and never
    recorded twice. Without a key every request is recorded.
    """

    matter: Matter | None = None
    style: Style = "page-line"
    ratio: float = RATIO
    asker: str = "cli"
    role: str | None = None
    key: str | None = None
    since: datetime | None = None


def kept_digest(
    file: Path, settings: Settings, wish: Wish | None = None, step: Step | None = None
) -> tuple[Digest, Transcript]:
    """The digest of a file, recorded in the matter's ledger.

    Raises TranscriptError, LedgerError, or ProviderDown where a chat model is set and silent.
    """
    wish = wish or Wish()
    started = time.perf_counter()
    transcript = parse_file(file)
    ledger = Ledger.open(settings.ledger_url, checkpoints=settings.folder / "checkpoints")
    try:
        before = _recorded(ledger, wish)
        if before is not None:
            return before, transcript
        digest = _composed(transcript, settings, wish, step)
        digest = digest.model_copy(update={"ms": round((time.perf_counter() - started) * 1000)})
        return _record(digest, settings.model, wish, ledger), transcript
    finally:
        ledger.close()


def _composed(transcript: Transcript, settings: Settings, wish: Wish, step: Step | None) -> Digest:
    if settings.model is None:
        return digest_of(transcript, wish.style, wish.ratio, partial(extract, step=step))
    from assistant.compose.model import open_chat
    from assistant.transcripts.digest.chat import ChatDigest, place_of

    kept = place_of(settings.folder, transcript.sha256, settings.model)
    compose = ChatDigest(open_chat(settings), kept, step)
    return digest_of(transcript, wish.style, wish.ratio, compose)


def _record(digest: Digest, model: str | None, wish: Wish, ledger: Ledger) -> Digest:
    """The digest with its number: one entry a key, whoever else works on the same request meanwhile."""
    entry = _entry(digest, model, wish)
    if wish.key is None:
        return digest.model_copy(update={"ledger": ledger.append(entry)})
    with ledger.together(entry.matter) as (_, put):
        before = _recorded(ledger, wish)
        return before or digest.model_copy(update={"ledger": put(entry)})


def _recorded(ledger: Ledger, wish: Wish) -> Digest | None:
    """The digest that was recorded under the wish's key."""
    if wish.key is None or wish.since is None:
        return None
    for entry in ledger.newest(_chain(wish), wish.since):
        content = dict(entry.content or {})
        if entry.kind == "digest" and content.pop("key", None) == wish.key:
            return Digest.model_validate(content).model_copy(update={"ledger": entry.seq})
    return None


def _entry(digest: Digest, model: str | None, wish: Wish) -> NewEntry:
    matter = wish.matter
    return NewEntry(
        matter=_chain(wish),
        kind="digest",
        asker=wish.asker,
        role=wish.role,
        playbook_version=matter.playbook_version if matter else "",
        matter_hash=matter.content_hash if matter else "",
        composer=digest.composer,
        model=model,
        citations=tuple(c for e in digest.entries for c in e.cites),
        content={**digest.model_dump(mode="json"), **({"key": wish.key} if wish.key else {})},
    )


def _chain(wish: Wish) -> str:
    return wish.matter.id if wish.matter else UNFILED
