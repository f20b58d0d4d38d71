"""Answers on the demo matter's development suite before and after 30 rulings, and on 30 later questions like them.

    python -m benchmarks.lanes_bank

The rulings are `benchmarks/lanes/rulings.yaml`; they go into a copy of the matter's bank as an approval writes them.
"""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import yaml

from assistant.desk import Desk
from assistant.lanes.bank import NewRow, add
from assistant.matter.palette import Palette
from assistant.pipeline import reply_to
from assistant.settings import read_settings
from assistant.setup import open_desk
from assistant.types import Message, Reply
from evals.intervals import share

ROOT = Path(__file__).parent.parent
MATTER = ROOT / "examples" / "meridian"
KINDS = ("covered", "uncovered", "out-of-rights", "no-facts", "mixed")


def main() -> None:
    """Print the tables."""
    rulings = yaml.safe_load((ROOT / "benchmarks/lanes/rulings.yaml").read_text("utf-8"))
    cases = yaml.safe_load((MATTER / "evals/development.yaml").read_text("utf-8"))["cases"]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(shutil.copytree(MATTER, Path(name) / "meridian"))
        settings = read_settings().model_copy(
            update={"database_url": f"sqlite:///{name}/own.sqlite"}
        )
        before = open_desk(folder, settings)
        old, old_again = asked(before, cases), later(before, rulings)
        ids = [ruled(folder, before, n, each) for n, each in enumerate(rulings, 1)]
        after = open_desk(folder, settings)
        new, new_again = asked(after, cases), later(after, rulings)
    _suite(cases, old, new, rulings)
    _later(rulings, ids, old_again, new_again)


def asked(desk: Desk, cases: list[dict[str, Any]]) -> list[Reply]:
    """Each case's reply."""
    role = desk.matter.default_role
    return [
        reply_to(Message(text=str(c["ask"]), role=c.get("role") or role), desk).reply for c in cases
    ]


def later(desk: Desk, rulings: list[dict[str, str]]) -> list[Reply]:
    """The replies to the later questions."""
    role = desk.matter.default_role
    return [reply_to(Message(text=each["again"], role=role), desk).reply for each in rulings]


def ruled(folder: Path, desk: Desk, number: int, ruling: dict[str, str]) -> str:
    """One ruling in the bank; its exemplar's id."""
    row = NewRow(
        facts=ruling["facts"],
        calls=ruling["calls"],
        rationale="Ruled in its lane.",
        rules=(),
        decided_by="U0CHIDI",
        decided_on="2026-11-24",
        mark=f"C-{number:04d}.1",
        playbook_version=desk.matter.playbook_version,
        approved_by="U0DANA",
    )
    return add(folder, row, Palette(desk.matter.coding_fields, desk.matter.lanes))


def _calls(reply: Reply) -> set[tuple[str, str]]:
    return {(c.field, c.choice) for c in getattr(reply, "calls", ())}


def _offered(reply: Reply) -> list[str]:
    return [b.source for b in getattr(reply, "branches", ())] or [
        c.id for c in getattr(reply, "citations", ())
    ]


def _good(case: dict[str, Any], reply: Reply) -> bool:
    """Is every gold call asserted, or among the branches offered? A refusal or lane as expected?"""
    gold = case["expect"].get("calls") or {}
    wanted = {(f, c) for f, cs in gold.items() for c in (cs if isinstance(cs, list) else [cs])}
    if not wanted:
        return reply.kind == case["expect"]["outcome"]
    offered = {(c.field, c.choice) for b in getattr(reply, "branches", ()) for c in b.calls}
    return wanted <= (_calls(reply) | offered)


def _suite(
    cases: list[dict[str, Any]],
    old: list[Reply],
    new: list[Reply],
    rulings: list[dict[str, str]],
) -> None:
    """The first rulings are on the suite's uncovered cases, in their order: once ruled, their call counts."""
    kinds = [
        next((k for k in KINDS if k in c.get("tags", ())), c["expect"]["outcome"]) for c in cases
    ]
    open_ = [n for n, kind in enumerate(kinds) if kind == "uncovered"]
    since = {n: _as_ruled(cases[n], ruling) for n, ruling in zip(open_, rulings, strict=False)}
    was = [_good(case, reply) for case, reply in zip(cases, old, strict=True)]
    now = [_good(since.get(n, case), new[n]) for n, case in enumerate(cases)]
    print("development suite: gold or ruled call asserted or offered, or outcome as expected")
    for kind in sorted(set(kinds)):
        mine = [n for n, k in enumerate(kinds) if k == kind]
        moved = Counter((old[n].kind, new[n].kind) for n in mine if old[n].kind != new[n].kind)
        told = ", ".join(f"{a}→{b} {n}" for (a, b), n in moved.items()) or "none moved"
        good = [share(sum(flags[n] for n in mine), len(mine)) for flags in (was, now)]
        lost = [cases[n]["id"] for n in mine if was[n] and not now[n]]
        print(f"  {kind}: {good[0]} → {good[1]}; {told}; lost {', '.join(lost) or 'none'}")
    wrong = [
        sum(r.kind == "answer" and not ok for r, ok in zip(*pair, strict=True))
        for pair in ((old, was), (new, now))
    ]
    print(f"  wrong answers: {wrong[0]} → {wrong[1]} of {len(cases)}")


def _as_ruled(case: dict[str, Any], ruling: dict[str, str]) -> dict[str, Any]:
    field, _, choice = ruling["calls"].partition("=")
    return {**case, "expect": {"outcome": "answer", "calls": {field: choice}}}


def _later(
    rulings: list[dict[str, str]], ids: list[str], old: list[Reply], new: list[Reply]
) -> None:
    first = sum((_offered(r) or [""])[0] == name for r, name in zip(new, ids, strict=True))
    there = sum(name in _offered(r) for r, name in zip(new, ids, strict=True))
    print(
        f"later questions: their ruling first {share(first, len(ids))}, shown {share(there, len(ids))}"
    )
    print(f"  outcomes {dict(Counter(r.kind for r in old))} → {dict(Counter(r.kind for r in new))}")
    wanted = [tuple(each["calls"].split("=", 1)) for each in rulings]
    wrong = sum(r.kind == "answer" and w not in _calls(r) for r, w in zip(new, wanted, strict=True))
    print(f"  answered otherwise than ruled: {wrong}")


if __name__ == "__main__":
    main()
