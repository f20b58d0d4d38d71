"""Rules against each other: overlapping conditions with different calls, and See circles."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from assistant.review.finding import Finding, at_rule, place
from assistant.review.reading import Reading, prose
from assistant.types import Branch, Rule
from retrievers.words import stems

NEAR = 0.72  # cosine of title and prose; rules that lawyers kept apart on purpose stayed below .66
OUTRIGHT = 0.68  # where both fix the call outright; kept apart below .64
ON_ONE_SUBJECT = 0.6  # from which two rules' conditions are held against each other more strictly
SAME_WORDS = 0.75  # share of common stems of two conditions


def overlapping_rules(reading: Reading) -> Iterator[Finding]:
    """Two rules on one subject, or with one condition, whose calls differ."""
    rules = [r for r in reading.rules if any(b.calls for b in r.branches)]
    forms = _forms(rules)
    likeness = reading.likeness([f"{r.title}. {prose(r)}"[:600] for r in rules])
    said: set[tuple[int, int]] = set()
    if likeness is not None:
        for i, j in zip(*np.nonzero(np.triu(likeness, 1) >= ON_ONE_SUBJECT), strict=True):
            pair = _conflict(rules[i], rules[j], reading.multiple, float(likeness[i, j]))
            if pair and pair[0].condition not in forms:
                said.add((int(i), int(j)))
                yield _overlap(rules[i], rules[j], *pair)
    for i, j, pair in [
        *_same_titles(rules, reading.multiple),
        *_same_conditions(rules, reading.multiple),
    ]:
        if (i, j) not in said and pair[0].condition not in forms:
            said.add((i, j))
            yield _overlap(rules[i], rules[j], *pair)


def _conflict(
    a: Rule, b: Rule, multiple: frozenset[str], likeness: float
) -> tuple[Branch, Branch] | None:
    """Branches on one field with different choices; rules that share a choice only narrow it.

    Both outright, or one outright against a rule that never reaches its choice, or one condition.
    """
    overlap = _overlapping_conditions(a, b, multiple)
    if overlap or likeness < OUTRIGHT:
        return overlap
    for field in {c.field for x in a.branches for c in x.calls} - multiple:
        mine, theirs = _by_choice(a, field), _by_choice(b, field)
        if not theirs or set(mine) & set(theirs):
            continue
        one, two = next(iter(mine.values())), next(iter(theirs.values()))
        fixed = one.condition is None and two.condition is None
        if fixed or likeness >= NEAR:
            return one, two
    return None


def _overlapping_conditions(
    a: Rule, b: Rule, multiple: frozenset[str]
) -> tuple[Branch, Branch] | None:
    """Branches of two rules on one subject whose conditions share half their words, and differ."""
    for one in (x for x in a.branches if x.condition and x.calls):
        for two in (y for y in b.branches if y.condition and y.calls):
            words, theirs = stems(one.condition or ""), stems(two.condition or "")
            share = len(words & theirs) / max(1, len(words | theirs))
            same = one.calls[0].field == two.calls[0].field not in multiple
            if same and share >= 0.5 and one.calls[0].choice != two.calls[0].choice:
                return one, two
    return None


def _forms(rules: list[Rule]) -> set[str]:
    """Conditions that three rules or more share: a form of words, such as a definition's."""
    held = [{b.condition for b in r.branches if b.condition} for r in rules]
    every = set().union(*held) if held else set()
    return {c for c in every if c and sum(c in own for own in held) >= 3}


def _by_choice(rule: Rule, field: str) -> dict[str, Branch]:
    return {c.choice: b for b in rule.branches for c in b.calls if c.field == field}


def _same_titles(
    rules: list[Rule], multiple: frozenset[str]
) -> Iterator[tuple[int, int, tuple[Branch, Branch]]]:
    """Pairs of rules under one title that give different calls for a field."""
    seen: dict[frozenset[str], int] = {}
    for i, rule in enumerate(rules):
        title = stems(rule.title)
        if len(title) < 2:
            continue
        j = seen.setdefault(title, i)
        for one in rules[j].branches if j != i else ():
            two = next((b for b in rule.branches if _differ(one, b, multiple)), None)
            if two is not None:
                yield j, i, (one, two)
                break


def _differ(one: Branch, two: Branch, multiple: frozenset[str]) -> bool:
    return any(
        c.field == d.field not in multiple and c.choice != d.choice
        for c in one.calls
        for d in two.calls
    )


def _same_conditions(
    rules: list[Rule], multiple: frozenset[str]
) -> Iterator[tuple[int, int, tuple[Branch, Branch]]]:
    """Pairs of rules with conditions in (nearly) the same words and different choices."""
    posted: dict[tuple[str, str], list[tuple[int, Branch, frozenset[str]]]] = {}
    for i, rule in enumerate(rules):
        mine = [(b, stems(b.condition or "")) for b in rule.branches if b.calls]
        for branch, words in mine:
            field = branch.calls[0].field
            if len(words) < 4 or field in multiple:
                continue
            seen = {id(x[1]): x for w in words for x in posted.get((field, w), ())}
            for j, other, theirs in seen.values():
                share = len(words & theirs) / len(words | theirs)
                if share >= SAME_WORDS and not _agree(branch, other):
                    yield j, i, (other, branch)
        for branch, words in mine:
            if len(words) >= 4 and branch.calls[0].field not in multiple:
                for word in words:
                    posted.setdefault((branch.calls[0].field, word), []).append((i, branch, words))


def _agree(a: Branch, b: Branch) -> bool:
    return {(c.field, c.choice) for c in a.calls} == {(c.field, c.choice) for c in b.calls}


def _overlap(a: Rule, b: Rule, one: Branch, two: Branch) -> Finding:
    what = (
        f"{a.id} and {b.id} speak to the same documents and differ: {one.quote!r} / {two.quote!r}"
    )
    words = (what, WHY_OVERLAP, "say in one of them when the other governs, or merge them")
    found = at_rule(b, "overlapping-rules", "warning", words)
    return found.model_copy(update={"also": (place(a),)})


WHY_OVERLAP = "which rule a reviewer finds first decides the call, and nobody can defend that"


def see_circles(reading: Reading) -> Iterator[Finding]:
    """`See` lines that lead back to where they began.

    Two rules that decide for themselves and point at each other are cross-references: a note. A
    longer way round, a rule that points at itself, or one without a call or exemplar of its own: a warning.
    """
    lit = {name for e in reading.active for name in e.rules}
    for circle in _circles(reading):
        rules = [reading.by_id[name] for name in circle]
        empty = [r.id for r in rules if not r.branches and r.id not in lit]
        lame = len(circle) != 2 or bool(empty)
        way = " → ".join([*circle, circle[0]])
        what = f"See circle: {way}" + (f"; {empty[0]} has no call of its own" if empty else "")
        words = (what, WHY_CIRCLE, "let one of them decide, and take its See line out")
        found = at_rule(rules[0], "see-circle", "warning" if lame else "note", words)
        yield found.model_copy(update={"also": tuple(place(r) for r in rules[1:])})


WHY_CIRCLE = "a reviewer who follows the references comes back without a call"


def _circles(reading: Reading) -> Iterator[list[str]]:
    """Each circle once: the shortest way back from its first rule in the playbook's order.

    A longer circle made of pairs that already point at each other is not told again.
    """
    see = {r.id: [s for s in r.see if s in reading.by_id] for r in reading.rules}
    pairs = {(a, b) for a in see for b in see[a] if a != b and a in see.get(b, ())}
    told: set[frozenset[str]] = set()
    for start in see:
        for step in see[start]:
            way = [start] if step == start else _back(see, start, step, pairs)
            if way and frozenset(way) not in told:
                told.add(frozenset(way))
                yield way


def _back(
    see: dict[str, list[str]], start: str, step: str, pairs: set[tuple[str, str]]
) -> list[str]:
    if (start, step) in pairs:
        return [start, step]
    before: dict[str, str] = {step: start}
    queue = [step]
    while queue:
        here = queue.pop(0)
        for there in see.get(here, ()):
            if there == start:
                way = [here]
                while way[-1] != start:
                    way.append(before[way[-1]])
                return way[::-1]
            if there not in before:
                before[there] = here
                queue.append(there)
    return []
