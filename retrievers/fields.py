"""Which coding fields a question names, and which rules code them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from assistant.types import Matter

NOTHING: frozenset[str] = frozenset()
MATCHED, UNASKED, OTHER = 1.0, 0.5, 0.0
CLIPPED = 4  # letters from which on a clipped word still names what it begins: “priv”, “resp”
_WORD = re.compile(r"[a-z]+")
_EMPTY = frozenset("code other none with from only this that issue document documents".split())


@dataclass(frozen=True)
class Fields:
    """`named` gives the fields that a word of the palette stands for, `clipped` those of its beginnings;
    `coded` are the fields that a rule, or an exemplar under it, codes."""

    named: Mapping[str, frozenset[str]]
    clipped: Mapping[str, frozenset[str]]
    coded: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, matter: Matter) -> Fields:
        """From a matter's palette, rules and active exemplars."""
        named: dict[str, set[str]] = defaultdict(set)
        clipped: dict[str, set[str]] = defaultdict(set)
        for field in matter.coding_fields:
            for word in _telling(" ".join((field.name, *field.choices))):
                named[word].add(field.name)
                for n in range(CLIPPED, len(word) + 1):
                    clipped[word[:n]].add(field.name)
        coded = {r.id: {c.field for b in r.branches for c in b.calls} for r in matter.rules}
        for exemplar in matter.exemplars:
            if exemplar.status == "active":
                for rule in exemplar.rules:
                    coded.get(rule, set()).update(c.field for c in exemplar.calls)
        return cls(*(_frozen(table) for table in (named, clipped, coded)))

    def asked(self, text: str) -> frozenset[str]:
        """The fields that a text names: in full, with an ending (“responsiveness”), or clipped."""
        found: set[str] = set()
        for word in _telling(text):
            found |= self.clipped.get(word, NOTHING)
            for n in range(CLIPPED, len(word)):
                found |= self.named.get(word[:n], NOTHING)
        return frozenset(found)

    def match(self, asked: frozenset[str], rule: str) -> float:
        """MATCHED if the rule codes a field asked about, OTHER if only others, else UNASKED."""
        coded = self.coded.get(rule)
        if not asked or not coded:
            return UNASKED
        return MATCHED if asked & coded else OTHER


def _telling(text: str) -> set[str]:
    words = set(_WORD.findall(text.lower()))
    return {w for w in words if len(w) >= CLIPPED and w not in _EMPTY}


def _frozen(table: Mapping[str, set[str]]) -> dict[str, frozenset[str]]:
    return {name: frozenset(members) for name, members in table.items()}
