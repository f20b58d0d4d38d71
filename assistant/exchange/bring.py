"""import_files: protocols and call logs into a matter folder; nothing invented, nothing dropped."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from assistant.errors import SecondChairError, Unreadable
from assistant.exchange.log import Row, Terms, check_terms, fields_in, import_log, with_row_ids
from assistant.exchange.protocol import MEMORY, import_protocol, read_memory
from assistant.exchange.report import Report
from assistant.matter.exemplars import COLUMNS
from assistant.matter.load import rule_names
from assistant.matter.palette import Palette
from assistant.matter.playbook import parse_playbook
from assistant.office.sheets import Sheet, read_sheets
from assistant.starters import write_frame
from assistant.types import CodingField, Lane, Rule

LOGS = (".xlsx", ".xlsm", ".csv", ".tsv")
ASIDE = "rows-to-decide.csv"
REPORT = "import-report.md"


@dataclass(frozen=True)
class Filling:
    """What the person at the terminal says where a whole column is missing."""

    decided_by: str = ""
    decided_on: str = ""
    kind: str = "document-review"


@dataclass
class _Staged:
    """What will be written once everything was read: path in the folder -> text."""

    texts: dict[str, str] = field(default_factory=dict)


def import_files(folder: Path, files: list[Path], filling: Filling) -> Report:
    """Read `files` into the matter in `folder` (made where it is missing) and report on it.

    Nothing is written unless every file can be read. Raises SecondChairError with the file's name.
    """
    report, staged = Report(), _Staged()
    memory = read_memory(folder)
    logs = [f for f in files if f.suffix.lower() in LOGS]
    palette = _palette(folder, logs, filling, staged, report)
    choices = [c for f in palette.fields for c in f.choices]
    for path in (f for f in files if f not in logs):
        protocols = memory.setdefault("protocols", {})
        with _named(path):
            text = import_protocol(path, protocols, choices, report)
        staged.texts[f"playbook/{path.stem}.md"] = text
    rules = _rules(folder, staged, palette)
    terms = Terms(palette, _by_any_name(rules), filling.decided_by, filling.decided_on)
    check_terms(terms)
    if logs:
        _bank(folder, logs, terms, memory, (staged, report))
    staged.texts[MEMORY] = json.dumps(memory, indent=1, sort_keys=True) + "\n"
    staged.texts[REPORT] = "\n".join(report.as_lines()) + "\n"
    _write(folder, staged)
    return report


@contextmanager
def _named(path: Path) -> Iterator[None]:
    """What is wrong with a file, with its name in front."""
    try:
        yield
    except Unreadable as error:
        raise SecondChairError(f"{path}: {error}") from None


def _palette(
    folder: Path, logs: list[Path], filling: Filling, staged: _Staged, report: Report
) -> Palette:
    """The matter's palette; for a new matter the one its log shows, else the starter's."""
    path = folder / "matter.yaml"
    if path.is_file():
        about = _yaml(path)
    else:
        sheets: list[Sheet] = []
        for log in logs:
            with _named(log):
                sheets += read_sheets(log)
        shown = fields_in(sheets)
        about, rights = write_frame(folder.name, filling.kind, shown)
        staged.texts |= {"matter.yaml": about, "decision_rights.yaml": rights}
        told = "from the call log" if shown else f"from the {filling.kind} starter"
        report.decide.append(f"matter.yaml is new: its coding fields are {told}; confirm them")
        report.decide.append(
            "matter.yaml and decision_rights.yaml hold our roles, lanes and rights: make them yours"
        )
        about = yaml.safe_load(about)
    try:
        fields = tuple(CodingField(**_plain(f)) for f in about["coding_fields"])
        lanes = tuple(Lane(**lane) for lane in about.get("lanes") or ())
    except (KeyError, TypeError, ValueError) as error:
        raise SecondChairError(
            f"{path}: run 'secondchair check' on it first ({type(error).__name__})"
        ) from None
    return Palette(fields, lanes)


def _yaml(path: Path) -> Any:
    try:
        return yaml.load(path.read_text("utf-8"), Loader=yaml.BaseLoader)
    except (OSError, ValueError, yaml.YAMLError):
        raise SecondChairError(f"{path}: run 'secondchair check' on it first") from None


def _plain(fields: dict[str, Any]) -> dict[str, Any]:
    return {k: [str(c) for c in v] if k == "choices" else v for k, v in fields.items()}


def _rules(folder: Path, staged: _Staged, palette: Palette) -> list[Rule]:
    """The rules of the playbook as it will stand."""
    texts = {n: t for n, t in staged.texts.items() if n.startswith("playbook/")}
    for path in sorted((folder / "playbook").rglob("*.md")):
        texts.setdefault(path.relative_to(folder).as_posix(), path.read_text("utf-8"))
    return [rule for n, text in texts.items() for rule in parse_playbook(text, n, palette, [])]


def _by_any_name(rules: list[Rule]) -> dict[str, str]:
    """What a log may call a rule: its id, its heading, or the number its heading begins with."""
    names = rule_names(rules)
    for rule in rules:
        names.setdefault(rule.title, rule.id)
        number = rule.title.split(" ", 1)[0].rstrip(".:)")
        if number[:1].isdigit():
            names.setdefault(number, rule.id)
    return names


def _bank(
    folder: Path,
    logs: Iterable[Path],
    terms: Terms,
    memory: dict[str, Any],
    out: tuple[_Staged, Report],
) -> None:
    """Rows into exemplars.csv over those already there, by id; the open ones into a file of their own."""
    staged, report = out
    held = _held(folder)
    aside: list[list[str]] = []
    for path in logs:
        with _named(path):
            header, rows = import_log(path, terms, report)
        known = memory.setdefault("logs", {}).setdefault(path.name, {})
        for row in with_row_ids(rows, known):
            if row.why:
                aside += [] if aside else [["file", "row", "why", *header]]
                aside.append([path.name, str(row.line), row.why, *row.cells])
                report.decide.append(f"{path.name}:{row.line}: {row.why}: it is in {ASIDE}")
                report.undecided += 1
            else:
                held[row.values["id"]] = _cells(row)
                report.exemplars += 1
    staged.texts["exemplars.csv"] = _csv([list(COLUMNS), *held.values()])
    if aside or (folder / ASIDE).exists():
        staged.texts[ASIDE] = _csv(aside)


def _cells(row: Row) -> list[str]:
    return [row.values.get(name, "") for name in COLUMNS]


def _held(folder: Path) -> dict[str, list[str]]:
    path = folder / "exemplars.csv"
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    if rows and not set(COLUMNS) <= set(rows[0]):
        raise SecondChairError(f"{path}: run 'secondchair check' on it first")
    return {row["id"]: [row[name] or "" for name in COLUMNS] for row in rows}


def _csv(rows: list[list[str]]) -> str:
    import io

    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


def _write(folder: Path, staged: _Staged) -> None:
    try:
        for name, text in staged.texts.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            whole = path.with_name(path.name + ".new")
            whole.write_text(text, "utf-8")
            whole.replace(path)
    except OSError as error:
        raise SecondChairError(f"cannot write {folder} ({error.strerror})") from None
