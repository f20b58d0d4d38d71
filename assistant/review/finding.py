"""Finding: one thing a lawyer should look at, with its place, why it matters and what to do."""

from __future__ import annotations

from typing import Literal

from assistant.errors import Problem
from assistant.types import Exemplar, Noun, Rule

Severity = Literal["error", "warning", "note"]
ORDER: tuple[Severity, ...] = ("error", "warning", "note")
SKETCH = 10  # a playbook of fewer rules is being written: what it does not reach yet is a note


class Finding(Noun):
    """One finding. `line` counts from 1; `also` holds further places as `file:line`."""

    kind: str
    severity: Severity
    file: str
    line: int
    what: str
    why: str
    todo: str
    also: tuple[str, ...] = ()

    @property
    def place(self) -> str:
        """`file:line`."""
        return f"{self.file}:{self.line}"


def from_problem(problem: Problem) -> Finding:
    """A format error or warning of the loader as a finding."""
    severity: Severity = "error" if problem.severity == "error" else "warning"
    stops = "the matter does not load until it is mended"
    what, _, todo = problem.what.rpartition(": ")
    return Finding(
        kind="format",
        severity=severity,
        file=problem.file,
        line=problem.line,
        what=problem.what,
        why=stops if severity == "error" else "the matter loads, and is weaker for it",
        todo=todo if what else "correct the line",
    )


def at_rule(rule: Rule, kind: str, severity: Severity, words: tuple[str, str, str]) -> Finding:
    """A finding at a rule's heading; `words` are what, why, todo."""
    return at(rule.source, rule.line, kind, severity, words)


def at(file: str, line: int, kind: str, severity: Severity, words: tuple[str, str, str]) -> Finding:
    """A finding at a line; `words` are what, why, todo."""
    what, why, todo = words
    return Finding(
        kind=kind, severity=severity, file=file, line=line, what=what, why=why, todo=todo
    )


def line_in(rule: Rule, start: int, text: str) -> int:
    """The line on which the character `start` of the whole file `text` stands (counted from 1)."""
    return rule.line + text.count("\n", rule.start, start)


def place(thing: Rule | Exemplar) -> str:
    """`file:line` of a rule or an exemplar."""
    return f"{thing.source}:{thing.line}"
