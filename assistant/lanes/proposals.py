"""What rulings would add to the playbook, gathered as diffs that the accountable role accepts or declines
(`deciding.py`).

Nothing here writes the playbook. A person applies an accepted diff: `git apply FILE`. A proposal that waits
while playbook or rulings change is made anew; one that the playbook says by now is overtaken.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update

from assistant.errors import LanesError
from assistant.lanes.deed import Put, entry
from assistant.lanes.nouns import Case, Notice, Proposal, Ruling
from assistant.lanes.playbook_diff import Ruled, diff
from assistant.lanes.room import Room
from assistant.lanes.tables import ACTS, PROPOSALS
from assistant.matter import load_matter
from assistant.types import Matter

OFTEN = 3  # cases of one topic, ruled alike for all such documents, that speak for a rule


def gather(room: Room, at: datetime) -> list[Proposal]:
    """Record a proposal for each topic that calls for one and has none waiting, and renew those that wait;
    the new ones. Raises MatterError where the folder does not load."""
    matter = load_matter(room.matter().folder)
    with room.ledger.together(matter.id) as (connection, put):
        ruled = rulings(room)
        known = [_proposal(row, connection, room) for row in _rows(connection, matter.id)]
        for waiting in (each for each in known if each.state == "proposed"):
            _renew(waiting, ruled, matter, (connection, put, room, at))
        new = []
        for topic in sorted({_topic(*pair) for pair in ruled}):
            mine = [pair for pair in ruled if _topic(*pair) == topic]
            wanted = _wanted(mine, [each for each in known if each.topic == topic])
            text = diff(topic, wanted, matter) if wanted else ""
            if text:
                new.append(_propose(topic, wanted, text, matter, (connection, put, room, at)))
        return new


def proposals(room: Room) -> list[Proposal]:
    """Every proposal, oldest first. Its diff is empty where its content was destroyed."""
    with room.store.reading() as connection:
        rows = _rows(connection, room.matter().id)
        return [_proposal(row, connection, room) for row in rows]


def proposal(connection: Any, name: str, room: Room) -> Proposal:
    """One proposal, read on this connection. Raises LanesError where there is none."""
    found = [row for row in _rows(connection, room.matter().id) if row["id"] == name]
    if not found:
        raise LanesError(f"no proposal {name!r}: secondchair lane proposals")
    return _proposal(found[0], connection, room)


def accountable(matter: Matter) -> str:
    """The role that answers for how the playbook codes: the owner of the first right that is answered."""
    answered = [right for right in matter.rights if right.assistant == "answer"]
    return (answered or list(matter.rights))[0].accountable


def rulings(room: Room) -> list[Ruled]:
    """The cases that are ruled, with their rulings as they stand; without those whose content is gone."""
    found = [(case, _read(case, room)) for case in room.cases("ruled", "closed")]
    return [(case, ruling) for case, ruling in found if ruling]


def as_it_is_now(waiting: Proposal, ruled: list[Ruled], matter: Matter) -> str:
    """The diff as it would be made now of the proposal's cases; empty where nothing is left to say."""
    mine = [pair for pair in ruled if pair[0].id in waiting.cases and _speaks(pair[1])]
    return diff(waiting.topic, mine, matter) if mine else ""


def card(of: Proposal, matter: Matter, seq: int, at: datetime) -> Notice:
    """The notice that brings a proposal as it stands to the lane of who answers for the playbook."""
    theirs = [lane.name for lane in matter.lanes if lane.owner == accountable(matter)]
    lane = next(iter(theirs or [lane.name for lane in matter.lanes]), None)
    key = f"{matter.id}.{of.id}.card.{seq}"
    return Notice(
        key=key, matter=matter.id, kind="proposal", due_at=at, lane=lane, seq=seq, detail=of.id
    )


Within = tuple[Any, Put, Room, datetime]  # the open transaction, its ledger, the room, the time


def _propose(topic: str, ruled: list[Ruled], text: str, matter: Matter, within: Within) -> Proposal:
    connection, put, room, at = within
    here = PROPOSALS.c.matter == matter.id
    count = connection.execute(select(func.count()).select_from(PROPOSALS).where(here)).scalar()
    names = tuple(case.id for case, _ in ruled)
    name = f"P-{int(count or 0) + 1:04d}"
    content = {"diff": text, "cases": names, "at": at.isoformat()}
    seq = put(entry("proposal", "assistant", name, content, matter))
    made = Proposal(
        id=name, matter=matter.id, topic=topic, cases=names, state="proposed", seq=seq, diff=text
    )
    row = made.model_dump(include={"id", "matter", "topic", "state", "seq"})
    connection.execute(insert(PROPOSALS), row | {"cases": json.dumps(names)})
    room.store.plan(connection, card(made, matter, seq, at))
    return made


def _renew(waiting: Proposal, ruled: list[Ruled], matter: Matter, within: Within) -> None:
    """Make its diff anew where playbook or rulings changed; nobody is asked to decide on an old one."""
    connection, put, room, at = within
    text = as_it_is_now(waiting, ruled, matter)
    if text == waiting.diff:
        return
    content = {"diff": text, "cases": waiting.cases, "at": at.isoformat()}
    seq = put(entry("proposal", "assistant", waiting.id, content, matter))
    state = "proposed" if text else "overtaken"
    here = (PROPOSALS.c.matter == matter.id) & (PROPOSALS.c.id == waiting.id)
    connection.execute(update(PROPOSALS).where(here).values(seq=seq, state=state))
    room.store.plan(connection, card(waiting, matter, seq, at))


def _rows(connection: Any, matter: str) -> list[dict[str, Any]]:
    query = select(PROPOSALS).where(PROPOSALS.c.matter == matter).order_by(PROPOSALS.c.id)
    return [dict(row) for row in connection.execute(query).mappings()]


def _proposal(row: dict[str, Any], connection: Any, room: Room) -> Proposal:
    content = room.ledger.read(row["matter"], row["seq"]).content or {}
    kept = {k: row[k] for k in ("id", "matter", "topic", "state", "seq", "decided_by")}
    return Proposal(
        **kept,
        cases=tuple(json.loads(row["cases"])),
        diff=content.get("diff", ""),
        reason=_reason(row, connection, room) if row["decided_by"] else "",
    )


def _reason(row: dict[str, Any], connection: Any, room: Room) -> str:
    """What was said with the decision, from the ledger."""
    here = (ACTS.c.matter == row["matter"]) & (ACTS.c.case == row["id"])
    query = select(ACTS.c.seq).where(here & ACTS.c.refused.is_(None))
    seq = connection.execute(query).scalar()
    content = room.ledger.read(row["matter"], seq).content if seq else None
    return str((content or {}).get("reason") or "")


def _read(case: Case, room: Room) -> Ruling | None:
    try:
        return room.ruling(case)
    except LanesError:
        return None


def _topic(case: Case, ruling: Ruling) -> str:
    return ruling.rules[0] if ruling.rules else case.topic


def _speaks(ruling: Ruling) -> bool:
    """Is it one that a playbook could say?"""
    return ruling.playbook or ruling.scope == "all"


def _wanted(ruled: list[Ruled], earlier: list[Proposal]) -> list[Ruled]:
    """Those that ask for it; else all, where a topic came up often and was ruled for all such documents.
    None while one of the topic waits; never those that were decided on."""
    if any(each.state == "proposed" for each in earlier):
        return []
    known = {name for each in earlier for name in each.cases}
    fresh = [pair for pair in ruled if pair[0].id not in known]
    asked = [pair for pair in fresh if pair[1].playbook]
    reaching = [pair for pair in fresh if pair[1].scope == "all"]
    return asked or (reaching if len(reaching) >= OFTEN else [])
