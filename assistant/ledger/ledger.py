"""Append, read, verify, export, and destroy contents by order.

To verify an export without this code: for each line after the header, recompute sha256 over the JSON of
the chained fields (entry.CHAINED; sorted keys, separators "," and ":", UTF-8) and compare with `hash`;
compare `prev_hash` with the line before (64 zeros at the start); `seq` counts from 1 without a gap.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from assistant.errors import LedgerError
from assistant.ledger.checkpoints import Checkpoints
from assistant.ledger.entry import FIRST, Entry, NewEntry, Verdict, chain_hash, content_hash
from assistant.ledger.store import Store

SALT = 16
NONCE = 12
EVERY = 100  # entries between two signed checkpoints
PAGE = 100  # entries read at once from the end
CLOCKS = timedelta(
    minutes=10
)  # how far the clocks of replicas that write to one chain may be apart


@dataclass(frozen=True)
class Ledger:
    """The record of every matter on this installation; each matter has its own chain."""

    store: Store
    checkpoints: Checkpoints | None

    @classmethod
    def open(cls, url: str, *, checkpoints: Path | None = None) -> Ledger:
        """Open, creating or upgrading the schema; what was recorded is signed at the latest when the
        process ends. Raises LedgerError."""
        ledger = cls(Store(url), Checkpoints(checkpoints) if checkpoints else None)
        if ledger.checkpoints:
            weakref.finalize(ledger, ledger.checkpoints.settle)
        return ledger

    def close(self) -> None:
        """Sign what was recorded since the last checkpoint, and close the database."""
        if self.checkpoints:
            self.checkpoints.settle()
        self.store.close()

    def append(self, entry: NewEntry) -> int:
        """Write one entry; returns its sequence number, gapless from 1 in its matter."""
        with self.together(entry.matter) as (_, put):
            return put(entry)

    @contextmanager
    def together(self, matter: str) -> Iterator[tuple[Any, Callable[[NewEntry], int]]]:
        """One transaction in which entries and the rows of another room land together or not at all:
        the connection for those rows, and a function that appends. Raises LedgerError."""
        written: list[tuple[int, str]] = []
        with self.store.writing(matter) as connection:

            def put(entry: NewEntry) -> int:
                written.append(self._put(connection, entry))
                return written[-1][0]

            yield connection, put
        if self.checkpoints and written:
            self.checkpoints.note(matter, *written[-1])
            if any(seq % EVERY == 0 for seq, _ in written):
                self.checkpoints.settle()

    def fingerprint(self, connection: Any, matter: str, text: str) -> str:
        """A keyed hash by which the same text is known again; it tells nothing without the matter's key."""
        return hmac.new(self._key(connection, matter), text.encode(), hashlib.sha256).hexdigest()

    def citing(self, matter: str, ids: set[str]) -> Iterator[Entry]:
        """The entries that cite one of these ids, in order, with their contents while those are kept."""
        with self.store.reading() as connection:
            _, key = self.store.key(connection, matter)
        for row in self.store.rows(matter, 1):
            sealed = row.pop("sealed")
            if ids.intersection(json.loads(row["citations"])):
                opened = _open(key, sealed, row)
                yield _entry(row, json.loads(opened[SALT:]) if opened else None)

    def _put(self, connection: Any, entry: NewEntry) -> tuple[int, str]:
        salt = os.urandom(SALT)
        text = json.dumps(entry.content, ensure_ascii=False, sort_keys=True)
        key, last = self.store.head(connection, entry.matter)
        key = key or self._new_key(connection, entry.matter)
        fields = entry.model_dump(exclude={"content"})
        fields["citations"] = json.dumps(entry.citations)
        fields |= {
            "seq": (last[0] if last else 0) + 1,
            "at": datetime.now(UTC),
            "content_hash": content_hash(salt, text),
            "prev_hash": last[1] if last else FIRST,
        }
        fields["hash"] = chain_hash(_canonical(fields))
        self.store.put(connection, fields, _seal(key, salt + text.encode(), fields))
        return int(fields["seq"]), str(fields["hash"])

    def read(self, matter: str, seq: int) -> Entry:
        """One entry, with its content while that is kept. Raises LedgerError where there is none."""
        with self.store.reading() as connection:
            row = self.store.row(connection, matter, seq)
            if row is None:
                raise LedgerError(f"no entry {seq} in the ledger of {matter!r}")
            _, key = self.store.key(connection, matter)
            sealed = self.store.sealed(connection, matter, seq)
        opened = _open(key, sealed, row)
        return _entry(row, json.loads(opened[SALT:]) if opened else None)

    def newest(self, matter: str, since: datetime) -> Iterator[Entry]:
        """The entries written at or after a time, newest first, read a page at a time from the end."""
        with self.store.reading() as connection:
            _, key = self.store.key(connection, matter)
        seq: int | None = None
        while rows := self.store.before(matter, seq, PAGE):
            for row in rows:
                if row["at"] < since - CLOCKS:
                    return
                opened = _open(key, row.pop("sealed"), row)
                if row["at"] >= since:
                    yield _entry(row, json.loads(opened[SALT:]) if opened else None)
            seq = rows[-1]["seq"]

    def entries(self, matter: str, since: int = 1) -> Iterator[Entry]:
        """A matter's entries in order, with their contents while those are kept."""
        with self.store.reading() as connection:
            _, key = self.store.key(connection, matter)
        for row in self.store.rows(matter, since):
            opened = _open(key, row.pop("sealed"), row)
            yield _entry(row, json.loads(opened[SALT:]) if opened else None)

    def verify(self, matter: str) -> Verdict:
        """Recompute the whole chain, the kept contents, and hold it against the checkpoints."""
        held = self.checkpoints.held(matter) if self.checkpoints else lambda hashes: {}
        with self.store.reading() as connection:
            _, key = self.store.key(connection, matter)
        prev, count, contents, hashes = FIRST, 0, 0, {0: FIRST}
        for row in self.store.rows(matter, 1):
            sealed = row.pop("sealed")
            why = _fault(row, count + 1, prev) or _content_fault(key, sealed, row)
            if why:
                return Verdict(matter=matter, ok=False, checked=count, seq=count + 1, why=why)
            prev, count, contents = row["hash"], count + 1, contents + (sealed is not None)
            hashes[count] = prev
        verdict = Verdict(matter=matter, ok=True, checked=count, contents=contents)
        return verdict.model_copy(update=held(hashes))

    def checkpoint(self, matter: str) -> None:
        """Sign the newest entry's hash into a file outside the database: a cut tail then shows."""
        with self.store.reading() as connection:
            last = self.store.last(connection, matter)
        if self.checkpoints and last:
            self.checkpoints.sign(matter, *last)

    def export(self, matter: str, out: Path) -> int:
        """Write a header line and the entries as JSON lines; returns how many. Signs a checkpoint."""
        self.checkpoint(matter)
        count = 0
        try:
            with out.open("w", encoding="utf-8") as file:
                about = {"ledger": matter, "exported": datetime.now(UTC).isoformat(), "format": 1}
                file.write(json.dumps(about) + "\n")
                for entry in self.entries(matter):
                    file.write(
                        json.dumps(
                            _canonical(entry.model_dump())
                            | {"hash": entry.hash, "content": entry.content},
                            ensure_ascii=False,
                        )
                        + "\n"
                    )
                    count += 1
        except OSError as error:
            raise LedgerError(f"cannot write {out} ({error.strerror})") from None
        return count

    def destroy_content(self, matter: str) -> None:
        """Ordered destruction: the matter's key and contents go; its chain still verifies."""
        with self.store.writing(matter) as connection:
            self.store.forget(connection, matter)

    def expire_content(self, matter: str, before: datetime) -> int:
        """Retention: contents of entries before a time go; returns how many."""
        with self.store.writing(matter) as connection:
            return self.store.expire(connection, matter, before)

    def _key(self, connection: Any, matter: str) -> bytes:
        _, key = self.store.key(connection, matter)
        return bytes(key) if key else self._new_key(connection, matter)

    def _new_key(self, connection: Any, matter: str) -> bytes:
        key = AESGCM.generate_key(128)
        self.store.put_key(connection, matter, key)
        return key


def _canonical(fields: dict[str, Any]) -> dict[str, Any]:
    """The fields as chained: times as ISO 8601 UTC, citations as a list."""
    cited = fields["citations"]
    cited = json.loads(cited) if isinstance(cited, str) else list(cited)
    kept = {k: v for k, v in fields.items() if k not in ("hash", "content")}
    return {**kept, "at": fields["at"].astimezone(UTC).isoformat(), "citations": cited}


def _entry(row: dict[str, Any], content: dict[str, Any] | None) -> Entry:
    return Entry(**{**row, "citations": tuple(json.loads(row["citations"]))}, content=content)


def _fault(row: dict[str, Any], seq: int, prev: str) -> str:
    if row["seq"] != seq:
        return f"entry {seq} is missing"
    if row["prev_hash"] != prev:
        return "the link to the entry before is broken"
    return "" if row["hash"] == chain_hash(_canonical(row)) else "a field was altered"


def _content_fault(key: bytes | None, sealed: bytes | None, row: dict[str, Any]) -> str:
    if sealed is None or key is None:
        return ""
    opened = _open(key, sealed, row)
    if opened is None:
        return "the content was altered"
    whole = content_hash(opened[:SALT], opened[SALT:].decode())
    return "" if whole == row["content_hash"] else "the content was altered"


def _bound(row: dict[str, Any]) -> bytes:
    return f"{row['matter']}:{row['seq']}".encode()


def _seal(key: bytes, plain: bytes, row: dict[str, Any]) -> bytes:
    nonce = os.urandom(NONCE)
    return nonce + AESGCM(key).encrypt(nonce, plain, _bound(row))


def _open(key: bytes | None, sealed: bytes | None, row: dict[str, Any]) -> bytes | None:
    if key is None or sealed is None:
        return None
    try:
        return AESGCM(key).decrypt(sealed[:NONCE], sealed[NONCE:], _bound(row))
    except InvalidTag:
        return None
