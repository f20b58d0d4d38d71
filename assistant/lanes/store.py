"""The lanes' rows in and out, on a connection that the ledger's entries share: both land, or neither."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from assistant.database import Database, Schema
from assistant.lanes.nouns import Act, Asker, Case, Notice, Proposal
from assistant.lanes.tables import ACTS, ASKERS, BANKED, CASES, NOTICES

SCHEMA = Schema("lanes", "0001", Path(__file__).parent / "migrations")
_CASE = [name for name in Case.model_fields if name != "askers"]


class Store:
    """`database` is the ledger's own (`settings.ledger_url`). Raises DatabaseError."""

    def __init__(self, url: str) -> None:
        self.database = Database(url, SCHEMA)
        self.reading = self.database.reading
        self.close = self.database.close
        self._upsert = sqlite.insert if self.database.sqlite else postgresql.insert

    # --- cases ------------------------------------------------------------------------------------

    def case(self, connection: Connection, matter: str, name: str) -> Case | None:
        """A case with its askers."""
        found = self._cases(connection, (CASES.c.matter == matter) & (CASES.c.id == name))
        return found[0] if found else None

    def cases(self, connection: Connection, matter: str, *states: str) -> list[Case]:
        """A matter's cases in one of these states (none given: all), oldest first."""
        where = CASES.c.matter == matter
        return self._cases(connection, where & CASES.c.state.in_(states) if states else where)

    def same(self, connection: Connection, matter: str, lane: str, digest: str) -> Case | None:
        """The waiting case of this very question in this lane."""
        same = (CASES.c.matter == matter) & (CASES.c.lane == lane) & (CASES.c.digest == digest)
        found = self._cases(connection, same & CASES.c.state.in_(("open", "claimed")))
        return found[0] if found else None

    def of_entry(self, connection: Connection, matter: str, seq: int) -> Case | None:
        """The newest case that an entry of the ledger was taken up in."""
        here = (ASKERS.c.matter == matter) & (ASKERS.c.seq == seq)
        names = list(connection.execute(select(ASKERS.c.case).where(here)).scalars())
        found = self._cases(connection, (CASES.c.matter == matter) & CASES.c.id.in_(names))
        return found[-1] if found else None

    def next_number(self, connection: Connection, matter: str) -> int:
        """The number that the next case gets."""
        last = select(func.max(CASES.c.number)).where(CASES.c.matter == matter)
        return int(connection.execute(last).scalar() or 0) + 1

    def put_case(self, connection: Connection, case: Case, number: int, digest: str) -> None:
        """A new case; its askers are put apart."""
        fields = case.model_dump(exclude={"askers"}) | {"number": number, "digest": digest}
        connection.execute(insert(CASES), fields)

    def change(self, connection: Connection, case: Case) -> None:
        """A case as it now stands."""
        here = (CASES.c.matter == case.matter) & (CASES.c.id == case.id)
        connection.execute(update(CASES).where(here).values(case.model_dump(include=set(_CASE))))

    def put_asker(self, connection: Connection, case: Case, asker: Asker) -> bool:
        """One more who asked; False where this place is in it already."""
        row = asker.model_dump() | {"matter": case.matter, "case": case.id}
        row |= {"number": len(case.askers)}
        put = self._upsert(ASKERS).values(row).on_conflict_do_nothing()
        return connection.execute(put.returning(ASKERS.c.place)).first() is not None

    # --- acts -------------------------------------------------------------------------------------

    def tried(self, connection: Connection, matter: str, key: str) -> tuple[str, str | None] | None:
        """(case, why refused) of an act with this key, if it was tried before."""
        here = (ACTS.c.matter == matter) & (ACTS.c.key == key)
        row = connection.execute(select(ACTS.c.case, ACTS.c.refused).where(here)).first()
        return (row[0], row[1]) if row else None

    def put_act(
        self, connection: Connection, on: Case | Proposal, act: Act, seq: int, refused: str | None
    ) -> None:
        """Note an act on a case or a proposal with its ledger entry."""
        row = {"matter": on.matter, "case": on.id, "seq": seq, "refused": refused}
        row |= {"key": act.key, "deed": act.deed, "by": act.by.id, "at": act.at}
        connection.execute(insert(ACTS), row)

    def acts(self, connection: Connection, matter: str, case: str) -> list[dict[str, Any]]:
        """What was done and tried on a case, in order."""
        here = (ACTS.c.matter == matter) & (ACTS.c.case == case)
        rows = connection.execute(select(ACTS).where(here).order_by(ACTS.c.seq)).mappings()
        return [dict(row) for row in rows]

    # --- notices ----------------------------------------------------------------------------------

    def plan(self, connection: Connection, notice: Notice) -> bool:
        """Plan a notice; one of this key that was sent stays sent, one dropped is planned again."""
        row = notice.model_dump() | {"state": "planned", "tries": 0, "retry_at": notice.due_at}
        put = self._upsert(NOTICES).values(row).on_conflict_do_nothing()
        if connection.execute(put.returning(NOTICES.c.key)).first() is not None:
            return True
        again = (NOTICES.c.key == notice.key) & (NOTICES.c.state == "dropped")
        back = {"state": "planned", "due_at": notice.due_at, "retry_at": notice.due_at}
        return bool(connection.execute(update(NOTICES).where(again).values(back)).rowcount)

    def drop_reminders(self, connection: Connection, case: Case, keep: set[str]) -> None:
        """Reminders of a case that no longer stand."""
        here = (NOTICES.c.matter == case.matter) & (NOTICES.c.case == case.id)
        gone = here & (NOTICES.c.kind == "remind") & (NOTICES.c.state == "planned")
        change = update(NOTICES).where(gone & NOTICES.c.key.not_in(keep))
        connection.execute(change.values(state="dropped"))

    def due(
        self, connection: Connection, matter: str, at: datetime, most: int = 200
    ) -> list[Notice]:
        """The notices whose time has come, in order."""
        ripe = (NOTICES.c.matter == matter) & (NOTICES.c.state == "planned")
        ripe &= NOTICES.c.retry_at <= at
        query = select(NOTICES).where(ripe).order_by(NOTICES.c.due_at, NOTICES.c.key).limit(most)
        return [_notice(row) for row in connection.execute(query).mappings()]

    def notice(self, connection: Connection, key: str) -> Notice | None:
        """A planned notice; None where it was sent or dropped meanwhile."""
        here = (NOTICES.c.key == key) & (NOTICES.c.state == "planned")
        row = connection.execute(select(NOTICES).where(here)).mappings().first()
        return _notice(row) if row else None

    def sent(self, connection: Connection, key: str, at: datetime, state: str = "sent") -> bool:
        """Mark a planned notice as sent (or dropped); False where it was already."""
        here = (NOTICES.c.key == key) & (NOTICES.c.state == "planned")
        done = connection.execute(update(NOTICES).where(here).values(state=state, sent_at=at))
        return bool(done.rowcount)

    def take(self, connection: Connection, key: str, at: datetime, until: datetime) -> bool:
        """Take a due notice in hand until a time; False where another holds it or it was told."""
        mine = (NOTICES.c.key == key) & (NOTICES.c.state == "planned") & (NOTICES.c.retry_at <= at)
        held = update(NOTICES).where(mine).values(retry_at=until)
        return bool(connection.execute(held).rowcount)

    def put_off(self, connection: Connection, key: str, until: datetime) -> None:
        """Try a notice again later."""
        here = (NOTICES.c.key == key) & (NOTICES.c.state == "planned")
        later = {"retry_at": until, "tries": NOTICES.c.tries + 1}
        connection.execute(update(NOTICES).where(here).values(later))

    def notices(self, connection: Connection, matter: str) -> list[dict[str, Any]]:
        """Every notice with its state."""
        query = select(NOTICES).where(NOTICES.c.matter == matter).order_by(NOTICES.c.due_at)
        return [dict(row) for row in connection.execute(query).mappings()]

    # --- the bank ---------------------------------------------------------------------------------

    def put_banked(self, connection: Connection, case: Case, exemplar: str, mark: str) -> None:
        """Note an exemplar that a ruling put into the bank."""
        row: dict[str, Any] = {"matter": case.matter, "exemplar": exemplar, "case": case.id}
        row |= {"mark": mark, "ruling_seq": case.ruling_seq, "restored": 0}
        here = (BANKED.c.matter == case.matter) & (BANKED.c.exemplar == exemplar)
        connection.execute(delete(BANKED).where(here))
        connection.execute(insert(BANKED), row)

    def banked(self, connection: Connection, matter: str) -> list[dict[str, Any]]:
        """The exemplars that rulings put into the bank."""
        query = select(BANKED).where(BANKED.c.matter == matter).order_by(BANKED.c.exemplar)
        return [dict(row) for row in connection.execute(query).mappings()]

    def restored(self, connection: Connection, matter: str, exemplar: str) -> None:
        """It was put back; a second time it is not."""
        here = (BANKED.c.matter == matter) & (BANKED.c.exemplar == exemplar)
        connection.execute(update(BANKED).where(here).values(restored=1))

    def _cases(self, connection: Connection, where: Any) -> list[Case]:
        query = select(*(CASES.c[name] for name in _CASE)).where(where).order_by(CASES.c.number)
        rows = [dict(row) for row in connection.execute(query).mappings()]
        theirs = (ASKERS.c.matter == CASES.c.matter) & (ASKERS.c.case == CASES.c.id)
        asked = select(ASKERS).join(CASES, theirs).where(where).order_by(ASKERS.c.number)
        askers = defaultdict[str, list[Asker]](list)
        for row in connection.execute(asked).mappings() if rows else ():
            asker = Asker(person=row["person"], place=row["place"], seq=row["seq"])
            askers[row["case"]].append(asker)
        return [Case(**row, askers=tuple(askers[row["id"]])) for row in rows]


def _notice(row: Any) -> Notice:
    return Notice(**{name: row[name] for name in Notice.model_fields})
