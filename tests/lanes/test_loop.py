"""The loop with the real search: escalated, ruled, approved, found again, overturned, and what relied on it flagged."""

from __future__ import annotations

import shutil
import uuid
from datetime import UTC, datetime
from pathlib import Path

import pytest

from assistant.lanes.approving import approve
from assistant.lanes.nouns import Act, Asker, Deed, Person, Ruling
from assistant.lanes.room import Room
from assistant.lanes.ruling import read_calls
from assistant.lanes.stale import listed
from assistant.lanes.telling import Told, tell_due
from assistant.pipeline import choose, reply_to
from assistant.settings import Settings
from assistant.setup import open_desk
from assistant.types import Answer, Clarification, Escalation, Message

MERIDIAN = Path(__file__).parents[2] / "examples" / "meridian"
FACTS = "A mediator writes to both sides of the dispute and proposes ranges for a settlement."
ASK = "mediator's email to both sides with settlement brackets, priv?"
AGAIN = "settlement ranges from the mediator, sent to plaintiffs and to us. privileged?"


def act(deed: Deed, by: str, reason: str = "") -> Act:
    person, key = Person(names=(by,)), uuid.uuid4().hex
    return Act(deed=deed, by=person, at=datetime.now(UTC), key=key, reason=reason)


@pytest.mark.slow
def test_a_ruling_answers_the_same_in_other_words_and_one_that_overturns_it_flags_that_answer(
    tmp_path: Path, home: Path
) -> None:
    folder = shutil.copytree(MERIDIAN, tmp_path / "meridian")
    settings = Settings(home=home, database_url=f"sqlite:///{tmp_path / 'own.sqlite'}")
    desk = open_desk(folder, settings)
    first = reply_to(Message(text=ASK, asker="U0ALICE", role="reviewer"), desk)
    assert isinstance(first.reply, Escalation)
    assert first.seq is not None
    room = Room.of(lambda: desk.matter, settings)
    asker, told = Asker(person="U0ALICE", place="a", seq=first.seq), list[Told]()
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
    chosen = choose(
        "b1", again.seq, Message(text="b1", asker="U0BRAM", role="reviewer", key="bram"), desk
    )
    assert isinstance(chosen.reply, Answer)
    assert [(c.field, c.choice) for c in chosen.reply.calls] == [("privilege", "Not Privileged")]
    stated = reply_to(Message(text=f"{FACTS} priv?", asker="U0BRAM", role="reviewer"), desk)
    assert isinstance(stated.reply, Answer), "the asker's own words state the ruling's facts"
    assert stated.reply.citations[0].id == "EX-121"
    room.act(case.id, act("reopen", "U0CHIDI", "The mediation agreement came to light."))
    room.act(case.id, act("claim", "U0CHIDI"))
    calls, _ = read_calls("privilege=Privileged: Withhold", case.id, desk.matter)
    anew = Ruling(calls=calls, reason="The agreement binds all sides.", scope="all", facts=FACTS)
    assert room.rule(case.id, act("rule", "U0CHIDI"), anew).refused is None
    assert approve(case.id, act("approve", "U0DANA"), room).case.exemplar == "EX-122"
    relied = {chosen.seq, stated.seq}
    assert relied <= {each.seq for each in listed(room)}, "what relied on it is listed for the lead"
    for _ in range(2):
        tell_due(room, told.append)
    flagged = [each.notice for each in told if each.notice.kind == "stale"]
    assert [(n.place, n.detail) for n in flagged if n.seq == chosen.seq] == [("bram", "EX-121")]
    assert {n.seq for n in flagged} >= relied
    desk = open_desk(folder, settings)
    last = reply_to(Message(text=f"{FACTS} priv?", asker="U0BRAM", role="reviewer"), desk)
    assert isinstance(last.reply, Answer)
    assert [(c.field, c.choice) for c in last.reply.calls] == [
        ("privilege", "Privileged: Withhold")
    ]
    room.store.close()
