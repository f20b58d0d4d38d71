"""A refusal that people accept: one sentence why and whose it is, the reference, one step on. No lecture."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.matter import load_matter
from assistant.replies import fields_asked, refusal, rights_escalation
from assistant.types import Question, Right, Ruling

MERIDIAN = load_matter(Path(__file__).parents[2] / "examples" / "meridian")
REFUSED = [right for right in MERIDIAN.rights if right.assistant == "refuse"]
LECTURE = (
    "sorry",
    "unfortunately",
    "as an ai",
    "please note",
    "important",
    "cannot help",
    "policy",
)


def ruled(right: Right) -> Ruling:
    why = f"“{right.task}” is not the assistant's right but the {right.accountable}'s."
    return Ruling(outcome="refuse", right=right, owner=right.accountable, why=why, lane=right.lane)


@pytest.mark.parametrize("right", REFUSED, ids=lambda right: right.id)
def test_a_refusal_says_why_whose_where_written_and_the_way(right: Right) -> None:
    reply = refusal(ruled(right), Question(ask="?", role="reviewer"))
    assert reply.text.count(". ") == 1
    assert len(reply.text) < 200
    assert right.accountable in reply.text
    assert str(right.reference) in reply.text
    assert reply.text.endswith(str(reply.way))
    assert right.lane is None or f"lane {right.lane!r}" in reply.text
    assert not any(word in reply.text.casefold() for word in LECTURE)


def test_a_right_that_the_askers_role_does_not_hold_says_who_may_ask() -> None:
    right = REFUSED[0].model_copy(update={"requesters": ("qc_lead",)})
    ruling = ruled(right).model_copy(update={"why": "Only qc_lead may ask for this."})
    reply = refusal(ruling, Question(ask="?", role="reviewer"))
    assert reply.text.startswith("Only qc_lead may ask for this.")


@pytest.mark.parametrize(
    ("owner", "asked"),
    [
        pytest.param(MERIDIAN.lanes[-1].owner, MERIDIAN.lanes[-1].owner, id="who has a lane"),
        pytest.param("records_clerk", "records_clerk", id="who has none"),
    ],
)
def test_a_right_without_a_lane_leads_to_its_owner_and_nobody_else(owner: str, asked: str) -> None:
    right = next(r for r in MERIDIAN.rights if r.assistant == "draft")
    held = right.model_copy(update={"accountable": owner, "lane": None})
    ruling = Ruling(outcome="escalate", right=held, owner=owner, why="This may be a draft.")
    reply = rights_escalation(ruling, Question(ask="?", role="reviewer"), MERIDIAN)
    own = next((lane.name for lane in MERIDIAN.lanes if lane.owner == owner), None)
    assert (reply.owner, reply.lane) == (asked, own)
    assert asked in reply.text


def test_doubt_whose_right_it_is_goes_to_the_first_lane() -> None:
    ruling = Ruling(outcome="escalate", right=None, owner="records_clerk", why="It is not clear.")
    reply = rights_escalation(ruling, Question(ask="?", role="reviewer"), MERIDIAN)
    assert reply.lane == MERIDIAN.lanes[0].name


@pytest.mark.parametrize(
    ("ask", "fields"),
    [
        ("unpublished label draft, not public. confidentiality?", ["confidentiality"]),
        ("email from counsel about lunch. priv?", ["privilege"]),
        ("is this one Not Responsive?", ["responsiveness"]),
        ("quarterly drone footage", []),
    ],
)
def test_the_lane_is_that_of_the_field_asked_about(ask: str, fields: list[str]) -> None:
    assert fields_asked(ask, MERIDIAN)[:1] == fields
