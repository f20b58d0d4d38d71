"""A suite's verdict, two runs side by side, how far a run is: as messages. Ids and fixed words, no case's text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from slack_sdk.models.blocks import Block, ImageBlock, RichTextElement

from evals.comparing import Comparison
from evals.report.page import headline, to_read
from evals.report.words import SAYS, figure
from evals.types import Run
from slack_app.blocks.pieces import header, line, person, rich, said, small, strong
from slack_app.blocks.post import Post
from slack_app.blocks.words import clean, clip, escape

SIGNS = {"go": "✓ Go", "fix": "△ Fix first", "stop": "✕ Stop"}
REASONS, CASES = 5, 10  # shown at the most
BEGUN = "The suite {suite} is being asked. The verdict will stand here."
FURTHER = "The suite {suite} is being asked: {done} of {total} cases. The verdict will stand here."
AGAIN = "Interrupted by a restart of the assistant, and begun again from the first case. "
CUT = (
    "The suite {suite} was interrupted after {done} of {total} cases: the assistant is being stopped or "
    "restarted. Nothing of it counts. It begins again by itself when the assistant is back."
)


def verdict_post(run: Run, image: str | None = None, report: str = "") -> Post:
    """The verdict with its reasons, figures, and the ids of the cases to read. `image`: the id of the chart's
    file in Slack; `report`: where the report stands, in words."""
    title = f"{SIGNS[run.verdict.word]}: {run.suite}"
    blocks: list[Block] = [header(title), rich(*_why(run))]
    if image:
        blocks.append(_chart(image, f"{title}. {'. '.join(_figures(run))}"))
    told = [line(said(text)) for text in _figures(run)]
    blocks.append(rich(*(told or [line(said("Nothing was measured."))])))
    blocks += [rich(line(*_cases(run))), rich(line(*_asked(run)))]
    blocks.append(small(_about(run), *([report] if report else [])))
    text = escape(f"{title}. {SAYS[run.verdict.word]}")
    return Post(text=text, blocks=[block.to_dict() for block in blocks])


def comparison_post(found: Comparison, image: str | None = None) -> Post:
    """What the later run lost and gained against the earlier, a line a measure, with the ids of what was lost."""
    title = comparison_title(found)
    differ = ", ".join(found.differ()) or "nothing"
    lines = [line(strong("Different between them: "), said(differ))]
    for change in found.changes:
        lost = f": {', '.join(change.lost[:CASES])}" if change.lost else ""
        more = f" and {len(change.lost) - CASES} more" if len(change.lost) > CASES else ""
        told = f"{len(change.lost)} lost{clip(lost + more, 400)}; {len(change.gained)} gained of "
        told += f"{change.n}; adjusted p {change.adjusted:.3f}"
        lines.append(line(strong(f"{change.title}: "), said(told)))
    if not found.changes:
        lines.append(line(said("No case was asked and expected alike in both.")))
    if found.left_out:
        lines.append(line(said(f"{len(found.left_out)} cases were asked or expected otherwise.")))
    blocks: list[Block] = [header(title), rich(*lines)]
    if image:
        blocks.append(_chart(image, title))
    blocks.append(small(found.sees, _about(found.before), _about(found.after)))
    return Post(text=escape(title), blocks=[block.to_dict() for block in blocks])


def comparison_title(found: Comparison) -> str:
    """Whether the later run is worse, in words."""
    word = "✕ Worse, and chance does not explain it" if found.worse else "✓ Not shown to be worse"
    return f"{word}: {found.after.suite}"


def under_way(suite: str, done: int, total: int, again: bool = False) -> Post:
    """How far a run is."""
    words = (FURTHER if total else BEGUN).format(suite=clip(suite, 100), done=done, total=total)
    text = (AGAIN if again else "") + words
    return Post(text=escape(text), blocks=[small(text).to_dict()])


def cut_off(suite: str, done: int, total: int) -> Post:
    """A run that was interrupted says so."""
    text = CUT.format(suite=clip(suite, 100), done=done, total=total or "its")
    return Post(text=escape(text), blocks=[rich(line(said(text))).to_dict()])


def last_verdict(run: Run) -> list[Block]:
    """One run for App Home: verdict, suite, when, by whom, why."""
    sign = f"{SIGNS[run.verdict.word]}: "
    when = f"{run.suite}, {run.at:%Y-%m-%d %H:%M} UTC, playbook {run.playbook_version}, by "
    return [
        rich(line(strong("Last evaluation: "), strong(sign), said(when), *_by(run))),
        small(clip(clean(run.verdict.reasons[0]), 300)),
    ]


def _why(run: Run) -> list[RichTextElement]:
    lines = [line(strong(SAYS[run.verdict.word]))]
    lines += [line(said(f"• {clip(why, 500)}")) for why in run.verdict.reasons[:REASONS]]
    more = len(run.verdict.reasons) - REASONS
    return [*lines, line(said(f"and {more} more reasons in the report"))] if more > 0 else lines


def _figures(run: Run) -> list[str]:
    return [f"{score.title}: {figure(score)}" for score in headline(run)]


def _cases(run: Run) -> list[Any]:
    cases = to_read(run)
    if not cases:
        return [strong("Cases to read: "), said("none.")]
    ids = ", ".join(clip(result.id, 60) for result in cases[:CASES])
    more = f" and {len(cases) - CASES} more" if len(cases) > CASES else ""
    return [strong(f"Cases to read ({len(cases)}): "), said(f"{ids}{more}; the report has them.")]


def _asked(run: Run) -> Sequence[RichTextElement]:
    return [said("Asked for by "), *_by(run)]


def _by(run: Run) -> list[RichTextElement]:
    return [person(clip(run.by, 80)) if run.by else said("somebody at the command line")]


def _about(run: Run) -> str:
    scored = sum(result.settled for result in run.results)
    return (
        f"{clip(clean(run.title), 100)} · playbook {clip(run.playbook_version, 30)} · run "
        f"{run.number} · {scored} cases · {run.at:%Y-%m-%d %H:%M} UTC"
    )


def _chart(file_id: str, alt: str) -> Block:
    return ImageBlock(slack_file={"id": file_id}, alt_text=clip(clean(alt), 1_900))
