"""Word styles: which are headings, which belong to a table of contents, which carry a list."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from assistant.office.numbering import W

_HEADING = re.compile(r"^(?:heading|Heading)\s*(\d)$")


@dataclass(frozen=True)
class Style:
    """What a paragraph's style says: heading level (0: none), and whether it is a contents line."""

    heading: int
    contents: bool


class Styles:
    """The styles of a document, with what each takes over from the one it is based on."""

    def __init__(self, root: Any) -> None:
        self._nodes: dict[str, Any] = {}
        for node in root.iter(f"{W}style") if root is not None else ():
            self._nodes[node.get(f"{W}styleId") or ""] = node

    def of(self, paragraph: Any) -> Style:
        """The style of a paragraph; an outline level set by hand counts as a heading."""
        own = paragraph.find(f"{W}pPr/{W}outlineLvl")
        if (
            own is not None
            and (own.get(f"{W}val") or "9").isdigit()
            and int(own.get(f"{W}val")) < 9
        ):
            return Style(int(own.get(f"{W}val")) + 1, False)
        for node in self._chain(paragraph):
            name = _value(node, "name") or ""
            if name.lower().startswith("toc ") or name.lower() == "toc heading":
                return Style(0, True)
            match = _HEADING.match(name)
            if match:
                return Style(int(match.group(1)), False)
            if name.lower() == "title":
                return Style(1, False)
            outline = node.find(f"{W}pPr/{W}outlineLvl")
            if outline is not None and (outline.get(f"{W}val") or "9") in "012345":
                return Style(int(outline.get(f"{W}val")) + 1, False)
        return Style(0, False)

    def list_of(self, paragraph: Any) -> tuple[str, int, int]:
        """The list a paragraph stands in ("" for none), its level there, and its depth on the page."""
        numbers = [paragraph.find(f"{W}pPr/{W}numPr")]
        numbers += [node.find(f"{W}pPr/{W}numPr") for node in self._chain(paragraph)]
        number, level = "", None
        for node in (n for n in numbers if n is not None):
            number = number or (_value(node, "numId") or "")
            level = level if level is not None else _value(node, "ilvl")
        if number in ("", "0"):
            return "", 0, 0
        at = int(level) if level and level.isdigit() else 0
        return number, at, max(at, *(_depth(node) for node in self._chain(paragraph)), 0)

    def _chain(self, paragraph: Any) -> list[Any]:
        """The paragraph's style, then those it is based on (a circle ends)."""
        named = paragraph.find(f"{W}pPr/{W}pStyle")
        name = named.get(f"{W}val") if named is not None else None
        chain: list[Any] = []
        while name in self._nodes and self._nodes[name] not in chain:
            chain.append(self._nodes[name])
            name = _value(self._nodes[name], "basedOn")
        return chain


def _value(node: Any, name: str) -> str | None:
    child = node.find(f"{W}{name}")
    return child.get(f"{W}val") if child is not None else None


def _depth(style: Any) -> int:
    """`List Bullet 2` stands one deep, though its list counts from 0."""
    match = re.match(r"^List (?:Bullet|Number) (\d)$", _value(style, "name") or "")
    return int(match.group(1)) - 1 if match else 0
