"""A call is asserted only for facts that the asker states straight, and never past a rule that sends some to a person."""

from __future__ import annotations

from pathlib import Path

import pytest
from rails.intake import take_in

from assistant.compose.extractive import Extractive
from assistant.matter import load_matter
from assistant.types import Evidence, FoundRule, Message, Ruling

MATTER = load_matter(Path(__file__).parents[2] / "examples/meridian")
RULES = {rule.id: rule for rule in MATTER.rules}
SENDS = next(r.id for r in MATTER.rules if r.branches and any(b.lane for b in r.branches))


def asserted(ask: str, *found: str, gap: float = 9.0) -> bool:
    """Is a call asserted where these rules are found, each so far behind the one before?"""
    rules = tuple(FoundRule(rule=RULES[r], score=-gap * k) for k, r in enumerate(found))
    evidence = Evidence(rules=rules, covered=0.99, sure=0.99)
    return bool(Extractive(MATTER, 0.95).asserted(take_in(Message(text=ask)), evidence))


@pytest.mark.parametrize(
    ("ask", "rule"),
    [
        ("voicemail, 40 secs, no transcript. how is it coded?", "TECH-05"),
        ("voicemail without a transcript. technical?", "TECH-05"),
        ("all-staff newsletter about the charity drive. responsive?", "RESP-05"),
        ("bulletin from HR, responsive? and a newsletter to the whole company?", "RESP-05"),
    ],
)
def test_facts_stated_straight_are_answered(ask: str, rule: str) -> None:
    assert asserted(ask, rule)


@pytest.mark.parametrize(
    ("ask", "rule"),
    [
        pytest.param("voicemail without a transcript? no, it has one. technical?", "TECH-05", id="asked, then denied"),
        pytest.param("it does have a transcript, so not a voicemail without one. technical?", "TECH-05", id="denied"),
        pytest.param("not without a transcript, that voicemail. technical?", "TECH-05", id="denied twice"),
        pytest.param("voicemail without a transcript - well, there is one. technical?", "TECH-05", id="taken back"),
        pytest.param("press release draft not yet published. confidentiality?", "CONF-03", id="what the rule wants, denied"),
        pytest.param("is this an all-staff newsletter? the pump recall in it. responsive?", "RESP-05", id="asked, then other facts"),
    ],
)  # fmt: skip
def test_facts_that_are_asked_denied_or_taken_back_are_not(ask: str, rule: str) -> None:
    assert not asserted(ask, rule)


def test_a_rule_close_behind_that_sends_some_to_a_person_stops_an_assertion() -> None:
    ask = "all-staff newsletter about the charity drive. responsive?"
    assert asserted(ask, "RESP-05", SENDS)
    assert not asserted(ask, "RESP-05", SENDS, gap=1.0)


def test_a_rule_asked_for_by_its_id_is_quoted_with_its_branches() -> None:
    question = take_in(Message(text="what does RESP-05 say?"))
    ruling = Ruling(outcome="answer", right=None, owner="review_manager", why="", facts_given=False)
    draft = Extractive(MATTER, 0.95)(question, Evidence(), ruling)
    assert draft.kind == "clarify"
    assert [claim.citation.id for claim in draft.claims] == ["RESP-05"]
    assert {branch.source for branch in draft.branches} == {"RESP-05"}
