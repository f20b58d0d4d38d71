"""Messages around a reply: the placeholder, the choice of a matter, the packet for a lane."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.lanes.packet import lane_of
from assistant.pipeline import Recorded
from assistant.types import Lane, Matter
from slack_app.blocks import actions
from slack_app.blocks.branches import told
from slack_app.blocks.pieces import (
    button,
    header,
    line,
    link,
    person,
    rich,
    row,
    said,
    small,
    strong,
)
from slack_app.blocks.plan import Part, fit, fixed
from slack_app.blocks.post import Post
from slack_app.blocks.sources import against, cited
from slack_app.blocks.whole import in_full, where_recorded
from slack_app.blocks.words import clean, clip, escape, outcome, role, spoken, units

LOOKING = "Looking in the playbook. The checked reply will stand here."


BY_HAND = " puts a question by hand: it is shown to who rules on it."


def placeholder_message() -> Post:
    """What stands in the thread until the checked reply takes its place."""
    return Post(text=LOOKING, blocks=[small(LOOKING).to_dict()])


def which_matter(matters: Sequence[Matter], question_id: str) -> Post:
    """Ask in a direct message which matter the question is about; at most 25 are offered."""
    title = "? Which matter is this about?"
    why = "Nothing was looked up yet: what one matter's playbook says must not reach another."
    buttons = [
        button(m.title, f"{actions.MATTER}:{n}", f"{question_id}:{m.id}")
        for n, m in enumerate(matters[:25], 1)
    ]
    blocks, _ = fit([fixed(header(title), rich(line(said(why))), row(buttons))])
    return Post(text=escape(title), blocks=blocks)


def escalation_packet(
    recorded: Recorded, matter: Matter, asker_id: str, permalink: str, lane: Lane | None = None
) -> Post:
    """What the lane's channel gets: who asks, the way to the question, why a person decides, and what
    was found. The question itself is not copied: the link leads to those who may read it. `lane` is
    where it goes; absent: the lane that the reply belongs to."""
    reply = recorded.reply
    lane = lane or lane_of(reply, matter)
    owner = clip(role(lane.owner if lane else reply.owner or "person who decides"), 60)
    hours = f" Due within {lane.target_hours:g} hours." if lane else ""
    why = (
        spoken(clean(reply.why or reply.text), matter.roles).strip()
        or "The asker wants a person to decide."
    )
    there = (
        said(" asks: "),
        link(permalink, "open the question"),
        said(f".{hours} My reply there: {outcome(reply)}."),
    )
    asked = line(person(asker_id), *(there if permalink else (said(BY_HAND + hours),)))
    parts = [
        fixed(header(f"⇧ For the {owner}"), rich(asked)),
        _why(why),
        *cited(getattr(reply, "citations", ()), matter),
        *against(getattr(reply, "counterpoints", ()), matter),
        *told(getattr(reply, "branches", ()), matter),
        fixed(small(where_recorded(recorded, matter))),
    ]
    blocks, cut = fit(parts)
    text = escape(f"For the {owner}: {clip(' '.join(why.split()), 300)}")
    return Post(text, blocks, in_full(recorded, matter) if cut else None)


def _why(why: str) -> Part:
    return Part(
        short=(rich(line(strong("Why a person: "), said(clip(why, 400)))),),
        full=(rich(line(strong("Why a person: "), said(clip(why, 2_500)))),),
        whole=units(why) <= 2_500,
    )
