"""A ruling becomes an exemplar; what it overturns is told once; what a save lost is put back."""

from __future__ import annotations

import pytest

from assistant.errors import MatterError
from assistant.lanes import bank
from assistant.lanes.approving import approve
from assistant.lanes.nouns import Case, Done
from assistant.lanes.numbers import figures, share
from assistant.lanes.restoring import restore_lost
from assistant.lanes.stale import listed, watch
from assistant.lanes.telling import Told, tell_due
from assistant.matter import check_matter, load_matter
from assistant.types import Answer, Call, Citation, Exemplar, Message
from tests.lanes.conftest import FACTS, Bench


def approved(bench: Bench, case: Case, by: str = "U0FARAH", key: str = "") -> Done:
    return approve(case.id, bench.act("approve", by, key=key), bench.room)


def exemplar(bench: Bench, name: str | None) -> Exemplar:
    return next(e for e in load_matter(bench.folder).exemplars if e.id == name)


def answered(bench: Bench, source: str, text: str = "HAR0001234, a press release. priv?") -> int:
    """An earlier answer that relied on a source."""
    kind = "exemplar" if source.startswith("EX") else "rule"
    cited = Citation(kind=kind, id=source, quote="q", source="s", start=0, end=1)
    call = Call(field="privilege", choice="Not Privileged", source=source)
    reply = Answer(text="t", calls=(call,), citations=(cited,), confidence=0.9)
    asked = Message(text=text, asker="U0ALICE", key="m:T1:C1:1.1#0")
    return bench.room.recorder.record(asked, None, reply)


def told(bench: Bench, kind: str) -> list[Told]:
    found: list[Told] = []
    bench.clock.on(seconds=1)
    tell_due(bench.room, found.append)
    return [each for each in found if each.notice.kind == kind]


def test_a_second_person_approves_and_the_bank_has_the_exemplar(bench: Bench) -> None:
    case = bench.ruled(ruling=bench.ruling(rules=("PRIV-01",)))
    assert (
        approved(bench, case, "U0CHIDI").refused
        == f"{case.id} was ruled by you: a second person looks at it"
    )
    done = approved(bench, case)
    assert (done.case.state, done.case.exemplar, done.case.approved_by) == (
        "closed",
        "EX-005",
        "U0FARAH",
    )
    made = exemplar(bench, "EX-005")
    assert (made.facts, made.decided_by, made.rules) == (FACTS, "U0CHIDI", ("PRIV-01",))
    assert f"[ruling {case.id}.1; playbook 1.10; approved by U0FARAH]" in made.rationale
    assert check_matter(bench.folder)[0] is not None


def test_an_approval_cut_off_after_the_file_was_written_adds_no_second_row(bench: Bench) -> None:
    case = bench.ruled(ruling=bench.ruling(supersedes=("EX-001",)))
    good = bench.room.store.put_banked
    try:
        object.__setattr__(bench.room.store, "put_banked", _cut_off)
        with pytest.raises(KeyboardInterrupt):
            approved(bench, case, key="click")
    finally:
        object.__setattr__(bench.room.store, "put_banked", good)
    assert bench.room.case(case.id).state == "ruled"
    assert approved(bench, case, key="click").case.exemplar == "EX-005"
    assert len(load_matter(bench.folder).exemplars) == 5


def _cut_off(*_: object) -> None:
    raise KeyboardInterrupt


def test_a_bank_broken_by_hand_meanwhile_is_named_by_its_line_and_the_case_waits(
    bench: Bench,
) -> None:
    case = bench.ruled()
    path = bench.folder / "exemplars.csv"
    good = path.read_text("utf-8")
    path.write_text(good + "EX-9,too,few\n", "utf-8")
    with pytest.raises(MatterError, match=r"exemplars\.csv:6"):
        approved(bench, case)
    assert bench.room.case(case.id).state == "ruled"
    path.write_text(good, "utf-8")
    assert approved(bench, case).refused is None


def test_a_ruling_whose_rule_left_the_playbook_meanwhile_is_not_approved(bench: Bench) -> None:
    case = bench.ruled(ruling=bench.ruling(rules=("PRIV-02",)))
    path = bench.folder / "playbook/01-rules.md"
    path.write_text(path.read_text("utf-8").replace("PRIV-02", "PRIV-05"), "utf-8")
    refused = approved(bench, case).refused
    assert refused is not None
    assert "'PRIV-02' is not in playbook" in refused
    back = bench.do(case, "send_back", "U0FARAH", reason="the rule moved").case
    assert (back.state, back.claimed_by) == ("claimed", "U0CHIDI")


def test_an_answer_that_relied_on_what_is_overturned_is_listed_and_told_once(bench: Bench) -> None:
    seq, other = answered(bench, "EX-001"), answered(bench, "EX-002")
    case = bench.ruled(ruling=bench.ruling(supersedes=("EX-001",)))
    told(bench, "answer")
    approved(bench, case)
    found = listed(bench.room)
    assert [(s.seq, s.source, s.asker, s.documents) for s in found] == [
        (seq, "EX-001", "U0ALICE", ("HAR0001234",))
    ]
    assert [(t.notice.seq, t.notice.place) for t in told(bench, "stale")] == [
        (seq, "m:T1:C1:1.1#0")
    ]
    watch(bench.room, bench.clock())
    watch(bench.room, bench.clock())
    assert told(bench, "stale") == []
    assert other not in [s.seq for s in listed(bench.room)]
    assert exemplar(bench, "EX-001").status == "superseded"


def test_answers_on_a_rule_that_a_new_playbook_version_changes_are_stale_and_others_are_not(
    bench: Bench,
) -> None:
    changed, kept = answered(bench, "PRIV-01"), answered(bench, "RESP-01")
    assert watch(bench.room, bench.clock()) == 0
    yaml, rules = bench.folder / "matter.yaml", bench.folder / "playbook/01-rules.md"
    yaml.write_text(yaml.read_text("utf-8").replace('"1.10"', '"1.11"'), "utf-8")
    rules.write_text(rules.read_text("utf-8").replace("merely because", "just because"), "utf-8")
    assert watch(bench.room, bench.clock()) == 1
    (found,) = listed(bench.room)
    assert (found.seq, found.source) == (changed, "PRIV-01")
    assert found.cause.startswith("playbook 1.11 ")
    assert kept != changed
    assert watch(bench.room, bench.clock()) == 0
    assert [t.notice.seq for t in told(bench, "stale")] == [changed]


def test_an_exemplar_that_a_person_supersedes_by_hand_makes_answers_stale_too(bench: Bench) -> None:
    seq = answered(bench, "EX-002")
    watch(bench.room, bench.clock())
    path = bench.folder / "exemplars.csv"
    lines = path.read_text("utf-8").splitlines(keepends=True)
    lines[2] = lines[2].replace("active", "superseded")
    path.write_text("".join(lines), "utf-8")
    assert watch(bench.room, bench.clock()) == 1
    assert [s.seq for s in listed(bench.room)] == [seq]


def test_a_case_ruled_anew_overturns_the_exemplar_that_it_had_made(bench: Bench) -> None:
    case = approved(bench, bench.ruled()).case
    bench.do(case, "reopen", "U0FARAH", reason="a new fact")
    bench.do(case, "claim", "U0FARAH")
    again = bench.ruling("privilege=Privileged: Withhold")
    bench.room.rule(case.id, bench.act("rule", "U0FARAH"), again)
    done = approved(bench, case, "U0CHIDI")
    assert (done.refused, done.case.exemplar) == (None, "EX-006")
    assert exemplar(bench, "EX-005").status == "superseded"
    assert [s.source for s in listed(bench.room)] == [], (
        "the first ruling's answers cite the ruling"
    )


def test_an_exemplar_that_a_stale_editor_saved_over_is_put_back_once(bench: Bench) -> None:
    path = bench.folder / "exemplars.csv"
    older = path.read_text("utf-8")
    case = approved(bench, bench.ruled()).case
    path.write_text(older + older.splitlines()[1].replace("EX-001", "EX-040") + "\n", "utf-8")
    assert restore_lost(bench.room) == [case.exemplar]
    assert {e.id for e in load_matter(bench.folder).exemplars} >= {"EX-005", "EX-040"}
    path.write_text(older, "utf-8")
    assert restore_lost(bench.room) == [], "who takes it out again means it"


def test_numbers_are_in_the_lanes_hours_against_its_target(bench: Bench) -> None:
    case = bench.opened()
    bench.clock.on(hours=1)
    bench.do(case, "claim", "U0CHIDI")
    bench.clock.on(hours=1)
    bench.room.rule(case.id, bench.act("rule", "U0CHIDI"), bench.ruling())
    bench.opened("one that nobody takes, priv?")
    bench.clock.on(hours=5)
    found = figures(bench.room.cases(), bench.room.matter().lanes, bench.room.rota(), bench.clock())
    lane = found[0]
    assert (lane.lane, lane.cases, lane.waiting, lane.oldest_hours) == ("privilege", 2, 1, 5)
    assert (lane.to_claim.median, lane.to_ruling.median) == (1, 2)
    assert (lane.inside.hits, lane.inside.n) == (1, 2), "the one that waits is late"
    assert share(0, 0).low is None
    assert share(94, 100).low == pytest.approx(0.875, abs=1e-3)
    assert bank.NAME == "exemplars.csv"
