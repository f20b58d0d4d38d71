"""The files of a playbook and an exemplar bank, in any of their formats, as text with exact offsets."""

from __future__ import annotations

import bisect
import csv
import io
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.errors import Problem, Unreadable
from assistant.matter.exemplars import COLUMNS
from assistant.matter.reading import read_text
from assistant.types import Rule

if TYPE_CHECKING:
    from assistant.office.blocks import Block

PLAYBOOKS = (".md", ".docx", ".pdf")
BANKS = ("exemplars.csv", "exemplars.xlsx", "exemplars.jsonl")


@dataclass(frozen=True)
class Source:
    """A file's text as rules and citations count in it. `pages`: where each page begins (PDF)."""

    name: str
    text: str
    pages: tuple[int, ...] = field(default=())

    def paged(self, rules: list[Rule]) -> list[Rule]:
        """The rules with their page (from 1), where the file has pages."""
        if not self.pages:
            return rules
        at = [bisect.bisect_right(self.pages, rule.start) for rule in rules]
        return [
            rule.model_copy(update={"page": page}) for rule, page in zip(rules, at, strict=True)
        ]


def read_source(path: Path, name: str, problems: list[Problem]) -> Source | None:
    """A playbook file; of Word and PDF the text as Markdown. None with a problem noted if it fails."""
    suffix = path.suffix.lower()
    if suffix == ".md":
        text = read_text(path, name, problems)
        return None if text is None else Source(name, text)
    try:
        if suffix == ".docx":
            return _word(path, name, problems)
        return _pdf(path, name, problems)
    except Unreadable as error:
        problems.append(Problem(name, 1, str(error)))
        return None


def _word(path: Path, name: str, problems: list[Problem]) -> Source:
    from assistant.office.blocks import render
    from assistant.office.word import read_word

    blocks, notes = read_word(path)
    problems += [Problem(name, 1, note, "warning") for note in notes]
    return Source(name, render(blocks))


def _pdf(path: Path, name: str, problems: list[Problem]) -> Source:
    from assistant.office.pdf import read_pdf

    blocks, notes = read_pdf(path)
    problems += [Problem(name, 1, note, "warning") for note in notes]
    text, pages = _by_page(blocks)
    return Source(name, text, tuple(pages))


def _by_page(blocks: list[Block]) -> tuple[str, list[int]]:
    """The rendered text, and where each page begins in it."""
    from assistant.office.blocks import render

    text, pages = "", []
    last = max((block.page for block in blocks), default=0)
    for page in range(1, last + 1):
        pages.append(len(text))
        text += render(b for b in blocks if b.page == page)
    return text, pages


def read_bank(root: Path, problems: list[Problem]) -> list[Source]:
    """Each exemplar file of the matter as CSV text (a JSONL file as its own text)."""
    found = []
    for name in BANKS:
        path = root / name
        if not path.is_file():
            continue
        if name.endswith(".xlsx"):
            text = _sheet(path, name, problems)
        else:
            text = read_text(path, name, problems)
        if text is not None:
            found.append(Source(name, text))
    return found


def _sheet(path: Path, name: str, problems: list[Problem]) -> str | None:
    """A workbook's first sheet with the bank's header as CSV: one line a row, so lines are rows."""
    from assistant.office.sheets import read_sheets

    try:
        sheets = read_sheets(path)
    except Unreadable as error:
        problems.append(Problem(name, 1, str(error)))
        return None
    wanted = [s for s in sheets if s.rows and set(COLUMNS) <= {c.strip() for c in s.rows[0]}]
    if not wanted:
        problems.append(Problem(name, 1, f"no sheet has the header {','.join(COLUMNS)}"))
        return None
    sheet = wanted[0]
    for line, what in sheet.notes:
        severity = "error" if "no stored value" in what or "merged" in what else "warning"
        todo = "type the value in" if "formula" in what else "unmerge them"
        problems.append(Problem(name, line, f"{what}: {todo}", severity))
    return as_csv(sheet.rows)


def as_csv(rows: Any) -> str:
    """Rows as CSV text, one line a row: line ends inside a cell become spaces."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    for row in rows:
        writer.writerow([" ".join(cell.split()) for cell in row])
    return out.getvalue()


def read_jsonl(text: str, name: str, problems: list[Problem]) -> list[tuple[dict[str, str], int]]:
    """Each line's object as the columns' texts, with its line; a broken line is a problem."""
    rows = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (json.JSONDecodeError, RecursionError):
            problems.append(Problem(name, number, "broken JSON: one object a line"))
            continue
        if not isinstance(row, dict) or set(row) != set(COLUMNS):
            what = f"keys are {sorted(row) if isinstance(row, dict) else type(row).__name__}"
            problems.append(Problem(name, number, f"{what}: expected {','.join(COLUMNS)}"))
            continue
        rows.append(({key: _cell(key, row[key]) for key in COLUMNS}, number))
    return rows


def _cell(key: str, value: Any) -> str:
    """A JSON value as a cell: `{"privilege": ["A", "B"]}` and lists as the CSV writes them."""
    if key == "calls" and isinstance(value, dict):
        pairs = [(k, c) for k, v in value.items() for c in (v if isinstance(v, list) else [v])]
        return "; ".join(f"{k}={c}" for k, c in pairs)
    if isinstance(value, list):
        return ";".join(str(part) for part in value)
    return "" if value is None else str(value)
