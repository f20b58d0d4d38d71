"""Broken transcripts: `python -m benchmarks.transcript_fuzz SEED SECONDS` mutates the generated layouts and reads, digests and
writes them. What is neither a digest whose every quote stands at its cites nor a TranscriptError is printed."""

from __future__ import annotations

import random
import sys
import tempfile
import time
from pathlib import Path

from assistant.errors import TranscriptError
from assistant.transcripts.digest import digest_of
from assistant.transcripts.documents import render
from assistant.transcripts.lines import parse_file
from assistant.transcripts.record.cites import Lines
from benchmarks.transcript_layouts import layouts

SLOW = 10.0  # seconds
PIECES = (
    b"\x0c", b"\r", b"\n", b"12:3 ", b"999999999999 ", b"\x00", b"Q.  ", b"A.  ", b"BY MR. X:\n", b"   25\n", b"- 1 -\n",
)  # fmt: skip


def broken(raw: bytes, rng: random.Random) -> bytes:
    """The bytes with some cut, doubled, overwritten, or put in, or a row out of its place."""
    out = bytearray(raw)
    for _ in range(rng.choice((1, 3, 20, 200))):
        i = rng.randrange(len(out))
        j = min(len(out), i + rng.randrange(1, 400))
        kind = rng.randrange(5)
        if kind == 0:
            del out[i:j]
        elif kind == 1:
            out[i:i] = out[i:j]
        elif kind == 2:
            out[i:j] = rng.randbytes(min(j - i, 40))
        elif kind == 3:
            out[i:i] = rng.choice(PIECES)
        else:
            rows = out.split(b"\n")
            rows.insert(rng.randrange(len(rows)), rng.choice(rows))
            out = bytearray(b"\n".join(rows))
        out = out or bytearray(b"x")
    return bytes(out)


def fault(path: Path, form: str) -> str | None:
    """What is wrong with how a file is taken; None where it is digested soundly. Raises TranscriptError."""
    started = time.perf_counter()
    parsed = parse_file(path)
    digest, at = digest_of(parsed), Lines(parsed.lines)
    for entry in digest.entries:
        if entry.cites and entry.quote not in at.words(entry.cites):
            return "a quote does not stand at its cites"
    render(digest, parsed.lines, form)
    return "slow" if time.perf_counter() - started > SLOW else None


def main() -> None:
    """Run for as long as was said."""
    rng, end = random.Random(int(sys.argv[1])), time.monotonic() + float(sys.argv[2])
    made = [layout.make() for layout in layouts()]
    runs = refused = faults = 0
    with tempfile.TemporaryDirectory() as folder:
        while time.monotonic() < end:
            name, raw, _ = rng.choice(made)
            path = Path(folder) / name
            path.write_bytes(broken(raw, rng))
            runs += 1
            try:
                wrong = fault(path, rng.choice((".html", ".md", ".docx", ".pdf")))
            except TranscriptError:
                refused += 1
                continue
            except Exception as error:
                wrong = f"{type(error).__name__}: {error}"
            if wrong:
                faults += 1
                print(f"{name}, run {runs}: {wrong}")
    print(f"{runs} runs, {refused} refused with a clear error, {faults} faults")


if __name__ == "__main__":
    main()
