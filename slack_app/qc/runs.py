"""Suites asked from Slack: the run with its progress, the last verdict, two runs side by side, and their posts."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from functools import partial

from assistant.types import Matter
from evals.comparing import Comparison
from evals.reading import SuiteError
from evals.report.picture import difference, picture
from evals.session import suites_of
from evals.types import Run, Suite
from slack_app.blocks import evals as blocks
from slack_app.blocks.post import Post
from slack_app.blocks.words import escape
from slack_app.decide import threaded
from slack_app.errors import SlackError, SlackGone, SlackLater
from slack_app.nouns import Row
from slack_app.office import Office
from slack_app.posting import Spot
from slack_app.qc.nouns import Found, Wanted
from slack_app.qc.room import (
    Interrupted,
    Progress,
    Qc,
    evaluate,
    limits,
    report,
    suite_named,
)
from slack_app.rows import reread

log = logging.getLogger("secondchair.slack.qc")

PAUSE = 2.0  # seconds between two updates of a run's progress: Slack takes fifty a minute
WAITS = (0.5, 1.0, 2.0, 4.0)  # seconds in which Slack makes an uploaded image ready to be shown
NAME = "Name a suite. There are: {}."
NO_SUITES = "This matter has no suites: write one into its evals/ folder (docs/evals.md)."
BROKEN = "The suite does not load: nothing was asked. Who asked for it was told what to mend."
NO_RUN = "There is no run of that yet: /evals run SUITE makes one."
NOT_ALIKE = "Only two runs of the same suite compare."
ONE_RUN = "There is one run of that suite and no accepted baseline: nothing to compare it with yet."
IN_THREAD = "The report stands in the thread."
NOT_SHARED = (
    "This workspace takes no files: the report is kept on the assistant's machine as run-{}.html."
)


async def suite_of(wanted: Wanted, row: Row, matter: Matter, office: Office) -> Suite | Found:
    """The suite named, checked; else what to say. A broken one is told to who asked, with file, line and case."""
    if not wanted.suite:
        names = ", ".join(suites_of(matter))
        return Found(kind="notice", text=NAME.format(names) if names else NO_SUITES)
    try:
        suite = await threaded(office, partial(suite_named, wanted.suite, matter))
    except SuiteError as error:
        whispered = escape(str(error))[:3500]
        with suppress(SlackError):
            await office.poster.whisper(row.channel, row.user, whispered)
        return Found(kind="notice", text=BROKEN)
    names = ", ".join(suites_of(matter))
    return suite or Found(kind="notice", text=NAME.format(names) if names else NO_SUITES)


async def run(wanted: Wanted, row: Row, matter: Matter, office: Office) -> Found:
    """The suite run once for this row. Raises SlackLater where the process is stopping: it is begun again."""
    suite = await suite_of(wanted, row, matter, office)
    if isinstance(suite, Found):
        return suite
    qc = qc_of(office)
    progress = Progress(qc.stopping)
    again = row.state == "deciding" or row.attempt > 0
    telling = asyncio.create_task(_tell(row, suite.suite, progress, again, office))
    asked = (row.user, f"{row.key}#{row.revision}")
    work = partial(evaluate, suite, office.desks[matter.id], qc, asked, progress)
    try:
        done = await asyncio.get_running_loop().run_in_executor(qc.running, work)
    except (Interrupted, asyncio.CancelledError, RuntimeError):
        if not qc.stopping.is_set():
            raise
        with suppress(SlackError):
            await _put(row, blocks.cut_off(suite.suite, progress.done, progress.total), office)
        raise SlackLater("interrupted") from None
    finally:
        telling.cancel()
    return _found(done)


async def last(wanted: Wanted, row: Row, matter: Matter, office: Office) -> Found:
    """The last stored run, of the suite named or of any."""
    name = await _suite_name(wanted, matter, office)
    found = await threaded(office, partial(qc_of(office).store.latest, matter.id, name))
    return _found(found[0]) if found else Found(kind="notice", text=NO_RUN)


async def compare(wanted: Wanted, row: Row, matter: Matter, office: Office) -> Found:
    """Two runs by number; or a suite's last beside its baseline, else beside the one before."""
    pair = partial(_pair, wanted, matter, await _suite_name(wanted, matter, office), qc_of(office))
    found = await threaded(office, pair)
    if isinstance(found, str):
        return Found(kind="notice", text=found)
    before, after = found
    about = {"matter": matter.id, "number": after.number or 0, "before": before.number or 0}
    return Found(kind="comparison", outcome="compared", **about)


async def show_run(row: Row, found: Found, office: Office) -> None:
    """The verdict with its chart in the placeholder's place, the report as a file under it."""
    matter, qc = office.matters[str(found.matter)], qc_of(office)
    done = await threaded(office, partial(qc.store.run, found.number))
    asked = limits(matter)
    chart = await asyncio.to_thread(partial(picture, done, asked.limits))
    image = await _image(f"run-{done.number}.png", chart, done.suite, office)
    where = NOT_SHARED.format(done.number)
    spot = Spot(channel=str(row.reply_channel), thread=row.reply_ts, mark=row.answer_id)
    with suppress(SlackError):
        html = await asyncio.to_thread(report, done, office.desks[matter.id], qc)
        name = f"run-{done.number}-{done.suite}.html"
        await office.poster.file(spot, name, html, f"Report of run {done.number}: {done.suite}")
        where = IN_THREAD
    await _shown(row, partial(blocks.verdict_post, done, report=where), (image, chart), office)


async def show_comparison(row: Row, found: Found, office: Office) -> None:
    """The comparison with its chart in the placeholder's place."""
    matter, qc = office.matters[str(found.matter)], qc_of(office)
    before = await threaded(office, partial(qc.store.run, found.before))
    after = await threaded(office, partial(qc.store.run, found.number))
    told = Comparison.of(before, after, limits(matter))
    head = blocks.comparison_title(told)
    about = f"{after.title} · run {after.number} against run {before.number}"
    chart = await asyncio.to_thread(partial(difference, told.changes, told.worse, head, about))
    image = await _image(f"runs-{before.number}-{after.number}.png", chart, after.suite, office)
    await _shown(row, partial(blocks.comparison_post, told), (image, chart), office)


def qc_of(office: Office) -> Qc:
    """What evaluations need; a caller's mistake where the office has none."""
    assert office.qc is not None, "the office was made without evaluations"
    return office.qc


def _found(done: Run) -> Found:
    word = done.verdict.word
    return Found(kind="run", matter=done.matter, number=done.number or 0, outcome=word)


async def _suite_name(wanted: Wanted, matter: Matter, office: Office) -> str | None:
    """The name under which a suite's runs are stored: what its file says, else what was typed."""
    if wanted.suite is None:
        return None
    with suppress(SuiteError):
        suite = await threaded(office, partial(suite_named, wanted.suite, matter))
        return suite.suite if suite else wanted.suite
    return wanted.suite


def _pair(wanted: Wanted, matter: Matter, name: str | None, qc: Qc) -> tuple[Run, Run] | str:
    if wanted.runs:
        one, two = (qc.store.find(number) for number in wanted.runs)
        if one is None or two is None or {one.matter, two.matter} != {matter.id}:
            return NO_RUN
        return (one, two) if one.suite == two.suite else NOT_ALIKE
    newest = qc.store.latest(matter.id, name)
    if not newest:
        return NO_RUN
    kept = qc.store.baseline(matter.id, newest[0].suite)
    earlier = qc.store.latest(matter.id, newest[0].suite, 2)[1:]
    if kept and kept[0].number != newest[0].number:
        return kept[0], newest[0]
    return (earlier[0], newest[0]) if earlier else ONE_RUN


async def _tell(row: Row, suite: str, progress: Progress, again: bool, office: Office) -> None:
    """How far it is, now and then, where that has changed. A failure to say so stops nothing."""
    said: int | None = None
    while True:
        if progress.done != said:
            said = progress.done
            with suppress(SlackError):
                post = blocks.under_way(suite, progress.done, progress.total, again)
                await _put(row, post, office)
        await asyncio.sleep(PAUSE)


async def _put(row: Row, post: Post, office: Office) -> None:
    fresh = await reread(row, office)
    await office.poster.update(str(fresh.reply_channel), str(fresh.reply_ts), post, row.answer_id)


async def _image(name: str, chart: bytes, suite: str, office: Office) -> str | None:
    """The id of the chart in Slack; None where the workspace takes no files."""
    try:
        return await office.poster.image(name, chart, f"Chart of {suite}") or None
    except SlackError as error:
        log.warning("a chart was not uploaded: %s", error.code)
        return None


async def _shown(row: Row, made: object, chart: tuple[str | None, bytes], office: Office) -> None:
    """The post with its image, once Slack has that ready; else without, the chart as a file in the thread."""
    image, content = chart
    assert callable(made)
    channel, ts = str(row.reply_channel), str(row.reply_ts)
    for wait in WAITS if image else ():
        try:
            await office.poster.update(channel, ts, made(image=image), row.answer_id)
            return
        except SlackGone:
            raise
        except SlackLater as error:
            if error.code != "invalid_blocks":
                raise
        await asyncio.sleep(wait)
    await office.poster.update(channel, ts, made(), row.answer_id)
    spot = Spot(channel=channel, thread=ts, mark=row.answer_id)
    with suppress(SlackError):
        await office.poster.file(spot, f"chart-{row.answer_id}.png", content, "Chart")
