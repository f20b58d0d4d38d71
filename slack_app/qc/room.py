"""Qc: what evaluations in Slack need, made once; and one suite run from its file to its stored verdict."""

from __future__ import annotations

import threading
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from assistant.desk import Desk
from assistant.errors import SecondChairError
from assistant.settings import Settings
from assistant.types import Matter
from evals.check import load_suite
from evals.limits import Limits, limits_of
from evals.reading import SuiteError
from evals.run import Bench
from evals.runner import apart
from evals.session import Session, suites_of
from evals.store import Store
from evals.types import Run, Suite

WORKERS = 1  # cases asked at once: reviewers' questions go first on a small machine


class Interrupted(SecondChairError):
    """The process is stopping: the run is left, and begun again after the start."""


@dataclass
class Progress:
    """How far a run is. Written by its thread, read by the loop."""

    stopping: threading.Event
    done: int = 0
    total: int = 0

    def step(self, done: int, total: int) -> None:
        """One case more. Raises Interrupted."""
        if self.stopping.is_set():
            raise Interrupted("stopping")
        self.done, self.total = done, total


@dataclass(frozen=True)
class Qc:
    """Settings, the run store, one thread in which suites run one after the other, the sign to stop, and the
    desks that are being asked: those are not freed, however long it takes."""

    settings: Settings
    store: Store
    running: Executor
    stopping: threading.Event = field(default_factory=threading.Event)
    asking: list[Desk] = field(default_factory=list)

    @classmethod
    def of(cls, settings: Settings) -> Qc:
        """Raises DatabaseError."""
        return cls(settings, Store(settings.ledger_url), ThreadPoolExecutor(1, "evals"))

    def close(self) -> None:
        """Let a run that is at work go."""
        self.stopping.set()
        self.running.shutdown(wait=False, cancel_futures=True)


def limits(matter: Matter) -> Limits:
    """The limits that go for a matter. Raises SuiteError."""
    return limits_of(Path(matter.folder), None)


def suite_named(name: str, matter: Matter) -> Suite | None:
    """The suite of this name among the matter's own and those shipped for it, loaded and checked; a name is
    never read as a path. None where there is none. Raises SuiteError."""
    known = {stem.lower(): path for stem, path in suites_of(matter).items()}
    path = known.get(name.lower())
    return load_suite(path, matter) if path else None


def suite_called(name: str, matter: Matter) -> Suite | None:
    """The suite in which this name stands: that of a run or a draw. Its file may be named otherwise."""
    paths = suites_of(matter)
    for path in dict.fromkeys([*filter(None, [paths.get(name)]), *paths.values()]):
        try:
            suite = load_suite(path, matter)
        except SuiteError:
            continue
        if suite.suite == name:
            return suite
    return None


def evaluate(suite: Suite, desk: Desk, qc: Qc, asked: tuple[str, str], progress: Progress) -> Run:
    """The run of a suite for `asked` (who, key), done once a key, and its report written where those of the
    command line stand. Raises Interrupted, DatabaseError, SuiteError."""
    by, key = asked
    before = qc.store.asked(desk.matter.id, suite.suite, key)
    if before is not None:
        return before
    own = apart(desk, qc.settings)
    session = Session(Bench(own, qc.settings, limits(desk.matter), qc.store, by=by, key=key))
    qc.asking.append(desk)
    try:
        run = session.run(suite, repeats=1, workers=WORKERS, step=progress.step)
        session.write(run, suite, None)
    finally:
        qc.asking[:] = [held for held in qc.asking if held is not desk]
        own.close()
    return run


def report(run: Run, desk: Desk, qc: Qc) -> str:
    """A stored run's report, with its questions where the suite is as it was."""
    session = Session(Bench(desk, qc.settings, limits(desk.matter), qc.store))
    return session.page(run, suite_called(run.suite, desk.matter))
