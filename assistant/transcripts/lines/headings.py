"""What stands on a line of its own: headings of sections, of examinations, and who is sworn."""

from __future__ import annotations

import re
from typing import cast

from assistant.transcripts.nouns import Section

_HEADS: tuple[tuple[Section, str], ...] = (
    ("word-index", r"(?:WORD INDEX|CONCORDANCE|WORD LIST|INDEX OF WORDS)\b.*"),
    (
        "errata",
        r".*\bERRATA\b.*|(?:WITNESS |DEPOSITION )?(?:CORRECTIONS?|CHANGES?)(?: SHEET| PAGE| AND SIGNATURE.*| TO .*)?",
    ),
    (
        "signature",
        r"(?:ACKNOWLEDGE?MENT|CERTIFICATE|CERTIFICATION|DECLARATION|SIGNATURE|AFFIDAVIT|JURAT)(?: PAGE)?"
        r"(?: OF (?:THE )?(?:DEPONENT|WITNESS)| UNDER PENALTY OF PERJURY| BY (?:DEPONENT|WITNESS))"
        r"|SIGNATURE(?: PAGE| OF .*)?|JURAT|ACKNOWLEDGE?MENT|"
        r"(?:WITNESS|DEPONENT)['’]?S?['’]? (?:SIGNATURE|CERTIFICATE|DECLARATION|ACKNOWLEDGE?MENT)(?: PAGE)?|"
        r"DECLARATION UNDER PENALTY OF PERJURY|READ(?:ING)? AND SIGN(?:ING)?",
    ),
    (
        "certificate",
        r"(?:COURT |NOTARY |OFFICIAL )?(?:REPORTER|NOTARY|TRANSCRIBER|STENOGRAPHER)?['’]?S?['’]? ?"
        r"(?:CERTIFICATE|CERTIFICATION)(?: (?:OF|BY) .*| PAGE)?",
    ),
    (
        "appearances",
        r"(?:REMOTE )?APPEARANCES?(?: OF COUNSEL| FOR .*)?(?: ?\(.*\))?|COUNSEL PRESENT",
    ),
    (
        "index",
        r"(?:TABLE OF )?CONTENTS|(?:GENERAL |MASTER )?INDEX(?: (?:OF|TO) .*| PAGE)?|"
        r"(?:WITNESS|EXAMINATION|EXHIBIT|DEPOSITION)S? INDEX|(?:MARKED |DEPOSITION |INDEX OF )?EXHIBITS?|"
        r"INFORMATION REQUESTED|(?:QUESTIONS? )?INSTRUCTED NOT TO ANSWER",
    ),
)
_SECTION = tuple((name, re.compile(rf"(?:{pattern})[:.]?")) for name, pattern in _HEADS)
_EXAM = re.compile(
    r"(?:-+ ?)?(?:(?:CONTINUED|FURTHER|RESUMED|VOIR DIRE|DIRECT|CROSS|RE-?DIRECT|RE-?CROSS|RECROSS|ADVERSE|"
    r"PRELIMINARY|CONTINUING)[ -]*)*EXAMINATION(?: ?\(.*\)| BY .*| OF .*)?(?: ?-+)?[:.]?",
    re.IGNORECASE,
)
_BY = re.compile(
    r"(?:EXAMINATION )?BY:? ((?:M[RSX]S?|MISS|DR|JUDGE|THE|PROF|HON|ATTORNEY|GENERAL)\.? ?.{2,60}?)"
    r"(?: ?\((?:CONTINUED|CONTINUING|RESUMED)\.?\))?[:.]?",
    re.IGNORECASE,
)
_ARGUMENT = re.compile(
    r"(?:ORAL |OPENING |CLOSING |REBUTTAL )*(?:ARGUMENT|STATEMENT|REBUTTAL)(?:S)?(?: (?:OF|BY|FOR) .*)?"
)
_FOR = re.compile(r"(?:ON BEHALF OF|FOR) (?:THE )?[A-Z ,.'’()\-]+")
_RUN_ON = (  # letters set apart lose their word breaks when put together
    ("CERTIFICAT", "certificate"),
    ("REPORTER'SCERTIFICAT", "certificate"),
    ("REPORTER’SCERTIFICAT", "certificate"),
    ("APPEARANCES", "appearances"),
    ("INDEX", "index"),
    ("EXHIBITS", "index"),
    ("CONTENTS", "index"),
    ("ERRATA", "errata"),
    ("WORDINDEX", "word-index"),
)
_OTHER = re.compile(
    r"PROCEEDINGS|(?:MORNING|AFTERNOON|EVENING) SESSION|TESTIMONY|STIPULATIONS?|"
    r"(?:AND )?FURTHER (?:THE )?(?:DEPONENT|WITNESS) SAITH (?:NOT|NAUGHT).*|[-–—* _]{3,}|o?0o|[-o0O ]{5,}|"
    r"(?:VOLUME|VOL\.) [IVXLC\d]+|JURY (?:TRIAL|SELECTION)|VERDICT|SENTENCING"
)
SWORN = re.compile(
    r"testified as follows|(?:having|after) (?:been|being) (?:\w+ ){0,3}(?:sworn|affirmed|cautioned)|"
    r"(?:first|being|been|was) duly (?:sworn|affirmed|cautioned)|was examined and testified|"
    r"(?:called|produced) as a witness",
    re.IGNORECASE,
)


def joined(text: str) -> str:
    """Letters set apart put together: "P R O C E E D I N G S" -> "PROCEEDINGS"."""
    text = text.strip()
    tokens = text.split()
    single = sum(len(t.strip(":.")) == 1 for t in tokens)
    if len(tokens) >= 4 and single >= 0.8 * len(tokens):
        return "".join(tokens)
    return text


def section_head(text: str) -> Section | None:
    """The section that a line of this text opens, None for any other line."""
    plain = joined(text).strip(" -–—*_")
    if plain != text.strip(" -–—*_") and plain.isupper():
        return next((cast(Section, n) for start, n in _RUN_ON if plain.startswith(start)), None)
    if not 4 <= len(plain) <= 70:
        return None
    upper = plain if plain.isupper() else plain.upper() if len(plain.split()) <= 5 else ""
    if plain != upper and (not plain.istitle() and not plain.rstrip(":").istitle()):
        return None
    return next((name for name, pattern in _SECTION if pattern.fullmatch(upper)), None)


def examination(text: str) -> str | None:
    """The kind of examination that a heading opens: direct, cross … or "examination"; None else."""
    plain = joined(text)
    if not _EXAM.fullmatch(plain) or not (plain.isupper() or plain.istitle() or "BY" in plain):
        return None
    low = plain.lower()
    for word in ("redirect", "recross", "direct", "cross", "voir dire"):
        if word in low.replace("re-", "re"):
            return ("further " if "further" in low else "") + word
    return "further" if "further" in low or "continued" in low else "examination"


def examiner(text: str) -> str | None:
    """Who examines from here on, where the line says so: `BY MR. BLOOD:` -> `MR. BLOOD`."""
    plain = joined(text)
    match = _BY.fullmatch(plain)
    if match and (plain.endswith(":") or plain.isupper()):
        return match[1].strip(" :.").upper()
    exam = re.search(r"EXAMINATION BY:? ((?:M[RSX]S?|DR)\.? [A-Z'’\-. ]+)", plain, re.IGNORECASE)
    return exam[1].strip(" :.").upper() if exam and _EXAM.fullmatch(plain) else None


def is_heading(text: str, after: bool = False) -> bool:
    """Whether a line of a proceeding stands for itself: a heading or a rule, nobody's words. `after`:
    the line before it is one, so that `FOR THE PETITIONERS` goes on with it."""
    plain = joined(text).strip()
    if examination(plain) or examiner(plain):
        return True
    if after and plain.isupper() and _FOR.fullmatch(plain):
        return True
    return bool(_OTHER.fullmatch(plain) or (plain.isupper() and _ARGUMENT.fullmatch(plain)))
