"""A suite through the users' own pipeline: stored, compared, gated; nothing leaves the machine."""

from __future__ import annotations

import dataclasses
import json
import re
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from assistant.cli import app
from assistant.errors import SecondChairError
from assistant.ledger import Ledger
from assistant.types import Evidence, Question
from evals.check import load_suite
from evals.report.page import page
from evals.run import Bench, run_suite
from evals.session import read_suites
from evals.types import Run, Suite


def basics(bench: Bench) -> Suite:
    return load_suite(Path(bench.desk.matter.folder) / "evals" / "basics.yaml", bench.desk.matter)


def by_id(run: Run) -> dict[str, Any]:
    return {r.id: r for r in run.results}


def broken(bench: Bench) -> Bench:
    """The same bench with a search that finds nothing."""

    def find(question: Question) -> Evidence:
        return Evidence()

    return dataclasses.replace(bench, desk=dataclasses.replace(bench.desk, find=find))


def test_a_suite_runs_through_the_pipeline_and_is_stored(bench: Bench) -> None:
    run = run_suite(basics(bench), bench)
    seen = by_id(run)
    assert seen["q3"].seen[0].outcome == "refuse"
    assert seen["q2"].seen[0].rules[0] == "PRIV-01"
    assert all(r.seen[0].ledger for r in run.results)
    assert bench.store is not None
    assert bench.store.run(run.number or 0) == run
    assert {"matter", "suite", "index", "settings", "code", "libraries"} <= set(run.fingerprint)


def test_a_stored_run_holds_no_question_and_no_answer(bench: Bench) -> None:
    suite = basics(bench)
    text = run_suite(suite, bench).model_dump_json()
    assert not [case.ask for case in suite.cases if case.ask in text]
    assert "The test is whether counsel retained" not in text


def test_the_users_ledger_stays_apart(bench: Bench) -> None:
    run_suite(basics(bench), bench)
    ledger = Ledger.open(bench.settings.ledger_url)
    assert not [e for e in ledger.entries("harbor") if e.asker == "evals"]


def test_replies_are_the_same_however_many_are_asked_at_once(bench: Bench) -> None:
    suite = basics(bench)
    one, many = (run_suite(suite, bench, workers=n) for n in (1, 8))
    alike = [
        [s.model_dump(exclude={"ms", "ledger"}) for r in run.results for s in r.seen]
        for run in (one, many)
    ]
    assert alike[0] == alike[1]
    assert (one.state, [s.point for s in one.scores]) == (
        many.state,
        [s.point for s in many.scores],
    )


def test_repeats_are_asked_and_averaged(bench: Bench) -> None:
    run = run_suite(basics(bench), bench, repeats=3)
    assert {len(r.seen) for r in run.results} == {3}
    assert {s.n for s in run.scores if s.name == "met"} == {4}


def test_a_run_is_compared_with_the_baseline_that_a_person_accepted(bench: Bench) -> None:
    suite = basics(bench)
    first = run_suite(suite, bench)
    assert bench.store is not None
    bench.store.accept(first, "R. Gold", "first whole run")
    later = run_suite(suite, broken(bench))
    assert (later.baseline, later.accepted_by) == (first.number, "R. Gold")
    lost = {c.name: c.lost for c in later.changes}
    assert {"q1", "q2"} <= set(lost["in_reach"])
    assert {"q1", "q2"} <= set(lost["hit@3"])


def test_asking_again_until_green_does_not_help(bench: Bench) -> None:
    suite = basics(bench)
    bad = run_suite(suite, broken(bench))
    assert bad.verdict.word == "stop"
    good = run_suite(suite, bench)  # the stand-in breaks nothing that a fingerprint sees
    assert good.state == bad.state
    assert good.verdict.word == "stop"
    assert f"nothing has changed since run {bad.number}" in good.verdict.reasons[0]


def test_a_changed_case_is_not_compared(bench: Bench) -> None:
    suite = basics(bench)
    assert bench.store is not None
    bench.store.accept(run_suite(suite, bench), "R. Gold", "first")
    other = suite.cases[0].model_copy(update={"ask": "is the weekly newsletter responsive?"})
    later = run_suite(suite.model_copy(update={"cases": (other, *suite.cases[1:])}), bench)
    assert {c.name: c.n for c in later.changes}["met"] == 3


def test_no_connection_leaves_the_machine(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    met: list[Any] = []

    def refuse(*args: Any, **_: Any) -> Any:
        met.append(args)
        raise OSError("no network in a suite")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    run = run_suite(basics(bench), bench)
    assert by_id(run)["q3"].seen[0].outcome == "refuse"
    page(run, bench.limits, {})
    assert met == []


def test_the_report_stands_alone_and_says_the_verdict_first(bench: Bench) -> None:
    suite = basics(bench)
    run = run_suite(suite, bench)
    hostile = {"q1": "<script>alert(1)</script> & newsletter"}
    run = run.model_copy(
        update={"results": tuple(r.model_copy(update={"look": "read me"}) for r in run.results)}
    )
    html = page(run, bench.limits, hostile, (run, run))
    assert not re.findall(r"""(?:src|href)\s*=\s*["'](?!#)""", html)
    assert "<script" not in html
    assert "url(http" not in html
    assert "&lt;script&gt;" in html
    first = html.index("Cases to read")
    assert html.index(run.verdict.word.upper()) < first < html.index("Measures, their ranges")
    assert html.index(run.state) > html.index("Method")


@pytest.fixture
def cli(
    matter_with_suite: Path, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Any]:
    monkeypatch.setenv("SECONDCHAIR_HOME", str(home))
    monkeypatch.setenv("SECONDCHAIR_DATABASE_URL", f"sqlite:///{tmp_path}/cli.sqlite")
    monkeypatch.chdir(matter_with_suite.parent)
    return lambda *args: CliRunner().invoke(app, ["eval", *args])


def test_the_command_line_prints_scores_as_json_and_writes_the_report(
    cli: Callable[..., Any], tmp_path: Path
) -> None:
    done = cli("harbor", "harbor/evals/basics.yaml", "--json", "--report", str(tmp_path / "r.html"))
    told = json.loads(done.stdout)
    assert done.exit_code == {"go": 0, "fix": 1, "stop": 2}[told["verdict"]]
    assert (told["suite"], told["cases"], told["run"]) == ("harbor-basics", 4, 1)
    assert told["scores"]["refusal_recall"]["n"] == 1
    assert (tmp_path / "r.html").read_text().startswith("<!doctype html>")
    again = cli("run", "harbor", "basics")
    assert "run 2" in again.stdout
    assert "Report:" in again.stdout


def test_a_broken_suite_is_exit_code_three_with_file_case_and_line(cli: Callable[..., Any]) -> None:
    path = Path("harbor/evals/basics.yaml")
    path.write_text(path.read_text().replace("right: waiver", "right: parking"))
    done = cli("harbor", "basics")
    assert done.exit_code == 3
    assert "basics.yaml:14: case 'q3': unknown right 'parking'" in done.stderr
    assert cli("check", "harbor").exit_code == 3
    assert cli("check", str(path)).exit_code == 0
    assert cli("harbor", "nothing-of-this-name").exit_code == 3


def test_accept_compare_and_trend_from_the_command_line(cli: Callable[..., Any]) -> None:
    for _ in range(2):
        cli("harbor", "basics")
    assert cli("accept", "1", "--by", "R. Gold", "--why", "first").exit_code == 0
    told = json.loads(cli("compare", "1", "2", "--json").stdout)
    assert (told["worse"], told["differ"], told["left_out"]) == (False, [], [])
    trend = json.loads(cli("trend", "harbor", "--json").stdout)
    assert [r["run"] for r in trend["runs"]] == [1, 2]
    assert trend["alarm"] is False
    assert cli("accept", "1", "--by", " ", "--why", "x").exit_code != 0
    assert cli("compare", "1", "99").exit_code != 0


def test_drift_between_two_versions_tells_what_changed_on_purpose_apart(
    cli: Callable[..., Any], write_matter: Any
) -> None:
    from tests.conftest import EXEMPLARS, MATTER, PLAYBOOK

    told = MATTER.replace('"1.10"', '"1.11"')
    turned = PLAYBOOK.replace(
        "Call: responsiveness = Not Responsive", "Call: responsiveness = Responsive"
    )
    decided = EXEMPLARS.replace("=Not Responsive", "=Responsive")
    write_matter("newer", matter=told, playbook=turned, exemplars=decided)
    path = Path("harbor/evals/basics.yaml")
    text = path.read_text().replace(", EX-003", "")
    path.write_text(text.replace("responsiveness: Not Responsive", "responsiveness: Responsive"))
    done = cli("drift", "harbor", "newer", str(path), "--json")
    plain = json.loads(done.stdout)
    assert plain["playbooks"] == ["1.10", "1.11"]
    assert "q1" in {c["name"]: c for c in plain["changes"]}["in_reach"]["gained"]
    path.write_text(
        path.read_text().replace("  - id: q1\n", "  - id: q1\n    changed_in: '1.11'\n")
    )
    apart = json.loads(cli("drift", "harbor", "newer", str(path), "--json").stdout)
    assert apart["changed_on_purpose"] == ["q1"]
    assert "q1" not in {c["name"]: c for c in apart["changes"]}["in_reach"]["gained"]
    assert "q1" in {c["name"]: c for c in apart["purposely"]}["in_reach"]["gained"]


def test_a_suite_goes_to_a_workbook_and_back(cli: Callable[..., Any]) -> None:
    assert cli("sheet", "harbor/evals/basics.yaml", "basics.xlsx").exit_code == 0
    assert cli("sheet", "basics.xlsx", "back.yaml").exit_code == 0
    assert cli("check", "harbor", "back.yaml").exit_code == 0
    assert cli("sheet", "basics.xlsx", "back.txt").exit_code != 0


def test_a_suite_of_digests_alone_runs_from_the_command_line(cli: Callable[..., Any]) -> None:
    shipped = Path(__file__).parent.parent.parent / "evals/suites/meridian/digests.yaml"
    done = cli("harbor", str(shipped), "--json")
    told = json.loads(done.stdout)
    assert told["verdict"] == "go", told["reasons"]
    assert (told["scores"]["digest_cites"]["point"], told["results"][0]["outcome"]) == (
        1.0,
        "digest",
    )
    assert "Digest entries whose every cite" in Path(told["report"]).read_text()
    assert cli("harbor", str(shipped)).exit_code == 0


def test_a_step_that_raises_ends_the_run_and_nothing_is_stored(
    bench: Bench, matter_with_suite: Path
) -> None:
    told: list[int] = []

    def step(done: int, total: int) -> None:
        told.append(done)
        raise SecondChairError("stopping")

    with pytest.raises(SecondChairError, match="stopping"):
        run_suite(read_suites(matter_with_suite, "basics")[0], bench, workers=1, step=step)
    assert told == [1]
    assert bench.store is not None
    assert bench.store.latest("harbor") == []
