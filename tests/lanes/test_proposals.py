"""What rulings would add to the playbook: gathered, renewed, decided by who answers for it, never applied."""

from __future__ import annotations

import subprocess
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest

from assistant.errors import LanesError, MatterError
from assistant.lanes.approving import approve
from assistant.lanes.deciding import Decided, decide, may_decide
from assistant.lanes.nouns import Case, Deed, Proposal
from assistant.lanes.proposals import gather, proposals
from assistant.lanes.telling import Told, tell_due
from assistant.matter import load_matter
from assistant.settings import Settings
from tests.conftest import RIGHTS, Write
from tests.lanes.conftest import FACTS, PEOPLE, Bench, _bench

RULES = "playbook/01-rules.md"


def proposed(bench: Bench, **more: object) -> Proposal:
    """The proposal of one ruling that asks for it."""
    bench.ruled(ruling=bench.ruling(**{"rules": ("PRIV-01",), "playbook": True, **more}))
    (made,) = gather(bench.room, bench.clock())
    return made


def decided(
    bench: Bench, of: Proposal, deed: Deed, by: str, seen: int | None = None, **more: str
) -> Decided:
    act = bench.act(deed, by, **{"reason": "It is how we code.", **more})
    return decide(of.id, act, bench.room, seen)


def edited(bench: Bench, old: str, new: str) -> None:
    path = bench.folder / RULES
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")


def applied(bench: Bench, diff: str, tmp_path: Path) -> None:
    """As a person applies it."""
    patch = tmp_path / "change.diff"
    patch.write_text(diff, "utf-8")
    subprocess.run(["git", "apply", str(patch)], cwd=bench.folder, check=True)


def cards(bench: Bench) -> list[str]:
    """The proposals that are told in their lane, as `lane:proposal`."""
    found: list[Told] = []
    bench.clock.on(seconds=1)
    tell_due(bench.room, found.append)
    told = [each.notice for each in found if each.notice.kind == "proposal"]
    return [f"{notice.lane}:{notice.detail}" for notice in told]


def test_a_ruling_that_the_playbook_should_say_becomes_a_diff_that_git_applies(
    bench: Bench, tmp_path: Path
) -> None:
    made = proposed(bench)
    assert gather(bench.room, bench.clock()) == []
    assert cards(bench) == ["protocol:P-0001"], "told once, in the lane of who answers for it"
    assert "+Call (if a mediator writes" in made.diff
    before = (bench.folder / RULES).read_text("utf-8")
    done = decided(bench, made, "accept", "U0DANA", made.seq)
    assert (done.refused, done.proposal.state, done.proposal.decided_by) == (
        None,
        "accepted",
        "U0DANA",
    )
    assert done.proposal.reason == "It is how we code."
    assert cards(bench) == ["protocol:P-0001"]
    again = decided(bench, made, "decline", "U0GIL")
    assert again.refused == "P-0001 is accepted already by U0DANA"
    assert (bench.folder / RULES).read_text("utf-8") == before, "never by itself"
    applied(bench, proposals(bench.room)[0].diff, tmp_path)
    rule = next(r for r in load_matter(bench.folder).rules if r.id == "PRIV-01")
    assert FACTS.rstrip(".").lower() in (rule.branches[-1].condition or "").lower()
    kinds = bench.kinds()
    assert (kinds.count("proposal-accepted"), kinds.count("lane-refused")) == (1, 1)


@pytest.mark.parametrize("by", ["U0ALICE", "U0CHIDI", "U0NOBODY", "assistant"])
@pytest.mark.parametrize("deed", ["accept", "decline"])
def test_who_does_not_answer_for_the_playbook_is_refused_and_it_is_recorded(
    bench: Bench, by: str, deed: Deed
) -> None:
    made = proposed(bench)
    for attempt in (may_decide, decide):
        refused = attempt(made.id, bench.act(deed, by), bench.room).refused
        assert refused == "only who holds review_manager decides on the playbook"
        last = list(bench.room.ledger.entries("harbor"))[-1]
        assert (last.kind, last.asker, last.citations) == ("lane-refused", by, (made.id,))
    assert proposals(bench.room)[0].state == "proposed"


def test_a_person_who_was_taken_out_meanwhile_decides_nothing(bench: Bench) -> None:
    made = proposed(bench)
    text = PEOPLE.replace("  U0DANA: [review_manager]\n", "")
    (bench.folder / "matter.yaml").write_text(text, "utf-8")
    assert decided(bench, made, "accept", "U0DANA").refused is not None
    assert decided(bench, made, "accept", "U0GIL").refused is None


def test_the_right_that_says_who_answers_is_read_at_the_moment_of_the_click(bench: Bench) -> None:
    made = proposed(bench)
    rights = RIGHTS.replace("accountable: review_manager", "accountable: privilege_lead")
    (bench.folder / "decision_rights.yaml").write_text(rights, "utf-8")
    assert decided(bench, made, "accept", "U0DANA").refused is not None
    assert decided(bench, made, "accept", "U0CHIDI").refused is None


def test_where_a_file_of_the_matter_is_broken_nobody_decides(bench: Bench) -> None:
    made = proposed(bench)
    (bench.folder / "matter.yaml").write_text(PEOPLE + "people: {}\n", "utf-8")
    with pytest.raises(MatterError, match=r"matter\.yaml:\d+"):
        decided(bench, made, "accept", "U0DANA")


def test_declining_says_why_and_the_same_cases_do_not_bring_it_again(bench: Bench) -> None:
    made = proposed(bench)
    assert decided(bench, made, "decline", "U0GIL", reason=" ").refused == (
        "say why it is declined, in a sentence"
    )
    assert decided(bench, made, "decline", "U0GIL", reason="Too rare.").proposal.reason == (
        "Too rare."
    )
    assert gather(bench.room, bench.clock()) == []
    bench.ruled(
        ask="and the arbitrator's letter, priv?",
        ruling=bench.ruling(
            rules=("PRIV-01",), playbook=True, facts="An arbitrator writes to both sides at once."
        ),
    )
    (fresh,) = gather(bench.room, bench.clock())
    assert fresh.cases == ("C-0002",)
    assert "mediator" not in fresh.diff, "what was declined does not come along"


def test_a_click_that_is_delivered_twice_is_done_once(bench: Bench) -> None:
    made = proposed(bench)
    first = decided(bench, made, "accept", "U0DANA", key="click")
    again = decided(bench, made, "accept", "U0DANA", key="click")
    assert (first.refused, again.refused) == (None, None)
    assert bench.kinds().count("proposal-accepted") == 1


def test_a_playbook_edited_meanwhile_is_not_decided_on_by_an_old_diff(
    bench: Bench, tmp_path: Path
) -> None:
    made = proposed(bench)
    edited(bench, "if the business retained", "if the business itself retained")
    refused = decided(bench, made, "accept", "U0DANA", made.seq).refused
    assert refused is not None
    assert "look again" in refused
    assert gather(bench.room, bench.clock()) == []
    (renewed,) = proposals(bench.room)
    assert (renewed.state, renewed.diff != made.diff) == ("proposed", True)
    assert decided(bench, made, "decline", "U0DANA", made.seq).refused == (
        "P-0001 was made anew since you looked at it: look again"
    )
    assert decided(bench, renewed, "accept", "U0DANA", renewed.seq).refused is None
    applied(bench, renewed.diff, tmp_path)


def test_a_proposal_that_the_playbook_says_by_now_is_overtaken(
    bench: Bench, tmp_path: Path
) -> None:
    made = proposed(bench)
    applied(bench, made.diff, tmp_path)
    gather(bench.room, bench.clock())
    assert [each.state for each in proposals(bench.room)] == ["overtaken"]
    assert decided(bench, made, "accept", "U0DANA").refused == "P-0001 is overtaken already"
    assert gather(bench.room, bench.clock()) == []


def test_a_case_ruled_anew_changes_the_proposal_that_rests_on_it(bench: Bench) -> None:
    made = proposed(bench)
    bench.do(_case(bench), "reopen", "U0FARAH", reason="a new fact")
    assert decided(bench, made, "accept", "U0DANA", made.seq).refused is not None
    bench.do(_case(bench), "claim", "U0FARAH")
    other = bench.ruling("privilege=Privileged: Withhold", rules=("PRIV-01",), playbook=True)
    bench.room.rule("C-0001", bench.act("rule", "U0FARAH"), other)
    gather(bench.room, bench.clock())
    (renewed,) = proposals(bench.room)
    assert "= Privileged: Withhold" in renewed.diff
    assert "+Call (if a mediator" in renewed.diff
    assert "= Not Privileged\n" not in "".join(
        line for line in renewed.diff.splitlines(keepends=True) if line.startswith("+")
    )


def _case(bench: Bench) -> Case:
    return bench.room.case("C-0001")


def test_a_topic_ruled_three_times_for_all_such_documents_is_proposed_as_a_new_rule(
    bench: Bench,
) -> None:
    for number in range(3):
        case = bench.ruled(ask=f"mediator question number {number}, priv?")
        approve(case.id, bench.act("approve", "U0FARAH"), bench.room)
    (made,) = gather(bench.room, bench.clock())
    assert made.cases == ("C-0001", "C-0002", "C-0003")
    assert "+## RESP-03 As ruled in" in made.diff


@pytest.mark.parametrize(
    "reason",
    [
        "Call: privilege = Not Privileged",
        "## PRIV-09 Everything",
        "Escalate: privilege",
        "See FAM-02",
    ],
)
def test_a_reason_never_passes_for_a_line_of_law(bench: Bench, reason: str, tmp_path: Path) -> None:
    made = proposed(bench, rules=(), reason=reason)
    rules = [rule.id for rule in load_matter(bench.folder).rules]
    applied(bench, made.diff, tmp_path)
    matter = load_matter(bench.folder)
    (new,) = [rule for rule in matter.rules if rule.id not in rules]
    assert [branch.condition is not None for branch in new.branches] == [True]
    assert new.see == ()


def test_a_playbook_without_markdown_gets_a_file_of_its_own(bench: Bench) -> None:
    from assistant.lanes.playbook_diff import diff
    from assistant.lanes.proposals import rulings

    bench.ruled(ruling=bench.ruling(rules=("PRIV-01",), playbook=True))
    matter = load_matter(bench.folder)
    files = {name: text for name, text in matter.files.items() if not name.endswith(".md")}
    made = diff(
        "PRIV-01", rulings(bench.room), matter.model_copy(update={"files": files, "rules": ()})
    )
    assert made.startswith("--- /dev/null\n+++ b/playbook/99-rulings.md\n")


def test_an_unknown_proposal_is_an_error_that_says_what_to_do(bench: Bench) -> None:
    with pytest.raises(LanesError, match="secondchair lane proposals"):
        decide("P-0009", bench.act("accept", "U0DANA"), bench.room)


@pytest.mark.slow
def test_ten_decisions_at_once_have_one_winner_on_either_database(
    write_matter: Write, tmp_path: Path, database_url: str
) -> None:
    settings = Settings(home=tmp_path / "h", database_url=database_url)
    for bench in _bench(write_matter(matter=PEOPLE), settings):
        made = proposed(bench)

        def click(number: int, bench: Bench = bench, made: Proposal = made) -> str | None:
            deed: Deed = "accept" if number % 2 else "decline"
            by = ("U0DANA", "U0GIL")[number % 2]
            return decided(bench, made, deed, by, made.seq, key=f"click{number}").refused

        with ThreadPoolExecutor(5) as pool:
            refused = list(pool.map(click, range(10)))
        assert sum(why is None for why in refused) == 1
        assert bench.kinds().count("lane-refused") == 9
        bench.ruled(ask="another, priv?", ruling=bench.ruling(rules=("PRIV-02",), playbook=True))
        with ThreadPoolExecutor(4) as pool:
            made_anew = list(pool.map(partial(gather, bench.room), [bench.clock()] * 4))
        assert sum(len(each) for each in made_anew) == 1, "two replicas gather it once"
        assert bench.room.ledger.verify("harbor").ok
