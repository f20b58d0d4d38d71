"""Lines with a meaning count however they are dressed, and never from within a comment."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.matter import check_matter, load_matter
from assistant.matter.comments import without_comments
from assistant.review.reading import prose
from assistant.types import Matter
from tests.conftest import PLAYBOOK, Write

CALL = "Call: responsiveness = Not Responsive"
LANE = "Escalate: protocol"


def said(matter: Matter, rule_id: str = "RESP-01") -> list[tuple[str | None, str]]:
    """A rule's branches as (condition, choice or lane)."""
    rule = next(rule for rule in matter.rules if rule.id == rule_id)
    return [(b.condition, b.lane or b.calls[0].choice) for b in rule.branches]


WITHDRAWN = [
    f"<!-- withdrawn on 3 March:\n{CALL}\n-->\n",
    f"<!--\n{CALL}\n\nSee PRIV-99\n## OLD-01 Gone\nEscalate: nobody\n-->\n",
    f"Ask the manager. <!-- was\n{CALL}\n--> So far.\n",
    f"Ask the manager. <!-- was\n\n{CALL}\n\n--> So far.\n",
    f"- <!-- {CALL} -->\n",
    f"<!--\n```\n-->\nText.\n<!--\n{CALL}\n-->\n",
    f"```\n<!-- an example\n```\n<!--\n{CALL}\n-->\n",
    f"Write `<!--` so.\n<!--\n{CALL}\n-->\n",
    f"A \\<!-- is no comment.\n<!---->\n<!--\n{CALL}\n-->\n",
    f"> ~~~\n> <!-- quoted\n\n<!--\n{CALL}\n-->\n",
]


@pytest.mark.parametrize("text", WITHDRAWN)
def test_a_line_in_a_comment_is_no_line_of_law(write_matter: Write, text: str) -> None:
    root = write_matter(playbook=PLAYBOOK.replace(CALL + "\n", text))
    matter, source = load_matter(root), (root / "playbook/01-rules.md").read_text("utf-8")
    assert said(matter) == []
    assert said(matter, "RESP-02") == [(None, "protocol")]
    assert "OLD-01" not in {rule.id for rule in matter.rules}
    for rule in matter.rules:
        assert source[rule.start : rule.end] == rule.text
        assert "withdrawn" not in prose(rule)
        assert all(source[b.start : b.end] == b.quote for b in rule.branches)


def test_a_line_keeps_its_meaning_and_its_place_beside_a_comment(write_matter: Write) -> None:
    text = f"<!-- new --> {CALL} <!-- since May -->"
    matter = load_matter(write_matter(playbook=PLAYBOOK.replace(CALL, text)))
    assert said(matter) == [(None, "Not Responsive")]
    assert next(r for r in matter.rules if r.id == "RESP-01").branches[0].quote == CALL


def test_a_comment_before_the_first_heading_is_no_passage(write_matter: Write) -> None:
    matter = load_matter(write_matter(playbook=f"<!-- ours -->\n{PLAYBOOK}"))
    assert "(before the first heading)" not in {rule.title for rule in matter.rules}


UNCLOSED = [
    f"<!-- withdrawn\n{CALL}",
    f"Text <!-- withdrawn\n{CALL}",
    f"<!-- withdrawn\n{CALL}\n\n<!-- another -->",
]


@pytest.mark.parametrize("text", UNCLOSED)
def test_a_comment_that_would_swallow_what_follows_is_one_error(
    write_matter: Write, text: str
) -> None:
    matter, problems = check_matter(write_matter(playbook=PLAYBOOK.replace(CALL, text)))
    assert matter is None
    assert [(p.file, p.line) for p in problems] == [("playbook/01-rules.md", 22)]
    assert "the comment that opens here" in problems[0].what


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.sampled_from(["<!--", "-->", "`", "```", "~~~", "\\", "\n", "> ", "a", " "])))
def test_without_its_comments_a_text_keeps_every_place(parts: list[str]) -> None:
    text = "".join(parts)
    read = without_comments(text)
    assert len(read) == len(text)
    assert all(now in (was, " ") for was, now in zip(text, read, strict=True))
    assert read.count("\n") == text.count("\n")


DRESSED = [
    "**Call:** {}",
    "**Call**: {}",
    "**Call: {}**",
    "**Call: {}**.",
    "__Call:__ {}",
    "*Call:* {}",
    "_Call_: {}",
    "**_Call:_** {}",
    "call: {}",
    "CALL : {}",
    "Call : {}.",
    "- **Call:** {}",
    "* call: {}",
    "+ Call: {}",
    "• Call: {}",
    "1. Call: {}",
]


@pytest.mark.parametrize("form", DRESSED)
@pytest.mark.parametrize("condition", ["", " (if it is dated 1 (one) May)"])
def test_a_call_counts_in_any_dress(write_matter: Write, form: str, condition: str) -> None:
    call = re.sub("(call)", rf"\1{condition}", form, flags=re.IGNORECASE)
    line = call.format("responsiveness = Not Responsive")
    matter = load_matter(write_matter(playbook=PLAYBOOK.replace(CALL, line)))
    assert said(matter) == [(condition[2:-1] or None, "Not Responsive")]
    rule = next(rule for rule in matter.rules if rule.id == "RESP-01")
    assert rule.branches[0].quote == line
    assert "Not Responsive" not in prose(rule)


@pytest.mark.parametrize(
    "line", ["**Escalate (if late)**: protocol", "escalate (if late): protocol."]
)
def test_an_escalation_counts_in_any_dress(write_matter: Write, line: str) -> None:
    matter = load_matter(write_matter(playbook=PLAYBOOK.replace(LANE, line)))
    assert said(matter, "RESP-02") == [("if late", "protocol")]


@pytest.mark.parametrize("line", ["**See PRIV-02**", "**See:** PRIV-02", "+ *See* **PRIV-02**."])
def test_a_see_line_counts_in_any_dress(write_matter: Write, line: str) -> None:
    matter = load_matter(write_matter(playbook=PLAYBOOK.replace("See RESP-01", line)))
    assert next(r for r in matter.rules if r.id == "PRIV-01").see == ("PRIV-02",)
    _, problems = check_matter(
        write_matter("b", playbook=PLAYBOOK.replace("See RESP-01", line.replace("02", "09")))
    )
    assert [p.line for p in problems] == [12]


PROSE = [
    "Call counsel if: the letter is missing.",
    "Escalate to the lead where two rules differ: see above.",
    "Calls: see the log.",
    "The reviewers\ncall (or write to) the lead.",
    "It is theirs to\ncall:",
    "**Call** the lead (in person).",
    "**Call (212) 555-0188**",
    "see PRIV-99",
    "A log may say `Call: x = y`.",
    "`Call: x = y`",
    "> Call it a draft.",
]


@pytest.mark.parametrize("line", PROSE)
def test_prose_that_begins_like_a_line_stays_prose(write_matter: Write, line: str) -> None:
    matter = load_matter(write_matter(playbook=PLAYBOOK.replace(LANE, f"{LANE}\n\n{line}\n")))
    assert said(matter, "RESP-02") == [(None, "protocol")]


WRONG = [
    ("call: responsiveness = nope", "unknown choice 'nope'"),
    ("**Escalate (if late)**: partner", "unknown lane 'partner'"),
    ("**Call (if late: responsiveness = Responsive", "expected 'Call (condition): field = choice'"),
    ("**Escalate (if late) to: protocol", "expected 'Escalate (condition): lane'"),
    ("Escalate (if late", "expected 'Escalate (condition): lane'"),
    ("call (): responsiveness = Responsive", "expected 'Call (condition)"),
    (f"> {CALL}", "without the '>'"),
]


@pytest.mark.parametrize(("line", "says"), WRONG)
def test_a_line_that_nearly_has_the_form_is_an_error_that_says_what_to_write(
    write_matter: Write, line: str, says: str
) -> None:
    matter, problems = check_matter(write_matter(playbook=PLAYBOOK.replace(CALL, line)))
    assert matter is None
    assert [(p.file, p.line) for p in problems] == [("playbook/01-rules.md", 22)]
    assert says in problems[0].what
