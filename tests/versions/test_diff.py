"""Two versions in a lawyer's terms, and which answers change with them; asking again leaves no trace."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.matter import load_matter
from assistant.pipeline import choose, reply_to
from assistant.record import Recorder
from assistant.settings import Settings
from assistant.setup import open_desk
from assistant.types import Message
from assistant.versions.compare import compare
from assistant.versions.replay import replay, silent
from tests.conftest import EXEMPLARS, MATTER, PLAYBOOK, RIGHTS, Write

TEXTS = {"playbook": PLAYBOOK, "exemplars": EXEMPLARS, "rights": RIGHTS, "matter": MATTER}
FIRM = "if counsel retained the firm to give legal advice"
CHANGES = [
    ("nothing", ("playbook", "Privilege", "Privilege"), set()),
    ("a call", ("playbook", "= Not Responsive", "= Responsive"), {("calls", "call-changed")}),
    (
        "a condition with more words",
        ("playbook", FIRM, f"{FIRM} and nobody else saw it"),
        {("calls", "condition-narrowed")},
    ),
    (
        "a condition with an alternative",
        ("playbook", FIRM, f"{FIRM} or to prepare a witness"),
        {("calls", "condition-widened")},
    ),
    (
        "a condition with fewer words",
        ("playbook", FIRM, "if counsel retained the firm"),
        {("calls", "condition-widened")},
    ),
    (
        "a condition in other words",
        ("playbook", FIRM, "if counsel engaged the firm to give legal advice"),
        {("words", "condition-reworded")},
    ),
    (
        "an outright call that became conditional",
        ("playbook", "Call: responsiveness", "Call (if older than a year): responsiveness"),
        {("calls", "condition-narrowed")},
    ),
    (
        "a new branch",
        ("playbook", "See RESP-01", "Escalate (if the union asks): protocol\nSee RESP-01"),
        {("calls", "branch-added")},
    ),
    ("a reference", ("playbook", "See RESP-01", "See RESP-02"), {("words", "see")}),
    (
        "prose",
        ("playbook", "needs a person.", "needs a person at once."),
        {("words", "prose")},
    ),
    ("a rule's id", ("playbook", "RESP-02", "RESP-20"), {("words", "rule-renamed")}),
    (
        "a rule taken out",
        (
            "playbook",
            "## RESP-02 Union correspondence\nWhat the union writes needs a person.\nEscalate: protocol\n",
            "",
        ),
        {("calls", "rule-removed")},
    ),
    (
        "an exemplar that was overruled",
        ("exemplars", "2026-03-04,active", "2026-03-04,superseded"),
        {("calls", "exemplar-status")},
    ),
    ("a right", ("rights", "assistant: refuse", "assistant: draft"), {("calls", "right")}),
    ("a lane", ("matter", "target_hours: 4,", "target_hours: 8,"), {("record", "lane")}),
    (
        "a choice",
        ("matter", '["Design", "Warnings"]', '["Design", "Warnings", "Label"]'),
        {("calls", "choice")},
    ),
]


@pytest.mark.parametrize(("edit", "wanted"), [c[1:] for c in CHANGES], ids=[c[0] for c in CHANGES])
def test_a_change_is_named_in_a_lawyers_terms(
    write_matter: Write, edit: tuple[str, str, str], wanted: set[tuple[str, str]]
) -> None:
    key, old, new = edit
    version = MATTER.replace('"1.10"', '"1.11"')
    assert old in TEXTS[key]
    files = {
        "matter": version,
        key: (version if key == "matter" else TEXTS[key]).replace(old, new, 1),
    }
    changes = compare(load_matter(write_matter("old")), load_matter(write_matter("new", **files)))
    found = {(c.weight, c.kind) for c in changes}
    assert found - {("words", "prose")} == wanted - {("words", "prose")}
    assert (("words", "prose") in found) == (("words", "prose") in wanted)


def test_ranges_are_compared_as_ranges(write_matter: Write) -> None:
    old = PLAYBOOK.replace(FIRM.removeprefix("if "), "under 60 pages")
    new = PLAYBOOK.replace(FIRM.removeprefix("if "), "under 30 pages")
    pair = [load_matter(write_matter(n, playbook=p)) for n, p in (("o", old), ("n", new))]
    assert [c.kind for c in compare(pair[0], pair[1]) if c.weight == "calls"] == [
        "condition-narrowed"
    ]
    assert [c.kind for c in compare(pair[1], pair[0]) if c.weight == "calls"] == [
        "condition-widened"
    ]


def test_two_versions_with_one_number_are_told_apart(write_matter: Write) -> None:
    new = write_matter("n", playbook=PLAYBOOK.replace("at all", "x") + "\n")
    changes = compare(load_matter(write_matter("o")), load_matter(new))
    assert [c.kind for c in changes] == ["version"]


@pytest.mark.slow
def test_stored_answers_that_would_change_are_named_and_nothing_is_recorded(
    write_matter: Write, home: Path, tmp_path: Path
) -> None:
    settings = Settings(home=home, database_url=f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    old, new = (
        write_matter("old"),
        write_matter(
            "new",
            playbook=PLAYBOOK.replace(
                "privilege = Not Privileged", "privilege = Privileged: Redact"
            ),
        ),
    )
    desk = open_desk(old, settings)
    for text in (
        "mail with the outside publicity firm, is it privileged?",
        "is this newsletter responsive?",
    ):
        reply_to(Message(text=text, role="reviewer"), desk)
    choose("b2", 1, Message(text="", role="reviewer"), desk)
    ledger = Recorder.open(desk.matter, settings).ledger
    before = len(list(ledger.entries("harbor")))
    again = replay(desk, open_desk(new, settings), ledger.entries("harbor"))
    assert [t.source for t in again.turned] == ["ledger 1", "ledger 3"]
    assert again.turned[1].before == "answer: privilege = Not Privileged"
    assert again.turned[1].after == "answer: privilege = Privileged: Redact"
    assert again.asked == 3
    assert len(list(ledger.entries("harbor"))) == before


def test_a_silent_desk_records_nothing(write_matter: Write, home: Path, tmp_path: Path) -> None:
    settings = Settings(home=home, database_url=f"sqlite:///{tmp_path / 'l.sqlite'}")
    desk = open_desk(write_matter(), settings)
    reply_to(Message(text="newsletter, responsive?", role="reviewer"), silent(desk))
    assert not list(Recorder.open(desk.matter, settings).ledger.entries("harbor"))
