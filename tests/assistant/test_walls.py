"""Walls between matters: canaries of one are never loaded, found, logged, recorded or said in another."""

from __future__ import annotations

import dataclasses
import logging
from pathlib import Path

import pytest

from assistant.cite import cite_rule
from assistant.desk import Desk
from assistant.errors import LedgerError
from assistant.pipeline import reply_to
from assistant.settings import Settings
from assistant.setup import open_desks
from assistant.types import Claim, Draft, Escalation, Message
from tests.conftest import EXEMPLARS, MATTER, PLAYBOOK, RIGHTS, Write

CANARY = "Quokkastone"
OTHER = {
    "matter": MATTER.replace("id: harbor", "id: quokkastone").replace(
        "Harbor v. Pilot", f"In re {CANARY} Mining"
    ),
    "playbook": PLAYBOOK.replace("publicity firm", f"{CANARY} publicity firm"),
    "rights": RIGHTS.replace("Did we waive", f"Did {CANARY} waive"),
    "exemplars": EXEMPLARS.replace("A publicity firm", f"A {CANARY} publicity firm"),
}
ASKS = [
    f"{CANARY} publicity firm on the mail, lawyer in copy. priv?",
    f"how was it coded for {CANARY}?",
    "publicity firm on the mail, the marketing team hired them. priv?",
    "newsletter to all staff. responsive?",
]


@pytest.fixture
def desks(write_matter: Write, home: Path) -> list[Desk]:
    folders = [write_matter(), write_matter("quokkastone", **OTHER)]
    return open_desks(folders, Settings(home=home))


@pytest.mark.parametrize("text", ASKS)
def test_nothing_of_another_matter_is_found_said_logged_or_recorded(
    desks: list[Desk], text: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        recorded = reply_to(Message(text=text, role="reviewer"), desks[0])
    evidence = desks[0].find(desks[0].take_in(Message(text=text, role="reviewer")))
    assert CANARY not in recorded.reply.model_dump_json()
    assert CANARY not in evidence.model_dump_json()
    assert CANARY not in caplog.text
    assert recorded.seq is not None
    assert CANARY not in desks[0].recall(recorded.seq)[1].model_dump_json()


def test_a_matter_and_its_index_hold_nothing_of_another(desks: list[Desk], home: Path) -> None:
    assert CANARY not in desks[0].matter.model_dump_json()
    own = [p for p in (home / "index").rglob("*") if p.is_file() and "harbor" in str(p)]
    assert own
    assert not any(CANARY.encode() in path.read_bytes() for path in own)


def test_an_entry_of_another_matter_cannot_be_recalled(desks: list[Desk]) -> None:
    secret = f"{CANARY} 7741, who hired the firm? priv?"
    assert reply_to(Message(text=secret, role="reviewer"), desks[1]).seq
    last = reply_to(Message(text=ASKS[2], role="reviewer"), desks[0]).seq
    assert last is not None
    for seq in range(max(1, last - 20), last + 1):
        assert secret not in desks[0].recall(seq)[0].text
    with pytest.raises(LedgerError):
        desks[0].recall(last + 1)


def test_a_draft_from_another_matter_is_not_shown(desks: list[Desk]) -> None:
    foreign = next(r for r in desks[1].matter.rules if r.id == "PRIV-01")
    text = f"{foreign.id} ({foreign.title})"
    draft = Draft(
        kind="escalate", text=text, claims=(Claim(text=text, citation=cite_rule(foreign)),)
    )
    smuggling = dataclasses.replace(desks[0], compose=lambda q, e, r: draft)
    reply = reply_to(Message(text=ASKS[2], role="reviewer"), smuggling).reply
    assert isinstance(reply, Escalation)
    assert "did not pass its checks" in reply.text
    assert CANARY not in reply.model_dump_json()


@pytest.mark.parametrize("name", ["quokkastone", f"In re {CANARY} Mining"])
def test_a_reply_that_names_another_matter_is_not_shown(desks: list[Desk], name: str) -> None:
    draft = Draft(kind="escalate", text=f"As it was done in {name}.")
    naming = dataclasses.replace(desks[0], compose=lambda q, e, r: draft)
    reply = reply_to(Message(text=ASKS[2], role="reviewer"), naming).reply
    assert "names another matter" in reply.text
    assert CANARY.casefold() not in reply.text.casefold()
