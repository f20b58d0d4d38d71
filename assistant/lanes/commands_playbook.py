"""`secondchair lane proposals`, `accept`, `decline`: what rulings would add to the playbook."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from assistant.errors import LanesError
from assistant.lanes.terminal import AsJson, By, Folder, room_of


def proposals(matter: Folder, as_json: AsJson = False) -> None:
    """What rulings would add to the playbook, as diffs; who answers for it accepts or declines."""
    from assistant.lanes.proposals import gather
    from assistant.lanes.proposals import proposals as every

    room = room_of(matter)
    gather(room, room.clock())
    found = every(room)
    if as_json:
        print(json.dumps([each.model_dump(mode="json") for each in found], ensure_ascii=False))
        return
    for each in found:
        print(f"{each.id}  {each.state}  {each.topic}  from {', '.join(each.cases)}\n{each.diff}")
    if not found:
        print("Nothing is proposed.")


def accept(
    matter: Folder,
    proposal: Annotated[str, typer.Argument(help="The proposal, such as P-0001")],
    by: By,
    out: Annotated[Path | None, typer.Option(help="Write the diff here, for git apply")] = None,
) -> None:
    """Accept a proposal. The playbook is not touched: a person applies the diff."""
    from assistant.lanes.proposals import proposals as every

    room = room_of(matter)
    _decide(room, proposal, by, True)
    if out is not None:
        found = next(each for each in every(room) if each.id == proposal)
        out.write_text(found.diff, "utf-8")
        print(f"Written to {out}: apply it in the matter's folder with git apply")


def decline(matter: Folder, proposal: Annotated[str, typer.Argument()], by: By) -> None:
    """Decline a proposal; the same cases do not bring it again."""
    _decide(room_of(matter), proposal, by, False)


def _decide(room: Any, name: str, by: str, accept: bool) -> None:
    from assistant.lanes.nouns import Person
    from assistant.lanes.proposals import decide

    why = decide(name, accept, Person(names=(by,)), room)
    if why is not None:
        raise LanesError(why)
    print(f"{name} is {'accepted' if accept else 'declined'}")
