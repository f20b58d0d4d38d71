"""What the lanes' commands share: their arguments, the room of a folder, and how an outcome is said."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from assistant.errors import LanesError

Folder = Annotated[Path, typer.Argument(help="The matter's folder", show_default=False)]
CaseId = Annotated[str, typer.Argument(help="The case, as secondchair lane list shows it")]
By = Annotated[str, typer.Option("--by", help="Who does it: a person of the matter's people")]
Reason = Annotated[str, typer.Option(help="Why, in a sentence; it goes into the ledger")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON")]


def room_of(folder: Path) -> Any:
    """The room of a matter's folder, with the settings of the environment. Raises MatterError."""
    from assistant.lanes.room import Room
    from assistant.matter import load_matter
    from assistant.settings import read_settings

    matter = load_matter(folder)
    return Room.of(lambda: matter, read_settings())


def act_of(deed: Any, by: str, reason: str = "") -> Any:
    """What this person does now, under a key of its own."""
    import uuid

    from assistant.lanes.nouns import Act, Person

    key = f"cli:{uuid.uuid4().hex}"
    return Act(deed=deed, by=Person(names=(by,)), at=datetime.now(UTC), key=key, reason=reason)


def said(done: Any) -> None:
    """How the case stands; what was refused is an error (and is in the ledger)."""
    if done.refused is not None:
        raise LanesError(done.refused)
    case = done.case
    print(f"{case.id} is {case.state} in lane {case.lane} ({len(case.askers)} asked)")
