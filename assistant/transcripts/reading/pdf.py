"""PDF -> sheets, from where the glyphs stand, not from the order in which the file draws them."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator
from typing import Any

from assistant.errors import TranscriptError
from assistant.transcripts.nouns import Row, Sheet, Word

PAGES = 6_000  # pages of one file that are read
WIDE = 16.0  # points that one glyph takes at most
_HYPHEN = "\ufffe\u0002"  # what pdfium puts for a hyphen at the end of a line, joining the lines
_WORD = re.compile(rf"[^\s{_HYPHEN}]+[{_HYPHEN}]?|[{_HYPHEN}]")
_AS_HYPHEN = str.maketrans(dict.fromkeys(_HYPHEN, "-"))


def pdf_sheets(raw: bytes, name: str) -> tuple[tuple[Sheet, ...], tuple[str, ...]]:
    """Sheets and problems (pages without a text layer). Raises TranscriptError for a damaged or
    locked file."""
    import pypdfium2 as pdfium

    try:
        document = pdfium.PdfDocument(raw)
    except pdfium.PdfiumError as error:
        locked = "password" in str(error).lower()
        what = "is locked by a password" if locked else "is damaged or cut short"
        raise TranscriptError(f"{name}: the PDF {what}: ask for a copy that opens") from None
    try:
        count = len(document)
        if count > PAGES:
            raise TranscriptError(f"{name}: {count} pages; at most {PAGES} are read: split it")
        sheets = tuple(_sheet(document, i, name) for i in range(count))
    finally:
        document.close()
    bare = [s.number for s in sheets if not s.rows]
    if bare and len(bare) == len(sheets):
        raise TranscriptError(
            f"{name}: no page has a text layer (scanned images): it needs OCR; nothing was read"
        )
    return sheets, tuple(f"page {n} of the file has no text layer: needs OCR" for n in bare)


def _sheet(document: Any, index: int, name: str) -> Sheet:
    import pypdfium2 as pdfium

    try:
        page = document[index]
        text = page.get_textpage()
        words = list(_words(page, text))
    except pdfium.PdfiumError:
        raise TranscriptError(
            f"{name}: page {index + 1} is damaged: ask for a copy that opens"
        ) from None
    text.close()
    page.close()
    return Sheet(index + 1, tuple(_rows(words)))


class _Glyphs:
    """Where the glyphs of a page stand, x to the right and y up, whatever way the page is turned."""

    def __init__(self, page: Any, text: Any) -> None:
        self._text = text.raw
        self._turn = page.get_rotation()
        self._width, self._height = page.get_size()
        self._x, self._y = ctypes.c_double(), ctypes.c_double()

    def start(self, at: int) -> tuple[float, float]:
        """The origin of a glyph: its left end on the baseline."""
        import pypdfium2.raw as pdf

        pdf.FPDFText_GetCharOrigin(self._text, at, self._x, self._y)
        return self._turned(self._x.value, self._y.value)

    def end(self, at: int) -> float:
        """The right end of a glyph."""
        import pypdfium2.raw as pdf

        box = pdf.FS_RECTF()
        pdf.FPDFText_GetLooseCharBox(self._text, at, box)
        corners = ((box.left, box.bottom), (box.right, box.top))
        return max(self._turned(x, y)[0] for x, y in corners)

    def _turned(self, x: float, y: float) -> tuple[float, float]:
        if self._turn == 90:
            return y, self._height - x
        if self._turn == 180:
            return self._width - x, self._height - y
        return (self._width - y, x) if self._turn == 270 else (x, y)


def _words(page: Any, text: Any) -> Iterator[tuple[float, Word]]:
    """Words with their baseline, y growing downwards."""
    count = text.count_chars()
    whole = text.get_text_range(0, count) if count > 0 else ""
    glyphs = _Glyphs(page, text)
    for match in _WORD.finditer(whole):
        first, last = min(match.start(), count - 1), min(match.end(), count) - 1
        yield from _parts(glyphs, first, last, match.group().translate(_AS_HYPHEN))


def _parts(glyphs: _Glyphs, first: int, last: int, word: str) -> Iterator[tuple[float, Word]]:
    """The word, parted where its glyphs are not side by side: some files draw no spaces."""
    x0, base = glyphs.start(first)
    x1 = glyphs.end(last)
    beside = abs(glyphs.start(last)[1] - base) <= 1 and 0 < x1 - x0 <= WIDE * len(word)
    if beside or len(word) == 1:
        yield -base, Word(x0, max(x0 + 1, x1), word)
        return
    cut = 0
    for k in range(1, len(word) + 1):
        if k < len(word):
            x, y = glyphs.start(first + k)
            before = glyphs.end(first + k - 1)
            if abs(y - base) <= 1 and -WIDE <= x - before <= 2:
                continue
        yield -base, Word(x0, max(x0 + 1, glyphs.end(first + k - 1)), word[cut:k])
        if k < len(word):
            cut, (x0, base) = k, (x, y)


def _rows(words: list[tuple[float, Word]]) -> Iterator[Row]:
    """Words whose baselines lie within two points of each other, left to right."""
    words.sort(key=lambda w: w[0])
    row: list[Word] = []
    y = 0.0
    for at, word in words:
        if row and at - y > 2.0:
            yield Row(y, tuple(sorted(row)))
            row = []
        if not row:
            y = at
        row.append(word)
    if row:
        yield Row(y, tuple(sorted(row)))
