"""Texts that wait for their reply are sealed in the inbox, under a key that the database never holds."""

from __future__ import annotations

import hmac
import os
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE = 12


@dataclass(frozen=True)
class Seal:
    """AES-GCM under a key derived from the bot token, so that replicas share it and no file holds it."""

    key: bytes

    @classmethod
    def of(cls, token: str) -> Seal:
        """The seal of a workspace's bot token."""
        derive = HKDF(SHA256(), 32, salt=None, info=b"secondchair inbox")
        return cls(derive.derive(token.encode()))

    def close(self, text: str, key: str) -> bytes:
        """`text` sealed for the row `key` and for no other."""
        nonce = os.urandom(NONCE)
        plain = text.encode("utf-8", "replace")
        return nonce + AESGCM(self.key).encrypt(nonce, plain, key.encode())

    def open(self, sealed: bytes | None, key: str) -> str | None:
        """The text; None where it is gone, or was sealed under another token."""
        if sealed is None:
            return None
        try:
            return AESGCM(self.key).decrypt(sealed[:NONCE], sealed[NONCE:], key.encode()).decode()
        except InvalidTag:
            return None

    def digest(self, text: str) -> str:
        """By which an edit that changed nothing is known; says nothing about the text itself."""
        return hmac.new(self.key, text.encode("utf-8", "replace"), sha256).hexdigest()
