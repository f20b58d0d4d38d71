"""Drift against use: what was asked and sent to people that the playbook still does not say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from assistant.ledger import Entry
from assistant.review.finding import Finding, at
from assistant.review.reading import Reading
from retrievers.words import Words, stems

OFTEN = 2  # questions on one subject before it counts as a habit of the matter
SAID = 0.75  # idf-weighted share of a question's words that one rule must hold to speak to it
ONE_SUBJECT = 0.34


def drift(reading: Reading, entries: Iterable[Entry]) -> Iterator[Finding]:
    """Subjects that were escalated more than once and that no rule holds the words of.

    Entries whose content was destroyed are passed over: there is nothing to read.
    """
    words = Words.of({r.id: [r.text] for r in reading.matter.rules})
    groups: list[tuple[frozenset[str], list[tuple[int, str]]]] = []
    for entry in entries:
        ask = _escalated(entry)
        asked = stems(ask)
        weighed = words.weighed(asked)
        if not asked or any(words.share(weighed, rule) >= SAID for rule in words.groups):
            continue
        for seen, members in groups:
            if len(seen & asked) >= ONE_SUBJECT * len(seen | asked):
                members.append((entry.seq, ask))
                break
        else:
            groups.append((asked, [(entry.seq, ask)]))
    for _, members in sorted(groups, key=lambda g: -len(g[1])):
        if len(members) >= OFTEN:
            yield _drifted(reading, members)


def _escalated(entry: Entry) -> str:
    """What was asked where a person had to decide for want of a rule; empty elsewhere."""
    if entry.kind != "escalate" or entry.content is None or entry.right is None:
        return ""
    return str(entry.content.get("ask") or entry.content.get("text") or "")


def _drifted(reading: Reading, members: list[tuple[int, str]]) -> Finding:
    numbers = ", ".join(str(seq) for seq, _ in members[:8])
    what = f"asked {len(members)} times, sent to a person each time: {members[0][1][:80]!r}"
    words = (f"{what} (ledger {numbers})", WHY, "turn the rulings into a rule or exemplars")
    first = next((r.source for r in reading.matter.rules), "playbook/")
    return at(first, 1, "drift", "note", words)


WHY = "the playbook is silent on what this matter in fact brings up"
