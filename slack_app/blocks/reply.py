"""A recorded reply -> one Slack message that a tired reviewer understands at a glance.

From the top: the outcome in words, whose call it is, the call per field and how sure it is, the reply,
its sources quoted, what speaks against it, the ways to choose from, notes, where it is recorded, buttons.
"""

from __future__ import annotations

from collections.abc import Sequence

from slack_sdk.models.blocks import ButtonElement, RichTextElement

from assistant.pipeline import Recorded
from assistant.replies import lane_named
from assistant.shown import by_field
from assistant.types import Answer, Escalation, Matter, Outage, Refusal, Reply
from slack_app.blocks import actions
from slack_app.blocks.branches import offered, untold
from slack_app.blocks.pieces import button, header, line, person, rich, row, said, small, strong
from slack_app.blocks.plan import Part, fit, fixed
from slack_app.blocks.post import Post
from slack_app.blocks.sources import AGAINST, SHOWN, against, cited
from slack_app.blocks.whole import in_full, where_recorded
from slack_app.blocks.words import clean, clip, escape, outcome, role, spoken, sure, units

CUT = "Shortened to fit here; the whole reply goes with it as text."


def reply_message(
    recorded: Recorded, matter: Matter, answer_id: str, affirmed_by: str | None = None
) -> Post:
    """The message for a reply. `answer_id` is the posted answer's id in the app's database;
    `affirmed_by` is the Slack id of the person whose click it follows from, if it does."""
    reply = recorded.reply
    by = affirmed_by or getattr(reply, "affirmed", None)
    citations, points = getattr(reply, "citations", ()), getattr(reply, "counterpoints", ())
    branches = offered(getattr(reply, "branches", ()), matter, answer_id)
    parts = [
        fixed(header(outcome(reply))),
        *_standing(reply, matter, by),
        *_words(untold(reply, matter), by),
        *cited(citations, matter),
        *against(points, matter),
        *branches.parts,
        *_notes(reply),
    ]
    foot = where_recorded(recorded, matter)
    tail = [fixed(small(foot)), fixed(row(_buttons(reply, answer_id)))]
    blocks, cut = fit([*parts, *tail])
    if cut or branches.more or len(citations) > SHOWN or len(points) > AGAINST:
        tail = [fixed(small(foot, CUT)), tail[1]]
        return Post(_line(reply, matter), fit([*parts, *tail])[0], in_full(recorded, matter))
    return Post(_line(reply, matter), blocks)


def _standing(reply: Reply, matter: Matter, by: str | None) -> list[Part]:
    """The call per field and how sure it is, or whose call it is."""
    paragraphs: list[RichTextElement] = []
    if isinstance(reply, Answer) and reply.calls:
        paragraphs += [_call(field, choices) for field, choices in _fields(reply)]
        paragraphs.append(_surety(reply, by))
    if not isinstance(reply, Answer) or reply.kind == "draft":
        paragraphs += _not_yours(reply, matter)
    return [fixed(rich(*paragraphs))] if paragraphs else []


def _fields(reply: Answer) -> list[tuple[str, str]]:
    """Each field with its choices, bounded: the whole list stands in the overflow."""
    fields = [(clip(clean(f), 60), ", ".join(c)) for f, c in by_field(reply.calls).items()]
    return [(field, clip(clean(choices), 180)) for field, choices in fields[:8]]


def _call(field: str, choices: str) -> RichTextElement:
    return line(said(f"{field}: "), strong(choices))


def _surety(reply: Answer, by: str | None) -> RichTextElement:
    if by:
        return line(said("On what "), person(by), said(" affirmed, not on my reading."))
    return line(said(f"How sure: {sure(reply.confidence)}."))


def _not_yours(reply: Reply, matter: Matter) -> list[RichTextElement]:
    """Whose call it is, the lane, and the hours; nothing where the asker's own choice decides."""
    if not reply.owner or reply.kind == "clarify":
        return []
    lane = lane_named(reply.lane, matter) if isinstance(reply, Escalation) else None
    where = f", in lane {clip(lane.name, 60)}, within {lane.target_hours:g} hours" if lane else ""
    verb = "approves" if reply.kind == "draft" else "decides"
    start = "No call was made: " if isinstance(reply, Outage) else "Not your call: "
    named = strong(f"the {clip(role(reply.owner), 60)}")
    return [line(strong(start), named, said(f" {verb}{where}."))]


def _words(text: str, by: str | None) -> list[Part]:
    """The reply's own words; the asker's id in them becomes their name."""
    text = clean(text).strip()
    if not text:
        return []
    short, full = clip(text, 500), clip(text, 3_000)
    return [
        Part(
            short=(rich(line(*_named(short, by))),),
            full=(rich(line(*_named(full, by))),),
            rank=1,
            whole=units(text) <= 3_000,
        )
    ]


def _named(text: str, by: str | None) -> list[RichTextElement]:
    if not by or f"{by} affirms" not in text:
        return [said(text)]
    before, after = text.split(f"{by} affirms", 1)
    return [*([said(before)] if before else []), person(by), said(f" affirms{after}")]


def _notes(reply: Reply) -> list[Part]:
    """What was undone or ignored on the way in."""
    if not reply.notes:
        return []
    text = "Note: " + "; ".join(clean(note) for note in reply.notes) + "."
    return [Part((small(clip(text, 150)),), (small(text),), rank=2, whole=units(text) <= 300)]


def _buttons(reply: Reply, answer_id: str) -> Sequence[ButtonElement]:
    """Escalate where a person was not called already; votes where there is something to judge."""
    ask = button("Ask a person", actions.ESCALATE, answer_id)  # which lane depends on the question
    votes = [
        button("Helpful", actions.VOTE_UP, answer_id),
        button("Something is wrong", actions.VOTE_DOWN, answer_id),
    ]
    match reply:
        case Escalation():
            return votes
        case Outage():
            return [ask]
        case _:
            return [ask, *votes]


def _line(reply: Reply, matter: Matter) -> str:
    """One line for notifications and screen readers: the outcome, the calls, the first words, the
    sources' ids."""
    ids = ", ".join(dict.fromkeys(c.id for c in getattr(reply, "citations", ())[:6]))
    short = reply.why if isinstance(reply, Refusal | Escalation) else None
    text = spoken(short, matter.roles) if short else untold(reply, matter)
    if isinstance(reply, Answer) and reply.affirmed:
        text = text.replace(f"{reply.affirmed} affirms", "The asker affirms")
    rest = f" [{clip(ids, 120)}]" if ids else ""
    return escape(f"{outcome(reply)}: {clip(' '.join(text.split()), 400)}{rest}")
