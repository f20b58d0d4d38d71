"""A suite as a workbook and back, for those who won't touch YAML; the only file that knows openpyxl."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from assistant.errors import Problem, SecondChairError
from evals.types import Case, Suite

COLUMNS = (
    "id", "ask", "role", "channel", "outcome", "calls", "cites_any", "right", "lane", "spans",
    "also_right", "never", "pair", "settled", "section", "changed_in", "tags",
)  # fmt: skip
EXPECTED = ("outcome", "calls", "cites_any", "right", "lane", "spans")
LISTS = ("cites_any", "spans", "tags")
LONGEST = 32_767  # characters in a cell
_BARE = re.compile(r"[^;={}\[\]]+")
Lines = dict[tuple[str | int, ...], int]


def write_suite(suite: Suite, out: Path) -> None:
    """Write the suite as .xlsx or .yaml. Raises SecondChairError."""
    try:
        if out.suffix.lower() == ".xlsx":
            _write_book(suite, out)
        elif out.suffix.lower() in (".yaml", ".yml"):
            _write_yaml(suite, out)
        else:
            raise SecondChairError(f"{out.name}: write to a file that ends in .xlsx or .yaml")
    except OSError as error:
        raise SecondChairError(f"cannot write {out} ({error.strerror})") from None


def _plain(noun: Any) -> dict[str, Any]:
    told: dict[str, Any] = noun.model_dump(mode="json", exclude_defaults=True)
    return told


def _write_yaml(suite: Suite, out: Path) -> None:
    import yaml

    told = _plain(suite)
    for extra in ("file", "folder", "lines"):
        told.pop(extra, None)
    told["cases"] = [_plain(case) for case in suite.cases]
    text = yaml.safe_dump(told, sort_keys=False, allow_unicode=True, width=100)
    out.write_text(text, encoding="utf-8")


def _write_book(suite: Suite, out: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    cases, about = book.active, book.create_sheet("suite")
    assert cases is not None
    cases.title = "cases"
    cases.append(list(COLUMNS))
    for number, case in enumerate(suite.cases, 2):
        for column, text in enumerate(_row(case), 1):
            if len(text) > LONGEST:
                raise SecondChairError(
                    f"case {case.id!r}: longer than a cell holds ({LONGEST:,}): keep it as YAML"
                )
            if text:
                cell = cases.cell(number, column, text)
                cell.data_type = "s"  # what begins with = is text, never a formula
    for key in ("suite", "matter", "about"):
        about.append([key, getattr(suite, key) or ""])
    about.append(["protected", json.dumps(_plain(suite.protected)) if suite.protected else ""])
    cases.freeze_panes = "C2"
    for letter, width in {"B": 80, "F": 32, "G": 20, "K": 24, "Q": 24}.items():
        cases.column_dimensions[letter].width = width
    book.save(out)


def _row(case: Case) -> list[str]:
    told = _plain(case)
    told = {**told, **told.pop("expect")}
    return [_cell(name, told.get(name)) for name in COLUMNS]


def _cell(name: str, value: Any) -> str:
    if value is None:
        return ""
    if name == "calls":
        named = [(f, c) for f, choices in value.items() for c in choices]
        bare = all(_BARE.fullmatch(x) and x == x.strip() for pair in named for x in pair)
        return (
            "; ".join(f"{f}={c}" for f, c in named)
            if bare
            else json.dumps(value, ensure_ascii=False)
        )
    if name in LISTS:
        bare = all(_BARE.fullmatch(x) and x == x.strip() for x in value)
        return "; ".join(value) if bare else json.dumps(value, ensure_ascii=False)
    if name == "also_right":
        only = all(set(e) == {"outcome"} for e in value)
        return (
            "; ".join(e["outcome"] for e in value)
            if only
            else json.dumps(value, ensure_ascii=False)
        )
    return str(value).lower() if isinstance(value, bool) else str(value)


def read_rows(path: Path, problems: list[Problem]) -> tuple[dict[str, Any] | None, Lines]:
    """The workbook as the data of a YAML suite, with each case's row for its line."""
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    lines: Lines = {}
    try:
        book = load_workbook(path, read_only=True, data_only=True)
        sheets = {
            sheet.title: [list(r) for r in sheet.iter_rows(values_only=True)] for sheet in book
        }
        book.close()
    except (OSError, BadZipFile, InvalidFileException, KeyError, ValueError) as error:
        problems.append(
            Problem(path.name, 1, f"is no workbook that can be read ({type(error).__name__})")
        )
        return None, lines
    rows = sheets.get("cases", next(iter(sheets.values()), []))
    head = [_text(c) for c in rows[0]] if rows else []
    unknown = [c for c in head if c and c not in COLUMNS]
    if unknown or "id" not in head or "ask" not in head:
        what = f"unknown column {unknown[0]!r}" if unknown else "no columns 'id' and 'ask'"
        problems.append(Problem(path.name, 1, f"{what}: the first row names {', '.join(COLUMNS)}"))
        return None, lines
    data: dict[str, Any] = {"suite": path.stem}
    data |= {
        _text(r[0]): _text(r[1]) for r in sheets.get("suite", []) if len(r) > 1 and _text(r[1])
    }
    if isinstance(data.get("protected"), str):
        data["protected"] = _listed("protected", data["protected"])
    data["cases"] = []
    for number, row in enumerate(rows[1:], 2):
        told = {
            name: _text(cell) for name, cell in zip(head, row, strict=False) if name and _text(cell)
        }
        if told:
            lines[("cases", len(data["cases"]))] = number
            data["cases"].append(_case(told))
    return data, lines


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    whole = isinstance(cell, float) and cell.is_integer()
    return str(int(cell)) if whole else str(cell).strip()


def _case(told: dict[str, str]) -> dict[str, Any]:
    values = {name: _listed(name, text) for name, text in told.items()}
    expect = {name: values.pop(name) for name in EXPECTED if name in values}
    return {**values, "expect": expect}


def _listed(name: str, text: str) -> Any:
    if text[:1] in "{[" and name in (*LISTS, "calls", "also_right", "protected"):
        try:
            return json.loads(text)
        except json.JSONDecodeError:
            return text
    parts = [part.strip() for part in text.split(";") if part.strip()]
    if name in LISTS or name == "also_right":
        return parts
    if name != "calls":
        return text
    calls: dict[str, list[str]] = {}
    for part in parts:
        field, _, choice = part.partition("=")
        calls.setdefault(field.strip(), []).append(choice.strip())
    return calls
