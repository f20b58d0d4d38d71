"""One Word paragraph -> its text, what was struck from it, and the notes and boxes it holds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from assistant.office.numbering import W

_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_CHARS = {"tab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "softHyphen": ""}
_STRUCK = (f"{W}del", f"{W}moveFrom")
_MADE = (f"{W}ins", f"{W}moveTo")


@dataclass
class Paragraph:
    """A paragraph as read. `title`: short and without a full stop, as headings are."""

    text: str = ""
    struck: list[str] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    boxes: list[Any] = field(default_factory=list)
    inserted: int = 0
    hidden: int = 0
    bold: bool = True

    @property
    def title(self) -> bool:
        """True where the text could be a heading."""
        text = self.text.strip()
        return 0 < len(text.split()) <= 12 and not text.endswith((".", ":", ";", ",", "?"))


def read_paragraph(node: Any) -> Paragraph:
    """The paragraph with its insertions in and its deletions apart."""
    part = Paragraph()
    _walk(node, part)
    part.bold = part.bold and bool(part.text.strip())
    return part


def _walk(node: Any, part: Paragraph) -> None:
    for child in node:
        if not isinstance(child.tag, str):
            continue
        if child.tag in _STRUCK:
            text = "".join(child.itertext(f"{W}delText", f"{W}t"))
            if text.strip():
                part.struck.append(text)
        elif child.tag in _MADE:
            part.inserted += bool("".join(child.itertext(f"{W}t")).strip())
            _walk(child, part)
        elif child.tag == f"{W}r":
            _run(child, part)
        elif child.tag == f"{_MC}AlternateContent":
            _walk_choice(child, part)
        elif child.tag == f"{W}txbxContent":
            part.boxes.append(child)
        elif child.tag == f"{_M}t":
            part.text += child.text or ""
        elif child.tag != f"{W}pPr":
            _walk(child, part)


def _walk_choice(node: Any, part: Paragraph) -> None:
    """Word keeps a drawing twice, for itself and for older programs: one of them is read."""
    choice = node.find(f"{_MC}Choice")
    _walk(choice if choice is not None else node, part)


def _run(run: Any, part: Paragraph) -> None:
    about = run.find(f"{W}rPr")
    text = ""
    for child in run:
        name = child.tag.removeprefix(W) if isinstance(child.tag, str) else ""
        if name == "t":
            text += child.text or ""
        elif name in _CHARS:
            text += "" if name == "br" and child.get(f"{W}type") else _CHARS[name]
        elif name == "sym":
            text += "•"
        elif name in ("footnoteReference", "endnoteReference"):
            number = child.get(f"{W}id") or ""
            part.notes.append((name.removesuffix("Reference"), number))
            text += f"[{number}]"
        elif name == "commentReference":
            part.notes.append(("comment", child.get(f"{W}id") or ""))
        elif name not in ("rPr", "instrText", "delText", "fldChar", ""):
            _walk([child], part)
        elif child.tag == f"{_MC}AlternateContent":
            _walk_choice(child, part)
    if about is not None and _on(about, "vanish") and text.strip():
        part.hidden += 1
    if text.strip() and not (about is not None and _on(about, "b")):
        part.bold = False
    part.text += text


def _on(about: Any, name: str) -> bool:
    node = about.find(f"{W}{name}")
    return node is not None and node.get(f"{W}val") not in ("0", "false", "off")
