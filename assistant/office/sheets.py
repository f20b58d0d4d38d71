"""An Excel or CSV file -> rows of text, with merged cells filled and formulas never computed."""

from __future__ import annotations

import csv
import re
import warnings
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from assistant.errors import Unreadable
from assistant.office.opening import check_size, open_package

MAX_ROWS = 200_000
MAX_COLUMNS = 200


@dataclass(frozen=True)
class Sheet:
    """One sheet: rows of cell texts, padded to one width; row `i` stands on line `i + 1`.

    `notes` are `(line, what)`: merged cells that were filled, formulas whose stored value was taken,
    formulas that have none, hidden rows.
    """

    name: str
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[tuple[int, str], ...] = ()


def read_sheets(path: Path) -> list[Sheet]:
    """Every sheet of an .xlsx (macros are not run), or the one of a .csv. Raises Unreadable."""
    if path.suffix.lower() in (".csv", ".tsv", ".txt"):
        return [_csv(path)]
    package = open_package(path)
    if not any(name.startswith("xl/") for name in package.names):
        raise Unreadable("holds no workbook: save it as .xlsx")
    for name in package.names:  # parsed here first, within bounds and without entities
        if name in ("xl/workbook.xml", "xl/styles.xml"):
            package.xml(name)
    return _workbook(path)


def _workbook(path: Path) -> list[Sheet]:
    import openpyxl

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            values = openpyxl.load_workbook(path, read_only=True, data_only=True, keep_links=False)
            formulas = openpyxl.load_workbook(path, read_only=True, keep_links=False)
            try:
                return [
                    _sheet(sheet, formulas[sheet.title])
                    for sheet in values.worksheets
                    if sheet.title in formulas.sheetnames
                ]
            finally:
                values.close()
                formulas.close()
    except Unreadable:
        raise
    except Exception as error:  # openpyxl raises what its parsers raise
        raise Unreadable(
            f"is a workbook that cannot be read ({type(error).__name__}): save it anew"
        ) from None


def _sheet(values: Any, formulas: Any) -> Sheet:
    rows: list[list[str]] = []
    notes: list[tuple[int, str]] = []
    for number, (row, made) in enumerate(
        zip(values.iter_rows(), formulas.iter_rows(), strict=False), 1
    ):
        if number > MAX_ROWS:
            raise Unreadable(f"sheet {values.title!r} has more than {MAX_ROWS:,} rows: split it")
        rows.append([_text(cell.value) for cell in row[:MAX_COLUMNS]])
        for cell, formula in zip(row, made, strict=False):
            if (
                isinstance(formula.value, str)
                and formula.value.startswith("=")
                and formula.data_type == "f"
            ):
                stored = cell.value is not None
                what = "its stored value was taken" if stored else "it has no stored value"
                notes.append((number, f"cell {formula.coordinate} is a formula: {what}"))
    notes += _fill(rows, values)
    while rows and not any(rows[-1]):
        rows.pop()
    width = max((len(row) for row in rows), default=0)
    padded = tuple(tuple(row + [""] * (width - len(row))) for row in rows)
    return Sheet(values.title, padded, tuple(sorted(notes)))


def _fill(rows: list[list[str]], sheet: Any) -> list[tuple[int, str]]:
    """Write a merged cell's text into each row it spans (the first column of each), in place."""
    notes = []
    for span in _merged(sheet):
        left, top, right, bottom = span
        if bottom > len(rows) or top > len(rows) or left > len(rows[top - 1]):
            continue
        text = rows[top - 1][left - 1]
        for n in range(top + 1, bottom + 1):
            row = rows[n - 1]
            row += [""] * (left - len(row))
            row[left - 1] = text
        notes.append(
            (
                top,
                f"cells merged over rows {top} to {bottom}, columns {left} to {right}: {text[:40]!r} counts for each row",
            )
        )
    return notes


def _merged(sheet: Any) -> list[tuple[int, int, int, int]]:
    """The sheet's merged spans, read from its own part (openpyxl leaves them out when reading only)."""
    from openpyxl.utils.cell import range_boundaries

    with sheet._get_source() as part:  # the sheet's XML, already held within bounds
        raw = part.read()
    found = re.findall(rb'<(?:\w+:)?mergeCell\s+ref="([A-Z0-9:]+)"', raw)
    return [range_boundaries(span.decode()) for span in found[:10_000]]


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return (
            value.date().isoformat()
            if not (value.hour or value.minute or value.second)
            else value.isoformat(" ")
        )
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).replace("\r\n", "\n").replace("_x000D_", "").strip()


def _csv(path: Path) -> Sheet:
    check_size(path)
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp1252", "replace")
    head = text[:4096].split("\n", 1)[0]
    sign = max(",;\t", key=head.count)
    rows, lines = [], []
    reader = csv.reader(text.splitlines(keepends=True), delimiter=sign, strict=True)
    try:
        before = 0
        for row in reader:
            rows.append([cell.strip() for cell in row])
            lines.append(before + 1)
            before = reader.line_num
    except csv.Error as error:
        raise Unreadable(
            f"is broken CSV near line {reader.line_num} ({error}): check the quotes"
        ) from None
    width = max((len(row) for row in rows), default=0)
    return Sheet(path.stem, tuple(tuple(r + [""] * (width - len(r))) for r in rows))
