"""Working hours in their own time zones: when a target falls due, how long something was worked on.

Hours are weekly windows of local time, joined where they overlap; no windows means around the clock.
All results are UTC. A window whose end is not after its start ends on the next day. On the days on
which clocks change a window has the length that it really has.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from pydantic import Field

from assistant.types import Noun

FAR = 800  # days that are looked ahead at the most
DAY = timedelta(days=1)
Span = tuple[datetime, datetime]


class Window(Noun):
    """Local time on some days of the week (0 is Monday). `closes` may be 00:00: midnight."""

    zone: str
    days: tuple[int, ...] = Field(min_length=1)
    opens: time
    closes: time

    def on(self, day: date) -> Span:
        """The window that begins on this day, in UTC."""
        zone = ZoneInfo(self.zone)
        last = day if self.closes > self.opens else day + DAY
        begin = datetime.combine(day, self.opens, zone).astimezone(UTC)
        return begin, datetime.combine(last, self.closes, zone).replace(fold=1).astimezone(UTC)


class Hours(Noun):
    """Windows joined; on a holiday (a local date) none begins."""

    windows: tuple[Window, ...] = ()
    holidays: frozenset[date] = frozenset()

    def spans(self, since: datetime) -> Iterator[Span]:
        """The working spans that end after `since`, in order, never overlapping."""
        held: Span | None = None
        for begin, end in self._begun(since):
            if end <= since:
                continue
            if held is None:
                held = (begin, end)
            elif begin <= held[1]:
                held = (held[0], max(held[1], end))
            else:
                yield held
                held = (begin, end)
        if held:
            yield held

    def _begun(self, since: datetime) -> Iterator[Span]:
        """Each window of each day, in order of their beginnings."""
        first = since.astimezone(UTC).date() - 2 * DAY
        later: list[Span] = []
        for number in range(FAR):
            day = first + number * DAY
            if day not in self.holidays:
                later += [w.on(day) for w in self.windows if day.weekday() in w.days]
            later.sort()
            # a window of a later day may begin, in UTC, up to a day before this one's midnight
            sure = datetime.combine(day, time(0), UTC) - DAY
            while later and later[0][0] < sure:
                yield later.pop(0)
        yield from later


AROUND_THE_CLOCK = Hours()


def due(hours: Hours, start: datetime, worked: float) -> datetime:
    """When `worked` hours of working time have gone by since `start`."""
    left = timedelta(hours=worked)
    if not hours.windows:
        return start + left
    end = start
    for begin, end in hours.spans(start):
        begin = max(begin, start)
        if end - begin >= left:
            return begin + left
        left -= end - begin
    return end


def worked_between(hours: Hours, start: datetime, end: datetime) -> float:
    """Hours of working time between two times; 0 where `end` is not after `start`."""
    if not hours.windows:
        return max(0.0, (end - start).total_seconds() / 3600)
    total = timedelta(0)
    for begin, last in hours.spans(start):
        if begin >= end:
            break
        total += max(timedelta(0), min(last, end) - max(begin, start))
    return total.total_seconds() / 3600
