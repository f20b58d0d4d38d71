"""Exhibits: first named where, marked where, what the index calls them, what the witness did with them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from assistant.transcripts.nouns import Exhibit, Line
from assistant.transcripts.record.exchanges import Exchange
from assistant.transcripts.record.turns import Turn

_WORDS = {
    w: str(n)
    for n, w in enumerate(
        "one two three four five six seven eight nine ten eleven twelve".split(), 1
    )
}
_NUMBER = r"(?:[A-Z]{1,4}-?)?\d{1,5}(?:-?[A-Z]\b)?(?:-\d+)?|[A-Z]{1,2}(?![A-Za-z'’])|" + "|".join(
    _WORDS
)
MENTION = re.compile(
    r"\bExh?(?:ibit)?s?\b\.?,? *(?:marked )?(?:as )?(?:for identification )?(?:Nos?\.?|Numbers?|#)? *("
    + _NUMBER
    + r")(?![\w])"
)
_LOWER = re.compile(MENTION.pattern.replace("[A-Z]", "[A-Za-z]"), re.IGNORECASE)
_LIST = re.compile(r"(?:,? (?:and|through|to|&) |, )(\d{1,4}(?:-?[A-Z])?)\b")
_MARKED = re.compile(
    r"\b(?:was|were|is|are|has been|have been|being)? ?(?:so |duly |previously |pre-?)?"
    r"(?:marked|introduced|identified|received|admitted|entered)\b",
    re.IGNORECASE,
)
_MARKED_AS = re.compile(r"\b(?:marked|identified|designated)[^.?]{0,40}? as\b", re.IGNORECASE)
_ROW = re.compile(
    r"(?:(?:Plaintiff|Defendant|Government|People|Joint|Deposition|Trial)['’]?s?['’]? )?(?:Exhibit |Ex\. |No\. |Exhibit No\. )?"
    r"((?:[A-Z]{1,4}-?)?\d{1,5}(?:-?[A-Z])?|[A-Z]{1,2})[.:]? +(\S.*?)(?:[ .·_]{2,}| )(\d{1,4})(?:, \d+)*$"
)
_ROW_START = re.compile(
    r"(?:Exhibit |Ex\. |No\. |Exhibit No\. )((?:[A-Z]{1,4}-?)?\d{1,5}(?:-?[A-Z])?|[A-Z])[.:]? +(\S.*)$|"
    r"(\d{1,4}(?:-?[A-Z])?)[.:]? +([A-Z]\S* \S.*)$"
)
_SHOWN = re.compile(
    r"recogni[sz]e|familiar|seen (?:this|that|it)|what (?:is|are) (?:this|that|it|exhibit)|identify|describe|tell (?:me|us) what",
    re.IGNORECASE,
)
_ABOUT = 3  # exchanges after a mention that may still deal with the exhibit


@dataclass
class _Found:
    number: str
    first: str | None = None
    marked: str | None = None
    cites: list[str] = field(default_factory=list)
    dealt: list[dict[str, str]] = field(default_factory=list)
    described: str = ""


def numbers_in(text: str) -> list[tuple[str, int, int]]:
    """(number, start, end) of each exhibit that a text names, `Exhibits 3 and 4` as two."""
    out: list[tuple[str, int, int]] = []
    for match in _LOWER.finditer(text):
        raw = match[1]
        if raw.lower() in _WORDS:
            out.append((_WORDS[raw.lower()], match.start(), match.end()))
            continue
        if not raw[0].isdigit() and not raw.isupper():
            continue
        out.append((raw.upper(), match.start(), match.end()))
        end = match.end()
        plural = match[0].lower().startswith(("exhibits", "exs"))
        while plural and (more := _LIST.match(text, end)):
            out.append((more[1].upper(), match.start(), more.end()))
            end = more.end()
    return out


def exhibits_of(
    turns: Sequence[Turn], exchanges: Sequence[Exchange], lines: Sequence[Line]
) -> tuple[Exhibit, ...]:
    """Every exhibit named on the record, in the order of first naming."""
    found: dict[str, _Found] = {}
    for turn in turns:
        if turn.role == "heading":
            continue
        for number, start, end in numbers_in(turn.text):
            item = found.setdefault(number, _Found(number))
            where = turn.cite(start, end)
            item.first = item.first or where or None
            if where and where not in item.cites:
                item.cites.append(where)
            item.marked = item.marked or _marking(turn, start, end)
    _deal(found, exchanges)
    listed = _listed(lines)
    return tuple(
        Exhibit(
            number=x.number,
            description=listed.get(x.number, "") or x.described,
            first_cite=x.first,
            marked=x.marked,
            cites=tuple(x.cites),
            dealt_with=tuple(x.dealt),
        )
        for x in found.values()
    )


def _marking(turn: Turn, start: int, end: int) -> str | None:
    """The cite of the marking, where this mention is one: the reporter's note, or her words in a turn."""
    text = turn.text
    if turn.role == "note":
        return (turn.cite() or None) if _MARKED.search(text) else None
    after = re.match(
        r"[^.?]{0,60}?\b(?:was|were) (?:so |duly |then |thereupon )?marked(?: for (?:purposes of )?identification)?\b",
        text[end:],
        re.IGNORECASE,
    )
    if not after or _MARKED_AS.search(text[max(0, start - 60) : start]):
        return None
    if re.search(r"\b(?:that|which|when|if|after|before) *$", text[:start], re.IGNORECASE):
        return None
    return turn.cite(start, end + after.end()) or None


def _deal(found: dict[str, _Found], exchanges: Sequence[Exchange]) -> None:
    """What the witness said on being shown each exhibit."""
    current: str | None = None
    left = 0
    for exchange in exchanges:
        asked = exchange.question.text if exchange.question else ""
        named = [n for n, _, _ in numbers_in(asked)]
        named += [n for t in exchange.between for n, _, _ in numbers_in(t.text) if t.role == "note"]
        if named:
            current, left = named[-1], _ABOUT
        if current is None or left <= 0 or current not in found:
            continue
        left -= 1
        item, answer = found[current], exchange.answers[0]
        if _SHOWN.search(asked) and len(item.dealt) < 4:
            quote = answer.text if len(answer.text) <= 300 else answer.text[: _sentence(answer)]
            item.dealt.append({"cite": answer.cite(0, len(quote)), "quote": quote})
            if not item.described and len(quote.split()) >= 5:
                item.described = f"witness: “{quote}”"


def _sentence(answer: Turn) -> int:
    ends = [end for _, end in answer.sentences if end <= 300]
    return ends[-1] if ends else answer.sentences[0][1]


def _listed(lines: Sequence[Line]) -> dict[str, str]:
    """Exhibit number -> description, as the index lists them; descriptions may run over lines."""
    out: dict[str, str] = {}
    current = ""
    inside = False
    paged = _paged(lines)
    for line in lines:
        if line.section != "index":
            inside, current = False, ""
            continue
        text = line.text
        if re.search(r"E ?X ?H ?I ?B ?I ?T ?S?\b", text.upper()) and not _ROW_START.match(text):
            inside, current = True, ""
            continue
        if not inside:
            continue
        row = _ROW.match(text) if paged else None
        start = None if row else _ROW_START.match(text)
        if row:
            current = row[1].upper()
            out.setdefault(current, _bare(row[2]))
        elif start:
            current = (start[1] or start[3]).upper()
            out.setdefault(current, _bare(start[2] or start[4]))
        elif current and text and not text.isupper():
            more = _bare(re.sub(r"[ .·_]{3,}\d{1,4}$", "", text))
            out[current] = f"{out[current]} {more}".strip()
        elif not text and current:
            current = ""
    return out


def _paged(lines: Sequence[Line]) -> bool:
    """Whether the numbers at the ends of the index's rows are pages: they count up, within the transcript."""
    last = max((x.page for x in lines if x.page is not None), default=0)
    rows = [m for x in lines if x.section == "index" and (m := _ROW.match(x.text))]
    ends = [int(m[3]) for m in rows]
    return bool(ends) and ends == sorted(ends) and ends[-1] <= last


def _bare(text: str) -> str:
    """A description without its dot leaders."""
    return re.sub(r"[ .·_]{2,}$", "", text).strip()
