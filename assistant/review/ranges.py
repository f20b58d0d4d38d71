"""Ranges in conditions (`under 30 days`, `30 to 89 days`, `before 15 March 2023`): holes, overlaps."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from assistant.types import Branch, Rule

MONTHS = (
    "january february march april may june july august september october november december".split()
)
DATE = re.compile(
    rf"\b(\d{{1,2}})\s+({'|'.join(MONTHS)})\s+(\d{{4}})\b"
    rf"|\b({'|'.join(MONTHS)})\s+(\d{{1,2}}),?\s+(\d{{4}})\b"
    r"|\b(\d{4})-(\d{2})-(\d{2})\b",
    re.IGNORECASE,
)
_N = r"@?(\d[\d,]*(?:\.\d+)?)"
_LOW = r"(?:over|above|more than|exceed(?:s|ing)?|longer than|greater than|after|later than)"
_HIGH = r"(?:under|below|less than|fewer than|shorter than|before|earlier than)"
_FORMS = (
    (re.compile(rf"\b(?:between|from)\s+{_N}\s+(?:and|to|through)\s+{_N}"), "[]"),
    (re.compile(rf"{_N}\s*(?:to|-|–|through)\s*{_N}"), "[]"),
    (re.compile(rf"\b(?:at least|not less than|no less than|on or after|from)\s+{_N}"), "["),
    (re.compile(rf"{_N}\s*\w*\s+or (?:more|longer|over|later)"), "["),
    (
        re.compile(rf"\b(?:at most|up to|no more than|not more than|within|on or before)\s+{_N}"),
        "]",
    ),
    (re.compile(rf"{_N}\s*\w*\s+or (?:less|fewer|under|shorter|earlier)"), "]"),
    (re.compile(rf"\b{_LOW}\s+{_N}"), "("),
    (re.compile(rf"\b{_HIGH}\s+{_N}"), ")"),
)


@dataclass(frozen=True)
class Range:
    """Numbers from `low` to `high`, whole steps; `unit` is the word after them, `date` for days."""

    low: float
    high: float
    unit: str
    branch: Branch


def holes(rule: Rule, multiple: frozenset[str]) -> Iterator[tuple[Branch, str]]:
    """Where a rule's ranges on one field leave values out, or claim values twice with two calls."""
    fields: dict[str, list[Branch]] = defaultdict(list)
    for branch in rule.branches:
        for call in branch.calls:
            if branch.condition:
                fields[call.field].append(branch)
    for field in (f for f in fields if f not in multiple):
        ranges = [read_range(branch) for branch in fields[field]]
        known = [r for r in ranges if r]
        if len(known) < 2 or len(known) < len(ranges) or len({r.unit for r in known}) > 1:
            continue
        yield from _between(sorted(known, key=lambda r: (r.low, r.high)))


def _between(ranges: list[Range]) -> Iterator[tuple[Branch, str]]:
    for one, two in pairwise(ranges):
        step = 1.0 if all(float(x).is_integer() or abs(x) == _FAR for x in _ends(one, two)) else 0.0
        if two.low - one.high > max(step, 1e-9):
            yield (
                two.branch,
                f"nothing between {_say(one.high, one.unit)} and {_say(two.low, one.unit)}",
            )
        elif two.low < one.high and _choice(one) != _choice(two) and two.high > one.high:
            span = f"{_say(two.low, one.unit)} to {_say(one.high, one.unit)}"
            yield two.branch, f"{span} meets two conditions with different calls"


_FAR = 1e12


def _ends(one: Range, two: Range) -> tuple[float, float]:
    return one.high, two.low


def _choice(found: Range) -> tuple[str, ...]:
    return tuple(c.choice for c in found.branch.calls)


def read_range(branch: Branch) -> Range | None:
    """The one range a condition states, or None where it states none, or more than one."""
    text = DATE.sub(_ordinal, branch.condition or "")
    text = text.lower().replace(",", "")
    numbers = re.findall(r"@?\d[\d.]*", text)
    for form, kind in _FORMS:
        match = form.search(text)
        if match and len(numbers) == len(match.groups()):
            unit = "date" if "@" in match.group(0) else _unit(text, match.end())
            return _range(kind, [float(g) for g in match.groups()], unit, branch)
    return None


def impossible(condition: str) -> bool:
    """True where a condition wants more than one number and less than a smaller one, or two such days."""
    text = DATE.sub(_ordinal, condition).lower().replace(",", "")
    low = re.search(rf"\b(?:on or after|at least|{_LOW[3:]}\s+{_N}", text)
    high = re.search(rf"\b(?:on or before|at most|{_HIGH[3:]}\s+{_N}", text)
    if (
        not low
        or not high
        or not re.search(r"\b(?:and|but)\b", text)
        or re.search(r"\bor\b(?! (?:after|before))", text)
    ):
        return False
    same = _unit(text, low.end()) == _unit(text, high.end()) or (
        "@" in low.group() and "@" in high.group()
    )
    return same and float(low.group(1)) > float(high.group(1))


def _ordinal(match: re.Match[str]) -> str:
    day = to_date(match)
    return f"@{day.toordinal()}" if day else "@0"


def to_date(match: re.Match[str]) -> date | None:
    """The day a DATE match names; None for a day that no calendar has."""
    day, month, year, month2, day2, year2, *iso = match.groups()
    try:
        if iso[0]:
            return date(*map(int, iso))
        at = MONTHS.index((month or month2).lower()) + 1
        return date(int(year or year2), at, int(day or day2))
    except ValueError:
        return None


def _unit(text: str, end: int) -> str:
    word = re.match(r"\s*(%|[a-z]+)", text[end:])
    return word.group(1).rstrip("s") if word else ""


def _range(kind: str, numbers: list[float], unit: str, branch: Branch) -> Range:
    n = numbers[0]
    step = 1.0 if n.is_integer() else 1e-6
    low, high = {
        "[]": (n, numbers[-1]),
        "[": (n, _FAR),
        "]": (-_FAR, n),
        "(": (n + step, _FAR),
        ")": (-_FAR, n - step),
    }[kind]
    return Range(low, high, unit, branch)


def _say(number: float, unit: str) -> str:
    if unit == "date":
        day = date.fromordinal(int(number))
        return f"{day.day} {MONTHS[day.month - 1].title()} {day.year}"
    return f"{number:g} {unit}".strip()
