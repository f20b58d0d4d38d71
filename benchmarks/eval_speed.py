"""What a run costs: a whole suite from the command's start to its stored verdict, and how it grows.

    python -m benchmarks.eval_speed MATTER SUITE.yaml

The suite is run as it is, then drawn up to 500, 1,000 and 2,000 cases by asking its cases again under other
ids (the same questions: the search remembers only the last few).
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from assistant.settings import read_settings
from assistant.setup import open_desk
from evals.check import load_suite
from evals.limits import limits_of
from evals.report.page import page
from evals.run import Bench, run_suite
from evals.runner import apart
from evals.types import Suite


def grown(suite: Suite, n: int) -> Suite:
    """The suite's cases again and again up to `n`."""
    rows = suite.cases
    cases = tuple(
        rows[i % len(rows)].model_copy(update={"id": f"{rows[i % len(rows)].id}-{i}"})
        for i in range(n)
    )
    return suite.model_copy(update={"cases": cases})


def main() -> None:
    """Print seconds."""
    folder, file = Path(sys.argv[1]), Path(sys.argv[2])
    started = time.perf_counter()
    settings = read_settings()
    desk = apart(open_desk(folder, settings), settings)
    suite = load_suite(file, desk.matter)
    bench = Bench(desk, settings, limits_of(folder, None))
    opened = time.perf_counter() - started
    for n in (len(suite.cases), 500, 1000, 2000):
        started, busy = time.perf_counter(), time.process_time()
        run = run_suite(suite if n == len(suite.cases) else grown(suite, n), bench)
        asked, busy = time.perf_counter() - started, time.process_time() - busy
        started = time.perf_counter()
        page(run, bench.limits, {c.id: c.ask for c in suite.cases})
        told = time.perf_counter() - started
        each = 1000 * asked / n
        print(
            f"{n:5} cases: opened {opened:.1f} s, asked and judged {asked:.1f} s ({each:.1f} ms a case; {busy:.1f} s of processor), report {told:.1f} s"
        )


if __name__ == "__main__":
    main()
