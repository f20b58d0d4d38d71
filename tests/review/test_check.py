"""The playbook checked like code: each planted fault is found where it stands, and a clean matter is left alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.errors import IndexUnusable
from assistant.review.check import exit_code, review_matter
from assistant.review.finding import Finding
from assistant.review.shown import as_lines, as_page, as_rows
from retrievers.model import open_model
from tests.conftest import EXEMPLARS, MATTER, PLAYBOOK, RIGHTS, Write

ROOT = Path(__file__).parents[2]
TEXTS = {"playbook": PLAYBOOK, "exemplars": EXEMPLARS, "rights": RIGHTS, "matter": MATTER}
RULES = "playbook/01-rules.md"


def kinds(found: list[Finding], *severities: str) -> set[str]:
    return {f.kind for f in found if f.severity in (severities or ("error", "warning"))}


def edited(write_matter: Write, key: str, old: str, new: str) -> list[Finding]:
    assert old in TEXTS[key]
    return review_matter(write_matter(**{key: TEXTS[key].replace(old, new, 1)}))[1]


def test_a_clean_matter_has_no_warnings(write_matter: Write) -> None:
    assert not kinds(review_matter(write_matter())[1])


def test_the_demo_matter_has_no_warnings_with_the_model(home: Path) -> None:
    matter, found = review_matter(ROOT / "examples" / "meridian", open_model(home).embed)
    assert matter is not None
    assert not kinds(found)
    assert exit_code(found) == 0


PLANTED = [
    (
        "an exemplar against a rule that fixes its call",
        ("exemplars", "responsiveness=Not Responsive", "responsiveness=Responsive"),
        ("exemplar-against-rule", "exemplars.csv", 4),
    ),
    (
        "an exemplar with a call that its rule no longer has",
        ("exemplars", "privilege=Not Privileged", "privilege=Privileged: Redact"),
        ("exemplar-outlived-rule", "exemplars.csv", 2),
    ),
    (
        "an overruled exemplar that is still active",
        ("exemplars", "2026-02-01,superseded", "2026-02-01,active"),
        ("exemplar-outlived-rule", "exemplars.csv", 5),
    ),
    (
        "the same facts with two calls",
        (
            "exemplars",
            "EX-003,",
            'EX-009,"A publicity firm that the marketing team hired edits the press release; counsel copied.",privilege=Privileged: Withhold,x,PRIV-01,A,2026-03-09,active\nEX-003,',
        ),
        ("twin-exemplars", "exemplars.csv", 4),
    ),
    (
        "a branch beside an outright call",
        (
            "playbook",
            "Call: privilege = Privileged: Withhold\n",
            "Call: privilege = Privileged: Withhold\nCall (if it was sent to the other side): privilege = Not Privileged\n",
        ),
        ("never-chosen", RULES, 17),
    ),
    (
        "one condition with two calls",
        (
            "playbook",
            "Call (if the business retained the firm)",
            "Call (if counsel retained the firm to give legal advice)",
        ),
        ("never-chosen", RULES, 10),
    ),
    (
        "a condition whose other case has no call",
        (
            "playbook",
            "Call: responsiveness = Not Responsive",
            "Call (if nothing in it names the pump): responsiveness = Not Responsive",
        ),
        ("undecided", RULES, 22),
    ),
    (
        "a hole between two ranges",
        (
            "playbook",
            "Call: responsiveness = Not Responsive",
            "Call (if under 30 pages): responsiveness = Not Responsive\nCall (if over 60 pages): responsiveness = Responsive",
        ),
        ("undecided", RULES, 23),
    ),
    (
        "an exception that no line decides",
        (
            "playbook",
            "whatever they mention.",
            "unless the chief executive signed them.",
        ),
        ("unless-without-call", RULES, 21),
    ),
    (
        "a rule that points at itself",
        ("playbook", "See RESP-01", "See PRIV-01"),
        ("see-circle", RULES, 5),
    ),
    (
        "a rule that decides nothing",
        ("playbook", "Escalate: protocol\n", ""),
        ("silent-rule", RULES, 24),
    ),
    (
        "asks that are one ask",
        (
            "rights",
            "      - Can we claw this document back?\n      - Has the other side's use of it waived anything?\n      - Is the privilege lost now?\n",
            "      - Did we waive privilege by sending it?\n      - Did we waive the privilege by sending this?\n      - By sending this, did we waive privilege?\n",
        ),
        ("alike-asks", "decision_rights.yaml", 16),
    ),
    (
        "one ask under two rights",
        ("rights", "Can we claw this document back?", "Is this newsletter responsive?"),
        ("ask-in-two-rights", "decision_rights.yaml", 18),
    ),
    (
        "a name spelled another way",
        (
            "playbook",
            "What the union writes",
            "Mail of Castellano, of Castellano again, of Castellano and of Castelano. What the union writes",
        ),
        ("spelled-twice", RULES, 25),
    ),
    (
        "a branch inside another one",
        (
            "playbook",
            "Call (if the business retained the firm)",
            "Call (if counsel retained the firm to give legal advice and the press saw it)",
        ),
        ("never-chosen", RULES, 10),
    ),
    (
        "a condition that nothing can meet",
        (
            "playbook",
            "if the business retained the firm",
            "if the mail was sent after 1 May 2021 and before 1 April 2021",
        ),
        ("never-chosen", RULES, 10),
    ),
    (
        "two spans of one period",
        (
            "playbook",
            "Counsel means any lawyer on the list below.",
            "The period runs from 1 January 2019 to 30 June 2023.\n\n## RESP-08 Period\nThe period runs from 1 January 2019 to 31 December 2023.\nCall: responsiveness = Not Responsive\n",
        ),
        ("dates-differ", RULES, 6),
    ),
    (
        "a date that differs between a rule's prose and its condition",
        (
            "playbook",
            "Newsletters sent to the whole company are not responsive, whatever they mention.\nCall:",
            "Newsletters of before 14 March 2021 are not responsive.\nCall (if it is dated on or after 14 March 2012): responsiveness = Responsive\nCall (if it is older):",
        ),
        ("dates-differ", RULES, 22),
    ),
]


@pytest.mark.parametrize(
    ("edit", "wanted"), [case[1:] for case in PLANTED], ids=[case[0] for case in PLANTED]
)
def test_a_planted_fault_is_found_at_its_line(
    write_matter: Write, edit: tuple[str, str, str], wanted: tuple[str, str, int]
) -> None:
    found = [f for f in edited(write_matter, *edit) if f.severity == "warning"]
    assert (wanted[0], wanted[1], wanted[2]) in {(f.kind, f.file, f.line) for f in found}, found
    for finding in found:
        assert finding.why
        assert finding.todo


def test_a_circle_is_told_once_whatever_its_length(write_matter: Write) -> None:
    text = PLAYBOOK.replace("= Not Responsive\n", "= Not Responsive\nSee RESP-02\n").replace(
        "Escalate: protocol\n", "Escalate: protocol\nSee PRIV-01\n"
    )
    circles = [f for f in review_matter(write_matter(playbook=text))[1] if f.kind == "see-circle"]
    assert [f.what for f in circles] == ["See circle: PRIV-01 → RESP-01 → RESP-02 → PRIV-01"]
    assert circles[0].severity == "warning"


def test_two_rules_that_decide_and_point_at_each_other_are_cross_references(
    write_matter: Write,
) -> None:
    text = PLAYBOOK.replace("= Not Responsive\n", "= Not Responsive\nSee PRIV-01\n")
    circles = [f for f in review_matter(write_matter(playbook=text))[1] if f.kind == "see-circle"]
    assert [f.severity for f in circles] == ["note"]


def test_near_miss_pairs_are_left_alone(write_matter: Write) -> None:
    rows = EXEMPLARS + (
        "EX-020,Rolls over yearly unless we write 30 days before.,privilege=Not Privileged,r,PRIV-01,A,2026-01-01,active\n"
        "EX-021,Rolls over yearly unless we write 90 days before.,privilege=Privileged: Withhold,r,PRIV-01,A,2026-01-01,active\n"
        "EX-022,A backup whose key stands in annex K.,privilege=Not Privileged,r,PRIV-01,A,2026-01-01,active\n"
        "EX-023,A backup whose key isn't in annex K.,privilege=Privileged: Withhold,r,PRIV-01,A,2026-01-01,active\n"
    )
    assert not kinds(review_matter(write_matter(exemplars=rows))[1])


def test_a_new_rule_on_an_old_subject_with_another_call_is_found_by_meaning(
    write_matter: Write, home: Path
) -> None:
    text = (
        PLAYBOOK
        + "\n## RESP-09 Newsletters to all staff\nA newsletter that goes to the whole company is responsive.\nCall: responsiveness = Responsive\n"
    )
    found = review_matter(write_matter(playbook=text), open_model(home).embed)[1]
    overlap = next(f for f in found if f.kind == "overlapping-rules")
    assert (overlap.place, overlap.also) == (f"{RULES}:28", (f"{RULES}:20",))


def test_a_firm_adds_its_own_snags_and_takes_others_out(write_matter: Write) -> None:
    root = write_matter()
    before = {f.what for f in review_matter(root)[1] if f.kind == "gap"}
    (root / "gaps.yaml").write_text(
        'gaps:\n  - {id: chat, silent: true}\n  - {id: board-portal, says: [portal], ask: "Is the board portal in?"}\n',
        "utf-8",
    )
    after = {f.what for f in review_matter(root)[1] if f.kind == "gap"}
    assert any("chat" in what for what in before)
    assert not any("to chat" in what for what in after)
    assert any("board portal" in what for what in after)
    (root / "gaps.yaml").write_text("gaps:\n  - {idd: x}\n", "utf-8")
    assert exit_code(review_matter(root)[1]) == 2


def test_findings_come_as_text_json_and_one_page_that_links_to_the_lines(
    write_matter: Write,
) -> None:
    root = write_matter(exemplars=EXEMPLARS.replace("2026-02-01,superseded", "2026-02-01,active"))
    matter, found = review_matter(root)
    assert "\n".join(as_lines(found)).startswith("warning: exemplars.csv:5: EX-004 is active")
    assert json.loads(json.dumps(as_rows(found)))[0]["line"] == 5
    page = as_page(matter, found, root)
    assert "href='#exemplars.csv:5'" in page
    assert "id='exemplars.csv:5'" in page
    assert "http" not in page


def test_text_of_a_matter_cannot_become_markup(write_matter: Write) -> None:
    text = PLAYBOOK.replace("Escalate: protocol", "<script>alert(1)</script>")
    matter, found = review_matter(write_matter(playbook=text))
    assert "<script" not in as_page(matter, found, Path("x"))


def test_two_rules_under_one_title_with_different_calls_are_found_without_a_model(
    write_matter: Write,
) -> None:
    text = (
        PLAYBOOK
        + "\n## RESP-09 Company newsletters\nWhat goes to all is in.\nCall: responsiveness = Responsive\n"
    )
    found = review_matter(write_matter(playbook=text))[1]
    overlap = next(f for f in found if f.kind == "overlapping-rules")
    assert (overlap.place, overlap.also) == (f"{RULES}:28", (f"{RULES}:20",))


def test_a_model_that_cannot_be_had_leaves_the_words(write_matter: Write) -> None:
    def broken(texts: list[str]) -> object:
        raise IndexUnusable("no model here")

    rows = EXEMPLARS.replace("2026-02-01,superseded", "2026-02-01,active")
    found = review_matter(write_matter(exemplars=rows), broken)[1]  # type: ignore[arg-type]
    assert "exemplar-outlived-rule" in kinds(found)
