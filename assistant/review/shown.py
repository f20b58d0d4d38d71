"""Findings on the terminal, as JSON, and as one self-contained HTML page that links to the lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from html import escape
from pathlib import Path
from typing import Any

from assistant.review.finding import ORDER, Finding
from assistant.types import Matter

STYLE = (Path(__file__).parent / "page.css").read_text("utf-8")
SHOWN = {
    "error": "Errors: the matter does not load until they are mended",
    "warning": "Warnings: somebody will be misled",
    "note": "Notes: worth a look, nothing is wrong",
}


def as_lines(findings: Iterable[Finding], quiet: bool = False) -> Iterator[str]:
    """Each finding as lines of text: place and what, then why and what to do. `quiet` leaves out
    the notes."""
    for finding in findings:
        if quiet and finding.severity == "note":
            continue
        yield f"{finding.severity}: {finding.place}: {finding.what}"
        if finding.kind != "format":
            also = f" (see {', '.join(finding.also)})" if finding.also else ""
            yield f"    why: {finding.why}{also}"
            yield f"    do:  {finding.todo}"


def as_rows(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """Each finding as a JSON object."""
    return [finding.model_dump(mode="json") for finding in findings]


def verdict(matter: Matter | None, findings: list[Finding]) -> str:
    """One line: what was read, and how much was found."""
    count = Counter(finding.severity for finding in findings)
    if matter is None:
        return f"{count['error']} error(s): the matter does not load until they are mended"
    return (
        f"{matter.id}: {len(matter.rules)} rules, {len(matter.exemplars)} exemplars, "
        f"{len(matter.rights)} rights; {count['warning']} warning(s), {count['note']} note(s)"
    )


def as_page(matter: Matter | None, findings: list[Finding], folder: Path) -> str:
    """One HTML page with no outside parts: the findings, and below them the matter's files with a
    mark at each line that a finding names."""
    title = matter.title if matter else folder.name
    body = [
        f"<h1>{escape(title)}</h1>",
        f"<p class=verdict>{escape(verdict(matter, findings))}</p>",
    ]
    files = _files(matter, findings, folder)
    known = set(files)
    for severity in ORDER:
        of = [finding for finding in findings if finding.severity == severity]
        if of:
            body.append(f"<h2>{escape(SHOWN[severity])} ({len(of)})</h2><ol>")
            body += [_item(finding, known) for finding in of]
            body.append("</ol>")
    if not findings:
        body.append("<p>Nothing was found.</p>")
    marked = {place for f in findings for place in (f.place, *f.also)}
    body += [_file(name, text, marked) for name, text in files.items()]
    head = f"<meta charset=utf-8><meta name=viewport content='width=device-width'><title>{escape(title)}: playbook check</title><style>{STYLE}</style>"
    return f"<!doctype html><html lang=en><head>{head}</head><body><main>{''.join(body)}</main></body></html>\n"


def _item(finding: Finding, known: set[str]) -> str:
    places = ", ".join(_link(place, known) for place in (finding.place, *finding.also))
    return (
        f"<li class={finding.severity}><p class=what>{escape(finding.what)}</p>"
        f"<p class=place>{places} <span class=kind>{escape(finding.kind)}</span></p>"
        f"<p><b>Why</b> {escape(finding.why)}. <b>Do</b> {escape(finding.todo)}.</p></li>"
    )


def _link(place: str, known: set[str]) -> str:
    file = place.rpartition(":")[0]
    shown = escape(place)
    return f"<a href='#{shown}'>{shown}</a>" if file in known else shown


def _files(matter: Matter | None, findings: list[Finding], folder: Path) -> dict[str, str]:
    """The text of each file that a finding names: as the matter read it, else from the folder."""
    named = sorted({p.rpartition(":")[0] for f in findings for p in (f.place, *f.also)})
    found: dict[str, str] = {}
    for name in named:
        path = folder / name
        if matter and name in matter.files:
            found[name] = matter.files[name]
        elif path.is_file() and path.suffix in (".md", ".yaml", ".csv", ".jsonl"):
            found[name] = path.read_bytes()[:5_000_000].decode("utf-8", "replace")
    return found


def _file(name: str, text: str, marked: set[str]) -> str:
    rows = []
    for number, line in enumerate(text.splitlines(), 1):
        place = f"{name}:{number}"
        mark = f" id='{escape(place)}' class=marked" if place in marked else ""
        rows.append(f"<li{mark}><code>{escape(line) or ' '}</code></li>")
    return f"<details open><summary>{escape(name)}</summary><ol class=file>{''.join(rows)}</ol></details>"
