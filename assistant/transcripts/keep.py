"""What is done for whoever asks for a digest: read, compose, record in the ledger."""

from __future__ import annotations

import time
from collections.abc import Callable
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


def kept_digest(
    file: Path,
    settings: Settings,
    matter: Matter | None = None,
    style: Style = "page-line",
    ratio: float = RATIO,
    asker: tuple[str, str | None] = ("cli", None),
    step: Step | None = None,
) -> tuple[Digest, Transcript]:
    """The digest of a file, recorded in the matter's ledger. `asker` is who asks, in what role.

    Raises TranscriptError, LedgerError, or ProviderDown where a chat model is set and silent.
    """
    started = time.perf_counter()
    transcript = parse_file(file)
    digest = _composed(transcript, settings, style, ratio, step)
    digest = digest.model_copy(update={"ms": round((time.perf_counter() - started) * 1000)})
    seq = _record(digest, settings, matter, asker)
    return digest.model_copy(update={"ledger": seq}), transcript


def _composed(
    transcript: Transcript, settings: Settings, style: Style, ratio: float, step: Step | None
) -> Digest:
    if settings.model is None:
        return digest_of(transcript, style, ratio, partial(extract, step=step))
    from assistant.compose.model import open_chat
    from assistant.transcripts.digest.chat import ChatDigest, place_of

    kept = place_of(settings.folder, transcript.sha256, settings.model)
    return digest_of(transcript, style, ratio, ChatDigest(open_chat(settings), kept, step))


def _record(
    digest: Digest, settings: Settings, matter: Matter | None, asker: tuple[str, str | None]
) -> int:
    ledger = Ledger.open(settings.ledger_url, checkpoints=settings.folder / "checkpoints")
    try:
        return ledger.append(
            NewEntry(
                matter=matter.id if matter else UNFILED,
                kind="digest",
                asker=asker[0],
                role=asker[1],
                playbook_version=matter.playbook_version if matter else "",
                matter_hash=matter.content_hash if matter else "",
                composer=digest.composer,
                model=settings.model,
                citations=tuple(c for e in digest.entries for c in e.cites),
                content=digest.model_dump(mode="json"),
            )
        )
    finally:
        ledger.close()
