"""Durable jobs on DBOS: every accepted row is worked on to its end, whatever dies on the way.

A job is named by its row, revision and attempt, so starting it twice starts it once. DBOS keeps which
stages are done and goes on after a crash; what could not be done now (Slack down, token revoked) comes
back as a new attempt when its time has come. Nothing is kept with a job but ids and fixed words.
"""

from __future__ import annotations

import asyncio
import contextvars
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any

from dbos import DBOS, SetWorkflowID

from assistant.database import open_engine
from assistant.errors import DatabaseError
from assistant.types import Noun
from slack_app import work
from slack_app.decide import Decided, threaded
from slack_app.durable import OVER, configured, forget_ended, outcome
from slack_app.errors import SlackLater, SlackOperator
from slack_app.nouns import Row
from slack_app.office import Office
from slack_app.qc import work as qc
from slack_app.qc.nouns import Found
from slack_app.rows import reread
from slack_app.wording import BROKE, notice

log = logging.getLogger("secondchair.slack.jobs")

SWEEP = 2.0  # seconds between two looks for rows that nobody works on
PATIENCE = 10.0  # seconds that a stop waits for the jobs at work
GRACE = 10.0  # seconds before an accepted row counts as left behind
DELAYS = (2.0, 5.0, 15.0, 30.0, 60.0, 120.0, 300.0)  # seconds before another attempt
RECHECK = 60.0  # seconds after which a job begun here may be looked at again
BROKEN = 4  # attempts that may fail for reasons of our own before that is said
Fault = dict[str, Any]


@dataclass(frozen=True)
class Stages:
    """What is done for a kind of row. `decide` gives a `noun`, which is kept as JSON between the stages."""

    place: Callable[[Row, Office], Awaitable[None]]
    decide: Callable[[Row, Office], Awaitable[Any]]
    show: Callable[[Row, Any, Office], Awaitable[None]]
    noun: type[Noun]

    async def kept(self, row: Row, office: Office) -> dict[str, Any]:
        """What was decided, as JSON."""
        decided: Noun = await self.decide(row, office)
        return decided.model_dump(mode="json")

    async def shown(self, found: dict[str, Any], row: Row, office: Office) -> None:
        """Show what was decided, on the row as it is now."""
        await self.show(await reread(row, office), self.noun.model_validate(found), office)


REPLY = Stages(work.place, work.decide, work.show, Decided)
EVALS = Stages(qc.place, qc.decide, qc.show, Found)


class Jobs:
    """The jobs of one process. DBOS is one a process by its own design, so is this.

    `at_work`: how many are begun at a time; the others wait in the inbox. More would only stand in the way
    of acknowledgements, which share the loop with them.
    """

    def __init__(self, office: Office, url: str, replica: str, at_work: int) -> None:
        self._office = office
        self._held: set[str] = set()
        self._started: dict[str, float] = {}
        self._queued: set[str] = set()
        self._waiting: deque[tuple[Row, bool]] = deque()
        self._beginning = 0
        self._at_work = at_work
        self._closing = False
        self._tasks: set[asyncio.Task[None]] = set()
        self._engine = open_engine(url)
        DBOS(config=configured(self._engine, replica))

        async def work_on(key: str, revision: int) -> str:
            return await self._run(key, revision)

        self._work = DBOS.workflow(name="work")(work_on)

    def launch(self) -> None:
        """Start, and go on with what this replica left undone. Call it from the running loop."""
        DBOS.launch()
        self._keep(self._sweep_for_ever())

    def start(self, row: Row, left_behind: bool = False) -> None:
        """Begin a row's job in the background; a job that was begun already is left alone."""
        if row.job in self._queued:
            return
        if time.monotonic() - self._started.get(row.job, -RECHECK) < RECHECK:
            return
        self._queued.add(row.job)
        self._waiting.append((row, left_behind))
        self._next()

    def _next(self) -> None:
        """Begin what waits, while there is room: the inbox keeps the rest."""
        while (
            self._waiting
            and not self._closing
            and self._beginning + len(self._held) < self._at_work
        ):
            self._beginning += 1
            self._keep(self._begin(*self._waiting.popleft()))

    async def close(self) -> None:
        """Stop, once what is at work is done or took too long; the rest goes on at the next start."""
        self._waiting.clear()
        self._queued.clear()
        loop, self._closing = asyncio.get_running_loop(), True
        end_of_patience = loop.time() + PATIENCE
        while self._held and loop.time() < end_of_patience:
            await asyncio.sleep(0.02)
        for task in list(self._tasks):
            task.cancel()
        end = partial(DBOS.destroy, destroy_registry=True)
        await loop.run_in_executor(self._office.writing, end)
        loop.set_default_executor(ThreadPoolExecutor())  # DBOS had put its own there, and closed it
        self._engine.dispose()

    async def take_over(self, replica: str) -> int:
        """Go on with the jobs that a dead replica left; how many."""
        recover = partial(DBOS._recover_pending_workflows, [replica])
        return len(await asyncio.to_thread(recover))

    async def forget(self) -> None:
        """Drop what DBOS keeps of jobs that ended more than a day ago."""
        await forget_ended()

    async def _begin(self, row: Row, left_behind: bool) -> None:
        self._started[row.job] = time.monotonic()
        try:
            with SetWorkflowID(row.job):
                begun = await DBOS.start_workflow_async(self._work, row.key, row.revision)
            if left_behind and (await begun.get_status()).status in OVER:
                await self._put_off(row, 0)
        except Exception as error:
            log.error("job %s was not begun: %s", row.job, type(error).__name__)
            self._started.pop(row.job, None)
        finally:
            self._queued.discard(row.job)
            self._beginning -= 1
            self._next()

    async def _run(self, key: str, revision: int) -> str:
        """The workflow: one row, stage by stage. Returns how it ended."""
        while key in self._held:
            await asyncio.sleep(0.05)
        self._held.add(key)
        try:
            return await self._stages(key, revision)
        finally:
            self._held.discard(key)
            self._next()

    async def _stages(self, key: str, revision: int) -> str:
        row = await self._row(key)
        if row is None or not row.open or row.revision != revision:
            return "moved on"
        if row.state == "cancelling":
            return await self._end(row, await self._step("withdraw", work.withdraw, row))
        stages = EVALS if row.kind == "evals" else REPLY
        fault = await self._step("place", stages.place, row)
        if fault:
            return await self._end(row, fault)
        found = await self._step("decide", stages.kept, row)
        if "fault" in found:
            return await self._end(row, found)
        show = partial(stages.shown, found)
        return await self._end(row, await self._step("show", show, row))

    async def _step(
        self, name: str, stage: Callable[[Row, Office], Awaitable[Any]], row: Row
    ) -> Any:
        """One stage, kept by DBOS when done; a fault comes back as a value, so that none is pickled."""

        async def run() -> Any:
            return await outcome(partial(stage, row, self._office), log.error)

        return await DBOS.run_step_async({"name": name}, run)

    async def _end(self, row: Row, fault: Fault | None) -> str:
        """Close the attempt: done, put off, or told to the asker."""
        self._started.pop(row.job, None)
        if fault is None:
            return "done"
        if fault["fault"] == "moved on":
            return "moved on"
        log.warning("job %s: %s %s", row.job, fault["fault"], fault["code"])
        try:
            if fault["fault"] == "gone":
                await self._gone(row, str(fault["code"]))
                return "undeliverable"
            if fault["fault"] == "broken" and row.attempt >= BROKEN:
                await self._broken(row)
                return "broken"
        except (SlackLater, SlackOperator, DatabaseError) as error:
            log.warning("job %s: the asker was not told yet: %s", row.job, type(error).__name__)
        delay = fault.get("after") or DELAYS[min(row.attempt, len(DELAYS) - 1)]
        await self._put_off(row, delay)
        return "later"

    async def _put_off(self, row: Row, seconds: float) -> None:
        put_off = partial(self._office.store.postpone, row.key, row.revision, seconds)
        await threaded(self._office, put_off)

    async def _gone(self, row: Row, code: str) -> None:
        if row.kind in ("message", "evals"):
            await work.undeliverable(row, code, self._office)
        else:
            await threaded(self._office, partial(self._office.store.release, row.key))

    async def _broken(self, row: Row) -> None:
        office = self._office
        if row.kind in ("message", "evals") and row.reply_ts:
            channel, ts = str(row.reply_channel), row.reply_ts
            await office.poster.update(channel, ts, notice(BROKE), row.answer_id)
        finish = partial(office.store.finish, row.key, row.revision, state="done", outcome="broken")
        await threaded(office, finish)

    async def _sweep_for_ever(self) -> None:
        """Rows that were accepted but never begun, and those whose next attempt is due; at the start
        all that are open, since whoever was to begin them is gone."""
        store, grace = self._office.store, 0.0
        while True:
            try:
                for row in await threaded(self._office, partial(store.left_behind, grace)):
                    self.start(row, left_behind=True)
                grace = GRACE
                old = time.monotonic() - 2 * RECHECK
                self._started = {job: at for job, at in self._started.items() if at > old}
            except DatabaseError as error:
                log.error("sweep: %s", error)
            await asyncio.sleep(SWEEP)

    async def _row(self, key: str) -> Row | None:
        return await threaded(self._office, partial(self._office.store.row, key))

    def _keep(self, work: Any) -> None:
        """Run beside. In a context of its own: within a workflow's, DBOS would take it for a part of that."""
        clean = contextvars.Context()
        task = asyncio.get_running_loop().create_task(work, context=clean)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
