"""How the lanes do: times against target, the queue's age, by lane and topic. Every share has its n and range."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime

from assistant.lanes.hours import worked_between
from assistant.lanes.ladder import target_at
from assistant.lanes.nouns import Case
from assistant.lanes.rota import Rota
from assistant.types import Lane, Noun

Z = 1.959964  # 95 %


class Share(Noun):
    """`hits` of `n` with Wilson's 95 % interval; the interval is None where n is 0."""

    hits: int
    n: int
    low: float | None
    high: float | None


class Times(Noun):
    """Working hours: how many were measured, median and 90th percentile (None where none was)."""

    n: int
    median: float | None
    p90: float | None


class Figures(Noun):
    """A lane's figures, or one topic's of it. Times are in the lane's working hours since the case's clock
    began (a reopened case begins anew); `inside` counts rulings inside target among those due."""

    lane: str
    topic: str | None
    target_hours: float
    cases: int
    waiting: int
    oldest_hours: float | None
    to_claim: Times
    to_ruling: Times
    inside: Share


def figures(
    cases: Sequence[Case], lanes: Sequence[Lane], rota: Rota, at: datetime
) -> list[Figures]:
    """Each lane's figures, followed by those of its topics, most cases first."""
    found: list[Figures] = []
    for lane in lanes:
        mine = [case for case in cases if case.lane == lane.name]
        found.append(_of(mine, lane, rota, at, None))
        topics = sorted({case.topic for case in mine})
        apart = [_of([c for c in mine if c.topic == t], lane, rota, at, t) for t in topics]
        found += sorted(apart, key=lambda each: -each.cases)
    return found


def share(hits: int, n: int) -> Share:
    """A share with Wilson's interval at 95 %."""
    if n == 0:
        return Share(hits=0, n=0, low=None, high=None)
    p, square = hits / n, Z * Z / n
    middle = (p + square / 2) / (1 + square)
    half = Z * math.sqrt(p * (1 - p) / n + square / (4 * n)) / (1 + square)
    return Share(hits=hits, n=n, low=max(0.0, middle - half), high=min(1.0, middle + half))


def _of(cases: list[Case], lane: Lane, rota: Rota, at: datetime, topic: str | None) -> Figures:
    hours = rota.of(lane.name).hours

    def since(case: Case, end: datetime) -> float:
        return worked_between(hours, case.opened_at, end)

    waiting = [since(case, at) for case in cases if case.waiting]
    ruled = [case for case in cases if case.ruled_at]
    late = [c for c in cases if c.waiting and target_at(c, lane, rota.of(lane.name)) < at]
    inside = [c for c in ruled if c.ruled_at and since(c, c.ruled_at) <= lane.target_hours]
    return Figures(
        lane=lane.name,
        topic=topic,
        target_hours=lane.target_hours,
        cases=len(cases),
        waiting=len(waiting),
        oldest_hours=max(waiting) if waiting else None,
        to_claim=_times([since(c, c.claimed_at) for c in cases if c.claimed_at]),
        to_ruling=_times([since(c, c.ruled_at) for c in ruled if c.ruled_at]),
        inside=share(len(inside), len(ruled) + len(late)),
    )


def _times(hours: list[float]) -> Times:
    ordered = sorted(hours)
    if not ordered:
        return Times(n=0, median=None, p90=None)
    middle = len(ordered) // 2
    median = ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
    p90 = ordered[min(len(ordered) - 1, math.ceil(0.9 * len(ordered)) - 1)]
    return Times(n=len(ordered), median=round(median, 3), p90=round(p90, 3))
