"""One replica of the simulated week: jobs as JSON lines on standard input, an answer a line on standard output.

What it tells goes into `outside.jsonl` beside the matter, each under its mark, looked for before it is written
again: as Slack's channel would hold it.
"""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from assistant.lanes import ladder
from assistant.lanes.approving import approve
from assistant.lanes.by_hand import by_hand
from assistant.lanes.nouns import Act, Asker, Case, Deed, Person, Ruling
from assistant.lanes.room import Room
from assistant.lanes.rota import on_duty
from assistant.lanes.telling import Told, tell_due
from assistant.matter import load_matter
from assistant.settings import Settings
from assistant.types import Call

MATTER = """\
id: harbor
title: Harbor v. Pilot
playbook_version: "1"
coding_fields:
  - {name: privilege, choices: ["Privileged: Withhold", "Not Privileged"]}
roles: [reviewer, privilege_lead]
people:
  U0ALICE: [reviewer]
"""
LANES = (
    "lanes:\n  - {name: privilege, owner: privilege_lead, target_hours: 4, covers: [privilege]}\n"
)
RIGHTS = """\
rights:
  - id: coding-question
    task: Say how the playbook codes a document
    assistant: answer
    accountable: privilege_lead
    asks: ["Priv or not?", "How is it coded?", "Which tag?", "Privileged?"]
"""
RULES = "## PRIV-01 Letters\nLetters to counsel are privileged.\nCall: privilege = Privileged: Withhold\n"
HEADER = "id,facts,calls,rationale,rules,decided_by,decided_on,status\n"


def world(folder: Path, attorneys: list[str], rota: str) -> None:
    """Write the matter's folder."""
    (folder / "playbook").mkdir(parents=True)
    people = "".join(f"  {name}: [privilege_lead]\n" for name in attorneys)
    texts = {
        "matter.yaml": MATTER + people + LANES,
        "decision_rights.yaml": RIGHTS,
        "rota.yaml": rota,
    }
    texts |= {"playbook/01.md": RULES, "exemplars.csv": HEADER}
    for name, text in texts.items():
        (folder / name).write_text(text, "utf-8")


class Worker:
    """A room whose clock is what the driver says."""

    def __init__(self, folder: Path, url: str) -> None:
        self.now = datetime.now(UTC)
        matter = load_matter(folder)
        settings = Settings(home=folder.parent / "home", database_url=url)
        self.room = Room.of(lambda: matter, settings, clock=lambda: self.now)
        self._outside = folder.parent / "outside.jsonl"

    def do(self, job: dict[str, Any]) -> dict[str, Any]:
        """One job's answer."""
        self.now = datetime.fromisoformat(job["now"])
        match job["do"]:
            case "open":
                return self._open(job)
            case "look":
                return self._look()
            case "tick":
                return {"told": tell_due(self.room, self._tell)}
            case "record":
                return self._record()
            case "rule":
                done = self.room.rule(job["case"], self._act("rule", job), self._ruling(job))
            case "approve":
                done = approve(job["case"], self._act("approve", job), self.room)
            case deed:
                done = self.room.act(job["case"], self._act(deed, job))
        return {"refused": done.refused}

    def _open(self, job: dict[str, Any]) -> dict[str, Any]:
        """Recorded once, however often it is delivered."""
        since = datetime.now(UTC) - timedelta(minutes=5)
        seq = self.room.recorder.recorded(job["place"], since)
        seq = seq or by_hand(job["ask"], job["by"], job["place"], self.room)
        asker = Asker(person=job["by"], place=job["place"], seq=seq)
        return {"case": self.room.open(self._act("open", job), asker).case.id}

    def _act(self, deed: Deed | str, job: dict[str, Any]) -> Act:
        person = Person(names=(job["by"],))
        return Act.model_validate({"deed": deed, "by": person, "at": self.now, "key": job["key"]})

    def _ruling(self, job: dict[str, Any]) -> Ruling:
        call = Call(field="privilege", choice="Not Privileged", source=job["case"])
        facts = f"A letter between the parties, of the kind in case {job['case']}."
        scope = "all" if job["all"] else "document"
        return Ruling(
            calls=(call,), reason="It was sent to the other side.", facts=facts, scope=scope
        )

    def _look(self) -> dict[str, Any]:
        matter = self.room.matter()
        lane = matter.lanes[0]
        duty = on_duty(self.room.rota().of(lane.name), lane, self.now, matter.people)
        cases = [
            {
                **c.model_dump(include={"id", "state", "claimed_by", "ruled_by"}),
                "number": int(c.id[2:]),
            }
            for c in self.room.cases("open", "claimed", "ruled")
        ]
        return {"duty": list(duty), "cases": cases}

    def _tell(self, told: Told) -> None:
        notice = told.notice
        known = self._outside.read_text() if self._outside.exists() else ""
        if f'"{notice.key}"' in known:
            return
        line = (
            json.dumps({"key": notice.key, "kind": notice.kind, "at": self.now.isoformat()}) + "\n"
        )
        place = os.open(self._outside, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.write(place, line.encode())
        os.close(place)

    def _record(self) -> dict[str, Any]:
        """What stands at the end, and which reminders should have come, reckoned anew from the cases."""
        room, matter = self.room, self.room.matter().id
        with room.store.reading() as connection:
            notices = room.store.notices(connection, matter)
        kept = [{**row, "due_at": row["due_at"].isoformat(), "sent_at": None} for row in notices]
        ruled = [
            entry.citations[0] for entry in room.ledger.entries(matter) if entry.kind == "lane-rule"
        ]
        return {
            "cases": [case.model_dump(mode="json") for case in room.cases()],
            "notices": [{k: row[k] for k in ("key", "state", "due_at")} for row in kept],
            "ruled": ruled,
            "verified": room.ledger.verify(matter).ok,
            "expected": [key for case in room.cases() for key in self._expected(case)],
        }

    def _expected(self, case: Case) -> list[str]:
        lane = self.room.matter().lanes[0]
        until = case.ruled_at or self.now - timedelta(minutes=10)
        open_ = case.model_copy(update={"state": "open"})
        found = []
        for notice in ladder.reminders(open_, lane, self.room.rota().of(lane.name)):
            first_rung = notice.detail == "1"
            limit = case.claimed_at if first_rung and case.claimed_at else until
            if notice.due_at < limit - timedelta(minutes=5):
                found.append(notice.key)
        return found


def main() -> None:
    """Do what comes, a line at a time."""
    worker = Worker(Path(sys.argv[1]), sys.argv[2])
    for line in sys.stdin:
        print(json.dumps(worker.do(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
