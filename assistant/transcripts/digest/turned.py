"""What a composer's words turn around though every word stands at the cite: figures in words, what is
counted, and who did what to whom."""

from __future__ import annotations

import re

_FIGURE = re.compile(
    r"\b(?:zero|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|twenty|thirty|forty|fifty|sixty|"
    r"seventy|eighty|ninety|hundred|thousand|million|dozen|half|first|second|third|fourth|fifth|sixth|quarter)\b",
    re.IGNORECASE,
)
_DIGITS = {
    w: str(n)
    for n, w in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve".split()
    )
}
_COUNTED = re.compile(rf"({_FIGURE.pattern}|\b\d+) ([a-z]{{4,}})", re.IGNORECASE)
_DOES = re.compile(
    r"\b(told|asked|said|called|wrote|sent|gave|instructed|directed|ordered|warned|showed|paid|hired|fired|hit|struck|"
    r"pushed|blamed|promised|owed|sold|reported|supervised|trained|signed|approved)\b",
    re.IGNORECASE,
)
_NAME = re.compile(r"[A-Z][a-z]{2,}")
NEAR = 4  # words between a verb and the name of who does it, or to whom
Role = tuple[str, str, bool]  # name, verb, whether the name stands before it


def turned(own: str, source: str) -> list[str]:
    """What a composer's `own` words turn around of what stands at the cites, in fixed words."""
    wrong = []
    if not _figures(own) <= _figures(source):
        wrong.append("a number does not stand at its cites")
    elif _miscounted(own, source):
        wrong.append("a number is told of something else")
    told, stands = _roles(own), _roles(source)
    if any((n, v, not before) in stands for n, v, before in told - stands):
        wrong.append("who did it and to whom were turned around")
    return wrong


def _figures(text: str) -> set[str]:
    found = {m[0].lower() for m in _FIGURE.finditer(text)}
    return {_DIGITS.get(w, w) for w in found} | set(re.findall(r"\d+", text))


def _miscounted(own: str, source: str) -> bool:
    """Whether what is counted stands in the source right after another number, and never after this."""
    stands = _counted(source)
    things = {thing for _, thing in stands}
    return any(pair not in stands and pair[1] in things for pair in _counted(own))


def _counted(text: str) -> set[tuple[str, str]]:
    return {
        (_DIGITS.get(m[1].lower(), m[1].lower()), m[2].lower()[:5]) for m in _COUNTED.finditer(text)
    }


def _roles(text: str) -> set[Role]:
    """Who stands before and after each verb of doing something to somebody; "by Low" counts as before."""
    out: set[Role] = set()
    for match in _DOES.finditer(text):
        before = re.split(r"[.;?!]", text[: match.start()])[-1].split()[-NEAR:]
        after = re.split(r"[.;?!]", text[match.end() :])[0].split()[:NEAR]
        passive = bool(before) and before[-1].lower() in ("was", "were", "been", "being", "got")
        for words, first in ((before, True), (after, False)):
            for word in words:
                name = _NAME.match(word.strip("\"'“”‘’(,"))
                if name:
                    out.add((name[0], match[1].lower(), first is not passive))
    return out
