"""A matter folder that changes while we serve: its desk is made anew, and what became stale is looked for.

Every replica looks for itself, so a ruling that one of them put into the bank is known to all within seconds.
A folder that does not load leaves the desk as it was; the log names the matter.
"""

from __future__ import annotations

import asyncio
import logging
import time
import weakref
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from assistant.desk import Close, Desk
from assistant.errors import SecondChairError
from assistant.lanes.proposals import gather
from assistant.lanes.restoring import restore_lost, retire_unapproved
from assistant.lanes.stale import watch
from assistant.matter import load_matter
from assistant.record import Recorder
from slack_app.decide import threaded
from slack_app.office import Office

log = logging.getLogger("secondchair.slack.fresh")

PAUSE = 2.0  # seconds between two looks
DAY = 86_400.0  # seconds between two looks for contents older than a matter keeps them
PATIENCE = (
    600.0  # seconds after which a desk that is still held is freed: no question takes as long
)
Reload = Callable[[Desk], Desk]
Seen = tuple[tuple[str, int, int], ...]


def with_matter(desk: Desk) -> Desk:
    """The desk with the matter as its folder is now; its callables keep what they were made with."""
    return replace(desk, matter=load_matter(desk.matter.folder))


class Retired:
    """Desks that were made anew. What they hold (files, connections) is freed once no question is thought
    about with them, at the latest after `PATIENCE`; one of those that are `asked` a suite, when that ends."""

    def __init__(self, asked: Sequence[Desk] = ()) -> None:
        self._asked = asked
        self._waiting: list[tuple[weakref.ref[Desk], Close, float]] = []

    def add(self, old: Desk, new: Desk) -> None:
        """The desk that `new` took the place of; nothing where both hold the same."""
        if old.close is not new.close:
            self._waiting.append((weakref.ref(old), old.close, time.monotonic() + PATIENCE))

    def free(self) -> int:
        """Free those that nobody holds any more; how many still wait."""
        now, still = time.monotonic(), []
        for held, close, until in self._waiting:
            desk = held()
            busy = any(desk is each for each in self._asked)
            if desk is not None and (now < until or busy):
                still.append((held, close, until))
                continue
            try:
                close()
            except Exception as error:
                log.error("a desk was not freed: %s", type(error).__name__)
        self._waiting = still
        return len(still)


async def keep_fresh(office: Office, reload: Reload) -> None:
    """Look at every served folder, again and again."""
    seen: dict[str, Seen] = {}
    retired = Retired(office.qc.asking if office.qc else ())
    due = time.monotonic()
    while True:
        for name in list(office.desks):
            now = await threaded(office, partial(_seen, office.desks[name].matter.folder))
            if now != seen.get(name):
                first = name not in seen
                seen[name] = now
                await _again(name, office, None if first else reload, retired)
        await threaded(office, retired.free)
        if time.monotonic() >= due:
            due += DAY
            await threaded(office, partial(_expire, office))
        await asyncio.sleep(PAUSE)


async def _again(name: str, office: Office, reload: Reload | None, retired: Retired) -> None:
    """Make the desk anew (not the first time: it was just made), then see to what follows from the change."""
    loop = asyncio.get_running_loop()
    try:
        if reload is not None:
            new = await loop.run_in_executor(office.thinking, reload, office.desks[name])
            retired.add(office.desks[name], new)
            office.desks[name] = new
        await loop.run_in_executor(office.thinking, partial(_follow, name, office))
    except SecondChairError as error:
        log.error("matter %s was not taken up as it is now: %s", name, type(error).__name__)
    except Exception as error:
        log.error("matter %s: %s", name, type(error).__name__)


def _follow(name: str, office: Office) -> None:
    room = office.rooms[name]
    restore_lost(room)
    retire_unapproved(room)
    watch(room, datetime.now(UTC))
    gather(room, datetime.now(UTC))


def _expire(office: Office) -> None:
    """Contents older than their matter keeps them go; what fails is tried again the next day."""
    for name, desk in office.desks.items():
        recorder = Recorder(desk.matter, office.rooms[name].ledger, None)
        try:
            gone = recorder.expire(datetime.now(UTC))
        except SecondChairError as error:
            log.error("matter %s: contents did not expire: %s", name, type(error).__name__)
        else:
            log.info("matter %s: %d contents expired", name, gone)


def _seen(folder: str) -> Seen:
    root = Path(folder)
    paths = [*root.glob("*.*"), *(root / "playbook").rglob("*")]
    found = []
    for path in sorted(p for p in paths if not p.name.startswith(".")):
        try:
            about = path.stat()
        except OSError:
            continue
        found.append((str(path), about.st_mtime_ns, about.st_size))
    return tuple(found)
