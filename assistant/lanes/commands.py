"""`secondchair lane …`: the whole life of a case with no Slack. Light to import: heavy things wait."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from assistant.errors import LanesError
from assistant.lanes import commands_about as about
from assistant.lanes import commands_playbook as ruled
from assistant.lanes.terminal import By, CaseId, Folder, Reason, act_of, room_of, said

lane_app = typer.Typer(
    help="Cases for people: open, claim, rule, approve; reminders, stale answers, proposals, numbers.",
    no_args_is_help=True,
    add_completion=False,
)


@lane_app.command("open")
def open_(
    matter: Folder,
    by: By,
    of: Annotated[int | None, typer.Option(help="The ledger entry of an escalated reply")] = None,
    question: Annotated[str | None, typer.Option(help="Or a question, put by hand")] = None,
    lane: Annotated[str | None, typer.Option(help="The lane of a question put by hand")] = None,
) -> None:
    """Open a case, or join the waiting one of the same question."""
    from assistant.lanes.by_hand import by_hand
    from assistant.lanes.nouns import Asker

    room = room_of(matter)
    if of is None and not (question and question.strip()):
        raise LanesError("say what: --of LEDGER for an escalated reply, or --question TEXT")
    act = act_of("open", by)
    seq = of if of is not None else by_hand(str(question), by, f"cli:{act.key}", room, lane)
    said(room.open(act, Asker(person=by, place=f"cli:{act.key}", seq=seq)))


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

    room = room_of(matter)
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
    said(room.rule(case, act_of("rule", by), ruling))


@lane_app.command()
def approve(matter: Folder, case: CaseId, by: By) -> None:
    """Approve a ruling for all such documents: it goes into the exemplar bank and the index."""
    from assistant.lanes.approving import approve as do

    room = room_of(matter)
    done = do(case, act_of("approve", by), room)
    if done.refused is None:
        _index(matter)
    said(done)
    print(f"Exemplar {done.case.exemplar}")


def _do(deed: str, matter: Path, case: str, by: str, reason: str) -> None:
    said(room_of(matter).act(case, act_of(deed, by, reason)))


def _index(folder: Path) -> None:
    from assistant.matter import load_matter
    from assistant.settings import read_settings
    from assistant.setup import fresh_index
    from retrievers.model import open_model

    settings = read_settings()
    fresh_index(
        load_matter(folder), open_model(settings.folder, settings.embedding_model), settings
    )


def _ids(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.replace(",", ";").split(";") if part.strip())


lane_app.command("list")(about.list_)
lane_app.command()(about.show)
lane_app.command()(about.tick)
lane_app.command()(about.stale)
lane_app.command()(about.numbers)
lane_app.command()(about.rota)
lane_app.command()(ruled.proposals)
lane_app.command()(ruled.accept)
lane_app.command()(ruled.decline)
