"""A digest as Markdown."""

from __future__ import annotations

from assistant.transcripts.documents.parts import HOW, Cell, headline, paragraphs, tables, title_of
from assistant.transcripts.nouns import Digest


def markdown(digest: Digest) -> str:
    """The whole digest; tables as Markdown tables, a narrative as paragraphs."""
    out = [f"# {title_of(digest)}", ""]
    out += [f"- **{label}:** {_plain(value)}" for label, value in headline(digest)]
    out += ["", f"*{HOW[digest.composer]}*", ""]
    out += [f"> **Problem:** {_plain(p)}" for p in digest.problems] + (
        [""] if digest.problems else []
    )
    for table in tables(digest):
        out += [f"## {table.title}", ""]
        if (
            digest.style == "narrative"
            and "Testimony" in table.head
            and table.title.startswith("Narr")
        ):
            out += _narrative(digest)
            continue
        out.append("| " + " | ".join(table.head) + " |")
        out.append("|" + "---|" * len(table.head))
        out += ["| " + " | ".join(_cell(c) for c in row) + " |" for row in table.rows]
        out.append("")
    return "\n".join(out)


def _narrative(digest: Digest) -> list[str]:
    out = []
    for topic, entries in paragraphs(digest):
        said = " ".join(f"{_plain(e.text)} ({'; '.join(e.cites)})" for e in entries)
        out += [f"**{_plain(topic)}.** {said}", ""]
    return out


def _cell(cell: Cell) -> str:
    parts = [_plain(cell.text), *cell.cites, f"*{_plain(cell.small)}*" if cell.small else ""]
    return " ".join(p for p in parts if p)


def _plain(text: str) -> str:
    for sign in "\\`*_<>|":
        text = text.replace(sign, "\\" + sign)
    return text
