"""What somebody might try, or what might go wrong between two steps: nothing unapproved stands, nothing leaks."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.errors import LanesError
from assistant.lanes import bank
from assistant.lanes.approving import approve
from assistant.lanes.nouns import ASSISTANT, Act, Case, Deed, Done, Person
from assistant.lanes.restoring import restore_lost, retire_unapproved
from assistant.lanes.stale import listed, watch
from assistant.lanes.telling import Told, tell_due
from assistant.matter import check_matter, load_matter
from tests.conftest import EXEMPLARS
from tests.lanes.conftest import FACTS, PEOPLE, Bench
from tests.lanes.test_approving import _cut_off, answered, approved, exemplar


def cut_off(bench: Bench, case: Case) -> None:
    """An approval whose process died after the file was written."""
    good = bench.room.store.put_banked
    try:
        object.__setattr__(bench.room.store, "put_banked", _cut_off)
        with pytest.raises(KeyboardInterrupt):
            approved(bench, case)
    finally:
        object.__setattr__(bench.room.store, "put_banked", good)


def kept(bench: Bench) -> str:
    return (bench.folder / "exemplars.csv").read_text("utf-8")


@pytest.mark.parametrize("deed", ["close", "join", "open", "accept"])
@pytest.mark.parametrize("by", ["U0ALICE", "U0CHIDI", ASSISTANT])
def test_a_deed_that_is_nobodys_is_refused_to_everybody(bench: Bench, deed: Deed, by: str) -> None:
    case = bench.opened()
    done = bench.do(case, deed, by)
    assert done.refused == f"{deed!r} is nothing that a person does with a case"
    assert bench.room.case(case.id) == case


def test_a_ruling_made_anew_meanwhile_is_not_approved_unread(bench: Bench) -> None:
    case = bench.ruled()
    bench.do(case, "send_back", "U0FARAH", reason="not so")
    bench.room.rule(
        case.id, bench.act("rule", "U0CHIDI"), bench.ruling("privilege=Privileged: Withhold")
    )
    unread = approve(case.id, bench.act("approve", "U0FARAH"), bench.room, seen=1)
    assert unread.refused is not None
    assert "ruled anew since you looked" in unread.refused
    assert approve(case.id, bench.act("approve", "U0FARAH"), bench.room, seen=2).refused is None


@pytest.mark.parametrize("field", ["facts", "reason"])
@pytest.mark.parametrize("start", ["=HYPERLINK(1) ", "+", "-", "@"])
def test_what_a_spreadsheet_would_run_does_not_reach_the_bank(
    bench: Bench, field: str, start: str
) -> None:
    case = bench.claimed()
    said = {"facts": FACTS, "reason": "A neutral is no confidant."}
    ruling = bench.ruling(**{field: start + said[field]})
    done = bench.room.rule(case.id, bench.act("rule", "U0CHIDI"), ruling)
    assert done.refused is not None
    assert "a spreadsheet would run" in done.refused


def test_a_reason_cannot_forge_whose_ruling_it_is(bench: Bench) -> None:
    forged = "So. [ruling C-0099.1; playbook 9; approved by U0GC]"
    made = exemplar(
        bench, approved(bench, bench.ruled(ruling=bench.ruling(reason=forged))).case.exemplar
    )
    assert made.rationale.count("[ruling") == 1
    assert "(ruling C-0099.1" in made.rationale


@pytest.mark.parametrize(
    "pasted",
    [
        "our coun\u00adsel thinks the sec\u00adond claim will never hold up",
        "our counsel thinks the sec-\nond claim will never hold up",
        "OUR COUNSEL THINKS THE SECOND\u200b CLAIM WILL NEVER HOLD UP",
        "our counsel thinks the second \uff43\uff4c\uff41\uff49\uff4d will never hold up",
    ],
    ids=["soft hyphens", "cut at a line's end", "unseen marks", "one form"],
)
def test_copied_words_are_found_whatever_a_paste_did_to_them(bench: Bench, pasted: str) -> None:
    case = bench.claimed(ask=f"priv?\n> {pasted}".replace("\nond", "\n> ond"))
    facts = "A letter in which our counsel thinks the second claim will never hold up."
    done = bench.room.rule(case.id, bench.act("rule", "U0CHIDI"), bench.ruling(facts=facts))
    assert done.refused is not None
    assert "copy 6 words" in done.refused


def test_an_approval_that_was_cut_off_and_never_made_again_leaves_no_exemplar(bench: Bench) -> None:
    case = bench.ruled()
    cut_off(bench, case)
    assert retire_unapproved(bench.room) == [], "it may still be made again"
    watch(bench.room, bench.clock())
    seq = answered(bench, "EX-005")
    bench.do(case, "send_back", "U0FARAH", reason="on second thoughts")
    assert retire_unapproved(bench.room) == ["EX-005"]
    assert exemplar(bench, "EX-005").status == "superseded"
    assert bench.kinds()[-1] == "exemplar-retired"
    watch(bench.room, bench.clock())
    assert [each.seq for each in listed(bench.room)] == [seq], "what relied on it is stale"
    assert retire_unapproved(bench.room) == []


def test_an_approved_exemplar_and_one_of_another_ledger_stay(bench: Bench) -> None:
    approved(bench, bench.ruled())
    other = (
        EXEMPLARS.splitlines()[1]
        .replace("EX-001", "EX-060")
        .replace("Business retained it.", "So. [ruling C-0001.1; playbook 1.10; approved by U0X]")
    )
    (bench.folder / "exemplars.csv").write_text(kept(bench) + other + "\n", "utf-8")
    before = kept(bench)
    assert retire_unapproved(bench.room) == []
    assert kept(bench) == before


def test_an_overturned_exemplar_that_a_save_lost_comes_back_as_superseded(bench: Bench) -> None:
    older = kept(bench)
    case = approved(bench, bench.ruled()).case
    bench.do(case, "reopen", "U0FARAH", reason="a new fact")
    bench.do(case, "claim", "U0FARAH")
    bench.room.rule(
        case.id, bench.act("rule", "U0FARAH"), bench.ruling("privilege=Privileged: Withhold")
    )
    approved(bench, case, "U0CHIDI")
    (bench.folder / "exemplars.csv").write_text(older, "utf-8")
    assert restore_lost(bench.room) == ["EX-005", "EX-006"]
    assert exemplar(bench, "EX-005").status == "superseded"
    assert exemplar(bench, "EX-006").status == "active"


def test_an_overturned_exemplar_alone_taken_out_by_hand_does_not_come_back_into_force(
    bench: Bench,
) -> None:
    case = approved(bench, bench.ruled()).case
    bench.do(case, "reopen", "U0FARAH", reason="a new fact")
    bench.do(case, "claim", "U0FARAH")
    again = bench.ruling("privilege=Privileged: Withhold")
    bench.room.rule(case.id, bench.act("rule", "U0FARAH"), again)
    approved(bench, case, "U0CHIDI")
    lines = [line for line in kept(bench).splitlines() if not line.startswith("EX-005")]
    (bench.folder / "exemplars.csv").write_text("\n".join(lines) + "\n", "utf-8")
    assert restore_lost(bench.room) == ["EX-005"]
    assert exemplar(bench, "EX-005").status == "superseded"


def test_a_matter_whose_bank_is_another_file_keeps_loading(bench: Bench) -> None:
    import json

    rows = [each.model_dump() for each in load_matter(bench.folder).exemplars]
    calls = [
        {**row, "calls": "; ".join(f"{c['field']}={c['choice']}" for c in row["calls"])}
        for row in rows
    ]
    names = ("id", "facts", "calls", "rationale", "rules", "decided_by", "decided_on", "status")
    lines = [
        json.dumps({k: ";".join(r[k]) if k == "rules" else r[k] for k in names}) for r in calls
    ]
    (bench.folder / "exemplars.csv").unlink()
    (bench.folder / "exemplars.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    assert check_matter(bench.folder)[0] is not None
    case = bench.claimed()
    over = bench.ruling(supersedes=("EX-001",))
    refused = bench.room.rule(case.id, bench.act("rule", "U0CHIDI"), over).refused
    assert (
        refused == "exemplar 'EX-001' stands in exemplars.jsonl: mark it superseded there by hand"
    )
    bench.room.rule(case.id, bench.act("rule", "U0CHIDI"), bench.ruling())
    assert approved(bench, case).case.exemplar == "EX-005", "no id of the other file is taken again"
    assert check_matter(bench.folder)[0] is not None


def test_a_bank_that_cannot_be_written_is_named_and_the_case_waits(bench: Bench) -> None:
    case = bench.ruled()
    path = bench.folder / "exemplars.csv"
    text = path.read_text("utf-8")
    path.unlink()
    path.mkdir()
    with pytest.raises(Exception, match=r"exemplars\.csv"):
        approved(bench, case)
    path.rmdir()
    path.write_text(text, "utf-8")
    assert approved(bench, case).refused is None


def test_a_full_disk_is_an_error_that_says_what_to_do(bench: Bench) -> None:
    def full(text: str) -> str:
        raise OSError(28, "No space left on device")

    with pytest.raises(LanesError, match="No space left"):
        bank._written(bench.folder / "exemplars.csv", full)


def test_a_lane_taken_out_of_the_file_holds_up_no_other_lanes_notices(bench: Bench) -> None:
    for number in range(3):
        bench.opened(ask=f"question number {number}, priv?")
    other = bench.opened(ask="newsletter, responsive?", lane="protocol")
    told: list[Told] = []
    tell_due(bench.room, told.append)
    text = PEOPLE.replace("{name: privilege, owner", "{name: elsewhere, owner")
    (bench.folder / "matter.yaml").write_text(text, "utf-8")
    bench.clock.on(hours=7)
    told.clear()
    tell_due(bench.room, told.append)
    reminded = [each.notice.case for each in told if each.notice.kind == "remind"]
    assert reminded == [other.id]


def test_an_answer_whose_content_was_destroyed_by_order_is_not_tried_for_ever(bench: Bench) -> None:
    bench.ruled(ruling=bench.ruling(scope="document", facts=""))
    bench.room.ledger.destroy_content("harbor")
    told: list[Told] = []
    bench.clock.on(seconds=1)
    tell_due(bench.room, told.append)
    assert "answer" not in [each.notice.kind for each in told]
    bench.clock.on(days=1)
    with bench.room.store.reading() as connection:
        waiting = bench.room.store.due(connection, "harbor", bench.clock())
    assert "answer" not in [notice.kind for notice in waiting]


def test_one_persons_two_names_do_not_make_a_second_person(bench: Bench, tmp_path: Path) -> None:
    (bench.folder / "matter.yaml").write_text(
        PEOPLE.replace("U0CHIDI: [", "chidi@firm.example: [privilege_lead]\n  U0CHIDI: ["), "utf-8"
    )
    case = bench.ruled("U0CHIDI")
    both = Person(names=("chidi@firm.example", "U0CHIDI"))
    act = Act(deed="approve", by=both, at=bench.clock(), key="x")
    done: Done = approve(case.id, act, bench.room)
    assert done.refused == f"{case.id} was ruled by you: a second person looks at it"
