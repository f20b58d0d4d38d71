"""`secondchair lane …`: the whole life of a case with no Slack. Light to import: heavy things wait."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from assistant.errors import LanesError

lane_app = typer.Typer(
    help="Cases for people: open, claim, rule, approve; reminders, stale answers, proposals, numbers.",
    no_args_is_help=True,
    add_completion=False,
)

Folder = Annotated[Path, typer.Argument(help="The matter's folder", show_default=False)]
CaseId = Annotated[str, typer.Argument(help="The case, as secondchair lane list shows it")]
By = Annotated[str, typer.Option("--by", help="Who does it: a person of the matter's people")]
Reason = Annotated[str, typer.Option(help="Why, in a sentence; it goes into the ledger")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON")]


@lane_app.command("open")
def open_(
    matter: Folder,
    by: By,
    of: Annotated[int | None, typer.Option(help="The ledger entry of an escalated reply")] = None,
    question: Annotated[str | None, typer.Option(help="Or a question, put by hand")] = None,
    lane: Annotated[str | None, typer.Option(help="The lane of a question put by hand")] = None,
) -> None:
    """Open a case, or join the waiting one of the same question."""
    from assistant.lanes.nouns import Asker
    from assistant.lanes.room import by_hand

    room = _room(matter)
    if of is None and not (question and question.strip()):
        raise LanesError("say what: --of LEDGER for an escalated reply, or --question TEXT")
    act = _act("open", by)
    seq = of if of is not None else by_hand(str(question), by, f"cli:{act.key}", room, lane)
    _said(room.open(act, Asker(person=by, place=f"cli:{act.key}", seq=seq)))


@lane_app.command("list")
def list_(
    matter: Folder,
    every: Annotated[bool, typer.Option("--all", help="Closed and withdrawn ones too")] = False,
    as_json: AsJson = False,
) -> None:
    """The cases that wait, oldest first."""
    room = _room(matter)
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


@lane_app.command()
def show(matter: Folder, case: CaseId) -> None:
    """A case with its packet, its ruling, and all that was done and tried, as JSON."""
    room = _room(matter)
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


@lane_app.command()
def claim(matter: Folder, case: CaseId, by: By) -> None:
    """Take a case: only who holds the lane's role; of two at once, the first."""
    _do("claim", matter, case, by, "")


@lane_app.command()
def release(matter: Folder, case: CaseId, by: By, reason: Reason = "") -> None:
    """Give a claimed case back."""
    _do("release", matter, case, by, reason)


@lane_app.command("take-over")
def take_over(matter: Folder, case: CaseId, by: By, reason: Reason = "") -> None:
    """Take a case that another holds, such as after a hand-over."""
    _do("take_over", matter, case, by, reason)


@lane_app.command("send-back")
def send_back(matter: Folder, case: CaseId, by: By, reason: Reason) -> None:
    """Give a ruling back to who made it, instead of approving it."""
    _do("send_back", matter, case, by, reason)


@lane_app.command()
def withdraw(matter: Folder, case: CaseId, by: By, reason: Reason = "") -> None:
    """Withdraw a waiting case: who alone asked, or who holds the lane's role."""
    _do("withdraw", matter, case, by, reason)


@lane_app.command()
def reopen(matter: Folder, case: CaseId, by: By, reason: Reason) -> None:
    """Open a ruled, closed or withdrawn case again; its clock begins anew."""
    _do("reopen", matter, case, by, reason)


@lane_app.command()
def rule(
    matter: Folder,
    case: CaseId,
    by: By,
    calls: Annotated[str, typer.Option(help="'field=choice; field=choice', from the palette")],
    reason: Reason,
    rules: Annotated[str, typer.Option(help="Rules it rests on, such as 'PRIV-07;FAM-02'")] = "",
    scope: Annotated[
        str, typer.Option(help="document, or all for all such documents")
    ] = "document",
    facts: Annotated[str, typer.Option(help="The exemplar's facts, in your own words")] = "",
    supersedes: Annotated[str, typer.Option(help="Exemplars that it overturns, ids")] = "",
    playbook: Annotated[bool, typer.Option(help="The playbook should say this")] = False,
) -> None:
    """Rule on a claimed case; everybody who asked gets the answer."""
    from assistant.lanes.nouns import Ruling
    from assistant.lanes.ruling import read_calls

    room = _room(matter)
    read, wrong = read_calls(calls, case, room.matter())
    if wrong:
        raise LanesError(wrong)
    if scope not in ("document", "all"):
        raise LanesError(f"scope {scope!r}: expected document or all")
    ruling = Ruling(
        calls=read,
        reason=reason,
        rules=_ids(rules),
        scope=scope,
        facts=facts,
        supersedes=_ids(supersedes),
        playbook=playbook,
    )
    _said(room.rule(case, _act("rule", by), ruling))


@lane_app.command()
def approve(matter: Folder, case: CaseId, by: By) -> None:
    """Approve a ruling for all such documents: it goes into the exemplar bank and the index."""
    from assistant.lanes.approving import approve as do

    room = _room(matter)
    done = do(case, _act("approve", by), room)
    if done.refused is None:
        _index(matter)
    _said(done)
    print(f"Exemplar {done.case.exemplar}")


@lane_app.command()
def tick(matter: Folder, as_json: AsJson = False) -> None:
    """Tell what is due (reminders, hand-overs, answers), once each, one a line; restore lost exemplars; look
    for stale answers. Run it from cron where there is no Slack."""
    from assistant.lanes.approving import restore_lost
    from assistant.lanes.stale import watch
    from assistant.lanes.telling import tell_due

    room = _room(matter)
    for name in restore_lost(room):
        print(json.dumps({"restored": name}) if as_json else f"restored: {name}")
    watch(room, room.clock())
    tell_due(room, _printed(as_json))


@lane_app.command()
def stale(matter: Folder, as_json: AsJson = False) -> None:
    """Earlier answers that relied on what no longer stands, with the documents' numbers where given."""
    from assistant.lanes.stale import listed, watch

    room = _room(matter)
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


@lane_app.command()
def proposals(matter: Folder, as_json: AsJson = False) -> None:
    """What rulings would add to the playbook, as diffs; who answers for it accepts or declines."""
    from assistant.lanes.proposals import gather
    from assistant.lanes.proposals import proposals as every

    room = _room(matter)
    gather(room, room.clock())
    found = every(room)
    if as_json:
        print(json.dumps([each.model_dump(mode="json") for each in found], ensure_ascii=False))
        return
    for each in found:
        print(f"{each.id}  {each.state}  {each.topic}  from {', '.join(each.cases)}\n{each.diff}")
    if not found:
        print("Nothing is proposed.")


@lane_app.command()
def accept(
    matter: Folder,
    proposal: Annotated[str, typer.Argument(help="The proposal, such as P-0001")],
    by: By,
    out: Annotated[Path | None, typer.Option(help="Write the diff here, for git apply")] = None,
) -> None:
    """Accept a proposal. The playbook is not touched: a person applies the diff."""
    from assistant.lanes.proposals import proposals as every

    room = _room(matter)
    _decide(room, proposal, by, True)
    if out is not None:
        found = next(each for each in every(room) if each.id == proposal)
        out.write_text(found.diff, "utf-8")
        print(f"Written to {out}: apply it in the matter's folder with git apply")


@lane_app.command()
def decline(matter: Folder, proposal: Annotated[str, typer.Argument()], by: By) -> None:
    """Decline a proposal; the same cases do not bring it again."""
    _decide(_room(matter), proposal, by, False)


@lane_app.command()
def numbers(matter: Folder, as_json: AsJson = False) -> None:
    """Times to claim and to ruling against target, the queue's age, by lane and topic."""
    from assistant.lanes.numbers import figures

    room = _room(matter)
    found = figures(room.cases(), room.matter().lanes, room.rota(), room.clock())
    if as_json:
        print(json.dumps([each.model_dump() for each in found]))
        return
    for each in found:
        print(_line(each))


@lane_app.command()
def rota(
    matter: Folder,
    at: Annotated[str | None, typer.Option(help="A time such as 2026-11-24T09:00+01:00")] = None,
) -> None:
    """Check rota.yaml, and say who is on duty in each lane and when the shift ends."""
    from assistant.lanes.rota import on_duty

    room = _room(matter)
    when, found = _time(at), room.rota()
    for lane in room.matter().lanes:
        of = found.of(lane.name)
        duty = ", ".join(on_duty(of, lane, when, room.matter().people)) or "nobody holds the role"
        ends = of.next_end(when)
        until = f", until {ends[1]:%Y-%m-%d %H:%M} UTC" if ends else ""
        print(f"{lane.name} ({lane.owner}): {duty}{until}")


def _room(folder: Path) -> Any:
    from assistant.lanes.room import Room
    from assistant.matter import load_matter
    from assistant.settings import read_settings

    matter = load_matter(folder)
    return Room.of(lambda: matter, read_settings())


def _act(deed: Any, by: str, reason: str = "") -> Any:
    import uuid

    from assistant.lanes.nouns import Act, Person

    key = f"cli:{uuid.uuid4().hex}"
    return Act(deed=deed, by=Person(names=(by,)), at=datetime.now(UTC), key=key, reason=reason)


def _do(deed: str, matter: Path, case: str, by: str, reason: str) -> None:
    _said(_room(matter).act(case, _act(deed, by, reason)))


def _said(done: Any) -> None:
    """How the case stands; what was refused is an error (and is in the ledger)."""
    if done.refused is not None:
        raise LanesError(done.refused)
    case = done.case
    print(f"{case.id} is {case.state} in lane {case.lane} ({len(case.askers)} asked)")


def _decide(room: Any, name: str, by: str, accept: bool) -> None:
    from assistant.lanes.nouns import Person
    from assistant.lanes.proposals import decide

    why = decide(name, accept, Person(names=(by,)), room)
    if why is not None:
        raise LanesError(why)
    print(f"{name} is {'accepted' if accept else 'declined'}")


def _index(folder: Path) -> None:
    from assistant.matter import load_matter
    from assistant.settings import read_settings
    from assistant.setup import fresh_index
    from retrievers.model import open_model

    settings = read_settings()
    fresh_index(
        load_matter(folder), open_model(settings.folder, settings.embedding_model), settings
    )


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


def _ids(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.replace(",", ";").split(";") if part.strip())


def _time(text: str | None) -> datetime:
    if text is None:
        return datetime.now(UTC)
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        raise LanesError(f"{text!r} is no time: write one such as 2026-11-24T09:00+01:00") from None
    return when if when.tzinfo else when.replace(tzinfo=UTC)
