"""A record -> a digest: composed, held against the lines it cites, and put into the wished order."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

from assistant.errors import TranscriptError
from assistant.transcripts.digest.extractive import compose as extract
from assistant.transcripts.digest.verify import failures
from assistant.transcripts.lines import parse_file
from assistant.transcripts.nouns import Digest, Entry, Erratum, Transcript
from assistant.transcripts.record import Record, record_of
from assistant.transcripts.record.cites import Lines

Style = Literal["page-line", "topical", "chronological", "narrative"]
STYLES: tuple[Style, ...] = ("page-line", "topical", "chronological", "narrative")
Compose = Callable[[Record, float], list[Entry]]
RATIO = 10.0  # pages of transcript for one page of digest


def style_of(name: str) -> Style:
    """A kind of digest by its name. Raises TranscriptError."""
    for style in STYLES:
        if style == name:
            return style
    raise TranscriptError(f"--kind {name!r}: expected one of {', '.join(STYLES)}")


def digest_file(
    path: Path, style: Style = "page-line", ratio: float = RATIO, compose: Compose = extract
) -> Digest:
    """The digest of a file. Raises TranscriptError where the file cannot be read."""
    started = time.perf_counter()
    made = digest_of(parse_file(path), style, ratio, compose)
    return made.model_copy(update={"ms": round((time.perf_counter() - started) * 1000)})


def digest_of(
    transcript: Transcript,
    style: Style = "page-line",
    ratio: float = RATIO,
    compose: Compose = extract,
) -> Digest:
    """The digest of a transcript at one page for `ratio` pages of it."""
    record = record_of(transcript)
    pages = [x.page for x in transcript.lines if x.page is not None]
    count = len({(x.volume, x.page) for x in transcript.lines if x.section != "word-index"})
    if transcript.pagination == "none":
        count = max(1, len(transcript.lines) // 25)
    composed = compose(record, count / ratio)
    entries, unverified = _verified(composed, record)
    return Digest(
        source=transcript.source,
        sha256=transcript.sha256,
        kind=transcript.kind,
        style=style,
        pagination=transcript.pagination,
        pages={"first": pages[0] if pages else None, "last": pages[-1] if pages else None},
        lines=len(transcript.lines),
        caption=record.caption,
        witnesses=record.witnesses,
        advocates=record.advocates,
        entries=tuple(ordered(_with_errata(entries, record.errata, transcript), style)),
        exhibits=record.exhibits,
        objections=record.objections,
        instructions=record.instructions,
        stipulations=record.stipulations,
        requests=record.requests,
        recesses=record.recesses,
        strikes=record.strikes,
        errata=record.errata,
        unverified=tuple(unverified),
        problems=_problems(transcript, record),
        composer=getattr(compose, "name", "extractive"),
    )


def _verified(entries: Sequence[Entry], record: Record) -> tuple[list[Entry], list[dict[str, str]]]:
    """The entries whose rails hold, and the others with what failed."""
    at = Lines(record.transcript.lines)
    if record.transcript.pagination == "none":
        return _by_words(entries, record)
    good, bad = [], []
    for entry in entries:
        wrong = failures(entry, at, record.court)
        if wrong:
            bad.append(
                {"text": entry.text, "cites": ", ".join(entry.cites), "why": "; ".join(wrong)}
            )
        else:
            good.append(entry)
    return good, bad


def _by_words(entries: Sequence[Entry], record: Record) -> tuple[list[Entry], list[dict[str, str]]]:
    """Without page and line a quote is looked for among its speaker's words."""
    witness = " ".join(t.text for t in record.turns if t.role == "A")
    others = " ".join(t.text for t in record.turns if t.role in ("name", "Q"))
    good, bad = [], []
    for entry in entries:
        text = witness if entry.speaker == "witness" else others
        if entry.quote and entry.quote in text:
            good.append(entry.model_copy(update={"cites": (), "note": None}))
        else:
            bad.append(
                {"text": entry.text, "cites": "", "why": "the quote does not stand in the text"}
            )
    return good, bad


def _with_errata(
    entries: Sequence[Entry], errata: Sequence[Erratum], transcript: Transcript
) -> list[Entry]:
    """A change on the errata sheet shown beside every entry whose lines it changes."""
    at = Lines(transcript.lines)
    out = []
    for entry in entries:
        lines = {x.index for c in entry.cites for x in at.read(c)}
        hits = [e for e in errata if any(x.index in lines for x in at.read(e.cite))]
        notes = [f"Errata {e.cite}: “{e.was}” to “{e.now}”." for e in hits]
        if notes:
            note = " ".join([*([entry.note] if entry.note else []), *notes])
            flags = tuple(dict.fromkeys((*entry.flags, "corrected")))
            entry = entry.model_copy(update={"note": note, "flags": flags})
        out.append(entry)
    return out


def ordered(entries: Sequence[Entry], style: Style) -> list[Entry]:
    """Page-line and narrative: the transcript's order. Topical: by topic, in order of first mention.
    Chronological: by the first full date spoken of; the undated follow, in the transcript's order."""
    if style == "topical":
        first: dict[str, int] = {}
        for k, entry in enumerate(entries):
            first.setdefault(entry.topic, k)
        return sorted(entries, key=lambda e: first[e.topic])
    if style == "chronological":
        return sorted(entries, key=lambda e: (not e.dates, e.dates[:1]))
    return list(entries)


def _problems(transcript: Transcript, record: Record) -> tuple[str, ...]:
    out = list(transcript.problems)
    if record.caption.rough:
        out.append("a rough draft: pages and lines may change in the certified transcript")
    if not record.exchanges:
        out.append("no questions and answers were found: there is nothing to digest")
    return tuple(dict.fromkeys(out))
