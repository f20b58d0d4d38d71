"""Sheets -> lines with printed page and line, by the document's own regularities.

sheets ─columns that count up─▶ blocks ─numbers around them─▶ printed pages
   ─columns of times─▶ what each line says ─▶ lines
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby, pairwise
from typing import Any, NamedTuple

from assistant.transcripts.layout.blocks import Block, Grid, grid_of
from assistant.transcripts.layout.pages import Pages, pages_of
from assistant.transcripts.layout.stamps import said, stamps_of
from assistant.transcripts.nouns import Line, Sheet, Source, Word


class Laid(NamedTuple):
    """Lines in the record's order, what bore that out, what is wrong; `front` are the rows of the sheets
    before the first numbered one.

    `heads` are the words above and below the lines (running heads and feet), each once.
    """

    lines: tuple[Line, ...]
    evidence: tuple[str, ...]
    problems: tuple[str, ...]
    front: tuple[Line, ...]
    heads: tuple[str, ...]


def lay_out(source: Source) -> Laid:
    """The lines of a file. Where no numbers count up, or no page is printed, none are given."""
    text = source.form != "pdf"
    grid = grid_of(source.sheets, text)
    blocks, pages = _in_order(grid)
    if not blocks or not any(pages.pages):
        return _unnumbered(source.sheets, grid, pages, bool(blocks))
    stamps = stamps_of(blocks, text)
    volumes = _volumes(pages.pages)
    lines: list[Line] = []
    for block, page, volume in zip(blocks, pages.pages, volumes, strict=True):
        spoken = [said(x, stamps) for x in block.lines]
        for numbered, words in zip(block.lines, _placed(spoken), strict=True):
            sheet = page if len(source.sheets) == 1 and text and page else block.sheet
            place = {"page": page, "line": numbered.value, "file_page": sheet}
            lines.append(Line(index=len(lines), volume=volume, **place, **words))
    problems = [*_doubts(blocks, pages), *_inferred(blocks, pages.pages)]
    front = _bare_lines([s for s in grid.bare if s.number < blocks[0].sheet])
    evidence = (*grid.evidence, *pages.evidence, *stamps.evidence)
    return Laid(tuple(lines), evidence, tuple(problems), front, _heads(blocks))


def _heads(blocks: Sequence[Block]) -> tuple[str, ...]:
    rows = (r.text for b in blocks for r in (*b.above[-4:], *b.below[:4]))
    return tuple(dict.fromkeys(rows))[:400]


def _in_order(grid: Grid) -> tuple[tuple[Block, ...], Pages]:
    """The blocks in the order in which their printed pages count up: down, then right; or across."""
    down = tuple(grid.blocks)
    pages = pages_of(down)
    if grid.columns < 2:
        return down, pages
    across = tuple(sorted(down, key=lambda b: (b.sheet, b.place[1], b.place[0])))
    other = pages_of(across)
    return (across, other) if other.score > pages.score + 1e-6 else (down, pages)


def _volumes(pages: Sequence[int | None]) -> list[int | None]:
    """The volume of each block where pages start over at a low number; None where they never do."""
    volume, last, out = 1, 0, []
    for page in pages:
        if page is not None:
            if page < last and page <= 2:
                volume += 1
            last = page
        out.append(volume)
    return list(out) if volume > 1 else [None] * len(pages)


def _placed(spoken: Sequence[Sequence[Word]]) -> list[dict[str, Any]]:
    """Text, indent and first gap of each line of a page, measured in its own characters."""
    starts = sorted(words[0].x0 for words in spoken if words)
    margin = starts[len(starts) // 10] if starts else 0.0
    wide = sorted((w.x1 - w.x0) / len(w.text) for words in spoken for w in words if len(w.text) > 2)
    unit = (wide[len(wide) // 2] if wide else 1.0) or 1.0
    return [
        {
            "text": " ".join(w.text for w in words),
            "indent": round((words[0].x0 - margin) / unit, 1) if words else 0.0,
            "gap": round((words[1].x0 - words[0].x1) / unit, 1) if len(words) > 1 else 1.0,
        }
        for words in spoken
    ]


def _doubts(blocks: Sequence[Block], pages: Pages) -> list[str]:
    out = []
    for block, page, printed in zip(blocks, pages.pages, pages.printed, strict=True):
        if page is None:
            out.append(f"sheet {block.sheet}: no printed page number was found for its lines")
        elif not printed:
            out.append(f"page {page}: its number is not printed; counted from its neighbours")
    return out


def _inferred(blocks: Sequence[Block], pages: Sequence[int | None]) -> list[str]:
    return [
        f"page {page}: line {x.value} carries no number; counted from its neighbours"
        for block, page in zip(blocks, pages, strict=True)
        for x in block.lines
        if x.inferred
    ]


def _bare_lines(sheets: Sequence[Sheet]) -> tuple[Line, ...]:
    """Rows as lines with no page and no number."""
    rows = [(sheet.number, row) for sheet in sheets for row in sheet.rows]
    places = _placed([row.words for _, row in rows])
    return tuple(
        Line(index=i, page=None, line=None, file_page=number, **place)
        for i, ((number, _), place) in enumerate(zip(rows, places, strict=True))
    )


def _unnumbered(sheets: Sequence[Sheet], grid: Grid, pages: Pages, numbered: bool) -> Laid:
    """A text with no page and line: its rows in order, with neither."""
    lines = _bare_lines(sheets)
    why = (
        "lines are numbered but no page number is printed: no page:line is given"
        if numbered
        else "no printed page and line numbers: no page:line is given"
    )
    return Laid(lines, (*grid.evidence, *pages.evidence), (why,), (), ())


def misnumbered(lines: Sequence[Line]) -> list[str]:
    """Self-check: pages missing, repeated or out of order, and lines likewise inside a page."""
    out: list[str] = []
    numbered = [x for x in lines if x.page is not None]
    last: tuple[int | None, int] | None = None
    for (volume, page), group in groupby(numbered, key=lambda x: (x.volume, x.page)):
        here = f"page {page}" if volume is None else f"volume {volume} page {page}"
        values = [x.line or 0 for x in group]
        out += [f"{here}: {fault}" for fault in _line_faults(values)]
        if page is not None and last is not None and last[0] == volume:
            out += _page_fault(last[1], page, here)
        last = (volume, page or 0)
    return out


def _page_fault(last: int, page: int, here: str) -> list[str]:
    if page == last + 1:
        return []
    if page > last + 1:
        missing = f"{last + 1}" if page == last + 2 else f"{last + 1}-{page - 1}"
        return [f"pages {missing} are missing from the file"]
    return [f"{here} follows page {last}: out of order or repeated"]


def _line_faults(values: list[int]) -> list[str]:
    out = []
    if values and values[0] > 1:
        out.append(f"begins at line {values[0]}")
    for a, b in pairwise(values):
        if b == a:
            out.append(f"line {b} is printed twice")
        elif b < a:
            out.append(f"line {b} follows line {a}: out of order")
        elif b > a + 1:
            out.append(
                f"lines {a + 1} to {b - 1} are missing" if b > a + 2 else f"line {a + 1} is missing"
            )
    return out
