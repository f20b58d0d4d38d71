"""`secondchair calibrate …` and `secondchair sample …`: sealed draws, blind sheets, what they say."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from assistant.errors import SecondChairError
from evals.commands import AsJson, MatterFolder, broken_files

if TYPE_CHECKING:
    from assistant.types import Matter
    from evals.panel import Panel

calibrate_app = typer.Typer(
    help="Blind calls of a panel, and the assistant beside it.", no_args_is_help=True
)
sample_app = typer.Typer(
    help="Elusion and QC samples: sealed, blind, with bounds.", no_args_is_help=True
)
Seed = Annotated[int, typer.Option(help="The seed: the same draw again from the same list")]
Sheet = Annotated[Path, typer.Argument(help="A filled sheet (.xlsx)")]
Rater = Annotated[str, typer.Option(help="Who filled it")]
Number = Annotated[int, typer.Argument(help="The draw's number", metavar="DRAW")]


@calibrate_app.command("draw")
def draw(
    matter: MatterFolder,
    suite: Annotated[str, typer.Argument(help="A suite's file or name")],
    seed: Seed,
    n: Annotated[int, typer.Option(help="Items to call")] = 30,
    raters: Annotated[int, typer.Option(min=2, max=20, help="Sheets to write")] = 3,
    out: Annotated[Path, typer.Option(help="The folder for the sheets")] = Path(),
) -> None:
    """Draw a stratified sample of a suite, seal it, and write one blind sheet a rater."""
    from assistant.matter import load_matter
    from evals.check import load_suite
    from evals.panel import draw_panel
    from evals.session import suite_files

    loaded = load_matter(matter)
    with broken_files():
        drawn = draw_panel(load_suite(suite_files(loaded, suite)[0], loaded), loaded, n, seed)
    _issue(drawn, raters, out)


@calibrate_app.command("read")
def read(sheet: Sheet, rater: Rater) -> None:
    """Take in a rater's filled sheet, once and for good."""
    _read(sheet, rater)


@calibrate_app.command("report")
def report(
    matter: MatterFolder,
    suite: Annotated[str, typer.Argument(help="The suite it was drawn from")],
    number: Number,
    run: Annotated[
        int | None, typer.Option(help="The assistant's run; absent: the suite's last")
    ] = None,
    questions: Annotated[
        Path | None, typer.Option(help="Where to write the questions to the playbook's owner (.md)")
    ] = None,
    open_by: Annotated[
        str | None, typer.Option(help="Put what nobody could settle to its lane, as this person")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Agreement within the panel, the assistant against it, and what nobody could settle."""
    from assistant.matter import load_matter
    from evals import panel
    from evals.check import load_suite
    from evals.session import open_draw, open_store, suite_files

    loaded, store = load_matter(matter), open_store()
    drawn = open_draw(store, number, loaded.id, "calibration")
    store.sittings.must_be_over(number)
    with broken_files():
        told = load_suite(suite_files(loaded, suite)[0], loaded)
    runs = [store.run(run)] if run else store.runs(loaded.id, told.suite)
    found = panel.panel(drawn, store.calls(number), told, loaded, runs[-1] if runs else None)
    if questions:
        questions.write_text(panel.questions(found, told), encoding="utf-8")
    print(found.model_dump_json() if as_json else "\n".join(panel.lines(found)))
    if open_by:
        asks = {case.id: case.ask for case in told.cases}
        for line in _put(found, asks, loaded, (open_by, str(number))):
            print(line, file=sys.stderr)


def _put(found: Panel, asks: dict[str, str], matter: Matter, by: tuple[str, str]) -> list[str]:
    from datetime import UTC, datetime

    from assistant.lanes.room import Room
    from assistant.settings import read_settings
    from evals.lanes import put_to_owners

    room = Room.of(lambda: matter, read_settings())
    return put_to_owners(found.open, asks, room, by, datetime.now(UTC))


@calibrate_app.command("close")
def close(
    number: Number, by: Annotated[str, typer.Option(help="Who closes it: a person's name")]
) -> None:
    """End a session that is called in Slack: no call is taken any more, and the report may be read."""
    from evals.session import open_store

    if not by.strip():
        raise SecondChairError("closing a session needs a name: --by NAME")
    sittings = open_store().sittings
    if sittings.of(number) is None:
        raise SecondChairError(f"draw {number} is no session in Slack: sheets need no closing")
    done = sittings.close(number, by.strip())
    print(f"Session {number} is closed" if done else f"Session {number} was closed before")


@sample_app.command("draw")
def sample(
    matter: MatterFolder,
    source: Annotated[
        Path,
        typer.Argument(
            help="A CSV: id, what is shown, and for qc the first call", metavar="LIST.csv"
        ),
    ],
    field: Annotated[str, typer.Option(help="The coding field that is called")],
    seed: Seed,
    kind: Annotated[str, typer.Option(help="elusion or qc")] = "elusion",
    n: Annotated[int | None, typer.Option(help="How many; absent: enough for --margin")] = None,
    margin: Annotated[
        float, typer.Option(min=0.001, max=0.5, help="Half the width of the range")
    ] = 0.05,
    out: Annotated[Path, typer.Option(help="The folder for the sheet")] = Path(),
) -> None:
    """Draw a simple random sample of a list, seal it, and write one blind sheet."""
    from assistant.matter import load_matter
    from evals.drawing import size_for
    from evals.sampling import draw_sample, read_population

    if kind not in ("elusion", "qc"):
        raise SecondChairError(f"--kind {kind!r}: use elusion or qc")
    loaded = load_matter(matter)
    which: Literal["qc", "elusion"] = "qc" if kind == "qc" else "elusion"
    items = read_population(source, field, loaded, which)
    size = n if n is not None else min(len(items), size_for(margin))
    _issue(draw_sample(items, which, loaded.id, source.name, size, seed), 1, out)


@sample_app.command("read")
def sample_read(sheet: Sheet, rater: Rater) -> None:
    """Take in the filled sheet, once and for good."""
    _read(sheet, rater)


@sample_app.command("report")
def sample_report(
    matter: MatterFolder,
    number: Number,
    sought: Annotated[
        str | None, typer.Option(help="For elusion: the label that should not be there")
    ] = None,
    found: Annotated[
        int | None, typer.Option(min=0, help="How many the review found: gives recall")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Elusion with recall from its bounds, or the overturn rate of a QC sample."""
    from assistant.matter import load_matter
    from evals.session import open_draw, open_store

    store = open_store()
    drawn = open_draw(store, number, load_matter(matter).id)
    calls = {item: call for _, item, call in store.calls(number)}
    if not calls:
        raise SecondChairError(
            f"draw {number} has no calls yet: secondchair sample read SHEET.xlsx --rater NAME"
        )
    about = {
        "draw": number,
        "kind": drawn.kind,
        "seed": drawn.seed,
        "seal": drawn.seal,
        "population": drawn.population,
    }
    told = _figures(drawn, calls, sought, found)
    if as_json:
        print(json.dumps({**about, **told}, ensure_ascii=False))
        return
    for key, value in {**about, **told}.items():
        print(f"{key}: {value}")


def _figures(drawn: Any, calls: dict[str, str], sought: str | None, found: int | None) -> Any:
    """Elusion, or overturns, as a mapping."""
    from evals.sampling import elusion, overturns

    if drawn.kind != "elusion":
        return overturns(drawn, calls).model_dump()
    labels = drawn.items[0].labels
    if sought is None or sought not in labels:
        raise SecondChairError(f"--sought {sought!r}: use one of {', '.join(labels)}")
    return elusion(drawn, calls, sought, found).model_dump()


def _issue(drawn: object, raters: int, out: Path) -> None:
    from evals.ballots import write_ballot
    from evals.drawing import Draw
    from evals.session import open_store

    assert isinstance(drawn, Draw)
    number = open_store().keep_draw(drawn.matter, drawn.kind, drawn.seal, drawn.model_dump_json())
    for rater in range(1, raters + 1):
        path = out / f"draw-{number}-rater-{rater}.xlsx"
        write_ballot(drawn, number, rater, path)
        print(f"{path}: {len(drawn.items)} of {drawn.size}, blind")
    print(f"Draw {number}, seed {drawn.seed}, sealed as {drawn.seal[:16]}")


def _read(sheet: Path, rater: str) -> None:
    from evals.ballots import checked, read_ballot
    from evals.drawing import sealed
    from evals.session import open_store

    if not rater.strip():
        raise SecondChairError("calls need a name: --rater NAME")
    number, seal, calls = read_ballot(sheet)
    store = open_store()
    _, kept, drawn = store.draw(number)
    if kept != seal:
        raise SecondChairError(f"{sheet.name}: is not of draw {number} as it was sealed")
    opened = sealed(drawn, kept)
    told = checked(opened, sheet, calls)
    store.keep_calls(opened.matter, number, rater.strip(), told)
    print(f"{len(told)} calls of {rater} on draw {number} kept")
