"""`secondchair lane list`, `show`, `tick`, `stale`, `numbers`, `rota`: how things stand, and what falls due."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from assistant.errors import LanesError
from assistant.lanes.terminal import AsJson, CaseId, Folder, room_of


def list_(
    matter: Folder,
    every: Annotated[bool, typer.Option("--all", help="Closed and withdrawn ones too")] = False,
    as_json: AsJson = False,
) -> None:
    """The cases that wait, oldest first."""
    room = room_of(matter)
    cases = room.cases() if every else room.cases("open", "claimed", "ruled")
    if as_json:
        print(json.dumps([case.model_dump(mode="json") for case in cases]))
        return
    for case in cases:
        who = case.claimed_by or "nobody"
        print(
            f"{case.id}  {case.state:9} {case.lane}  {case.topic}  {who}  {len(case.askers)} asked"
        )
    if not cases:
        print("No case waits.")


def show(matter: Folder, case: CaseId) -> None:
    """A case with its packet, its ruling, and all that was done and tried, as JSON."""
    room = room_of(matter)
    found = room.case(case)
    ruling = room.ruling(found)
    with room.store.reading() as connection:
        acts = room.store.acts(connection, found.matter, found.id)
    whole = {
        "packet": room.packet(found).model_dump(mode="json"),
        "ruling": ruling.model_dump(mode="json") if ruling else None,
        "acts": [{k: str(v) if k == "at" else v for k, v in act.items()} for act in acts],
    }
    print(json.dumps(whole, ensure_ascii=False, indent=2))


def tick(matter: Folder, as_json: AsJson = False) -> None:
    """Tell what is due (reminders, hand-overs, answers), once each, one a line; restore lost exemplars; look
    for stale answers and for what the playbook should say. Run it from cron where there is no Slack."""
    from assistant.lanes.proposals import gather
    from assistant.lanes.restoring import restore_lost, retire_unapproved
    from assistant.lanes.stale import watch
    from assistant.lanes.telling import tell_due

    room = room_of(matter)
    for name in restore_lost(room):
        print(json.dumps({"restored": name}) if as_json else f"restored: {name}")
    for name in retire_unapproved(room):
        print(json.dumps({"retired": name}) if as_json else f"retired: {name}")
    watch(room, room.clock())
    gather(room, room.clock())
    tell_due(room, _printed(as_json))


def stale(matter: Folder, as_json: AsJson = False) -> None:
    """Earlier answers that relied on what no longer stands, with the documents' numbers where given."""
    from assistant.lanes.stale import listed, watch

    room = room_of(matter)
    watch(room, room.clock())
    found = listed(room)
    if as_json:
        print(json.dumps([each.model_dump(mode="json") for each in found]))
        return
    for each in found:
        about = ", ".join(each.documents) or "no document number given"
        print(f"ledger {each.seq}  {each.asker}  relied on {each.source} ({each.cause})  {about}")
    if not found:
        print("No answer is stale.")


def numbers(matter: Folder, as_json: AsJson = False) -> None:
    """Times to claim and to ruling against target, the queue's age, by lane and topic."""
    from assistant.lanes.numbers import figures

    room = room_of(matter)
    found = figures(room.cases(), room.matter().lanes, room.rota(), room.clock())
    if as_json:
        print(json.dumps([each.model_dump() for each in found]))
        return
    for each in found:
        print(_line(each))


def rota(
    matter: Folder,
    at: Annotated[str | None, typer.Option(help="A time such as 2026-11-24T09:00+01:00")] = None,
) -> None:
    """Check rota.yaml, and say who is on duty in each lane and when the shift ends."""
    from assistant.lanes.rota import on_duty

    room = room_of(matter)
    when, found = _time(at), room.rota()
    for lane in room.matter().lanes:
        of = found.of(lane.name)
        duty = ", ".join(on_duty(of, lane, when, room.matter().people)) or "nobody holds the role"
        ends = of.next_end(when)
        until = f", until {ends[1]:%Y-%m-%d %H:%M} UTC" if ends else ""
        print(f"{lane.name} ({lane.owner}): {duty}{until}")


def _printed(as_json: bool) -> Callable[[Any], None]:
    def tell(told: Any) -> None:
        notice = told.notice
        if as_json:
            print(told.model_dump_json(), flush=True)
            return
        about = ", ".join(case.id for case in told.cases)
        to = (
            f" for {', '.join(told.to)}"
            if told.to
            else f" at {notice.place}"
            if notice.place
            else ""
        )
        entry = f", ledger {notice.seq}" if notice.seq else ""
        print(f"{notice.kind}: {about}{to}{entry} {notice.detail}".rstrip(), flush=True)

    return tell


def _line(each: Any) -> str:
    def hours(value: float | None) -> str:
        return "-" if value is None else f"{value:.1f} h"

    name = f"  {each.topic}" if each.topic else f"{each.lane} (target {each.target_hours:g} h)"
    inside = each.inside
    part = f"{inside.hits} of {inside.n}"
    if inside.low is not None:
        part += f" ({inside.low:.0%}-{inside.high:.0%})"
    return (
        f"{name}: {each.cases} cases, {each.waiting} waiting, oldest {hours(each.oldest_hours)}; "
        f"to claim {hours(each.to_claim.median)}, to ruling {hours(each.to_ruling.median)} (median), "
        f"inside target {part}"
    )


def _time(text: str | None) -> datetime:
    if text is None:
        return datetime.now(UTC)
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        raise LanesError(f"{text!r} is no time: write one such as 2026-11-24T09:00+01:00") from None
    return when if when.tzinfo else when.replace(tzinfo=UTC)
