"""The room where people decide: each deed is one transaction with its ledger entry and its notices.

Who may act is read from the matter folder at that moment; what is refused is recorded too. A deed whose
key was seen before is not done again: its outcome is given once more.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from rails.intake import take_in

from assistant.errors import LanesError
from assistant.lanes.deed import Here, Put, case_in
from assistant.lanes.nouns import Act, Asker, Case, Done, Refused, Ruling
from assistant.lanes.packet import Packet, lane_of, packet, same_words, topic_of
from assistant.lanes.rota import Rota, load_rota
from assistant.lanes.ruling import problems
from assistant.lanes.store import Store
from assistant.ledger import Ledger
from assistant.matter.load import read_people
from assistant.record import Recorder
from assistant.settings import Settings
from assistant.types import Matter


@dataclass(frozen=True)
class Room:
    """One matter's cases. `clock` gives the time; tests hand in one that they turn. `matter` gives the
    matter as it was last loaded. Methods raise DatabaseError, and LanesError where there is no such case."""

    matter: Callable[[], Matter]
    ledger: Ledger
    store: Store
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)

    @classmethod
    def of(cls, matter: Callable[[], Matter], settings: Settings, **more: Any) -> Room:
        """The room on the ledger's own database, so that a deed and its entry land together."""
        ledger = Ledger.open(settings.ledger_url, checkpoints=settings.folder / "checkpoints")
        return cls(matter, ledger, Store(settings.ledger_url), **more)

    def close(self) -> None:
        """Close the connections."""
        self.store.close()
        self.ledger.close()

    @property
    def recorder(self) -> Recorder:
        """Reads what the ledger holds of this matter."""
        return Recorder(self.matter(), self.ledger, None)

    # --- looking ----------------------------------------------------------------------------------

    def case(self, name: str) -> Case:
        """A case. Raises LanesError where there is none."""
        with self.store.reading() as connection:
            return case_in(connection, self.store, self.matter().id, name)

    def cases(self, *states: str) -> list[Case]:
        """The cases in these states (none given: all), oldest first."""
        with self.store.reading() as connection:
            return self.store.cases(connection, self.matter().id, *states)

    def packet(self, case: Case) -> Packet:
        """The case with its words. Raises LedgerError where their content was destroyed."""
        return packet(case, *self.recorder.recall(case.seq))

    def ruling(self, case: Case) -> Ruling | None:
        """The ruling that stands, as typed. Raises LedgerError where its content was destroyed."""
        if case.ruling_seq is None:
            return None
        content = self.ledger.read(case.matter, case.ruling_seq).content
        if content is None:
            raise LanesError(f"the content of the ruling on {case.id} was destroyed")
        return Ruling.model_validate(content["ruling"])

    def rota(self) -> Rota:
        """The rota as the folder has it now. Raises MatterError."""
        folder = self.matter().folder
        people, lanes = read_people(folder)
        return load_rota(folder, lanes, people)

    # --- deeds ------------------------------------------------------------------------------------

    def open(self, act: Act, asker: Asker) -> Done:
        """A case for the ledger entry `asker.seq`: a new one, or the waiting one of the same question."""
        message, reply = self.recorder.recall(asker.seq)
        matter = self.matter()
        lane, words = lane_of(reply, matter, message.text), same_words(message.text)
        if lane is None:
            raise LanesError(f"matter {matter.id!r} has no lanes: add one to matter.yaml")
        with self.ledger.together(matter.id) as (connection, put):
            before = self.before(connection, act)
            if before:
                return before
            here = self.here(connection, put)
            digest = self.ledger.fingerprint(connection, matter.id, words) if words else ""
            known = self.store.of_entry(connection, matter.id, asker.seq)
            same = known if known and known.waiting else None
            if same is None and words:
                same = self.store.same(connection, matter.id, lane.name, digest)
            if same is not None:
                return self._join(here, same, act, asker)
            return self._open(here, act, asker, (lane.name, topic_of(reply), digest))

    def act(self, name: str, act: Act) -> Done:
        """Claim, release, take over, send back, withdraw or reopen a case."""
        with self.ledger.together(self.matter().id) as (connection, put):
            before = self.before(connection, act)
            if before:
                return before
            here = self.here(connection, put)
            case = here.case(name)
            after = here.may(case, act)
            if isinstance(after, Refused):
                return here.refuse(case, act, after)
            here.record(case, after, act)
            if act.deed in ("reopen", "withdraw"):
                here.tell(after, act.deed, act)
            return Done(case=here.case(name))

    def check(self, name: str, act: Act) -> Done:
        """Whether this person may do this now, before they are asked for more; only a refusal is recorded."""
        with self.ledger.together(self.matter().id) as (connection, put):
            here = self.here(connection, put)
            case = here.case(name)
            after = here.may(case, act)
            if isinstance(after, Refused) and self.before(connection, act) is None:
                return here.refuse(case, act, after)
            return Done(case=case, refused=after.why if isinstance(after, Refused) else None)

    def rule(self, name: str, act: Act, ruling: Ruling) -> Done:
        """Record a ruling and answer everybody who asked; one for a single document closes the case."""
        with self.ledger.together(self.matter().id) as (connection, put):
            before = self.before(connection, act)
            if before:
                return before
            here = self.here(connection, put)
            case = here.case(name)
            ruling = self._over(case, ruling)
            after = here.may(case, act)
            wrong = [] if isinstance(after, Refused) else self._wrong(case, ruling)
            if wrong:
                after = Refused(why="; ".join(wrong))
            if isinstance(after, Refused):
                return here.refuse(case, act, after)
            after = after.model_copy(update={"scope": ruling.scope})
            seq = here.record(case, after, act, ruling=ruling.model_dump(mode="json"))
            after = after.model_copy(update={"ruling_seq": seq})
            self.store.change(connection, after)
            here.answer(after, ruling, act.at)
            if ruling.scope == "document":
                here.close(after, act)
            return Done(case=here.case(name))

    # --- inside one transaction -------------------------------------------------------------------

    def _open(self, here: Here, act: Act, asker: Asker, about: tuple[str, str, str]) -> Done:
        lane, topic, digest = about
        matter = self.matter()
        number = self.store.next_number(here.connection, matter.id)
        case = Case(
            id=f"C-{number:04d}",
            matter=matter.id,
            lane=lane,
            topic=topic,
            state="open",
            seq=asker.seq,
            opened_at=act.at,
        )
        self.store.put_case(here.connection, case, number, digest)
        self.store.put_asker(here.connection, case, asker)
        here.record(case, case, act, question=asker.seq)
        return Done(case=here.case(case.id))

    def _join(self, here: Here, case: Case, act: Act, asker: Asker) -> Done:
        joins = act.model_copy(update={"deed": "join"})
        if self.store.put_asker(here.connection, case, asker):
            here.record(case, case, joins, question=asker.seq)
            if len(case.askers):
                word = here.notice(case, f"word.join.{len(case.askers)}", "word", act.at)
                told = word.model_copy(update={"place": asker.place, "detail": "join"})
                self.store.plan(here.connection, told)
        return Done(case=here.case(case.id))

    def _over(self, case: Case, ruling: Ruling) -> Ruling:
        """A case ruled anew for all such documents overturns the exemplar that it had made."""
        active = {e.id for e in self.matter().exemplars if e.status == "active"}
        if (
            ruling.scope != "all"
            or case.exemplar not in active
            or case.exemplar in ruling.supersedes
        ):
            return ruling
        return ruling.model_copy(update={"supersedes": (*ruling.supersedes, str(case.exemplar))})

    def _wrong(self, case: Case, ruling: Ruling) -> list[str]:
        message, _ = self.recorder.recall(case.seq)
        return problems(ruling, take_in(message), self.matter())

    def before(self, connection: Any, act: Act) -> Done | None:
        """What came of this very act, if it was tried before."""
        tried = self.store.tried(connection, self.matter().id, act.key)
        if tried is None:
            return None
        return Done(
            case=case_in(connection, self.store, self.matter().id, tried[0]),
            refused=tried[1],
            repeated=True,
        )

    def here(self, connection: Any, put: Put) -> Here:
        """Raises MatterError where the folder's people or rota can't be read: then nobody decides."""
        folder = self.matter().folder
        people, lanes = read_people(folder)
        rota = load_rota(folder, lanes, people)
        return Here(connection, put, self.store, self.recorder, people, lanes, rota)
