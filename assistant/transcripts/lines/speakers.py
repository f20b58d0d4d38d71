"""Whose words each line is: Q, A, a name as printed, a parenthetical, or nobody's."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from assistant.transcripts.lines.headings import SWORN, examiner, is_heading
from assistant.transcripts.nouns import Line, Section

_QA = re.compile(r"(Q|A|QUESTION|ANSWER)([.:])?(?:\s+|(?=\()|$)(.*)", re.DOTALL)
_BY_QA = re.compile(r"BY (?:M[RSX]S?|MISS|DR)\.? [A-Z'’. -]+:?\s+(Q)([.:])?\s+(.*)")
_TITLED = re.compile(
    r"((?:M[RSX]S?|Mrs?|Ms|MISS|Miss|DR|Dr|PROF|JUDGE|Judge|(?:CHIEF )?JUSTICE|(?:Chief )?Justice|"
    r"GENERAL|SENATOR|ATTORNEY|HON|SGT|CAPT|LT)\.? [A-Z][\w'’.-]*(?: [A-Z][\w'’.,-]*){0,3}|"
    r"THE (?:[A-Z]+ ?){1,4}|The (?:[A-Z]\w+ ?){1,3}|SPEAKER \d+)(?: \([^)]*\))?:(?:\s+|$)(.*)"
)
_NAMED = re.compile(r"([A-Z][A-Z'’.-]+(?: [A-Z][A-Za-z'’.-]*){0,4}):(?:\s+|$)(.*)")
_WITNESS = re.compile(r"(?:THE )?(?:WITNESS|DEPONENT)", re.IGNORECASE)
_OFFICE = re.compile(
    r"THE (?:COURT|WITNESS|DEPONENT|REPORTER|STENOGRAPHER|VIDEOGRAPHER|CLERK|INTERPRETER|BAILIFF|DEFENDANT|PLAINTIFF|"
    r"JUROR|JURY|FOREPERSON|FOREMAN|MARSHAL|ARBITRATOR|MEDIATOR|TECHNICIAN|OPERATOR|MONITOR|CHAIR|CHAIRMAN|JUDGE|"
    r"PROSPECTIVE|HEARING|DEPUTY|LAW|COURTROOM|CERTIFIED|OFFICIAL|VIDEO|TRANSLATOR|SPECIAL|EXAMINER|MAGISTRATE)\b.*",
    re.IGNORECASE,
)
_NOT_SPEAKERS = frozenset(
    "RE NOTE CASE NO DATE TIME PLACE PAGE LINE INDEX EXHIBIT EXHIBITS WITNESS REPORTED BY".split()
) - {"WITNESS"}
_WHEREUPON = re.compile(r"(?:AND )?(?:WHEREUPON|THEREUPON)\b", re.IGNORECASE)
_NAME_LINE = re.compile(r"[A-Z][A-Z.'’ -]+(?:, (?:[A-Z.]+|Ph\.D\.|M\.D\.|Esq\.))*,")
LONGEST = 9  # lines of one parenthetical


class Spoken(NamedTuple):
    """A line's speaker, the label as printed where it differs, and the words without the label."""

    speaker: str | None
    label: str | None
    said: str


def speakers_of(lines: Sequence[Line], sections: Sequence[Section]) -> list[Spoken]:
    """For each line; lines outside the testimony have no speaker."""
    style = _style_of(lines, sections)
    names = _names(lines, sections)
    inserted = _parentheticals(lines, sections, style, names)
    sworn = _sworn(lines, sections, style, names)
    out: list[Spoken] = []
    current: str | None = None
    label: str | None = None
    headed = False
    for k, line in enumerate(lines):
        if sections[k] != "testimony":
            current = label = None
            out.append(Spoken(None, None, line.text))
        elif not line.text:
            out.append(Spoken(None, None, ""))
        elif k in inserted:
            out.append(Spoken("parenthetical", None, line.text))
        elif k in sworn or (is_heading(line.text, headed) and not _label(line, style, names)):
            current, label, headed = None, None, True
            out.append(Spoken(None, None, line.text))
        else:
            headed = False
            found = _label(line, style, names)
            if found:
                current, label = found.speaker, found.label
            out.append(found or Spoken(current, label, line.text))
    return out


def _label(line: Line, style: str, names: frozenset[str]) -> Spoken | None:
    """The label with which a line begins; None if it goes on with what was said before."""
    match = _BY_QA.fullmatch(line.text) or _QA.fullmatch(line.text)
    if match and _is_label(line, match[2], match[3], style, len(match[1])):
        return Spoken(match[1][0], None, match[3])
    named = _TITLED.fullmatch(line.text) or _NAMED.fullmatch(line.text)
    if named and " ".join(named[1].split()) in names and not examiner(line.text):
        name = " ".join(named[1].split())
        rest = named[2]
        if _WITNESS.fullmatch(name):
            return Spoken("A", name, rest)
        return Spoken(name, None, rest)
    return None


def _is_label(line: Line, dot: str | None, rest: str, style: str, length: int) -> bool:
    if dot or length > 1:
        return bool(dot) and (bool(rest) or line.text[0] == "Q" or line.indent > 0)
    if style == "dotted":
        return False
    if style == "wide":
        return not rest or line.gap >= 1.8
    return (
        not rest
        or line.gap >= 1.8
        or rest[0].isupper()
        or rest[0] in "\"“'‘(-–—"
        or rest[0].isdigit()
    )


def _style_of(lines: Sequence[Line], sections: Sequence[Section]) -> str:
    """How this reporter sets Q and A off: "dotted", by a "wide" gap, or "plain"."""
    seen: Counter[str] = Counter()
    for line, section in zip(lines, sections, strict=True):
        match = (
            _QA.fullmatch(line.text) if section == "testimony" and line.text[:1] == "Q" else None
        )
        if match and match[3]:
            seen["dotted" if match[2] else "wide" if line.gap >= 1.8 else "plain"] += 1
    if seen["dotted"] > seen["wide"] + seen["plain"]:
        return "dotted"
    return "wide" if seen["wide"] >= 4 * max(1, seen["plain"]) else "plain"


def _names(lines: Sequence[Line], sections: Sequence[Section]) -> frozenset[str]:
    """The names that label speech here: those with a title, and others that come back."""
    titled: set[str] = set()
    counted: Counter[str] = Counter()
    for line, section in zip(lines, sections, strict=True):
        if section != "testimony" or ":" not in line.text:
            continue
        match = _TITLED.fullmatch(line.text)
        if match and not (match[1][:4].upper() == "THE " and not _OFFICE.fullmatch(match[1])):
            titled.add(" ".join(match[1].split()))
            continue
        match = _NAMED.fullmatch(line.text)
        if match and match[1].split()[0] not in _NOT_SPEAKERS:
            counted[" ".join(match[1].split())] += 1
    return frozenset(titled | {n for n, c in counted.items() if c >= 2 or _WITNESS.fullmatch(n)})


def _parentheticals(
    lines: Sequence[Line], sections: Sequence[Section], style: str, names: frozenset[str]
) -> set[int]:
    """The lines that the reporter put in: bracketed remarks, and `Whereupon, …` paragraphs."""
    out: set[int] = set()
    k = 0
    while k < len(lines):
        text = lines[k].text
        end = k
        if sections[k] == "testimony" and text and k not in out:
            if text[0] in "([" and len(text) > 1 and (text[1].isupper() or text[1].isdigit()):
                end = _closed(lines, k, style, names)
            elif _WHEREUPON.match(text):
                end = _paragraph(lines, k, style, names)
        out |= set(range(k, end))
        k = max(end, k + 1)
    return {k for k in out if lines[k].text}


def _closed(lines: Sequence[Line], k: int, style: str, names: frozenset[str]) -> int:
    """One past the line that closes the bracket opened on line k; k if it is no remark."""
    shut = {"(": ")", "[": "]"}[lines[k].text[0]]
    depth = 0
    for end in range(k, min(k + LONGEST, len(lines))):
        text = lines[end].text
        if end > k and _label(lines[end], style, names):
            return k
        depth += text.count(lines[k].text[0]) - text.count(shut)
        if depth <= 0:
            return end + 1 if text.rstrip(" .-").endswith(shut) else k
    return k


def _paragraph(lines: Sequence[Line], k: int, style: str, names: frozenset[str]) -> int:
    for end in range(k + 1, min(k + LONGEST, len(lines))):
        text = lines[end].text
        if not text or _label(lines[end], style, names) or is_heading(text):
            return end
        if SWORN.search(lines[end - 1].text) or lines[end - 1].text.endswith((".", ".)", ":")):
            return end
    return k + 1


def _sworn(
    lines: Sequence[Line], sections: Sequence[Section], style: str, names: frozenset[str]
) -> set[int]:
    """The lines that say who was called and sworn, from the name to "as follows:"."""
    out: set[int] = set()
    for k, line in enumerate(lines):
        if sections[k] != "testimony" or not SWORN.search(line.text):
            continue
        if _label(line, style, names) or _in_speech(lines, k, style, names):
            continue
        start = k
        while start and _introduces(lines[start - 1], style, names):
            start -= 1
        end = k
        while end < min(k + 6, len(lines) - 1) and not lines[end].text.rstrip().endswith(
            (":", ".")
        ):
            end += 1
        out |= set(range(start, end + 1))
    return {k for k in out if not _label(lines[k], style, names)}


def _introduces(line: Line, style: str, names: frozenset[str]) -> bool:
    if not line.text or _label(line, style, names) or is_heading(line.text):
        return False
    return bool(_NAME_LINE.fullmatch(line.text)) or not line.text.rstrip().endswith((".", "?"))


def _in_speech(lines: Sequence[Line], k: int, style: str, names: frozenset[str]) -> bool:
    """Whether line k goes on with a speech: no name of a witness stands between."""
    for j in range(k, max(-1, k - 8), -1):
        text = lines[j].text
        if not text or _NAME_LINE.fullmatch(text) or is_heading(text):
            return False
        if _label(lines[j], style, names):
            return True
    return True
