"""App Home: what this person may ask here, their open questions, and the playbook's version."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from slack_sdk.models.blocks import Block, DividerBlock, RichTextElement

from assistant.types import Matter, Right
from slack_app.blocks.pieces import header, line, link, rich, said, small, strong
from slack_app.blocks.words import SIGNS, clean, clip, role

HOW = "Ask in the matter's channel by mentioning me, in a direct message, or with /playbook."
NOWHERE = (
    "No matter here lists you. Ask the review manager of your matter to add you to its people."
)
WAYS = {
    "answer": "I answer, from the playbook",
    "draft": "I draft, and the owner approves",
    "escalate": "I send on to a person",
    "refuse": "Not my right: I name whose it is",
}
MATTERS, OPEN, RIGHTS = 8, 10, 12  # shown at the most: a Home view takes 100 blocks


@dataclass(frozen=True)
class OpenQuestion:
    """A question of this person's that waits: the reply's kind, the link, and when it was asked."""

    kind: str
    permalink: str
    asked: str


@dataclass(frozen=True)
class Standing:
    """What a person is in one matter, and what of theirs is open there."""

    matter: Matter
    roles: tuple[str, ...]
    questions: tuple[OpenQuestion, ...] = ()


def home_view(standings: Sequence[Standing]) -> dict[str, Any]:
    """The Home view of a person who stands so in these matters."""
    blocks: list[Block] = [header("Second Chair"), small(HOW)]
    if not standings:
        blocks.append(rich(line(said(NOWHERE))))
    for standing in standings[:MATTERS]:
        blocks += _matter(standing)
    if len(standings) > MATTERS:
        blocks.append(small(f"and {len(standings) - MATTERS} further matters"))
    return {"type": "home", "blocks": [block.to_dict() for block in blocks]}


def _matter(standing: Standing) -> list[Block]:
    matter, roles = standing.matter, ", ".join(role(name) for name in standing.roles)
    here = f"Playbook {matter.playbook_version} · you are {roles or 'not listed'}"
    return [
        DividerBlock(),
        header(matter.title),
        small(here),
        rich(*_open(standing.questions)),
        rich(*_may(standing)),
    ]


def _open(questions: Sequence[OpenQuestion]) -> list[RichTextElement]:
    """The open questions, newest first as given."""
    if not questions:
        return [line(strong("Your open questions: "), said("none."))]
    lines = [line(strong("Your open questions"))]
    for each in questions[:OPEN]:
        sign = said(f"{SIGNS.get(each.kind, each.kind)}, asked {clip(clean(each.asked), 40)}: ")
        lines.append(line(sign, link(each.permalink, "open" if each.permalink else "no link")))
    if len(questions) > OPEN:
        lines.append(line(said(f"and {len(questions) - OPEN} more")))
    return lines


def _may(standing: Standing) -> list[RichTextElement]:
    """What the assistant does for this person, by what it may do."""
    lines: list[RichTextElement] = []
    for way, words in WAYS.items():
        rights = [r for r in standing.matter.rights if r.assistant == way and _asks(standing, r)]
        if rights:
            lines.append(line(strong(words)))
            lines += [line(said(f"• {_task(right)}")) for right in rights[:RIGHTS]]
    return lines or [line(said("No right of this matter is open to your role."))]


def _asks(standing: Standing, right: Right) -> bool:
    return not right.requesters or bool(set(right.requesters) & set(standing.roles))


def _task(right: Right) -> str:
    return f"{clip(clean(right.task), 150)} ({clip(role(right.accountable), 60)})"
