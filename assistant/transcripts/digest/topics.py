"""Where testimony changes its topic, and what each stretch is about; without a model.

Change points by the likeness of what was said before and after (TextTiling, Hearst 1997, on TF-IDF
vectors reduced by SVD), drawn to new exhibits and examiners. A topic's name is what field lists call
it, an exhibit, or the words that stand out in it.
"""

from __future__ import annotations

import itertools
import math
import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from assistant.stems import stem
from assistant.transcripts.record.exchanges import Exchange
from assistant.transcripts.record.exhibits import numbers_in

_WORD = re.compile(r"[A-Za-z][A-Za-z'’-]{2,}|\d{4}")
WINDOW = 6  # exchanges before and after that are compared
FEWEST = 3  # exchanges of a topic
USUAL = 8  # exchanges of a usual topic


class Topic(NamedTuple):
    """A stretch of exchanges, from `start` up to `end`, and its name."""

    start: int
    end: int
    name: str


class Space(NamedTuple):
    """Exchanges as unit vectors, their words, and how telling each word is."""

    vectors: NDArray[np.float64]
    words: tuple[Counter[str], ...]
    pairs: tuple[Counter[tuple[str, str]], ...]
    idf: dict[str, float]
    shown: dict[str, str]
    asked: tuple[frozenset[str], ...]


@lru_cache(maxsize=1)
def stopwords() -> frozenset[str]:
    """Words that tell nothing about a topic, among them the words of asking and answering."""
    text = (Path(__file__).parent / "stopwords.txt").read_text("utf-8")
    return frozenset(text.split())


def space_of(exchanges: Sequence[Exchange]) -> Space:
    """The exchanges in a common space: TF-IDF on stems, reduced to 40 dimensions."""
    forms: dict[str, Counter[str]] = {}
    counts, pairs, asked = [], [], []
    for exchange in exchanges:
        text = (exchange.question.text if exchange.question else "") + " "
        answered = len(text)
        text += exchange.said
        in_question = set()
        counted: Counter[str] = Counter()
        paired: Counter[tuple[str, str]] = Counter()
        before, end = "", -9
        for match in _WORD.finditer(text):
            word = match.group()
            low = word.lower().replace("’", "'").removesuffix("'s")
            if low in stopwords() or len(low) < 3:
                continue
            key = stem(low)
            counted[key] += 1
            if match.start() < answered:
                in_question.add(key)
            forms.setdefault(key, Counter())[word.removesuffix("'s").removesuffix("’s")] += 1
            if match.start() == end + 1 and before != key:
                paired[(before, key)] += 1
            before, end = key, match.end()
        counts.append(counted)
        pairs.append(paired)
        asked.append(frozenset(in_question))
    seen = Counter(w for c in counts for w in c)
    idf = {w: math.log((1 + len(counts)) / (0.5 + n)) for w, n in seen.items()}
    shown = {key: forms[key].most_common(1)[0][0] for key in forms}
    return Space(_reduced(counts, idf), tuple(counts), tuple(pairs), idf, shown, tuple(asked))


def _reduced(counts: Sequence[Counter[str]], idf: dict[str, float]) -> NDArray[np.float64]:
    """Unit vectors; words said only once in the whole transcript are left out."""
    total = Counter(w for c in counts for w in c)
    kept = [w for w, n in total.most_common(4000) if n >= 2]
    at = {w: i for i, w in enumerate(kept)}
    if len(kept) < 2 or len(counts) < 2:
        return np.ones((len(counts), 1))
    table = np.zeros((len(counts), len(kept)))
    for row, counted in enumerate(counts):
        for word, n in counted.items():
            if word in at:
                table[row, at[word]] = (1 + math.log(n)) * idf[word]
    reduced = _project(table, min(40, *table.shape))
    norms = np.linalg.norm(reduced, axis=1, keepdims=True)
    return np.asarray(reduced / np.where(norms == 0, 1, norms))


def _project(table: NDArray[np.float64], size: int) -> NDArray[np.float64]:
    """Onto the first singular directions, found by a seeded random sketch: linear in the rows."""
    sketch = np.random.default_rng(7).standard_normal(
        (table.shape[1], min(size + 8, min(table.shape)))
    )
    basis, _ = np.linalg.qr(table.T @ (table @ sketch))
    return np.asarray(table @ basis[:, :size])


def topics_of(exchanges: Sequence[Exchange], space: Space, argument: bool = False) -> list[Topic]:
    """The topics in order, at most one for `USUAL` exchanges, none shorter than `FEWEST`."""
    if not exchanges:
        return []
    depth = _depths(space.vectors) + _breaks(exchanges)
    wanted = max(1, min(round(len(exchanges) / USUAL), 60))
    cuts = _cuts(depth, wanted, len(exchanges))
    edges = [0, *cuts, len(exchanges)]
    spans = list(itertools.pairwise(edges))
    taken: set[str] = set()
    return [Topic(a, b, _name(exchanges, space, a, b, taken, argument)) for a, b in spans]


def _depths(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    """At each place between two exchanges, how much less alike its sides are than those nearby."""
    n = len(vectors)
    likeness = np.ones(n)
    running = np.vstack([np.zeros((1, vectors.shape[1])), np.cumsum(vectors, axis=0)])
    for k in range(1, n):
        a = running[k] - running[max(0, k - WINDOW)]
        b = running[min(n, k + WINDOW)] - running[k]
        scale = np.linalg.norm(a) * np.linalg.norm(b)
        likeness[k] = float(a @ b / scale) if scale else 0.0
    depth = np.zeros(n)
    for k in range(1, n):
        left, right = likeness[max(1, k - 8) : k + 1].max(), likeness[k : k + 9].max()
        depth[k] = (left - likeness[k]) + (right - likeness[k])
    return depth


def _breaks(exchanges: Sequence[Exchange]) -> NDArray[np.float64]:
    """What speaks for a new topic apart from words: another examiner, a new exhibit, a recess."""
    out = np.zeros(len(exchanges))
    seen: set[str] = set()
    field = ""
    for k, exchange in enumerate(exchanges):
        text = exchange.question.text if exchange.question else ""
        new = {n for n, _, _ in numbers_in(text)} - seen
        seen |= new
        out[k] += 0.5 * bool(new)
        if re.match(
            r"(?:okay\. |all right\. )?(?:let['’]s|let me|I['’]d like to|turning|moving|now,|I want to)",
            text,
            re.I,
        ):
            out[k] += 0.35
        named = next((n for n, pattern in _fields() if pattern.search(text)), field)
        out[k] += 0.45 * (named != field)
        field = named
        if k and exchange.answers[0].speaker != exchanges[k - 1].answers[0].speaker:
            out[k] += 1.5  # another advocate
        if k and exchange.by and exchanges[k - 1].by and exchange.by != exchanges[k - 1].by:
            out[k] += 0.2 if exchange.question and exchange.question.role == "name" else 1.5
    return out


def _cuts(depth: NDArray[np.float64], wanted: int, n: int) -> list[int]:
    """The deepest places, at least FEWEST apart from each other and the ends."""
    cuts: list[int] = []
    for k in sorted(range(1, n), key=lambda i: -depth[i]):
        if len(cuts) + 1 >= wanted or depth[k] <= 0:
            break
        if all(abs(k - c) >= FEWEST for c in (*cuts, 0, n)):
            cuts.append(k)
    return sorted(cuts)


def _name(
    exchanges: Sequence[Exchange], space: Space, a: int, b: int, taken: set[str], argument: bool
) -> str:
    """What a stretch is about."""
    known = "" if argument else _field(exchanges[a:b])
    exhibit = "" if argument else _exhibit(exchanges[a:b])
    words = _standing_out(space, a, b)
    name = known or (f"{exhibit}: {words}" if exhibit and words else exhibit or words) or "Other"
    if name in taken:
        name = f"{name} ({words})" if words and words not in name else name
    taken.add(name)
    return name


@lru_cache(maxsize=1)
def _fields() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """The topics that come in nearly every deposition, with the words that give them away."""
    text = (Path(__file__).parent / "topics.txt").read_text("utf-8")
    rows = (line.split("=", 1) for line in text.splitlines() if "=" in line)
    return tuple((n.strip(), re.compile(rf"\b(?:{p.strip()})", re.IGNORECASE)) for n, p in rows)


def _field(exchanges: Sequence[Exchange]) -> str:
    """The field's name for a stretch, where a third of its questions speak of that."""
    hits: Counter[str] = Counter()
    for exchange in exchanges:
        text = exchange.question.text if exchange.question else ""
        hits.update(name for name, pattern in _fields() if pattern.search(text))
    found = [name for name, n in hits.most_common(2) if n >= max(2, 0.34 * len(exchanges))]
    return " and ".join([found[0], *(f[0].lower() + f[1:] for f in found[1:])]) if found else ""


def _exhibit(exchanges: Sequence[Exchange]) -> str:
    hits: Counter[str] = Counter()
    for exchange in exchanges:
        text = exchange.question.text if exchange.question else ""
        hits.update({n for n, _, _ in numbers_in(text)})
    if not hits or hits.most_common(1)[0][1] < max(1, 0.2 * len(exchanges)):
        return ""
    return f"Exhibit {hits.most_common(1)[0][0]}"


def _standing_out(space: Space, a: int, b: int) -> str:
    """What stands out most against the rest of the transcript: pairs of words that come back, words."""
    inside: Counter[str] = Counter()
    spread: Counter[str] = Counter()
    pairs: Counter[tuple[str, str]] = Counter()
    for counted, paired in zip(space.words[a:b], space.pairs[a:b], strict=True):
        inside.update(counted)
        spread.update(counted.keys())
        pairs.update(paired)
    asked = frozenset().union(*space.asked[a:b])
    weigh: dict[tuple[str, ...], float] = {
        (w,): n**0.5 * space.idf[w] * (1 + math.log(spread[w])) * (1.0 if w in asked else 0.5)
        for w, n in inside.items()
        if spread[w] >= 2 or b - a <= FEWEST
    }
    for pair, n in pairs.items():
        if n >= 2:
            weigh[pair] = 1.3 * n**0.5 * max(space.idf[w] for w in pair) * (1 + math.log(n))
    taken: list[tuple[str, ...]] = []
    for phrase in sorted(weigh, key=lambda p: (-weigh[p], p)):
        if not any(set(phrase) & set(t) for t in taken):
            taken.append(phrase)
        if len(taken) == 3 or (len(taken) == 2 and any(len(t) > 1 for t in taken)):
            break
    words = [" ".join(_shown(space, w) for w in phrase) for phrase in taken]
    text = ", ".join(words)
    return text[:1].upper() + text[1:]


def _shown(space: Space, key: str) -> str:
    word = space.shown[key]
    return word if word[0].isupper() else word.lower()
