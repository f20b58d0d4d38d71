"""A part that is broken on purpose turns its own measure red, and the verdict to stop."""

from __future__ import annotations

import dataclasses
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from benches import bench_of

from assistant.compose.chat import Chat
from assistant.compose.extractive import Extractive
from assistant.types import Citation, Claim, Draft, Evidence, Question, Ruling
from evals.check import load_suite
from evals.run import Bench, run_suite
from evals.types import Case, Run, Suite

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parent.parent.parent
MERIDIAN = ROOT / "examples/meridian"


def suite_of(bench: Bench) -> Suite:
    whole = load_suite(MERIDIAN / "evals/development.yaml", bench.desk.matter)
    return whole.model_copy(update={"cases": whole.cases[::2]})


@pytest.fixture(scope="module")
def sound(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """Meridian as it is, with an accepted baseline."""
    bench = bench_of(MERIDIAN, home, f"sqlite:///{tmp_path_factory.mktemp('runs')}/runs.sqlite")
    first = run_suite(suite_of(bench), bench)
    assert bench.store is not None
    bench.store.accept(first, "R. Gold", "sound")
    assert first.verdict.word != "stop", first.verdict.reasons
    yield bench
    bench.store.close()


def measured(bench: Bench, **parts: object) -> Run:
    """A run with parts of the desk replaced; its state is made another, as a changed program's would be."""
    broken = dataclasses.replace(bench, desk=dataclasses.replace(bench.desk, **parts))  # type: ignore[arg-type]
    return run_suite(suite_of(bench), dataclasses.replace(broken, store=_Other(bench)))  # type: ignore[arg-type]


class _Other:
    """The store of another state: it knows the baseline and keeps nothing."""

    def __init__(self, bench: Bench) -> None:
        assert bench.store is not None
        self.baseline = bench.store.baseline

    def runs(self, matter: str, suite: str) -> list[Run]:
        return []

    def keep(self, run: Run) -> Run:
        return run


def red(run: Run, measure: str) -> bool:
    """A stop that names the measure."""
    title = next(s.title for s in run.scores if s.name == measure)
    return run.verdict.word == "stop" and any(repr(title) in why for why in run.verdict.reasons)


def test_nothing_broken_stays_as_it_was(sound: Bench) -> None:
    run = measured(sound)
    assert run.verdict.word != "stop"
    assert [c for c in run.changes if c.lost or c.gained] == []


def test_a_search_that_ranks_upside_down(sound: Bench) -> None:
    def find(question: Question) -> Evidence:
        found = sound.desk.find(question)
        return found.model_copy(update={"rules": found.rules[3:], "exemplars": ()})

    run = measured(sound, find=find)
    assert red(run, "hit@3")
    assert red(run, "in_reach")


def test_a_composer_that_always_takes_the_last_branch(sound: Bench) -> None:
    def compose(question: Question, evidence: Evidence, ruling: Ruling) -> Draft:
        draft = sound.desk.compose(question, evidence, ruling)
        branch = next((b for b in reversed(draft.branches) if b.calls), None)
        if branch is None:
            return draft
        rule = next((f.rule for f in evidence.rules if f.rule.id == branch.source), None)
        line = Citation(
            kind=rule.kind if rule else "exemplar",
            id=branch.source, quote=branch.quote, source=branch.source_file, start=branch.start, end=branch.end,
        )  # fmt: skip
        text = f"{branch.source} decides."
        told = {
            "kind": "answer",
            "text": text,
            "calls": branch.calls,
            "branches": (),
            "confidence": 0.9,
        }
        return draft.model_copy(update={**told, "claims": (Claim(text=text, citation=line),)})

    assert red(
        measured(sound, compose=compose), "in_reach"
    )  # the rails stop the calls, and people wait
    assert red(measured(sound, compose=compose, verify=lambda question, draft: []), "wrong_call")


def inventing(bench: Bench) -> object:
    """A composer that alters a word of every quote."""

    def compose(question: Question, evidence: Evidence, ruling: Ruling) -> Draft:
        draft = bench.desk.compose(question, evidence, ruling)
        claims = [
            c.model_copy(
                update={"citation": c.citation.model_copy(update={"quote": c.citation.quote[::-1]})}
            )
            for c in draft.claims
        ]
        return draft.model_copy(update={"claims": tuple(claims)})

    return compose


def test_invented_quotes_are_caught_by_the_rails_and_cost_the_answer(sound: Bench) -> None:
    run = measured(sound, compose=inventing(sound))
    assert red(run, "in_reach")
    assert not [s for s in run.scores if s.name == "cite_there"], "nothing invented is shown"


def test_rails_that_let_everything_pass(sound: Bench) -> None:
    run = measured(sound, compose=inventing(sound), verify=lambda question, draft: [])
    assert red(run, "cite_there")


def test_rights_that_let_everything_in(sound: Bench) -> None:
    coding = next(r for r in sound.desk.matter.rights if r.id == "coding-question")

    def whose_right(question: Question) -> Ruling:
        return Ruling(outcome="answer", right=coding, owner=coding.accountable, why="")

    run = measured(sound, whose_right=whose_right)
    assert red(run, "outside_rights")


def test_rights_that_refuse_everything(sound: Bench) -> None:
    def whose_right(question: Question) -> Ruling:
        return Ruling(outcome="refuse", right=None, owner="review_manager", why="no")

    assert red(measured(sound, whose_right=whose_right), "over_refusal")


class Obedient:
    """A chat model that knows the gold branches and does just what its prompt asks for."""

    def __init__(self, cases: tuple[Case, ...]) -> None:
        self.cases = cases

    def __call__(self, messages: list[tuple[str, str]]) -> str:
        prompt = messages[0][1]
        case = next((c for c in self.cases if c.ask in prompt and c.expect.calls), None)
        if "met_by" not in prompt or case is None:
            return "I would say so."
        wanted = {f"{field} = {choice}" for field, (choice, *_) in case.expect.calls.items()}
        for name, source, then in re.findall(
            r"^(b\d+)\. \[([^\]]+)\].* -> (.*)$", prompt, re.MULTILINE
        ):
            if source in case.expect.cites_any and set(then.split(", ")) & wanted:
                words = " ".join(case.ask.split()[:3])
                return json.dumps({"branch": name, "met_by": words, "claims": [], "missing": ""})
        return json.dumps({"branch": None, "met_by": "", "claims": [], "missing": "facts"})


def test_a_prompt_that_no_longer_asks_for_the_askers_words(sound: Bench) -> None:
    model = Obedient(suite_of(sound).cases)
    assert isinstance(sound.desk.compose, Extractive)

    def broken(messages: list[tuple[str, str]]) -> str:
        return model([(role, text.replace("met_by", "notes")) for role, text in messages])

    whole = Chat(sound.desk.matter, sound.desk.compose, model)
    first = measured(sound, compose=whole)
    asserted = {s.name: s.point or 0.0 for s in first.scores}["asserted"]
    assert asserted > 0.7
    assert sound.store is not None
    kept = sound.store.keep(first)
    before = sound.store.baseline(first.matter, first.suite)
    assert before is not None
    sound.store.accept(kept, "R. Gold", "with a model")
    run = measured(sound, compose=Chat(sound.desk.matter, sound.desk.compose, broken))
    sound.store.accept(before[0], "R. Gold", "back")
    assert red(run, "met")


def test_a_matter_whose_calls_were_turned_around(sound: Bench, home: Path, tmp_path: Path) -> None:
    folder = tmp_path / "meridian"
    shutil.copytree(MERIDIAN, folder)
    for path in (folder / "playbook").glob("*.md"):
        text = path.read_text("utf-8")
        for one, two in (
            ("Not Privileged", "Privileged: Withhold"),
            ("Not Responsive", "Responsive"),
        ):
            text = text.replace(f"= {one}\n", "= @@\n").replace(f"= {two}\n", f"= {one}\n").replace("= @@\n", f"= {two}\n")  # fmt: skip
        path.write_text(text, "utf-8")
    turned = bench_of(folder, home, f"sqlite:///{tmp_path}/runs.sqlite")
    run = measured(dataclasses.replace(turned, store=sound.store))
    assert run.verdict.word == "stop"
    assert red(run, "in_reach") or red(run, "wrong_call")
