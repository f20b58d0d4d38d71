"""Which notices a case calls for, and when: pure, from the case, its lane and the rota."""

from __future__ import annotations

from datetime import datetime

from assistant.lanes.hours import due
from assistant.lanes.nouns import Case, Notice
from assistant.lanes.rota import LaneRota
from assistant.types import Lane


def reminders(case: Case, lane: Lane, rota: LaneRota) -> tuple[Notice, ...]:
    """The reminders that stand while the case is as it is. Their keys hold opening and rung, so that a
    rung is told once a clock, whatever happens to the case in between."""
    if not case.waiting:
        return ()
    return tuple(
        Notice(
            key=f"{case.matter}.{case.id}.{case.opening}.rung{number}",
            matter=case.matter,
            kind="remind",
            due_at=due(rota.hours, case.opened_at, lane.target_hours * rung.at),
            lane=case.lane,
            case=case.id,
            detail=str(number),
        )
        for number, rung in enumerate(rota.rungs, 1)
        if rung.when in ("waiting", case.state)
    )


def handover(matter: str, lane: str, rota: LaneRota, at: datetime) -> Notice | None:
    """The note that falls due when the shift on duty ends; None where the lane has no shifts."""
    ending = rota.next_end(at)
    if ending is None:
        return None
    _, end = ending
    stamp = f"{end:%Y%m%dT%H%M}"
    key = f"{matter}.{lane}.handover.{stamp}"
    return Notice(key=key, matter=matter, kind="handover", due_at=end, lane=lane, detail=stamp)


def target_at(case: Case, lane: Lane, rota: LaneRota) -> datetime:
    """When the ruling is due."""
    return due(rota.hours, case.opened_at, lane.target_hours)
