"""PDF layouts of reporters, drawn glyph by glyph with reportlab."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

from benchmarks.transcript_script import Page, gold

WIDE, HIGH = 612.0, 792.0
Clock = Callable[[Page, int], str]


def _canvas() -> tuple[Any, io.BytesIO]:
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    return Canvas(out, pagesize=(WIDE, HIGH), invariant=1), out


def _lines(
    canvas: Any, page: Page, x: float, top: float, pitch: float, size: float, **how: Any
) -> None:
    """One page's numbered lines; the numbers are drawn after the text, as some programs do."""
    y = top
    for n, text in enumerate(page.lines, 1):
        canvas.setFont("Courier", size)
        shift = 5.2 * size if how.get("clock") else 0
        if text.strip():
            canvas.drawString(x + 3.2 * size + shift, y, text)
        if how.get("clock"):
            canvas.drawString(x + 2.2 * size, y, how["clock"](page, n))
        y -= pitch
    y = top
    canvas.setFont("Courier", how.get("number_size", size))
    for n in range(1, len(page.lines) + 1):
        canvas.drawRightString(x + 1.4 * size, y - how.get("drop", 0), str(n))
        y -= pitch


def pages_pdf(pages: list[Page], small: bool = False, clock: Clock | None = None) -> bytes:
    """One page a sheet, its number top right; `small`: line numbers smaller and lower than the text."""
    canvas, out = _canvas()
    for page in pages:
        canvas.setFont("Courier", 12)
        canvas.drawRightString(560, 750, str(page.number))
        pitch = 600 / len(page.lines)
        how = {"number_size": 8, "drop": 3} if small else {}
        _lines(canvas, page, 60, 710, pitch, 11 if clock else 12, clock=clock, **how)
        canvas.setFont("Helvetica", 8)
        canvas.drawCentredString(300, 60, "Lake Erie Reporting  216.555.0134")
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def stamped_pdf(pages: list[Page]) -> bytes:
    """As filed in court: an ECF stamp on top, a Bates number below, the page number in the corner."""
    canvas, out = _canvas()
    canvas.drawString(60, 700, "EXHIBIT A")
    canvas.showPage()
    for k, page in enumerate(pages, 2):
        canvas.setFont("Helvetica", 9)
        stamp = f"Case 1:24-cv-01187-PKB Document 88-2 Filed 09/30/25 Page {k} of {len(pages) + 1}. PageID #: {2200 + k}"
        canvas.drawString(60, 775, stamp)
        canvas.drawRightString(560, 20, f"TARRANT {417 + k:07}")
        canvas.setFont("Courier", 12)
        canvas.drawString(300, 48, str(page.number))
        _lines(canvas, page, 60, 730, 26, 12)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def captioned_pdf(pages: list[Page]) -> tuple[str, bytes, list[tuple[int, int, str]]]:
    """The cover set in single spacing beside numbers in double spacing: two rows of text a number."""
    canvas, out = _canvas()
    rows = [t for t in pages[0].lines if t.strip()]
    cover = [
        (r, rows[i + 1] if i + 1 < len(rows) else "") for i, r in enumerate(rows) if i % 2 == 0
    ]
    cover += [("", "")] * (25 - len(cover))
    canvas.setFont("Courier", 12)
    for n, (upper, lower) in enumerate(cover, 1):
        y = 710 - 24 * (n - 1)
        canvas.drawRightString(77, y, str(n))
        canvas.drawString(100, y, upper)
        canvas.drawString(100, y - 12, lower)
    canvas.drawRightString(560, 750, "1")
    canvas.showPage()
    for page in pages[1:]:
        canvas.setFont("Courier", 12)
        canvas.drawRightString(560, 750, str(page.number))
        _lines(canvas, page, 60, 710, 24, 12)
        canvas.showPage()
    canvas.save()
    first = [(1, n, " ".join(" ".join(pair).split())) for n, pair in enumerate(cover, 1)]
    return "cap.pdf", out.getvalue(), [*first, *gold(pages[1:])]


def condensed_pdf(pages: list[Page], down: int = 2, across: bool = False) -> bytes:
    """Several pages a sheet: `down` in each of two columns, read down and then right (or across)."""
    canvas, out = _canvas()
    each = 2 * down
    for start in range(0, len(pages), each):
        group = pages[start : start + each]
        for k, page in enumerate(group):
            col, row = (k % 2, k // 2) if across else (k // down, k % down)
            x, top = 40 + 280 * col, 730 - 360 * row
            canvas.setFont("Courier", 7)
            canvas.drawCentredString(x + 130, top + 14, f"Page {page.number}")
            _lines(canvas, page, x, top, 320 / len(page.lines), 6.5)
        canvas.setFont("Helvetica", 8)
        sheet = start // each + 1
        canvas.drawCentredString(
            300, 20, f"{sheet} (Pages {group[0].number} to {group[-1].number})"
        )
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def turned_pdf(pages: list[Page]) -> bytes:
    """Pages drawn sideways and turned by their /Rotate entry."""
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(HIGH, WIDE), invariant=1)
    for page in pages:
        canvas.setPageRotation(90)
        canvas.translate(HIGH, 0)
        canvas.rotate(90)
        canvas.setFont("Courier", 12)
        canvas.drawRightString(560, 750, str(page.number))
        _lines(canvas, page, 60, 710, 24, 12)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def scan_pdf(pages: list[Page]) -> bytes:
    """The cover is a picture without text; the rest has a text layer."""
    canvas, out = _canvas()
    canvas.rect(60, 60, 490, 670, fill=1)
    canvas.showPage()
    for page in pages[1:]:
        canvas.setFont("Courier", 12)
        canvas.drawRightString(560, 750, str(page.number))
        _lines(canvas, page, 60, 710, 24, 12)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def image_pdf(count: int) -> bytes:
    """Pages with no text at all."""
    canvas, out = _canvas()
    for _ in range(count):
        canvas.rect(60, 60, 490, 670, fill=1)
        canvas.showPage()
    canvas.save()
    return out.getvalue()
