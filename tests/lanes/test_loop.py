"""The loop with the real search: escalated, ruled, approved, and then the same in other words finds the ruling."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from assistant.lanes.approving import approve
from assistant.lanes.nouns import Act, Asker, Deed, Person, Ruling
from assistant.lanes.room import Room
from assistant.lanes.ruling import read_calls
from assistant.pipeline import choose, reply_to
from assistant.settings import Settings
from assistant.setup import open_desk
from assistant.types import Answer, Clarification, Escalation, Message

MERIDIAN = Path(__file__).parents[2] / "examples" / "meridian"
FACTS = "A mediator writes to both sides of the dispute and proposes ranges for a settlement."
ASK = "mediator's email to both sides with settlement brackets, priv?"
AGAIN = "settlement ranges from the mediator, sent to plaintiffs and to us. privileged?"


def act(deed: Deed, by: str) -> Act:
    person = Person(names=(by,))
    return Act(deed=deed, by=person, at=datetime.now(UTC), key=f"{deed}:{by}")


@pytest.mark.slow
def test_the_same_question_in_other_words_gets_the_ruling_first_and_is_answered(
    tmp_path: Path, home: Path
) -> None:
    folder = shutil.copytree(MERIDIAN, tmp_path / "meridian")
    settings = Settings(home=home, database_url=f"sqlite:///{tmp_path / 'own.sqlite'}")
    desk = open_desk(folder, settings)
    first = reply_to(Message(text=ASK, asker="U0ALICE", role="reviewer"), desk)
    assert isinstance(first.reply, Escalation)
    assert first.seq is not None
    room = Room.of(lambda: desk.matter, settings)
    asker = Asker(person="U0ALICE", place="a", seq=first.seq)
    case = room.open(act("open", "U0ALICE"), asker).case
    assert room.act(case.id, act("claim", "U0CHIDI")).refused is None
    calls, _ = read_calls("privilege=Not Privileged", case.id, desk.matter)
    reason = "A neutral who speaks to both sides is no confidant of ours."
    ruling = Ruling(calls=calls, reason=reason, scope="all", facts=FACTS)
    assert room.rule(case.id, act("rule", "U0CHIDI"), ruling).refused is None
    done = approve(case.id, act("approve", "U0DANA"), room)
    assert done.refused is None
    desk = open_desk(folder, settings)
    again = reply_to(Message(text=AGAIN, asker="U0BRAM", role="reviewer"), desk)
    assert isinstance(again.reply, Clarification)
    assert again.reply.branches[0].source == done.case.exemplar == "EX-121"
    assert again.seq is not None
    chosen = choose("b1", again.seq, Message(text="b1", asker="U0BRAM", role="reviewer"), desk)
    assert isinstance(chosen.reply, Answer)
    assert [(c.field, c.choice) for c in chosen.reply.calls] == [("privilege", "Not Privileged")]
    stated = reply_to(Message(text=f"{FACTS} priv?", asker="U0BRAM", role="reviewer"), desk)
    assert isinstance(stated.reply, Answer), "the asker's own words state the ruling's facts"
    assert stated.reply.citations[0].id == "EX-121"
    room.store.close()
