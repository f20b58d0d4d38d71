"""Follow-ups: whether a message in a thread is meant for us, and what question it then asks."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.courtesies import courtesy_in
from slack_app.nouns import FollowUps, Incoming, Row

_NUMBER = re.compile(
    r"^\s*(?:b|branch|option|number|no\.?|#)?\s*(\d{1,2})\s*[.)]?\s*$", re.IGNORECASE
)
_LEANS = re.compile(
    r"^\W*(?:and|but|or|also|then|so|what|how)\b\W*(?:\s*(?:if|about|when|then|though)\b)?|"
    r"^\W*(?:if|same|in that case|suppose|assuming|no,|yes,|it|they|he|she|that|those|this one)\b",
    re.IGNORECASE,
)
SHORT = 200  # characters up to which a message may lean on the one before


def is_for_us(incoming: Incoming, before: Sequence[Row], mode: FollowUps) -> bool:
    """Is a message without a mention, in a thread that holds `before`, a follow-up to answer?

    Nobody talks with us in a thread that we took no part in, and thanks want no answer. `asker`: only who asked
    there already.
    """
    if "?" not in incoming.text and courtesy_in(incoming.text) == "thanks":
        return False
    ours = [row for row in before if row.state != "cancelled"]
    if not ours or mode == "off":
        return False
    return mode == "anyone" or incoming.user in {row.user for row in ours}


def picks_branch(text: str, last: Row | None) -> str | None:
    """`b2` where a message is nothing but the number of a branch that was just offered."""
    match = _NUMBER.match(text)
    if match is None or last is None or last.outcome != "clarify":
        return None
    return f"b{int(match[1])}"


def leans_on(text: str, last: Row | None) -> bool:
    """Does a follow-up only make sense with the question before it? Where it is short and begins by
    pointing back; after a clarification also where it asks nothing, for then it gives missing facts."""
    if last is None or last.seq is None or courtesy_in(text):
        return False
    if len(text) <= SHORT and _LEANS.match(text):
        return True
    return last.outcome == "clarify" and "?" not in text


def joined(before: str, text: str) -> str:
    """The question before and its follow-up as one question, in the order they were asked."""
    return f"{before}\n{text}"
