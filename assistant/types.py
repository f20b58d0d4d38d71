"""Every noun that crosses a folder, as a frozen pydantic model; imports nothing of ours."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Noun(BaseModel):
    """Base of every type here: frozen, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


# --- the matter ---------------------------------------------------------------------------------


class CodingField(Noun):
    """One field of the coding palette."""

    name: str
    choices: tuple[str, ...] = Field(min_length=1)
    multiple: bool = False


class Lane(Noun):
    """Where a person decides."""

    name: str
    owner: str
    target_hours: float = Field(gt=0)
    covers: tuple[str, ...] = ()
    channel: str | None = None


class Right(Noun):
    """A decision right: a kind of task, what the assistant may do with it, and who holds it."""

    id: str
    task: str
    assistant: Literal["answer", "draft", "escalate", "refuse"]
    accountable: str
    requesters: tuple[str, ...] = ()
    lane: str | None = None
    reference: str | None = None
    asks: tuple[str, ...] = ()


class Call(Noun):
    """A choice for a coding field, with the rule or exemplar that bears it out."""

    field: str
    choice: str
    source: str
    condition: str | None = None


class Branch(Noun):
    """One way through a rule: a condition (None: the rule fixes it outright) and what follows.

    `calls` is empty where the branch leads to a `lane`. `start` and `end` are character offsets of
    the branch's line (or an exemplar's facts) in the file `source_file`; `quote` is what stands there.
    """

    source: str
    condition: str | None
    calls: tuple[Call, ...] = ()
    lane: str | None = None
    quote: str
    source_file: str
    start: int
    end: int


class Rule(Noun):
    """A passage of the playbook: a rule with an id, or a section cited by file and heading.

    `text` is exactly the file's characters `start` to `end`, its heading line included. `nested`
    names the rules whose text stands inside this one's.
    """

    id: str
    kind: Literal["rule", "section"]
    title: str
    text: str
    source: str
    start: int
    end: int
    line: int
    page: int | None = None
    branches: tuple[Branch, ...] = ()
    see: tuple[str, ...] = ()
    nested: tuple[str, ...] = ()


class Exemplar(Noun):
    """A decided document: facts, calls, and the ruling behind them.

    `start` and `end` are character offsets of `quote` (facts, or the part of them that stands
    letter for letter in the file) in `source`.
    """

    id: str
    facts: str
    calls: tuple[Call, ...]
    rationale: str
    rules: tuple[str, ...]
    decided_by: str
    decided_on: str
    status: Literal["active", "superseded"]
    source: str
    quote: str
    start: int
    end: int
    line: int


class Matter(Noun):
    """A matter folder, loaded and checked. `files` maps a path in the folder to its whole text."""

    id: str
    title: str
    playbook_version: str
    coding_fields: tuple[CodingField, ...]
    roles: tuple[str, ...]
    people: dict[str, tuple[str, ...]] = {}
    default_role: str | None = None
    channels: tuple[str, ...] = ()
    lanes: tuple[Lane, ...] = ()
    retention_days: int | None = None
    rights: tuple[Right, ...]
    default: Literal["refuse", "escalate"] = "refuse"
    rules: tuple[Rule, ...]
    exemplars: tuple[Exemplar, ...] = ()
    files: dict[str, str] = Field(default={}, repr=False)
    folder: str
    content_hash: str


# --- a question and what is found for it --------------------------------------------------------


class Message(Noun):
    """What came in: the raw text, who asks, in what role (from the matter, never from the text).

    `key` is the sender's own id of this message: by it an entry is found again after a crash.
    """

    text: str
    asker: str = "cli"
    role: str | None = None
    channel: str | None = None
    key: str | None = None


class Question(Noun):
    """A message taken in: what the asker says (`ask`) apart from what they paste (`quoted`).

    `decoded` holds further readings (base64, ROT13 …) that are judged but never searched; `notes` name
    what was undone or ignored on the way in, for the ledger and the reply.
    """

    ask: str
    quoted: tuple[str, ...] = ()
    decoded: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    asker: str = "cli"
    role: str | None = None
    channel: str | None = None


class Ruling(Noun):
    """Whose right a question touches, and what the assistant may therefore do.

    `right` is None where no right covers it (the matter's default then decides). `refused` holds the
    forbidden part of a mixed question whose other part may be answered; `ask` is that other part.
    """

    outcome: Literal["answer", "draft", "escalate", "refuse"]
    right: Right | None
    owner: str
    why: str
    lane: str | None = None
    refused: Right | None = None
    ask: str | None = None
    facts_given: bool = True
    scores: dict[str, float] = {}


class FoundRule(Noun):
    """A rule with its score: the difference of two inside one Evidence is about the log odds that one governs, not the other."""

    rule: Rule
    score: float


class FoundExemplar(Noun):
    """An active exemplar with its cosine likeness to the question, in [-1, 1]."""

    exemplar: Exemplar
    score: float


class Evidence(Noun):
    """What was found, best first. `covered` is the calibrated probability in [0, 1] that the
    playbook speaks to the question; `sure` that the first rule governs it."""

    rules: tuple[FoundRule, ...] = ()
    exemplars: tuple[FoundExemplar, ...] = ()
    covered: float = 0.0
    sure: float = 0.0
    scores: dict[str, float] = {}


# --- a draft and a reply ------------------------------------------------------------------------


class Citation(Noun):
    """Text found in a source: `quote` stands at characters `start` to `end` of the file `source`; a
    ruling's stands in the ledger, and its `source` names the lane."""

    kind: Literal["rule", "section", "exemplar", "ruling"]
    id: str
    quote: str
    source: str
    start: int
    end: int
    page: int | None = None


class Claim(Noun):
    """One sentence of a draft with the quote it rests on."""

    text: str
    citation: Citation


class Counterpoint(Noun):
    """What speaks against a call: the strongest provision that points the other way."""

    text: str
    citation: Citation


class Draft(Noun):
    """What a composer proposes, before verification: it never decides whether it may be said."""

    kind: Literal["answer", "clarify", "escalate", "draft"]
    text: str
    calls: tuple[Call, ...] = ()
    claims: tuple[Claim, ...] = ()
    branches: tuple[Branch, ...] = ()
    counterpoints: tuple[Counterpoint, ...] = ()
    lane: str | None = None
    why: str | None = None
    confidence: float = 0.0
    composer: str = "extractive"
    affirmed: str | None = None


class Base(Noun):
    """What every reply carries: the right, its owner, why, and a text to show."""

    text: str
    right: str | None = None
    owner: str | None = None
    why: str | None = None
    notes: tuple[str, ...] = ()
    composer: str = "extractive"


class Answer(Base):
    """A call per field, with the citations that bear it out. `kind` is `draft` where the right only
    lets the assistant draft: the owner approves before anyone relies on it."""

    kind: Literal["answer", "draft"] = "answer"
    calls: tuple[Call, ...] = ()
    citations: tuple[Citation, ...] = Field(min_length=1)
    counterpoints: tuple[Counterpoint, ...] = ()
    confidence: float = Field(ge=0.0, le=1.0)
    affirmed: str | None = None
    refused: str | None = None


class Clarification(Base):
    """The governing rules' branches for the asker to choose from, or the facts that are missing."""

    kind: Literal["clarify"] = "clarify"
    branches: tuple[Branch, ...] = ()
    citations: tuple[Citation, ...] = ()
    counterpoints: tuple[Counterpoint, ...] = ()
    confidence: float = Field(default=0.0, ge=0.0, le=1.0)
    refused: str | None = None


class Escalation(Base):
    """A person decides, in `lane`; `citations` are what was found on the way."""

    kind: Literal["escalate"] = "escalate"
    lane: str | None
    citations: tuple[Citation, ...] = ()
    branches: tuple[Branch, ...] = ()
    incident: str | None = None
    refused: str | None = None


class Refusal(Base):
    """Outside the assistant's rights: one sentence why, whose right it is, the way there."""

    kind: Literal["refuse"] = "refuse"
    reference: str | None = None
    way: str | None = None


class Outage(Base):
    """The configured model's provider did not answer; never looks like a refusal."""

    kind: Literal["outage"] = "outage"
    incident: str


Reply = Answer | Clarification | Escalation | Refusal | Outage
