"""A Word file -> blocks: headings, lists with their numbers, tables, footnotes, tracked changes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from assistant.errors import Unreadable
from assistant.office.blocks import Block
from assistant.office.numbering import Numbering, W
from assistant.office.opening import Package, open_package
from assistant.office.paragraphs import Paragraph, read_paragraph
from assistant.office.styles import Styles

_INSIDE = (f"{W}sdt", f"{W}sdtContent", f"{W}customXml", f"{W}ins", f"{W}smartTag")


def read_word(path: Path) -> tuple[list[Block], list[str]]:
    """Every block of a .docx in reading order, and notes for a person (tracked changes, macros …).

    Insertions count as made, deletions as asides. Raises Unreadable.
    """
    package = open_package(path)
    body = _body(package)
    reader = _Reader(package)
    blocks = [*reader.blocks(body), *reader.leftovers()]
    if not any(b.kind != "aside" and b.text.strip() for b in blocks):
        raise Unreadable("holds no text: if its pages are pictures, run OCR first")
    return blocks, reader.notes(package)


def _body(package: Package) -> Any:
    root = package.xml("word/document.xml")
    if root is None:
        raise Unreadable("holds no Word document: save it as .docx")
    body = root.find(f"{W}body")
    if body is None:
        raise Unreadable("holds a Word document without a body: save it anew")
    return body


class _Reader:
    """Walks one document; counts numbers and remembers which footnotes and comments were told."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._styles = Styles(package.xml("word/styles.xml"))
        self._numbers = Numbering(package.xml("word/numbering.xml"))
        self._told: set[tuple[str, str]] = set()
        self._struck = 0
        self._inserted = 0
        self._hidden = 0
        self._guessed = 0

    def blocks(self, body: Any) -> Iterator[Block]:
        """The blocks of a body, a cell or a text box."""
        for node in body:
            if node.tag == f"{W}p":
                yield from self._paragraph(node)
            elif node.tag == f"{W}tbl":
                yield from self._table(node)
            elif node.tag in _INSIDE:
                yield from self.blocks(node)

    def _paragraph(self, node: Any) -> Iterator[Block]:
        part = read_paragraph(node)
        self._count(part)
        style = self._styles.of(node)
        if style.contents:
            yield Block("aside", part.text, why="table of contents")
        elif part.text.strip():
            yield self._block(node, part, style.heading)
        for struck in part.struck:
            yield Block("aside", struck, why="struck by a tracked change")
        for kind, number in part.notes:
            yield from self._note(kind, number)
        for box in part.boxes:
            yield from self.blocks(box)

    def _block(self, node: Any, part: Paragraph, heading: int) -> Block:
        number, level, depth = self._styles.list_of(node)
        label = self._numbers.label(number, level) if number else None
        text = f"{label} {part.text.strip()}" if label else part.text.strip()
        if heading:
            return Block("heading", text, level=heading)
        if part.bold and part.title and not label:
            self._guessed += 1
            return Block("heading", text, level=3)
        return Block("item", text, level=depth) if label is not None else Block("text", text)

    def _table(self, node: Any) -> Iterator[Block]:
        head: tuple[str, ...] = ()
        for i, row in enumerate(node.iterchildren(f"{W}tr")):
            cells, asides = [], []
            for cell in row.iter(f"{W}tc"):
                inner = list(self.blocks(cell))
                cells.append(
                    "\n".join(b.text for b in inner if b.kind not in ("aside", "footnote"))
                )
                asides += [b for b in inner if b.kind in ("aside", "footnote")]
            if i == 0:
                head = tuple(" ".join(cell.split()) for cell in cells)
            yield Block("row", " | ".join(cells), cells=tuple(cells), head=head if i else ())
            yield from asides

    def _note(self, kind: str, number: str) -> Iterator[Block]:
        if (kind, number) in self._told:
            return
        self._told.add((kind, number))
        root = self._package.xml(f"word/{kind}s.xml")
        for node in root if root is not None else ():
            if node.get(f"{W}id") == number:
                text = " ".join(b.text for b in self.blocks(node) if b.kind != "aside").strip()
                if kind == "comment":
                    who = node.get(f"{W}author") or "somebody"
                    yield Block("aside", text, why=f"comment by {who}")
                elif text:
                    yield Block("footnote", f"[{number}] {text}")

    def leftovers(self) -> Iterator[Block]:
        """Running heads and feet: told to a person, no part of a rule."""
        for name in sorted(self._package.names):
            if name.startswith(("word/header", "word/footer")) and name.endswith(".xml"):
                root = self._package.xml(name)
                for block in self.blocks(root) if root is not None else ():
                    if block.kind != "aside":
                        yield Block("aside", block.text, why="running head or foot")

    def _count(self, part: Paragraph) -> None:
        self._struck += len(part.struck)
        self._inserted += part.inserted
        self._hidden += part.hidden

    def notes(self, package: Package) -> list[str]:
        """What a person should know of the file as a whole."""
        notes = []
        if self._struck or self._inserted:
            notes.append(
                f"holds tracked changes ({self._inserted} inserted, {self._struck} struck): read as "
                "if accepted; accept or reject them in Word"
            )
        if self._hidden:
            notes.append(f"holds hidden text in {self._hidden} place(s): it was read like the rest")
        if self._guessed:
            notes.append(
                f"{self._guessed} short bold line(s) were taken for headings: use Word's styles"
            )
        if package.macros:
            notes.append("carries macros: they were not run")
        return notes
