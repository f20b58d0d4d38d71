"""Words and signs that a tired reader understands, and text made safe to show."""

from __future__ import annotations

import re
from collections.abc import Iterable

from assistant.types import Reply

# No colour and no emoji: signs that Slack draws as plain characters.
SIGNS = {
    "answer": "✓ Answer",
    "draft": "✎ Draft, not approved",
    "clarify": "? Your choice is needed",
    "escalate": "⇧ A person decides",
    "refuse": "⊘ Not the assistant's right",
    "outage": "✕ Outage: the model's provider is down",
}
CONTROLS = [*range(0x20), *range(0x7F, 0xA0)]
REORDERS = [*range(0x202A, 0x202F), *range(0x2066, 0x206A)]  # they turn what follows around
UNSEEN = dict.fromkeys(c for c in CONTROLS + REORDERS if chr(c) not in "\n\t")


def outcome(reply: Reply) -> str:
    """The reply's outcome in words, behind its sign."""
    if reply.kind == "clarify" and not reply.branches:
        return "? More is needed from you"
    return SIGNS[reply.kind]


def clean(text: str) -> str:
    """`text` with what cannot be sent or would hide or reorder it left out: lone surrogates become
    `?`, control characters and marks that reorder what follows go, line breaks stay."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.encode("utf-8", "replace").decode().translate(UNSEEN)


def escape(text: str) -> str:
    """`text` for a place that reads Slack's markup: no `<!here>`, mention or link survives."""
    return clean(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def units(text: str) -> int:
    """Length in UTF-16 units, the strictest way in which Slack may count."""
    return len(text.encode("utf-16-le", "replace")) // 2


def clip(text: str, most: int) -> str:
    """`text`, or its start and `…`, in at most `most` UTF-16 units."""
    if units(text) <= most:
        return text
    start = text[: most - 1]
    while units(start) > most - 1:
        start = start[: -max(1, (units(start) - most + 1) // 2)]
    return start.rstrip() + "…"


def role(name: str) -> str:
    """A role as people say it: `privilege_lead` -> `privilege lead`."""
    return name.replace("_", " ")


def spoken(text: str, roles: Iterable[str]) -> str:
    """`text` with the matter's roles as people say them."""
    for name in roles:
        text = re.sub(rf"\b{re.escape(name)}\b", role(name), text) if "_" in name else text
    return text


def sure(confidence: float) -> str:
    """A confidence in [0, 1] in words."""
    if confidence >= 0.9:
        return "well supported"
    return "likely" if confidence >= 0.7 else "tentative"
