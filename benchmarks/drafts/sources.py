"""Swapped and invented ids, other matters' passages, superseded rulings."""

from __future__ import annotations

import re

from assistant.cite import cite_exemplar, cite_rule
from assistant.types import Claim, Draft
from benchmarks.drafts.parts import World, cite, kind, rename, said, with_call, with_text


def another_id(draft: Draft, world: World) -> str:
    """A rule of the matter that the draft does not rest on, nor points to."""
    text = " ".join(c.citation.quote for c in draft.claims)
    used = {c.citation.id for c in draft.claims} | {b.source for b in draft.branches}
    ids = [r.id for r in world.matter.rules if r.kind == "rule" and r.id not in used]
    return world.random.choice([i for i in ids if i not in text] or ["R-0"])


@kind("swapped ids", "another rule's id on a quote")
def swapped_id(draft: Draft, world: World) -> Draft | None:
    return cite(draft, world, id=another_id(draft, world), kind="rule")


@kind("swapped ids", "another rule's id on a call")
def swapped_source(draft: Draft, world: World) -> Draft | None:
    return with_call(draft, world, source=another_id(draft, world))


@kind("swapped ids", "another rule's id in the words")
def swapped_word(draft: Draft, world: World) -> Draft | None:
    names = {c.citation.id for c in draft.claims if re.search(r"\d", c.citation.id)}
    found = [n for n in sorted(names) if rename(draft.text, n, "") != draft.text]
    if not found:
        return None
    return with_text(
        draft, rename(draft.text, world.random.choice(found), another_id(draft, world))
    )


@kind("swapped ids", "an exemplar shown as a rule")
def swapped_kind(draft: Draft, world: World) -> Draft | None:
    if not draft.claims:
        return None
    cited = draft.claims[0].citation
    return cite(draft, world, kind="exemplar" if cited.kind != "exemplar" else "rule")


@kind("invented rules", "a quote under an invented id")
def invented_cite(draft: Draft, world: World) -> Draft | None:
    return cite(draft, world, id=invented(world))


@kind("invented rules", "a call borne out by an invented id")
def invented_source(draft: Draft, world: World) -> Draft | None:
    return with_call(draft, world, source=invented(world))


@kind("invented rules", "an invented id in the words")
def invented_word(draft: Draft, world: World) -> Draft | None:
    form = world.random.choice(
        ["{} says the same.", "See {}.", "This follows {} as well.", "Under {} it is settled."]
    )
    return said(draft, world, form.format(invented(world)))


def invented(world: World) -> str:
    """An id that no file of the matter has."""
    stems = sorted({r.id.rstrip("0123456789") for r in world.matter.rules if r.kind == "rule"})
    files = " ".join(world.matter.files.values())
    while True:
        name = world.random.choice([*stems, "NEW-"]) + str(world.random.randint(40, 99))
        if name not in files:
            return name


@kind("another matter", "its passage cited")
def foreign_cite(draft: Draft, world: World) -> Draft | None:
    rule = world.random.choice(world.other.rules)
    claim = Claim(text=f"{rule.id} ({rule.title})", citation=cite_rule(rule))
    return draft.model_copy(update={"claims": (*draft.claims, claim)})


@kind("another matter", "its exemplar cited")
def foreign_exemplar(draft: Draft, world: World) -> Draft | None:
    if not world.other.exemplars:
        return None
    cited = cite_exemplar(world.random.choice(world.other.exemplars))
    claim = Claim(text=f"{cited.id} agrees.", citation=cited)
    return draft.model_copy(update={"claims": (*draft.claims, claim)})


@kind("another matter", "its branch offered")
def foreign_branch(draft: Draft, world: World) -> Draft | None:
    branches = [b for r in world.other.rules for b in r.branches]
    if not branches or draft.kind != "clarify":
        return None
    branch = world.random.choice(branches)
    return draft.model_copy(update={"branches": (*draft.branches, branch)})


@kind("another matter", "its name in the words")
def foreign_name(draft: Draft, world: World) -> Draft | None:
    form = world.random.choice(["As in {}.", "{} coded it the same way.", "So it was in {}."])
    return said(draft, world, form.format(world.random.choice([world.other.id, world.other.title])))


@kind("another matter", "its words in a claim")
def foreign_words(draft: Draft, world: World) -> Draft | None:
    lines = [s for r in world.other.rules for s in re.findall(r"[A-Z][^.#\n]{40,140}\.", r.text)]
    return said(draft, world, world.random.choice(lines)) if lines else None


@kind("superseded exemplars", "cited")
def old_cite(draft: Draft, world: World) -> Draft | None:
    old = [e for e in world.matter.exemplars if e.status == "superseded"]
    if not old:
        return None
    cited = cite_exemplar(world.random.choice(old))
    calls = next(e for e in old if e.id == cited.id).calls
    text = f"{cited.id} was coded " + ", ".join(f"{c.field} = {c.choice}" for c in calls) + "."
    claim = Claim(text=text, citation=cited)
    return draft.model_copy(update={"claims": (*draft.claims, claim)})


@kind("superseded exemplars", "bearing out a call")
def old_source(draft: Draft, world: World) -> Draft | None:
    old = [e for e in world.matter.exemplars if e.status == "superseded" and e.calls]
    if not old or draft.kind != "answer":
        return None
    exemplar = world.random.choice(old)
    claim = Claim(text=f"{exemplar.id} governs.", citation=cite_exemplar(exemplar))
    return draft.model_copy(update={"calls": exemplar.calls, "claims": (*draft.claims, claim)})
