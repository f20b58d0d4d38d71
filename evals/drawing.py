"""Seeded draws, sealed before anyone calls: what was drawn from what can be shown afterwards."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np

from assistant.errors import SecondChairError
from assistant.types import Noun
from evals.intervals import Z

Kind = Literal["calibration", "elusion", "qc"]


class Item(Noun):
    """Something to call: its id, what the rater sees, the labels to choose from; `first` is never shown."""

    id: str
    shown: str
    labels: tuple[str, ...]
    stratum: str = ""
    first: str | None = None


class Draw(Noun):
    """A sample. `population` is the hash of every id it was drawn from, `size` how many those were."""

    kind: Kind
    matter: str
    source: str
    seed: int
    size: int
    population: str
    items: tuple[Item, ...]

    @property
    def seal(self) -> str:
        """sha256 over all of it: a later change shows."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()


def simple(items: Sequence[Item], n: int, seed: int) -> tuple[Item, ...]:
    """`n` of the items, each as likely as any other, in the order drawn. Raises SecondChairError."""
    if not 0 < n <= len(items):
        raise SecondChairError(f"cannot draw {n} of {len(items)}: choose 1 to {len(items)}")
    ordered = sorted(items, key=lambda item: item.id)
    places = np.random.default_rng(seed).permutation(len(ordered))[:n]
    return tuple(ordered[i] for i in places)


def stratified(items: Sequence[Item], n: int, seed: int) -> tuple[Item, ...]:
    """`n` items, each stratum in proportion and, while there is room, none left out (largest remainders)."""
    if not 0 < n <= len(items):
        raise SecondChairError(f"cannot draw {n} of {len(items)}: choose 1 to {len(items)}")
    groups: dict[str, list[Item]] = {}
    for item in sorted(items, key=lambda item: item.id):
        groups.setdefault(item.stratum, []).append(item)
    shares = _shares({name: len(group) for name, group in groups.items()}, n)
    drawn = [
        item
        for i, (name, k) in enumerate(sorted(shares.items()))
        if k
        for item in simple(groups[name], k, seed + i)
    ]
    return simple(drawn, len(drawn), seed)


def _shares(sizes: Mapping[str, int], n: int) -> dict[str, int]:
    total = sum(sizes.values())
    exact = {name: n * size / total for name, size in sizes.items()}
    floor = 1 if n >= len(sizes) else 0
    shares = {name: max(floor, math.floor(e)) for name, e in exact.items()}
    order = sorted(exact, key=lambda name: (shares[name] - exact[name], name))
    while sum(shares.values()) < n:
        name = next(x for x in order if shares[x] < sizes[x])
        shares[name] += 1
        order = sorted(exact, key=lambda x: (shares[x] - exact[x], x))
    while sum(shares.values()) > n:
        name = max((x for x in shares if shares[x] > floor), key=lambda x: shares[x] - exact[x])
        shares[name] -= 1
    return shares


def sealed(draw: str, seal: str) -> Draw:
    """A stored draw, opened. Raises SecondChairError where it is not the one that was sealed."""
    found = Draw.model_validate(json.loads(draw))
    if found.seal != seal:
        raise SecondChairError("the stored draw is not the one that was sealed: it was altered")
    return found


def fingerprint_of(ids: Sequence[str]) -> str:
    """Hash of a population's ids, whatever their order."""
    return hashlib.sha256("\n".join(sorted(ids)).encode()).hexdigest()[:16]


def size_for(margin: float) -> int:
    """Items needed for a 95 % range of ± `margin` at the worst rate: 385 for .05, 1,537 for .025."""
    return math.ceil(Z * Z * 0.25 / (margin * margin) - 1e-9)
