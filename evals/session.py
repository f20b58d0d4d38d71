"""The evals' composition root: a matter, its desk apart from the users' ledger, limits, the run store."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import RenderableType

from assistant.errors import Problem, SecondChairError
from assistant.matter import load_matter
from assistant.settings import Settings, read_settings
from assistant.setup import open_desk
from assistant.types import Matter
from evals.check import check_suite, load_suite
from evals.comparing import Comparison, Trend
from evals.drawing import Draw, sealed
from evals.fingerprint import key
from evals.limits import Limits, limits_of
from evals.reading import SuiteError
from evals.report.page import page
from evals.report.terminal import as_json, table
from evals.run import Bench, run_suite
from evals.runner import Step, apart
from evals.store import Store
from evals.types import Run, Suite

SHIPPED = Path(__file__).parent / "suites"
KINDS = (".yaml", ".yml", ".xlsx")


@dataclass(frozen=True)
class Session:
    """One matter opened for evaluation."""

    bench: Bench

    def run(self, suite: Suite, *, repeats: int, workers: int, step: Step | None) -> Run:
        """The suite run, gated and stored."""
        return run_suite(suite, self.bench, repeats=repeats, workers=workers, step=step)

    def write(self, run: Run, suite: Suite, to: Path | None) -> Path:
        """The HTML report, in `to` or under the home folder; returns where it stands."""
        where = to or self.bench.settings.folder / "evals" / "reports" / f"run-{run.number}.html"
        text = self.page(run, suite)
        try:
            where.parent.mkdir(parents=True, exist_ok=True)
            where.write_text(text, encoding="utf-8")
        except OSError as error:
            raise SecondChairError(f"cannot write the report {where} ({error.strerror})") from None
        return where

    def page(self, run: Run, suite: Suite | None) -> str:
        """The report as HTML; the questions of the suite stand in it, where they are those that were asked."""
        store = self.bench.store
        history = [*store.runs(run.matter, run.suite)] if store else [run]
        keys = {result.id: result.key for result in run.results}
        cases = suite.cases if suite else ()
        asks = {case.id: case.ask for case in cases if key(case) == keys.get(case.id)}
        return page(run, self.bench.limits, asks, history[-20:])

    def table(self, run: Run) -> RenderableType:
        """The run for a terminal."""
        return table(run, self.bench.limits)

    def json(self, run: Run) -> dict[str, Any]:
        """The run as JSON."""
        return as_json(run)


def read_suites(folder: Path, named: str | None) -> list[Suite]:
    """The suites named (all, where none is), checked whole before anything is indexed or asked; warnings are
    said on stderr. Raises MatterError or SuiteError."""
    matter, loaded = load_matter(folder), []
    for path in suite_files(matter, named):
        suite, problems = check_suite(path, matter)
        errors = [p for p in problems if p.severity == "error"]
        if suite is None or errors:
            raise SuiteError(path.name, errors)
        for problem in problems:
            print(f"{problem.severity}: {problem}", file=sys.stderr)
        loaded.append(suite)
    return loaded


def open_session(folder: Path, limits: Path | None = None) -> Session:
    """Raises MatterError, SettingsError, DatabaseError, or SuiteError for limits that do not read."""
    settings = read_settings()
    asked = limits_of(folder, limits)
    desk = apart(open_desk(folder, settings, lambda text: print(text, file=sys.stderr)), settings)
    return Session(Bench(desk, settings, asked, Store(settings.ledger_url)))


def open_store(settings: Settings | None = None) -> Store:
    """The run store."""
    return Store((settings or read_settings()).ledger_url)


def suite_files(matter: Matter, named: str | None) -> list[Path]:
    """The files of a suite by path or name; with no name, every suite of the matter's evals/ folder."""
    own, shipped = Path(matter.folder) / "evals", SHIPPED / matter.id
    if named is None:
        found = sorted(p for p in own.glob("*") if p.suffix in KINDS)
        if not found:
            raise _missing(str(own), "no suites here: write evals/NAME.yaml, or name a suite")
        return found
    if Path(named).is_file():
        return [Path(named)]
    for folder in (own, shipped, SHIPPED):
        for kind in KINDS:
            if (folder / f"{named}{kind}").is_file():
                return [folder / f"{named}{kind}"]
    known = sorted({*_named(own), *_named(shipped), *_named(SHIPPED)})
    raise _missing(named, f"no such suite: give a file, or one of {', '.join(known) or 'none'}")


def suites_of(matter: Matter) -> dict[str, Path]:
    """Name -> file of the matter's own suites and of those shipped for it; its own go first."""
    own = _named(Path(matter.folder) / "evals")
    return {**_named(SHIPPED / matter.id), **own}


def _named(folder: Path) -> dict[str, Path]:
    return {p.stem: p for p in sorted(folder.glob("*")) if p.suffix in KINDS}


def _missing(name: str, what: str) -> SuiteError:
    return SuiteError(name, [Problem(name, 1, what)])


def read_run(named: str) -> Run:
    """A run by its number, or from a stored run's JSON file. Raises DatabaseError or SecondChairError."""
    if named.isdigit():
        return open_store().run(int(named))
    path = Path(named)
    try:
        told = json.loads(path.read_text("utf-8"))
        return open_store().run(int(told["run"]))
    except (OSError, ValueError, TypeError, KeyError):
        what = "give a run's number, or a file written by `secondchair eval … --json`"
        raise SecondChairError(f"{named!r} is no run: {what}") from None


def compared(before: Run, after: Run, limits: Path | None) -> Comparison:
    """Two runs of one suite, case by case."""
    if before.matter != after.matter or before.suite != after.suite:
        raise SecondChairError(
            f"run {before.number} is of {before.matter}/{before.suite}, run {after.number} of "
            f"{after.matter}/{after.suite}: only runs of the same suite compare"
        )
    return Comparison.of(before, after, _limits(limits))


def drifted(before: Path, after: Path, suite: Path, limits: Path | None, step: Step) -> Comparison:
    """One suite under two versions of a matter. A case whose sources only one version has is asked under both."""
    settings, asked, runs = read_settings(), limits_of(after, limits), []
    loaded = load_suite(suite, load_matter(after))
    for folder in (before, after):
        desk = apart(open_desk(folder, settings), settings)
        runs.append(run_suite(loaded, Bench(desk, settings, asked), step=step))
    if runs[0].matter != runs[1].matter:
        raise SecondChairError(
            f"{runs[0].matter!r} and {runs[1].matter!r} are two matters: drift compares two versions of one"
        )
    return Comparison.of(runs[0], runs[1], asked)


def trends(folder: Path, suite: str | None) -> list[Trend]:
    """Every suite's stored runs, oldest first."""
    runs = open_store().runs(load_matter(folder).id, suite)
    names = dict.fromkeys(run.suite for run in runs)
    return [Trend.of([r for r in runs if r.suite == name]) for name in names]


def _limits(given: Path | None) -> Limits:
    return limits_of(Path(), given)


def open_draw(store: Store, number: int, matter: str, kind: str | None = None) -> Draw:
    """A sealed draw of this matter (and kind). Raises SecondChairError or DatabaseError."""
    found, seal, text = store.draw(number)
    draw = sealed(text, seal)
    if draw.matter != matter or (kind and found != kind):
        raise SecondChairError(
            f"draw {number} is a {found} draw of matter {draw.matter!r}: name its own"
        )
    return draw
