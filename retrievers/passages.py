"""What of a matter is indexed: title-prefixed passages of rules, facts of active exemplars, asks of rights."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant.types import Call, Exemplar, Matter, Rule
from retrievers.index import Entry

LONGEST = 900  # characters; MiniLM reads 256 word pieces, about 1,000 characters
# Words of a question, a rule and an exemplar that are read together.
ASKED, RULED, HELD = 90, 140, 45
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


def page(rule: Rule, exemplar: Exemplar | None) -> str:
    """What is read beside a question: a rule's title, prose and branches with their calls, and the nearest
    exemplar under it with what was ruled; RULED and HELD words at the most."""
    branches = (_read_out(b.condition, b.calls) for b in rule.branches)
    ruled = shortened(" ".join((f"{rule.title}. {prose(rule)}", *branches)), RULED)
    if exemplar is None:
        return ruled
    calls = "; ".join(f"{call.field} = {call.choice}" for call in exemplar.calls)
    return f"{ruled} Example: {shortened(f'{exemplar.facts} {calls}', HELD)}"


def shortened(text: str, words: int) -> str:
    """The first so many words of a text, white space made single."""
    return " ".join(text.split()[:words])


def _read_out(condition: str | None, calls: Sequence[Call]) -> str:
    what = ", ".join(f"{call.field} = {call.choice}" for call in calls) or "escalate"
    return f"{condition[:1].upper()}{condition[1:]}: {what}." if condition else f"{what}."


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
