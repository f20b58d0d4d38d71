"""A suite held against itself and against its matter: contradictions, unknown names, a wrong matter."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from assistant.errors import Problem
from assistant.types import Matter
from evals.reading import SuiteError, read_suite
from evals.types import Case, Expect, Suite

_SPAN = re.compile(r"^(.+):(\d+)-(\d+)$")


def load_suite(path: Path, matter: Matter) -> Suite:
    """The suite, checked; raises SuiteError with every error."""
    suite, problems = check_suite(path, matter)
    errors = [p for p in problems if p.severity == "error"]
    if suite is None or errors:
        raise SuiteError(path.name, errors)
    return suite


def check_suite(path: Path, matter: Matter | None) -> tuple[Suite | None, list[Problem]]:
    """The suite (None where it does not read) and every problem, in file order."""
    suite, problems = read_suite(path)
    if suite is None:
        return None, problems
    problems += list(_within(suite))
    if matter is not None:
        problems += _against(suite, matter)
    return suite, sorted(problems, key=lambda p: p.line)


def _problem(suite: Suite, case: Case, what: str, severity: str = "error") -> Problem:
    return Problem(suite.file, suite.lines.get(case.id, 1), f"case {case.id!r}: {what}", severity)


def _within(suite: Suite) -> Iterator[Problem]:
    asked: dict[tuple[str, str | None, str | None], Case] = {}
    for case in suite.cases:
        if not case.ask.strip():
            yield _problem(suite, case, "'ask' is blank: write the question")
        for expect in case.accepted:
            for what in _contradictions(expect):
                yield _problem(suite, case, f"contradictory expectation: {what}")
        key = (" ".join(case.ask.lower().split()), case.role, case.channel)
        other = asked.setdefault(key, case)
        if other is not case:
            yield _twins(suite, other, case)
    yield from _pairs(suite)
    yield from _transcripts(suite)


def _transcripts(suite: Suite) -> Iterator[Problem]:
    taken = {case.id for case in suite.cases}
    for digest in suite.digests:
        if digest.id in taken:
            yield Problem(suite.file, 1, f"digest {digest.id!r}: duplicate id: rename one")
        taken.add(digest.id)
        if not (Path(suite.folder) / digest.file).is_file():
            yield Problem(
                suite.file, 1, f"digest {digest.id!r}: no file {digest.file!r} beside the suite"
            )


def _contradictions(expect: Expect) -> Iterator[str]:
    if expect.calls and expect.outcome in ("refuse", "escalate"):
        yield f"outcome {expect.outcome!r} gives no call, yet 'calls' names one"
    if expect.lane and expect.outcome != "escalate":
        yield f"'lane' belongs to outcome 'escalate', not to {expect.outcome!r}"
    for name, choices in expect.calls.items():
        if not choices:
            yield f"'calls' names {name!r} with no choice"


def _twins(suite: Suite, one: Case, two: Case) -> Problem:
    where = f"asks the very same as case {one.id!r} (line {suite.lines.get(one.id, 1)})"
    if one.expect == two.expect:
        return _problem(suite, two, f"{where}: it counts twice", "warning")
    what = f"contradictory expectations: {where} and expects another reply: both cannot be met"
    return _problem(suite, two, what, "warning")


def _pairs(suite: Suite) -> Iterator[Problem]:
    for name, members in pairs(suite).items():
        if len(members) < 2:
            what = f"'pair' {name!r} names no other case: give its id, or a name that two share"
            yield _problem(suite, members[0], what)


def pairs(suite: Suite) -> dict[str, list[Case]]:
    """Cases by pair: linked by a partner's id or by a shared name."""
    ids = {case.id: case for case in suite.cases}
    found: dict[str, list[Case]] = {}
    for case in suite.cases:
        if case.pair is None:
            continue
        partner = ids.get(case.pair)
        name = "+".join(sorted((case.id, case.pair))) if partner else case.pair
        members = found.setdefault(name, [])
        for member in (case, partner):
            if member is not None and all(m.id != member.id for m in members):
                members.append(member)
    return found


def _against(suite: Suite, matter: Matter) -> list[Problem]:
    if suite.matter and suite.matter != matter.id:
        what = f"suite {suite.suite!r} belongs to matter {suite.matter!r}, not to {matter.id!r}: it was not run"
        return [Problem(suite.file, 1, what)]
    problems: list[Problem] = []
    strangers = 0
    for case in suite.cases:
        found = [*_unknown(case, matter)]
        strangers += any(severity == "error" for _, severity in found)
        problems += [_problem(suite, case, what, severity) for what, severity in found]
    if strangers > len(suite.cases) / 2:
        what = f"{strangers} of {len(suite.cases)} cases name what matter {matter.id!r} does not have: is it another matter's suite?"
        problems.insert(0, Problem(suite.file, 1, what))
    return problems


def _unknown(case: Case, matter: Matter) -> Iterator[tuple[str, str]]:
    if case.role and case.role != "reviewer" and case.role not in matter.roles:
        yield f"role {case.role!r} is not among the matter's: {list(matter.roles)}", "warning"
    if case.channel and matter.channels and case.channel not in matter.channels:
        yield f"channel {case.channel!r} is bound to another matter or to none", "warning"
    for expect in case.accepted:
        yield from _calls(expect, matter)
        yield from _names(expect, matter)


def _calls(expect: Expect, matter: Matter) -> Iterator[tuple[str, str]]:
    fields = {f.name: f for f in matter.coding_fields}
    for name, choices in expect.calls.items():
        field = fields.get(name)
        if field is None:
            yield f"unknown coding field {name!r}: use one of {sorted(fields)}", "error"
            continue
        for choice in choices:
            if choice not in field.choices:
                yield (
                    f"{choice!r} is no choice of {name!r}: use one of {list(field.choices)}",
                    "error",
                )
        if len(choices) > 1 and not field.multiple:
            yield (
                f"contradictory expectation: field {name!r} takes one choice, {len(choices)} are named",
                "error",
            )


def _names(expect: Expect, matter: Matter) -> Iterator[tuple[str, str]]:
    known = {r.id for r in matter.rules} | {e.id for e in matter.exemplars}
    superseded = {e.id for e in matter.exemplars if e.status == "superseded"}
    for cited in expect.cites_any:
        if cited not in known:
            yield (
                f"'cites_any' names {cited!r}, which is no rule or exemplar of {matter.id!r}",
                "error",
            )
        elif cited in superseded:
            yield f"'cites_any' names {cited!r}, which is superseded and never cited", "warning"
    if expect.right and expect.right not in {r.id for r in matter.rights}:
        yield f"unknown right {expect.right!r}: see decision_rights.yaml", "error"
    if expect.lane and expect.lane not in {lane.name for lane in matter.lanes}:
        yield f"unknown lane {expect.lane!r}: see matter.yaml", "error"
    for span in expect.spans:
        if parse_span(span) is None:
            yield f"span {span!r} is not file:start-end", "error"
        elif parse_span(span)[0] not in matter.files:  # type: ignore[index]
            yield f"span {span!r} names no file of the matter", "error"


def parse_span(span: str) -> tuple[str, int, int] | None:
    """`playbook/03.md:812-901` as (file, start, end), or None."""
    match = _SPAN.match(span)
    if not match or int(match[2]) >= int(match[3]):
        return None
    return match[1], int(match[2]), int(match[3])
