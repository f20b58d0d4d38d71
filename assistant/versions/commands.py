"""`secondchair matter diff`: light to import; what is heavy waits until it runs."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from assistant.types import Matter
    from assistant.versions.replay import Replay

matter_app = typer.Typer(
    help="Versions of a matter.", no_args_is_help=True, pretty_exceptions_enable=False
)


@matter_app.callback()
def matter() -> None:
    """Versions of a matter."""


@matter_app.command()
def diff(
    old: Annotated[Path, typer.Argument(help="The older version's folder", show_default=False)],
    new: Annotated[Path, typer.Argument(help="The newer version's folder", show_default=False)],
    replay: Annotated[
        bool, typer.Option(help="Ask the stored questions and suite cases again, on both")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON")] = False,
) -> None:
    """What changed between two versions, in a lawyer's terms. Exit 0 the same, 1 changed."""
    from assistant.matter import load_matter
    from assistant.versions.compare import compare

    before, after = load_matter(old), load_matter(new)
    changes = compare(before, after)
    again = _replayed(before, after) if replay else None
    if as_json:
        rows = {"changes": [c.model_dump(mode="json") for c in changes]}
        shown = rows | ({"replay": again.model_dump(mode="json")} if again else {})
        print(json.dumps(shown, ensure_ascii=False))
    else:
        for change in changes:
            print(f"{change.weight}: {change}")
        print(
            f"{len(changes)} change(s), {sum(c.weight == 'calls' for c in changes)} of them to calls"
        )
        _tell(again)
    raise SystemExit(1 if changes or (again and again.turned) else 0)


def _tell(again: Replay | None) -> None:
    if again is None:
        return
    for turned in again.turned:
        print(f"{turned.source}: {turned.before}  →  {turned.after}")
    print(f"asked again: {again.asked}; come out differently: {len(again.turned)}")
    for source, why in again.skipped:
        print(f"not asked: {source}: {why}")


def _replayed(before: Matter, after: Matter) -> Replay:
    from assistant.record import Recorder
    from assistant.settings import read_settings
    from assistant.setup import open_desk
    from assistant.versions.replay import replay

    settings = read_settings()
    desks = [open_desk(matter.folder, settings, _say) for matter in (before, after)]
    entries = Recorder.open(before, settings).ledger.entries(before.id)
    return replay(desks[0], desks[1], entries)


def _say(text: str) -> None:
    print(text, file=sys.stderr)
