"""How much of a question's telling words a rule and its exemplars hold (idf-weighted stems)."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from assistant.stems import stem

_WORD = re.compile(r"[a-z][a-z'’]+|\d+")
_EMPTY = frozenset(
    (
        "a about after all also am an and any are as at be because been before but by can could did "
        "do does doing for from get got had has have he her here him his how i i'm if in into is it "
        "it's its just know like me my need no not of on one or our out over please she should so "
        "some such than thanks that that's the their them then there these they this those to too "
        "under up us was we were what what's when where which while who whom whose why will with "
        "would you your"
    ).split()
)


def stems(text: str) -> frozenset[str]:
    """Stems of a text's words, empty words left out."""
    return frozenset(stem(w) for w in _WORD.findall(text.lower()) if w not in _EMPTY)


@dataclass(frozen=True)
class Words:
    """Document frequencies of stems over a matter's groups (a rule with its exemplars is one)."""

    groups: dict[str, frozenset[str]]
    weights: dict[str, float]
    unknown: float

    @classmethod
    def of(cls, groups: Mapping[str, Iterable[str]]) -> Words:
        """From each group's texts."""
        sets = {name: frozenset().union(*map(stems, texts)) for name, texts in groups.items()}
        counts = Counter(stem for group in sets.values() for stem in group)
        idf = {stem: math.log(1 + len(sets) / (0.5 + n)) for stem, n in counts.items()}
        return cls(sets, idf, math.log(1 + len(sets) / 0.5))

    def idf(self, stem: str) -> float:
        """Inverse document frequency; a word unknown to the matter weighs most."""
        return self.weights.get(stem, self.unknown)

    def weighed(self, question: frozenset[str]) -> dict[str, float]:
        """Each stem's share in the question's summed idf."""
        idf = {stem: self.idf(stem) for stem in question}
        total = sum(idf.values())
        return {stem: weight / total for stem, weight in idf.items()}

    def share(self, weighed: Mapping[str, float], *groups: str) -> float:
        """The share in [0, 1] of a question's weighed stems that these groups hold together."""
        held = [self.groups[name] for name in groups if name in self.groups]
        union = held[0] if len(held) == 1 else frozenset().union(*held)
        return sum(weight for stem, weight in weighed.items() if stem in union)

    def mass(self, asked: frozenset[str]) -> float:
        """Summed idf of the stems that the matter knows: how much a sentence tells."""
        return sum(self.weights[s] for s in asked if s in self.weights)
