"""`secondchair eval …`: the commands of a QC lead. Heavy imports wait until a command needs them."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from typer.core import TyperGroup

from assistant.errors import SecondChairError

BROKEN = 3  # exit code of a broken case file


class _OrRun(TyperGroup):
    """`eval MATTER SUITE` is `eval run MATTER SUITE`: what is no sub-word is run's."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put `run` first where no sub-word stands there."""
        if args and args[0] not in self.commands and args[0] not in ("--help", "-h"):
            args = ["run", *args]
        return super().parse_args(ctx, args)


eval_app = typer.Typer(
    cls=_OrRun,
    help="Run a suite and say go, fix or stop: secondchair eval MATTER SUITE.",
    no_args_is_help=True,
)
MatterFolder = Annotated[Path, typer.Argument(help="The matter's folder", show_default=False)]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON")]
LimitsFile = Annotated[
    Path | None,
    typer.Option("--limits", help="A limits.yaml; absent: the matter's, else the shipped"),
]


@eval_app.command("run")
def run(
    matter: MatterFolder,
    suite: Annotated[
        str | None,
        typer.Argument(help="A suite's file or name; absent: every suite in the matter's evals/"),
    ] = None,
    as_json: AsJson = False,
    repeats: Annotated[int, typer.Option(min=1, help="How often each case is asked")] = 1,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Cases asked at once")] = 4,
    limits: LimitsFile = None,
    report: Annotated[
        Path | None, typer.Option(help="Where to write the HTML report; absent: the home folder")
    ] = None,
) -> None:
    """Ask a suite's cases and say go, fix or stop. Exit 0 go, 1 fix, 2 stop, 3 broken case file."""
    from evals.session import open_session, read_suites

    with broken_files():
        suites = read_suites(matter, suite)
        session = open_session(matter, limits)
    worst = 0
    for loaded in suites:
        with _progress(loaded.suite) as step:
            done = session.run(loaded, repeats=repeats, workers=workers, step=step)
        where = session.write(done, loaded, report if len(suites) == 1 else None)
        if as_json:
            print(json.dumps({**session.json(done), "report": str(where)}, ensure_ascii=False))
        else:
            _console().print(session.table(done))
            print(f"Report: {where}")
        worst = max(worst, done.verdict.code)
    raise SystemExit(worst)


@eval_app.command("check")
def check(
    matter: Annotated[
        Path, typer.Argument(help="The matter's folder, or a suite alone", show_default=False)
    ],
    suite: Annotated[
        str | None, typer.Argument(help="A suite's file or name; absent: every one")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say what is wrong with a suite, with file, line and case. Exit 0 clean, 1 warnings, 3 errors."""
    from assistant.matter import load_matter
    from evals.check import check_suite
    from evals.session import suite_files

    alone = matter.is_file()
    loaded = None if alone else load_matter(matter)
    with broken_files():
        files = [matter] if alone or loaded is None else suite_files(loaded, suite)
    found = [(file, *check_suite(file, loaded)) for file in files]
    problems = [(file, p) for file, _, listed in found for p in listed]
    if as_json:
        print(json.dumps([{**vars(p), "path": str(file)} for file, p in problems]))
    else:
        for _, problem in problems:
            print(f"{problem.severity}: {problem}")
        for file, read, _ in found:
            print(f"{file.name}: {f'{len(read.cases)} cases' if read else 'does not load'}")
    severities = {p.severity for _, p in problems}
    raise SystemExit(BROKEN if "error" in severities else 1 if severities else 0)


@eval_app.command("accept")
def accept(
    number: Annotated[int, typer.Argument(help="The run's number", metavar="RUN")],
    by: Annotated[str, typer.Option(help="Who accepts it: a person's name")],
    why: Annotated[str, typer.Option(help="Why this run is the one to be compared with")],
) -> None:
    """Make a run the baseline that later runs of its suite are compared with."""
    from evals.session import open_store

    if not by.strip() or not why.strip():
        raise SecondChairError("a baseline needs a person and a reason: --by NAME --why TEXT")
    store = open_store()
    accepted = store.run(number)
    store.accept(accepted, by.strip(), why.strip())
    word = accepted.verdict.word
    print(
        f"Run {number} ({accepted.suite}, verdict {word}) is the baseline of {accepted.matter} from now on"
    )


@eval_app.command("compare")
def compare(
    before: Annotated[str, typer.Argument(help="A run's number, or a file of `eval … --json`")],
    after: Annotated[str, typer.Argument(help="The later one")],
    as_json: AsJson = False,
    limits: LimitsFile = None,
) -> None:
    """Compare two runs case by case. Exit 2 where the later is worse and chance does not explain it."""
    from evals.session import compared, read_run

    result = compared(read_run(before), read_run(after), limits)
    print(json.dumps(result.told(), ensure_ascii=False)) if as_json else _console().print(
        result.table()
    )
    raise SystemExit(2 if result.worse else 0)


@eval_app.command("drift")
def drift(
    before: Annotated[Path, typer.Argument(help="The matter's folder as it was")],
    after: Annotated[Path, typer.Argument(help="The same matter with the new playbook")],
    suite: Annotated[str, typer.Argument(help="A suite's file")],
    as_json: AsJson = False,
    limits: LimitsFile = None,
) -> None:
    """Ask one suite under two playbook versions; cases changed on purpose stand apart."""
    from evals.session import drifted

    with broken_files(), _progress("drift") as step:
        result = drifted(before, after, Path(suite), limits, step)
    print(json.dumps(result.told(), ensure_ascii=False)) if as_json else _console().print(
        result.table()
    )
    raise SystemExit(2 if result.worse else 0)


@eval_app.command("trend")
def trend(
    matter: MatterFolder,
    suite: Annotated[str | None, typer.Argument(help="A suite's name; absent: every one")] = None,
    as_json: AsJson = False,
) -> None:
    """A matter's stored runs, with an alarm that may be looked at every week. Exit 2 where it rings."""
    from evals.session import trends

    found = trends(matter, suite)
    for result in found:
        print(json.dumps(result.told(), ensure_ascii=False)) if as_json else _console().print(
            result.table()
        )
    if not found:
        print("No runs yet: secondchair eval MATTER SUITE")
    raise SystemExit(2 if any(r.rang for r in found) else 0)


@eval_app.command("sheet")
def sheet(
    source: Annotated[Path, typer.Argument(help="A suite as YAML or XLSX")],
    out: Annotated[Path, typer.Argument(help="The file to write: .xlsx or .yaml")],
) -> None:
    """Turn a suite into a workbook, or a workbook back into YAML."""
    from evals.reading import SuiteError, read_suite
    from evals.sheets import write_suite

    with broken_files():
        suite, problems = read_suite(source)
        if suite is None:
            raise SuiteError(source.name, problems)
    write_suite(suite, out)
    print(f"{len(suite.cases)} cases written to {out}")


@contextmanager
def broken_files() -> Iterator[None]:
    """A broken suite or limits file is one message and exit code 3."""
    from evals.reading import SuiteError

    try:
        yield
    except SuiteError as error:
        _stop(str(error), BROKEN)


def _stop(text: str, code: int) -> NoReturn:
    print(f"secondchair: {text}", file=sys.stderr)
    raise SystemExit(code)


def _console() -> Any:
    from rich.console import Console

    return Console(highlight=False, markup=False)


@contextmanager
def _progress(name: str) -> Iterator[Any]:
    """A step(done, total) that draws a bar on a terminal and is silent elsewhere."""
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(f"Asking {name}", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
