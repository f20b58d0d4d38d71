"""How many questions are read, and what that costs: whole answers warm, by whether likeness left doubt.

python -m benchmarks.doubt [MATTER ...]      # default: the demo matter and those of benchmarks/held_out/
"""

from __future__ import annotations

import statistics
import sys
from collections.abc import Sequence
from pathlib import Path

from assistant.pipeline import reply_to
from assistant.settings import read_settings
from assistant.setup import open_desk
from assistant.types import Message
from benchmarks.cases import cases_of
from benchmarks.speed import MERIDIAN, ROOT, clear, questions, timed

HELD_OUT = sorted((ROOT / "benchmarks/held_out").iterdir())


def main() -> None:
    """Print a line a matter."""
    for folder in [Path(name) for name in sys.argv[1:]] or [MERIDIAN, *HELD_OUT]:
        desk = open_desk(folder, read_settings())
        find = desk.find
        times: dict[bool, list[float]] = {True: [], False: []}
        for case in cases_of(folder, desk.matter):
            if case.kind in ("covered", "uncovered"):
                told = find.scored(case.searched).told  # type: ignore[attr-defined]
                clear(desk)
                took = timed(reply_to, Message(text=case.text, role="reviewer"), desk)
                times[bool(told) and find._weights.doubtful(told)].append(took)  # type: ignore[attr-defined]
        both = times[True] + times[False]
        print(
            f"{folder.name}: {len(times[True])} of {len(both)} questions read; p50 {middle(both):.0f} ms, "
            f"read {middle(times[True]):.0f} ms, not read {middle(times[False]):.0f} ms",
            flush=True,
        )


def first() -> None:
    """Print the demo matter's first covered question whose pages are read."""
    find = open_desk(MERIDIAN, read_settings()).find
    told = ((text, find.scored(text).told) for text in questions())  # type: ignore[attr-defined]
    print(next(text for text, row in told if row and find._weights.doubtful(row)))  # type: ignore[attr-defined]


def middle(times: Sequence[float]) -> float:
    """The median in milliseconds; 0 of none."""
    return statistics.median(times) if times else 0.0


if __name__ == "__main__":
    main()
