"""What the person who decides gets: question, facts found, branches, conflicts, nearest exemplars, asker."""

from __future__ import annotations

import re

from assistant.lanes.nouns import Case
from assistant.replies import fields_asked, lane_for, lane_named
from assistant.types import Branch, Citation, Lane, Matter, Message, Noun, Reply

# Document numbers as review platforms stamp them: letters, then five digits or more.
_DOCUMENT = re.compile(r"\b[A-Z][A-Z0-9]{1,15}[-_. ]?\d{5,12}\b")
MOST = 200


class Packet(Noun):
    """A case with its words, read from the ledger and never kept elsewhere. `conflicts` are provisions that
    were found and point to different calls."""

    case: Case
    asker: str
    ask: str
    why: str | None
    branches: tuple[Branch, ...] = ()
    provisions: tuple[Citation, ...] = ()
    exemplars: tuple[Citation, ...] = ()
    conflicts: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()


def packet(case: Case, message: Message, reply: Reply) -> Packet:
    """The packet of a case from what the ledger holds under its entry."""
    cited = getattr(reply, "citations", ())
    branches = getattr(reply, "branches", ())
    return Packet(
        case=case,
        asker=message.asker,
        ask=message.text,
        why=reply.why,
        branches=branches,
        provisions=tuple(c for c in cited if c.kind in ("rule", "section")),
        exemplars=tuple(c for c in cited if c.kind == "exemplar"),
        conflicts=_conflicts(branches, reply),
        documents=documents(message.text),
    )


def documents(text: str) -> tuple[str, ...]:
    """Document numbers that a text gives, each once."""
    return tuple(dict.fromkeys(_DOCUMENT.findall(text)))


def lane_of(reply: Reply, matter: Matter, ask: str = "") -> Lane | None:
    """The lane that a reply belongs to: its own, else the first that covers the fields asked about, else
    those of its calls and branches, else the first."""
    named = lane_named(getattr(reply, "lane", None), matter)
    branches = getattr(reply, "branches", ())
    calls = [*getattr(reply, "calls", ()), *(c for b in branches for c in b.calls)]
    fields = fields_asked(ask, matter) + [call.field for call in calls]
    covering = lane_for(fields, matter)
    return named or covering or (matter.lanes[0] if matter.lanes else None)


def topic_of(reply: Reply) -> str:
    """What a case counts under: the first provision found, else the right, else `unsettled`. An id, no words."""
    cited = [c.id for c in getattr(reply, "citations", ()) if c.kind in ("rule", "section")]
    return (cited[0] if cited else reply.right or "unsettled")[:MOST]


def same_words(text: str) -> str:
    """A question as it is compared with others: its words, whatever their case and punctuation."""
    return " ".join(re.findall(r"[^\W_]+", text.casefold()))


def _conflicts(branches: tuple[Branch, ...], reply: Reply) -> tuple[str, ...]:
    """The sources whose calls for one field differ, and what was named as speaking against."""
    choices: dict[str, dict[str, set[str]]] = {}
    for branch in branches:
        for call in branch.calls:
            by_choice = choices.setdefault(call.field, {})
            by_choice.setdefault(call.choice, set()).add(branch.source)
    sources = [s for by in choices.values() if len(by) > 1 for names in by.values() for s in names]
    sources += [point.citation.id for point in getattr(reply, "counterpoints", ())]
    return tuple(sorted(set(sources)))
