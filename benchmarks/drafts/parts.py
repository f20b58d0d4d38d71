"""Sound drafts made unsound, one way each: what the output rails must never let through.

Every function takes a sound draft, the matter it belongs to, another matter, and a seeded random; it
returns the draft with one thing wrong, or None where the draft has nothing that this could spoil.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass

from assistant.types import Call, Claim, Draft, Matter


@dataclass(frozen=True)
class World:
    """What a corruption may draw on."""

    matter: Matter
    other: Matter
    random: random.Random


Corrupt = Callable[[Draft, World], Draft | None]
KINDS: dict[str, dict[str, Corrupt]] = {}


def kind(group: str, name: str) -> Callable[[Corrupt], Corrupt]:
    """Register a corruption under its group."""

    def add(corrupt: Corrupt) -> Corrupt:
        KINDS.setdefault(group, {})[name] = corrupt
        return corrupt

    return add


# --- changing one part --------------------------------------------------------------------------


def cite(draft: Draft, world: World, **change: object) -> Draft | None:
    """One claim's citation changed."""
    if not draft.claims:
        return None
    at = world.random.randrange(len(draft.claims))
    claim = draft.claims[at]
    return with_claim(
        draft, at, claim.model_copy(update={"citation": claim.citation.model_copy(update=change)})
    )


def with_claim(draft: Draft, at: int, claim: Claim) -> Draft:
    """The draft with its claim `at` replaced."""
    claims = (*draft.claims[:at], claim, *draft.claims[at + 1 :])
    return draft.model_copy(update={"claims": claims})


def with_text(draft: Draft, text: str) -> Draft | None:
    """The draft with other words of its own; None where nothing changed."""
    return None if text == draft.text else draft.model_copy(update={"text": text})


def said(draft: Draft, world: World, sentence: str) -> Draft:
    """The draft saying one sentence more: in its text, its reason, or a claim."""
    place = world.random.choice(["text", "why", "claim"])
    if place == "why" and draft.why:
        return draft.model_copy(update={"why": f"{draft.why} {sentence}"})
    if place == "claim" and draft.claims:
        at = world.random.randrange(len(draft.claims))
        text = world.random.choice([sentence, f"{draft.claims[at].text} {sentence}"])
        return with_claim(draft, at, draft.claims[at].model_copy(update={"text": text}))
    return draft.model_copy(update={"text": f"{draft.text} {sentence}"})


def quoted(draft: Draft, world: World, change: Callable[[str], str]) -> Draft | None:
    """One citation's or branch's quote changed, its place left as it was."""
    if draft.branches and world.random.random() < 0.5:
        at = world.random.randrange(len(draft.branches))
        branch = draft.branches[at]
        new = change(branch.quote)
        return None if new == branch.quote else with_branch(draft, at, quote=new)
    if not draft.claims:
        return None
    at = world.random.randrange(len(draft.claims))
    cited = draft.claims[at].citation
    new = change(cited.quote)
    if new.split() == cited.quote.split():
        return None
    changed = draft.claims[at].model_copy(
        update={"citation": cited.model_copy(update={"quote": new})}
    )
    return with_claim(draft, at, changed)


def with_branch(draft: Draft, at: int, **change: object) -> Draft:
    """The draft with its branch `at` changed."""
    branch = draft.branches[at].model_copy(update=change)
    branches = (*draft.branches[:at], branch, *draft.branches[at + 1 :])
    return draft.model_copy(update={"branches": branches})


def with_call(draft: Draft, world: World, **change: object) -> Draft | None:
    """One call changed, of an answer or of a branch."""
    if draft.calls:
        at = world.random.randrange(len(draft.calls))
        call = draft.calls[at].model_copy(update=change)
        if call == draft.calls[at]:
            return None
        return draft.model_copy(update={"calls": (*draft.calls[:at], call, *draft.calls[at + 1 :])})
    calling = [i for i, b in enumerate(draft.branches) if b.calls]
    if not calling:
        return None
    at = world.random.choice(calling)
    call = draft.branches[at].calls[0].model_copy(update=change)
    if call == draft.branches[at].calls[0]:
        return None
    return with_branch(draft, at, calls=(call, *draft.branches[at].calls[1:]))


def calls_of(draft: Draft) -> list[Call]:
    """Every call, of the answer and of its branches."""
    return [*draft.calls, *(c for b in draft.branches for c in b.calls)]


def rename(text: str, old: str, new: str) -> str:
    """`text` with the id `old` as `new`."""
    return re.sub(rf"(?<![\w-]){re.escape(old)}(?![\w-])", new, text)
