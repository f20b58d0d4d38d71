"""Rules of two versions, paired by id and then by likeness, and what changed in each pair."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator

from assistant.review.finding import line_in, place
from assistant.review.reading import prose
from assistant.types import Branch, Matter, Rule
from assistant.versions.change import Change
from assistant.versions.conditions import alike, how
from retrievers.words import stems

SAME_RULE = 0.6  # share of common stems from which a rule under a new id is the old one
SAME_BRANCH = 0.3


def rule_changes(old: Matter, new: Matter) -> Iterator[Change]:
    """Rules added, removed, renamed, and what changed in those that stayed."""
    was, now = ({r.id: r for r in m.rules} for m in (old, new))
    pairs = [(was[i], now[i]) for i in was if i in now]
    gone = [r for i, r in was.items() if i not in now]
    come = [r for i, r in now.items() if i not in was]
    for before in list(gone):
        after = max(come, key=lambda r: _share(before, r), default=None)
        if after is not None and _share(before, after) >= SAME_RULE:
            gone.remove(before)
            come.remove(after)
            pairs.append((before, after))
            what = f"{before.id} is now {after.id} ({after.title})"
            yield Change(
                weight="words", kind="rule-renamed", what=what, old=place(before), new=place(after)
            )
    for rule in gone:
        what = f"{rule.id} ({rule.title}) was taken out: {_results(rule)}"
        yield Change(weight="calls", kind="rule-removed", what=what, old=place(rule))
    for rule in come:
        what = f"{rule.id} ({rule.title}) is new: {_results(rule)}"
        yield Change(weight="calls", kind="rule-added", what=what, new=place(rule))
    for before, after in pairs:
        yield from _branch_changes(before, after, old, new)
        yield from _word_changes(before, after)


def _share(a: Rule, b: Rule) -> float:
    one, two = stems(a.text), stems(b.text)
    return len(one & two) / max(1, len(one | two))


def _results(rule: Rule) -> str:
    said = dict.fromkeys(_result(branch) for branch in rule.branches)
    return "; ".join(said) or "no call of its own"


def _result(branch: Branch) -> str:
    calls = " + ".join(f"{c.field} = {c.choice}" for c in branch.calls)
    return calls or f"to the lane {branch.lane}"


def _branch_changes(before: Rule, after: Rule, old: Matter, new: Matter) -> Iterator[Change]:
    """Calls that changed under one condition, conditions that changed under one call, and the rest."""
    gone = [b for b in before.branches if _key(b) not in {_key(x) for x in after.branches}]
    come = [b for b in after.branches if _key(b) not in {_key(x) for x in before.branches}]
    for kind, matching in (("call-changed", _same_condition), ("condition", _same_result)):
        for one in list(gone):
            two = max(
                (b for b in come if matching(one, b)), key=lambda b: alike(one, b), default=None
            )
            if two is None:
                continue
            gone.remove(one)
            come.remove(two)
            where = (_at(before, one, old), _at(after, two, new))
            yield _changed(after.id, kind, (one, two), where)
    for one in gone:
        what = f"{before.id}: {one.quote!r} was taken out"
        yield Change(weight="calls", kind="branch-removed", what=what, old=_at(before, one, old))
    for two in come:
        what = f"{after.id}: {two.quote!r} is new"
        yield Change(weight="calls", kind="branch-added", what=what, new=_at(after, two, new))


def _changed(rule: str, kind: str, pair: tuple[Branch, Branch], where: tuple[str, str]) -> Change:
    one, two = pair
    if kind == "call-changed":
        when = f" ({two.condition})" if two.condition else ", outright"
        what = f"{rule}: the call changed from {_result(one)!r} to {_result(two)!r}{when}"
    elif one.condition is None or two.condition is None:
        kind = "condition-narrowed" if one.condition is None else "condition-widened"
        to = f"only {two.condition!r}" if two.condition else "always"
        what = f"{rule}: {_result(two)!r} now follows {to} (before: {one.condition or 'always'!r})"
    else:
        kind = f"condition-{how(one, two)}"
        what = f"{rule}: {how(one, two)}: {_result(two)!r} {two.condition!r} (before: {one.condition!r})"
    weight = "words" if kind == "condition-reworded" else "calls"
    return Change.model_validate(
        {"weight": weight, "kind": kind, "what": what, "old": where[0], "new": where[1]}
    )


def _key(branch: Branch) -> tuple[str, str]:
    return " ".join((branch.condition or "").split()), _result(branch)


def _same_condition(one: Branch, two: Branch) -> bool:
    return _key(one)[0] == _key(two)[0] and {c.field for c in one.calls} == {
        c.field for c in two.calls
    }


def _same_result(one: Branch, two: Branch) -> bool:
    return _result(one) == _result(two) and (
        one.condition is None or two.condition is None or alike(one, two) >= SAME_BRANCH
    )


def _at(rule: Rule, branch: Branch, matter: Matter) -> str:
    line = line_in(rule, branch.start, matter.files.get(rule.source, ""))
    return f"{rule.source}:{line}"


def _word_changes(before: Rule, after: Rule) -> Iterator[Change]:
    where = {"old": place(before), "new": place(after)}
    if before.title != after.title:
        what = f"{after.id}: the title was {before.title!r} and is {after.title!r}"
        yield Change(weight="words", kind="title", what=what, **where)
    if before.see != after.see:
        what = f"{after.id}: refers to {', '.join(after.see) or 'nothing'} (before: {', '.join(before.see) or 'nothing'})"
        yield Change(weight="words", kind="see", what=what, **where)
    was, now = (_sentences(rule) for rule in (before, after))
    for line in difflib.ndiff(was, now):
        if line[:2] in ("- ", "+ "):
            how_ = "no longer says" if line[0] == "-" else "now says"
            what = f"{after.id} {how_}: {line[2:]}"
            yield Change(weight="words", kind="prose", what=what, **where)


def _sentences(rule: Rule) -> list[str]:
    return [s for s in re.split(r"(?<=[.!?])\s+", " ".join(prose(rule).split())) if s]
