"""Bank and record held against each other: what a save lost is put back, what nobody approved is retired."""

from __future__ import annotations

import re
from typing import Any

from assistant.lanes import bank
from assistant.lanes.approving import calls_of, palette_of
from assistant.lanes.deed import Put, entry
from assistant.lanes.nouns import Case, Ruling
from assistant.lanes.room import Room
from assistant.lanes.ruling import mark
from assistant.matter import load_matter
from assistant.types import Exemplar, Matter

_MARK = re.compile(r"\[ruling ((.+?)\.(\d+)); playbook [^\[\]]*\]$")
Row = dict[str, Any]


def restore_lost(room: Room) -> list[str]:
    """Put back exemplars of rulings that a save of an older copy took out of the bank, each once: who takes
    it out again means it. Returns the ids put back. Raises MatterError where the bank is broken."""
    with room.ledger.together(room.matter().id) as (connection, _):
        matter = load_matter(room.matter().folder)  # while no approval is on its way
        there = {exemplar.id for exemplar in matter.exemplars}
        banked = sorted(room.store.banked(connection, matter.id), key=_in_order)
        lost = [row for row in banked if row["exemplar"] not in there and not row["restored"]]
        over = _overturned(banked, room) if lost else set()
        back = [str(row["exemplar"]) for row in lost if _put_back(row, over, matter, room)]
        for row in lost:
            room.store.restored(connection, matter.id, row["exemplar"])
    return back


def retire_unapproved(room: Room) -> list[str]:
    """Mark as superseded what stands in the bank under a ruling's mark with no approval on record: an
    approval that was cut off after the file was written, and then not made again. Returns the ids."""
    with room.ledger.together(room.matter().id) as (connection, put):
        matter = load_matter(room.matter().folder)
        approved = {row["mark"] for row in room.store.banked(connection, matter.id)}
        found = [e for e in matter.exemplars if _unapproved(e, approved, connection, room)]
        if found:
            bank.supersede(matter.folder, tuple(e.id for e in found), palette_of(matter))
        for each in found:
            _note(each, matter, put)
    return [each.id for each in found]


def _in_order(row: Row) -> tuple[int, str]:
    return len(row["exemplar"]), row["exemplar"]


def _overturned(banked: list[Row], room: Room) -> set[str]:
    """The exemplars that approved rulings overturned."""
    read = (_ruling(row, room) for row in banked)
    return {name for ruling in read if ruling for name in ruling.supersedes}


def _ruling(row: Row, room: Room) -> Ruling | None:
    content = room.ledger.read(row["matter"], row["ruling_seq"]).content
    return Ruling.model_validate(content["ruling"]) if content else None


def _put_back(row: Row, overturned: set[str], matter: Matter, room: Room) -> bool:
    ruling, ruled = _ruling(row, room), room.ledger.read(matter.id, row["ruling_seq"])
    if ruling is None or ruled.content is None:
        return False
    again = bank.NewRow(
        facts=ruling.facts,
        calls=calls_of(ruling),
        rationale=ruling.reason,
        rules=ruling.rules,
        decided_by=ruled.asker,
        decided_on=ruled.content["at"][:10],
        mark=row["mark"],
        supersedes=ruling.supersedes,
        playbook_version=ruled.playbook_version,
        approved_by=room.case(row["case"]).approved_by or "?",
        status="superseded" if row["exemplar"] in overturned else "active",
    )
    elsewhere = bank.ids_elsewhere(matter)
    bank.add(matter.folder, again, palette_of(matter), row["exemplar"], elsewhere)
    return True


def _unapproved(exemplar: Exemplar, approved: set[str], connection: Any, room: Room) -> bool:
    """Is it of a ruling of this very ledger (another one counts its cases from 1 too), and not approved?"""
    marked = _MARK.search(exemplar.rationale)
    if exemplar.status != "active" or exemplar.source != bank.NAME or marked is None:
        return False
    case = room.store.case(connection, room.matter().id, marked[2])
    if case is None or marked[1] in approved or _waits(case, marked[1]):
        return False
    return exemplar.facts == _facts(case, int(marked[3]), connection, room)


def _waits(case: Case, name: str) -> bool:
    """May its approval still be made again?"""
    return case.state == "ruled" and mark(case) == name


def _facts(case: Case, number: int, connection: Any, room: Room) -> str | None:
    """The facts of a case's how-manieth ruling, as the bank would have them."""
    acts = room.store.acts(connection, case.matter, case.id)
    rulings = [act for act in acts if act["deed"] == "rule" and act["refused"] is None]
    if not 0 < number <= len(rulings):
        return None
    content = room.ledger.read(case.matter, rulings[number - 1]["seq"]).content
    return " ".join(str(content["ruling"]["facts"]).split()) if content else None


def _note(exemplar: Exemplar, matter: Matter, put: Put) -> None:
    content = {"exemplar": exemplar.id, "why": "it stood in the bank with no approval on record"}
    put(entry("exemplar-retired", "assistant", exemplar.id, content, matter))
