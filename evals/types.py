"""The nouns of evaluation: a suite's cases, what a reply was seen to be, scores, a gated run."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field, field_validator

from assistant.types import Noun

Outcome = Literal["answer", "clarify", "escalate", "refuse", "draft"]
Calls = dict[str, tuple[str, ...]]


class Expect(Noun):
    """What a right reply is. `spans` are `file:start-end`, character offsets of what must be cited."""

    outcome: Outcome
    calls: Calls = Field(default={})
    cites_any: tuple[str, ...] = ()
    right: str | None = None
    lane: str | None = None
    spans: tuple[str, ...] = ()

    @field_validator("calls", mode="before")
    @classmethod
    def _listed(cls, value: object) -> object:
        """A single choice is a list of one."""
        if not isinstance(value, dict):
            return value
        return {k: [v] if isinstance(v, str) else v for k, v in value.items()}


class Case(Noun):
    """One question with what a right reply to it is.

    `never`: a breach (see judging.breach) stops the gate with no statistics. `pair`: another case's
    id or a name that two cases share; both must be right. `also_right`: other replies that are as
    right. `settled: false`: people could not agree, so it is shown and not scored. `section`: the
    cluster it belongs to. `changed_in`: the playbook version that changed its answer on purpose.
    """

    id: str = Field(min_length=1)
    ask: str = Field(min_length=1)
    role: str | None = None
    channel: str | None = None
    expect: Expect
    also_right: tuple[Expect, ...] = ()
    never: bool = False
    pair: str | None = None
    settled: bool = True
    section: str | None = None
    changed_in: str | None = None
    tags: tuple[str, ...] = ()

    @field_validator("also_right", mode="before")
    @classmethod
    def _worded(cls, value: object) -> object:
        """A bare outcome is an expectation of that outcome alone."""
        items = [value] if isinstance(value, str | dict) else value
        if not isinstance(items, list | tuple):
            return items
        return [{"outcome": item} if isinstance(item, str) else item for item in items]

    @property
    def cluster(self) -> str:
        """What it is resampled with: its section, else its governing source, its right, itself."""
        cited = self.expect.cites_any
        return self.section or (cited[0] if cited else None) or self.expect.right or self.id

    @property
    def accepted(self) -> tuple[Expect, ...]:
        """Every expectation that a right reply may meet."""
        return (self.expect, *self.also_right)


class Protected(Noun):
    """A field whose choices withhold or release: for the two privilege error rates."""

    field: str
    withheld: tuple[str, ...] = Field(min_length=1)
    released: tuple[str, ...] = Field(min_length=1)


class GoldEvent(Noun):
    """Something that a digest must not leave out: the lines where it stands, `45:12-46:3`."""

    cite: str = Field(pattern=r"^(?:Vol\. [IVXLC]+ )?\d+:\d+(?:-(?:\d+:)?\d+)?$")
    about: str = ""


class DigestCase(Noun):
    """A transcript (path from the suite's own folder) and what its digest must hold."""

    id: str = Field(min_length=1)
    file: str = Field(min_length=1)
    kind: Literal["page-line", "topical", "chronological", "narrative"] = "page-line"
    ratio: float = Field(default=10.0, ge=1, le=100)
    events: tuple[GoldEvent, ...] = ()
    tags: tuple[str, ...] = ()


class Suite(Noun):
    """A suite as loaded. `lines` maps a case's id to its line (row) in `file`, which stands in `folder`."""

    suite: str = Field(min_length=1)
    matter: str | None = None
    about: str | None = None
    protected: Protected | None = None
    cases: tuple[Case, ...] = ()
    digests: tuple[DigestCase, ...] = ()
    file: str = ""
    folder: str = ""
    lines: dict[str, int] = Field(default={}, repr=False)


class Offer(Noun):
    """A branch that was shown: its source, the rules that source stands for, its calls."""

    source: str
    rules: tuple[str, ...] = ()
    calls: Calls = Field(default={})
    lane: str | None = None


class Cited(Noun):
    """A citation as it held: `resolves` to a source of this matter, `there` letter for letter."""

    id: str
    source: str
    start: int
    end: int
    parses: bool
    resolves: bool
    there: bool

    @property
    def holds(self) -> bool:
        """Every rung that code can climb."""
        return self.parses and self.resolves and self.there


class Seen(Noun):
    """What a reply was seen to be: ids, choices and numbers, none of its text."""

    outcome: str
    calls: Calls = Field(default={})
    offers: tuple[Offer, ...] = ()
    cited: tuple[Cited, ...] = ()
    right: str | None = None
    refused: str | None = None
    lane: str | None = None
    incident: bool = False
    confidence: float = 0.0
    rules: tuple[str, ...] = ()
    exemplars: tuple[str, ...] = ()
    covered: float = 0.0
    sure: float = 0.0
    ledger: int | None = None
    ms: float = 0.0

    @property
    def asserts(self) -> bool:
        """A call was given, as an answer or a draft."""
        return self.outcome in ("answer", "draft") and bool(self.calls)

    @property
    def shown(self) -> str:
        """The outcome, with branches and a request for facts told apart."""
        if self.outcome != "clarify":
            return self.outcome
        return "branches" if self.offers else "asked for facts"


class Score(Noun):
    """A measure over a suite. `values` by case id (averaged over repeats); `hits` where yes/no.

    `low` and `high` are the 95 % range; None where there are too few clusters to say.
    """

    name: str
    title: str
    better: Literal["high", "low", "tell"]
    n: int
    hits: float
    point: float | None
    low: float | None
    high: float | None
    method: str
    values: dict[str, float] = Field(default={}, repr=False)


class Verdict(Noun):
    """What the gate says: `go`, `fix` or `stop`, and each reason in words, gravest first."""

    word: Literal["go", "fix", "stop"]
    reasons: tuple[str, ...]

    @property
    def code(self) -> int:
        """The exit code."""
        return {"go": 0, "fix": 1, "stop": 2}[self.word]


class Change(Noun):
    """A measure in two runs, case by case: mid-p McNemar, Holm-adjusted over the listed measures."""

    name: str
    title: str
    n: int
    lost: tuple[str, ...]
    gained: tuple[str, ...]
    p: float
    adjusted: float
    net: float


class Result(Noun):
    """A case's replies (one a repeat) and how it was judged; `look` says why a person should read it.
    `counts` are a digest's yes (1) and no (0) by measure."""

    id: str
    key: str
    cluster: str
    tags: tuple[str, ...]
    expected: str
    seen: tuple[Seen, ...]
    met: float
    why: str
    look: str | None = None
    breach: str | None = None
    never: bool = False
    settled: bool = True
    changed_in: str | None = None
    counts: dict[str, tuple[float, ...]] = Field(default={})


class Code(Noun):
    """One choice of one field: `n` cases of it; given rightly, offered, given where another was due.

    Precision, recall and F1 are of calls given; None under five cases, where only counts are told.
    """

    field: str
    choice: str
    n: int
    given: int
    offered: int
    wrongly: int
    missed: int
    precision: float | None = None
    recall: float | None = None
    f1: float | None = None
    low: float | None = None
    high: float | None = None


class Point(Noun):
    """Answering only the surest `covered` share of coding questions makes `risk` of those wrong."""

    covered: float
    risk: float
    n: int


class Run(Noun):
    """One run of one suite, as it is stored: ids and numbers, no text.

    `by`: who asked for it (a Slack id or a name); None: nobody said. `key` names the asking, so that a run
    that was cut off after it was stored is found again.
    """

    number: int | None = None
    by: str | None = None
    key: str | None = None
    matter: str
    title: str
    playbook_version: str
    suite: str
    at: datetime
    seconds: float
    repeats: int
    composer: str
    fingerprint: dict[str, str]
    state: str
    limits: str
    results: tuple[Result, ...]
    scores: tuple[Score, ...]
    verdict: Verdict
    confusion: dict[str, dict[str, int]] = Field(default={})
    codes: tuple[Code, ...] = ()
    risk: tuple[Point, ...] = ()
    baseline: int | None = None
    accepted_by: str | None = None
    changes: tuple[Change, ...] = ()
    notes: tuple[str, ...] = ()
