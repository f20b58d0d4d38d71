"""Walls: no other matter, no invented rule, no link or mention, no personal data from nowhere."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rails.grounding import RULE_LIKE, Case, flat

_LINK = re.compile(
    r"https?://|www\.|\b[\w-]+\.(?:com|org|net|io|ru|cn|info|biz|co)\b(?:/|\b)|<[@#!][^>]*>|"
    r"(?<!\w)@(?:channel|here|everyone|[A-Za-z]\w{2,})|\]\(|javascript:",
    re.IGNORECASE,
)
_MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+")
_PERSONAL = re.compile(
    r"(?<!\d)\d{3}-\d{2}-\d{4}(?!\d)|(?<!\d)(?:\d[ -]?){13,16}(?!\d)|"
    r"(?<!\d)(?:\+?\d{1,2}[ .-]?)?\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}(?!\d)"
)


def other_matters(case: Case, others: Sequence[str]) -> list[str]:
    """No id or title of another matter on this installation, and no rule id that nobody wrote."""
    wrong = []
    own = flat("\n".join(case.known.matter.files.values())) if others else ""
    for other in others:
        name = flat(other)
        if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", flat(case.raw)) and name not in own:
            wrong.append("names another matter")
    known, asked = case.known.ids, set(RULE_LIKE.findall(case.question.ask.upper()))
    asked |= {name for quoted in case.question.quoted for name in RULE_LIKE.findall(quoted)}
    if set(RULE_LIKE.findall(case.words)) - known - asked:
        wrong.append("names a rule that does not exist")
    return list(dict.fromkeys(wrong))


def links(case: Case) -> list[str]:
    """No URL, e-mail address or mention that is not in a cited source."""
    found = [m.group() for pattern in (_LINK, _MAIL) for m in pattern.finditer(case.words)]
    return (
        ["a link or mention stands in no source"]
        if any(flat(f) not in case.sources for f in found)
        else []
    )


def personal_data(case: Case) -> list[str]:
    """No social security, card or phone number that is neither in a cited source nor in the question."""
    for match in _PERSONAL.finditer(case.raw):
        if flat(match.group()) not in case.sources and flat(match.group()) not in case.asked:
            return ["personal data from no source"]
    return []
