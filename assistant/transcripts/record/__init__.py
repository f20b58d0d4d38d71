"""A transcript -> its record: turns, exchanges, witnesses, exhibits, objections, and what else happened."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.transcripts.nouns import (
    Caption,
    Erratum,
    Event,
    Exhibit,
    Objection,
    Transcript,
    Witness,
)
from assistant.transcripts.record.caption import caption_of
from assistant.transcripts.record.events import (
    errata_of,
    instructions_of,
    objections_of,
    recesses_of,
    requests_of,
    stipulations_of,
    strikes_of,
)
from assistant.transcripts.record.exchanges import Exchange, exchanges_of, speeches_of
from assistant.transcripts.record.exhibits import exhibits_of
from assistant.transcripts.record.turns import Turn, turns_of
from assistant.transcripts.record.witnesses import advocates_of, court_of, witnesses_of


@dataclass(frozen=True)
class Record:
    """What a transcript holds, by kind, each with cites."""

    transcript: Transcript
    caption: Caption
    turns: tuple[Turn, ...]
    exchanges: tuple[Exchange, ...]
    court: frozenset[str]
    witnesses: tuple[Witness, ...]
    advocates: tuple[Witness, ...]
    exhibits: tuple[Exhibit, ...]
    objections: tuple[Objection, ...]
    instructions: tuple[Event, ...]
    stipulations: tuple[Event, ...]
    requests: tuple[Event, ...]
    recesses: tuple[Event, ...]
    strikes: tuple[Event, ...]
    errata: tuple[Erratum, ...]


def record_of(transcript: Transcript) -> Record:
    """The record of a parsed transcript."""
    lines = transcript.lines
    printed = (*transcript.front, *lines)
    turns = turns_of(lines)
    court = court_of(turns)
    testifies = any(t.role == "A" for t in turns)
    exchanges = exchanges_of(turns) if testifies else speeches_of(turns, court)
    return Record(
        transcript=transcript,
        caption=caption_of(printed, transcript.heads),
        turns=tuple(turns),
        exchanges=tuple(exchanges),
        court=court,
        witnesses=witnesses_of(turns, printed) if testifies else (),
        advocates=() if testifies else advocates_of(turns, court),
        exhibits=exhibits_of(turns, exchanges, printed) if testifies else (),
        objections=objections_of(turns) if testifies else (),
        instructions=instructions_of(turns),
        stipulations=stipulations_of(turns, lines) if testifies else (),
        requests=requests_of(turns) if testifies else (),
        recesses=recesses_of(turns),
        strikes=strikes_of(turns) if testifies else (),
        errata=errata_of(lines),
    )
