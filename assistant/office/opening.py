"""Open an Office or PDF file within bounds of size, or say in one line why not."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lxml import etree

from assistant.errors import Unreadable

MAX_BYTES = 50_000_000
MAX_PART = 40_000_000  # one part of a document, unpacked
MAX_UNPACKED = 250_000_000
MAX_PARTS = 10_000
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PARSER: dict[str, Any] = {"resolve_entities": False, "no_network": True, "huge_tree": False}


@dataclass(frozen=True)
class Package:
    """An Office file's parts. `macros` is true where it carries code, which is never run."""

    path: Path
    names: frozenset[str]
    macros: bool
    _parts: dict[str, Any] = field(default_factory=dict, repr=False)

    def xml(self, name: str) -> Any:
        """The root element of a part, or None where there is no such part. Raises Unreadable."""
        if name not in self.names:
            return None
        if name not in self._parts:
            self._parts[name] = _parsed(self._read(name), name)
        return self._parts[name]

    def _read(self, name: str) -> bytes:
        try:
            with zipfile.ZipFile(self.path) as archive, archive.open(name) as part:
                raw = part.read(MAX_PART + 1)
        except (OSError, zipfile.BadZipFile, RuntimeError, EOFError, ValueError) as error:
            raise Unreadable(
                f"part {name!r} is damaged ({type(error).__name__}): save it anew"
            ) from None
        if len(raw) > MAX_PART:
            raise Unreadable(
                f"part {name!r} unpacks to more than {MAX_PART:,} bytes: split the file"
            )
        return raw


def check_size(path: Path) -> None:
    """Raises Unreadable for a file that is missing, empty, or larger than MAX_BYTES."""
    try:
        size = path.stat().st_size
    except OSError as error:
        raise Unreadable(f"cannot be read ({error.strerror}): check the file") from None
    if size > MAX_BYTES:
        raise Unreadable(f"is {size:,} bytes, more than {MAX_BYTES:,}: split it")
    if size == 0:
        raise Unreadable("is empty")


def open_package(path: Path) -> Package:
    """An Office file (docx, xlsx) as a package of parts, within bounds. Raises Unreadable."""
    check_size(path)
    with path.open("rb") as file:
        head = file.read(8)
        if head == _OLE:
            whole = head + file.read()
            raise Unreadable(_ole_reason(whole))
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise Unreadable(
            f"is no Office file ({error}): open it in Word or Excel, save it anew"
        ) from None
    if len(parts) > MAX_PARTS:
        raise Unreadable(
            f"holds {len(parts):,} parts, more than {MAX_PARTS:,}: it looks like a bomb"
        )
    unpacked = sum(part.file_size for part in parts)
    if unpacked > MAX_UNPACKED:
        raise Unreadable(f"unpacks to {unpacked:,} bytes, more than {MAX_UNPACKED:,}: split it")
    if any(part.flag_bits & 1 for part in parts):
        raise Unreadable("is encrypted: save it without a password")
    names = frozenset(part.filename for part in parts)
    return Package(path, names, any("vbaproject" in name.lower() for name in names))


def _ole_reason(whole: bytes) -> str:
    if "EncryptedPackage".encode("utf-16-le") in whole:
        return "is protected by a password: save a copy without one"
    return "is in the old binary format of Office: save it as .docx or .xlsx"


def _parsed(raw: bytes, name: str) -> Any:
    if b"<!DOCTYPE" in raw[:4096] or b"<!ENTITY" in raw[:65536]:
        raise Unreadable(f"part {name!r} declares entities, which no Office program writes")
    try:
        return etree.fromstring(raw, etree.XMLParser(**_PARSER))
    except etree.XMLSyntaxError as error:
        raise Unreadable(f"part {name!r} is broken XML ({error.msg}): save it anew") from None
