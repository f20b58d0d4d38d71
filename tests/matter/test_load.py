"""A matter folder loads exactly as the format says, or every error names file and line."""

from __future__ import annotations

import pytest

from assistant.errors import MatterError
from assistant.matter import check_matter, load_matter
from tests.conftest import EXEMPLARS, MATTER, PLAYBOOK, RIGHTS, Write


def test_a_matter_loads_with_its_rules_branches_and_exemplars(write_matter: Write) -> None:
    matter = load_matter(write_matter())
    rules = {rule.id: rule for rule in matter.rules}
    assert [b.condition for b in rules["PRIV-01"].branches] == [
        "if counsel retained the firm to give legal advice",
        "if the business retained the firm",
        "if the engagement letter is missing",
    ]
    assert rules["PRIV-01"].see == ("RESP-01",)
    assert rules["RESP-02"].branches[0].lane == "protocol"
    assert [e.status for e in matter.exemplars].count("superseded") == 1
    assert matter.channels == ("C0HARBOR",)


def test_versions_stay_text_and_lists_stay_text(write_matter: Write) -> None:
    assert load_matter(write_matter()).playbook_version == "1.10"
    norway = MATTER.replace('"Design", "Warnings"', "no, 112:3, 1e3")
    fields = load_matter(write_matter("n", matter=norway)).coding_fields
    assert fields[2].choices == ("no", "112:3", "1e3")


def test_every_passage_knows_where_it_stands_letter_for_letter(write_matter: Write) -> None:
    crlf = PLAYBOOK.replace("\n", "\r\n").encode()
    for root in (write_matter("lf"), write_matter("crlf", playbook=crlf)):
        matter = load_matter(root)
        for rule in matter.rules:
            text = (root / rule.source).read_text("utf-8")
            assert text[rule.start : rule.end] == rule.text
            for branch in rule.branches:
                assert text[branch.start : branch.end] == branch.quote
        for exemplar in matter.exemplars:
            text = (root / exemplar.source).read_text("utf-8")
            assert text[exemplar.start : exemplar.end] == exemplar.quote


def test_quote_marks_inside_a_cell_still_leave_a_quote_that_is_in_the_file(
    write_matter: Write,
) -> None:
    row = (
        EXEMPLARS
        + 'EX-009,"He wrote ""keep this quiet"" to the whole sales team.",privilege=Not Privileged,r,PRIV-01,A,2026-01-01,active\n'
    )
    matter = load_matter(write_matter(exemplars=row))
    last = matter.exemplars[-1]
    assert last.facts == 'He wrote "keep this quiet" to the whole sales team.'
    assert (
        matter.files["exemplars.csv"][last.start : last.end]
        == last.quote
        == "to the whole sales team."
    )


def test_text_of_a_rule_reaches_to_the_next_heading_of_its_level(write_matter: Write) -> None:
    nested = "## A-1 Outer\nOuter text.\n### Note\nStill A-1.\nCall: privilege = Not Privileged\n### A-2 Inner\nInner.\nCall: responsiveness = Responsive\n## B-1 Next\nx\n"
    rules = {r.id: r for r in load_matter(write_matter(playbook=nested, exemplars=None)).rules}
    assert list(rules) == ["A-1", "A-2", "B-1"]
    assert "Inner." in rules["A-1"].text
    assert rules["A-1"].nested == ("A-2",)
    assert [c.field for b in rules["A-1"].branches for c in b.calls] == ["privilege"]
    assert [c.field for b in rules["A-2"].branches for c in b.calls] == ["responsiveness"]


def test_a_plain_protocol_without_ids_loads_and_is_cited_by_file_and_heading(
    write_matter: Write,
) -> None:
    plain = "Preamble text.\n\n# Review protocol\n\n## 4.2 Newsletters\nCode newsletters Not Responsive.\n\n## 5 Drafts\nText.\n"
    exemplars = EXEMPLARS.splitlines()[0] + "\n"
    matter = load_matter(write_matter(playbook=plain, exemplars=exemplars))
    assert [r.id for r in matter.rules] == [
        "01-rules.md § (before the first heading)",
        "01-rules.md § 4.2 Newsletters",
        "01-rules.md § 5 Drafts",
    ]
    assert {r.kind for r in matter.rules} == {"section"}


def test_ids_may_be_digits_and_hyphens_alone_but_dates_years_and_numbers_are_none(
    write_matter: Write,
) -> None:
    playbook = "## 3-07 One\nText.\nSee 12-1-4\n## 12-1-4\nText.\n"
    playbook += "## 2024-03-01 Note\nText.\n## 2019-2021 Mail\nText.\n## 5 Drafts\nText.\n## 3-07b Two\nText.\n"
    exemplars = EXEMPLARS.splitlines()[0] + "\n"
    rules = load_matter(write_matter(playbook=playbook, exemplars=exemplars)).rules
    assert [r.id for r in rules if r.kind == "rule"] == ["3-07", "12-1-4"]
    assert (rules[0].title, rules[0].see) == ("One", ("12-1-4",))


def test_headings_and_calls_inside_code_fences_are_examples_not_rules(write_matter: Write) -> None:
    fenced = (
        PLAYBOOK
        + "\n## PRIV-09 Fences\nText.\n```\n## PRIV-10 Not a rule\nCall: nothing = at all\n```\n"
    )
    assert "PRIV-10" not in {r.id for r in load_matter(write_matter(playbook=fenced)).rules}


BAD = [
    (
        "a broken YAML file",
        {"matter": MATTER.replace("roles: [", "roles: [[")},
        "matter.yaml",
        9,
        "broken YAML",
    ),
    (
        "an unknown key",
        {"matter": MATTER + "colour: red\n"},
        "matter.yaml",
        16,
        "unknown key 'colour'",
    ),
    ("a key given twice", {"matter": MATTER + "id: other\n"}, "matter.yaml", 16, "stands twice"),
    ("a YAML alias", {"matter": MATTER + "x: &a [1]\ny: *a\n"}, "matter.yaml", 17, "aliases"),
    (
        "a missing key",
        {"matter": MATTER.replace("title: Harbor v. Pilot\n", "")},
        "matter.yaml",
        1,
        "'title' is missing",
    ),
    (
        "a default role nobody has",
        {"matter": MATTER.replace("default_role: reviewer", "default_role: boss")},
        "matter.yaml",
        9,
        "'boss'",
    ),
    (
        "a lane that covers no field",
        {"matter": MATTER.replace("covers: [privilege]", "covers: [priv]")},
        "matter.yaml",
        13,
        "unknown field 'priv'",
    ),
    (
        "an unknown choice",
        {"playbook": PLAYBOOK.replace("= Not Responsive", "= Nonresponsive")},
        "playbook/01-rules.md",
        22,
        "did you mean 'Not Responsive'",
    ),
    (
        "an unknown field",
        {"playbook": PLAYBOOK.replace("Call: responsiveness", "Call: response")},
        "playbook/01-rules.md",
        22,
        "unknown field 'response'",
    ),
    (
        "an unknown lane",
        {"playbook": PLAYBOOK.replace("Escalate: protocol", "Escalate: partner")},
        "playbook/01-rules.md",
        26,
        "unknown lane 'partner'",
    ),
    (
        "a See to no rule",
        {"playbook": PLAYBOOK.replace("See RESP-01", "See RESP-11")},
        "playbook/01-rules.md",
        12,
        "names no rule",
    ),
    (
        "a duplicate id",
        {"playbook": PLAYBOOK.replace("RESP-02", "RESP-01")},
        "playbook/01-rules.md",
        24,
        "duplicate id 'RESP-01'",
    ),
    (
        "a malformed Call line",
        {
            "playbook": PLAYBOOK.replace(
                "Call (if the business retained the firm):",
                "Call (if the business retained the firm",
            )
        },
        "playbook/01-rules.md",
        10,
        "expected 'Call (condition)",
    ),
    ("an empty playbook", {"playbook": ""}, "playbook/", 1, "playbook is empty"),
    (
        "a control character",
        {"playbook": PLAYBOOK.replace("Union", "Un\x07ion")},
        "playbook/01-rules.md",
        24,
        "U+0007",
    ),
    (
        "a wrong encoding",
        {"playbook": PLAYBOOK.replace("union", "unión").encode("latin-1")},
        "playbook/01-rules.md",
        25,
        "not UTF-8",
    ),
    (
        "a Word playbook",
        {"playbook/02-more.docx": b"PK"},
        "playbook/02-more.docx",
        1,
        "is no Office file",
    ),
    (
        "an exemplar off the palette",
        {"exemplars": EXEMPLARS.replace("responsiveness=Not Responsive", "responsiveness=Nope")},
        "exemplars.csv",
        4,
        "unknown choice 'Nope'",
    ),
    (
        "an exemplar of no rule",
        {"exemplars": EXEMPLARS.replace("Newsletter.,RESP-01", "Newsletter.,RESP-77")},
        "exemplars.csv",
        4,
        "unknown rule 'RESP-77'",
    ),
    (
        "an exemplar id twice",
        {"exemplars": EXEMPLARS.replace("EX-003", "EX-001")},
        "exemplars.csv",
        4,
        "duplicate id 'EX-001'",
    ),
    (
        "a bad date",
        {"exemplars": EXEMPLARS.replace("2026-03-04", "4 March")},
        "exemplars.csv",
        4,
        "expected a date",
    ),
    (
        "a bad status",
        {"exemplars": EXEMPLARS.replace(",superseded", ",old")},
        "exemplars.csv",
        5,
        "'superseded'",
    ),
    (
        "an unclosed quote",
        {"exemplars": EXEMPLARS + 'EX-010,"open'},
        "exemplars.csv",
        6,
        "broken CSV",
    ),
    (
        "a wrong header",
        {"exemplars": EXEMPLARS.replace("id,facts", "id,fact")},
        "exemplars.csv",
        1,
        "header is",
    ),
    (
        "a choice given twice for one field",
        {
            "exemplars": EXEMPLARS.replace(
                "privilege=Not Privileged,Business",
                "privilege=Not Privileged; privilege=Privileged: Redact,Business",
            )
        },
        "exemplars.csv",
        2,
        "takes one choice",
    ),
    (
        "an escalating right with no lane",
        {"rights": RIGHTS.replace("assistant: refuse", "assistant: escalate")},
        "decision_rights.yaml",
        13,
        "names no lane",
    ),
    (
        "a default that would answer",
        {"rights": RIGHTS.replace("default: refuse", "default: answer")},
        "decision_rights.yaml",
        21,
        "default",
    ),
    ("no decision rights", {"rights": None}, "decision_rights.yaml", 1, "missing"),
    ("no matter.yaml", {"matter": None}, "matter.yaml", 1, "missing"),
]


@pytest.mark.parametrize(
    ("files", "file", "line", "says"), [case[1:] for case in BAD], ids=[c[0] for c in BAD]
)
def test_bad_input_is_named_with_file_and_line(
    write_matter: Write, files: dict[str, str], file: str, line: int, says: str
) -> None:
    root = write_matter(**files)
    loaded, problems = check_matter(root)
    assert loaded is None
    assert any(p.file == file and p.line == line and says in p.what for p in problems), problems
    with pytest.raises(MatterError, match=f"{file}:{line}: "):
        load_matter(root)


def test_too_few_asks_and_unknown_owners_are_warnings_that_do_not_block(
    write_matter: Write,
) -> None:
    few = RIGHTS.replace("      - Is the privilege lost now?\n", "").replace(
        "accountable: privilege_lead", "accountable: nobody"
    )
    loaded, problems = check_matter(write_matter(rights=few))
    assert loaded is not None
    assert {p.severity for p in problems} == {"warning"}
    assert any("write 4 or more" in p.what for p in problems)


def test_editing_a_rule_changes_the_content_hash_and_a_suite_does_not(write_matter: Write) -> None:
    root = write_matter()
    before = load_matter(root).content_hash
    (root / "evals").mkdir()
    (root / "evals" / "suite.yaml").write_text("suite: x\n", "utf-8")
    assert load_matter(root).content_hash == before
    path = root / "playbook" / "01-rules.md"
    path.write_text(path.read_text("utf-8") + "\n", "utf-8")
    assert load_matter(root).content_hash != before


def test_a_playbook_that_cannot_be_read_is_one_error_not_one_for_each_exemplar(
    write_matter: Write,
) -> None:
    _, problems = check_matter(
        write_matter(playbook=PLAYBOOK.replace("union", "unión").encode("latin-1"))
    )
    assert [p.file for p in problems] == ["playbook/01-rules.md"]


def test_exemplars_of_a_plain_protocol_name_sections_by_number_or_heading(
    write_matter: Write,
) -> None:
    plain = "## 4.2 Publicity firms\nText.\n\n## Newsletters\nText.\n"
    rows = EXEMPLARS.replace(",PRIV-01,", ",4.2,").replace(",RESP-01,", ",Newsletters,")
    matter = load_matter(write_matter(playbook=plain, exemplars=rows))
    assert matter.exemplars[0].rules == ("01-rules.md § 4.2 Publicity firms",)
    assert matter.exemplars[2].rules == ("01-rules.md § Newsletters",)
