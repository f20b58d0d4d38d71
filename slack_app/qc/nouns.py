"""What `/evals` may be asked for, and what came of it: ids and fixed words only, kept with the job."""

from __future__ import annotations

from typing import Literal

from assistant.types import Noun

Deed = Literal["run", "last", "compare", "panel", "close", "questions"]


class Wanted(Noun):
    """One asking. `runs`: two run numbers; `panel`: Slack ids of raters; `n`: items; `draw`: a session's number."""

    deed: Deed
    suite: str | None = None
    runs: tuple[int, ...] = ()
    n: int = 0
    seed: int | None = None
    panel: tuple[str, ...] = ()
    draw: int = 0


class Found(Noun):
    """What to show: a run, two beside each other, a panel opened, closed or put to its lanes, a sentence."""

    kind: Literal["run", "comparison", "panel", "closed", "questions", "notice"]
    matter: str | None = None
    number: int = 0
    before: int = 0
    outcome: str | None = None
    text: str | None = None
