"""`secondchair operations`: how the assistant serves a matter, from its own record."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from assistant.errors import SecondChairError
from evals.commands import AsJson, MatterFolder

operations_app = typer.Typer()


@operations_app.command()
def operations(
    matter: MatterFolder,
    since: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="From this day on")
    ] = None,
    until: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Up to and without this day")
    ] = None,
    weekly: Annotated[
        Path | None,
        typer.Option(help="Write the client's page too (.html): figures and topics, no text"),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Questions answered, escalated, refused; topics the playbook is silent on; feedback; by week."""
    from assistant.matter import load_matter
    from assistant.record import Recorder
    from assistant.settings import read_settings
    from evals.lanes import rulings_of
    from evals.operations import Beside
    from evals.operations import operations as measured
    from evals.operations_report import text
    from evals.operations_report import weekly as page
    from evals.rooms import votes_of
    from retrievers.model import open_model

    settings, loaded = read_settings(), load_matter(matter)
    ledger = Recorder.open(loaded, settings).ledger
    found = measured(
        loaded,
        ledger.entries(loaded.id),
        open_model(settings.folder, settings.embedding_model).embed_query,
        Beside(rulings_of(loaded, settings), votes_of(settings.ledger_url, loaded.id)),
        (_utc(since), _utc(until)),
    )
    if weekly:
        _write(weekly, page(found))
    print(found.model_dump_json() if as_json else text(found))


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise SecondChairError(f"cannot write {path} ({error.strerror})") from None


def _utc(day: datetime | None) -> datetime | None:
    return day.replace(tzinfo=UTC) if day else None
