"""The work on a row of `/evals`, stage by stage: place, decide, show. Each is safe to repeat."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

from assistant.types import Matter, Refusal
from slack_app.blocks.evals import under_way
from slack_app.decide import refuse, threaded, turned_away, verdict_on
from slack_app.errors import SlackGone
from slack_app.nouns import Row
from slack_app.office import Office
from slack_app.posting import Spot
from slack_app.qc import panels, runs
from slack_app.qc.asked import parse
from slack_app.qc.nouns import Found, Wanted
from slack_app.qc.rights import may_evaluate, named, qc_roles, why_not
from slack_app.rows import advance, reread, since
from slack_app.walls import Admitted, TurnedAway, Verdict
from slack_app.wording import FORGOTTEN, GONE_BY, notice

SEVERAL = "Several matters fit here: say it in the matter's own channel."
IN_CHANNEL = ("run", "last", "compare", "panel")  # what is shown as a message of its own
Do = Callable[[Wanted, Row, Matter, Office], Awaitable[Found]]
DEEDS: dict[str, Do] = {
    "run": runs.run,
    "last": runs.last,
    "compare": runs.compare,
    "panel": panels.begin,
    "close": panels.close,
    "questions": panels.put_to_lanes,
}


async def place(row: Row, office: Office) -> None:
    """A message in the channel where the verdict will stand, once, and only for who may ask for one."""
    wanted = _wanted(row, office)
    if row.reply_ts or isinstance(wanted, str) or wanted.deed not in IN_CHANNEL:
        return
    verdict = await verdict_on(row, office)
    if not isinstance(verdict, Admitted) or not await _leads(row, verdict, office):
        return
    begun = row.state != "new" or row.revision > 0
    await advance(row, "placing", office)
    spot = Spot(channel=row.channel, thread=None, mark=row.answer_id, since=since(row))
    ts = await office.poster.once(spot, under_way(wanted.suite or "", 0, 0), begun)
    await threaded(office, partial(office.store.placed, row.key, row.revision, row.channel, ts))


async def decide(row: Row, office: Office) -> Found:
    """What comes of it: done for QC leads, refused and recorded for anybody else."""
    row = await reread(row, office)
    known = row
    await advance(row, "deciding", office)
    row = row.model_copy(update={"state": "deciding"})
    wanted, verdict = _wanted(row, office), await verdict_on(row, office)
    if isinstance(verdict, TurnedAway):
        return _said((await turned_away(row, verdict, office)).text)
    if not isinstance(verdict, Admitted):
        return _said(SEVERAL)
    matter = office.matters[verdict.matter]
    if not await _leads(row, verdict, office):
        return await _refused(row, verdict, wanted, office)
    if isinstance(wanted, str):
        return _said(wanted)
    return await DEEDS[wanted.deed](wanted, known, matter, office)


async def show(row: Row, found: Found, office: Office) -> None:
    """Put it where it belongs; a sentence in the placeholder's place, or to who asked, alone."""
    row = await reread(row, office)
    if found.kind == "run":
        await runs.show_run(row, found, office)
    elif found.kind == "comparison":
        await runs.show_comparison(row, found, office)
    elif found.kind == "panel":
        await panels.show_panel(row, found, office)
    elif found.kind == "closed":
        await panels.show_closed(row, found, office)
    else:
        await _say(row, found, office)
    fields = {"matter": found.matter, "seq": found.number or None, "outcome": found.outcome}
    await threaded(office, partial(office.store.finish, row.key, row.revision, **fields))


async def _say(row: Row, found: Found, office: Office) -> None:
    post = notice(found.text or GONE_BY)
    if row.reply_ts:
        channel, ts = str(row.reply_channel), row.reply_ts
        await office.poster.update(channel, ts, post, row.answer_id)
        return
    text = named(post.text, office.matters[found.matter]) if found.matter else post.text
    if not await office.poster.whisper(row.channel, row.user, text, row.thread):
        raise SlackGone("not_in_channel")


def _wanted(row: Row, office: Office) -> Wanted | str:
    text = office.seal.open(row.sealed, row.key)
    return FORGOTTEN if text is None else parse(text)


def _said(text: str | None) -> Found:
    return Found(kind="notice", text=text)


async def _leads(row: Row, verdict: Verdict, office: Office) -> bool:
    if not isinstance(verdict, Admitted):
        return False
    person = await office.directory.person(row.user, row.team)
    return may_evaluate(office.matters[verdict.matter], person)


async def _refused(row: Row, admitted: Admitted, wanted: Wanted | str, office: Office) -> Found:
    """Whose right it is, to who asked alone; the ledger holds what kind of thing was asked for."""
    matter = office.matters[admitted.matter]
    why = why_not(matter)
    owner = next(iter(qc_roles(matter)), matter.rights[0].accountable)
    asked = "/evals" if isinstance(wanted, str) else f"/evals {wanted.deed}"
    refusal = Refusal(text=why, why=why, owner=owner, notes=(asked,))
    told = (await refuse(row, admitted, refusal, office)).text
    return Found(kind="notice", matter=matter.id, outcome="refuse", text=told)
