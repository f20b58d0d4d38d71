"""How the assistant serves a matter, from its ledger: what was asked, what became of it, where the playbook is silent.

Rulings and votes are read where their rooms have tables in the same database; a figure that nothing bears
out is left out, not put at nought.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

from assistant.ledger import Entry
from assistant.types import Matter, Noun
from evals.intervals import wilson
from evals.rooms import Ruled, Vote

ALIKE = 0.5  # cosine from which two silent questions are one topic
OWN = ("evals",)
BY_HAND = "Opened by hand."  # put to a lane without asking the assistant
NOTHING = "Nothing in the playbook"  # how the composer says that the playbook is silent
KINDS = ("answer", "draft", "clarify", "escalate", "refuse", "outage")
Embed = Callable[[list[str]], Any]


class Share(Noun):
    """`hits` of `n` with Wilson's 95 % range."""

    hits: int
    n: int
    low: float
    high: float


class Topic(Noun):
    """Silent questions that are alike: their words in common, and their ledger numbers."""

    words: tuple[str, ...]
    n: int
    entries: tuple[int, ...]


class Week(Noun):
    """One ISO week's counts by outcome."""

    week: str
    counts: dict[str, int]


class Operations(Noun):
    """A matter's figures over a span. `inside`: rulings inside their target among those due by then."""

    matter: str
    title: str
    playbook_version: str
    since: datetime | None
    until: datetime | None
    questions: int
    outcomes: dict[str, Share]
    chosen: Share | None
    incidents: Share
    weeks: tuple[Week, ...]
    rights: dict[str, int]
    silent: int
    topics: tuple[Topic, ...]
    again: Share
    rulings: int | None = None
    inside: Share | None = None
    ruling_hours: float | None = None
    overturned: Share | None = None
    helpful: Share | None = None
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Beside:
    """What other rooms tell; None where they are not in use."""

    rulings: Sequence[Ruled] | None = None
    votes: Sequence[Vote] | None = None


Span = tuple[datetime | None, datetime | None]


def operations(
    matter: Matter,
    entries: Iterable[Entry],
    embed: Embed | None,
    beside: Beside,
    span: Span = (None, None),
) -> Operations:
    """The figures of entries in [since, until), the two ends of `span`."""
    rulings, votes, (since, until) = beside.rulings, beside.votes, span
    kept = [
        e for e in entries if e.asker not in OWN and e.kind in KINDS and _within(e.at, since, until)
    ]
    asked = [e for e in kept if not _affirmed(e) and _reply(e).get("why") != BY_HAND]
    outcomes = Counter(e.kind for e in asked)
    silent = [e for e in asked if _silent(e)]
    told = (
        {} if rulings is None else _of_rulings([r for r in rulings if _within(r.at, since, until)])
    )
    liked = [v for v in votes or () if _within(v.at, since, until)]
    return Operations(
        matter=matter.id,
        title=matter.title,
        playbook_version=matter.playbook_version,
        since=since,
        until=until,
        questions=len(asked),
        outcomes={k: share(outcomes[k], len(asked)) for k in KINDS if outcomes[k]},
        chosen=_chosen(kept, outcomes["clarify"]),
        incidents=share(sum(_incident(e) for e in asked), len(asked)),
        weeks=_weeks(asked),
        rights=dict(Counter(e.right for e in asked if e.right and e.kind in ("refuse", "escalate")).most_common()),
        silent=len(silent),
        topics=topics(silent, embed) if embed else (),
        again=_again(asked),
        helpful=share(sum(v.up for v in liked), len(liked)) if votes is not None else None,
        missing=_missing(rulings, votes, asked),
        **told,
    )  # fmt: skip


def share(hits: int, n: int) -> Share:
    """With its range."""
    low, high = wilson(hits, n)
    return Share(hits=hits, n=n, low=low, high=high)


def _within(at: datetime, since: datetime | None, until: datetime | None) -> bool:
    return (since is None or at >= since) and (until is None or at < until)


def _reply(entry: Entry) -> dict[str, Any]:
    told: dict[str, Any] = (entry.content or {}).get("reply") or {}
    return told


def _affirmed(entry: Entry) -> bool:
    """An answer from a branch: the second half of a question that was counted already."""
    return bool(_reply(entry).get("affirmed"))


def _incident(entry: Entry) -> bool:
    return bool(_reply(entry).get("incident"))


def _silent(entry: Entry) -> bool:
    """Escalated because nothing settles it: not for a right, a rule that says so, a failed check or an incident."""
    return entry.kind == "escalate" and str(_reply(entry).get("why", "")).startswith(NOTHING)


def _chosen(kept: Sequence[Entry], clarified: int) -> Share | None:
    """Branches picked, among replies that offered some."""
    picked = sum(_affirmed(e) for e in kept)
    return share(min(picked, clarified), clarified) if clarified else None


def _again(asked: Sequence[Entry]) -> Share:
    """Rework: questions that the same person had put before, word for word."""
    seen: set[tuple[str, str]] = set()
    twice = 0
    for entry in asked:
        text = " ".join(str((entry.content or {}).get("text") or "").lower().split())
        key = (entry.asker, text)
        twice += bool(text) and key in seen
        seen.add(key)
    return share(twice, len(asked))


def _weeks(asked: Sequence[Entry]) -> tuple[Week, ...]:
    found: dict[str, Counter[str]] = {}
    for entry in asked:
        year, week, _ = entry.at.isocalendar()
        found.setdefault(f"{year}-W{week:02}", Counter())[entry.kind] += 1
    return tuple(Week(week=name, counts=dict(counts)) for name, counts in sorted(found.items()))


def _of_rulings(rulings: Sequence[Ruled]) -> dict[str, Any]:
    ruled = [r for r in rulings if r.hours is not None]
    due = [r for r in rulings if r.due]
    hours = [r.hours for r in ruled if r.hours is not None]
    return {
        "rulings": len(ruled),
        "inside": share(sum(r.inside for r in due), len(due)),
        "ruling_hours": float(np.median(hours)) if hours else None,
        "overturned": share(sum(r.overturned for r in ruled), len(ruled)),
    }


def _missing(rulings: object, votes: object, asked: Sequence[Entry]) -> tuple[str, ...]:
    told = (
        [] if rulings is not None else ["no case of a lane yet: no time to ruling and no overturns"]
    )
    told += [] if votes is not None else ["no votes in this database: no feedback"]
    gone = sum(e.content is None for e in asked)
    told += (
        [f"the content of {gone} entries is gone: topics, incidents and rework leave them out"]
        if gone
        else []
    )
    return tuple(told)


def topics(silent: Sequence[Entry], embed: Embed) -> tuple[Topic, ...]:
    """Silent questions clustered by likeness (average linkage), largest first, named by their words in common."""
    texts = [
        str((e.content or {}).get("ask") or (e.content or {}).get("text") or "") for e in silent
    ]
    kept = [(e, t) for e, t in zip(silent, texts, strict=True) if t.strip()]
    if not kept:
        return ()
    labels = _clusters(np.vstack([np.asarray(embed([t[:600]]))[0] for _, t in kept]))
    groups: dict[int, list[tuple[Entry, str]]] = {}
    for label, row in zip(labels, kept, strict=True):
        groups.setdefault(label, []).append(row)
    found = [
        Topic(
            words=_words([t for _, t in rows], texts),
            n=len(rows),
            entries=tuple(e.seq for e, _ in rows),
        )
        for rows in groups.values()
    ]
    return tuple(sorted(found, key=lambda topic: (-topic.n, topic.entries)))


def _clusters(vectors: Any) -> list[int]:
    if len(vectors) < 2:
        return [0] * len(vectors)
    from sklearn.cluster import AgglomerativeClustering

    made = AgglomerativeClustering(
        n_clusters=None, distance_threshold=1 - ALIKE, metric="cosine", linkage="average"
    )
    return [int(label) for label in made.fit_predict(vectors)]


def _words(texts: Sequence[str], everything: Sequence[str]) -> tuple[str, ...]:
    """The words that tell these texts from the rest: up to four, most telling first."""
    from retrievers.find import ASKING
    from retrievers.words import stems

    inside, outside = (
        Counter(w for t in texts for w in _plain(t)),
        Counter(w for t in everything for w in _plain(t)),
    )
    telling = {w: n * n / outside[w] for w, n in inside.items() if not stems(w) <= ASKING}
    return tuple(sorted(telling, key=lambda w: (-telling[w], w))[:4])


def _plain(text: str) -> set[str]:
    return set(re.findall(r"[a-z][a-z'-]{3,}", text.lower()))
