"""A protocol's blocks -> sections with ids that stay: by id in the text, by title, by likeness."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from assistant.ids import HEADING_ID
from assistant.office.blocks import ROW_ID, Block
from retrievers.words import stems

_OWN = re.compile(rf"^({HEADING_ID.pattern})(?:[\s.:–—]|$)")
_NUMBER = re.compile(r"^(?:[A-Z]?\d+(?:\.\d+)*|[IVXLC]+|[A-Za-z])[.):]?\s+")
LIKE = 0.5  # share of common stems from which a changed section is still the same one


@dataclass(frozen=True)
class Known:
    """A section as the last import left it."""

    id: str
    title: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class Section:
    """A heading with the blocks under it; `leaf`: it has text, and no heading below it."""

    heading: Block | None
    blocks: tuple[Block, ...]
    leaf: bool

    @property
    def own_id(self) -> str | None:
        """The id that the protocol itself gives."""
        match = _OWN.match(self.heading.text) if self.heading else None
        return match.group(1) if match else None

    @property
    def title(self) -> str:
        """The heading without its number, lower case: numbers move when a section is put in."""
        text = self.heading.text if self.heading else ""
        return _NUMBER.sub("", " ".join(text.split())).lower()

    @property
    def words(self) -> frozenset[str]:
        """The stems of heading and text."""
        head = [self.heading] if self.heading else []
        return stems(" ".join(block.text for block in (*head, *self.blocks)))


def split(blocks: Iterable[Block]) -> list[Section]:
    """Sections in order: each heading with what stands before the next one."""
    groups: list[tuple[Block | None, list[Block]]] = [(None, [])]
    for block in blocks:
        if block.kind == "heading":
            groups.append((block, []))
        else:
            groups[-1][1].append(block)
    made = []
    for i, (heading, inner) in enumerate(groups):
        after = groups[i + 1][0] if i + 1 < len(groups) else None
        parent = heading is not None and after is not None and after.level > heading.level
        text = any(b.kind != "aside" and b.text.strip() for b in inner)
        rows = any(b.cells and ROW_ID.match(b.cells[0].strip()) for b in inner)
        if heading is not None or inner:
            made.append(Section(heading, tuple(inner), text and not parent and not rows))
    return made


def name(sections: list[Section], known: list[Known]) -> list[str | None]:
    """An id for each section (None: it stays a plain section), the old one wherever it is the same.

    The protocol's own ids stand. Then sections take the id of the known section with their title,
    then of the likest one left; what remains gets the next free number: P-001, P-002, …
    """
    ids: list[str | None] = [section.own_id for section in sections]
    ids = [own if own is None or own not in ids[:i] else None for i, own in enumerate(ids)]
    open_ = [i for i, s in enumerate(sections) if s.leaf and ids[i] is None and s.own_id is None]
    left = [k for k in known if k.id not in ids]
    for i in list(open_):
        same = [k for k in left if k.title and k.title == sections[i].title]
        if len(same) == 1:
            ids[i] = same[0].id
            left.remove(same[0])
            open_.remove(i)
    for _, i, one in sorted(_likest(sections, open_, left), key=lambda t: (-t[0], t[1])):
        if ids[i] is None and one in left:
            ids[i] = one.id
            left.remove(one)
    taken = {k.id for k in known} | {i for i in ids if i}
    number = 0
    for i in open_:
        while ids[i] is None:
            number += 1
            if f"P-{number:03d}" not in taken:
                ids[i] = f"P-{number:03d}"
    return ids


def _likest(
    sections: list[Section], open_: list[int], left: list[Known]
) -> list[tuple[float, int, Known]]:
    found = []
    for i in open_:
        words = sections[i].words
        for one in left:
            theirs = frozenset(one.words)
            share = len(words & theirs) / max(1, len(words | theirs))
            if share >= LIKE:
                found.append((share, i, one))
    return found


def with_ids(sections: list[Section], ids: list[str | None]) -> list[Block]:
    """The blocks again, with minted ids at the front of their headings."""
    blocks: list[Block] = []
    for section, rule in zip(sections, ids, strict=True):
        heading = section.heading
        if heading is None and rule is not None:
            blocks.append(Block("heading", f"{rule} General", level=2))
        elif heading is not None:
            text = heading.text
            if rule is not None and section.own_id is None:
                text = f"{rule} {text}"
            blocks.append(Block("heading", text, level=heading.level, page=heading.page))
        blocks += section.blocks
    return blocks
