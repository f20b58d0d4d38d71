"""Earlier answers that no longer stand: what they relied on was superseded, or the playbook was changed.

Each is listed for the lead, and its thread is told, once a cause.
"""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from assistant.lanes.deed import Here
from assistant.lanes.nouns import Notice
from assistant.lanes.packet import documents
from assistant.lanes.room import Room
from assistant.lanes.tables import PLAYBOOKS, STALE
from assistant.ledger.entry import Entry
from assistant.matter import load_matter
from assistant.types import Matter, Noun

ANSWERS = ("answer", "draft")


class Stale(Noun):
    """An earlier answer that relied on `source`; `documents` are the numbers that the asker gave."""

    seq: int
    cause: str
    source: str
    asker: str
    found_at: datetime
    documents: tuple[str, ...] = ()


def mark_stale(here: Here, room: Room, cause: str, sources: set[str], at: datetime) -> int:
    """Note every answer that relied on one of the sources, and plan to tell its thread; how many are new."""
    matter, found = room.matter().id, 0
    for entry in room.ledger.citing(matter, sources):
        source = next(iter(sorted(sources.intersection(entry.citations))), "")
        if entry.kind in ANSWERS and _note(here, room, entry, (cause, source), at):
            found += 1
    return found


def watch(room: Room, at: datetime) -> int:
    """Compare playbook and bank with how they stood when last looked at; answers that relied on what is
    different now are stale. How many are new. Raises MatterError where the folder does not load."""
    folder = room.matter().folder
    now = _standing(load_matter(folder))
    with room.ledger.together(room.matter().id) as (connection, put):
        query = select(PLAYBOOKS.c.rules).where(PLAYBOOKS.c.matter == room.matter().id)
        kept = connection.execute(query).scalar()
        if kept and json.loads(kept) == now:
            return 0
        matter = load_matter(
            folder
        )  # anew: another replica may have looked at a newer one meanwhile
        now = _standing(matter)
        before: dict[str, str] = json.loads(kept) if kept else now
        found = 0
        changed = {name for name, digest in before.items() if now.get(name) != digest}
        if changed:
            here = room.here(connection, put)
            for name in sorted(changed & _exemplars(before)):
                found += mark_stale(here, room, f"exemplar {name}", {name}, at)
            rules = changed - _exemplars(before)
            cause = (
                f"playbook {matter.playbook_version} {_digest(json.dumps(now, sort_keys=True))[:8]}"
            )
            found += mark_stale(here, room, cause, rules, at) if rules else 0
        if before != now or not kept:
            connection.execute(delete(PLAYBOOKS).where(PLAYBOOKS.c.matter == matter.id))
            row = {
                "matter": matter.id,
                "version": matter.playbook_version,
                "rules": json.dumps(now),
            }
            connection.execute(insert(PLAYBOOKS), row)
    return found


def listed(room: Room) -> list[Stale]:
    """Every stale answer, newest finding first, with the numbers of the documents that it was about."""
    matter = room.matter().id
    query = select(STALE).where(STALE.c.matter == matter)
    with room.store.reading() as connection:
        rows = [dict(row) for row in connection.execute(query).mappings()]
    found = [_listed(row, room) for row in rows]
    return sorted(found, key=lambda each: (each.found_at, each.seq), reverse=True)


def _listed(row: dict[str, Any], room: Room) -> Stale:
    content = room.ledger.read(row["matter"], row["seq"]).content
    about = documents(content["text"]) if content else ()
    return Stale(**{k: v for k, v in row.items() if k != "matter"}, documents=about)


def _note(here: Here, room: Room, entry: Entry, why: tuple[str, str], at: datetime) -> bool:
    cause, source = why
    row = {"matter": entry.matter, "seq": entry.seq, "cause": cause, "source": source}
    row |= {"asker": entry.asker, "found_at": at}
    upsert = sqlite.insert if room.store.database.sqlite else postgresql.insert
    put = upsert(STALE).values(row).on_conflict_do_nothing().returning(STALE.c.seq)
    if here.connection.execute(put).first() is None:
        return False
    key = f"{entry.matter}.stale.{entry.seq}.{_digest(cause)[:8]}"
    place = (entry.content or {}).get("key")
    notice = Notice(
        key=key,
        matter=entry.matter,
        kind="stale",
        due_at=at,
        place=place,
        seq=entry.seq,
        detail=source,
    )
    return room.store.plan(here.connection, notice)


def _standing(matter: Matter) -> dict[str, str]:
    """What answers rely on: each rule's text, each active exemplar's calls."""
    rules = {rule.id: _digest(rule.text) for rule in matter.rules}
    for exemplar in matter.exemplars:
        if exemplar.status == "active":
            calls = sorted(f"{call.field}={call.choice}" for call in exemplar.calls)
            rules[exemplar.id] = "exemplar " + _digest("; ".join(calls))
    return rules


def _exemplars(before: dict[str, str]) -> set[str]:
    return {name for name, digest in before.items() if digest.startswith("exemplar ")}


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
