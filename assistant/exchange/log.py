"""A call log (Excel or CSV) -> exemplar rows; a row that leaves something open is set aside, whole."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from assistant.errors import SecondChairError
from assistant.exchange.report import Report
from assistant.matter.exemplars import COLUMNS
from assistant.matter.palette import Palette
from assistant.office.sheets import Sheet, read_sheets

_CALLED = {
    "id": "id|no|number|#|ref|reference|entry|call id|exemplar id|exemplar",
    "facts": "facts|description|document description|document|summary|scenario|facts of document|what it is|question|issue presented|situation",
    "calls": "calls|call|coding|code|decision|ruling|determination|designation|outcome|answer|tag",
    "rationale": "rationale|reason|reasons|reasoning|basis|why|comment|comments|note|notes|explanation",
    "rules": "rules|rule|protocol section|section|protocol ref|protocol reference|authority|reference to protocol|protocol",
    "decided_by": "decided by|decided_by|by|reviewer|attorney|ruled by|decision maker|lawyer|who|approved by",
    "decided_on": "decided on|decided_on|date|date decided|decision date|ruled on|on|when|call date",
    "status": "status|state|active",
}
_FORMS = (
    "%Y-%m-%d",
    "%Y-%m-%d %H:%M:%S",
    "%d %B %Y",
    "%d %b %Y",
    "%B %d, %Y",
    "%b %d, %Y",
    "%d.%m.%Y",
    "%Y/%m/%d",
    "%d-%b-%Y",
    "%d-%b-%y",
)
_GONE = ("superseded", "overruled", "inactive", "withdrawn", "old", "no", "false", "closed")


@dataclass(frozen=True)
class Terms:
    """What rows are held against: the palette, the rules' names, and what fills empty cells."""

    palette: Palette
    names: dict[str, str]
    decided_by: str = ""
    decided_on: str = ""


@dataclass(frozen=True)
class Row:
    """One row: the columns of the bank, its line, and why a person must decide it ("": nobody)."""

    values: dict[str, str]
    line: int
    why: str
    cells: tuple[str, ...] = ()


def fields_in(sheets: Iterable[Sheet]) -> dict[str, list[str]]:
    """Coding fields a log shows by itself: the parts of its calls (`privilege=Not Privileged`), or a
    column of calls as one field. Field -> choices, in order of appearance."""
    fields: dict[str, list[str]] = {}
    for sheet in sheets:
        at, head = _header(sheet, {})
        if "calls" not in at.values():
            continue
        column = next(i for i, name in at.items() if name == "calls")
        for row in sheet.rows[head + 1 :]:
            for part in re.split(r"[;\n]", row[column]):
                field, sign, choice = (p.strip() for p in part.partition("="))
                if not sign:
                    field, choice = sheet.rows[head][column].strip().lower() or "call", field
                if choice and choice not in fields.setdefault(field, []):
                    fields[field].append(choice)
    return fields


def import_log(path: Path, terms: Terms, report: Report) -> tuple[list[str], list[Row]]:
    """The log's header and every row in order, read or set aside. Raises Unreadable."""
    header: list[str] = []
    found: list[Row] = []
    report.files.append(path.name)
    for sheet in (s for s in read_sheets(path) if any(any(row) for row in s.rows)):
        at, head = _header(sheet, {f.name.lower(): f.name for f in terms.palette.fields})
        if "facts" not in at.values():
            what = f"{path.name}, sheet {sheet.name!r}: no column of facts was found; nothing was taken"
            report.decide.append(f"{what}: name it 'facts'")
            report.notes += [f"{path.name}, {sheet.name}: {' | '.join(row)}" for row in sheet.rows]
            continue
        report.notes += [f"{path.name}:{line}: {what}" for line, what in sheet.notes]
        open_ = [c for i, c in enumerate(sheet.rows[head]) if i not in at and c]
        if open_:
            report.notes.append(f"{path.name}: columns kept in the rationale: {', '.join(open_)}")
        header = header or list(sheet.rows[head])
        found += _rows(sheet, at, head, terms)
    return header, found


def _header(sheet: Sheet, fields: dict[str, str]) -> tuple[dict[int, str], int]:
    """Column -> what it is (a bank column, or `field:NAME`), and the header's row."""
    best: tuple[dict[int, str], int] = ({}, 0)
    for number, row in enumerate(sheet.rows[:15]):
        at: dict[int, str] = {}
        for i, cell in enumerate(row):
            plain = re.sub(r"[^a-z0-9#_ ]+", " ", cell.lower()).strip()
            if plain in fields:
                at[i] = f"field:{fields[plain]}"
                continue
            named = [c for c, words in _CALLED.items() if plain and plain in words.split("|")]
            if named and named[0] not in at.values():
                at[i] = named[0]
        if len(at) > len(best[0]):
            best = (at, number)
    return best


def _rows(sheet: Sheet, at: dict[int, str], head: int, terms: Terms) -> list[Row]:
    dates = [row[i] for row in sheet.rows[head + 1 :] for i, c in at.items() if c == "decided_on"]
    order = _order(dates)
    bad = {line: what for line, what in sheet.notes if "no stored value" in what}
    found = []
    for number, cells in enumerate(sheet.rows[head + 1 :], head + 2):
        if not any(cells):
            continue
        values, why = _values(sheet.rows[head], cells, at, terms, order)
        found.append(Row(values, number, why or bad.get(number, ""), cells))
    return found


def _values(
    head: tuple[str, ...], cells: tuple[str, ...], at: dict[int, str], terms: Terms, order: str
) -> tuple[dict[str, str], str]:
    """A row's values as the bank writes them, and the first thing that a person must decide."""
    values = {c: " ".join(cells[i].split()) for i, c in at.items() if c in COLUMNS}
    coded = [f"{c[6:]}={cells[i].strip()}" for i, c in at.items() if c[:6] == "field:" and cells[i]]
    extra = [
        f"{head[i]}: {cells[i]}" for i in range(len(cells)) if i not in at and cells[i].strip()
    ]
    calls, wrong = _calls(values.get("calls", ""), coded, terms.palette)
    rules, unknown = _rules(values.get("rules", ""), terms.names)
    day = _date(values.get("decided_on", ""), order) or terms.decided_on
    status = values.get("status", "").lower()
    values |= {
        "calls": calls,
        "rules": ";".join(rules),
        "decided_on": day,
        "decided_by": values.get("decided_by") or terms.decided_by,
        "rationale": " | ".join(p for p in (values.get("rationale", ""), *extra) if p),
        "status": "superseded" if status in _GONE else "active",
    }
    written = values.get("decided_on") or "empty"
    checks = (
        (not values.get("facts"), "the facts are empty"),
        (bool(wrong), wrong),
        (bool(unknown), f"no rule has the name {', '.join(map(repr, unknown))}"),
        (not day, f"the date of the decision ({written}) is missing, or could be read two ways"),
        (
            status not in ("", "active", "open", "yes", "true", "current", "final", *_GONE),
            f"status {status!r}",
        ),
    )
    return values, next((why for bad, why in checks if bad), "")


def _calls(text: str, coded: list[str], palette: Palette) -> tuple[str, str]:
    """Calls as `field=choice; …` and what is wrong with them."""
    parts = [p.strip() for p in re.split(r"[;\n]", text) if p.strip()] + coded
    made = []
    for part in parts:
        field, sign, choice = (p.strip() for p in part.partition("="))
        wanted = [
            f"{f.name}={c}"
            for f in palette.fields
            for c in f.choices
            if c.lower() == (choice if sign else part).lower()
            and (not sign or f.name.lower() == field.lower())
        ]
        made.append(wanted[0] if len(wanted) == 1 else part if sign else f"?={part}")
    _, wrong = palette.parse_calls("; ".join(made), "row")
    return "; ".join(made), wrong


def _rules(text: str, names: dict[str, str]) -> tuple[list[str], list[str]]:
    parts = [p.strip().removeprefix("§").strip() for p in re.split(r"[;,\n]", text) if p.strip()]
    known = {name.lower(): rule for name, rule in names.items()}
    found = [known.get(p.lower()) or known.get(p.lower().rstrip(".")) for p in parts]
    return [rule for rule in found if rule], [
        p for p, rule in zip(parts, found, strict=True) if not rule
    ]


def _order(dates: list[str]) -> str:
    """`dmy` or `mdy` for dates in figures, where one of them shows it; "" where none does."""
    pairs = [
        m.groups() for d in dates if (m := re.match(r"^(\d{1,2})[/-](\d{1,2})[/-]\d{2,4}$", d))
    ]
    first, second = (any(int(pair[i]) > 12 for pair in pairs) for i in (0, 1))
    return "dmy" if first and not second else "mdy" if second and not first else ""


def _date(text: str, order: str) -> str:
    """An ISO date, or "" where there is none or it could be two days."""
    for form in _FORMS:
        try:
            return datetime.strptime(text.strip(), form).date().isoformat()
        except ValueError:
            continue
    match = re.match(r"^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$", text.strip())
    if not match:
        return ""
    a, b, year = map(int, match.groups())
    day, month = (a, b) if order == "dmy" or a == b else (b, a) if order == "mdy" else (0, 0)
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return ""


def with_row_ids(rows: list[Row], known: dict[str, str]) -> list[Row]:
    """Rows with ids: their own, else that of the earlier import's row with these facts, else the next.

    `known` maps a row's fingerprint to its id and is brought up to date.
    """
    taken = {row.values.get("id", "") for row in rows} | set(known.values())
    number, made = 0, []
    for row in rows:
        print_ = hashlib.sha256(
            " ".join(row.values.get("facts", "").lower().split()).encode()
        ).hexdigest()[:16]
        own = row.values.get("id") or known.get(print_, "")
        while not own:
            number += 1
            own = f"EX-{number:03d}" if f"EX-{number:03d}" not in taken else ""
        known[print_] = own
        taken.add(own)
        made.append(Row(row.values | {"id": own}, row.line, row.why, row.cells))
    ids = [row.values["id"] for row in made]
    double = {one for one in ids if ids.count(one) > 1} if len(set(ids)) < len(ids) else set()
    return [
        Row(r.values, r.line, f"the id {r.values['id']!r} stands on two rows", r.cells)
        if r.values["id"] in double and not r.why
        else r
        for r in made
    ]


def check_terms(terms: Terms) -> None:
    """Raises SecondChairError for a date option that is no date."""
    if terms.decided_on and not _date(terms.decided_on, ""):
        raise SecondChairError(
            f"--decided-on {terms.decided_on!r}: write a date such as 2026-11-24"
        )
