"""What the rails add to a warm answer, in one run: intake and output rails against all the rest.

python -m benchmarks.rails_cost
"""

from __future__ import annotations

import dataclasses
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from assistant.pipeline import reply_to
from assistant.settings import Settings
from assistant.setup import open_desk
from assistant.types import Message
from benchmarks.speed import MERIDIAN, clear, link_models, questions


class Clock:
    """A callable of the desk with the milliseconds of its last call."""

    def __init__(self, inner: Callable[..., Any]) -> None:
        self.inner, self.ms = inner, 0.0

    def __call__(self, *args: Any) -> Any:
        started = time.perf_counter()
        result = self.inner(*args)
        self.ms = (time.perf_counter() - started) * 1000
        return result


def main() -> None:
    """Ask every covered question three times; the first round warms."""
    with tempfile.TemporaryDirectory() as home:
        settings = Settings(home=Path(home))
        link_models(settings)
        desk = open_desk(MERIDIAN, settings)
        take_in, verify = Clock(desk.take_in), Clock(desk.verify)
        timed = dataclasses.replace(desk, take_in=take_in, verify=verify)
        whole, output, both = [], [], []
        for turn in range(3):
            for text in questions():
                verify.ms = take_in.ms = 0.0
                recorded = reply_to(Message(text=text, role="reviewer"), timed)
                clear(desk)
                if turn and verify.ms:
                    whole.append(recorded.ms)
                    output.append(verify.ms)
                    both.append(verify.ms + take_in.ms)
    rest = statistics.median(w - b for w, b in zip(whole, both, strict=True))
    for name, part in (("output rails", output), ("output rails and intake", both)):
        added = statistics.median(part)
        print(
            f"{name}: p50 {added:.2f} ms, {added / rest:.0%} of the {rest:.1f} ms that the rest takes"
        )
    print(f"whole answer p50 {statistics.median(whole):.1f} ms, n {len(whole)}")


if __name__ == "__main__":
    main()
