"""The files that come of a digest."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from assistant.transcripts.digest import STYLES, digest_of
from assistant.transcripts.documents import FORMS, render
from assistant.transcripts.nouns import Digest, Transcript
from tests.transcripts.test_digest import exchange


@pytest.mark.parametrize("style", STYLES)
def test_every_style_holds_the_same_entries(
    style: str, digest: Digest, halvorsen: Transcript
) -> None:
    made = digest_of(halvorsen, style)  # type: ignore[arg-type]
    assert sorted(e.text for e in made.entries) == sorted(e.text for e in digest.entries)
    dated = [bool(e.dates) for e in made.entries]
    assert style != "chronological" or dated == sorted(dated, reverse=True)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("form", FORMS)
def test_every_document_holds_entries_and_cites(
    form: str, style: str, halvorsen: Transcript
) -> None:
    made = digest_of(halvorsen, style)  # type: ignore[arg-type]
    data = render(made, halvorsen.lines, form)
    text = words_of(form, data)
    assert "14:9-11" in text
    assert "Maintenance manager for the Elyria plant" in text
    assert "MARTIN J. HALVORSEN" in text


def words_of(form: str, data: bytes) -> str:
    if form == ".docx":
        import docx

        document = docx.Document(io.BytesIO(data))
        parts = [p.text for p in document.paragraphs]
        parts += [c.text for t in document.tables for r in t.rows for c in r.cells]
        return "\n".join(parts)
    if form == ".pdf":
        import pypdfium2

        pages = pypdfium2.PdfDocument(data)
        return " ".join(" ".join(p.get_textpage().get_text_range() for p in pages).split())
    return data.decode()


def test_a_transcript_cannot_put_markup_into_the_page(tmp_path: Path) -> None:
    record = exchange(
        "What is <b>it</b>?", "</script><script>alert(1)</script> in May 2023.", tmp_path
    )
    made = digest_of(record.transcript)
    page = render(made, record.transcript.lines, ".html").decode()
    assert "<script>alert" not in page
    assert page.count("</script>") == 2
    assert "http" not in page.replace("http-equiv", "")
