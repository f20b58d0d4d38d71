"""The whole reply as plain text, for a file or for continuations where the blocks were too small."""

from __future__ import annotations

from assistant.pipeline import Recorded
from assistant.shown import by_field
from assistant.types import Citation, Matter
from slack_app.blocks.branches import said_of, untold
from slack_app.blocks.pieces import line, rich, said
from slack_app.blocks.post import Post
from slack_app.blocks.words import clean, clip, escape, outcome, role, units

PAGE = 9_000  # UTF-16 units of a continuation


def in_full(recorded: Recorded, matter: Matter) -> str:
    """Everything the reply says, quotes whole, as text."""
    reply = recorded.reply
    lines = [outcome(reply), ""]
    for field, choices in by_field(getattr(reply, "calls", ())).items():
        lines.append(f"{field}: {', '.join(choices)}")
    lines += [untold(reply, matter), ""]
    for number, branch in enumerate(getattr(reply, "branches", ()), 1):
        lines.append(f"{number}. {said_of(branch, matter)}")
    for cited in getattr(reply, "citations", ()):
        lines += ["", *_quoted(cited)]
    for point in getattr(reply, "counterpoints", ()):
        lines += ["", f"What speaks against it: {point.text}", *_quoted(point.citation)]
    lines += ["", *(f"Note: {note}." for note in reply.notes)]
    if reply.owner:
        lines.append(f"Accountable: the {role(reply.owner)}")
    lines.append(where_recorded(recorded, matter))
    return clean("\n".join(lines))


def where_recorded(recorded: Recorded, matter: Matter) -> str:
    """Matter, playbook version, ledger number and incident, in at most 250 units."""
    title, version = clip(clean(matter.title), 80), clip(clean(matter.playbook_version), 30)
    record = f"ledger {recorded.seq}" if recorded.seq is not None else "NOT RECORDED"
    incident = getattr(recorded.reply, "incident", None)
    broke = f" · incident {clip(incident, 40)}" if incident else ""
    return f"{title} · playbook {version} · {record}{broke}"


def continuation(overflow: str, title: str = "The whole reply") -> list[Post]:
    """The whole text as further messages, for a workspace that forbids uploads."""
    pages = _pages(overflow)
    return [
        Post(
            text=escape(f"{title}, part {number} of {len(pages)}"),
            blocks=[rich(line(said(page))).to_dict()],
        )
        for number, page in enumerate(pages, 1)
    ]


def _pages(text: str) -> list[str]:
    """`text` in stretches of at most PAGE units; joined they are the text again."""
    pages, start, count = [], 0, 0
    for place, character in enumerate(text):
        width = units(character)
        if count + width > PAGE:
            pages.append(text[start:place])
            start, count = place, 0
        count += width
    return [*pages, text[start:]]


def _quoted(cited: Citation) -> list[str]:
    page = f", page {cited.page}" if cited.page else ""
    return [f"{cited.kind} {cited.id} ({cited.source}{page}):", f"“{cited.quote}”"]
