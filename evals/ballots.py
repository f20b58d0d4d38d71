"""Blind sheets: a workbook a rater, with drop-down labels and nothing of any other call; and back."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from assistant.errors import SecondChairError
from evals.drawing import Draw, simple

HEAD = ("item", "what to call", "call", "note")


def write_ballot(draw: Draw, number: int, rater: int, out: Path) -> None:
    """The rater's own order, the items' own labels; neither gold nor the assistant's reply. Raises SecondChairError."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment
    from openpyxl.worksheet.datavalidation import DataValidation

    book = Workbook()
    sheet, about, lists = book.active, book.create_sheet("about"), book.create_sheet("labels")
    assert sheet is not None
    sheet.title = "calls"
    sheet.append(list(HEAD))
    rules: dict[tuple[str, ...], Any] = {}
    for row, item in enumerate(simple(draw.items, len(draw.items), draw.seed + rater), 2):
        for column, text in ((1, item.id), (2, item.shown)):
            cell = sheet.cell(row, column, text[:32_000])
            cell.data_type = "s"  # what begins with = is text, never a formula
            cell.alignment = Alignment(wrap_text=True, vertical="top")
        if item.labels not in rules:
            place = len(rules) + 1
            for i, label in enumerate(item.labels, 1):
                lists.cell(i, place, label).data_type = "s"
            letter = lists.cell(1, place).column_letter
            rule = DataValidation(
                "list", formula1=f"labels!${letter}$1:${letter}${len(item.labels)}"
            )
            sheet.add_data_validation(rule)
            rules[item.labels] = rule
        rules[item.labels].add(sheet.cell(row, 3))
    for letter, width in {"A": 22, "B": 90, "C": 28, "D": 40}.items():
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "A2"
    for pair in (("draw", number), ("seal", draw.seal), ("matter", draw.matter)):
        about.append(pair)
    lists.sheet_state = "hidden"
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        book.save(out)
    except OSError as error:
        raise SecondChairError(f"cannot write {out} ({error.strerror})") from None


def read_ballot(path: Path) -> tuple[int, str, dict[str, tuple[int, str]]]:
    """(draw, seal, item -> (row, call)) of a filled sheet. Raises SecondChairError."""
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = load_workbook(path, read_only=True, data_only=True)
        told = {str(r[0]): r[1] for r in book["about"].iter_rows(values_only=True) if r and r[0]}
        rows = list(book["calls"].iter_rows(min_row=2, values_only=True))
        book.close()
        number, seal = int(str(told["draw"])), str(told["seal"])
    except (OSError, BadZipFile, InvalidFileException, KeyError, ValueError, TypeError) as error:
        raise SecondChairError(
            f"{path.name}: is no sheet of a draw ({type(error).__name__})"
        ) from None
    calls = {
        str(row[0]): (i, str(row[2]).strip())
        for i, row in enumerate(rows, 2)
        if row and row[0] and len(row) > 2 and row[2]
    }
    return number, seal, calls


def checked(draw: Draw, path: Path, calls: dict[str, tuple[int, str]]) -> dict[str, str]:
    """Item -> label; raises SecondChairError naming the row of the first call that is no label, or what is missing."""
    labels = {item.id: item.labels for item in draw.items}
    for item, (row, call) in calls.items():
        if item not in labels:
            raise SecondChairError(f"{path.name}:{row}: item {item!r} is not of this draw")
        parts = tuple(part.strip() for part in call.split(";"))
        if any(part not in labels[item] for part in parts):
            raise SecondChairError(
                f"{path.name}:{row}: {call!r} is no label of {item!r}: use one of {list(labels[item])}"
            )
    missing = [item for item in labels if item not in calls]
    if missing:
        raise SecondChairError(
            f"{path.name}: {len(missing)} items have no call, the first {missing[0]!r}: call them all"
        )
    return {
        item: "; ".join(sorted(p.strip() for p in call.split(";")))
        for item, (_, call) in calls.items()
    }
