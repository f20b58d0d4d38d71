"""Working hours: targets over nights, weekends, holidays, time zones and the days on which clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.lanes.hours import AROUND_THE_CLOCK, Hours, Window, due, worked_between

WEEK = (0, 1, 2, 3, 4)


def office(zone: str, opens: int = 9, closes: int = 17, days: tuple[int, ...] = WEEK) -> Window:
    return Window(zone=zone, days=days, opens=time(opens), closes=time(closes))


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


NEW_YORK = Hours(windows=(office("America/New_York"),))
LONDON_THEN_NEW_YORK = Hours(windows=(office("Europe/London"), office("America/New_York")))


@pytest.mark.parametrize(
    ("start", "hours", "falls_due"),
    [
        ("2026-11-23T15:00", 4, "2026-11-23T19:00"),  # Monday 10:00 in New York
        ("2026-11-23T20:00", 4, "2026-11-24T16:00"),  # 2 hours left today, 2 tomorrow
        ("2026-11-20T21:30", 4, "2026-11-23T17:30"),  # Friday 16:30, over the weekend
        ("2026-11-21T12:00", 1, "2026-11-23T15:00"),  # a Saturday
        (
            "2026-10-30T20:00",
            2,
            "2026-11-02T15:00",
        ),  # clocks go back on 1 November: 10:00 is 15:00 UTC
        ("2026-03-06T21:00", 2, "2026-03-09T14:00"),  # clocks go forward on 8 March
    ],
)
def test_a_target_falls_due_in_the_lanes_own_hours(
    start: str, hours: float, falls_due: str
) -> None:
    assert due(NEW_YORK, utc(start), hours) == utc(falls_due)


def test_a_holiday_does_not_count() -> None:
    hours = Hours(windows=NEW_YORK.windows, holidays=frozenset({date(2026, 11, 26)}))
    assert due(hours, utc("2026-11-25T21:00"), 2) == utc("2026-11-27T15:00")


def test_shifts_of_two_time_zones_that_overlap_count_once() -> None:
    assert (
        worked_between(LONDON_THEN_NEW_YORK, utc("2026-11-23T00:00"), utc("2026-11-24T00:00")) == 13
    )
    assert due(LONDON_THEN_NEW_YORK, utc("2026-11-23T08:00"), 13) == utc("2026-11-23T22:00")


def test_a_night_shift_ends_on_the_next_day_and_has_the_hours_that_the_night_has() -> None:
    night = Hours(windows=(office("Europe/London", 22, 6, (5,)),))
    assert worked_between(night, utc("2026-10-24T12:00"), utc("2026-10-26T12:00")) == 9, (
        "clocks back"
    )
    assert worked_between(night, utc("2026-03-28T12:00"), utc("2026-03-30T12:00")) == 7, "clocks on"


def test_without_windows_hours_run_around_the_clock() -> None:
    start = utc("2026-11-21T03:00")
    assert due(AROUND_THE_CLOCK, start, 4) == utc("2026-11-21T07:00")
    assert worked_between(AROUND_THE_CLOCK, start, utc("2026-11-21T07:00")) == 4


@settings(max_examples=60, deadline=None)
@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 1)),
    st.floats(0.01, 90),
    st.sampled_from([NEW_YORK, LONDON_THEN_NEW_YORK, AROUND_THE_CLOCK]),
)
def test_what_is_worked_until_it_falls_due_is_what_was_asked_for(
    naive: datetime, hours: float, of: Hours
) -> None:
    start = naive.replace(tzinfo=UTC)
    end = due(of, start, hours)
    assert worked_between(of, start, end) == pytest.approx(hours, abs=1e-3)
    assert due(of, start, hours / 2) <= end
    assert worked_between(of, end, end - timedelta(hours=1)) == 0
