"""Planted faults found, and false alarms on clean matters: `python -m benchmarks.faults`."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import yaml

from assistant.review.check import review_matter
from assistant.review.finding import Finding
from assistant.review.reading import Embed
from assistant.settings import read_settings
from evals.intervals import wilson
from retrievers.model import open_model

ROOT = Path(__file__).parents[1]
PLANTED = Path(__file__).parent / "faults.yaml"


def plant(folder: Path, fault: dict[str, Any]) -> None:
    """Edit the copy of a matter in `folder`; raises ValueError where the place to edit is not there."""
    every = fault.get("all", False)
    edits = [(fault["file"], fault.get("find"), fault.get("put", ""))]
    edits += [(name, find, put) for name, find, put in fault.get("also", [])]
    for name, find, put in edits:
        path = folder / name
        text = path.read_text("utf-8")
        if find is not None and find not in text and name == fault["file"]:
            raise ValueError(f"{name}: {find[:60]!r} is not there")
        edited = (
            text + fault["add"] if find is None else text.replace(find, put, -1 if every else 1)
        )
        path.write_text(edited, "utf-8")


def found(clean: list[Finding], planted: list[Finding], fault: dict[str, Any]) -> Finding | None:
    """The new finding of a kind that counts, or None."""
    before = {(f.kind, f.what) for f in clean}
    new = [f for f in planted if (f.kind, f.what) not in before]
    return next((f for f in new if f.kind in fault["kinds"]), None)


def main() -> None:
    """Print hits by kind, what was missed, and the warnings of the clean matters."""
    settings = read_settings()
    embed: Embed = open_model(settings.folder, settings.embedding_model, print).embed
    hits: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for name, matter in yaml.safe_load(PLANTED.read_text("utf-8")).items():
        clean = review_matter(ROOT / matter["folder"], embed)[1]
        alarms = [f for f in clean if f.severity != "note"]
        print(f"{name}: {len(matter['faults'])} faults; clean: {len(alarms)} warning(s)")
        for alarm in alarms:
            print(f"    {alarm.kind} {alarm.place}: {alarm.what}")
        for fault in matter["faults"]:
            total[fault["of"]] += 1
            with tempfile.TemporaryDirectory() as place:
                copy = Path(place) / name
                shutil.copytree(ROOT / matter["folder"], copy)
                plant(copy, fault)
                hit = found(clean, review_matter(copy, embed)[1], fault)
            hits[fault["of"]] += hit is not None
            if hit is None:
                print(
                    f"    MISSED {fault['of']}: {(fault.get('put') or fault.get('add', ''))[:90]!r}"
                )
    for kind in total:
        print(f"{kind}: {hits[kind]} of {total[kind]}")
    low, high = wilson(hits.total(), total.total())
    print(f"found {hits.total()} of {total.total()} ({low:.3f}-{high:.3f}) of {len(total)} kinds")


if __name__ == "__main__":
    main()
