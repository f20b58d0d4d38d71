"""Text -> sheets: form feeds part pages, any line end counts, a word's place is its column."""

from __future__ import annotations

import re

from assistant.transcripts.nouns import Row, Sheet, Word

_WORD = re.compile(r"\S+")
_END = re.compile(r"\r\n|\n|\r|\x0b|\x85|\u2028|\u2029")
_JUNK = re.compile(rb"[\x00-\x06\x0e-\x19\x1c-\x1f]")
WIDEST = 2_000  # characters of a row that are read


def looks_like_text(raw: bytes) -> bool:
    """Whether bytes are a text in some encoding: few control bytes, judged on samples."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    step = max(1, len(raw) // 8)
    sample = b"".join(raw[i : i + 8192] for i in range(0, len(raw), step))
    junk = len(_JUNK.findall(sample))
    return junk <= len(sample) * 0.01


def decode(raw: bytes) -> str:
    """UTF-8 or UTF-16 by its mark, else UTF-8 if it is, else Windows-1252."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", "replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def text_sheets(raw: bytes) -> tuple[Sheet, ...]:
    """The sheets of an encoded text."""
    return sheets_of(decode(raw))


def sheets_of(text: str) -> tuple[Sheet, ...]:
    """One sheet a form feed; a trailing empty one is left out."""
    parts = text.replace("\x1a", "").replace("\x00", "").split("\f")
    while len(parts) > 1 and not parts[-1].strip():
        parts.pop()
    return tuple(Sheet(n, tuple(_rows(part))) for n, part in enumerate(parts, 1))


def _rows(part: str) -> list[Row]:
    rows = []
    for y, line in enumerate(_END.split(part)):
        line = line[:WIDEST]
        if "\t" in line:
            line = line.expandtabs(8)
        words = tuple(Word(m.start(), m.end(), m.group()) for m in _WORD.finditer(line))
        if words:
            rows.append(Row(float(y), words))
    return rows
