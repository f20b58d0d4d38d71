"""Cases through the room: one transaction a deed, authority at the click, everything in the ledger."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from assistant.errors import LanesError, MatterError
from assistant.lanes.nouns import Case, Deed
from assistant.lanes.telling import Told, due, tell_due
from assistant.settings import Settings
from assistant.types import Answer, Call
from tests.conftest import Write
from tests.lanes.conftest import ASK, FACTS, PEOPLE, Bench, _bench

OUTSIDERS = ("U0ALICE", "U0DANA", "U0STRANGER")


def notices(bench: Bench, kind: str) -> list[str]:
    matter = bench.room.matter().id
    with bench.room.store.reading() as connection:
        rows = bench.room.store.notices(connection, matter)
    return [row["key"] for row in rows if row["kind"] == kind]


def test_the_whole_way_of_a_case_stands_in_the_ledger(bench: Bench) -> None:
    case = bench.ruled(ruling=bench.ruling(scope="document", facts=""))
    assert case.state == "closed"
    assert bench.kinds() == [
        "escalate",
        "lane-open",
        "lane-claim",
        "lane-rule",
        "answer",
        "lane-close",
    ]
    assert bench.room.ledger.verify("harbor").ok
    entries = list(bench.room.ledger.entries("harbor"))
    assert [e.asker for e in entries[1:4]] == ["U0ALICE", "U0CHIDI", "U0CHIDI"]
    assert entries[3].content is not None
    assert entries[3].content["ruling"]["reason"] == "A neutral is no confidant of ours."


def test_the_answer_has_the_form_of_any_other_and_cites_the_ruling(bench: Bench) -> None:
    case = bench.ruled(ruling=bench.ruling(rules=("PRIV-01",)))
    bench.clock.on(seconds=1)
    told: list[Told] = []
    tell_due(bench.room, told.append)
    (answer,) = [each for each in told if each.notice.kind == "answer"]
    assert answer.notice.seq is not None
    message, reply = bench.room.recorder.recall(answer.notice.seq)
    assert isinstance(reply, Answer)
    assert (message.text, message.asker) == (ASK, "U0ALICE")
    assert [(c.field, c.choice, c.source) for c in reply.calls] == [
        ("privilege", "Not Privileged", f"{case.id}.1")
    ]
    assert [c.kind for c in reply.citations] == ["ruling", "rule"]


def test_the_same_question_joins_while_the_case_waits_and_all_who_asked_are_told(
    bench: Bench,
) -> None:
    first = bench.opened()
    same = bench.opened("Mediator's email to BOTH sides, with settlement brackets. Priv", "U0BRAM")
    assert same.id == first.id
    assert [asker.person for asker in same.askers] == ["U0ALICE", "U0BRAM"]
    other = bench.opened("mediator's email to one side only, with settlement brackets. priv?")
    assert other.id != first.id
    bench.do(first, "claim", "U0CHIDI")
    bench.room.rule(first.id, bench.act("rule", "U0CHIDI"), bench.ruling())
    assert len(notices(bench, "answer")) == 2
    assert bench.opened().id not in (first.id, other.id), "a ruled case is not joined"


def test_an_act_that_is_delivered_twice_is_done_once(bench: Bench) -> None:
    case = bench.opened()
    one = bench.do(case, "claim", "U0CHIDI", key="click")
    again = bench.do(case, "claim", "U0CHIDI", key="click")
    assert (one.refused, again.refused, again.repeated) == (None, None, True)
    assert bench.kinds().count("lane-claim") == 1


@pytest.mark.parametrize("by", OUTSIDERS)
@pytest.mark.parametrize(
    "deed", ["claim", "release", "take_over", "rule", "send_back", "reopen", "withdraw", "approve"]
)
def test_who_does_not_hold_the_role_is_refused_in_every_transition_and_it_is_recorded(
    bench: Bench, by: str, deed: Deed
) -> None:
    from assistant.lanes.approving import approve

    case = {
        "claim": bench.opened,
        "withdraw": lambda: bench.opened(by="U0BRAM"),
        "approve": bench.ruled,
        "send_back": bench.ruled,
        "reopen": bench.ruled,
    }.get(deed, bench.claimed)()
    act = bench.act(deed, by)
    if deed == "rule":
        done = bench.room.rule(case.id, act, bench.ruling())
    else:
        done = (
            approve(case.id, act, bench.room) if deed == "approve" else bench.room.act(case.id, act)
        )
    assert done.refused is not None
    assert "privilege_lead" in done.refused
    assert bench.room.case(case.id) == case
    assert bench.kinds()[-1] == "lane-refused"
    last = list(bench.room.ledger.entries("harbor"))[-1]
    assert (last.asker, last.content["deed"] if last.content else None) == (by, deed)


def test_a_person_who_was_removed_meanwhile_may_no_longer_rule(bench: Bench) -> None:
    case = bench.claimed()
    text = PEOPLE.replace("  U0CHIDI: [privilege_lead]\n", "")
    (bench.folder / "matter.yaml").write_text(text, "utf-8")
    done = bench.room.rule(case.id, bench.act("rule", "U0CHIDI"), bench.ruling())
    assert done.refused == "only who holds privilege_lead may rule a case of lane 'privilege'"
    assert bench.do(case, "take_over", "U0FARAH").refused is None


def test_where_matter_yaml_is_broken_nobody_decides_and_the_line_is_named(bench: Bench) -> None:
    case = bench.opened()
    (bench.folder / "matter.yaml").write_text(PEOPLE + "people: {}\n", "utf-8")
    with pytest.raises(MatterError, match=r"matter\.yaml:\d+"):
        bench.do(case, "claim", "U0CHIDI")
    (bench.folder / "matter.yaml").write_text(PEOPLE, "utf-8")
    assert bench.room.case(case.id).state == "open"


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"reason": " "}, "the reason is empty"),
        ({"rules": ("PRIV-99",)}, "rule 'PRIV-99' is not in playbook 1.10"),
        ({"supersedes": ("EX-999",)}, "exemplar 'EX-999' is not in the bank"),
        ({"supersedes": ("EX-004",)}, "superseded already"),
        ({"facts": "short"}, "the facts have 5 characters"),
        ({"facts": FACTS + " See bob@example.com."}, "an address or a link"),
        ({"facts": FACTS + " Her number is 555-01-2345."}, "personal data"),
    ],
)
def test_a_ruling_that_cannot_stand_is_refused_with_what_to_do_and_the_case_waits(
    bench: Bench, more: dict[str, object], says: str
) -> None:
    case = bench.claimed()
    done = bench.room.rule(case.id, bench.act("rule", "U0CHIDI"), bench.ruling(**more))
    assert done.refused is not None
    assert says in done.refused
    assert bench.room.case(case.id).state == "claimed"


def test_a_ruling_outside_the_palette_is_refused(bench: Bench) -> None:
    case = bench.claimed()
    wrong = bench.ruling().model_copy(
        update={"calls": (Call(field="privilege", choice="Perhaps", source="x"),)}
    )
    done = bench.room.rule(case.id, bench.act("rule", "U0CHIDI"), wrong)
    assert done.refused is not None
    assert "unknown choice 'Perhaps'" in done.refused


def test_facts_that_copy_the_document_or_name_its_people_are_refused(bench: Bench) -> None:
    pasted = (
        ASK + "\n> Dear Ms Quillfeather, our counsel thinks the second claim will never hold up."
    )
    case = bench.claimed(ask=pasted)
    for facts, says in (
        ("Counsel writes that the second claim will never hold up.", "copy 6 words"),
        (
            "A letter to Quillfeather about a claim between the parties.",
            "stands in the document only",
        ),
    ):
        done = bench.room.rule(case.id, bench.act("rule", "U0CHIDI"), bench.ruling(facts=facts))
        assert done.refused is not None
        assert says in done.refused


def test_a_superseded_rule_bears_no_ruling(bench: Bench) -> None:
    path = bench.folder / "playbook/01-rules.md"
    text = path.read_text("utf-8")
    path.write_text(text + "\n## PRIV-03 Old rule\nSuperseded by PRIV-01.\n", "utf-8")
    case = bench.claimed()
    done = bench.room.rule(case.id, bench.act("rule", "U0CHIDI"), bench.ruling(rules=("PRIV-03",)))
    assert done.refused == "rule 'PRIV-03' is marked as superseded: name the one in force"


def test_a_closed_case_is_not_ruled_again_unless_it_is_reopened(bench: Bench) -> None:
    case = bench.ruled(ruling=bench.ruling(scope="document", facts=""))
    done = bench.room.rule(case.id, bench.act("rule", "U0CHIDI"), bench.ruling())
    assert done.refused == f"{case.id} is closed: rule needs a case that is claimed"
    again = bench.do(case, "reopen", "U0FARAH", reason="a new fact").case
    assert (again.state, again.opening, again.ruled_by) == ("open", 2, None)
    assert len(notices(bench, "word")) == 1, "who asked hears that it is open again"


def test_who_alone_asked_may_withdraw_and_nobody_may_for_two(bench: Bench) -> None:
    case = bench.opened()
    assert bench.do(case, "withdraw", "U0ALICE").case.state == "withdrawn"
    both = bench.opened()
    bench.opened(by="U0BRAM")
    refused = bench.do(both, "withdraw", "U0ALICE").refused
    assert refused is not None
    assert "privilege_lead" in refused


def test_reminders_come_once_and_on_time_and_stop_when_the_case_is_ruled(bench: Bench) -> None:
    case = bench.opened()
    seen: list[tuple[str, float, tuple[str, ...]]] = []

    def tell(told: Told) -> None:
        if told.notice.kind == "remind":
            hours = (bench.clock() - case.opened_at).total_seconds() / 3600
            seen.append((told.notice.key.rsplit(".", 1)[1], hours, told.to))

    for _ in range(13):  # four hours are the target
        tell_due(bench.room, tell)
        tell_due(bench.room, tell)
        bench.clock.on(minutes=30)
        if bench.clock() - case.opened_at == timedelta(hours=2):
            bench.do(case, "claim", "U0CHIDI")
    assert seen == [
        ("rung1", 1.0, ("U0CHIDI", "U0FARAH")),
        ("rung2", 3.0, ("U0CHIDI",)),
        ("rung3", 4.0, ("U0CHIDI", "U0FARAH")),
        ("rung4", 6.0, ("U0CHIDI", "U0FARAH")),
    ]
    early = bench.claimed(ask="another question entirely, priv?")
    bench.room.rule(early.id, bench.act("rule", "U0CHIDI"), bench.ruling())
    bench.clock.on(days=2)
    assert [n for n in due(bench.room) if n.kind == "remind" and n.case == early.id] == []


def test_what_cannot_be_told_is_tried_again_and_told_once(bench: Bench) -> None:
    bench.opened()
    told: list[str] = []

    def tell(each: Told) -> None:
        if bench.clock().minute < 2:
            raise OSError("Slack is down")
        told.append(each.notice.key)

    for _ in range(5):
        tell_due(bench.room, tell)
        bench.clock.on(minutes=1)
    assert len(told) == len(set(told)) == 1


def test_a_shift_that_ends_hands_its_cases_over_once(bench: Bench) -> None:
    (bench.folder / "rota.yaml").write_text(
        """\
lanes:
  privilege:
    shifts:
      - {name: London, zone: Europe/London, opens: "08:00", closes: "16:00", people: [U0CHIDI]}
      - {name: New York, zone: America/New_York, opens: "11:00", closes: "19:00", people: [U0FARAH]}
""",
        "utf-8",
    )
    case = bench.claimed()
    notes: list[tuple[str, tuple[str, ...], list[str]]] = []

    def tell(told: Told) -> None:
        if told.notice.kind == "handover":
            notes.append((told.notice.detail, told.to, [c.id for c in told.cases]))

    for _ in range(48):
        tell_due(bench.room, tell)
        bench.clock.on(minutes=30)
    assert notes == [
        ("20261123T1600", ("U0FARAH",), [case.id]),
        ("20261124T0000", ("U0CHIDI",), [case.id]),
    ]
    assert bench.do(case, "take_over", "U0FARAH").case.claimed_by == "U0FARAH"


def test_an_unknown_case_is_an_error_that_says_what_to_do(bench: Bench) -> None:
    with pytest.raises(LanesError, match="secondchair lane list"):
        bench.room.case("C-9999")


@pytest.mark.slow
def test_twenty_claims_at_once_have_one_winner_on_either_database(
    write_matter: Write, tmp_path: Path, database_url: str
) -> None:
    settings = Settings(home=tmp_path / "h", database_url=database_url)
    for bench in _bench(write_matter(matter=PEOPLE), settings):
        case = bench.opened()

        def claim(number: int, bench: Bench = bench, case: Case = case) -> str | None:
            by = ("U0CHIDI", "U0FARAH")[number % 2]
            return bench.do(case, "claim", by, key=f"click{number}").refused

        with ThreadPoolExecutor(8) as pool:
            refused = list(pool.map(claim, range(20)))
        assert sum(why is None for why in refused) == 1
        assert bench.kinds().count("lane-refused") == 19
        assert bench.room.ledger.verify("harbor").ok
