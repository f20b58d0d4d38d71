"""What is claimed of transcripts, measured: `python -m benchmarks.transcripts [lines|speed|validity|coverage|dense]`."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from assistant.transcripts.lines import parse_file
from assistant.transcripts.nouns import Digest
from assistant.transcripts.record.cites import Lines
from benchmarks.transcript_layouts import corner, layouts, numbered, text_of
from benchmarks.transcript_pdf import pages_pdf
from benchmarks.transcript_script import Page, pages_of
from evals.intervals import share

ROOT = Path(__file__).parents[1]
PUBLIC = ROOT.parent / "shared" / "data" / "transcripts"
DAYS = ("2012-03-26", "2012-03-27")
Gold = list[tuple[int, int, str]]


def public() -> Iterator[tuple[str, Path, Gold]]:
    """(name, file, gold lines) of the public transcripts, where they are beside the checkout."""
    for day in DAYS:
        gold = PUBLIC / f"gold_lines_{day}.jsonl"
        if not gold.exists():
            continue
        rows = [json.loads(line) for line in gold.read_text("utf-8").splitlines()]
        for form in ("txt", "pdf"):
            lines = [(r["page"], r["line"], r["text"]) for r in rows]
            yield f"argument of {day}, {form}", PUBLIC / f"11-398_{day}.{form}", lines


def made(folder: Path) -> Iterator[tuple[str, Path, Gold]]:
    """The same of every generated layout."""
    for layout in layouts():
        name, raw, gold = layout.make()
        path = folder / name
        path.write_bytes(raw)
        yield layout.name, path, gold


def lines() -> None:
    """Share of gold lines with the right page, line and text, file by file."""
    with tempfile.TemporaryDirectory() as folder:
        for name, path, gold in [*public(), *made(Path(folder))]:
            got = {(x.page, x.line, x.text) for x in parse_file(path).lines}
            right = sum(line in got for line in gold)
            print(f"{name}: {share(right, len(gold))}")


def long_transcript(count: int) -> list[Page]:
    """A transcript of `count` pages: the script's testimony over and over, pages running on."""
    pages = pages_of()
    front, body, tail = pages[:3], pages[3:14], pages[14:]
    out = [*front, *(body * (count // len(body) + 1))][: count - len(tail)] + tail
    return [Page(n, p.lines) for n, p in enumerate(out, 1)]


def speed() -> None:
    """Seconds and memory of `secondchair digest` as a whole process, text and PDF."""
    with tempfile.TemporaryDirectory() as folder:
        for count in (30, 300, 1000, 3000):
            pages = long_transcript(count)
            for name, raw in (
                (f"{count}.txt", text_of(pages, numbered, head=corner)),
                (f"{count}.pdf", pages_pdf(pages)),
            ):
                path = Path(folder) / name
                path.write_bytes(raw)
                _timed(path, Path(folder) / "home")


def _timed(path: Path, home: Path) -> None:
    command = [sys.executable, "-m", "assistant.cli", "digest", str(path), "--json"]
    started, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        command,
        capture_output=True,
        check=True,
        env={**_environment(), "SECONDCHAIR_HOME": str(home)},
    )
    wall = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    digest = json.loads(done.stdout)
    print(
        f"{path.name}: {wall:.1f} s wall, {cpu:.1f} s CPU, peak {after.ru_maxrss / 1024:.0f} MB so far, "
        f"{digest['lines']} lines, {len(digest['entries'])} entries"
    )


def _environment() -> dict[str, str]:
    import os

    return dict(os.environ)


def validity() -> None:
    """Cites re-read and counsel's words among the entries, over every file there is."""
    from assistant.transcripts.digest import digest_of

    cites = good = entries = counsels = unverified = 0
    with tempfile.TemporaryDirectory() as folder:
        for _, path, _ in [*public(), *made(Path(folder))]:
            parsed = parse_file(path)
            digest, at = digest_of(parsed), Lines(parsed.lines)
            unverified += len(digest.unverified)
            for entry in digest.entries:
                entries += 1
                cites += len(entry.cites)
                good += sum(bool(at.read(c)) for c in entry.cites)
                good -= entry.quote not in at.words(entry.cites)
                if entry.speaker == "witness":
                    spoken = [x for c in entry.cites for x in at.read(c) if x.speaker == "A"]
                    counsels += entry.quote not in " ".join(x.said for x in spoken)
    print(f"cites that re-read, with their quote: {good}/{cites}; entries {entries}")
    print(
        f"entries of a witness whose quote is not the witness's: {counsels}; unverified {unverified}"
    )


def dense() -> None:
    """The same at one page for five, the most that practice allows."""
    coverage(5.0)


def coverage(ratio: float = 10.0) -> None:
    """Share of the annotated points (evals/transcripts) that a digest of one page for ten tells."""
    from assistant.transcripts.digest import digest_file

    for path in sorted((ROOT / "evals" / "transcripts").glob("*.yaml")):
        asked = yaml.load(path.read_text("utf-8"), Loader=yaml.BaseLoader)
        with tempfile.TemporaryDirectory() as folder:
            file = PUBLIC / asked["transcript"]
            if asked["transcript"].endswith(".script"):
                pages = pages_of(ROOT / asked["transcript"])
                file = Path(folder) / "made.txt"
                file.write_bytes(text_of(pages, numbered, head=corner))
            if not file.exists():
                print(f"{path.stem}: its transcript is not beside this checkout")
                continue
            digest = digest_file(file, ratio=ratio)
            at = Lines(parse_file(file).lines)
            told = [p for p in asked["points"] if _told(p, digest, at)]
        words = sum(len(e.text.split()) for e in digest.entries)
        missing = [p["id"] for p in asked["points"] if p not in told]
        print(
            f"{path.stem}: {share(len(told), len(asked['points']))}; {words} words; left out: {missing}"
        )


def _told(point: dict[str, Any], digest: Digest, at: Lines) -> bool:
    """Whether one row of the digest shares a line with the point and tells one of its words."""
    wanted = {x.index for c in point["cites"] for x in at.read(c)}
    rows = [(e.cites, f"{e.text} {e.note or ''}") for e in digest.entries]
    rows += [((o.cite,), o.ground) for o in digest.objections]
    for events in (digest.instructions, digest.stipulations, digest.requests, digest.strikes):
        rows += [((e.cite,), e.text) for e in events]
    rows += [((e.cite,), f"{e.was} {e.now}") for e in digest.errata]
    rows += [((d["cite"],), d["quote"]) for x in digest.exhibits for d in x.dealt_with]
    for cites, text in rows:
        if wanted & {x.index for c in cites for x in at.read(c)}:
            if any(w.lower() in text.lower() for w in point["words"]):
                return True
    return False


def main() -> None:
    """Run the parts named, or all."""
    parts = {
        "lines": lines,
        "speed": speed,
        "validity": validity,
        "coverage": coverage,
        "dense": dense,
    }
    for name in sys.argv[1:] or parts:
        parts[name]()


if __name__ == "__main__":
    main()
