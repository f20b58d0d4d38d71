"""A digest as a PDF."""

from __future__ import annotations

import io
import re
from functools import lru_cache
from html import escape
from typing import Any

from assistant.transcripts.documents.parts import (
    HOW,
    Cell,
    Table,
    headline,
    is_topic,
    paragraphs,
    tables,
    title_of,
)
from assistant.transcripts.nouns import Digest

_WIDTH = 7.1 * 72
_UNPRINTABLE = re.compile(r"[^\x20-\x7e\xa0-\xff–—‘’“”…•€]")


def pdf(digest: Digest) -> bytes:
    """The PDF, letter size, pages numbered, tables that go on over pages with their heads."""
    from reportlab.platypus import CondPageBreak, Paragraph, SimpleDocTemplate, Spacer

    styles = _styles()
    out = io.BytesIO()
    document = SimpleDocTemplate(
        out, pagesize=(612, 792), leftMargin=50, rightMargin=50, topMargin=48, bottomMargin=48,
        title=title_of(digest), invariant=1,
    )  # fmt: skip
    story: list[Any] = [Paragraph(_text(title_of(digest)), styles["title"])]
    story += [
        Paragraph(f"<b>{label}:</b> {_text(value)}", styles["body"])
        for label, value in headline(digest)
    ]
    story += [Spacer(1, 4), Paragraph(f"<i>{_text(HOW[digest.composer])}</i>", styles["small"])]
    story += [Paragraph(f"<b>Problem:</b> {_text(p)}", styles["body"]) for p in digest.problems]
    for table in tables(digest):
        story += [CondPageBreak(90), Spacer(1, 8), Paragraph(table.title, styles["head"])]
        story += _narrative(digest) if table.title == "Narrative digest" else [_table(table)]
    document.build(story, onFirstPage=_foot, onLaterPages=_foot)
    return out.getvalue()


@lru_cache(maxsize=1)
def _styles() -> dict[str, Any]:
    from reportlab.lib.styles import ParagraphStyle

    body = ParagraphStyle("body", fontName="Times-Roman", fontSize=10, leading=11.6)
    return {
        "body": body,
        "small": ParagraphStyle("small", parent=body, fontSize=8.5, leading=10),
        "head": ParagraphStyle("head", parent=body, fontName="Times-Bold", fontSize=12, leading=15),
        "title": ParagraphStyle(
            "title", parent=body, fontName="Times-Bold", fontSize=14, leading=18
        ),
    }


def _table(table: Table) -> Any:
    from reportlab.lib import colors
    from reportlab.platypus import LongTable, Paragraph

    body = _styles()["body"]
    rows = [[Paragraph(f"<b>{h}</b>", body) for h in table.head]]
    rows += [[Paragraph(_cell(c, is_topic(row)), body) for c in row] for row in table.rows]
    topics = [k for k, row in enumerate(table.rows, 1) if is_topic(row)]
    grid = LongTable(rows, colWidths=[_WIDTH * w for w in table.widths], repeatRows=1, splitInRow=1)
    grid.setStyle(
        [
            ("GRID", (0, 0), (-1, -1), 0.4, colors.grey),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("TOPPADDING", (0, 0), (-1, -1), 1.5),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
            ("BACKGROUND", (0, 0), (-1, 0), colors.whitesmoke),
            *(("BACKGROUND", (0, k), (-1, k), colors.whitesmoke) for k in topics),
            *(("NOSPLIT", (0, k), (-1, k + 1)) for k in topics),
        ]
    )
    return grid


def _narrative(digest: Digest) -> list[Any]:
    from reportlab.platypus import Paragraph

    body = _styles()["body"]
    return [
        Paragraph(
            f"<b>{_text(topic)}.</b> "
            + _text(" ".join(f"{e.text} ({'; '.join(e.cites)})" for e in entries)),
            body,
        )
        for topic, entries in paragraphs(digest)
    ]


def _cell(cell: Cell, topic: bool = False) -> str:
    said = f"<b>{_text(cell.text)}</b>" if topic and cell.text else _text(cell.text)
    parts = [said, "<br/>".join(_text(c) for c in cell.cites)]
    text = " ".join(p for p in parts if p)
    return text + (f"<br/><font size=8><i>{_text(cell.small)}</i></font>" if cell.small else "")


def _text(text: str) -> str:
    """Escaped, and without letters that the built-in fonts cannot draw."""
    return escape(_UNPRINTABLE.sub("?", text), quote=False)


def _foot(canvas: Any, document: Any) -> None:
    canvas.setFont("Times-Roman", 9)
    canvas.drawCentredString(306, 28, str(document.page))
