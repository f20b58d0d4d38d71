"""A suite file (YAML or XLSX) -> Suite, or every error with file, case and line.

Every scalar of the YAML is text and pydantic converts it: PyYAML would read `4.10` as 4.1, `no` as False.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, Field, ValidationError

from assistant.errors import Problem, SecondChairError
from assistant.matter.reading import read_text
from evals.types import Case, DigestCase, Protected, Suite

MAX_CASES = 20_000
Path_ = tuple[str | int, ...]
Lines = dict[Path_, int]


class SuiteError(SecondChairError):
    """A suite does not load; `problems` names file, case and line of each fault."""

    def __init__(self, file: str, problems: list[Problem]) -> None:
        self.problems = problems
        listed = "\n".join(f"  {p}" for p in problems[:20])
        more = f"\n  … and {len(problems) - 20} more" if len(problems) > 20 else ""
        super().__init__(f"suite {file!r} has {len(problems)} error(s):\n{listed}{more}")


class _Head(BaseModel):
    model_config = {"extra": "forbid"}
    suite: str = Field(min_length=1)
    matter: str | None = None
    about: str | None = None
    protected: Protected | None = None
    digests: tuple[DigestCase, ...] = ()


def read_suite(path: Path) -> tuple[Suite | None, list[Problem]]:
    """The suite in `path` (None if it has errors) and every problem found in the file alone."""
    problems: list[Problem] = []
    if path.suffix.lower() == ".xlsx":
        from evals.sheets import read_rows

        data, lines = read_rows(path, problems)
    else:
        data, lines = _read_yaml(path, problems)
    if data is None:
        return None, problems
    suite = as_suite(data, lines, path.name, problems)
    if suite is not None:
        suite = suite.model_copy(update={"folder": str(path.resolve().parent)})
    return (None if any(p.severity == "error" for p in problems) else suite), problems


def as_suite(
    data: dict[str, Any], lines: Lines, name: str, problems: list[Problem]
) -> Suite | None:
    """Plain data as a suite, each case validated by itself so that each error names its case."""
    rows = data.pop("cases", None)
    head = _validated(_Head, data, (), lines, name, problems)
    if rows in (None, []) and data.get("digests"):
        rows = []
    elif not isinstance(rows, list) or not rows:
        what = "has no cases: write at least one under 'cases:'"
        problems.append(Problem(name, _line(lines, ("cases",)), what))
        return None
    if len(rows) > MAX_CASES:
        what = f"{_named(rows[MAX_CASES], MAX_CASES)}: {len(rows):,} cases, at most {MAX_CASES:,} in a suite: split it"
        problems.append(Problem(name, _line(lines, ("cases", MAX_CASES)), what))
        return None
    cases = [
        _validated(Case, row, ("cases", i), lines, name, problems) for i, row in enumerate(rows)
    ]
    kept = [
        (i, _mixed(case, _line(lines, ("cases", i)), name, problems))
        for i, case in enumerate(cases)
        if case is not None
    ]
    numbers = {case.id: _line(lines, ("cases", i)) for i, case in reversed(kept)}
    _duplicates(kept, lines, name, problems)
    if head is None:
        return None
    about = head.model_dump()
    return Suite(**about, cases=tuple(c for _, c in kept), file=name, lines=numbers)


def _mixed(case: Case, line: int, name: str, problems: list[Problem]) -> Case:
    """A question of two parts, written as a refusal with calls, is an answer that names what it refuses."""
    expect = case.expect
    if (
        "mixed" not in case.tags
        or expect.outcome != "refuse"
        or not (expect.calls and expect.right)
    ):
        return case
    what = f"case {case.id!r}: a mixed question: read as 'outcome: answer' with the refused part's right"
    problems.append(Problem(name, line, what, "warning"))
    return case.model_copy(update={"expect": expect.model_copy(update={"outcome": "answer"})})


def _duplicates(
    cases: list[tuple[int, Case]], lines: Lines, name: str, problems: list[Problem]
) -> None:
    first: dict[str, int] = {}
    for i, case in cases:
        line = _line(lines, ("cases", i))
        if case.id in first:
            what = f"case {case.id!r}: duplicate id, it stands at line {first[case.id]} too: rename one"
            problems.append(Problem(name, line, what))
        first.setdefault(case.id, line)


def _validated(
    model: type[Any], data: Any, at: Path_, lines: Lines, name: str, problems: list[Problem]
) -> Any:
    try:
        return model.model_validate(data)
    except ValidationError as error:
        who = f"{_named(data, int(at[1]))}: " if at else ""
        for item in error.errors(include_url=False, include_context=False):
            line = _line(lines, (*at, *item["loc"]))
            problems.append(Problem(name, line, who + _say(item, model)))
        return None


def _say(item: Any, model: type[BaseModel]) -> str:
    where = ".".join(str(part) for part in item["loc"]) or "the entry"
    if item["type"] == "extra_forbidden":
        known = ", ".join(model.model_fields) if len(item["loc"]) == 1 else "see the matter format"
        return f"unknown field {where!r}: remove it or correct its spelling ({known})"
    if item["type"] == "missing":
        return f"{where!r} is missing: add it"
    got = item.get("input")
    shown = f", got {got!r}" if isinstance(got, str) and len(got) < 60 else ""
    return f"{where!r}: {item['msg']}{shown}"


def _named(row: Any, i: int) -> str:
    found = row.get("id") if isinstance(row, dict) else None
    return f"case {found!r}" if isinstance(found, str) and found else f"case number {i + 1}"


def _line(lines: Lines, path: Path_) -> int:
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 1)


def _read_yaml(path: Path, problems: list[Problem]) -> tuple[dict[str, Any] | None, Lines]:
    lines: Lines = {}
    text = read_text(path, path.name, problems)
    if text is None:
        return None, lines
    before = len(problems)
    try:
        node = yaml.compose(text, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader))
        data = _Plain(path.name, lines, problems).of(node, ()) if node else None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        what = getattr(error, "problem", None) or "unreadable"
        line = mark.line + 1 if mark else 1
        problems.append(
            Problem(path.name, line, f"broken YAML: {what}; mend it here or just above")
        )
        return None, lines
    except RecursionError:
        problems.append(Problem(path.name, 1, "is nested too deep: a suite is a list of cases"))
        return None, lines
    if not isinstance(data, dict):
        what = "is empty" if data is None else "is no suite"
        problems.append(Problem(path.name, 1, f"{what}: write 'suite: NAME' and 'cases:'"))
    return (data if len(problems) == before else None), lines


class _Plain:
    """YAML nodes -> dicts, lists and text, with the line of each part; aliases and twins refused."""

    def __init__(self, name: str, lines: Lines, problems: list[Problem]) -> None:
        self.name, self.lines, self.problems = name, lines, problems
        self.met: set[int] = set()

    def of(self, node: Any, path: Path_) -> Any:
        """The value at `path`."""
        self.lines[path] = node.start_mark.line + 1
        if isinstance(node, yaml.ScalarNode):
            return node.value
        if id(node) in self.met:
            self._note(node, "aliases (*name) are not allowed: write it out")
            return None
        self.met.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            return [self.of(item, (*path, i)) for i, item in enumerate(node.value)]
        return self._mapping(node, path)

    def _mapping(self, node: Any, path: Path_) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key_node, value in node.value:
            key = str(key_node.value)
            if key in result:
                self._note(key_node, f"key {key!r} stands twice: keep one")
            result[key] = self.of(value, (*path, key))
            self.lines[(*path, key)] = key_node.start_mark.line + 1
        return result

    def _note(self, node: Any, what: str) -> None:
        self.problems.append(Problem(self.name, node.start_mark.line + 1, what))
