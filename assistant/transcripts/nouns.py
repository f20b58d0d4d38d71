"""The nouns of transcripts, as frozen models: lines as the reporter numbered them, and what a digest holds."""

from __future__ import annotations

from typing import Literal, NamedTuple

from pydantic import Field

from assistant.types import Noun

Section = Literal[
    "cover",
    "appearances",
    "index",
    "testimony",
    "certificate",
    "signature",
    "errata",
    "word-index",
    "other",
]
Kind = Literal["deposition", "trial", "hearing", "argument", "unknown"]


class Word(NamedTuple):
    """A run of characters without space, from `x0` to `x1` across the page (points, or columns)."""

    x0: float
    x1: float
    text: str


class Row(NamedTuple):
    """Words on one baseline; `y` grows down the page (points, or rows of a text file)."""

    y: float
    words: tuple[Word, ...]

    @property
    def text(self) -> str:
        """The words with single spaces."""
        return " ".join(w.text for w in self.words)


class Sheet(NamedTuple):
    """One page of the file, or the whole of a text that has no page breaks."""

    number: int
    rows: tuple[Row, ...]


class Source(NamedTuple):
    """A file as read: its sheets from top to bottom, and what could not be read of it."""

    name: str
    sha256: str
    form: Literal["text", "pdf", "docx", "rtf"]
    sheets: tuple[Sheet, ...]
    problems: tuple[str, ...] = ()


class Line(Noun):
    """One numbered line as printed. `page` and `line` are None where the source prints none.

    `index` counts the lines of the whole file from 0; `volume` is set where pages start over;
    `indent` and `gap` (between the first two words) are in characters; `said` is `text` without its
    speaker's label.
    """

    index: int
    page: int | None
    line: int | None
    text: str
    file_page: int
    section: Section = "other"
    speaker: str | None = None
    label: str | None = None
    volume: int | None = None
    indent: float = 0.0
    gap: float = 1.0
    said: str = ""


class Transcript(Noun):
    """A parsed file: its lines in order, how its layout was read, and what is wrong with it.

    `front` are rows of pages before the first numbered one, that print no line numbers: never cited.
    """

    source: str
    sha256: str
    kind: Kind
    pagination: Literal["printed", "none"]
    lines: tuple[Line, ...]
    front: tuple[Line, ...] = ()
    heads: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


class Caption(Noun):
    """What the cover says; None where it does not. `date` is ISO 8601."""

    court: str | None = None
    title: str | None = None
    docket: str | None = None
    date: str | None = None
    volume: str | None = None
    reporter: str | None = None
    place: str | None = None
    appearances: tuple[dict[str, str], ...] = ()
    rough: bool = False


class Examination(Noun):
    """Who examined, how, and where."""

    by: str
    kind: str
    cites: tuple[str, ...] = ()


class Witness(Noun):
    """A witness, or an advocate in an argument, with the examinations."""

    name: str
    role: str | None = None
    cites: tuple[str, ...] = ()
    examinations: tuple[Examination, ...] = ()


class Entry(Noun):
    """One line of a digest. `quote` stands letter for letter (white space aside) at `cites`."""

    topic: str
    text: str
    cites: tuple[str, ...]
    kind: Literal["testimony", "admission", "denial", "no-recall", "exhibit", "procedure"]
    speaker: Literal["witness", "counsel", "court"]
    quote: str
    flags: tuple[str, ...] = ()
    by: str | None = None
    witness: str | None = None
    dates: tuple[str, ...] = ()
    note: str | None = None


class Exhibit(Noun):
    """An exhibit: where it is first named, where it was marked, what the witness did with it."""

    number: str
    description: str
    first_cite: str | None
    marked: str | None
    cites: tuple[str, ...] = ()
    dealt_with: tuple[dict[str, str], ...] = ()


class Objection(Noun):
    """An objection with its ground as stated; `answered` None where no question was pending."""

    cite: str
    by: str
    ground: str
    answered: bool | None
    ruling: str | None = None


class Event(Noun):
    """Something on the record with a cite: an instruction, a stipulation, a request, a recess …"""

    cite: str
    text: str
    by: str | None = None
    ground: str | None = None


class Erratum(Noun):
    """A change on the errata sheet: what the record says at the cite, and what the witness asks."""

    cite: str
    was: str
    now: str
    reason: str | None = None
    applied: bool = False


class Digest(Noun):
    """The JSON of the contract (docs/transcripts.md): keys are added, never renamed."""

    source: str
    sha256: str
    kind: Kind
    style: str = "page-line"
    pagination: Literal["printed", "none"]
    pages: dict[str, int | None]
    lines: int
    caption: Caption
    witnesses: tuple[Witness, ...] = ()
    advocates: tuple[Witness, ...] = ()
    entries: tuple[Entry, ...] = ()
    exhibits: tuple[Exhibit, ...] = ()
    objections: tuple[Objection, ...] = ()
    instructions: tuple[Event, ...] = ()
    stipulations: tuple[Event, ...] = ()
    requests: tuple[Event, ...] = ()
    recesses: tuple[Event, ...] = ()
    strikes: tuple[Event, ...] = ()
    errata: tuple[Erratum, ...] = ()
    unverified: tuple[dict[str, str], ...] = ()
    problems: tuple[str, ...] = ()
    composer: str = "extractive"
    ledger: int | None = None
    ms: int = Field(default=0, ge=0)
