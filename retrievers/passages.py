"""What of a matter is indexed: title-prefixed passages of rules, facts of active exemplars, asks of rights."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.types import Exemplar, Matter, Rule
from retrievers.index import Entry

LONGEST = 900  # characters; MiniLM reads 256 word pieces, about 1,000 characters
_MACHINE = re.compile(
    r"^\s*(?:[-*]\s+)?(?:Call|Escalate)\s*[(:].*$|^\s*See\s+[A-Z0-9-]+.*$", re.MULTILINE
)
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[\"'(]?[A-Z0-9])|\n+")


def entries(matter: Matter) -> list[Entry]:
    """Index entries of a matter. A rule gives several (its prose in parts, each condition); a
    superseded exemplar none, so it can never support a call."""
    result = [entry for rule in matter.rules for entry in _of_rule(rule)]
    for exemplar in matter.exemplars:
        if exemplar.status == "active":
            result.append(Entry(exemplar.id, "exemplars", f"{exemplar.id}#0", text_of(exemplar)))
    for right in matter.rights:
        for i, ask in enumerate(dict.fromkeys((*right.asks, right.task))):
            result.append(Entry(right.id, "asks", f"{right.id}#{i}", ask))
    return result


def text_of(exemplar: Exemplar) -> str:
    """What an exemplar is found by."""
    return exemplar.facts


def prose(rule: Rule) -> str:
    """A rule's text without its heading and its lines with a meaning."""
    body = rule.text.split("\n", 1)[1] if "\n" in rule.text else rule.text
    return re.sub(r"\s+", " ", _MACHINE.sub("", body)).strip()


def sentences(text: str) -> list[str]:
    """Sentences of a text, white space trimmed, empty ones left out."""
    return [part.strip() for part in _SENTENCE_END.split(text) if part.strip()]


def _of_rule(rule: Rule) -> Iterator[Entry]:
    for i, part in enumerate(_parts(prose(rule))):
        yield Entry(rule.id, "rules", f"{rule.id}#{i}", f"{rule.title}. {part}".strip())
    for i, condition in enumerate(dict.fromkeys(b.condition for b in rule.branches if b.condition)):
        yield Entry(rule.id, "rules", f"{rule.id}#c{i}", f"{rule.title}: {condition}")


def _parts(text: str) -> list[str]:
    parts = [""]
    for sentence in sentences(text):
        if parts[-1] and len(parts[-1]) + len(sentence) > LONGEST:
            parts.append("")
        parts[-1] = f"{parts[-1]} {sentence}".strip()
    return parts
