"""A digest as parts that every document shows alike: a head, and tables with a title each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from assistant.transcripts.nouns import Digest, Entry, Event, Witness

STYLED = {
    "page-line": "Page-line digest",
    "topical": "Topical digest",
    "chronological": "Chronological digest",
    "narrative": "Narrative digest",
}
HOW = {
    "extractive": (
        "Made without a language model: telling passages are chosen and quoted as they stand, with their "
        "questions; plain yes and no answers are put as statements. It is an index with quotes, not a "
        "lawyer’s narrative. Every cite was re-read from the transcript’s lines."
    ),
    "chat": (
        "Composed by a language model and checked by code: every cite, quote, number, name, negation and "
        "hedge was held against the transcript’s lines; what failed stands under Unverified."
    ),
}


class Cell(NamedTuple):
    """Text, the cites in it (to be linked), and small print under it."""

    text: str
    cites: tuple[str, ...] = ()
    small: str = ""


class Table(NamedTuple):
    """A titled table; `widths` are shares of the line; no head row where `head` is empty."""

    title: str
    head: tuple[str, ...]
    widths: tuple[float, ...]
    rows: tuple[tuple[Cell, ...], ...]


def is_topic(row: Sequence[Cell]) -> bool:
    """Whether a row only names the topic of those below it."""
    return len(row) == 2 and not row[0].text and not row[0].cites and bool(row[1].text)


def headline(digest: Digest) -> list[tuple[str, str]]:
    """The head: what is known of the proceeding, as (label, value)."""
    caption = digest.caption
    span = (
        f"{digest.pages['first']}–{digest.pages['last']}"
        if digest.pages["first"]
        else "not numbered"
    )
    counsel = "; ".join(
        f"{a['name']} for {a['for']}" if a["for"] else a["name"] for a in caption.appearances
    )
    known = [
        ("Court", caption.court),
        ("Case", caption.title),
        ("Docket", caption.docket),
        ("Proceeding", digest.kind),
        ("Date", caption.date),
        ("Place", caption.place),
        ("Volume", caption.volume),
        ("Counsel", counsel),
        ("Reporter", caption.reporter),
        (
            "Transcript",
            f"{digest.source}, pages {span}, {digest.lines} lines, sha256 {digest.sha256[:16]}…",
        ),
        ("Status", "ROUGH DRAFT, not certified" if caption.rough else None),
    ]
    return [(label, value) for label, value in known if value]


def title_of(digest: Digest) -> str:
    """`Page-line digest: MARTIN J. HALVORSEN`."""
    names = ", ".join(w.name for w in digest.witnesses[:4])
    return f"{STYLED[digest.style]}: {names or digest.caption.title or digest.source}"


def tables(digest: Digest) -> list[Table]:
    """Every table that has rows, in the order in which paralegals look for them."""
    made = [
        _witnesses(digest.witnesses, "Witnesses and examinations"),
        _witnesses(digest.advocates, "Advocates"),
        _exhibits(digest),
        _entries(digest),
        _listed(digest, "no-recall", "Does not recall"),
        _objections(digest),
        _events("Instructions not to answer", digest.instructions, "Ground"),
        _events("Motions to strike", digest.strikes),
        _events("Stipulations", digest.stipulations),
        _events("Requests on the record", digest.requests),
        _events("Recesses", digest.recesses),
        _errata(digest),
        _unverified(digest),
    ]
    return [t for t in made if t.rows]


def paragraphs(digest: Digest) -> list[tuple[str, list[Entry]]]:
    """The entries under their topics, in order: what a narrative reads from."""
    out: list[tuple[str, list[Entry]]] = []
    for entry in digest.entries:
        if not out or out[-1][0] != entry.topic:
            out.append((entry.topic, []))
        out[-1][1].append(entry)
    return out


def _witnesses(witnesses: Sequence[Witness], title: str) -> Table:
    rows = []
    for w in witnesses:
        rows.append((Cell(w.name, small=w.role or ""), Cell(""), Cell("", w.cites)))
        rows += [(Cell(""), Cell(f"{x.kind} by {x.by}"), Cell("", x.cites)) for x in w.examinations]
    return Table(title, ("Name", "Examination", "Page:line"), (0.45, 0.33, 0.22), tuple(rows))


def _exhibits(digest: Digest) -> Table:
    rows = []
    for x in digest.exhibits:
        first = tuple(c for c in (x.first_cite,) if c)
        marked = tuple(c for c in (x.marked,) if c)
        small = " ".join(f"{d['cite']}: “{d['quote']}”" for d in x.dealt_with[:2])
        rows.append(
            (Cell(x.number), Cell(x.description, small=small), Cell("", first), Cell("", marked))
        )
    head = ("No.", "Description; what the witness said of it", "First", "Marked")
    return Table("Exhibits", head, (0.08, 0.6, 0.16, 0.16), tuple(rows))


def _entries(digest: Digest) -> Table:
    rows = []
    for topic, entries in paragraphs(digest):
        rows.append((Cell(""), Cell(topic.upper())))
        for e in entries:
            flags = [
                *([e.kind] if e.kind not in ("testimony", "procedure", "exhibit") else []),
                *e.flags,
            ]
            small = " ".join(
                p for p in ("; ".join(f.replace("-", " ") for f in flags), e.note or "") if p
            )
            rows.append((Cell("", e.cites), Cell(e.text, small=small)))
    return Table(STYLED[digest.style], ("Page:line", "Testimony"), (0.18, 0.82), tuple(rows))


def _listed(digest: Digest, kind: str, title: str) -> Table:
    rows = [(Cell("", e.cites), Cell(e.text)) for e in digest.entries if e.kind == kind]
    return Table(
        title, ("Page:line", "Testimony"), (0.18, 0.82), tuple(rows) if len(rows) > 1 else ()
    )


def _objections(digest: Digest) -> Table:
    answered = {True: "answered", False: "not answered", None: "no question pending"}
    rows = [
        (Cell("", (o.cite,)), Cell(o.by), Cell(o.ground), Cell(o.ruling or answered[o.answered]))
        for o in digest.objections
    ]
    head = ("Page:line", "By", "Ground", "Answered")
    return Table("Objections", head, (0.18, 0.2, 0.44, 0.18), tuple(rows))


def _events(title: str, events: Sequence[Event], ground: str = "") -> Table:
    rows = []
    for e in events:
        small = f"{ground}: {e.ground}" if ground and e.ground else ""
        rows.append(
            (Cell("", (e.cite,) if e.cite else ()), Cell(e.by or ""), Cell(e.text, small=small))
        )
    return Table(title, ("Page:line", "By", "What was said"), (0.18, 0.2, 0.62), tuple(rows))


def _errata(digest: Digest) -> Table:
    rows = [
        (
            Cell("", (e.cite,)),
            Cell(f"“{e.was}” to “{e.now}”", small=e.reason or ""),
            Cell("the record reads so" if e.applied else "not found at this line"),
        )
        for e in digest.errata
    ]
    return Table("Errata", ("Page:line", "Change", "Checked"), (0.18, 0.57, 0.25), tuple(rows))


def _unverified(digest: Digest) -> Table:
    rows = [(Cell(u["cites"]), Cell(u["text"], small=u["why"])) for u in digest.unverified]
    head = ("Claimed cite", "Not relied on: what failed")
    return Table("Unverified", head, (0.18, 0.82), tuple(rows))
