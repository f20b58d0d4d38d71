"""Question -> Evidence: rules and exemplars, keyword and dense, fused by what measurably helps.

A rule is scored from its own passages, its conditions, and the exemplars that name it; a long
question or pasted mail is matched by its best sentences. Where all that leaves in doubt whether the playbook
speaks, the first rules are read together with the question (cross.py). Weights come from `weights.json`, fitted by
`benchmarks/fit_weights.py`; RESULTS.md says on what and how well they hold elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache, partial

import numpy as np
from numpy.typing import NDArray

from assistant.types import Evidence, Exemplar, FoundExemplar, FoundRule, Matter, Question, Rule
from retrievers.candidates import Candidate, nearer, votes
from retrievers.fields import Fields
from retrievers.index import Hit, Index
from retrievers.passages import ASKED, page, prose, sentences, shortened, text_of
from retrievers.vectors import EXACT
from retrievers.weights import ScoredRule, Weights
from retrievers.words import Words, stems

Vectors = NDArray[np.float32]
EmbedQuery = Callable[[list[str]], Vectors]
Read = Callable[[str, str], float]  # question, page -> log odds that the page settles the question
K = 16  # passages asked of each search
SHORT = 350  # characters up to which a question is matched whole
PAGES = 4  # rules that are read where vectors leave doubt
PARTS = 6  # sentences of a long question that are matched besides the whole
ABSENT = -6.0  # log odds of a page that there is not
NOTHING: frozenset[str] = frozenset()
ASKING = stems(
    "answer anyone ask bucket call category choose classify clear code coded coding come cover decide "
    "designate designation document doc field file fix follow go going got guidance handle help hello hi "
    "ok item label level look looking mark need note one pls point question quick record right route rule "
    "say see seem sort stamp status stuck tag take team tell thing think thx treat type u unsure use want "
    "way weird whose wondering work yes"
)
COVERED = (
    *("score", "gap", "dense", "exemplar", "keyword", "share", "share3", "length"),
    *("nearest", "nearer", "votes", "field", "settled"),
)


@dataclass(frozen=True)
class Scored:
    """Rules as (id, score, features), best first; near exemplars; the features that tell coverage, in the
    order of COVERED ([] where there is no rule); the products that `Weights.settles` weighs; and the first
    rules, each with the nearest exemplar under it."""

    rules: list[ScoredRule]
    exemplars: tuple[FoundExemplar, ...]
    told: list[float]
    products: Vectors
    first: tuple[tuple[Rule, Exemplar | None], ...] = ()


class Finder:
    """Finds the evidence of one matter in one index."""

    def __init__(
        self,
        matter: Matter,
        index: Index,
        embed: EmbedQuery,
        weights: Weights,
        read: Read | None = None,
    ) -> None:
        self._index, self._embed, self._weights, self._read = index, embed, weights, read
        self._rules: dict[str, Rule] = {rule.id: rule for rule in matter.rules}
        active = [e for e in matter.exemplars if e.status == "active"]
        self._exemplars: dict[str, Exemplar] = {e.id: e for e in active}
        self._words = Words.of(_groups(matter, active))
        self._palette = _prefixes(matter)
        self._fields = Fields.of(matter)
        self._beside = ThreadPoolExecutor(
            1, "exemplars"
        )  # Chroma searches outside the interpreter lock
        self._found = lru_cache(maxsize=64)(self.find)  # the rights and the pipeline ask the same

    def __call__(self, question: Question) -> Evidence:
        """The evidence for a question, best first."""
        return self._found(" ".join((question.ask, *question.quoted)))

    def covered(self, text: str) -> float:
        """The probability in [0, 1] that the playbook speaks to a text."""
        return self._found(text).covered

    def find(
        self, text: str, without: frozenset[str] = NOTHING, *, reading: bool = True
    ) -> Evidence:
        """The evidence for a text, as if the rules and exemplars in `without` did not exist, and without
        `reading` as if there were no cross-encoder."""
        scored = self.scored(text, without)
        if not scored.rules:
            return Evidence(exemplars=scored.exemplars)
        order, (covered, sure) = self._judged(text, scored, reading)
        rules = tuple(FoundRule(rule=self._rules[i], score=s) for i, s, _ in order[:5])
        return Evidence(
            rules=rules,
            exemplars=scored.exemplars,
            covered=covered,
            sure=sure,
            scores=dict(zip(COVERED, scored.told, strict=True)),
        )

    def _judged(
        self, text: str, scored: Scored, reading: bool
    ) -> tuple[list[ScoredRule], tuple[float, float]]:
        """The rules, best first, and (covered, sure). Where vectors and words leave coverage in doubt the first
        pages are read, and put in the order that reading and search together give."""
        if self._read is None or not reading or not self._weights.doubtful(scored.told):
            return scored.rules, self._weights.told(scored.told)
        order, reads = self._weights.reordered(scored.rules, self.read(text, scored))
        return order, self._weights.read([*scored.told, *reads])

    def read(self, text: str, scored: Scored) -> list[float]:
        """(PAGES,): the cross-encoder's log odds that the pages of the first rules settle a text, ABSENT for none.
        Raises ValueError for a finder that has none."""
        asked, read = shortened(text, ASKED), self._read
        if read is None:
            raise ValueError("this finder has no cross-encoder")
        odds = [read(asked, page(*pair)) for pair in scored.first[:PAGES]]
        return [*odds, *[ABSENT] * (PAGES - len(odds))]

    def scored(self, text: str, without: frozenset[str] = NOTHING, pages: int = PAGES) -> Scored:
        """What the searches say of the rules for a text; `first` has so many pages."""
        vectors = self._embed(self._queries(text))
        candidates, near = self._search(text, vectors, without)
        asked, fields = self._words.weighed(self._asked(text)), self._fields.asked(text)
        for name, candidate in candidates.items():
            candidate.share = self._words.share(asked, name)
            candidate.field = self._fields.match(fields, name)
        if not candidates:
            return Scored([], near, [], np.zeros(0, np.float32))
        rows = [candidate.features() for candidate in candidates.values()]
        scored = list(zip(candidates, self._weights.rank(rows), rows, strict=True))
        scored.sort(key=lambda item: (-item[1], item[0]))
        products = self._products(vectors[0], candidates[scored[0][0]])
        told = [*self._tell(scored, asked), self._weights.settled(products)]
        return Scored(scored, near, told, products, self._first(scored[:pages], candidates))

    def _first(
        self, scored: list[ScoredRule], candidates: dict[str, Candidate]
    ) -> tuple[tuple[Rule, Exemplar | None], ...]:
        hits = [(name, candidates[name].exemplar) for name, _, _ in scored]
        return tuple((self._rules[n], self._exemplars[hit[1]] if hit else None) for n, hit in hits)

    def _products(self, vector: Vectors, first: Candidate) -> Vectors:
        """(2 * width,): a question's vector times its nearest passage of the first rule, and times the
        nearest exemplar under it; zeros where there is none near."""
        beside = (("rules", first.passage), ("exemplars", first.exemplar))
        near = [
            vector * self._index.vector(kind, hit) if hit else np.zeros_like(vector)
            for kind, hit in beside
        ]
        return np.concatenate(near)

    def _asked(self, text: str) -> frozenset[str]:
        """The stems that say what a question is about: the palette's own words and the words of asking
        stand in every question and tell nothing."""
        return frozenset(
            s for s in stems(text) - ASKING if not (len(s) >= 4 and s in self._palette)
        )

    def _queries(self, text: str) -> list[str]:
        """What is embedded for a question: the whole, and of a long one its most telling sentences."""
        if len(text) <= SHORT:
            return [text]
        parts = list(dict.fromkeys(s for s in sentences(text) if len(s) >= 15))
        telling = sorted(parts, key=lambda part: -self._words.mass(stems(part)))[:PARTS]
        return [text[:1200], *(part[:600] for part in telling)]

    def _search(
        self, text: str, vectors: Vectors, without: frozenset[str]
    ) -> tuple[dict[str, Candidate], tuple[FoundExemplar, ...]]:
        found: dict[str, Candidate] = {}
        near = self._near_exemplars(vectors)
        for hit in self._index.dense("rules", vectors, K):
            key, name, cosine = hit
            if name in self._rules and name not in without:
                rule = found.setdefault(name, Candidate())
                kind = "condition" if "#c" in key else "dense"
                setattr(rule, kind, max(getattr(rule, kind), cosine))
                rule.passage = nearer(hit, rule.passage)
        self._keywords(text, found, without)
        likest: dict[str, Hit] = {}
        for hit in near():
            if hit[1] in self._exemplars and hit[1] not in without:
                likest[hit[1]] = nearer(hit, likest.get(hit[1]))
        for name, hit in likest.items():
            for rule_id in self._exemplars[name].rules:
                if rule_id in self._rules and rule_id not in without:
                    rule = found.setdefault(rule_id, Candidate())
                    rule.exemplars.append(hit[2])
                    rule.exemplar = nearer(hit, rule.exemplar)
        best = sorted(likest.values(), key=lambda hit: (-hit[2], hit[1]))[:5]
        shown = (FoundExemplar(exemplar=self._exemplars[n], score=s) for _, n, s in best)
        return found, tuple(shown)

    def _near_exemplars(self, vectors: Vectors) -> Callable[[], list[Hit]]:
        """What gives the nearest exemplars; a large collection is searched beside that of the rules."""
        if self._index.counts["exemplars"] <= EXACT:
            return partial(self._index.dense, "exemplars", vectors, K)
        return self._beside.submit(self._index.dense, "exemplars", vectors, K).result

    def _keywords(self, text: str, found: dict[str, Candidate], without: frozenset[str]) -> None:
        hits = self._index.keyword("rules", text, K)
        for _, name, score in hits:
            if name in self._rules and name not in without:
                rule = found.setdefault(name, Candidate())
                rule.keyword = max(rule.keyword, score / hits[0][2])
        hits = self._index.keyword("exemplars", text, K)
        for _, name, score in hits:
            exemplar = self._exemplars.get(name)
            if exemplar is None or name in without:
                continue
            for rule_id in exemplar.rules:
                if rule_id in self._rules and rule_id not in without:
                    rule = found.setdefault(rule_id, Candidate())
                    rule.keyword_ex = max(rule.keyword_ex, score / hits[0][2])

    def _tell(
        self,
        scored: list[ScoredRule],
        asked: dict[str, float],
    ) -> list[float]:
        """In the order of COVERED but its last. Exemplars near the question under one rule alone, and searches that
        agree on the first rule, say more than any one likeness."""
        first = scored[0]
        second = scored[1][1] if len(scored) > 1 else 0.0
        likest = [*sorted((row[2] for _, _, row in scored), reverse=True), 0.0]
        share3 = self._words.share(asked, *(name for name, _, _ in scored[:3]))
        return [
            first[1],
            first[1] - second,
            max(first[2][0], first[2][1]),
            first[2][2],
            first[2][4],
            first[2][6],
            share3,
            float(np.log1p(len(asked))),
            likest[0],
            likest[0] - likest[1],
            float(votes([row for _, _, row in scored])),
            first[2][7],
        ]


def _prefixes(matter: Matter) -> frozenset[str]:
    """The palette's words with every clipping of four letters or more: “priv”, “resp”, “conf”."""
    names = " ".join(name for f in matter.coding_fields for name in (f.name, *f.choices))
    words = [w for w in re.findall(r"[a-z]+", names.lower()) if len(w) >= 4]
    return frozenset(word[:n] for word in (*words, *stems(names)) for n in range(4, len(word) + 1))


def _groups(matter: Matter, active: Sequence[Exemplar]) -> dict[str, list[str]]:
    groups = {
        rule.id: [rule.title, prose(rule), *(b.condition or "" for b in rule.branches)]
        for rule in matter.rules
    }
    for exemplar in active:
        for rule_id in exemplar.rules:
            groups.get(rule_id, []).append(text_of(exemplar))
    return groups
