"""Who testified, who examined them and how, and where; in an argument, who argued."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from assistant.transcripts.lines.headings import SWORN, examination
from assistant.transcripts.nouns import Examination, Line, Witness
from assistant.transcripts.record.cites import cite
from assistant.transcripts.record.turns import Turn

_NAME = r"[A-Z][A-Z.'’\-]+(?: (?:[A-Z]\.|[A-Z][A-Z.'’\-]+|(?:DE|VAN|VON|LA|DI)))*"
_NAME_LINE = re.compile(
    rf"(?:(?:DR|MR|MS|MRS)\. )?({_NAME})(?:, (?:[A-Z][\w.]*\.?|Jr\.?|Sr\.?))*,?"
)
_NAMED_IN = re.compile(
    rf"({_NAME}),? (?:a |the |having|called|was|being|after|produced|who|of lawful|first)"
)
_TITLE_NAMED = re.compile(
    r"((?:[A-Z][a-z'’\-]+|[A-Z]\.)(?: (?:[A-Z][a-z'’\-]+|[A-Z]\.)){1,3}), (?:having|called|was|being|after|a witness)"
)
_COVER = re.compile(
    r"\b(?:DEPOSITION|EXAMINATION BEFORE TRIAL|TESTIMONY|SWORN STATEMENT)(?: UPON ORAL EXAMINATION)? OF:?\s*(.*)",
    re.IGNORECASE,
)
_CAPACITY = re.compile(
    r"\b(?:30\(b\)\(6\)|corporate representative|person most (?:knowledgeable|qualified)|designee|expert witness|"
    r"(?:called )?(?:on behalf of|by) the (?:plaintiffs?|defendants?|people|government|state|prosecution|defense|"
    r"respondents?|petitioners?))\b",
    re.IGNORECASE,
)
_HONORIFIC = re.compile(r"^(?:DR|MR|MS|MRS)\.? ", re.IGNORECASE)
_NOT_A_NAME = re.compile(
    r"\b(?:EXAMINATION|PROCEEDINGS|SESSION|COURT|TAKEN|VOLUME|PAGES?|DATE|REMOTE|VIDEOTAPED|CONFIDENTIAL|EXHIBITS?|STATE)\b"
)


@dataclass
class _Open:
    """A witness or examination while its end is not yet known."""

    name: str
    role: str | None
    first: Line
    last: Line
    examinations: list[_Open] = field(default_factory=list)


def witnesses_of(turns: Sequence[Turn], lines: Sequence[Line]) -> tuple[Witness, ...]:
    """The witnesses in order, each with the examinations; names as printed, from oath or cover."""
    cover = _on_cover(lines)
    found: list[_Open] = []
    heading: str | None = None
    by: str | None = None
    for k, turn in enumerate(turns):
        if turn.role == "heading":
            by = turn.examiner or by
            heading = _heading(turn) or heading
            name = _sworn(turns, k)
            if name:
                found.append(_Open(name, _role(turn.text), turn.first, turn.last))
                by, heading = turn.examiner, None
        elif turn.role in ("Q", "A"):
            if not found:
                found.append(_Open(cover or "not stated", None, turn.first, turn.last))
            _extend(found[-1], turn, turn.examiner or by, heading)
            heading = None if turn.role == "Q" else heading
    kept = [w for w in found if w.examinations]
    return tuple(_closed(w, lines) for w in kept)


def _heading(turn: Turn) -> str | None:
    return next((kind for x in turn.lines if (kind := examination(x.text))), None)


def _sworn(turns: Sequence[Turn], k: int) -> str | None:
    """The name of the witness whom this heading says to be sworn, on its lines or just above."""
    turn = turns[k]
    if not SWORN.search(" ".join(t.text for t in turns[k : k + 3] if t.role == "heading")):
        return None
    if not any(SWORN.search(x.text) for x in turn.lines) and not _NAME_LINE.fullmatch(
        turn.lines[0].text
    ):
        return None
    if k and turns[k - 1].role == "heading" and _sworn_before(turns[k - 1]):
        return None
    text = " ".join(x.text for x in turn.lines)
    for line in turn.lines:
        match = _NAME_LINE.fullmatch(line.text.strip())
        if match and " " in match[1] and not _NOT_A_NAME.search(match[1]):
            return match[1].strip(" ,")
    inside = _NAMED_IN.search(text) or _TITLE_NAMED.search(text)
    if inside and " " in inside[1]:
        return inside[1].strip(" ,")
    above = turns[k - 1].lines[-1].text if k else ""
    match = _NAME_LINE.fullmatch(above.strip())
    return (
        match[1].strip(" ,")
        if match and " " in match[1] and not _NOT_A_NAME.search(match[1])
        else None
    )


def _sworn_before(turn: Turn) -> bool:
    """Whether the heading before already named this witness."""
    text = turn.lines[0].text.strip()
    return bool(_NAME_LINE.fullmatch(text)) and " " in text and not _NOT_A_NAME.search(text)


def _role(text: str) -> str | None:
    match = _CAPACITY.search(text)
    return match[0] if match else None


def _extend(witness: _Open, turn: Turn, by: str | None, heading: str | None) -> None:
    """Carry the witness and the running examination on to this turn, or open the next one."""
    witness.last = turn.last
    running = witness.examinations[-1] if witness.examinations else None
    who = by or (running.name if running else "not stated")
    if turn.role == "Q" and (running is None or running.name != who or heading is not None):
        kind = _kind(witness, who, heading)
        witness.examinations.append(_Open(who, kind, turn.first, turn.last))
    elif running is not None:
        running.last = turn.last


def _kind(witness: _Open, by: str, heading: str | None) -> str:
    """The kind as headed; where the heading is bare: direct, then cross by others, redirect on return."""
    if heading not in (None, "examination"):
        return heading or "direct"
    earlier = [x.name for x in witness.examinations]
    if not earlier:
        return "direct"
    if by == earlier[0]:
        return "redirect"
    return "recross" if by in earlier else "cross"


def _closed(open_: _Open, lines: Sequence[Line]) -> Witness:
    role = open_.role or _cover_role(lines)
    exams = tuple(
        Examination(by=x.name, kind=x.role or "direct", cites=_cites(x)) for x in open_.examinations
    )
    return Witness(name=open_.name, role=role, cites=_cites(open_), examinations=exams)


def _cites(open_: _Open) -> tuple[str, ...]:
    text = cite(open_.first, open_.last)
    return (text,) if text else ()


def _cover_role(lines: Sequence[Line]) -> str | None:
    text = " ".join(x.text for x in lines[:60] if x.section in ("cover", "index"))
    match = _CAPACITY.search(text)
    return (
        match[0]
        if match and not match[0].lower().startswith(("by", "on behalf", "called"))
        else None
    )


def _on_cover(lines: Sequence[Line]) -> str | None:
    """The deponent that the cover names."""
    cover = [x.text for x in lines if x.section in ("cover", "index", "appearances") and x.text][
        :70
    ]
    for k, text in enumerate(cover):
        match = _COVER.search(text)
        if match:
            named = match[1].strip(" ,:.") or (
                cover[k + 1].strip(" ,:.") if k + 1 < len(cover) else ""
            )
            named = _HONORIFIC.sub("", named)
            if named and not _NOT_A_NAME.search(named.upper()) and len(named.split()) <= 6:
                return named
    return None


def advocates_of(turns: Sequence[Turn], court: frozenset[str]) -> tuple[Witness, ...]:
    """Who argued, under which heading, and where: nobody testifies in an argument."""
    found: list[_Open] = []
    head = ""
    for k, turn in enumerate(turns):
        if turn.role == "heading":
            before = turns[k - 1].text if k and turns[k - 1].role == "heading" else ""
            fresh = re.search(r"ARGUMENT|REBUTTAL|STATEMENT", turn.text)
            head = turn.text if fresh or not before else f"{head} {turn.text}"
            continue
        if turn.role != "name" or turn.speaker in court or not turn.speaker:
            continue
        if head or not found or found[-1].name != turn.speaker:
            found.append(_Open(turn.speaker, head or None, turn.first, turn.last))
            head = ""
        found[-1].last = turn.last
    return tuple(
        Witness(name=x.name, role=x.role, cites=_cites(x))
        for x in found
        if x.role or len(found) < 12
    )


def court_of(turns: Sequence[Turn]) -> frozenset[str]:
    """The speakers who are the court."""
    names = {t.speaker for t in turns if t.role == "name" and t.speaker}
    return frozenset(n for n in names if re.search(r"\b(?:JUSTICE|JUDGE|THE COURT)\b", n.upper()))
