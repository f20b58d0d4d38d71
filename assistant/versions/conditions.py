"""How a condition changed: narrowed, widened, or put in other words."""

from __future__ import annotations

import re
from typing import Literal

from assistant.review.ranges import read_range
from assistant.types import Branch
from retrievers.words import stems

How = Literal["narrowed", "widened", "reworded"]
_OR = re.compile(r"\b(?:or|whether|either|any)\b", re.IGNORECASE)


def how(old: Branch, new: Branch) -> How:
    """From a branch to its later self.

    Ranges are compared as such. Else words that only came in narrow a condition, words that only went
    widen it, and where what came or went is an alternative (`or …`) it is the other way round.
    """
    ranges = read_range(old), read_range(new)
    if ranges[0] and ranges[1] and ranges[0].unit == ranges[1].unit:
        before, after = ranges[0], ranges[1]
        if before.low <= after.low and after.high <= before.high:
            return (
                "narrowed" if (before.low, before.high) != (after.low, after.high) else "reworded"
            )
        return "widened" if after.low <= before.low and before.high <= after.high else "reworded"
    was, now = stems(old.condition or ""), stems(new.condition or "")
    more_or = _ors(new) - _ors(old)
    if was < now:
        return "widened" if more_or > 0 else "narrowed"
    if now < was:
        return "narrowed" if more_or < 0 else "widened"
    return "reworded"


def _ors(branch: Branch) -> int:
    return len(_OR.findall(branch.condition or ""))


def alike(old: Branch, new: Branch) -> float:
    """Share in [0, 1] of the stems that two conditions have in common."""
    was, now = stems(old.condition or ""), stems(new.condition or "")
    return len(was & now) / len(was | now) if was | now else 1.0
