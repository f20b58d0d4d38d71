"""Objections, instructions, stipulations, requests, motions to strike, recesses; errata as sent in."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.transcripts.nouns import Erratum, Event, Line, Objection
from assistant.transcripts.record.cites import Lines
from assistant.transcripts.record.turns import Turn, sentences
from assistant.transcripts.record.wording import (
    GROUND,
    INSTRUCTS,
    OBJECTS,
    RECESS,
    REQUESTS,
    STIPULATES,
    STRIKES,
)

_RULING = re.compile(
    r"\b(sustained|overruled|objection is noted|I['’]ll allow it|denied|granted)\b", re.IGNORECASE
)
_NOT_GROUND = re.compile(
    r"\b(?:you (?:can|may) (?:still )?(?:answer|go ahead)|go ahead|to the extent|if you (?:know|can|understand)|instruct|"
    r"direct(?:ing)? (?:the witness|you|him|her)|subject to|counsel|let me|I['’]m going|don['’]t answer)\b.*",
    re.IGNORECASE,
)
_FOLLOWS = re.compile(
    r"\b(?:follow|take|accept)\b.{0,30}\b(?:advice|instruction)|(?:not|decline to) (?:going to )?answer",
    re.I,
)
_ERRATUM = re.compile(
    r"^(?:Page:? ?)?(\d{1,4})[ ,:/]+(?:Lines?:? ?)?(\d{1,2})(?:-\d{1,2})?\s+(.+)$", re.IGNORECASE
)
_CHANGE = re.compile(
    r"(?:change:?|from|delete|now reads:?)?\s*[\"“]?(.+?)[\"”]?\s*(?:should (?:be|read):?|changed? to:?|\bto\b|→|->|with)\s*[\"“]?"
    r"(.+?)[\"”]?(?:\s*(?:reason|because)[:.]?\s*(.+))?$",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"[\"“]([^\"”]+)[\"”].*?[\"“]([^\"”]+)[\"”]\s*(.*)$")


def objections_of(turns: Sequence[Turn]) -> tuple[Objection, ...]:
    """Each objection: by whom, on what ground as stated, whether the question was answered after it."""
    out = []
    for k, turn in enumerate(turns):
        if turn.role not in ("name", "Q"):
            continue
        match = OBJECTS.search(turn.text)
        if not match or (turn.role == "Q" and not turn.text.lower().startswith("objection")):
            continue
        if _about_objections(turn.text, match.start()):
            continue
        ground, end = _ground(turn, match)
        out.append(
            Objection(
                cite=turn.cite(match.start(), end),
                by=turn.speaker if turn.role == "name" and turn.speaker else turn.examiner or "",
                ground=ground,
                answered=_answered(turns, k),
                ruling=_ruling(turns, k),
            )
        )
    return tuple(out)


def _about_objections(text: str, at: int) -> bool:
    """Whether counsel speaks of objections in general: "all objections … are reserved"."""
    around = text[max(0, at - 60) : at + 160]
    if re.search(
        r"\b(?:reserved?|preserved|stipulat|waived?|except as to)\b", around, re.IGNORECASE
    ):
        return True
    return bool(
        re.search(
            r"\b(?:no|any|an|all|your|his|her|their|the|without) $",
            text[max(0, at - 9) : at] + " ",
            re.I,
        )
    )


def _ground(turn: Turn, match: re.Match[str]) -> tuple[str, int]:
    """The ground as stated, and where it ends; "not stated" where counsel names none."""
    rest = turn.text[match.end() :]
    taken: list[str] = []
    end = match.end()
    for start, stop in list(sentences(rest))[:5]:
        part = rest[start:stop]
        plain = _NOT_GROUND.sub("", part).strip(" .,;:-–—")
        plain = re.sub(
            r"^(?:(?:and|but)\b ?|to (?:the )?|as to |on (?:the )?(?:grounds? of )?|it )",
            "",
            plain,
            flags=re.IGNORECASE,
        )
        if not plain:
            if taken:
                break
            continue
        if not GROUND.search(part) and (taken or len(plain.split()) > 12):
            break
        if GROUND.search(part) or not taken:
            taken.append(plain)
            end = match.end() + start + len(part)
    before = re.match(r"^(form|foundation)\b", match[0], re.IGNORECASE)
    if before:
        taken.insert(0, before[0])
    text = "; ".join(taken)
    return (text[0].upper() + text[1:] if text else "not stated"), end


def _answered(turns: Sequence[Turn], k: int) -> bool | None:
    """Whether the pending question was answered after the objection, before the next was put."""
    before = [t.role for t in turns[max(0, k - 6) : k] if t.role in ("Q", "A")]
    if "Q" not in before:
        return None
    if before[-1] == "A":
        return True  # it came after the answer
    told = bool(INSTRUCTS.search(turns[k].text))
    for turn in turns[k + 1 : k + 12]:
        told = told or (turn.role == "name" and bool(INSTRUCTS.search(turn.text)))
        if turn.role == "Q":
            return False
        if turn.role == "A":
            return not (
                told and (_FOLLOWS.search(turn.text) or turn.label)
            ) and not _FOLLOWS.search(turn.text)
    return False


def _ruling(turns: Sequence[Turn], k: int) -> str | None:
    for turn in turns[k + 1 : k + 6]:
        if turn.role in ("Q", "A"):
            return None
        if turn.speaker and re.search(r"COURT|JUDGE|JUSTICE", turn.speaker.upper()):
            match = _RULING.search(turn.text)
            if match:
                return match[0].lower()
    return None


def _events(turns: Sequence[Turn], pattern: re.Pattern[str], roles: tuple[str, ...]) -> list[Event]:
    """The sentences of counsel (or notes) in which a pattern stands."""
    out = []
    for turn in turns:
        if turn.role not in roles:
            continue
        for start, end in turn.sentences:
            if pattern.search(turn.text[start:end]):
                by = turn.speaker if turn.role == "name" else turn.examiner
                out.append(Event(cite=turn.cite(start, end), text=turn.text[start:end], by=by))
                break
    return out


def instructions_of(turns: Sequence[Turn]) -> tuple[Event, ...]:
    """Instructions not to answer, with what was said for them."""
    out = []
    for turn in turns:
        match = INSTRUCTS.search(turn.text) if turn.role == "name" else None
        if not match:
            continue
        start = next(s for s, e in turn.sentences if s <= match.start() < e)
        text = turn.text[start : turn.sentences[-1][1]][:600]
        grounds = list(dict.fromkeys(m[0].lower() for m in GROUND.finditer(turn.text)))
        ground = ", ".join(g for g in grounds if g not in ("form", "to the")) or "not stated"
        out.append(
            Event(
                cite=turn.cite(start, start + len(text)), text=text, by=turn.speaker, ground=ground
            )
        )
    return tuple(out)


def stipulations_of(turns: Sequence[Turn], lines: Sequence[Line]) -> tuple[Event, ...]:
    """What counsel agreed, on the record or on a page before it."""
    out = _events(turns, STIPULATES, ("name",))
    printed = [x for x in lines if x.section == "other" and x.text]
    if printed and any(STIPULATES.search(x.text) for x in printed):
        from assistant.transcripts.record.cites import cite

        text = " ".join(x.text for x in printed)[:800]
        out.insert(0, Event(cite=cite(printed[0], printed[-1]), text=text, by=None))
    return tuple(out)


def requests_of(turns: Sequence[Turn]) -> tuple[Event, ...]:
    """What counsel asked for on the record: documents, preservation, blanks to be filled."""
    return tuple(_events(turns, REQUESTS, ("name", "Q")))


def strikes_of(turns: Sequence[Turn]) -> tuple[Event, ...]:
    """Motions to strike."""
    return tuple(_events(turns, STRIKES, ("name", "Q")))


def recesses_of(turns: Sequence[Turn]) -> tuple[Event, ...]:
    """Recesses and talks off the record, as the reporter notes them."""
    noted = [
        Event(cite=t.cite(), text=t.text, by=None)
        for t in turns
        if t.role == "note" and RECESS.search(t.text)
    ]
    if noted:
        return tuple(noted)
    going = re.compile(r"\b(?:off the record|take a (?:\w+ )?(?:break|recess))\b", re.IGNORECASE)
    return tuple(e for e in _events(turns, going, ("name",)) if e.by and "VIDEO" in e.by.upper())


def errata_of(lines: Sequence[Line]) -> tuple[Erratum, ...]:
    """The changes on the errata sheet, each with the line that it changes re-read (`applied`: the old
    words do stand there)."""
    at = Lines(lines)
    out = []
    for line in lines:
        match = _ERRATUM.match(line.text) if line.section == "errata" else None
        if not match:
            continue
        quoted = _QUOTED.search(match[3])
        change = quoted or _CHANGE.match(match[3])
        if not change:
            continue
        where = f"{match[1]}:{match[2]}"
        was, now = change[1].strip(' "“”'), change[2].strip(' "“”')
        stands = " ".join(x.text for x in at.read(where)).lower()
        reason = (change[3] or "").strip(" :.") or None
        out.append(
            Erratum(cite=where, was=was, now=now, reason=reason, applied=was.lower() in stands)
        )
    return tuple(out)
