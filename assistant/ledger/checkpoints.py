"""Signed checkpoints outside the database (Ed25519): the chain alone does not notice a cut tail."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from assistant.errors import LedgerError


class Checkpoints:
    """A folder with the signing key (mode 0600), its public half, and one JSONL file a matter."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def sign(self, matter: str, seq: int, digest: str) -> None:
        """Append one signed line. Raises LedgerError if it cannot be written."""
        line = {"matter": matter, "seq": seq, "hash": digest, "at": datetime.now(UTC).isoformat()}
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            line["signature"] = self._key().sign(_signed(line)).hex()
            with (self._folder / f"{matter}.jsonl").open("a", encoding="utf-8") as file:
                file.write(json.dumps(line) + "\n")
        except OSError as error:
            raise LedgerError(
                f"cannot write a checkpoint in {self._folder} ({error.strerror})"
            ) from None

    def fault(self, matter: str, hashes: dict[int, str]) -> tuple[str, int | None]:
        """What the checkpoints say against the chain's hashes by seq: ("", None) if nothing."""
        path = self._folder / f"{matter}.jsonl"
        if not path.exists():
            return "", None
        public = self._key().public_key()
        for text in path.read_text("utf-8").splitlines():
            line = json.loads(text)
            try:
                public.verify(bytes.fromhex(line["signature"]), _signed(line))
            except InvalidSignature:
                return "a checkpoint's signature does not hold", line["seq"]
            if line["seq"] not in hashes:
                return "entries after it were cut off: a checkpoint knows this one", line["seq"]
            if hashes[line["seq"]] != line["hash"]:
                return "the chain was rewritten: a checkpoint knows another hash", line["seq"]
        return "", None

    def _key(self) -> Ed25519PrivateKey:
        path = self._folder / "signing.key"
        if path.exists():
            return Ed25519PrivateKey.from_private_bytes(path.read_bytes())
        key = Ed25519PrivateKey.generate()
        raw = key.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(raw)
        public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        (self._folder / "signing.pub").write_text(public.hex() + "\n", "utf-8")
        return key


def _signed(line: dict[str, object]) -> bytes:
    return f"{line['matter']}|{line['seq']}|{line['hash']}|{line['at']}".encode()
