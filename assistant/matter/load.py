"""Load a matter folder whole, or say everything that is wrong with it."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Literal

from pydantic import Field

from assistant.errors import MatterError, Problem
from assistant.matter.comments import without_comments
from assistant.matter.exemplars import parse_exemplars, parse_objects
from assistant.matter.lines import ids_seen
from assistant.matter.palette import Palette
from assistant.matter.playbook import parse_playbook
from assistant.matter.reading import Lines, read_yaml
from assistant.matter.sources import BANKS, PLAYBOOKS, read_bank, read_jsonl, read_source
from assistant.types import CodingField, Exemplar, Lane, Matter, Noun, Right, Rule


class _Slack(Noun):
    channels: tuple[str, ...] = ()


class _MatterFile(Noun):
    """matter.yaml as written."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")
    title: str = Field(min_length=1)
    playbook_version: str = Field(min_length=1)
    coding_fields: tuple[CodingField, ...] = Field(min_length=1)
    roles: tuple[str, ...] = Field(min_length=1)
    people: dict[str, tuple[str, ...]] = Field(default={})
    default_role: str | None = None
    slack: _Slack = _Slack()
    lanes: tuple[Lane, ...] = ()
    retention_days: int | None = Field(default=None, gt=0)


class _RightsFile(Noun):
    """decision_rights.yaml as written."""

    rights: tuple[Right, ...] = Field(min_length=1)
    default: Literal["refuse", "escalate"] = "refuse"


def load_matter(folder: Path | str) -> Matter:
    """The matter in `folder`; raises MatterError with every format error, file and line."""
    matter, problems = check_matter(folder)
    if matter is None:
        raise MatterError(str(folder), [p for p in problems if p.severity == "error"])
    return matter


def read_people(folder: Path | str) -> tuple[dict[str, tuple[str, ...]], tuple[Lane, ...]]:
    """Who holds which role and which lanes there are, as matter.yaml says now: for decisions that must
    not rest on what was loaded earlier. Raises MatterError."""
    problems: list[Problem] = []
    path = Path(folder) / "matter.yaml"
    about, _, _ = read_yaml(path, "matter.yaml", _MatterFile, problems)
    if about is None:
        raise MatterError(str(folder), problems)
    return about.people, about.lanes


def check_matter(folder: Path | str) -> tuple[Matter | None, list[Problem]]:
    """The matter (None if it has errors) and every problem, errors and warnings, in file order."""
    root = Path(folder)
    problems: list[Problem] = []
    if not (root / "matter.yaml").is_file():
        what = "missing: a matter folder holds a file of this name (see examples/meridian)"
        return None, [Problem("matter.yaml", 1, what)]
    about, lines, _ = read_yaml(root / "matter.yaml", "matter.yaml", _MatterFile, problems)
    rights, right_lines, _ = _read_rights(root, problems)
    if about is None:
        return None, problems
    files: dict[str, str] = {}
    palette = Palette(about.coding_fields, about.lanes)
    _check_about(about, lines, problems)
    if rights:
        _check_rights(about, rights, right_lines, problems)
    rules = _playbook(root, palette, files, problems)
    unread = any(p.file.startswith("playbook/") and p.severity == "error" for p in problems)
    names = None if unread else rule_names(rules)
    exemplars = _exemplars(root, palette, names, files, problems)
    if rights is None or any(p.severity == "error" for p in problems):
        return None, problems
    known = about.model_dump(exclude={"slack"})
    matter = Matter(
        **known,
        channels=about.slack.channels,
        rights=rights.rights,
        default=rights.default,
        rules=tuple(rules),
        exemplars=tuple(exemplars),
        files=files,
        folder=str(root.resolve()),
        content_hash=_hash(root),
    )
    return matter, problems


def _read_rights(root: Path, problems: list[Problem]) -> tuple[_RightsFile | None, Lines, str]:
    name = "decision_rights.yaml"
    if not (root / name).is_file():
        what = "missing: it says what the assistant may answer (deny by default needs it)"
        problems.append(Problem(name, 1, what))
        return None, Lines(), ""
    return read_yaml(root / name, name, _RightsFile, problems)


def _check_about(about: _MatterFile, lines: Lines, problems: list[Problem]) -> None:
    def note(path: tuple[str | int, ...], what: str, severity: str = "error") -> None:
        problems.append(Problem("matter.yaml", lines.at(path), what, severity))

    fields = [field.name for field in about.coding_fields]
    for i, field in enumerate(about.coding_fields):
        if field.name in fields[:i]:
            note(("coding_fields", i), f"duplicate field {field.name!r}: rename one")
        if len(set(field.choices)) < len(field.choices):
            note(("coding_fields", i), f"{field.name!r} names a choice twice: keep one")
    names = [lane.name for lane in about.lanes]
    for i, lane in enumerate(about.lanes):
        if lane.name in names[:i]:
            note(("lanes", i), f"duplicate lane {lane.name!r}: rename one")
        for cover in lane.covers:
            if cover not in fields:
                note(
                    ("lanes", i), f"lane {lane.name!r} covers unknown field {cover!r}: use {fields}"
                )
        if lane.owner not in about.roles:
            note(("lanes", i), f"owner {lane.owner!r} is not among roles", "warning")
    if about.default_role and about.default_role not in about.roles:
        note(("default_role",), f"{about.default_role!r} is not among roles: {list(about.roles)}")
    for person, held in about.people.items():
        for role in held:
            if role not in about.roles:
                note(("people", person), f"role {role!r} is not among roles", "warning")


def _check_rights(
    about: _MatterFile, file: _RightsFile, lines: Lines, problems: list[Problem]
) -> None:
    def note(i: int, key: str, what: str, severity: str = "error") -> None:
        line = lines.at(("rights", i, key))
        problems.append(Problem("decision_rights.yaml", line, what, severity))

    ids = [right.id for right in file.rights]
    lanes = [lane.name for lane in about.lanes]
    for i, right in enumerate(file.rights):
        if right.id in ids[:i]:
            note(i, "id", f"duplicate id {right.id!r}: rename one")
        if right.assistant == "escalate" and right.lane is None:
            note(i, "assistant", f"{right.id!r} escalates but names no lane: add 'lane:'")
        if right.lane is not None and right.lane not in lanes:
            note(i, "lane", f"unknown lane {right.lane!r}: expected one of {lanes}")
        for role in (right.accountable, *right.requesters):
            if role not in about.roles:
                note(i, "accountable", f"{right.id!r}: {role!r} is not among roles", "warning")
        if len(right.asks) < 4:
            what = f"{right.id!r} has {len(right.asks)} asks: write 4 or more"
            note(i, "asks", what, "warning")


def _playbook(
    root: Path, palette: Palette, files: dict[str, str], problems: list[Problem]
) -> list[Rule]:
    rules: list[Rule] = []
    for path in sorted((root / "playbook").rglob("*")):
        name = path.relative_to(root).as_posix()
        if path.is_dir() or path.name.startswith((".", "~")):
            continue
        if path.suffix.lower() not in PLAYBOOKS:
            what = "no playbook format: save it as .md, .docx or .pdf, or move it away"
            problems.append(Problem(name, 1, what))
            continue
        source = read_source(path, name, problems)
        if source is not None:
            files[name] = source.text
            rules += source.paged(parse_playbook(source.text, name, palette, problems))
    if not rules and not any(p.file.startswith("playbook/") for p in problems):
        what = "the playbook is empty: write rules as Markdown files in playbook/"
        problems.append(Problem("playbook/", 1, what))
    _check_ids(rules, problems)
    return _unique_sections(rules)


def _check_ids(rules: list[Rule], problems: list[Problem]) -> None:
    first: dict[str, Rule] = {}
    for rule in (r for r in rules if r.kind == "rule"):
        if rule.id in first:
            other = first[rule.id]
            what = f"duplicate id {rule.id!r}: it stands at {other.source}:{other.line} too"
            problems.append(Problem(rule.source, rule.line, what))
        first.setdefault(rule.id, rule)
    for rule in rules:
        for see in rule.see:
            if see not in first:
                what = f"{rule.id}: 'See {see}' names no rule: correct the id"
                problems.append(Problem(rule.source, _see_line(rule, see), what))


def _see_line(rule: Rule, see: str) -> int:
    for offset, line in enumerate(without_comments(rule.text).split("\n")):
        if see in ids_seen(line):
            return rule.line + offset
    return rule.line


def _unique_sections(rules: list[Rule]) -> list[Rule]:
    """Sections under the same heading of one file get their line added, so each id names one."""
    seen: set[str] = set()
    result = []
    for rule in rules:
        if rule.kind == "section" and rule.id in seen:
            new = f"{rule.id} (line {rule.line})"
            branches = tuple(
                b.model_copy(
                    update={
                        "source": new,
                        "calls": tuple(c.model_copy(update={"source": new}) for c in b.calls),
                    }
                )
                for b in rule.branches
            )
            rule = rule.model_copy(update={"id": new, "branches": branches})
        seen.add(rule.id)
        result.append(rule)
    return result


def rule_names(rules: list[Rule]) -> dict[str, str]:
    """What an exemplar may call a rule: its id; for a section also its heading or its number."""
    names = {rule.id: rule.id for rule in rules}
    for rule in (r for r in rules if r.kind == "section"):
        names.setdefault(rule.title, rule.id)
        number = rule.title.split(" ", 1)[0].rstrip(".:)")
        if number[:1].isdigit():
            names.setdefault(number, rule.id)
    return names


def _exemplars(
    root: Path,
    palette: Palette,
    names: dict[str, str] | None,
    files: dict[str, str],
    problems: list[Problem],
) -> list[Exemplar]:
    banks = read_bank(root, problems)
    if not any((root / name).is_file() for name in BANKS):
        problems.append(
            Problem("exemplars.csv", 1, "missing: no exemplars will be shown", "warning")
        )
    found: dict[str, Exemplar] = {}
    for bank in banks:
        files[bank.name] = bank.text
        if bank.name.endswith(".jsonl"):
            rows = read_jsonl(bank.text, bank.name, problems)
            read = parse_objects(rows, (bank.name, bank.text), palette, names, problems)
        else:
            read = parse_exemplars(bank.text, bank.name, palette, names, problems)
        for exemplar in read:
            if exemplar.id in found:
                other = found[exemplar.id]
                what = f"duplicate id {exemplar.id!r}: it stands at {other.source}:{other.line} too"
                problems.append(Problem(bank.name, exemplar.line, what))
            found.setdefault(exemplar.id, exemplar)
    return list(found.values())


def _hash(root: Path) -> str:
    """sha256 over the files a matter is made of (suites are not: they decide no answer)."""
    digest = hashlib.sha256()
    names = ["matter.yaml", "decision_rights.yaml", *BANKS]
    playbook = sorted((root / "playbook").rglob("*"))
    paths = [root / n for n in names] + [p for p in playbook if p.suffix.lower() in PLAYBOOKS]
    for path in (p for p in paths if p.is_file()):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
