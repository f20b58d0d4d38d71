"""A PDF with a text layer -> the text of its pages, running heads apart; pictures are not guessed at."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from assistant.errors import Unreadable
from assistant.ids import RULE_ID
from assistant.office.blocks import Block
from assistant.office.opening import check_size

MAX_PAGES = 3000
_OPENS = re.compile(rf"^({RULE_ID.pattern})(?:[\s.:–—]+(\S.*))?$")
_MACHINE = re.compile(r"^\s*(?:[-*•]\s+)?(Call|Escalate)\s*(?=[(:])")
_WHOLE = re.compile(r"^\s*(?:[-*•]\s+)?(?:Call|Escalate)\s*(?:\(.*\))?\s*:\s*\S", re.DOTALL)
_NUMBERED = re.compile(r"^(\d+(?:\.\d+)*)\.?\s+([A-Z][^.;:!?]{2,80})$")


def read_pdf(path: Path) -> tuple[list[Block], list[str]]:
    """The blocks of a PDF, each with its page (from 1), and notes for a person. Raises Unreadable.

    A rule id at the start of a line opens a rule; a number and a short title alone on a line open a
    section. Lines are kept as lines, a blank line ends a paragraph.
    """
    check_size(path)
    pages, pictures = _pages(path)
    if not any(text.strip() for text in pages):
        raise Unreadable("has no text layer (its pages are pictures): run OCR first")
    notes = []
    empty = [n for n in pictures if not pages[n - 1].strip()]
    if empty:
        named = ", ".join(map(str, empty[:10])) + (" …" if len(empty) > 10 else "")
        notes.append(
            f"page(s) {named} are pictures without text: run OCR, or nothing there is known"
        )
    lines = [[line.rstrip() for line in text.splitlines()] for text in pages]
    running = _running(lines)
    blocks: list[Block] = []
    for number, page in enumerate(lines, 1):
        kept = [line for line in page if _plain(line) not in running]
        blocks += [
            Block("aside", line, why="running head or foot", page=number)
            for line in page
            if line not in kept and line.strip()
        ]
        blocks += _blocks(kept, number)
    return blocks, notes


def _pages(path: Path) -> tuple[list[str], list[int]]:
    """Text of each page, and the numbers of pages that hold pictures."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        locked = "password" in str(error).lower()
        why = "is protected by a password: save a copy without one"
        raise Unreadable(
            why if locked else f"is no PDF that can be read ({error}): save it anew"
        ) from None
    try:
        if len(document) > MAX_PAGES:
            raise Unreadable(f"has {len(document):,} pages, more than {MAX_PAGES:,}: split it")
        texts, pictures = [], []
        for number in range(len(document)):
            page = document[number]
            text = page.get_textpage().get_text_bounded()
            texts.append(text.replace("\r\n", "\n").replace("\ufffe", "-").replace("\x00", ""))
            if not text.strip() and any(o.type == 3 for o in page.get_objects(max_depth=2)):
                pictures.append(number + 1)
        return texts, pictures
    except pypdfium2.PdfiumError as error:
        raise Unreadable(f"breaks off ({error}): save it anew") from None
    finally:
        document.close()


def _plain(line: str) -> str:
    return re.sub(r"\d+", "#", line.strip())


def _running(pages: list[list[str]]) -> set[str]:
    """Heads and feet: a first or last line (figures aside) that most pages share."""
    if len(pages) < 3:
        return set()
    edges: Counter[str] = Counter()
    for page in pages:
        full = [_plain(line) for line in page if line.strip()]
        edges.update(set(full[:2] + full[-2:]))
    often = {line for line, n in edges.items() if n > len(pages) * 0.6}
    return {line for line in often if not _OPENS.match(line) and not _MACHINE.match(line)}


def _blocks(lines: list[str], page: int) -> list[Block]:
    blocks: list[Block] = []
    text: list[str] = []

    def close() -> None:
        if text:
            blocks.append(Block("text", "\n".join(text), page=page))
            text.clear()

    i = 0
    while i < len(lines):
        line = lines[i].strip()
        i += 1
        if not line:
            close()
        elif _MACHINE.match(line):
            close()
            while not _WHOLE.match(line) and i < len(lines) and line.count("\n") < 5:
                line = f"{line} {lines[i].strip()}"
                i += 1
            blocks.append(Block("text", line, page=page))
        elif _heading(line, text):
            close()
            blocks.append(Block("heading", line, level=2, page=page))
        else:
            text.append(line)
    close()
    return blocks


def _heading(line: str, before: list[str]) -> bool:
    """An id and a title open a rule, unless the line before runs on into them (`see` … `PRIV-07 and`)."""
    match = _OPENS.match(line)
    if match:
        title = match.group(2) or ""
        runs_on = bool(before) and before[-1].lower().rstrip(",;").endswith(
            ("see", "and", "or", "under", "rule", "rules", "of", "in", "by", "to")
        )
        return not runs_on and not title[:1].islower()
    return bool(_NUMBERED.match(line)) and not (before and not before[-1].endswith((".", ":", ";")))
