"""Whose branches are offered: the first rule's, and those of others close behind it."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.compose.branches import branches_of, governing
from assistant.matter import load_matter
from assistant.types import Evidence, FoundRule
from tests.conftest import Write

RULES = load_matter(Path(__file__).parents[2] / "examples/meridian").rules


@pytest.mark.parametrize(
    ("scores", "offered"),
    [
        pytest.param((4.0, 3.5, 3.0, 2.5), 3, id="three at the most"),
        pytest.param((4.0, 3.5, -2.0), 2, id="one close behind"),
        pytest.param((9.0, 4.0, 3.5), 1, id="the first far ahead"),
        pytest.param((-1.0, -1.5, -9.0), 2, id="only differences count"),
    ],
)
def test_a_further_rule_is_offered_while_it_is_close_behind_the_first(
    scores: tuple[float, ...], offered: int
) -> None:
    found = tuple(FoundRule(rule=r, score=s) for r, s in zip(RULES, scores, strict=False))
    assert governing(Evidence(rules=found)) == list(RULES[:offered])


def test_a_call_that_a_comment_withdrew_is_not_offered(write_matter: Write) -> None:
    root = write_matter(exemplars=None)
    page = root / "playbook" / "09-plain.md"
    page.write_text(
        "## GEN-01 Newsletters\nA newsletter is Not Responsive.\n<!-- A newsletter is Responsive. -->\n",
        "utf-8",
    )
    matter = load_matter(root)
    rule = next(rule for rule in matter.rules if rule.id == "GEN-01")
    offered = branches_of(rule, Evidence(), matter)
    assert [call.choice for branch in offered for call in branch.calls] == ["Not Responsive"]
