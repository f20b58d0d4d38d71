"""The living summary of one witness: every volume and transcript of a matter, what is excluded, what changed."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

from assistant.errors import TranscriptError
from assistant.ledger import Ledger, NewEntry
from assistant.settings import Settings
from assistant.transcripts.digest import RATIO, digest_of
from assistant.transcripts.limine import RulingInLimine, excluded_by, load_rulings
from assistant.transcripts.lines import parse_file
from assistant.transcripts.nouns import Digest, Entry, Transcript
from assistant.transcripts.record.cites import Lines
from assistant.types import Matter, Noun

FOLDER = "transcripts"
FORMS = (".txt", ".pdf", ".docx", ".rtf", ".asc")
Step = Callable[[int, int], None]


class Told(Noun):
    """An entry with the transcript it is from, and the ruling that excludes it, if one does."""

    source: str
    date: str | None
    entry: Entry
    excluded: str | None = None

    @property
    def key(self) -> str:
        """What tells this from other entries when two summaries are compared."""
        return f"{self.source}|{', '.join(self.entry.cites)}|{self.entry.quote}"


class WitnessSummary(Noun):
    """Everything a matter's transcripts hold of one witness, oldest first, and what is new in it."""

    name: str
    matter: str
    sources: tuple[dict[str, str], ...]
    told: tuple[Told, ...]
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    newly_excluded: tuple[str, ...] = ()
    since: int | None = None
    problems: tuple[str, ...] = ()
    ledger: int | None = None


def summarize(
    name: str, matter: Matter, settings: Settings, ratio: float = RATIO, step: Step | None = None
) -> WitnessSummary:
    """The summary, compared with the last one in the ledger and recorded there.

    Raises TranscriptError where no transcript of the matter has this witness.
    """
    rulings = load_rulings(Path(matter.folder))
    told, sources, problems, names = _gather(name, matter, rulings, ratio, step)
    if not sources:
        known = ", ".join(sorted(names)) or "none"
        raise TranscriptError(
            f"no transcript in {matter.folder}/{FOLDER} has a witness {name!r}; there are: {known}"
        )
    made = WitnessSummary(
        name=name,
        matter=matter.id,
        sources=tuple(sources),
        told=tuple(told),
        problems=tuple(problems),
    )
    return _recorded(made, matter, settings)


def _gather(
    name: str, matter: Matter, rulings: Sequence[RulingInLimine], ratio: float, step: Step | None
) -> tuple[list[Told], list[dict[str, str]], list[str], set[str]]:
    """(told, sources, problems, names of all witnesses) over the matter's transcripts, oldest first."""
    told: list[Told] = []
    sources: list[dict[str, str]] = []
    problems: list[str] = []
    names: set[str] = set()
    read: list[tuple[str, Digest, Transcript]] = []
    files = _files(Path(matter.folder))
    for k, path in enumerate(files):
        try:
            parsed = parse_file(path)
        except TranscriptError as error:
            problems.append(str(error))
            continue
        read.append((path.name, digest_of(parsed, ratio=ratio), parsed))
        if step:
            step(k + 1, len(files))
    read.sort(key=lambda r: (r[1].caption.date or "", r[1].pages["first"] or 0, r[0]))
    for source, digest, parsed in read:
        names |= {w.name for w in digest.witnesses}
        own = {w.name for w in digest.witnesses if _same(name, w.name)}
        if own:
            sources.append(
                {"source": source, "sha256": parsed.sha256, "date": digest.caption.date or ""}
            )
            told += _told(source, digest, parsed, own, rulings)
            problems += [f"{source}: {p}" for p in digest.problems]
    return told, sources, problems, names


def _files(folder: Path) -> list[Path]:
    place = folder / FOLDER
    found = place.iterdir() if place.is_dir() else iter(())
    files = sorted(p for p in found if p.suffix.lower() in FORMS)
    if not files:
        raise TranscriptError(f"{place}: no transcripts ({', '.join(FORMS)}): put them there")
    return files


def _same(asked: str, name: str) -> bool:
    """Whether the asked name is this witness's: each of its words is one of the name's."""
    words = [
        w for w in re.findall(r"[a-z'’-]+", asked.lower()) if w not in ("mr", "ms", "mrs", "dr")
    ]
    own = set(re.findall(r"[a-z'’-]+", name.lower()))
    return bool(words) and all(w in own for w in words)


def _told(
    source: str,
    digest: Digest,
    parsed: Transcript,
    own: set[str],
    rulings: Sequence[RulingInLimine],
) -> list[Told]:
    at = Lines(parsed.lines)
    out = []
    for entry in digest.entries:
        if entry.witness not in own:
            continue
        ruling = excluded_by(entry, source, at, rulings)
        text = f"excluded in limine, {ruling.docket}, {ruling.date.isoformat()}" if ruling else None
        out.append(Told(source=source, date=digest.caption.date, entry=entry, excluded=text))
    return out


def _recorded(made: WitnessSummary, matter: Matter, settings: Settings) -> WitnessSummary:
    """Compared with the last summary of this witness, and written into the ledger."""
    ledger = Ledger.open(settings.ledger_url, checkpoints=settings.folder / "checkpoints")
    try:
        made = _compared(made, *_last(ledger, matter.id, made.name))
        seq = ledger.append(
            NewEntry(
                matter=matter.id,
                kind="witness",
                asker="cli",
                playbook_version=matter.playbook_version,
                matter_hash=matter.content_hash,
                composer="extractive",
                citations=tuple(f"{t.source} {c}" for t in made.told for c in t.entry.cites),
                content=made.model_dump(mode="json"),
            )
        )
    finally:
        ledger.close()
    return made.model_copy(update={"ledger": seq})


def _last(ledger: Ledger, matter: str, name: str) -> tuple[WitnessSummary | None, int | None]:
    last: tuple[WitnessSummary | None, int | None] = (None, None)
    for entry in ledger.entries(matter):
        if entry.kind == "witness" and entry.content and _same(name, str(entry.content["name"])):
            last = (WitnessSummary.model_validate(entry.content), entry.seq)
    return last


def _compared(made: WitnessSummary, last: WitnessSummary | None, seq: int | None) -> WitnessSummary:
    if last is None:
        return made
    before, now = {t.key: t for t in last.told}, {t.key: t for t in made.told}
    newly = [k for k, t in now.items() if t.excluded and not (k in before and before[k].excluded)]
    return made.model_copy(
        update={
            "added": tuple(k for k in now if k not in before),
            "removed": tuple(k for k in before if k not in now),
            "newly_excluded": tuple(newly),
            "since": seq,
        }
    )


def page(summary: WitnessSummary) -> str:
    """The summary as text: what changed first, then everything told, by transcript."""
    out = [f"# {summary.name} ({summary.matter})", ""]
    if summary.since is not None:
        out += [
            f"Since ledger {summary.since}: {len(summary.added)} new, {len(summary.removed)} gone, "
            f"{len(summary.newly_excluded)} newly excluded.",
            "",
        ]
    out += [f"> Problem: {p}" for p in summary.problems]
    source = topic = ""
    for told in summary.told:
        if told.source != source:
            source, topic = told.source, ""
            out += ["", f"## {source}" + (f", {told.date}" if told.date else "")]
        if told.entry.topic != topic:
            topic = told.entry.topic
            out += ["", f"**{topic}**", ""]
        marks = ["NEW"] if told.key in summary.added and summary.since is not None else []
        marks += [told.excluded.upper()] if told.excluded else []
        mark = f"[{'; '.join(marks)}] " if marks else ""
        out.append(f"- {'; '.join(told.entry.cites)}  {mark}{told.entry.text}")
    return "\n".join(out)
