"""Cases through the very pipeline that users get, several at once; the only file that knows pydantic-evals."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from assistant.desk import Desk, Find
from assistant.pipeline import reply_to
from assistant.record import Recorder
from assistant.settings import Settings
from assistant.types import Evidence, Message, Question
from evals.seeing import see
from evals.types import Case, Seen

Step = Callable[[int, int], None]
WORKERS = 4


def apart(desk: Desk, settings: Settings) -> Desk:
    """The same desk, recording into a ledger of the evals' own: the matter's record stays its users'.
    Its `close` frees that ledger and leaves the desk as it is."""
    home = settings.folder / "evals"
    own = settings.model_copy(update={"home": home, "database_url": None})
    recorder = Recorder.open(desk.matter, own)
    close = recorder.ledger.close
    return replace(desk, record=recorder.record, recall=recorder.recall, close=close)


def role_of(case: Case, desk: Desk) -> str | None:
    """The case's role; `reviewer`, the format's default, falls back to the matter's own."""
    matter = desk.matter
    role = case.role or "reviewer"
    return matter.default_role if role == "reviewer" and role not in matter.roles else role


def ask(case: Case, desk: Desk) -> Seen:
    """One case asked and seen. Never raises: what breaks is seen as broken."""
    message = Message(text=case.ask, asker="evals", role=role_of(case, desk), channel=case.channel)
    search = _Watched(desk.find)
    recorded = reply_to(message, replace(desk, find=search))
    return see(recorded, _evidence(message, desk, search), desk.matter)


class _Watched:
    """The desk's search, keeping what it found for this one case."""

    def __init__(self, find: Find) -> None:
        self._find = find
        self.found: dict[Question, Evidence] = {}

    def __call__(self, question: Question) -> Evidence:
        return self.found.setdefault(question, self._find(question))


def _evidence(message: Message, desk: Desk, search: _Watched) -> Evidence | None:
    """What the search finds for the whole question, also where the pipeline stopped before it."""
    try:
        question = desk.take_in(message)
        return search.found.get(question) or desk.find(question)
    except Exception:  # the pipeline has met the same and made an incident of it
        return None


def run_cases(
    cases: Sequence[Case],
    desk: Desk,
    *,
    repeats: int = 1,
    workers: int = WORKERS,
    step: Step | None = None,
) -> dict[str, tuple[Seen, ...]]:
    """Every case asked `repeats` times, at most `workers` at once; replies by case id, in order.
    A `step` that raises ends it: no further case is asked, and what it raised comes out."""
    os.environ["OTEL_SDK_DISABLED"] = "true"
    from pydantic_evals import Case as Row
    from pydantic_evals import Dataset

    asking = _Asking(desk, len(cases) * repeats, step)
    rows = [Row[Case, Seen, None](name=case.id, inputs=case) for case in cases]
    data = Dataset[Case, Seen, None](name="suite", cases=rows)
    report = asyncio.run(
        data.evaluate(asking.ask, max_concurrency=workers, progress=False, repeat=repeats)
    )
    if asking.ended is not None:
        raise asking.ended
    found: dict[str, list[Seen]] = {case.id: [] for case in cases}
    for row in report.cases:
        found[row.inputs.id].append(row.output)
    for failure in report.failures:
        found[failure.inputs.id].append(Seen(outcome="broken", incident=True))
    return {name: tuple(seen) for name, seen in found.items()}


class _Asking:
    """Cases asked in threads, counted as they come; what a step raised is kept, and nothing is asked after it."""

    def __init__(self, desk: Desk, total: int, step: Step | None) -> None:
        self._desk, self._total, self._step = desk, total, step
        self._done = 0
        self.ended: Exception | None = None

    async def ask(self, case: Case) -> Seen:
        """One case."""
        if self.ended is not None:
            raise self.ended
        seen = await asyncio.to_thread(partial(ask, case, self._desk))
        self._done += 1
        try:
            if self._step:
                self._step(self._done, self._total)
        except Exception as error:
            self.ended = error
            raise
        return seen
