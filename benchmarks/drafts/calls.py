"""Calls outside the palette, and calls or conditions that the source contradicts."""

from __future__ import annotations

import re

from assistant.types import Branch, Draft
from benchmarks.drafts.parts import (
    World,
    calls_of,
    kind,
    with_branch,
    with_call,
    with_claim,
    with_text,
)


@kind("outside the palette", "an invented choice")
def no_choice(draft: Draft, world: World) -> Draft | None:
    made = ["Partly Privileged", "Maybe", "Responsive-ish", "Release", "Hot", "Tier 9"]
    return with_call(draft, world, choice=world.random.choice(made))


@kind("outside the palette", "an invented field")
def no_field(draft: Draft, world: World) -> Draft | None:
    return with_call(draft, world, field=world.random.choice(["colour", "hotness", "strategy"]))


@kind("outside the palette", "two choices of a single field")
def two(draft: Draft, world: World) -> Draft | None:
    single = {f.name: f.choices for f in world.matter.coding_fields if not f.multiple}
    for call in draft.calls:
        others = [c for c in single.get(call.field, ()) if c != call.choice]
        if others:
            more = call.model_copy(update={"choice": world.random.choice(others)})
            return draft.model_copy(update={"calls": (*draft.calls, more)})
    return None


@kind("contradicted calls", "another choice than the source fixes")
def flipped(draft: Draft, world: World) -> Draft | None:
    fields = {f.name: f.choices for f in world.matter.coding_fields}
    calls = calls_of(draft)
    if not calls:
        return None
    others = [c for c in fields[calls[0].field] if c != calls[0].choice]
    return with_call(draft, world, choice=world.random.choice(others)) if others else None


@kind("contradicted calls", "the condition dropped")
def unconditional(draft: Draft, world: World) -> Draft | None:
    return with_call(draft, world, condition=None) if draft.calls else None


@kind("contradicted calls", "the condition turned round")
def turned(draft: Draft, world: World) -> Draft | None:
    conditions = [b.condition for b in draft.branches if b.condition]
    conditions += [c.condition for c in draft.calls if c.condition]
    if not conditions:
        return None
    old = world.random.choice(conditions)
    new = re.sub(r"\bnot ", "", old) if " not " in old else negate(old)
    new = re.sub(r"^if ", "unless ", old) if new == old else new
    return None if new == old else with_text(draft, draft.text.replace(old, new))


def negate(text: str) -> str:
    """A “not” after the first verb that takes one."""
    return re.sub(r"\b(is|are|was|were|has|have|may|must|can|will|did) ", r"\1 not ", text, count=1)


@kind("contradicted calls", "other words than the calls")
def other_words(draft: Draft, world: World) -> Draft | None:
    calls = calls_of(draft)
    if not calls or f"{calls[0].field} = {calls[0].choice}" not in draft.text:
        return None
    fields = {f.name: f.choices for f in world.matter.coding_fields}
    others = [c for c in fields[calls[0].field] if c != calls[0].choice]
    if not others:
        return None
    old = f"{calls[0].field} = {calls[0].choice}"
    new = f"{calls[0].field} = {world.random.choice(others)}"
    return with_text(draft, draft.text.replace(old, new, 1))


@kind("contradicted calls", "two branches' calls exchanged")
def exchanged(draft: Draft, world: World) -> Draft | None:
    calling = [i for i, b in enumerate(draft.branches) if b.calls]
    pairs = [
        (i, j)
        for i in calling
        for j in calling
        if i < j and choices(draft.branches[i]) != choices(draft.branches[j])
    ]
    if not pairs:
        return None
    i, j = world.random.choice(pairs)
    one, two_ = draft.branches[i].calls, draft.branches[j].calls
    return with_branch(with_branch(draft, i, calls=two_), j, calls=one)


def choices(branch: Branch) -> set[tuple[str, str]]:
    """Field and choice of a branch's calls."""
    return {(c.field, c.choice) for c in branch.calls}


@kind("contradicted calls", "an exemplar coded otherwise")
def recoded(draft: Draft, world: World) -> Draft | None:
    fields = {f.name: f.choices for f in world.matter.coding_fields}
    for at, claim in enumerate(draft.claims):
        match = re.fullmatch(r"(\S+ was coded )([^=]+) = (.+)\.", claim.text)
        if match and "," not in match[3]:
            others = [c for c in fields.get(match[2], ()) if c != match[3]]
            if others:
                text = f"{match[1]}{match[2]} = {world.random.choice(others)}."
                return with_claim(draft, at, claim.model_copy(update={"text": text}))
    return None
