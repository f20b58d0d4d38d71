"""Signed checkpoints outside the database (Ed25519): the chain alone does not notice a cut tail."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from assistant.errors import LedgerError
from assistant.types import Noun

log = logging.getLogger("secondchair.ledger")


class Checkpoint(Noun):
    """One line of a matter's file: the hash that an entry had at a time (ISO 8601), signed (hex)."""

    matter: str
    seq: int
    hash: str
    at: str
    signature: str = ""

    def signed(self) -> bytes:
        """What the signature is over."""
        return f"{self.matter}|{self.seq}|{self.hash}|{self.at}".encode()


class Checkpoints:
    """A folder with the signing key (mode 0600), its public half, and one JSONL file a matter."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._unsigned: dict[str, tuple[int, str]] = {}

    def note(self, matter: str, seq: int, digest: str) -> None:
        """Keep in mind the newest entry, to be signed by `settle`; nothing is written."""
        if seq > self._unsigned.get(matter, (0, ""))[0]:
            self._unsigned[matter] = (seq, digest)

    def settle(self) -> None:
        """Sign what was noted since the last time. Never raises: a checkpoint that cannot be written
        is logged, since the entries stand."""
        for matter in list(self._unsigned):
            newest = self._unsigned.pop(matter, None)
            try:
                if newest is not None:
                    self.sign(matter, *newest)
            except LedgerError as error:
                log.warning("entries of %s stand without a checkpoint: %s", matter, error)

    def sign(self, matter: str, seq: int, digest: str) -> None:
        """Append one signed line. Raises LedgerError if it cannot be written."""
        line = Checkpoint(matter=matter, seq=seq, hash=digest, at=datetime.now(UTC).isoformat())
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            signature = self._key().sign(line.signed()).hex()
            line = line.model_copy(update={"signature": signature})
            with (self._folder / f"{matter}.jsonl").open("a", encoding="utf-8") as file:
                file.write(json.dumps(line.model_dump()) + "\n")
        except OSError as error:
            raise LedgerError(
                f"cannot write a checkpoint in {self._folder} ({_reason(error)})"
            ) from None

    def held(self, matter: str) -> Callable[[dict[int, str]], dict[str, Any]]:
        """The checkpoints as they stand now, to hold a chain's hashes by seq, read after them, against:
        the part of a Verdict that they decide. Raises LedgerError where they cannot be read."""
        path = self._folder / f"{matter}.jsonl"
        try:
            lines = path.read_text("utf-8", "replace").splitlines() if path.exists() else []
            known = lines and (self._folder / "signing.key").exists()
            return partial(_held, lines, self._key().public_key() if known else None)
        except OSError as error:
            raise LedgerError(
                f"cannot read the checkpoints in {self._folder} ({_reason(error)})"
            ) from None

    def _key(self) -> Ed25519PrivateKey:
        """The key, made where there is none yet, by one process at a time."""
        path = self._folder / "signing.key"
        if not path.exists():
            from filelock import FileLock

            with FileLock(self._folder / "signing.lock", timeout=60):
                if not path.exists():
                    self._make_key(path)
        try:
            return Ed25519PrivateKey.from_private_bytes(path.read_bytes())
        except ValueError:
            raise LedgerError(f"{path} is no signing key: put the right one back") from None

    def _make_key(self, path: Path) -> None:
        key = Ed25519PrivateKey.generate()
        public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        (self._folder / "signing.pub").write_text(public.hex() + "\n", "utf-8")
        whole = path.with_suffix(".new")  # readers see no key or all of it
        descriptor = os.open(whole, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(key.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption()))
        whole.replace(path)


def _held(
    lines: list[str], public: Ed25519PublicKey | None, hashes: dict[int, str]
) -> dict[str, Any]:
    newest = 0
    if lines and public is None:
        return {"ok": False, "why": "the signing key of its checkpoints is missing"}
    for text in lines:
        try:
            line = Checkpoint.model_validate_json(text)
        except ValueError:
            return {"ok": False, "why": "a checkpoint cannot be read"}
        why = _fault(line, public, hashes) if public else ""
        if why:
            return {"ok": False, "seq": line.seq, "why": why}
        newest = max(newest, line.seq)
    return {"signed": newest}


def _fault(line: Checkpoint, public: Ed25519PublicKey, hashes: dict[int, str]) -> str:
    try:
        public.verify(bytes.fromhex(line.signature), line.signed())
    except (InvalidSignature, ValueError):
        return "a checkpoint's signature does not hold"
    if line.seq not in hashes:
        return "it is gone, though a checkpoint knows it: cut off, or this is another database"
    if hashes[line.seq] != line.hash:
        return "the chain was rewritten: a checkpoint knows another hash"
    return ""


def _reason(error: OSError) -> str:
    return error.strerror or type(error).__name__
