"""Markdown's HTML comments: taken out of what is read, with every offset kept."""

from __future__ import annotations

import re

# What hides a comment's opening comes first: a fence up to its end, code within a line, an escaped character.
_COMMENT = re.compile(
    r"^(?:[ \t>]|(?:[-*+]|\d{1,9}[.)])[ \t])*(?P<fence>`{3,}(?=[^`\n]*$)|~{3,})[^\n]*"
    r"(?:\n(?![ \t>]*(?P=fence)[`~]*[ \t]*$)[^\n]*)*+(?:\n[^\n]*)?"
    r"|(?P<code>`+)(?!`)[^\n]*?(?<!`)(?P=code)(?!`)"
    r"|\\."
    r"|(?P<comment><!---?>|<!--(?P<inside>.*?)-->)"
    r"|(?P<open><!--)",
    re.MULTILINE | re.DOTALL,
)
_LETTER = re.compile(r"[^\n]")


def without_comments(text: str) -> str:
    """The text with spaces for each comment, so that every other character keeps its place."""
    return read_comments(text)[0]


def read_comments(text: str) -> tuple[str, list[tuple[int, str]]]:
    """The text without its comments, and the line (from 1) of each that is not closed, with what to do.

    A comment that holds another's opening counts as not closed: what lies between would be lost unseen.
    Of what is not closed only the opening is taken out, so that it brings no further errors.
    """
    kept, last, wrong = [], 0, []
    for match in _COMMENT.finditer(text) if "<!--" in text else ():
        start, end = match.span()
        what = _UNCLOSED if match["open"] else _NESTED if "<!--" in (match["inside"] or "") else ""
        if what:
            wrong.append((text.count("\n", 0, start) + 1, what))
            end = start + len("<!--")
        if what or match["comment"]:
            kept += [text[last:start], _LETTER.sub(" ", text[start:end])]
            last = end
        if match["open"]:
            break
    return "".join(kept) + text[last:], wrong


_UNCLOSED = "the comment that opens here is never closed: write '-->' at its end (or '\\<!--' for the characters themselves)"
_NESTED = "the comment that opens here holds another '<!--' before its '-->': close the first, or take the second out"
