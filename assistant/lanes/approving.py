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


def approve(name: str, act: Act, room: Room, seen: int | None = None) -> Done:
    """The case closed and its exemplar in the bank, or why not. `seen` is the how-manieth ruling of the case
    the person looked at: another one is not approved unread.

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
            wrong = _unread(case, seen) or _wrong(case, ruling, matter, room)
            after = Refused(why="; ".join(wrong)) if wrong else after
        if isinstance(after, Refused) or ruling is None:
            return here.refuse(case, act, _refused(after, case))
        row, elsewhere = _row(case, ruling, act, matter), bank.ids_elsewhere(matter)
        exemplar = bank.add(matter.folder, row, palette_of(matter), elsewhere=elsewhere)
        after = after.model_copy(update={"exemplar": exemplar})
        here.record(case, after, act, exemplar=exemplar, supersedes=ruling.supersedes)
        room.store.put_banked(connection, after, exemplar, mark(case))
        _overturned(here, ruling, room, act)
        return Done(case=here.case(name))


def _wrong(case: Case, ruling: Ruling, matter: Matter, room: Room) -> list[str]:
    """What no longer holds of a ruling that held when it was made: the matter may have changed meanwhile.
    An exemplar that is superseded already is no reason: an earlier try of this may have done it."""
    message, _ = room.recorder.recall(case.seq)
    known = {exemplar.id for exemplar in matter.exemplars}
    gone = [
        f"exemplar {name!r} is not in the bank" for name in ruling.supersedes if name not in known
    ]
    return problems(ruling.model_copy(update={"supersedes": ()}), take_in(message), matter) + gone


def _unread(case: Case, seen: int | None) -> list[str]:
    if seen is None or seen == case.rulings:
        return []
    return [f"{case.id} was ruled anew since you looked at it: read the ruling that stands"]


def _refused(after: object, case: Case) -> Refused:
    return after if isinstance(after, Refused) else Refused(why=f"{case.id} has no ruling")


def _row(case: Case, ruling: Ruling, act: Act, matter: Matter) -> bank.NewRow:
    if case.ruled_by is None or case.ruled_at is None:
        raise LanesError(f"{case.id} has no ruling")
    return bank.NewRow(
        facts=ruling.facts,
        calls=calls_of(ruling),
        rationale=ruling.reason,
        rules=ruling.rules,
        decided_by=case.ruled_by,
        decided_on=case.ruled_at.date().isoformat(),
        mark=mark(case),
        supersedes=ruling.supersedes,
        playbook_version=matter.playbook_version,
        approved_by=act.by.id,
    )


def calls_of(ruling: Ruling) -> str:
    """The calls as the bank's cell has them."""
    return "; ".join(f"{call.field}={call.choice}" for call in ruling.calls)


def palette_of(matter: Matter) -> Palette:
    """What calls are checked against."""
    return Palette(matter.coding_fields, matter.lanes)


def _overturned(here: Here, ruling: Ruling, room: Room, act: Act) -> None:
    for name in ruling.supersedes:
        mark_stale(here, room, f"exemplar {name}", {name}, act.at)
