"""exemplars.csv -> exemplars, each knowing its line and where its facts stand in the file."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from datetime import date

from assistant.errors import Problem
from assistant.matter.palette import Palette
from assistant.types import Exemplar

COLUMNS = ("id", "facts", "calls", "rationale", "rules", "decided_by", "decided_on", "status")


def parse_exemplars(
    text: str, source: str, palette: Palette, names: dict[str, str] | None, problems: list[Problem]
) -> list[Exemplar]:
    """Every exemplar of the file; a row with an error is noted in `problems` and left out.

    `names` maps what an exemplar may call a rule to the rule's id; None: rules are not checked.
    """
    rows = _rows(text, source, problems)
    header = next(rows, None)
    if header is None:
        problems.append(Problem(source, 1, f"is empty: the header is {','.join(COLUMNS)}"))
        return []
    columns = [cell.strip() for cell in header[0]]
    if sorted(columns) != sorted(COLUMNS):
        problems.append(Problem(source, 1, f"header is {columns}: expected {','.join(COLUMNS)}"))
        return []
    found: dict[str, Exemplar] = {}
    for cells, line, start, end in rows:
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(COLUMNS):
            what = f"{len(cells)} cells, expected {len(COLUMNS)}: quote cells that hold commas"
            problems.append(Problem(source, line, what))
            continue
        row = dict(zip(columns, cells, strict=True))
        exemplar = _exemplar(row, source, line, (text, start, end), palette, names, problems)
        if exemplar and exemplar.id in found:
            first = found[exemplar.id].line
            problems.append(
                Problem(
                    source, line, f"duplicate id {exemplar.id!r}: it stands at line {first} too"
                )
            )
        elif exemplar:
            found[exemplar.id] = exemplar
    return list(found.values())


def parse_objects(
    rows: list[tuple[dict[str, str], int]],
    file: tuple[str, str],
    palette: Palette,
    names: dict[str, str] | None,
    problems: list[Problem],
) -> list[Exemplar]:
    """Exemplars from objects with their lines, as `parse_exemplars`; `file` is its name and text."""
    source, text = file
    starts = [0]
    for written in text.split("\n"):
        starts.append(starts[-1] + len(written) + 1)
    found: dict[str, Exemplar] = {}
    for row, line in rows:
        place = (text, starts[line - 1], starts[line] - 1)
        exemplar = _exemplar(row, source, line, place, palette, names, problems)
        if exemplar and exemplar.id in found:
            what = f"duplicate id {exemplar.id!r}: it stands at line {found[exemplar.id].line} too"
            problems.append(Problem(source, line, what))
        elif exemplar:
            found[exemplar.id] = exemplar
    return list(found.values())


_Row = tuple[list[str], int, int, int]


def _rows(text: str, source: str, problems: list[Problem]) -> Iterator[_Row]:
    """Cells, first line, and the character span of each row."""
    lines = [line + "\n" for line in text.split("\n")]
    reader = csv.reader(lines, strict=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    before = 0
    try:
        for cells in reader:
            yield cells, before + 1, starts[before], min(starts[reader.line_num], len(text))
            before = reader.line_num
    except csv.Error as error:
        problems.append(Problem(source, before + 1, f"broken CSV: {error}; check the quotes"))


def _exemplar(
    row: dict[str, str],
    source: str,
    line: int,
    place: tuple[str, int, int],
    palette: Palette,
    names: dict[str, str] | None,
    problems: list[Problem],
) -> Exemplar | None:
    values = {key: value.strip() for key, value in row.items()}
    calls, wrong = palette.parse_calls(values["calls"], values["id"])
    rules = tuple(part.strip() for part in values["rules"].split(";") if part.strip())
    wrongs = [wrong] if wrong else []
    wrongs += [f"{key!r} is empty: fill it in" for key in ("id", "facts") if not values[key]]
    if names is not None:
        wrongs += [f"unknown rule {r!r}: no heading has this id" for r in rules if r not in names]
        rules = tuple(names.get(rule, rule) for rule in rules)
    if values["status"] not in ("active", "superseded"):
        wrongs.append(f"status {values['status']!r}: expected 'active' or 'superseded'")
    if not _is_date(values["decided_on"]):
        wrongs.append(f"decided_on {values['decided_on']!r}: expected a date such as 2026-11-24")
    problems.extend(Problem(source, line, f"{values['id'] or 'exemplar'}: {w}") for w in wrongs)
    if wrongs:
        return None
    start, end = _place(values["facts"], *place)
    quote = place[0][start:end]
    return Exemplar(
        **{**values, "calls": calls, "rules": rules},
        source=source,
        quote=quote,
        start=start,
        end=end,
        line=line,
    )


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _place(facts: str, text: str, start: int, end: int) -> tuple[int, int]:
    """Where the facts stand in the row: all of them, or their longest part without quote marks
    (a CSV file doubles those, so a part with them would not be found letter for letter)."""
    part = max(re.split(r'["\\\n\t]', facts), key=len).strip()
    at = text.find(part, start, end)
    return (at, at + len(part)) if at >= 0 else (start, end)
