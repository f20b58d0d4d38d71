"""What the cover and the appearances say: court, title, docket, date, volume, reporter, counsel."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from assistant.transcripts.nouns import Caption, Line

_MONTHS = (
    "January February March April May June July August September October November December".split()
)
_DATE = re.compile(
    r"\b(?:on )?("
    + "|".join(f"{m}|{m[:3]}" for m in _MONTHS)
    + r")\.? +(\d{1,2})(?:st|nd|rd|th)?,? +(\d{4})\b"
    r"|\b(\d{1,2})(?:st|nd|rd|th)? (?:day of )?(" + "|".join(_MONTHS) + r"),? (\d{4})\b"
    r"|\b(\d{1,2})/(\d{1,2})/(\d{4}|\d{2})\b",
    re.IGNORECASE,
)
_DOCKET = re.compile(
    r"\b(?:(?:Civil |Criminal )?(?:Action|Case|Cause|Docket|Index|File|Court File|Civ\.?|Cr\.?|Crim\.?|MDL|Adv\. Proc\.)"
    r"(?: Action| Case)?[ .:]*(?:(?:No|Nos|Number|Numbers|#)[.:s]*)?|Nos?\.|Number)[ :]*"
    r"([A-Z]{0,5}[\dA-Z]*\d[\w:/.\-]*(?: ?(?:\([A-Z/]+\)|[A-Z]{2,4}))?)",
    re.IGNORECASE,
)
_NUMBERED = re.compile(  # "Case No." with the number on the next row, beyond the rule between
    r"\b(?:Case|Cause|Docket|Index|File|Civil(?: Action)?|Action) ?(?:No|Nos|Number)\b[.:]?[^\d\n]{0,40}?"
    r"(?<![\w-])((?=[\w:/-]*\d{3})[A-Z\d][A-Z\d:/-]*\d[A-Z\d:/-]*(?: \([A-Z]+\))?)",
    re.IGNORECASE,
)
_LICENCE = re.compile(
    r"\b(?:C\.?S\.?R\.?|R\.?P\.?R\.?|C\.?C\.?R\.?|licen[cs]e|registration|certificate|certified|job|reg\.)\W*"
    r"(?:No|Number|#)?[.:]? ?[\w-]*\d[\w-]*",
    re.IGNORECASE,
)
_FEDERAL = re.compile(
    r"\b\d{1,2}:\d{2}-(?:[a-z]{2}|mc|md)-\d{3,6}(?:-[A-Z]+)*(?:[-(][A-Z()]+)?", re.IGNORECASE
)
_ARGUED = re.compile(r"\bNos?\.? (\d{2}[-–]\d{1,5}|\d{2}-[A-Z]\d+)")
_REPORTER = re.compile(
    r"(?:REPORTED|STENOGRAPHICALLY (?:REPORTED|RECORDED)|TAKEN|RECORDED|TRANSCRIBED)(?: (?:REMOTELY|STENOGRAPHICALLY))? BY[:.]?\s*(.*)|"
    r"(?:COURT |OFFICIAL |STENOGRAPHIC )?REPORTER[:.]\s*(.+)",
    re.IGNORECASE,
)
_CERTIFIED = re.compile(
    r"([A-Z][\w.'’-]+(?: [A-Z][\w.'’-]*){1,3}),? (?:(?:No\. \d+|CSR|RPR|CRR|RMR|RDR|CCR|CLR|FAPR|CM|CCP)[\w .#-]*,? ?)+"
)
_OATH = re.compile(
    r"\bI, ([A-Z][\w.'’-]+(?: [A-Z][\w.'’-]*){1,4}), (?:.{0,40}?)(?:a |an |the )?(?:\w+ ){0,4}"
    r"(?:Reporter|Stenographer|Notary|Shorthand|CSR|RPR|Transcriber)",
    re.DOTALL,
)
_COURT = re.compile(
    r"\b(?:COURT|TRIBUNAL|COMMISSION|ARBITRATION ASSOCIATION|BOARD OF|JAMS|PATENT TRIAL)\b",
    re.IGNORECASE,
)
_NO_COURT = re.compile(
    r"REPORT|BEFORE THE HONORABLE|SERVICES|matter came on|courthouse", re.IGNORECASE
)
_PART = re.compile(
    r"(?:(?:NORTHERN|SOUTHERN|EASTERN|WESTERN|CENTRAL|MIDDLE) )?(?:DISTRICT|DIVISION)\b.*|\w+ DIVISION|"
    r"(?:FOR|IN AND FOR) THE .*|COUNTY OF .*|.* COUNTY(?:,.*)?|STATE OF .*|LAW DIVISION.*|DISTRICT OF .*",
    re.IGNORECASE,
)
_VERSUS = re.compile(r"^(?:-?\s*(?:v|vs|versus|against)\b\.?\s*-?)", re.IGNORECASE)
_VOLUME = re.compile(r"\bVOL(?:UME|\.)[ :]*([IVXLC]+|\d+)\b", re.IGNORECASE)
_RULE = re.compile(r"[\s:)(|*§_\-–—xX.]+$")
_ROLE = re.compile(
    r"^(?:the )?(?:Plaintiffs?|Defendants?|Petitioners?|Respondents?|Appellants?|Appellees?|Claimants?|"
    r"Cross-?\w+|Counter-?\w+|Third-Party.*|Debtors?)(?:[/-]?\w+)*(?:\(s\))?[.,;]*$",
    re.IGNORECASE,
)
_FOR = re.compile(
    r"(?:(?:ON BEHALF OF|APPEARING FOR|ATTORNEYS? FOR|COUNSEL FOR|REPRESENTING|FOR) (?:THE )?(.+?))[:.]?$",
    re.IGNORECASE,
)
_ESQ = re.compile(
    r"(?:BY:? ?)?((?:[A-Z][\w.'’-]*,? ){1,4}[A-Z][\w.'’-]+)(?:, (?:JR|SR|II|III)\.?)?,? (?:ESQ(?:UIRE)?\b|\(via|Attorney at Law)",
    re.IGNORECASE,
)
_BY_NAME = re.compile(
    r"BY:? +((?:(?:MR|MS|MRS|DR)\. )?[A-Z][\w.'’-]*(?: [A-Z][\w.'’-]*){1,3})\b.*", re.IGNORECASE
)
_ROUGH = re.compile(r"\bROUGH (?:DRAFT|ASCII|TRANSCRIPT)|UNCERTIFIED|\bUNEDITED\b", re.IGNORECASE)


def caption_of(lines: Sequence[Line], heads: Sequence[str] = ()) -> Caption:
    """The caption from the lines before the testimony (and the certificate, for the reporter)."""
    cover = [x.text for x in lines if x.section in ("cover", "other") and x.text][:90]
    if not cover:
        cover = [x.text for x in lines[:40] if x.text and x.section != "testimony"]
    front = [x.text for x in lines if x.section in ("cover", "appearances", "other") and x.text]
    tail = " ".join(x.text for x in lines if x.section == "certificate")
    joined = " ".join(cover)
    return Caption(
        court=_court(cover),
        title=_title(cover),
        docket=_docket(joined),
        date=_date(cover),
        volume=(m[1] if (m := _VOLUME.search(joined)) else None),
        reporter=_reporter(cover, front, tail) or _firm(heads),
        place=_place(cover),
        appearances=tuple(_appearances(lines)),
        rough=bool(_ROUGH.search(joined + " ".join(heads))),
    )


def iso(text: str) -> str | None:
    """The first date of a text as ISO 8601; None without one."""
    return next(iter(dates(text)), None)


def dates(text: str) -> list[str]:
    """Every full date of a text as ISO 8601, in order."""
    found = []
    for match in _DATE.finditer(text):
        name, day, year = (
            (match[1], match[2], match[3]) if match[1] else (match[5], match[4], match[6])
        )
        if match[7]:
            month, day, year = int(match[7]), match[8], match[9]
        else:
            month = next(i for i, m in enumerate(_MONTHS, 1) if m[:3].lower() == name[:3].lower())
        whole = int(year) + (2000 if len(year) == 2 else 0)
        try:
            found.append(date(whole, month, int(day)).isoformat())
        except ValueError:
            continue
    return found


def _court(cover: Sequence[str]) -> str | None:
    for k, text in enumerate(cover[:30]):
        if _COURT.search(text) and not _NO_COURT.search(text) and len(text) < 90:
            parts = [_RULE.sub("", text)]
            for more in cover[k + 1 : k + 4]:
                if not _PART.fullmatch(_RULE.sub("", more)):
                    break
                parts.append(_RULE.sub("", more))
            return ", ".join(parts)
    return None


def _docket(joined: str) -> str | None:
    joined = _LICENCE.sub(" ", joined)
    for pattern in (_FEDERAL, _ARGUED, _NUMBERED, _DOCKET):
        match = pattern.search(joined)
        if match:
            return (match[1] if pattern.groups else match[0]).strip(" .,:)")
    return None


def _date(cover: Sequence[str]) -> str | None:
    return next((found for text in cover if (found := iso(text))), iso(" ".join(cover)))


def _title(cover: Sequence[str]) -> str | None:
    """The parties on both sides of `v.`, the rules and the docket beside them left out."""
    clean = [_party(t) for t in cover]
    at = next((k for k, t in enumerate(clean) if _VERSUS.match(t)), None)
    if at is None:
        whole = " ".join(cover)
        match = re.search(r"\bIN (?:THE MATTER OF|RE):? [^)]{3,80}", whole, re.IGNORECASE)
        return match[0].strip(" :,)") if match else None
    left: list[str] = []
    for text in reversed(clean[:at]):
        if left and (_COURT.search(text) or _PART.fullmatch(text) or not text):
            break
        if text and not _ROLE.match(text):
            left.insert(0, text)
    right: list[str] = [r] if (r := _VERSUS.sub("", clean[at]).strip()) else []
    for text in clean[at + 1 : at + 8]:
        if _ROLE.match(text) or (right and not text):
            break
        if text:
            right.append(text)
    sides = [" ".join(side).strip(" ,;:") for side in (left, right)]
    return f"{sides[0]} v. {sides[1]}" if all(sides) else None


def _party(text: str) -> str:
    text = re.split(r"(?:^|\s)[):|§*]+(?:\s|$)", text)[0]
    text = _FEDERAL.sub("", text)
    text = _DOCKET.sub("", text) if "No" in text or "NO" in text else text
    return _RULE.sub("", text).strip() if not _VERSUS.match(text) else text.strip(" _-–—)(")


def _reporter(cover: Sequence[str], front: Sequence[str], tail: str) -> str | None:
    for texts in (cover, front):
        for k, text in enumerate(texts):
            match = _REPORTER.search(text)
            if match:
                named = (match[1] or match[2] or "").strip(" :")
                named = named or (texts[k + 1].strip() if k + 1 < len(texts) else "")
                if named and not named.isdigit():
                    return named.rstrip(" ,")
    match = _OATH.search(tail)
    if match:
        return match[1]
    certified = _CERTIFIED.search(" ".join(front)) or _CERTIFIED.search(tail)
    return certified[0].strip(" ,") if certified else None


_FIRM = re.compile(
    r"\b((?:[A-Z][\w&'’.-]*,? ){1,5}(?:Reporting|Reporters|Stenographers|Legal Solutions|Court Services)\b"
    r"(?: (?:Company|Services?|Group|Inc\.?|LLC|Solutions|Corporation|Co\.))*)",
    re.IGNORECASE,
)


def _firm(heads: Sequence[str]) -> str | None:
    """The reporting firm that the running heads or feet name."""
    found = (m for text in heads if (m := _FIRM.search(text)))
    return next((" ".join(m[1].split()) for m in found), None)


def _place(cover: Sequence[str]) -> str | None:
    pattern = re.compile(r"^([A-Z][A-Za-z .]+, (?:[A-Z][a-z]+(?: [A-Z][a-z]+)?|[A-Z]\.?[A-Z]\.?))$")
    return next((m[1] for t in cover if (m := pattern.match(t)) and not _DATE.search(t)), None)


def _appearances(lines: Sequence[Line]) -> list[dict[str, str]]:
    """Counsel and for whom, as the appearances print it, above the names or after them."""
    texts = [x.text for x in lines if x.section == "appearances" and x.text]
    out: list[dict[str, str]] = []
    party = ""
    for k, text in enumerate(texts):
        name = _ESQ.search(text) or _BY_NAME.match(text)
        if name:
            after = re.search(r"\b(?:on behalf of|for) (?:the )?([^;]+)$", text)
            own = _own_party(_entry(texts, k))
            who = " ".join(name[1].split()).strip(" ,")
            out.append({"name": who, "for": party or own or (after[1] if after else "")})
            continue
        match = _FOR.match(text)
        if match and len(text) < 70:
            party = match[1].strip(" :.")
            if out and not out[-1]["for"]:
                out[-1]["for"] = party
                party = ""
    return out


def _entry(texts: Sequence[str], k: int) -> list[str]:
    """The lines about the counsel named on line k: up to the next one named."""
    end = next((j for j in range(k + 1, len(texts)) if _ESQ.search(texts[j])), len(texts))
    return list(texts[k : min(end, k + 5)])


def _own_party(texts: Sequence[str]) -> str:
    """In `NAME, ESQ., City; on behalf of Petitioners.`: the party after the semicolon."""
    joined = " ".join(texts)
    match = re.search(r"; (?:on behalf of|for) (?:the )?([^.;]+?)(?:\.(?: |$)|;|$)", joined)
    return match[1].strip() if match else ""
