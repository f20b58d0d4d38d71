"""A digest as one self-contained HTML page: a click on a cite shows the lines themselves."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from html import escape
from pathlib import Path

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
from assistant.transcripts.nouns import Digest, Line
from assistant.transcripts.record.cites import Lines

_CITE = re.compile(
    r"(?<![\d:$])(?:Vol\. [IVXLC]+ )?\d+:\d+(?:-\d+(?::\d+)?)?(?!\d|[:-]\d| ?[ap]\.?m)"
)
_BLANK = re.compile(r"\{\{(title|body|record)\}\}")


def html(digest: Digest, lines: Sequence[Line]) -> str:
    """The page, with the transcript's lines inside; it loads nothing and sends nothing."""
    at = Lines(lines)
    parts = [f"<h1>{escape(title_of(digest))}</h1>", "<dl>"]
    parts += [f"<dt>{escape(k)}</dt><dd>{escape(v)}</dd>" for k, v in headline(digest)]
    parts += ["</dl>", f"<p><em>{escape(HOW[digest.composer])}</em></p>"]
    parts += [f"<p><strong>Problem:</strong> {escape(p)}</p>" for p in digest.problems]
    for table in tables(digest):
        parts.append(f"<h2>{escape(table.title)}</h2>")
        parts.append(
            _narrative(digest, at) if table.title == "Narrative digest" else _table(table, at)
        )
    record = json.dumps([[_place(x), x.text] for x in lines], ensure_ascii=False)
    values = {
        "title": escape(title_of(digest)),
        "body": "\n".join(parts),
        "record": record.replace("<", "\\u003c"),
    }
    page = (Path(__file__).parent / "page.html").read_text("utf-8")
    return _BLANK.sub(lambda m: values[m.group(1)], page)


def _place(line: Line) -> str:
    return f"{line.page}:{line.line}" if line.page is not None else ""


def _table(table: Table, at: Lines) -> str:
    rows = ["<tr>" + "".join(f"<th>{escape(h)}</th>" for h in table.head) + "</tr>"]
    for row in table.rows:
        topic = ' class="topic"' if is_topic(row) else ""
        rows.append(f"<tr{topic}>" + "".join(f"<td>{_cell(c, at)}</td>" for c in row) + "</tr>")
    return "<table>" + "\n".join(rows) + "</table>"


def _narrative(digest: Digest, at: Lines) -> str:
    out = []
    for topic, entries in paragraphs(digest):
        said = " ".join(
            f"{escape(e.text)} ({'; '.join(_link(c, at) for c in e.cites)})" for e in entries
        )
        out.append(f"<p><strong>{escape(topic)}.</strong> {said}</p>")
    return "\n".join(out)


def _cell(cell: Cell, at: Lines) -> str:
    parts = [escape(cell.text), "<br>".join(_link(c, at) for c in cell.cites)]
    text = " ".join(p for p in parts if p)
    return text + (f"<small>{_linked(cell.small, at)}</small>" if cell.small else "")


def _linked(text: str, at: Lines) -> str:
    """Small print with its cites to click on; a time of day is none."""
    out, end = [], 0
    for match in _CITE.finditer(text):
        out += [escape(text[end : match.start()]), _link(match[0], at)]
        end = match.end()
    return "".join([*out, escape(text[end:])])


def _link(cite: str, at: Lines) -> str:
    lines = at.read(cite)
    if not lines:
        return escape(cite)
    first, last = lines[0].index, lines[-1].index
    return f'<button class="cite" data-from="{first}" data-to="{last}">{escape(cite)}</button>'
