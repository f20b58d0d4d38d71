"""Question apart from document: what the asker says is intent, what they paste is data.

Pasted mail, quoted lines, code blocks and long quotations become `quoted`. Instructions inside them
are left out of what is searched and noted; they are never followed, for nothing here follows text.
"""

from __future__ import annotations

import re

from assistant.types import Message, Question
from rails.orders import set_apart
from rails.plain import plain, readings

_MENTION = re.compile(r"<@[UW][A-Z0-9]+(?:\|[^>]*)?>|^\s*@?second ?chair\b[:,]?", re.IGNORECASE)
_FENCE = re.compile(r"```.*?(?:```|\Z)|~~~.*?(?:~~~|\Z)", re.DOTALL)
_TAGGED = re.compile(r"<(\w+)(?:\s[^>]*)?>.{20,}?</\1>", re.DOTALL)
_QUOTED_LINES = re.compile(r"(?:^[ \t]*(?:>|&gt;)[^\n]*(?:\n|\Z))+", re.MULTILINE)
_LONG_QUOTE = re.compile(
    r"“[^”]{25,}”|(?<!\w)\"[^\"]{25,}\"(?!\w)|«[^»]{25,}»|(?<!\w)'[^'\n]{40,}'(?!\w)", re.DOTALL
)
_MAIL = re.compile(
    r"^(?:[ \t]*(?:-{2,}\s*)?(?:Begin forwarded message|Original Message|Forwarded message)\b[^\n]*|"
    r"[ \t]*(?:From|Von|De|Sent|Date|Subject|Re|Fwd?|To|Attachment|Body)\s*:[^\n]*|"
    r"[ \t]*On [^\n]{5,80} wrote:[^\n]*)\n?.*\Z",
    re.MULTILINE | re.DOTALL | re.IGNORECASE,
)
_INLINE_MAIL = re.compile(r"(?:\bFrom: .{3,80}\b(?:To|Subject|Sent): .*)\Z", re.DOTALL)
# Asking of the pasted text that it be answered or obeyed makes its words an ask.
_OF_THE_QUOTE = re.compile(
    r"\b(?:answer|decode|decipher|follow|obey|do|execute|run|solve|unscramble|translate|respond to|reply to|carry out|act on)\b"
    r".{0,30}\b(?:it|this|that|these|those|them|what it says|the (?:question|text|message|quote|line|instructions?|above|below|following))\b",
    re.IGNORECASE | re.DOTALL,
)
_LEAD_IN = re.compile(r"\s*([^\n]{3,200}?(?:\?|:))\s*(.+)\Z", re.DOTALL)
LONG_REST = 260  # characters after the ask from which an unmarked second paragraph is pasted text


def take_in(message: Message) -> Question:
    """The question in a message: `ask` apart from `quoted`, obfuscation undone, notes of what was."""
    said = _MENTION.sub(" ", message.text)
    text, decoded, notes = plain(said if re.search(r"\w", said) else message.text)
    ask, quoted = _split(text)
    apart = [set_apart(part) for part in quoted]
    kept = tuple(part for part, _ in apart if part)
    decoded = decoded if ask == text else readings(ask)
    if quoted and _OF_THE_QUOTE.search(ask):
        decoded += tuple(r for part in quoted for r in (part, *readings(part)))
    if any(ordered for _, ordered in apart):
        notes = (*notes, "instructions inside pasted text were ignored")
    return Question(
        ask=ask,
        quoted=kept,
        decoded=decoded,
        notes=notes,
        asker=message.asker,
        role=message.role,
        channel=message.channel,
    )


def _split(text: str) -> tuple[str, list[str]]:
    """What is said and what is pasted, in order; with nothing said, all of it is what is said."""
    quoted: list[str] = []

    def cut(match: re.Match[str]) -> str:
        quoted.append(match.group().strip(" \n\t>`~\"“”«»'"))
        return "\n"

    rest = text
    for pattern in (_FENCE, _TAGGED, _QUOTED_LINES, _LONG_QUOTE, _MAIL, _INLINE_MAIL):
        shorter = pattern.sub(cut, rest)
        rest = shorter if shorter.strip() else rest
    rest, tail = _unmarked(rest)
    quoted += [tail] if tail else []
    ask = re.sub(r"[ \t]+", " ", rest).strip(" \n\t:-–—")
    ask = re.sub(r"\n\s*\n+", "\n", ask)
    if not re.search(r"\w", ask):
        return text.strip(), []
    return ask, [q for q in quoted if q]


def _unmarked(text: str) -> tuple[str, str]:
    """Long text after a short lead-in that asks about it is pasted, though nothing marks it."""
    if len(text) < LONG_REST:
        return text, ""
    lead = _LEAD_IN.match(text)
    if lead and len(lead.group(2)) >= LONG_REST and "?" not in lead.group(2)[-200:]:
        return lead.group(1), lead.group(2).strip()
    paragraphs = re.split(r"\n\s*\n", text.strip(), maxsplit=1)
    if len(paragraphs) == 2 and len(paragraphs[1]) >= LONG_REST and "?" not in paragraphs[1][-200:]:
        return paragraphs[0], paragraphs[1].strip()
    return text, ""
