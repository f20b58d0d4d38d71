"""A second person approves a ruling for all such documents: it becomes an exemplar in the matter's bank.

The file is written inside the transaction that closes the case; a try that was cut off in between finds the
row by its ruling's id. What the exemplar overturns makes earlier answers stale (`stale.py`).
"""

from __future__ import annotations

from rails.intake import take_in

from assistant.errors import LanesError
from assistant.lanes import bank
from assistant.lanes.deed import Here
from assistant.lanes.nouns import Act, Case, Done, Refused, Ruling
from assistant.lanes.room import Room
from assistant.lanes.ruling import mark, problems
from assistant.lanes.stale import mark_stale
from assistant.matter import load_matter
from assistant.matter.palette import Palette
from assistant.types import Matter


def approve(name: str, act: Act, room: Room) -> Done:
    """The case closed and its exemplar in the bank, or why not.

    Raises MatterError, naming file and line, where a file of the matter is broken: nothing is lost, and the
    case waits as it is.
    """
    matter = load_matter(room.matter().folder)
    with room.ledger.together(matter.id) as (connection, put):
        before = room.before(connection, act)
        if before:
            return before
        here = room.here(connection, put)
        case = here.case(name)
        after = here.may(case, act)
        ruling = room.ruling(case)
        if not isinstance(after, Refused) and ruling is not None:
            wrong = _wrong(case, ruling, matter, room)
            after = Refused(why="; ".join(wrong)) if wrong else after
        if isinstance(after, Refused) or ruling is None:
            return here.refuse(case, act, _refused(after, case))
        exemplar = bank.add(matter.folder, _row(case, ruling, act, matter), _palette(matter))
        after = after.model_copy(update={"exemplar": exemplar})
        here.record(case, after, act, exemplar=exemplar, supersedes=ruling.supersedes)
        room.store.put_banked(connection, after, exemplar, mark(case))
        _overturned(here, ruling, room, act)
        return Done(case=here.case(name))


def restore_lost(room: Room) -> list[str]:
    """Put back exemplars of rulings that a save of an older copy took out of the bank, each once: who takes
    it out again means it. Returns the ids put back. Raises MatterError where the bank is broken."""
    matter = load_matter(room.matter().folder)
    there = {exemplar.id for exemplar in matter.exemplars}
    back: list[str] = []
    with room.ledger.together(matter.id) as (connection, _):
        for row in room.store.banked(connection, matter.id):
            if row["exemplar"] in there or row["restored"]:
                continue
            if _put_back(row, matter, room):
                back.append(row["exemplar"])
            room.store.restored(connection, matter.id, row["exemplar"])
    return back


def _put_back(row: dict[str, object], matter: Matter, room: Room) -> bool:
    entry = room.ledger.read(matter.id, int(str(row["ruling_seq"])))
    if entry.content is None:
        return False
    ruling = Ruling.model_validate(entry.content["ruling"])
    case = room.case(str(row["case"]))
    again = bank.NewRow(
        facts=ruling.facts,
        calls=_calls(ruling),
        rationale=ruling.reason,
        rules=ruling.rules,
        decided_by=entry.asker,
        decided_on=entry.content["at"][:10],
        mark=str(row["mark"]),
        supersedes=ruling.supersedes,
        playbook_version=entry.playbook_version,
        approved_by=case.approved_by or "?",
    )
    bank.add(matter.folder, again, _palette(matter), again=str(row["exemplar"]))
    return True


def _wrong(case: Case, ruling: Ruling, matter: Matter, room: Room) -> list[str]:
    """What no longer holds of a ruling that held when it was made: the matter may have changed meanwhile.
    An exemplar that is superseded already is no reason: an earlier try of this may have done it."""
    message, _ = room.recorder.recall(case.seq)
    known = {exemplar.id for exemplar in matter.exemplars}
    gone = [
        f"exemplar {name!r} is not in the bank" for name in ruling.supersedes if name not in known
    ]
    return problems(ruling.model_copy(update={"supersedes": ()}), take_in(message), matter) + gone


def _refused(after: object, case: Case) -> Refused:
    return after if isinstance(after, Refused) else Refused(why=f"{case.id} has no ruling")


def _row(case: Case, ruling: Ruling, act: Act, matter: Matter) -> bank.NewRow:
    if case.ruled_by is None or case.ruled_at is None:
        raise LanesError(f"{case.id} has no ruling")
    return bank.NewRow(
        facts=ruling.facts,
        calls=_calls(ruling),
        rationale=ruling.reason,
        rules=ruling.rules,
        decided_by=case.ruled_by,
        decided_on=case.ruled_at.date().isoformat(),
        mark=mark(case),
        supersedes=ruling.supersedes,
        playbook_version=matter.playbook_version,
        approved_by=act.by.id,
    )


def _calls(ruling: Ruling) -> str:
    return "; ".join(f"{call.field}={call.choice}" for call in ruling.calls)


def _palette(matter: Matter) -> Palette:
    return Palette(matter.coding_fields, matter.lanes)


def _overturned(here: Here, ruling: Ruling, room: Room, act: Act) -> None:
    for name in ruling.supersedes:
        mark_stale(here, room, f"exemplar {name}", {name}, act.at)
