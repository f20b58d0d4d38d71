"""Elusion and QC samples: sealed draws from a list of documents, blind second calls, rates with bounds."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

from assistant.errors import SecondChairError
from assistant.types import Matter, Noun
from evals.agreement import kappa
from evals.drawing import Draw, Item, Kind, fingerprint_of, simple
from evals.intervals import lower, upper, wilson


class Elusion(Noun):
    """What was missed. `recall` needs how many were found; its bounds come from those of the missed."""

    n: int
    hits: int
    rate: float
    low: float
    high: float
    bound: float
    size: int
    missed: tuple[float, float, float]
    recall: tuple[float, float, float] | None


class Overturns(Noun):
    """First calls against blind second ones. `changed`: (first, second) -> how often."""

    n: int
    hits: int
    low: float
    high: float
    kappa: float | None
    changed: dict[str, int]


def read_population(path: Path, field: str, matter: Matter, kind: Kind) -> list[Item]:
    """Items of a CSV with `id` and, for QC, `call` (never shown); other columns are shown. Raises SecondChairError."""
    labels = next((f.choices for f in matter.coding_fields if f.name == field), None)
    if labels is None:
        known = ", ".join(f.name for f in matter.coding_fields)
        raise SecondChairError(f"no coding field {field!r}: use one of {known}")
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file, strict=True))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise SecondChairError(f"{path.name}: cannot be read as CSV ({error})") from None
    items: dict[str, Item] = {}
    for line, row in enumerate(rows, 2):
        name, first = (row.get("id") or "").strip(), (row.get("call") or "").strip()
        if not name or name in items:
            raise SecondChairError(
                f"{path.name}:{line}: {'duplicate' if name else 'no'} id {name!r}: each document once"
            )
        if kind == "qc" and first not in labels:
            raise SecondChairError(
                f"{path.name}:{line}: call {first!r} is no choice of {field!r}: use one of {list(labels)}"
            )
        told = [
            f"{key}: {value}" for key, value in row.items() if key not in ("id", "call") and value
        ]
        items[name] = Item(
            id=name, shown="\n".join(map(str, told)) or name, labels=labels, first=first or None
        )
    if not items:
        raise SecondChairError(
            f"{path.name}: has no rows: a header with 'id', then one document a line"
        )
    return list(items.values())


def draw_sample(
    items: Sequence[Item], kind: Kind, matter: str, source: str, n: int, seed: int
) -> Draw:
    """A simple random sample, ready to be sealed."""
    drawn = simple(items, n, seed)
    whole = fingerprint_of([item.id for item in items])
    return Draw(
        kind=kind,
        matter=matter,
        source=source,
        seed=seed,
        size=len(items),
        population=whole,
        items=drawn,
    )


def elusion(draw: Draw, calls: dict[str, str], sought: str, found: int | None) -> Elusion:
    """How much of the set aside is `sought` after all; recall where `found` says how many were found."""
    n = len(calls)
    hits = sum(sought in call.split("; ") for call in calls.values())
    low, high = wilson(hits, n)
    # recall's bounds: two-sided 95 %, each side Clopper-Pearson at 2.5 %
    rates = (hits / n, lower(hits, n, 0.025), upper(hits, n, 0.025))
    missed = (rates[0] * draw.size, rates[1] * draw.size, rates[2] * draw.size)
    return Elusion(
        n=n, hits=hits, rate=rates[0], low=low, high=high, bound=upper(hits, n), size=draw.size, missed=missed,
        recall=_recall(found, missed) if found is not None else None,
    )  # fmt: skip


def _recall(found: int, missed: tuple[float, float, float]) -> tuple[float, float, float]:
    point, least, most = (found / (found + m) if found + m else 1.0 for m in missed)
    return point, most, least


def overturns(draw: Draw, calls: dict[str, str]) -> Overturns:
    """How many first calls a blind second one overturns."""
    first = {item.id: item.first or "" for item in draw.items}
    changed: dict[str, int] = {}
    for item, second in calls.items():
        if first[item] != second:
            name = f"{first[item]} -> {second}"
            changed[name] = changed.get(name, 0) + 1
    hits, n = sum(changed.values()), len(calls)
    low, high = wilson(hits, n)
    both = kappa([first[i] for i in calls], list(calls.values()))
    return Overturns(
        n=n, hits=hits, low=low, high=high, kappa=both, changed=dict(sorted(changed.items()))
    )
