"""What holds while one deed is done: the open transaction, who may, and everything that lands with it.

The ledger's entry, the case as it then stands, its reminders and what its askers are told land together or
not at all.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from assistant.errors import LanesError
from assistant.lanes import ladder
from assistant.lanes.authority import allowed
from assistant.lanes.nouns import ASSISTANT, Act, Case, Done, Notice, Person, Refused, Ruling
from assistant.lanes.rota import LaneRota, Rota, approvers
from assistant.lanes.ruling import answer as ruling_as_answer
from assistant.lanes.state import step
from assistant.lanes.store import Store
from assistant.ledger import NewEntry
from assistant.record import Recorder
from assistant.types import Lane, Matter

Put = Callable[[NewEntry], int]


@dataclass(frozen=True)
class Here:
    """One transaction, with the matter's people, lanes and rota as its folder has them at this moment.
    `put` appends to the ledger."""

    connection: Any
    put: Put
    store: Store
    recorder: Recorder
    people: dict[str, tuple[str, ...]]
    lanes: tuple[Lane, ...]
    rota: Rota

    def lane(self, name: str) -> Lane | None:
        """The lane as matter.yaml has it now."""
        return next((lane for lane in self.lanes if lane.name == name), None)

    @property
    def matter(self) -> Matter:
        """The matter as it was last loaded."""
        return self.recorder.matter

    def case(self, name: str) -> Case:
        """A case, read in this transaction. Raises LanesError where there is none."""
        return case_in(self.connection, self.store, self.matter.id, name)

    def may(self, case: Case, act: Act) -> Case | Refused:
        """The case after the act, or why not: authority first, so that a stranger learns nothing."""
        lane = self.lane(case.lane)
        if lane is None:
            return Refused(why=f"lane {case.lane!r} is no longer in matter.yaml: put it back")
        may = approvers(self.rota.of(lane.name), lane)
        return allowed(act, case, lane.owner, may, self.people) or step(case, act)

    def record(self, before: Case, after: Case, act: Act, **content: Any) -> int:
        """The ledger's entry, the case as it now stands, its act, its card, its reminders."""
        detail = {"from": before.state, "to": after.state, "opening": after.opening, **content}
        seq = self.put(self._entry(f"lane-{act.deed}", before, act, detail))
        self.store.change(self.connection, after)
        self.store.put_act(self.connection, after, act, seq, None)
        card = self.notice(after, f"card.{seq}", "card", act.at)
        self.store.plan(self.connection, card)
        self._remind(after, act.at)
        return seq

    def _remind(self, case: Case, at: datetime) -> None:
        lane = self.lane(case.lane)
        if lane is None:
            return
        rota: LaneRota = self.rota.of(lane.name)
        planned = ladder.reminders(case, lane, rota)
        self.store.drop_reminders(self.connection, case, {notice.key for notice in planned})
        for notice in planned:
            self.store.plan(self.connection, notice)
        note = ladder.handover(case.matter, case.lane, rota, at) if case.waiting else None
        if note:
            self.store.plan(self.connection, note)

    def refuse(self, case: Case, act: Act, refused: Refused) -> Done:
        """Record an attempt that is not done."""
        entry = self._entry("lane-refused", case, act, {"deed": act.deed, "why": refused.why})
        self.store.put_act(self.connection, case, act, self.put(entry), refused.why)
        return Done(case=case, refused=refused.why)

    def answer(self, case: Case, ruling: Ruling, at: datetime) -> None:
        """One recorded answer for each asker, and the notice that brings it to where they asked."""
        lane = self.lane(case.lane)
        reply = ruling_as_answer(ruling, case, lane.owner if lane else case.lane, self.matter)
        for number, asker in enumerate(case.askers, 1):
            message, _ = self.recorder.recall(asker.seq)
            key = f"ruling:{case.id}.{case.rulings}:{asker.place}"
            said = message.model_copy(update={"key": key, "asker": asker.person})
            seq = self.put(self.recorder.entry(said, None, reply))
            notice = self.notice(case, f"answer.{case.rulings}.{number}", "answer", at)
            told = notice.model_copy(update={"place": asker.place, "seq": seq})
            self.store.plan(self.connection, told)

    def close(self, case: Case, act: Act) -> None:
        closing = Act(
            deed="close", by=Person(names=(ASSISTANT,)), at=act.at, key=f"{act.key}:close"
        )
        after = step(case, closing)
        if isinstance(after, Case):
            self.record(case, after, closing)

    def tell(self, case: Case, word: str, act: Act) -> None:
        """A fixed sentence to everybody who asked."""
        for number, asker in enumerate(case.askers, 1):
            notice = self.notice(case, f"word.{word}.{case.opening}.{number}", "word", act.at)
            told = notice.model_copy(update={"place": asker.place, "detail": word})
            self.store.plan(self.connection, told)

    def notice(self, case: Case, what: str, kind: Any, at: datetime) -> Notice:
        key = f"{case.matter}.{case.id}.{what}"
        return Notice(
            key=key, matter=case.matter, kind=kind, due_at=at, lane=case.lane, case=case.id
        )

    def _entry(self, kind: str, case: Case, act: Act, detail: dict[str, Any]) -> NewEntry:
        matter = self.matter
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


def case_in(connection: Any, store: Store, matter: str, name: str) -> Case:
    """A case, read on this connection. Raises LanesError where there is none."""
    case = store.case(connection, matter, name)
    if case is None:
        raise LanesError(f"no case {name!r} in matter {matter!r}: secondchair lane list")
    return case


def entry(kind: str, by: str, name: str, content: dict[str, Any], matter: Matter) -> NewEntry:
    """What the ledger holds of a proposal or an exemplar."""
    return NewEntry(
        matter=matter.id,
        kind=kind,
        asker=by,
        playbook_version=matter.playbook_version,
        matter_hash=matter.content_hash,
        composer="person",
        citations=(name,),
        content=content,
    )
