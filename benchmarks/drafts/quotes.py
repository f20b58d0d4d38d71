"""Quotes that are not the words of their source, or not where they say."""

from __future__ import annotations

import re

from assistant.types import Draft
from benchmarks.drafts.parts import World, cite, kind, quoted, with_claim


@kind("mutated quotes", "a letter changed")
def letter(draft: Draft, world: World) -> Draft | None:
    def change(quote: str) -> str:
        at = world.random.choice([i for i, c in enumerate(quote) if c.isalpha()])
        return quote[:at] + chr((ord(quote[at].lower()) - 96) % 26 + 97) + quote[at + 1 :]

    return quoted(draft, world, change)


@kind("mutated quotes", "a word dropped")
def dropped(draft: Draft, world: World) -> Draft | None:
    def change(quote: str) -> str:
        words = quote.split(" ")
        del words[world.random.randrange(len(words))]
        return " ".join(words)

    return quoted(draft, world, change)


@kind("mutated quotes", "a “not” taken out or put in")
def negated(draft: Draft, world: World) -> Draft | None:
    def change(quote: str) -> str:
        if re.search(r"\bnot ", quote):
            return re.sub(r"\bnot ", "", quote, count=1)
        return re.sub(r"\b(is|are|was|were|may|must) ", r"\1 not ", quote, count=1)

    return quoted(draft, world, change)


@kind("mutated quotes", "a number changed")
def renumbered(draft: Draft, world: World) -> Draft | None:
    return quoted(draft, world, lambda q: re.sub(r"\d", lambda m: str((int(m[0]) + 3) % 10), q))


@kind("mutated quotes", "cut inside a sentence")
def cut(draft: Draft, world: World) -> Draft | None:
    if not draft.claims:
        return None
    at = world.random.randrange(len(draft.claims))
    cited = draft.claims[at].citation
    gaps = [m.end() for m in re.finditer(r"(?<=[a-z]) (?=[a-z])", cited.quote)]
    if len(gaps) < 6:
        return None
    start = world.random.choice(gaps[2:-2])
    change = {"quote": cited.quote[start:], "start": cited.start + start}
    claim = draft.claims[at].model_copy(update={"citation": cited.model_copy(update=change)})
    return with_claim(draft, at, claim)


@kind("mutated quotes", "another place")
def shifted(draft: Draft, world: World) -> Draft | None:
    if not draft.claims:
        return None
    cited = world.random.choice(draft.claims).citation
    by = world.random.choice([-7, -1, 1, 5, 40])
    return cite(draft, world, start=cited.start + by, end=cited.end + by)


@kind("mutated quotes", "another file")
def other_file(draft: Draft, world: World) -> Draft | None:
    files = sorted(set(world.matter.files) - {c.citation.source for c in draft.claims})
    return cite(draft, world, source=world.random.choice([*files, "notes.md"]))
