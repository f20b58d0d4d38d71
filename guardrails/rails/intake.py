"""Question apart from document: what the asker says is intent, what they paste is data.

Pasted mail, quoted lines, code blocks and long quotations become `quoted`. Instructions inside them
are left out of what is searched and noted; they are never followed, for nothing here follows text.
"""

from __future__ import annotations

import re

from assistant.types import Message, Question
from rails.plain import plain

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
_TO_THE_MACHINE = re.compile(
    r"\b(?:system|assistant|developer|admin)\s*:|"
    r"\b(?:ignore|disregard|forget|override)\b.{0,40}\b(?:instruction|rule|prompt|playbook|protocol|above|"
    r"previous|prior|guideline)|\b(?:you are (?:now|no longer)|act as|pretend (?:to be|you)|new instructions?|"
    r"system (?:prompt|message|override|note)|as an ai|"
    r"\bAI\b.{0,30}\b(?:reviewer|assistant|model|must|should)|to (?:the|any) (?:ai|assistant|bot|model|"
    r"automated|reviewing)|language model|llm)\b|\b(?:assistant|bot|ai|reviewer tool)\b[,:]? (?:must|should|"
    r"shall|please|you)\b|\b(?:respond|reply|answer|output|print|return) (?:only )?(?:with|that|by saying)\b|"
    r"\b(?:mark|code|tag|classify|designate|treat) this (?:document|email|record|file|item|clause|message) as\b|"
    r"\bdo not (?:mention|cite|escalate|tell|flag|reveal)\b|\b(?:reveal|print|show) (?:your|the) (?:system )?"
    r"(?:prompt|instructions)\b",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")
LONG_REST = 260  # characters after the ask from which an unmarked second paragraph is pasted text


def take_in(message: Message) -> Question:
    """The question in a message: `ask` apart from `quoted`, obfuscation undone, notes of what was."""
    said = _MENTION.sub(" ", message.text)
    text, decoded, notes = plain(said if re.search(r"\w", said) else message.text)
    ask, quoted = _split(text)
    kept = tuple(part for part in (_data_only(q) for q in quoted) if part)
    if any(_TO_THE_MACHINE.search(q) for q in quoted):
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
    lead = re.match(r"\s*([^\n]{3,200}?(?:\?|:))\s*\n?\s*(.+)\Z", text, re.DOTALL)
    if lead and len(lead.group(2)) >= LONG_REST and "?" not in lead.group(2)[-200:]:
        return lead.group(1), lead.group(2).strip()
    paragraphs = re.split(r"\n\s*\n", text.strip(), maxsplit=1)
    if len(paragraphs) == 2 and len(paragraphs[1]) >= LONG_REST and "?" not in paragraphs[1][-200:]:
        return paragraphs[0], paragraphs[1].strip()
    return text, ""


def _data_only(quoted: str) -> str:
    """Pasted text without the sentences that address a machine."""
    parts = _SENTENCE.split(quoted)
    return " ".join(part for part in parts if not _TO_THE_MACHINE.search(part)).strip()
