"""RTF -> sheets: `\\page` becomes a form feed, the rest is read by striprtf."""

from __future__ import annotations

import re

from assistant.errors import TranscriptError
from assistant.transcripts.nouns import Sheet
from assistant.transcripts.reading.text import sheets_of

LIMIT = 20 * 1024 * 1024
_BREAK = re.compile(r"\\(?:page|sect)(?![a-z])[ ]?|\\pagebb(?![a-z])[ ]?")
MARK = "\u240c"


def rtf_sheets(raw: bytes, name: str) -> tuple[Sheet, ...]:
    """The sheets of an RTF file. Raises TranscriptError."""
    from striprtf.striprtf import rtf_to_text

    if len(raw) > LIMIT:
        raise TranscriptError(
            f"{name}: an RTF file of over {LIMIT // 1024 // 1024} MB: ask for ASCII"
        )
    marked = _BREAK.sub(lambda m: rf"\u{ord(MARK)}?", raw.decode("latin-1"))
    try:
        text = rtf_to_text(marked, encoding="cp1252", errors="replace")
    except Exception as error:
        raise TranscriptError(
            f"{name}: a damaged RTF file ({type(error).__name__}): save it again, or ask for ASCII"
        ) from None
    if not text.strip():
        raise TranscriptError(f"{name}: an RTF file with no text in it: ask for ASCII")
    return sheets_of(text.replace(MARK, "\f"))
