"""rota.yaml beside matter.yaml: working hours, shifts, reminders and approvers of each lane.

Absent, or a lane absent from it: around the clock, everybody who holds the lane's role is on duty, the
owner's role approves. A mistake is an error that names file and line.
"""

from __future__ import annotations

from datetime import date, datetime, time
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator, Field

from assistant.errors import MatterError, Problem
from assistant.lanes.authority import People, holders
from assistant.lanes.hours import Hours, Window
from assistant.matter.reading import Lines, read_yaml
from assistant.types import Lane, Noun

NAME = "rota.yaml"
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise ValueError("no such time zone: write one such as Europe/London") from None
    return name


def _clock(text: object) -> object:
    return "00:00" if text == "24:00" else text


Zone = Annotated[str, AfterValidator(_zone)]
Clock = Annotated[time, BeforeValidator(_clock)]
Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEK: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri")
To = Literal["duty", "claimant", "lane", "approvers"]


class Rung(Noun):
    """One step of the ladder: at this share of the target, tell these, while the case is so."""

    at: float = Field(gt=0, le=20)
    to: To
    when: Literal["open", "claimed", "waiting"] = "waiting"


RUNGS = (
    Rung(at=0.25, to="duty", when="open"),
    Rung(at=0.75, to="claimant"),
    Rung(at=1.0, to="lane"),
    Rung(at=1.5, to="approvers"),
)


class Shift(Noun):
    """A window with the people who are on duty in it."""

    name: str
    zone: Zone
    days: tuple[Day, ...] = Field(default=WEEK, min_length=1)
    opens: Clock
    closes: Clock
    people: tuple[str, ...] = Field(min_length=1)

    @property
    def window(self) -> Window:
        """The shift's hours."""
        return _window(self.zone, self.days, self.opens, self.closes)


class LaneRota(Noun):
    """One lane's hours: those of its shifts where it has any, else `opens` to `closes` in `zone`."""

    zone: Zone = "UTC"
    days: tuple[Day, ...] = Field(default=WEEK, min_length=1)
    opens: Clock | None = None
    closes: Clock | None = None
    holidays: tuple[date, ...] = ()
    shifts: tuple[Shift, ...] = ()
    approvers: tuple[str, ...] = ()
    rungs: tuple[Rung, ...] = RUNGS

    @property
    def hours(self) -> Hours:
        """The lane's working hours."""
        windows = [shift.window for shift in self.shifts]
        if not windows and self.opens is not None and self.closes is not None:
            windows = [_window(self.zone, self.days, self.opens, self.closes)]
        return Hours(windows=tuple(windows), holidays=frozenset(self.holidays))

    def shift_at(self, at: datetime) -> Shift | None:
        """The shift on duty; where two overlap, the one that ends later."""
        now = [
            (s, end) for s in self.shifts for begin, end in self._spans(s, at) if begin <= at < end
        ]
        return max(now, key=lambda pair: pair[1])[0] if now else None

    def next_end(self, at: datetime) -> tuple[Shift, datetime] | None:
        """The next shift to end after `at`, and when."""
        ends = [(end, s.name, s) for s in self.shifts for _, end in self._spans(s, at)]
        if not ends:
            return None
        end, _, shift = min(ends, key=lambda item: item[:2])
        return shift, end

    def next_shift(self, at: datetime) -> Shift | None:
        """The shift that is on duty at or soonest after `at`."""
        begins = [
            (max(begin, at), s.name, s) for s in self.shifts for begin, _ in self._spans(s, at)
        ]
        return min(begins, key=lambda item: item[:2])[2] if begins else None

    def _spans(self, shift: Shift, at: datetime) -> list[tuple[datetime, datetime]]:
        """The shift's own next spans, never joined with those of its neighbours."""
        spans = Hours(windows=(shift.window,), holidays=frozenset(self.holidays)).spans(at)
        return [span for _, span in zip(range(2), spans, strict=False)]


class _RotaFile(Noun):
    lanes: dict[str, LaneRota] = Field(default={})


class Rota(Noun):
    """Every lane's rota."""

    lanes: dict[str, LaneRota] = Field(default={})

    def of(self, lane: str) -> LaneRota:
        """A lane's rota; around the clock where the file does not name it."""
        return self.lanes.get(lane, LaneRota())


def load_rota(folder: Path | str, lanes: tuple[Lane, ...], people: People) -> Rota:
    """The rota of a matter folder. Raises MatterError with every problem, file and line."""
    path, problems = Path(folder) / NAME, list[Problem]()
    if not path.exists():
        return Rota()
    file, lines, _ = read_yaml(path, NAME, _RotaFile, problems)
    if file is not None:
        _check(file, lines, lanes, people, problems)
    if file is None or problems:
        raise MatterError(str(folder), problems)
    return Rota(lanes=file.lanes)


def on_duty(rota: LaneRota, lane: Lane, at: datetime, people: People) -> tuple[str, ...]:
    """Who is asked now: those of the shift, or of the next where none is on, who hold the lane's role;
    where the rota leaves nobody, everybody who holds it."""
    all_of_them = holders((lane.owner,), people)
    shift = rota.shift_at(at) or rota.next_shift(at)
    listed = [name for name in shift.people if name in all_of_them] if shift else []
    return tuple(listed) or all_of_them


def approvers(rota: LaneRota, lane: Lane) -> tuple[str, ...]:
    """The roles that may approve an exemplar of this lane."""
    return rota.approvers or (lane.owner,)


def _check(
    file: _RotaFile, lines: Lines, lanes: tuple[Lane, ...], people: People, problems: list[Problem]
) -> None:
    owners = {lane.name: lane.owner for lane in lanes}
    for name, rota in file.lanes.items():

        def note(what: str, *path: str | int, lane: str = name) -> None:
            problems.append(Problem(NAME, lines.at(("lanes", lane, *path)), what))

        if name not in owners:
            note(f"unknown lane {name!r}: expected one of {sorted(owners)}")
            continue
        if (rota.opens is None) != (rota.closes is None):
            note(f"lane {name!r}: 'opens' and 'closes' go together")
        for i, shift in enumerate(rota.shifts):
            for person in shift.people:
                if owners[name] not in people.get(person, ()):
                    what = f"{person!r} does not hold {owners[name]!r} in matter.yaml's people"
                    note(f"shift {shift.name!r}: {what}", "shifts", i)


def _window(zone: str, days: tuple[str, ...], opens: time, closes: time) -> Window:
    return Window(zone=zone, days=tuple(DAYS.index(d) for d in days), opens=opens, closes=closes)
