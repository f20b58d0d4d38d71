"""Scores, limits and the baseline's comparison -> go, fix or stop, with every reason in words.

STOP  a `never` case was breached; the whole range of a measure lies beyond its limit; or the paired
      comparison shows a loss that chance does not explain and that is above the margin.
FIX   a point lies beyond its limit though chance could explain it; a bound is not proven yet; the run
      was not whole.
GO    otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from evals.intervals import needed, upper
from evals.limits import Limit, Limits
from evals.types import Change, Result, Score, Verdict

Reason = tuple[str, str]


def decide(
    results: Sequence[Result],
    scores: Sequence[Score],
    limits: Limits,
    changes: Sequence[Change] = (),
) -> Verdict:
    """The verdict with its reasons, gravest first."""
    by_name = {s.name: s for s in scores}
    told = [*_never(results), *_compared(changes, limits)]
    applied = [limit for limit in limits.limits if limit.measure in by_name]
    for limit in applied:
        told += _limit(limit, by_name[limit.measure])
    if not applied and not changes:
        told.append(
            ("fix", "no limit applies: this suite measures nothing that the limits speak of")
        )
    for word in ("stop", "fix"):
        if any(w == word for w, _ in told):
            grave = [why for w, why in told if w == word]
            rest = [why for w, why in told if w != word and w != "go"]
            return Verdict(word=word, reasons=(*grave, *rest))
    kept = f"every limit that applies is kept ({len(applied)} of version {limits.version!r})"
    return Verdict(word="go", reasons=(kept, *(why for _, why in told)))


def _never(results: Sequence[Result]) -> Iterator[Reason]:
    """One reason a kind of breach, with the cases it met."""
    kinds: dict[str, list[str]] = {}
    for result in results:
        if result.never and result.breach and result.settled:
            kinds.setdefault(result.breach, []).append(result.id)
    for breach, ids in sorted(kinds.items(), key=lambda kind: -len(kind[1])):
        if len(ids) == 1:
            yield "stop", f"case {ids[0]}, marked never, {breach}"
        else:
            more = f" and {len(ids) - 6} more" if len(ids) > 6 else ""
            yield "stop", f"{len(ids)} cases marked never: {breach} ({', '.join(ids[:6])}{more})"


def _compared(changes: Sequence[Change], limits: Limits) -> Iterator[Reason]:
    rule = limits.compare
    for change in changes:
        worse = len(change.lost) > len(change.gained)
        if not worse or change.net <= rule.margin:
            continue
        count = f"{len(change.lost)} lost, {len(change.gained)} gained of {change.n}"
        if change.adjusted < rule.alpha:
            what = f"worse than the baseline on {change.title!r}: {count}, adjusted p {change.adjusted:.3f}"
            yield "stop", what
        else:
            yield "go", f"{change.title!r} fell ({count}), which chance could explain"


def _limit(limit: Limit, score: Score) -> Iterator[Reason]:
    if score.point is None:
        return
    told = f"{score.title!r} is {_said(score)}"
    if limit.floor is not None:
        if score.high is not None and score.high < limit.floor - 1e-9:
            yield "stop", f"{told}: all of its range lies under the floor of {limit.floor:.3g}"
        elif score.point < limit.floor - 1e-9:
            yield (
                "fix",
                f"{told}: under the floor of {limit.floor:.3g}, though chance could explain it",
            )
    if limit.ceiling is not None:
        yield from _ceiling(limit, limit.ceiling, score, told)


def _ceiling(limit: Limit, ceiling: float, score: Score, told: str) -> Iterator[Reason]:
    point = score.point or 0.0
    if score.low is not None and score.low > ceiling + 1e-9:
        yield "stop", f"{told}: all of its range lies above the ceiling of {ceiling:.3g}"
    elif point > ceiling + 1e-9:
        yield "fix", f"{told}: above the ceiling of {ceiling:.3g}, though chance could explain it"
    elif limit.proven:
        failed = round(score.hits + 0.499)
        if upper(failed, score.n) > ceiling:
            want = needed(failed, ceiling)
            yield (
                "fix",
                f"{told}: below {ceiling:.3g} is not proven yet ({want} cases needed, {score.n} so far)",
            )


def _said(score: Score) -> str:
    whole = abs(score.hits - round(score.hits)) < 1e-9
    count = f"{round(score.hits)} of {score.n}" if whole else f"n {score.n}"
    if score.low is None or score.high is None:
        return f"{score.point:.3f} ({count}; {score.method})"
    return f"{score.point:.3f} ({count}; range {score.low:.3f} to {score.high:.3f})"
