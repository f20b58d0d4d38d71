"""Transcript pages as Word and RTF files."""

from __future__ import annotations

import io
import re

from benchmarks.transcript_script import Page


def docx_of(pages: list[Page]) -> bytes:
    """A Word file: one paragraph a row, a page break between pages."""
    import docx

    document = docx.Document()
    for k, page in enumerate(pages):
        if k:
            document.add_page_break()
        document.add_paragraph(f"Page {page.number}")
        for n, text in enumerate(page.lines, 1):
            document.add_paragraph(f"{n:>2}\t{text}")
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def rtf_of(pages: list[Page]) -> bytes:
    """An RTF file in a fixed font."""
    parts = []
    for page in pages:
        rows = [
            f"{page.number:>64}",
            *(f"{n:>2}     {t}".rstrip() for n, t in enumerate(page.lines, 1)),
        ]
        rows = [re.sub(r"([\\{}])", r"\\\1", r) for r in rows]
        parts.append("\\par\n".join(rows) + "\\par\n")
    body = "\\page\n".join(parts)
    return ("{\\rtf1\\ansi\\deff0{\\fonttbl{\\f0 Courier New;}}\\f0\\fs24\n" + body + "}").encode()
