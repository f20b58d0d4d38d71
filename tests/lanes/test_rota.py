"""rota.yaml: who is on duty, when shifts end, and every mistake with its line."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from assistant.errors import MatterError
from assistant.lanes.rota import Rota, approvers, load_rota, on_duty
from assistant.matter.load import read_people
from tests.lanes.conftest import PEOPLE, Bench

SHIFTS = """\
lanes:
  privilege:
    approvers: [privilege_lead, review_manager]
    shifts:
      - {name: London, zone: Europe/London, opens: "08:00", closes: "16:00", people: [U0CHIDI]}
      - {name: New York, zone: America/New_York, opens: "11:00", closes: "19:00", people: [U0FARAH]}
"""


def load(folder: Path, text: str) -> Rota:
    (folder / "rota.yaml").write_text(text, "utf-8")
    people, lanes = read_people(folder)
    return load_rota(folder, lanes, people)


@pytest.mark.parametrize(
    ("at", "duty"),
    [
        ("2026-11-23T09:00+00:00", "U0CHIDI"),
        ("2026-11-23T15:59+00:00", "U0CHIDI"),
        ("2026-11-23T16:00+00:00", "U0FARAH"),
        ("2026-11-24T03:00+00:00", "U0CHIDI"),  # nobody: the next shift is asked
        ("2026-11-21T12:00+00:00", "U0CHIDI"),  # a Saturday
    ],
)
def test_the_shift_is_on_duty_and_at_night_the_next_one(bench: Bench, at: str, duty: str) -> None:
    rota = load(bench.folder, SHIFTS).of("privilege")
    people, lanes = read_people(bench.folder)
    assert on_duty(rota, lanes[0], datetime.fromisoformat(at), people) == (duty,)


def test_a_shift_of_somebody_who_lost_the_role_falls_to_all_who_hold_it(bench: Bench) -> None:
    rota = load(bench.folder, SHIFTS).of("privilege")
    people, lanes = read_people(bench.folder)
    left = {name: roles for name, roles in people.items() if name != "U0CHIDI"}
    assert on_duty(rota, lanes[0], datetime.fromisoformat("2026-11-23T09:00+00:00"), left) == (
        "U0FARAH",
    )
    assert approvers(rota, lanes[0]) == ("privilege_lead", "review_manager")


def test_without_a_file_everybody_who_holds_the_role_is_on_duty(bench: Bench) -> None:
    people, lanes = read_people(bench.folder)
    rota = load_rota(bench.folder, lanes, people).of("protocol")
    assert on_duty(rota, lanes[1], bench.clock(), people) == ("U0DANA", "U0GIL")
    assert rota.next_end(bench.clock()) is None


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("lanes:\n  nowhere: {}\n", 2, "unknown lane 'nowhere'"),
        ("lanes:\n  privilege:\n    zone: Mars/North\n", 3, "no such time zone"),
        ('lanes:\n  privilege:\n    opens: "09:00"\n', 2, "go together"),
        (SHIFTS.replace("[U0CHIDI]", "[U0ALICE]"), 5, "'U0ALICE' does not hold 'privilege_lead'"),
        (SHIFTS.replace('"16:00"', '"25:00"'), 5, "closes"),
        ("lanes: [\n", 2, "broken YAML"),
        ("lanes:\n  privilege: {rungs: [{at: 0, to: duty}]}\n", 2, "greater than 0"),
    ],
)
def test_a_mistake_is_named_with_file_and_line(
    bench: Bench, text: str, line: int, says: str
) -> None:
    with pytest.raises(MatterError) as error:
        load(bench.folder, text)
    problem = error.value.problems[0]
    assert (problem.file, problem.line) == ("rota.yaml", line)
    assert says in problem.what


def test_the_people_here_are_those_of_the_matter(bench: Bench) -> None:
    people, _ = read_people(bench.folder)
    assert "U0FARAH" in PEOPLE
    assert people["U0FARAH"] == ("privilege_lead",)
