"""A reply as JSON (the contract of the command line) and as a terminal page."""

from __future__ import annotations

from typing import Any, assert_never

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.padding import Padding
from rich.panel import Panel
from rich.text import Text

from assistant.pipeline import Recorded
from assistant.types import (
    Answer,
    Branch,
    Call,
    Citation,
    Clarification,
    Escalation,
    Matter,
    Outage,
    Refusal,
    Reply,
)

SIGNS = {
    "answer": "ANSWER",
    "draft": "DRAFT, NOT APPROVED",
    "clarify": "YOUR CHOICE NEEDED",
    "escalate": "A PERSON DECIDES",
    "refuse": "NOT THE ASSISTANT'S RIGHT",
    "outage": "MODEL PROVIDER DOWN",
}


def as_json(recorded: Recorded, matter: Matter) -> dict[str, Any]:
    """The object that `ask --json` prints. Its keys are a contract: add, never rename."""
    reply = recorded.reply
    return {
        "outcome": reply.kind,
        "calls": by_field(getattr(reply, "calls", ())),
        "text": reply.text,
        "confidence": round(float(getattr(reply, "confidence", 0.0)), 3),
        "citations": [_citation(c) for c in getattr(reply, "citations", ())],
        "branches": [_branch(i, b) for i, b in enumerate(getattr(reply, "branches", ()), 1)],
        "counterpoints": [
            {"text": c.text, **_citation(c.citation)} for c in getattr(reply, "counterpoints", ())
        ],
        "right": reply.right,
        "lane": getattr(reply, "lane", None),
        "why": reply.why,
        "owner": reply.owner,
        "reference": getattr(reply, "reference", None),
        "way": getattr(reply, "way", None),
        "refused": getattr(reply, "refused", None),
        "affirmed": getattr(reply, "affirmed", None),
        "notes": list(reply.notes),
        "incident": getattr(reply, "incident", None),
        "matter": matter.id,
        "playbook_version": matter.playbook_version,
        "composer": reply.composer,
        "ledger": recorded.seq,
        "ms": round(recorded.ms),
    }


def by_field(calls: tuple[Call, ...]) -> dict[str, list[str]]:
    """Calls as field -> choices, each once."""
    fields: dict[str, list[str]] = {}
    for call in calls:
        choices = fields.setdefault(call.field, [])
        if call.choice not in choices:
            choices.append(call.choice)
    return fields


def _citation(cited: Citation) -> dict[str, Any]:
    return cited.model_dump(exclude_none=True)


def _branch(number: int, branch: Branch) -> dict[str, Any]:
    return {
        "id": f"b{number}",
        "source": branch.source,
        "condition": branch.condition,
        "calls": by_field(branch.calls),
        "lane": branch.lane,
        "quote": branch.quote,
    }


def page(recorded: Recorded, matter: Matter) -> RenderableType:
    """The reply as a person at a terminal reads it: the outcome first, then what it rests on."""
    reply = recorded.reply
    parts: list[RenderableType] = [_headline(reply)]
    parts += [Padding(_quoted(c), (1, 0, 0, 2)) for c in getattr(reply, "citations", ())[:4]]
    for point in getattr(reply, "counterpoints", ()):
        parts.append(Padding(Text(f"What speaks against it: {point.text}"), (1, 0, 0, 0)))
        parts.append(Padding(_quoted(point.citation), (0, 0, 0, 2)))
    for note in reply.notes:
        parts.append(Text(f"Note: {note}.", style="dim"))
    where = f"{matter.id} · playbook {matter.playbook_version} · "
    where += f"ledger {recorded.seq}" if recorded.seq else "not recorded"
    return Panel(
        Group(*parts),
        title=_sign(reply),
        title_align="left",
        subtitle=where,
        subtitle_align="right",
    )


def _sign(reply: Reply) -> str:
    if isinstance(reply, Clarification) and not reply.branches:
        return "MORE IS NEEDED FROM YOU"
    return SIGNS[reply.kind]


def _headline(reply: Reply) -> RenderableType:
    match reply:
        case Answer():
            sure = _in_words(reply.confidence)
            by = f", on what {reply.affirmed} affirmed" if reply.affirmed else f", {sure}"
            lines = [
                Text(f"{f}: {', '.join(c)}{by}", style="bold")
                for f, c in by_field(reply.calls).items()
            ]
            return Group(*lines, Text(reply.text))
        case Clarification() | Escalation() | Refusal() | Outage():
            return Text(reply.text)
        case _:
            assert_never(reply)


def _in_words(confidence: float) -> str:
    return "well supported" if confidence >= 0.9 else "likely" if confidence >= 0.7 else "tentative"


def _quoted(cited: Citation) -> RenderableType:
    page_of = f", page {cited.page}" if cited.page else ""
    return Group(
        Text.from_markup(
            f"[bold]{escape(cited.id)}[/bold] [dim]{escape(cited.source)}{page_of}[/dim]"
        ),
        Padding(Text(f"“{cited.quote}”"), (0, 0, 0, 2)),
    )
