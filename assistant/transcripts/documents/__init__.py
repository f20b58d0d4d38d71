"""A digest -> the files that people use: DOCX, PDF, HTML, Markdown, JSON; told apart by the name."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from assistant.errors import TranscriptError
from assistant.transcripts.nouns import Digest, Line

FORMS = (".docx", ".pdf", ".html", ".md", ".json")


def write(digest: Digest, lines: Sequence[Line], out: Path) -> None:
    """Write the digest in the form that the file's ending names. Raises TranscriptError."""
    data = render(digest, lines, out.suffix.lower(), out.name)
    try:
        out.write_bytes(data)
    except OSError as error:
        raise TranscriptError(f"cannot write {out} ({error.strerror})") from None


def render(digest: Digest, lines: Sequence[Line], form: str, name: str = "") -> bytes:
    """The bytes of a digest in a form (`.docx`, `.pdf`, `.html`, `.md` or `.json`)."""
    if form == ".docx":
        from assistant.transcripts.documents.word import word

        return word(digest)
    if form == ".pdf":
        from assistant.transcripts.documents.portable import pdf

        return pdf(digest)
    if form == ".html":
        from assistant.transcripts.documents.web import html

        return html(digest, lines).encode()
    if form == ".md":
        from assistant.transcripts.documents.markdown import markdown

        return markdown(digest).encode()
    if form == ".json":
        return (digest.model_dump_json() + "\n").encode()
    raise TranscriptError(f"{name or form!r}: expected a name ending in {', '.join(FORMS)}")
