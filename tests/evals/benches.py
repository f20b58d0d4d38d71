"""The small matter of the other tests with a suite, and stand-ins for what a run is made of."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from assistant.settings import Settings
from assistant.setup import open_desk
from evals.limits import limits_of
from evals.run import Bench
from evals.runner import apart
from evals.store import Store
from evals.types import Case, Cited, Expect, Offer, Score, Seen

SUITE = """\
suite: harbor-basics
matter: harbor
cases:
  - id: q1
    ask: all-hands newsletter with a line about the pump. responsive?
    expect: {outcome: answer, calls: {responsiveness: Not Responsive}, cites_any: [RESP-01, EX-003]}
  - id: q2
    ask: publicity firm on the mail, marketing hired them, our lawyer in copy. priv?
    expect:
      outcome: answer
      calls: {privilege: [Not Privileged]}
      cites_any: [PRIV-01]
    section: PRIV-01
  - id: q3
    ask: did we waive privilege by sending this to the other side?
    never: true
    expect: {outcome: refuse, right: waiver}
    tags: [out-of-rights]
  - id: q4
    ask: the union wrote to us about shifts. responsive?
    expect: {outcome: escalate, lane: protocol, cites_any: [RESP-02]}
    also_right: [{outcome: clarify, cites_any: [RESP-02]}]
"""


def case(
    outcome: str = "answer", calls: dict[str, str] | None = None, cites: str = "", **more: Any
) -> Case:
    """A case in few words."""
    about = {k: more.pop(k) for k in ("right", "lane") if k in more}
    given = {"outcome": outcome, "calls": calls or {}, "cites_any": cites.split(), **about}
    return Case(**{"id": "q", "ask": "?", "expect": Expect.model_validate(given), **more})


def cited(source: str, **more: bool) -> Cited:
    """A citation that holds unless told otherwise."""
    rungs = {"parses": True, "resolves": True, "there": True, **more}
    return Cited(id=source, source="playbook/a.md", start=0, end=9, **rungs)


def seen(outcome: str, calls: dict[str, str] | None = None, **more: Any) -> Seen:
    """A reply in few words: `offers` as (source, field, choice), `cites` as ids."""
    offers = tuple(Offer(source=s, calls={f: (c,)}) for s, f, c in more.pop("offers", ()))
    cites = tuple(cited(i) for i in more.pop("cites", "").split())
    said = {f: (c,) for f, c in (calls or {}).items()}
    return Seen(outcome=outcome, calls=said, offers=offers, **{"cited": cites, **more})


def share(name: str, hits: int, n: int, better: str = "high") -> Score:
    """A yes/no score with its range."""
    from evals.intervals import wilson

    low, high = wilson(hits, n)
    values = {f"c{i}": float(i < hits) for i in range(n)}
    return Score(
        name=name, title=name, better=better, n=n, hits=hits, point=hits / n, low=low, high=high,
        method="Wilson 95 %", values=values,
    )  # fmt: skip


def bench_of(folder: Path, home: Path, url: str) -> Bench:
    """A real desk of the matter in `folder`, the shipped limits, and a run store of its own."""
    settings = Settings(home=home)
    desk = apart(open_desk(folder, settings), settings)
    return Bench(desk, settings, limits_of(folder, None), Store(url))
