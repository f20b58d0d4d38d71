"""`secondchair lane proposals`, `accept`, `decline`: what rulings would add to the playbook."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from assistant.errors import LanesError
from assistant.lanes.terminal import AsJson, By, Folder, Reason, act_of, room_of

Name = Annotated[str, typer.Argument(help="The proposal, such as P-0001")]


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
    proposal: Name,
    by: By,
    reason: Reason = "",
    out: Annotated[Path | None, typer.Option(help="Write the diff here, for git apply")] = None,
) -> None:
    """Accept a proposal. The playbook is not touched: a person applies the diff."""
    diff = _decide(matter, proposal, act_of("accept", by, reason))
    if out is not None:
        out.write_text(diff, "utf-8")
        print(f"Written to {out}: apply it in the matter's folder with git apply")


def decline(matter: Folder, proposal: Name, by: By, reason: Reason) -> None:
    """Decline a proposal; the same cases do not bring it again."""
    _decide(matter, proposal, act_of("decline", by, reason))


def _decide(folder: Path, name: str, act: Any) -> str:
    from assistant.lanes.deciding import decide

    done = decide(name, act, room_of(folder))
    if done.refused is not None:
        raise LanesError(done.refused)
    print(f"{name} is {done.proposal.state}")
    return done.proposal.diff
