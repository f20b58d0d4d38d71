"""A digest in a few lines, for a message beside the file: what it is of, what stands out, with cites."""

from __future__ import annotations

from assistant.transcripts.nouns import Digest, Entry

MOST = 5  # entries that are shown
WORDS = 34  # of an entry that are shown


def overview(digest: Digest) -> str:
    """Plain text: a head, at most `MOST` entries in the transcript's order, what is wrong with the file."""
    names = ", ".join(w.name for w in digest.witnesses[:3]) or digest.caption.title or digest.source
    first, last = digest.pages["first"], digest.pages["last"]
    span = f", pages {first}–{last}" if first is not None else ""
    counts = (
        (len(digest.entries), "entries"),
        (len(digest.exhibits), "exhibits"),
        (len(digest.objections), "objections"),
        (len(digest.instructions), "instructions not to answer"),
        (len(digest.errata), "errata"),
        (len(digest.unverified), "not verified"),
    )
    said = ", ".join(f"{n} {what}" for n, what in counts if n or what == "entries")
    out = [f"{digest.kind.capitalize()}: {names}{span}", said]
    out += [f"• {'; '.join(e.cites)}  {_short(e.text)}" for e in _telling(digest)]
    return "\n".join(out + [f"Problem: {p}" for p in digest.problems[:3]])


def _telling(digest: Digest) -> list[Entry]:
    """Corrections, admissions, denials and failing memory before the rest, back in their order."""
    rank = {"admission": 1, "denial": 2, "no-recall": 3}
    kept = sorted(
        range(len(digest.entries)),
        key=lambda k: (
            0 if "corrected" in digest.entries[k].flags else rank.get(digest.entries[k].kind, 4),
            k,
        ),
    )[:MOST]
    return [digest.entries[k] for k in sorted(kept)]


def _short(text: str) -> str:
    words = text.split()
    return text if len(words) <= WORDS else " ".join(words[:WORDS]) + " …"
