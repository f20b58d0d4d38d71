"""One rule's branches: which can never be chosen, which case is left out, what `unless` leaves open."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.review.finding import Finding, at, line_in
from assistant.review.ranges import holes, impossible
from assistant.review.reading import Reading, prose
from assistant.types import Branch, Rule
from retrievers.words import stems

_UNLESS = re.compile(
    r"\b(?:unless|except(?:ing)?(?: (?:where|when|if|that|for|in))?|save (?:where|that|if|for))\b"
    r"\s+([^.;:)]{4,160})",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(
    r"\b(?:rules?|otherwise|section|below|above|protocol|order|instruct\w*|counsel asks?|told|"
    r"[A-Z]{1,5}-?\d+)\b"
)


def never_chosen(reading: Reading) -> Iterator[Finding]:
    """Branches that another line of the same rule makes idle, or flatly contradicts."""
    for rule in reading.rules:
        told: set[int] = set()
        for branch in rule.branches:
            if impossible(branch.condition or ""):
                told.add(branch.start)
                what = f"{rule.id}: nothing can meet {branch.condition!r}"
                yield _found(reading, rule, branch, "never-chosen", what)
        for i, branch in enumerate(rule.branches):
            for other in rule.branches[:i]:
                what = _idle(rule, other, branch, reading.multiple)
                if what and branch.start not in told:
                    told.add(branch.start)
                    yield _found(reading, rule, branch, "never-chosen", what)


def _idle(rule: Rule, one: Branch, two: Branch, multiple: frozenset[str]) -> str:
    """What is wrong between two branches of a rule; empty if nothing."""
    if _same(one.condition, two.condition):
        where = f"on one condition ({one.condition})" if one.condition else "outright"
        if one.lane and two.lane and one.lane != two.lane:
            return f"{rule.id} sends to {one.lane!r} and to {two.lane!r} {where}"
        if bool(one.lane) != bool(two.lane):
            return f"{rule.id} both calls and escalates {where}" if one.condition else ""
        field = _clash(one, two, multiple)
        return f"{rule.id} gives two calls for {field!r} {where}" if field else ""
    inside = _inside(one, two, multiple)
    if inside:
        return (
            f"{rule.id}: {two.condition!r} is a part of {one.condition!r}, whose {inside} differs"
        )
    fixed, other = (one, two) if one.condition is None else (two, one)
    if fixed.condition is not None:
        return ""
    if fixed.lane and other.calls:
        return f"{rule.id} escalates outright, so {other.quote!r} can never be chosen"
    field = _clash(fixed, other, multiple)
    if field:
        return f"{rule.id} fixes {field!r} outright, so {other.quote!r} can never be chosen"
    return ""


def _inside(one: Branch, two: Branch, multiple: frozenset[str]) -> str:
    """The field on which a branch and a narrower one below it differ; empty if there is none."""
    wide, narrow = _plain(one.condition), _plain(two.condition)
    if not wide or not re.match(re.escape(wide) + r" and (?!not\b|no\b)", narrow):
        return ""
    return _clash(one, two, multiple)


def _same(one: str | None, two: str | None) -> bool:
    return _plain(one) == _plain(two)


def _plain(condition: str | None) -> str:
    return " ".join(re.findall(r"\w+", (condition or "").lower().removeprefix("if ")))


def _clash(one: Branch, two: Branch, multiple: frozenset[str]) -> str:
    for call in one.calls:
        for other in two.calls:
            if call.field == other.field not in multiple and call.choice != other.choice:
                return call.field
    return ""


def left_open(reading: Reading) -> Iterator[Finding]:
    """Rules whose conditions leave out a case: only one `if`, or a hole between two ranges."""
    alone = [rule for rule in reading.rules if _one_armed(rule, reading.multiple)]
    conditional = sum(any(b.condition for b in r.branches) for r in reading.rules)
    for rule in alone if 2 * len(alone) < conditional or conditional < 4 else []:
        branch = rule.branches[0] if len(rule.branches) == 1 else _conditional(rule)
        what = f"{rule.id} decides only {branch.condition!r}: the other case has no call"
        yield _found(reading, rule, branch, "undecided", what)
    for rule in reading.rules:
        for branch, what in holes(rule, reading.multiple):
            yield _found(reading, rule, branch, "undecided", f"{rule.id}: {what}")


def _conditional(rule: Rule) -> Branch:
    return next(b for b in rule.branches if b.condition and b.calls)


def _one_armed(rule: Rule, multiple: frozenset[str]) -> bool:
    """One condition with a call, and nothing in the rule for the documents that do not meet it."""
    conditions = {_plain(b.condition) for b in rule.branches if b.condition}
    calls = [b for b in rule.branches if b.condition and b.calls]
    if len(conditions) != 1 or not calls:
        return False
    fields = {c.field for b in calls for c in b.calls}
    fixed = {c.field for b in rule.branches if not b.condition for c in b.calls}
    return not fields <= (fixed | multiple) and not any(
        b.lane and not b.condition for b in rule.branches
    )


def unless_without_call(reading: Reading) -> Iterator[Finding]:
    """Rules whose prose makes an exception for which no Call or Escalate line speaks."""
    for rule in reading.rules:
        if not rule.branches:
            continue
        told = stems(" ".join(b.condition or "" for b in rule.branches))
        for match in _UNLESS.finditer(prose(rule)):
            clause = match.group(1)
            words = stems(clause)
            if _ELSEWHERE.search(clause) or 4 * len(words & told) >= max(1, len(words)):
                continue
            what = f"{rule.id} says {match.group(0).strip()[:90]!r}, and no line says what then"
            told_ = (what, WHY_OPEN, "add 'Call (if …)' or 'Escalate (if …)' for that case")
            line = rule.line + _line_of(rule, match.group(0))
            yield at(rule.source, line, "unless-without-call", "warning", told_)


def _line_of(rule: Rule, words: str) -> int:
    start = words.split()[:2]
    for offset, line in enumerate(rule.text.split("\n")):
        if " ".join(start) in " ".join(line.split()):
            return offset
    return 0


WHY_OPEN = "the case will come, and each reviewer will settle it alone"


def _found(reading: Reading, rule: Rule, branch: Branch, kind: str, what: str) -> Finding:
    line = line_in(rule, branch.start, reading.matter.files.get(rule.source, ""))
    if kind == "never-chosen":
        words = (what, WHY_IDLE, "make the outright line conditional, or take one of the two out")
    else:
        words = (what, WHY_OPEN, "add the missing branch, or an Escalate line for it")
    return at(rule.source, line, kind, "warning", words)


WHY_IDLE = "the rule says two things of one document; the line below is never applied"
