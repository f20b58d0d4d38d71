"""A recorded reply -> what it was seen to be: ids, choices, and how far each citation holds."""

from __future__ import annotations

from typing import Any

from assistant.pipeline import Recorded
from assistant.shown import by_field
from assistant.types import Branch, Citation, Evidence, Matter
from evals.types import Calls, Cited, Offer, Seen


def see(recorded: Recorded, evidence: Evidence | None, matter: Matter) -> Seen:
    """The reply without its text; `evidence` is what the search finds for the question."""
    reply: Any = recorded.reply
    found = evidence or Evidence()
    return Seen(
        outcome=reply.kind,
        calls=_calls(getattr(reply, "calls", ())),
        offers=tuple(_offer(b, matter) for b in getattr(reply, "branches", ())),
        cited=tuple(_cited(c, matter) for c in getattr(reply, "citations", ())),
        right=reply.right,
        refused=getattr(reply, "refused", None),
        lane=getattr(reply, "lane", None),
        incident=bool(getattr(reply, "incident", None)) or recorded.seq is None,
        confidence=round(float(getattr(reply, "confidence", 0.0)), 6),
        rules=tuple(f.rule.id for f in found.rules),
        exemplars=tuple(f.exemplar.id for f in found.exemplars),
        covered=round(found.covered, 6),
        sure=round(found.sure, 6),
        ledger=recorded.seq,
        ms=round(recorded.ms, 1),
    )


def _calls(calls: Any) -> Calls:
    return {field: tuple(sorted(choices)) for field, choices in by_field(calls).items()}


def _offer(branch: Branch, matter: Matter) -> Offer:
    rules = next((e.rules for e in matter.exemplars if e.id == branch.source), ())
    return Offer(source=branch.source, rules=rules, calls=_calls(branch.calls), lane=branch.lane)


def _cited(cited: Citation, matter: Matter) -> Cited:
    """The three rungs that code can climb, read from the matter anew and not from the reply."""
    sources = {r.id: r.source for r in matter.rules}
    sources |= {e.id: e.source for e in matter.exemplars if e.status == "active"}
    text = matter.files.get(cited.source, "")
    return Cited(
        id=cited.id,
        source=cited.source,
        start=cited.start,
        end=cited.end,
        parses=bool(cited.id and cited.quote.strip() and 0 <= cited.start < cited.end),
        resolves=sources.get(cited.id) == cited.source,
        there=bool(cited.quote) and text[cited.start : cited.end] == cited.quote,
    )
