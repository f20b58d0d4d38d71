"""What was typed after `/evals` -> Wanted, or what to type instead."""

from __future__ import annotations

import re

from slack_app.qc.nouns import Wanted

HELP = (
    "/evals run SUITE asks a suite and says go, fix or stop; /evals last [SUITE] shows the last verdict; "
    "/evals compare SUITE sets its last run beside the accepted baseline (or the run before), and "
    "/evals compare 3 7 two runs. /evals panel SUITE 30 @one @two @three [seed 7] has people call 30 cases "
    "blind; /evals close 4 ends that session and says how far they agree. For QC leads."
)
LEAST, MOST_RATERS, MOST_ITEMS = 2, 20, 500
_PERSON = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")


def parse(text: str) -> Wanted | str:
    """The asking, or a sentence that says what to type. Names of suites are one word; people are mentions."""
    words = _PERSON.sub(" ", text).split()
    people = tuple(dict.fromkeys(_PERSON.findall(text)))
    if not words or words[0].lower() == "help":
        return HELP
    deed, rest = words[0].lower(), words[1:]
    if deed == "panel":
        return _panel(rest, people)
    if people:
        return f"Only a panel takes people. {HELP}"
    if deed in ("close", "questions") and len(rest) == 1 and _number(rest[0]):
        return Wanted.model_validate({"deed": deed, "draw": _number(rest[0])})
    if deed == "compare" and len(rest) == 2 and all(_number(word) for word in rest):
        return Wanted(deed="compare", runs=tuple(_number(word) for word in rest))
    if deed in ("run", "last", "compare") and len(rest) <= 1:
        return Wanted.model_validate({"deed": deed, "suite": rest[0] if rest else None})
    return HELP


def _panel(rest: list[str], people: tuple[str, ...]) -> Wanted | str:
    seed = None
    if len(rest) == 4 and rest[2].lower() == "seed" and rest[3].isdecimal() and len(rest[3]) <= 9:
        rest, seed = rest[:2], int(rest[3])
    if len(rest) != 2 or not _number(rest[1]):
        return f"A panel needs a suite, a number of cases and its people as mentions. {HELP}"
    if not LEAST <= len(people) <= MOST_RATERS:
        return f"A panel needs {LEAST} to {MOST_RATERS} people, each as a mention: @one @two."
    n = _number(rest[1])
    if n > MOST_ITEMS:
        return f"A panel calls {MOST_ITEMS} cases at the most."
    return Wanted(deed="panel", suite=rest[0], n=n, seed=seed, panel=people)


def _number(word: str) -> int:
    """A positive whole number; 0 where it is none."""
    return int(word) if word.isascii() and word.isdecimal() and len(word) <= 9 else 0
