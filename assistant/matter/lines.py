"""The lines with a meaning: `Call`, `Escalate` and `See`, as people write them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from assistant.ids import HEADING_ID

_ID = HEADING_ID.pattern
_LEAD = r"^\s*(?P<quoted>(?:>\s*)*)(?:(?:[-*+•]|\d{1,3}[.)])\s+)?"
_MARKED = re.compile(
    rf"{_LEAD}(?P<marks>[*_]{{0,3}})(?P<word>call|escalate)(?=[\s*_]*[(:])", re.IGNORECASE
)
_SEE = re.compile(
    rf"{_LEAD}(?:See|SEE)\s*:?\s+({_ID}(?:(?:\s*[,;]\s*|\s+and\s+|\s*,\s*and\s+){_ID})*)\s*\.?\s*$"
)


@dataclass(frozen=True)
class Marked:
    """A Call or Escalate line: the text after its colon; `wrong`, where it is malformed, says what to write."""

    word: Literal["Call", "Escalate"]
    condition: str | None = None
    rest: str = ""
    wrong: str = ""


def read_marked(line: str) -> Marked | None:
    """A line of the form `Call (condition): rest`, the condition optional; None for prose.

    Case, bold or italic marks and a list's mark make no difference. `Call (` or `Call:` exactly so are
    held to the form; other spellings count only where the form is there, for they may be wrapped prose.
    """
    match = _MARKED.match(line)
    if match is None:
        return None
    word: Literal["Call", "Escalate"] = "Call" if match["word"].lower() == "call" else "Escalate"
    body = _unmarked(line[match.end() :], match["marks"]).lstrip()
    condition, rest = _split_condition(body)
    exact = match["word"] == word and not match["marks"] + match["quoted"] and body[0] in "(:"
    if rest is None and not exact and (match["word"].islower() or ":" not in body):
        return None
    form = f"{word} (condition): {'field = choice' if word == 'Call' else 'lane'}"
    if rest is None or condition == "":
        return Marked(word, wrong=f"{line.strip()!r}: expected {form!r}")
    if match["quoted"]:
        what = f"a quoted line does not count: write {form!r} without the '>', or fence an example"
        return Marked(word, wrong=f"{line.strip()!r}: {what}")
    return Marked(word, condition, rest)


def _unmarked(body: str, marks: str) -> str:
    """Without the marks that close `marks`: behind the keyword, the condition, the colon or everything."""
    if not marks:
        return body
    end = re.escape(marks[::-1])
    places = rf"^\s*{end}|(?<=\)){end}(?=\s*:)|(?<=:){end}|{end}(?=\.?\s*$)"
    return re.sub(places, "", body, count=1)


def _split_condition(rest: str) -> tuple[str | None, str | None]:
    """`(condition): value` or `: value` -> condition and value; (None, None) if malformed."""
    if rest.startswith(":"):
        return None, _value(rest)
    depth = 0
    for i, char in enumerate(rest):
        depth += (char == "(") - (char == ")")
        if depth == 0:
            after = rest[i + 1 :].lstrip()
            if not after.startswith(":"):
                return None, None
            return rest[1:i].strip(), _value(after)
    return None, None


def _value(after: str) -> str | None:
    return after[1:].strip().rstrip(".").rstrip() or None


def ids_seen(line: str) -> list[str]:
    """The ids of a `See` line, bold and italic marks aside; none for prose."""
    match = _SEE.match(re.sub(r"(?<=\S)[*_]+|[*_]+(?=\S)", "", line))
    return re.findall(_ID, match[2]) if match and not match["quoted"] else []
