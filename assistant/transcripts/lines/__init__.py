"""A source -> transcript: lines with their section and speaker, the kind of proceeding, a self-check."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from assistant.errors import TranscriptError
from assistant.transcripts.layout import lay_out, misnumbered
from assistant.transcripts.lines.sections import sections_of
from assistant.transcripts.lines.speakers import Spoken, speakers_of
from assistant.transcripts.nouns import Kind, Line, Section, Source, Transcript
from assistant.transcripts.reading import read_file

_DEPOSITION = re.compile(
    r"\b(?:DEPOSITION|DEPONENT|EXAMINATION BEFORE TRIAL|SWORN STATEMENT)\b", re.I
)
_ARGUMENT = re.compile(r"\bORAL ARGUMENT|\bARGUMENT OF\b", re.I)
_TRIAL = re.compile(
    r"\b(?:JURY|BENCH|COURT) TRIAL\b|\bTRIAL (?:DAY|PROCEEDINGS|TRANSCRIPT)|\bTRIAL\b", re.I
)
_HEARING = re.compile(r"\b(?:HEARING|CONFERENCE|ARRAIGNMENT|SENTENCING|MOTION|PROCEEDINGS)\b", re.I)


def parse_file(path: Path) -> Transcript:
    """The transcript in a file. Raises TranscriptError, fit to be shown, where there is none."""
    return parse(read_file(path))


def parse(source: Source) -> Transcript:
    """The transcript of a source that was read."""
    laid = lay_out(source)
    if not laid.lines:
        raise TranscriptError(f"{source.name}: holds no text to read: is it the whole file?")
    sections = sections_of(laid.lines)
    spoken = speakers_of(laid.lines, sections)
    lines = tuple(
        line.model_copy(
            update={
                "section": section,
                "speaker": words.speaker,
                "label": words.label,
                "said": words.said,
            }
        )
        for line, section, words in zip(laid.lines, sections, spoken, strict=True)
    )
    paged = any(x.page is not None for x in lines)
    problems = (*source.problems, *laid.problems, *(misnumbered(lines) if paged else ()))
    return Transcript(
        source=source.name,
        sha256=source.sha256,
        kind=_kind(lines, sections, spoken, (laid.front, laid.heads)),
        pagination="printed" if paged else "none",
        lines=lines,
        front=tuple(
            x.model_copy(update={"section": section})
            for x, section in zip(laid.front, sections_of(laid.front), strict=True)
        ),
        heads=laid.heads,
        evidence=laid.evidence,
        problems=tuple(dict.fromkeys(problems)),
    )


def _kind(
    lines: Sequence[Line],
    sections: Sequence[Section],
    spoken: Sequence[Spoken],
    beside: tuple[Sequence[Line], Sequence[str]],
) -> Kind:
    """What kind of proceeding this is, by its front pages and by who speaks."""
    unnumbered, heads = beside
    front = " ".join(x.text for x in unnumbered[:150])
    front += " " + " ".join(
        x.text for x, s in zip(lines[:150], sections[:150], strict=True) if s != "testimony"
    )
    front += " " + " ".join(heads[:20])
    voices = Counter(s.speaker for s in spoken if s.speaker)
    answers, questions = voices["A"], voices["Q"]
    court = sum(n for v, n in voices.items() if "COURT" in v.upper() or "JUDGE" in v.upper())
    body = " ".join(x.text for x, s in zip(lines, sections, strict=True) if s == "testimony")
    if _ARGUMENT.search(front + body[:4000]) and not questions and "JUSTICE" in " ".join(voices):
        return "argument"
    if questions and answers:
        if _DEPOSITION.search(front) or not court:
            return "deposition"
        return "trial" if _TRIAL.search(front) or not _HEARING.search(front) else "hearing"
    if _ARGUMENT.search(front) and not questions:
        return "argument"
    if court or (_HEARING.search(front) and voices):
        return "hearing"
    return "deposition" if _DEPOSITION.search(front) and voices else "unknown"
