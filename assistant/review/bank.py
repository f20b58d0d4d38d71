"""The exemplar bank against the rules, and against itself."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from assistant.review.finding import Finding, at, place
from assistant.review.reading import MOST, Reading
from assistant.types import Exemplar, Rule
from retrievers.words import stems

TWIN = 0.85  # cosine of facts from which a pair is one case unless a telling word differs
ALMOST = 0.86  # share of common stems, where there is no model
_COUNTS = (
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|"
    "seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred"
)
_TELLING = re.compile(
    r"\d|^(?:no|not|never|none|without|nobody|nothing|neither|nor|n't|isn|wasn|aren|hasn|didn|doesn|"
    rf"{_COUNTS}|half|quarter|third|tenth|first|second|last|next|daily|"
    r"week|weekly|month|monthly|year|yearly|day|ago|before|after|until|since|still|yet|"
    r"januari|februari|march|april|may|june|juli|august|septemb|octob|novemb|decemb|"
    r"only|also|alone|either|all|some|any|un\w+|in|out|on|off|to|from|for|by)$"
)


def against_their_rule(reading: Reading) -> Iterator[Finding]:
    """Active exemplars with a call that no branch of the rules they cite leads to."""
    for exemplar in reading.active:
        rules = [reading.by_id[name] for name in exemplar.rules if name in reading.by_id]
        for field in dict.fromkeys(call.field for call in exemplar.calls):
            mine = {c.choice for c in exemplar.calls if c.field == field}
            theirs = [_choices(rule, field) for rule in rules]
            if not theirs or not all(theirs) or mine & frozenset().union(*theirs):
                continue
            yield _against(exemplar, rules, field, mine)


def _choices(rule: Rule, field: str) -> frozenset[str]:
    return frozenset(c.choice for b in rule.branches for c in b.calls if c.field == field)


def _against(exemplar: Exemplar, rules: list[Rule], field: str, mine: set[str]) -> Finding:
    wanted = sorted(frozenset().union(*(_choices(rule, field) for rule in rules)))
    fixed = any(
        b.condition is None and any(c.field == field for c in b.calls)
        for rule in rules
        for b in rule.branches
    )
    how = "fixes" if fixed else "only leads to"
    named = " and ".join(rule.id for rule in rules)
    what = (
        f"{exemplar.id} says {field} = {' + '.join(sorted(mine))!r}; "
        f"{named} {how} {' or '.join(map(repr, wanted))}"
    )
    words = (what, WHY_AGAINST, "mark the exemplar superseded, or correct its call or the rule")
    kind = "exemplar-against-rule" if fixed else "exemplar-outlived-rule"
    found = at(exemplar.source, exemplar.line, kind, "warning", words)
    return found.model_copy(update={"also": tuple(place(rule) for rule in rules)})


WHY_AGAINST = "a rule beats an exemplar, so the two pull reviewers apart until one of them goes"


def overruled_but_active(reading: Reading) -> Iterator[Finding]:
    """Exemplars whose own rationale says they were overruled, and whose status is still active."""
    gone = re.compile(r"^\W*(?:overruled|superseded|no longer (?:good|law|followed))\b", re.I)
    for exemplar in reading.active:
        if gone.search(exemplar.rationale):
            what = f"{exemplar.id} is active, and its rationale says {exemplar.rationale[:60]!r}"
            words = (what, "an overruled case still supports answers", "set its status: superseded")
            yield at(exemplar.source, exemplar.line, "exemplar-outlived-rule", "warning", words)


def twins_with_different_calls(reading: Reading) -> Iterator[Finding]:
    """Pairs of active exemplars whose facts are one case, and whose calls differ.

    A pair with one telling word flipped (a number, a date, a negation, a little word of direction)
    is a near-miss pair, which a good bank has: it is left alone.
    """
    for a, b in sorted(_alike(reading), key=lambda pair: (pair[1].line, pair[0].line)):
        field = _differing(a, b, reading.multiple)
        if field:
            what = f"{a.id} and {b.id} tell the same facts, and differ in {field}"
            words = (what, WHY_TWIN, "keep the newer ruling, supersede the other, or add the fact")
            found = at(b.source, b.line, "twin-exemplars", "warning", words)
            yield found.model_copy(update={"also": (place(a),)})


WHY_TWIN = "nothing stated tells the two apart, so the same document is coded both ways"


def _alike(reading: Reading) -> Iterator[tuple[Exemplar, Exemplar]]:
    bank = reading.active
    words = [stems(e.facts) for e in bank]
    likeness = reading.likeness([e.facts for e in bank]) if len(bank) <= MOST else None
    for i, j in _candidates(words):
        common, every = words[i] & words[j], words[i] | words[j]
        if not every or any(_TELLING.search(w) for w in every - common):
            continue
        share = len(common) / len(every)
        if share < ALMOST and (likeness is None or likeness[i, j] < TWIN):
            continue
        if _loose(bank[i].facts) == _loose(bank[j].facts):
            yield bank[i], bank[j]


def _loose(text: str) -> frozenset[str]:
    """Telling words and figures of a text that stems leave out: negations, numbers, order in time."""
    return frozenset(
        w for w in re.findall(r"\d+|[a-z]+(?:['’]t)?", text.lower()) if _NEGATES.match(w)
    )


_NEGATES = re.compile(
    r"^(?:\d+|no|not|never|none|without|nobody|nothing|neither|nor|\w+n['’]t|"
    rf"before|after|until|since|only|{_COUNTS})$"
)


def _candidates(words: list[frozenset[str]]) -> Iterator[tuple[int, int]]:
    """Pairs that share at least half of their stems, found through their rarest ones."""
    count: dict[str, int] = defaultdict(int)
    for group in words:
        for word in group:
            count[word] += 1
    posted: dict[str, list[int]] = defaultdict(list)
    for i, group in enumerate(words):
        ranked = sorted(group, key=lambda w: (count[w], w))
        rare = ranked[: len(ranked) // 2 + 1]
        seen: set[int] = set()
        for word in rare:
            if count[word] <= 400:
                seen.update(posted[word])
            posted[word].append(i)
        for j in sorted(seen):
            if 2 * len(group & words[j]) >= len(group | words[j]):
                yield j, i


def _differing(a: Exemplar, b: Exemplar, multiple: frozenset[str]) -> str:
    """The first field on which both have a call and the calls differ."""
    for call in a.calls:
        theirs = {c.choice for c in b.calls if c.field == call.field}
        if theirs and call.choice not in theirs and call.field not in multiple:
            return f"{call.field}: {call.choice!r} and {', '.join(map(repr, sorted(theirs)))}"
    return ""
