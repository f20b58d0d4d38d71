"""A matter's playbook -> Word, its bank -> Excel: a folder that is itself a matter, and comes back."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

from assistant.errors import SecondChairError
from assistant.matter import load_matter
from assistant.matter.exemplars import COLUMNS
from assistant.types import Exemplar, Matter

LINE = "Second Chair line"
_HEADING = re.compile(r"^(#{1,6})\s+(.*?)\s*#*$")
_ITEM = re.compile(r"^(\s*)[-*]\s+(.*)$")
_MACHINE = re.compile(r"^\s*(?:Call|Escalate)\s*[(:]|^\s*See:?\s+[A-Z0-9-]*\d")
_ESCAPED = re.compile(r"^(\s*)\\(?=#|```|~~~|[=-]{2}|>)")
_CELL_LIMIT = 32_767


def export_matter(folder: Path, out: Path) -> list[Path]:
    """Write `out` as the same matter with a .docx for each playbook file and exemplars.xlsx.

    The YAML files and suites go along unchanged. Raises MatterError for a matter that does not load,
    SecondChairError where `out` holds something already or cannot be written.
    """
    matter = load_matter(folder)
    if out.exists() and any(out.iterdir()):
        raise SecondChairError(f"{out} is not empty: name a new folder")
    written = []
    try:
        for name, text in matter.files.items():
            if name.startswith("playbook/"):
                path = (out / name).with_suffix(".docx")
                path.parent.mkdir(parents=True, exist_ok=True)
                write_word(text, path)
                written.append(path)
        if matter.exemplars:
            written.append(_write_bank(matter, out / "exemplars.xlsx"))
        written += _copy(folder, out)
    except OSError as error:
        raise SecondChairError(f"cannot write {out} ({error.strerror})") from None
    return written


def _copy(folder: Path, out: Path) -> Iterator[Path]:
    for name in ("matter.yaml", "decision_rights.yaml", "gaps.yaml"):
        if (folder / name).is_file():
            yield Path(shutil.copyfile(folder / name, out / name))
    for suite in sorted((folder / "evals").glob("*.yaml")):
        (out / "evals").mkdir(exist_ok=True)
        yield Path(shutil.copyfile(suite, out / "evals" / suite.name))


def write_word(text: str, path: Path) -> None:
    """Markdown as a Word file: headings, lists and tables as Word's own, other lines as they stand."""
    import docx
    from docx.enum.style import WD_STYLE_TYPE
    from docx.shared import Pt

    document = docx.Document()
    style = document.styles.add_style(LINE, WD_STYLE_TYPE.PARAGRAPH)
    style.base_style = document.styles["Normal"]
    style.font.name, style.font.size = "Consolas", Pt(9.5)
    style.paragraph_format.space_after = Pt(2)
    for kind, lines in _pieces(text):
        _put(document, kind, lines)
    document.save(str(path))


def _pieces(text: str) -> Iterator[tuple[str, list[str]]]:
    """Runs of lines of one kind: heading, machine, item, row, fence, text; blank lines part them."""
    fenced = False
    kinds: list[tuple[str, str]] = []
    for line in text.split("\n"):
        mark = line.lstrip().startswith(("```", "~~~"))
        kinds.append(("fence" if fenced or mark else _kind(line), line))
        fenced = fenced != mark
    for kind, run in groupby(kinds, key=lambda pair: pair[0]):
        lines = [line for _, line in run]
        if kind in ("heading", "machine", "item"):
            yield from ((kind, [line]) for line in lines)
        elif kind != "blank":
            yield kind, lines


def _kind(line: str) -> str:
    if not line.strip():
        return "blank"
    if _HEADING.match(line):
        return "heading"
    if _MACHINE.match(line):
        return "machine"
    if line.lstrip().startswith("|") and line.rstrip().endswith("|"):
        return "row"
    return "item" if _ITEM.match(line) else "text"


def _put(document: Any, kind: str, lines: list[str]) -> None:
    if kind == "heading":
        match = _HEADING.match(lines[0])
        assert match is not None
        document.add_heading(match.group(2), level=len(match.group(1)))
    elif kind == "item":
        match = _ITEM.match(lines[0])
        assert match is not None
        depth = min(2, len(match.group(1)) // 2)
        document.add_paragraph(
            match.group(2), style=f"List Bullet{f' {depth + 1}' if depth else ''}"
        )
    elif kind == "row":
        _put_table(document, lines)
    elif kind == "machine":
        document.add_paragraph(lines[0].strip(), style=LINE)
    else:
        plain = lines if kind == "fence" else [_ESCAPED.sub(r"\1", line) for line in lines]
        document.add_paragraph("\n".join(plain))


def _put_table(document: Any, lines: list[str]) -> None:
    rows = [_cells(line) for line in lines]
    rows = [row for row in rows if not all(re.fullmatch(r":?-{3,}:?", cell) for cell in row)]
    width = max((len(row) for row in rows), default=0)
    if not width:
        return
    table = document.add_table(rows=len(rows), cols=width, style="Table Grid")
    for row, cells in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, cells, strict=False):
            cell.text = text


def _cells(line: str) -> list[str]:
    inner = line.strip().removeprefix("|").removesuffix("|")
    return [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", inner)]


def _write_bank(matter: Matter, path: Path) -> Path:
    """The bank as a workbook; every cell is text, so nothing in it can be a formula."""
    import openpyxl
    from openpyxl.styles import Alignment, Font

    path.parent.mkdir(parents=True, exist_ok=True)
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Exemplars"
    for number, values in enumerate([COLUMNS, *map(_row, matter.exemplars)], 1):
        for column, value in enumerate(values, 1):
            if len(value) > _CELL_LIMIT:
                what = f"{values[0]}: {COLUMNS[column - 1]} is longer than a cell of Excel holds"
                raise SecondChairError(f"{what} ({_CELL_LIMIT:,} characters): shorten it")
            cell = sheet.cell(number, column, value)
            cell.data_type = "s"
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.font = Font(bold=number == 1)
    for letter, width in zip("ABCDEFGH", (9, 70, 34, 34, 16, 18, 13, 12), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "A2"
    book.save(path)
    return path


def _row(exemplar: Exemplar) -> tuple[str, ...]:
    calls = "; ".join(f"{call.field}={call.choice}" for call in exemplar.calls)
    values = exemplar.model_dump() | {"calls": calls, "rules": ";".join(exemplar.rules)}
    return tuple(str(values[name]) for name in COLUMNS)
