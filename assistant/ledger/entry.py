"""What a ledger entry holds, and the hash that chains it."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any

from assistant.types import Noun

CHAINED = (
    "matter",
    "seq",
    "at",
    "kind",
    "asker",
    "role",
    "playbook_version",
    "matter_hash",
    "composer",
    "model",
    "code_version",
    "right",
    "citations",
    "content_hash",
    "prev_hash",
)
FIRST = "0" * 64  # prev_hash of the first entry


class NewEntry(Noun):
    """An entry to append. `content` (texts) is kept apart, encrypted; only its hash is chained."""

    matter: str
    kind: str
    asker: str
    role: str | None = None
    playbook_version: str
    matter_hash: str
    composer: str
    model: str | None = None
    code_version: str = ""
    right: str | None = None
    citations: tuple[str, ...] = ()
    content: dict[str, Any]


class Entry(Noun):
    """An entry as it stands; `content` is None once destroyed or expired. `at` is UTC."""

    matter: str
    seq: int
    at: datetime
    kind: str
    asker: str
    role: str | None
    playbook_version: str
    matter_hash: str
    composer: str
    model: str | None
    code_version: str
    right: str | None
    citations: tuple[str, ...]
    content_hash: str
    prev_hash: str
    hash: str
    content: dict[str, Any] | None = None


class Verdict(Noun):
    """What verifying found: how many entries hold, and where and why it first does not. `signed` is
    the newest entry that a checkpoint knows, 0 for none; None where no checkpoints are kept."""

    matter: str
    ok: bool
    checked: int
    seq: int | None = None
    why: str = ""
    contents: int = 0
    signed: int | None = None

    def __str__(self) -> str:
        if self.ok:
            held = f"{self.checked} entries hold, {self.contents} with content"
            return f"{self.matter}: {held}{self._tail()}"
        where = f" at entry {self.seq}" if self.seq is not None else ""
        return f"{self.matter}: BROKEN{where}: {self.why} ({self.checked} before it hold)"

    def _tail(self) -> str:
        if self.signed is None:
            return ""
        if self.signed == 0:
            return "; no checkpoint is signed yet: a cut tail would not show"
        after = self.checked - self.signed
        if after == 0:
            return "; signed up to the last"
        cut = f"a cut tail after entry {self.signed} would not show"
        return f"; {after} after the newest checkpoint: {cut}"


def chain_hash(fields: dict[str, Any]) -> str:
    """sha256 over the canonical JSON of the chained fields: sorted keys, no spaces, UTF-8."""
    kept = {name: fields[name] for name in CHAINED}
    text = json.dumps(kept, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def content_hash(salt: bytes, content: str) -> str:
    """sha256 over salt and text; the salt goes with the text, so short texts cannot be guessed after."""
    return hashlib.sha256(salt + content.encode()).hexdigest()
