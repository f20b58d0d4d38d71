"""A digest as a Word document."""

from __future__ import annotations

import io
import re
from typing import Any

from assistant.transcripts.documents.parts import (
    HOW,
    Table,
    headline,
    is_topic,
    paragraphs,
    tables,
    title_of,
)
from assistant.transcripts.nouns import Digest

_WIDTH = 7.0  # inches of text on a letter page
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def word(digest: Digest) -> bytes:
    """The .docx, letter size, page numbers in the foot."""
    import docx
    from docx.shared import Inches, Pt

    document = docx.Document()
    section = document.sections[0]
    section.page_width, section.page_height = Inches(8.5), Inches(11)
    section.left_margin = section.right_margin = Inches(0.75)
    section.top_margin = section.bottom_margin = Inches(0.75)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Times New Roman", Pt(10.5)
    normal.paragraph_format.space_after = Pt(2)
    document.add_heading(_clean(title_of(digest)), level=1)
    for label, value in headline(digest):
        line = document.add_paragraph()
        line.add_run(f"{label}: ").bold = True
        line.add_run(_clean(value))
    document.add_paragraph().add_run(HOW[digest.composer]).italic = True
    for problem in digest.problems:
        document.add_paragraph(_clean(f"Problem: {problem}"), style="List Bullet")
    for table in tables(digest):
        document.add_heading(table.title, level=2)
        if table.title == "Narrative digest":
            _narrative(document, digest)
        else:
            _table(document, table)
    _page_numbers(section)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _table(document: Any, table: Table) -> None:
    from docx.shared import Inches, Pt

    grid = document.add_table(rows=1, cols=len(table.head), style="Table Grid")
    grid.autofit = False
    for cell, name in zip(grid.rows[0].cells, table.head, strict=True):
        cell.paragraphs[0].add_run(name).bold = True
    _repeated(grid.rows[0])
    for row in table.rows:
        made = grid.add_row()
        _whole(made)
        for cell, part in zip(made.cells, row, strict=True):
            text = " ".join(p for p in (part.text, "\n".join(part.cites)) if p)
            cell.paragraphs[0].add_run(_clean(text)).bold = is_topic(row)
            cell.paragraphs[0].paragraph_format.keep_with_next = is_topic(row)
            if part.small:
                small = cell.add_paragraph().add_run(_clean(part.small))
                small.italic, small.font.size = True, Pt(8.5)
    for row in grid.rows:
        for cell, share in zip(row.cells, table.widths, strict=True):
            cell.width = Inches(_WIDTH * share)


def _repeated(row: Any) -> None:
    """The head row again on every page."""
    from docx.oxml import OxmlElement

    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _whole(row: Any) -> None:
    """A row that is not parted between two pages."""
    from docx.oxml import OxmlElement

    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def _narrative(document: Any, digest: Digest) -> None:
    for topic, entries in paragraphs(digest):
        line = document.add_paragraph()
        line.add_run(f"{_clean(topic)}. ").bold = True
        line.add_run(_clean(" ".join(f"{e.text} ({'; '.join(e.cites)})" for e in entries)))


def _page_numbers(section: Any) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    section.footer.paragraphs[0]._p.append(field)


def _clean(text: str) -> str:
    return _CONTROL.sub("", text)
