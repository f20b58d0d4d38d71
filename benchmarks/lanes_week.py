"""A week in a lane: 300 cases, 6 attorneys in 3 shifts, two replicas, 40 of them killed in the middle of something.

    python -m benchmarks.lanes_week [--cases 300] [--kills 40] [--days 7] [--postgres] [--seed 1]

The clock is simulated, the processes, their deaths (SIGKILL) and the database are real. A killed replica is
started again and the deed that it was given is delivered once more, as Slack would. Prints what was counted;
exits 1 if a case was lost, ruled twice, or a notice was not told once and on time.
"""

from __future__ import annotations

import argparse
import collections
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.lanes_worker import world
from benchmarks.pg import fresh_database

START = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)
STEP = timedelta(minutes=5)
DAYS = 7
ATTORNEYS = {"London": ("U0L1", "U0L2"), "New York": ("U0N1", "U0N2"), "Sydney": ("U0S1", "U0S2")}
ZONES = {"London": "Europe/London", "New York": "America/New_York", "Sydney": "Australia/Sydney"}
SLACK = timedelta(
    minutes=10
)  # a step, and the two minutes after which a dead replica's notice is free
Job = dict[str, Any]


class Replica:
    """One worker process; `ask` sends it a job, and may kill it in the middle."""

    def __init__(self, folder: Path, url: str) -> None:
        self._command = [sys.executable, "-m", "benchmarks.lanes_worker", str(folder), url]
        self._process = self._started()
        self.deaths = 0

    def ask(self, job: Job, kill_after: float | None = None) -> Job:
        """The answer. A killed replica is started again and asked again: the same key counts once."""
        self.send(job)
        if kill_after is not None:
            time.sleep(kill_after)
            self._process.kill()
            self._ended()
            self.deaths += 1
            self._process = self._started()
            self.send(job)
        return self.answer()

    def send(self, job: Job) -> None:
        """Give it a job."""
        assert self._process.stdin
        self._process.stdin.write(json.dumps(job) + "\n")
        self._process.stdin.flush()

    def answer(self) -> Job:
        """Its next answer."""
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("a worker ended by itself: its message stands above")
        answer: Job = json.loads(line)
        return answer

    def close(self) -> None:
        """End it."""
        assert self._process.stdin
        self._process.stdin.close()
        self._ended()

    def _ended(self) -> None:
        self._process.wait(30)
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()

    def _started(self) -> subprocess.Popen[str]:
        return subprocess.Popen(
            self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )


class Week:
    """The attorneys' week, driven step by step."""

    def __init__(
        self, replicas: list[Replica], cases: int, kills: int, seed: int, days: int = DAYS
    ) -> None:
        self._chance = random.Random(seed)
        self._replicas = replicas
        minutes = days * 24 * 60 - 12 * 60
        self._days = days
        self._arrivals = sorted(self._chance.randrange(minutes) for _ in range(cases))
        self._kills = kills
        self._jobs = 0
        self._left = 0
        self.now = START
        self.both_clicked = 0
        self.refused = 0
        self._number = 0

    def run(self) -> None:
        """Every step of the week; a kill falls on a random job of any kind."""
        steps = int(timedelta(days=self._days) / STEP)
        expected = steps + len(self._arrivals) * 5
        self._odds = self._kills * 1.35 / expected
        for number in range(steps):
            self.now = START + number * STEP
            minute = number * 5
            while self._arrivals and self._arrivals[0] <= minute:
                self._arrivals.pop(0)
                self._open()
            self._work()
            self._do({"do": "tick"})
        while self._left < self._kills:
            self._do({"do": "tick"}, kill=True)

    def _open(self) -> None:
        self._number += 1
        n = self._number
        ask = f"letter number {n} between the parties, privileged?"
        self._do(
            {"do": "open", "ask": ask, "by": "U0ALICE", "place": f"place{n}", "key": f"open{n}"}
        )

    def _work(self) -> None:
        """What people who are on duty do in five minutes."""
        state = self._do({"do": "look"})
        duty = state["duty"]
        for case in state["cases"]:
            who, deed = self._deed(case, duty)
            if deed is None or self._chance.random() > 0.06:
                continue
            if deed == "claim" and self._chance.random() < 0.3 and len(duty) > 1:
                self._two_click(case["id"], duty)
                continue
            job = {"do": deed, "case": case["id"], "by": who}
            job |= {"key": f"{deed}.{case['id']}.{self.now:%d%H%M}", "all": case["number"] % 5 == 0}
            self._do(job)

    def _deed(self, case: Job, duty: list[str]) -> tuple[str, str | None]:
        if case["state"] == "open":
            return self._chance.choice(duty), "claim"
        if case["state"] == "claimed":
            mine = case["claimed_by"] in duty
            return (case["claimed_by"], "rule") if mine else (duty[0], "take_over")
        second = [name for name in duty if name != case["ruled_by"]]
        return (second[0], "approve") if second else (duty[0], None)

    def _two_click(self, case: str, duty: list[str]) -> None:
        """Two people click at once, each at a replica of their own."""
        self.both_clicked += 1
        pairs = list(zip(self._replicas[:2], duty[:2], strict=False))
        for number, (replica, who) in enumerate(pairs):
            key = f"both{number}.{case}.{self.now:%d%H%M}"
            at = self.now.isoformat()
            replica.send({"do": "claim", "case": case, "by": who, "key": key, "now": at})
        answers = [replica.answer() for replica, _ in pairs]
        self.refused += sum(answer["refused"] is not None for answer in answers)

    def _do(self, job: Job, kill: bool = False) -> Job:
        replica = self._chance.choice(self._replicas)
        falls = kill or (self._left < self._kills and self._chance.random() < self._odds)
        after = self._chance.uniform(0.0, 0.03) if falls else None
        self._left += falls
        return replica.ask({**job, "now": self.now.isoformat()}, after)


def rota() -> str:
    """Three shifts in three time zones, two attorneys each, seven days."""
    days = "[mon, tue, wed, thu, fri, sat, sun]"
    lines = [
        f'      - {{name: {name}, zone: {ZONES[name]}, days: {days}, opens: "08:00", closes: "16:00", '
        f"people: [{', '.join(people)}]}}"
        for name, people in ATTORNEYS.items()
    ]
    return "lanes:\n  privilege:\n    shifts:\n" + "\n".join(lines) + "\n"


@contextmanager
def prepared(postgres: bool) -> Iterator[tuple[Path, str]]:
    """A matter folder with the attorneys, and a fresh database."""
    with tempfile.TemporaryDirectory(prefix="lanes-week-") as name:
        folder = Path(name) / "harbor"
        world(folder, [p for people in ATTORNEYS.values() for p in people], rota())
        if postgres:
            with fresh_database() as url:
                yield folder, url
        else:
            yield folder, f"sqlite:///{name}/week.sqlite"


def main() -> None:
    """Run the week and say what was counted."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--cases", type=int, default=300)
    asked.add_argument("--kills", type=int, default=40)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--days", type=int, default=DAYS)
    asked.add_argument("--postgres", action="store_true")
    given = asked.parse_args()
    with prepared(given.postgres) as (folder, url):
        began = time.monotonic()
        found = week(folder, url, given.cases, given.kills, given.seed, given.days)
        found["seconds"] = round(time.monotonic() - began, 1)
    print(json.dumps(found, indent=2))
    raise SystemExit(1 if found["faults"] else 0)


def week(folder: Path, url: str, cases: int, kills: int, seed: int, days: int = DAYS) -> Job:
    """The week's counts, and its faults: empty where nothing was lost, doubled or late."""
    replicas = [Replica(folder, url), Replica(folder, url)]
    driven = Week(replicas, cases, kills, seed, days)
    try:
        driven.run()
        end = driven.now + STEP
        replicas[0].ask({"do": "tick", "now": end.isoformat()})
        record = replicas[1].ask({"do": "record", "now": end.isoformat()})
    finally:
        for replica in replicas:
            replica.close()
    told = [json.loads(line) for line in (folder.parent / "outside.jsonl").read_text().splitlines()]
    return {
        "cases": len(record["cases"]),
        "ruled": sum(case["rulings"] for case in record["cases"]),
        "states": dict(collections.Counter(case["state"] for case in record["cases"])),
        "restarts": sum(replica.deaths for replica in replicas),
        "two clicked at once": driven.both_clicked,
        "of those told that another was first": driven.refused,
        "notices told": dict(collections.Counter(each["kind"] for each in told)),
        "faults": list(_faults(record, told, cases, end)),
    }


def _faults(record: Job, told: list[Job], cases: int, end: datetime) -> Iterator[str]:
    if len(record["cases"]) != cases:
        yield f"{len(record['cases'])} cases instead of {cases}"
    ruled = collections.Counter(record["ruled"])
    yield from (f"{name} was ruled {n} times" for name, n in ruled.items() if n > 1)
    yield from (
        f"{c['id']} has {c['rulings']} rulings" for c in record["cases"] if c["rulings"] > 1
    )
    if not record["verified"]:
        yield "the ledger does not verify"
    keys = collections.Counter(each["key"] for each in told)
    yield from (f"{key} was told {n} times" for key, n in keys.items() if n > 1)
    yield from (f"{key} was not told" for key in set(record["expected"]) - set(keys))
    sent = {row["key"] for row in record["notices"] if row["state"] == "sent"}
    yield from (f"{key} is marked and was not told" for key in sent - set(keys))
    yield from (f"{row['key']} waits" for row in record["notices"] if _waits(row, end))
    due = {row["key"]: datetime.fromisoformat(row["due_at"]) for row in record["notices"]}

    def late(each: Job) -> timedelta:
        return datetime.fromisoformat(each["at"]) - due[each["key"]]

    yield from (
        f"{e['key']} was {late(e)} late" for e in told if not timedelta(0) <= late(e) <= SLACK
    )


def _waits(row: Job, end: datetime) -> bool:
    return row["state"] == "planned" and datetime.fromisoformat(row["due_at"]) < end - SLACK


if __name__ == "__main__":
    main()
