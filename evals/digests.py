"""Digests of transcripts against gold events: cites re-read here anew, events covered, counsel never as testimony."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from assistant.errors import TranscriptError
from assistant.transcripts.digest import digest_of
from assistant.transcripts.lines import parse_file
from assistant.transcripts.nouns import Digest, Entry, Line, Transcript
from assistant.transcripts.record.cites import Lines
from evals.intervals import wilson
from evals.types import DigestCase, Result, Score, Suite

TOLD = ("testimony", "admission", "denial", "no-recall")
MEASURES = (
    ("digest_cites", "Digest entries whose every cite and quote holds", "high"),
    ("digest_events", "Gold events that an entry covers", "high"),
    ("digest_counsel", "Entries that tell counsel's words as testimony", "low"),
)


class Counted(NamedTuple):
    """A digest's entries and events as 1 and 0."""

    cites: tuple[float, ...]
    events: tuple[float, ...]
    counsel: tuple[float, ...]


def digest_results(suite: Suite) -> tuple[Result, ...]:
    """Each transcript digested and judged. A transcript that cannot be read is broken, not skipped."""
    return tuple(_result(case, Path(suite.folder) / case.file) for case in suite.digests)


def _result(case: DigestCase, path: Path) -> Result:
    from evals.fingerprint import transcript_key

    about: dict[str, Any] = {
        "id": case.id,
        "key": transcript_key((case, path)),
        "cluster": case.id,
        "tags": case.tags,
        "seen": (),
    }
    try:
        parsed = parse_file(path)
        made = digest_of(parsed, case.kind, case.ratio)
    except TranscriptError as error:
        return _broken(case, about, type(error).__name__)
    counted = judged(made, parsed, case)
    missing = [e for e, hit in zip(case.events, counted.events, strict=True) if not hit]
    bad = len(counted.cites) - round(sum(counted.cites))
    told = round(sum(counted.counsel))
    why = f"{len(made.entries)} entries: {bad} with a cite or quote that does not hold, {told} tell counsel's words as testimony; "
    why += f"events left out: {', '.join(f'{e.cite} {e.about}'.strip() for e in missing) or 'none'}"
    breach = (
        "tells counsel's words as testimony"
        if told
        else "cites what does not stand there"
        if bad
        else None
    )
    return Result(
        **about,
        expected=f"{len(case.events)} events covered",
        met=float(not (missing or bad or told)),
        why=why,
        look=breach or ("leaves events out" if missing else None),
        breach=breach,
        never=True,
        counts=dict(zip((name for name, _, _ in MEASURES), counted, strict=True)),
    )


def _broken(case: DigestCase, about: dict[str, Any], kind: str) -> Result:
    """A transcript that could not be digested: every event is missed."""
    return Result(
        **about,
        expected="a digest",
        met=0,
        why=f"the transcript could not be digested ({kind})",
        look="broke on the way",
        counts={"digest_events": (0.0,) * max(1, len(case.events))},
    )


def judged(made: Digest, parsed: Transcript, case: DigestCase) -> Counted:
    """The digest held against the parsed lines, independently of the rails that made it."""
    at = Lines(parsed.lines)
    return Counted(
        cites=tuple(float(_holds(entry, at)) for entry in made.entries),
        events=tuple(float(_covered(event.cite, made, at)) for event in case.events),
        counsel=tuple(float(_counsels(entry, at)) for entry in made.entries),
    )


def _holds(entry: Entry, at: Lines) -> bool:
    cited = [at.read(cite) for cite in entry.cites]
    wanted = " ".join(entry.quote.split())
    return bool(cited) and all(cited) and any(wanted in _words(lines) for lines in cited)


def _words(lines: Sequence[Line]) -> str:
    return " ".join(" ".join(line.text for line in lines).split())


def _covered(cite: str, made: Digest, at: Lines) -> bool:
    gold = set(map(_place, at.read(cite)))
    said = [c for entry in made.entries for c in entry.cites]
    said += [c for exhibit in made.exhibits for c in exhibit.cites]
    noted = (*made.instructions, *made.stipulations, *made.requests, *made.recesses, *made.strikes)
    said += [o.cite for o in made.objections] + [event.cite for event in noted]
    return bool(gold) and any(gold & set(map(_place, at.read(c))) for c in said)


def _place(line: Line) -> tuple[int | None, int | None, int | None]:
    return line.volume, line.page, line.line


def _counsels(entry: Entry, at: Lines) -> bool:
    """Told as the witness's, and none of the lines cited is an answer that holds the quote."""
    if entry.kind not in TOLD or not entry.quote.strip():
        return False
    answers = " ".join(_words([x for x in at.read(c) if x.speaker == "A"]) for c in entry.cites)
    return entry.speaker != "witness" or " ".join(entry.quote.split()) not in answers


def digest_scores(results: Sequence[Result]) -> tuple[Score, ...]:
    """The three measures over every digest's entries and events."""
    return tuple(s for s in (_score(results, *measure) for measure in MEASURES) if s.n)


def _score(results: Sequence[Result], name: str, title: str, better: str) -> Score:
    values = {f"{r.id}/{i}": v for r in results for i, v in enumerate(r.counts.get(name, ()))}
    n, hits = len(values), sum(values.values())
    low, high = wilson(hits, n)
    return Score.model_validate({
        "name": name, "title": title, "better": better, "n": n, "hits": hits, "point": hits / n if n else None,
        "low": low, "high": high, "method": "Wilson 95 %", "values": values,
    })  # fmt: skip
