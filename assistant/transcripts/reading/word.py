"""DOCX -> sheets: paragraphs and table rows in order, page breaks kept, zip bombs refused unopened."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from assistant.errors import TranscriptError
from assistant.transcripts.nouns import Sheet
from assistant.transcripts.reading.text import sheets_of

UNPACKED = 200 * 1024 * 1024  # bytes of a DOCX once unpacked
RATIO = 200  # unpacked to packed, from which on it is taken for a bomb
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def docx_sheets(raw: bytes, name: str) -> tuple[Sheet, ...]:
    """The sheets of a Word document. Raises TranscriptError."""
    _no_bomb(raw, name)
    import docx

    try:
        document = docx.Document(io.BytesIO(raw))
        text = "\n".join(_blocks(document.element.body))
    except Exception as error:
        raise TranscriptError(
            f"{name}: not a Word document that can be read ({type(error).__name__}): save it again "
            "as .docx, or ask the reporter for ASCII"
        ) from None
    return sheets_of(text)


def _no_bomb(raw: bytes, name: str) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            infos = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        raise TranscriptError(f"{name}: a damaged archive, not a Word document") from None
    if "word/document.xml" not in {i.filename for i in infos}:
        raise TranscriptError(f"{name}: an archive that is no Word document: unpack it first")
    size = sum(i.file_size for i in infos)
    packed = max(1, sum(i.compress_size for i in infos))
    if size > UNPACKED or (size > 10 * 1024 * 1024 and size / packed > RATIO):
        raise TranscriptError(
            f"{name}: unpacks to {size / 1e6:,.0f} MB, which no transcript does: refused"
        )


def _blocks(parent: Any) -> list[str]:
    """The lines of a body or a cell, in order; a page break becomes a form feed."""
    out: list[str] = []
    for child in parent.iterchildren():
        if child.tag == f"{_W}p":
            out.append(_paragraph(child))
        elif child.tag == f"{_W}tbl":
            for row in child.iter(f"{_W}tr"):
                out += _cells([_blocks(cell) for cell in row.iter(f"{_W}tc")])
        elif child.tag == f"{_W}sdt":
            for content in child.iter(f"{_W}sdtContent"):
                out += _blocks(content)
    return out


def _cells(cells: list[list[str]]) -> list[str]:
    """Cells side by side: numbers in one cell and their lines in the next fall on one row."""
    depth = max((len("\n".join(c).split("\n")) for c in cells), default=0)
    split = [[*"\n".join(c).split("\n"), *[""] * depth][:depth] for c in cells]
    return ["    ".join(parts).rstrip() for parts in zip(*split, strict=True)]


def _paragraph(paragraph: Any) -> str:
    out: list[str] = []
    properties = paragraph.find(f"{_W}pPr")
    if properties is not None and properties.find(f"{_W}pageBreakBefore") is not None:
        out.append("\f")
    for node in paragraph.iter():
        if node.tag == f"{_W}t":
            out.append(node.text or "")
        elif node.tag == f"{_W}tab":
            out.append("\t" if node.getparent().tag == f"{_W}r" else "")
        elif node.tag == f"{_W}cr":
            out.append("\n")
        elif node.tag == f"{_W}br":
            out.append("\f" if node.get(f"{_W}type") == "page" else "\n")
    return "".join(out)
