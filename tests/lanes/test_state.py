"""The state machine: no sequence of acts breaks its invariants."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.lanes.nouns import ASSISTANT, Act, Asker, Case, Deed, Person, Refused
from assistant.lanes.state import FROM, step

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
NEW = Case(
    id="C-0001",
    matter="harbor",
    lane="privilege",
    topic="PRIV-01",
    state="open",
    seq=1,
    opened_at=NOW,
    askers=(Asker(person="U0ALICE", place="a", seq=1),),
)
DEEDS = [deed for deed in get_args(Deed) if deed != "open"]
WHO = ("U0CHIDI", "U0FARAH", ASSISTANT)


def act(deed: Deed, by: str = "U0CHIDI", minutes: int = 0) -> Act:
    at = NOW + timedelta(minutes=minutes)
    return Act(deed=deed, by=Person(names=(by,)), at=at, key=f"{deed}{minutes}")


def walked(steps: list[tuple[Deed, str, str]]) -> list[Case]:
    """Every case on the way; refused acts change nothing. A ruling's scope is set as the room sets it."""
    case, way = NEW, [NEW]
    for minute, (deed, by, scope) in enumerate(steps, 1):
        after = step(case, act(deed, by, minute))
        if isinstance(after, Refused):
            continue
        case = after.model_copy(update={"scope": scope}) if deed == "rule" else after
        way.append(case)
    return way


STEPS = st.lists(
    st.tuples(st.sampled_from(DEEDS), st.sampled_from(WHO), st.sampled_from(("all", "document"))),
    max_size=60,
)


@given(STEPS)
def test_whatever_happens_a_case_is_consistent(steps: list[tuple[Deed, str, str]]) -> None:
    for case in walked(steps):
        assert (case.claimed_by is not None) == (case.state in ("claimed", "ruled", "closed")) or (
            case.state == "withdrawn"
        )
        if case.state in ("ruled", "closed"):
            assert case.ruled_by is not None
            assert case.scope is not None
        if case.state in ("open", "claimed", "withdrawn"):
            assert case.ruled_by is None
        if case.approved_by is not None:
            assert case.state == "closed"
            assert case.approved_by != case.ruled_by, "a second person approves"
        if case.state == "closed" and case.scope == "all":
            assert case.approved_by is not None
        assert (case.closed_at is not None) == (case.state in ("closed", "withdrawn"))


@given(STEPS)
def test_an_opening_is_ruled_once_unless_a_second_person_sent_it_back(
    steps: list[tuple[Deed, str, str]],
) -> None:
    way = walked(steps)
    for before, after in itertools.pairwise(way):
        if after.rulings > before.rulings:
            assert before.state == "claimed"
            assert after.rulings == before.rulings + 1
        if after.opening > before.opening:
            assert before.state in ("ruled", "closed", "withdrawn")


@pytest.mark.parametrize("deed", DEEDS)
def test_an_act_is_refused_in_every_state_that_it_does_not_start_from(deed: Deed) -> None:
    for state in {"open", "claimed", "ruled", "closed", "withdrawn"} - set(FROM[deed]):
        case = NEW.model_copy(update={"state": state, "claimed_by": "U0CHIDI"})
        after = step(case, act(deed))
        assert isinstance(after, Refused)
        assert "C-0001" in after.why


def test_of_two_who_claim_at_once_the_second_hears_who_was_first() -> None:
    first = step(NEW, act("claim", "U0CHIDI"))
    assert isinstance(first, Case)
    second = step(first, act("claim", "U0FARAH"))
    assert isinstance(second, Refused)
    assert second.why == "C-0001 is claimed by U0CHIDI already"
