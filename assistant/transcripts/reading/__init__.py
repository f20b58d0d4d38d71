"""A file -> sheets of rows of words; the format is told from the bytes, never from the name alone."""

from __future__ import annotations

import hashlib
from pathlib import Path

from assistant.errors import TranscriptError
from assistant.transcripts.nouns import Source
from assistant.transcripts.reading.text import looks_like_text, text_sheets

LIMIT = 100 * 1024 * 1024  # bytes; the longest real transcripts are a tenth of this
BINARY = {
    ".ptx": "a RealLegal E-Transcript",
    ".lef": "a LiveNote/Case Notebook exchange file",
    ".sbf": "a Summation briefcase",
    ".mdb": "an Access database",
    ".ptf": "a LiveNote portable file",
    ".xmef": "a LiveNote evidence file",
    ".trm": "a TrialDirector file",
    ".vid": "a video transcript bundle",
    ".doc": "an old Word file",
}
ASK = "ask the reporter for an ASCII (.txt) or text PDF copy with page and line numbers"


def read_file(path: Path) -> Source:
    """The file's sheets. Raises TranscriptError, naming the file and what to do, for what cannot be
    read: a missing or oversized file, a binary format, a damaged PDF, DOCX or RTF."""
    raw = _bytes(path)
    name, digest = path.name, hashlib.sha256(raw).hexdigest()
    if raw[:1024].lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"%PDF-") or b"%PDF-" in raw[:1024]:
        from assistant.transcripts.reading.pdf import pdf_sheets

        sheets, problems = pdf_sheets(raw, name)
        return Source(name, digest, "pdf", sheets, problems)
    if raw.startswith(b"PK\x03\x04"):
        from assistant.transcripts.reading.word import docx_sheets

        return Source(name, digest, "docx", docx_sheets(raw, name))
    if raw.lstrip()[:5] == b"{\\rtf":
        from assistant.transcripts.reading.rtf import rtf_sheets

        return Source(name, digest, "rtf", rtf_sheets(raw, name))
    kind = BINARY.get(path.suffix.lower())
    if kind and not looks_like_text(raw):
        raise TranscriptError(f"{name}: {kind} is a closed format that is not read here: {ASK}")
    if not looks_like_text(raw):
        raise TranscriptError(f"{name}: not a text, PDF, DOCX or RTF transcript: {ASK}")
    return Source(name, digest, "text", text_sheets(raw))


def _bytes(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if path.is_dir():
            raise TranscriptError(f"{path}: a folder, where one transcript file was expected")
        if size > LIMIT:
            raise TranscriptError(
                f"{path.name}: {size / 1e6:,.0f} MB is more than a transcript holds (limit "
                f"{LIMIT // 1024 // 1024} MB): {ASK}"
            )
        raw = path.read_bytes()
    except OSError as error:
        raise TranscriptError(
            f"{path}: cannot be read ({error.strerror}): check the name and its permissions"
        ) from None
    if not raw.strip():
        raise TranscriptError(f"{path.name}: the file is empty: {ASK}")
    return raw
