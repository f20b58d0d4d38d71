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

from assistant.errors import LanesError, MatterError
from assistant.lanes import ladder
from assistant.lanes.authority import allowed
from assistant.lanes.nouns import ASSISTANT, Act, Asker, Case, Done, Notice, Person, Refused, Ruling
from assistant.lanes.packet import Packet, lane_of, packet, same_words, topic_of
from assistant.lanes.rota import LaneRota, Rota, approvers, load_rota
from assistant.lanes.ruling import answer, problems
from assistant.lanes.state import step
from assistant.lanes.store import Store
from assistant.ledger import Ledger, NewEntry
from assistant.matter.load import read_people
from assistant.record import Recorder
from assistant.settings import Settings
from assistant.types import Lane, Matter, Message

Put = Callable[[NewEntry], int]


@dataclass(frozen=True)
class Here:
    """What holds while one deed is done: the open transaction, and the matter's people now."""

    connection: Any
    put: Put
    people: dict[str, tuple[str, ...]]
    lanes: tuple[Lane, ...]
    rota: Rota

    def lane(self, name: str) -> Lane | None:
        """The lane as matter.yaml has it now."""
        return next((lane for lane in self.lanes if lane.name == name), None)


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

    @property
    def recorder(self) -> Recorder:
        """Reads what the ledger holds of this matter."""
        return Recorder(self.matter(), self.ledger, None)

    # --- looking ----------------------------------------------------------------------------------

    def case(self, name: str) -> Case:
        """A case. Raises LanesError where there is none."""
        with self.store.reading() as connection:
            return self.case_in(connection, name)

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
            here, case = self.here(connection, put), self.case_in(connection, name)
            after = self.may(here, case, act)
            if isinstance(after, Refused):
                return self.refuse(here, case, act, after)
            self.record(here, case, after, act)
            if act.deed in ("reopen", "withdraw"):
                self._tell(here, after, act.deed, act)
            return Done(case=self.case_in(connection, name))

    def check(self, name: str, act: Act) -> Done:
        """Whether this person may do this now, before they are asked for more; only a refusal is recorded."""
        with self.ledger.together(self.matter().id) as (connection, put):
            here, case = self.here(connection, put), self.case_in(connection, name)
            after = self.may(here, case, act)
            if isinstance(after, Refused) and self.before(connection, act) is None:
                return self.refuse(here, case, act, after)
            return Done(case=case, refused=after.why if isinstance(after, Refused) else None)

    def rule(self, name: str, act: Act, ruling: Ruling) -> Done:
        """Record a ruling and answer everybody who asked; one for a single document closes the case."""
        with self.ledger.together(self.matter().id) as (connection, put):
            before = self.before(connection, act)
            if before:
                return before
            here, case = self.here(connection, put), self.case_in(connection, name)
            ruling = self._over(case, ruling)
            after = self.may(here, case, act)
            wrong = [] if isinstance(after, Refused) else self._wrong(case, ruling)
            if wrong:
                after = Refused(why="; ".join(wrong))
            if isinstance(after, Refused):
                return self.refuse(here, case, act, after)
            after = after.model_copy(update={"scope": ruling.scope})
            seq = self.record(here, case, after, act, ruling=ruling.model_dump(mode="json"))
            after = after.model_copy(update={"ruling_seq": seq})
            self.store.change(connection, after)
            self._answer(here, after, ruling, act.at)
            if ruling.scope == "document":
                self._close(here, after, act)
            return Done(case=self.case_in(connection, name))

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
        self.record(here, case, case, act, question=asker.seq)
        return Done(case=self.case_in(here.connection, case.id))

    def _join(self, here: Here, case: Case, act: Act, asker: Asker) -> Done:
        joins = act.model_copy(update={"deed": "join"})
        if self.store.put_asker(here.connection, case, asker):
            self.record(here, case, case, joins, question=asker.seq)
            if len(case.askers):
                word = self._notice(case, f"word.join.{len(case.askers)}", "word", act.at)
                told = word.model_copy(update={"place": asker.place, "detail": "join"})
                self.store.plan(here.connection, told)
        return Done(case=self.case_in(here.connection, case.id))

    def may(self, here: Here, case: Case, act: Act) -> Case | Refused:
        """The case after the act, or why not: authority first, so that a stranger learns nothing."""
        lane = here.lane(case.lane)
        if lane is None:
            return Refused(why=f"lane {case.lane!r} is no longer in matter.yaml: put it back")
        may = approvers(here.rota.of(lane.name), lane)
        return allowed(act, case, lane.owner, may, here.people) or step(case, act)

    def record(self, here: Here, before: Case, after: Case, act: Act, **content: Any) -> int:
        """The ledger's entry, the case as it now stands, its act, its card, its reminders."""
        detail = {"from": before.state, "to": after.state, "opening": after.opening, **content}
        seq = here.put(self._entry(f"lane-{act.deed}", before, act, detail))
        self.store.change(here.connection, after)
        self.store.put_act(here.connection, after, act, seq, None)
        card = self._notice(after, f"card.{seq}", "card", act.at)
        self.store.plan(here.connection, card)
        self._remind(here, after, act.at)
        return seq

    def _remind(self, here: Here, case: Case, at: datetime) -> None:
        lane = here.lane(case.lane)
        if lane is None:
            return
        rota: LaneRota = here.rota.of(lane.name)
        planned = ladder.reminders(case, lane, rota)
        self.store.drop_reminders(here.connection, case, {notice.key for notice in planned})
        for notice in planned:
            self.store.plan(here.connection, notice)
        note = ladder.handover(case.matter, case.lane, rota, at) if case.waiting else None
        if note:
            self.store.plan(here.connection, note)

    def refuse(self, here: Here, case: Case, act: Act, refused: Refused) -> Done:
        """Record an attempt that is not done."""
        entry = self._entry("lane-refused", case, act, {"deed": act.deed, "why": refused.why})
        self.store.put_act(here.connection, case, act, here.put(entry), refused.why)
        return Done(case=case, refused=refused.why)

    def _answer(self, here: Here, case: Case, ruling: Ruling, at: datetime) -> None:
        """One recorded answer for each asker, and the notice that brings it to where they asked."""
        lane = here.lane(case.lane)
        reply = answer(ruling, case, lane.owner if lane else case.lane, self.matter())
        for number, asker in enumerate(case.askers, 1):
            message, _ = self.recorder.recall(asker.seq)
            key = f"ruling:{case.id}.{case.rulings}:{asker.place}"
            said = message.model_copy(update={"key": key, "asker": asker.person})
            seq = here.put(self.recorder.entry(said, None, reply))
            notice = self._notice(case, f"answer.{case.rulings}.{number}", "answer", at)
            told = notice.model_copy(update={"place": asker.place, "seq": seq})
            self.store.plan(here.connection, told)

    def _close(self, here: Here, case: Case, act: Act) -> None:
        closing = Act(
            deed="close", by=Person(names=(ASSISTANT,)), at=act.at, key=f"{act.key}:close"
        )
        after = step(case, closing)
        if isinstance(after, Case):
            self.record(here, case, after, closing)

    def _tell(self, here: Here, case: Case, word: str, act: Act) -> None:
        """A fixed sentence to everybody who asked."""
        for number, asker in enumerate(case.askers, 1):
            notice = self._notice(case, f"word.{word}.{case.opening}.{number}", "word", act.at)
            told = notice.model_copy(update={"place": asker.place, "detail": word})
            self.store.plan(here.connection, told)

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
        return Done(case=self.case_in(connection, tried[0]), refused=tried[1], repeated=True)

    def here(self, connection: Any, put: Put) -> Here:
        """Raises MatterError where the folder's people or rota can't be read: then nobody decides."""
        folder = self.matter().folder
        people, lanes = read_people(folder)
        return Here(connection, put, people, lanes, load_rota(folder, lanes, people))

    def case_in(self, connection: Any, name: str) -> Case:
        """A case, read in this transaction. Raises LanesError where there is none."""
        case = self.store.case(connection, self.matter().id, name)
        if case is None:
            raise LanesError(
                f"no case {name!r} in matter {self.matter().id!r}: secondchair lane list"
            )
        return case

    def _notice(self, case: Case, what: str, kind: Any, at: datetime) -> Notice:
        key = f"{case.matter}.{case.id}.{what}"
        return Notice(
            key=key, matter=case.matter, kind=kind, due_at=at, lane=case.lane, case=case.id
        )

    def _entry(self, kind: str, case: Case, act: Act, detail: dict[str, Any]) -> NewEntry:
        matter = self.matter()
        content = {"case": case.id, "key": act.key, "at": act.at.isoformat(), "reason": act.reason}
        return NewEntry(
            matter=matter.id,
            kind=kind,
            asker=act.by.id,
            playbook_version=matter.playbook_version,
            matter_hash=matter.content_hash,
            composer="person",
            citations=(case.id,),
            content=content | detail,
        )


def by_hand(text: str, person: str, place: str, room: Room, lane: str | None = None) -> int:
    """Record a question that somebody puts to a lane without asking the assistant; its ledger number."""
    from assistant.types import Escalation

    matter = room.matter()
    names = [each.name for each in matter.lanes]
    if lane is not None and lane not in names:
        raise LanesError(f"unknown lane {lane!r}: expected one of {', '.join(names)}")
    chosen = next((each for each in matter.lanes if each.name == lane), None) or next(
        iter(matter.lanes), None
    )
    if chosen is None:
        raise MatterError(matter.folder, [])
    why = "Opened by hand."
    reply = Escalation(text=why, lane=chosen.name, owner=chosen.owner, why=why)
    message = Message(text=text, asker=person, key=place)
    return room.recorder.record(message, take_in(message), reply)
