"""No verdict outside the rights in the composer's own words: law, waiver, outcomes, promises to act."""

from __future__ import annotations

import re

from rails.case import Case, Unit
from rails.reading import lowered, sentences

# What is pronounced on, in words that a coding answer has no use for. Quotes from sources and the
# question's own words are masked before these are read, in `lowered` text.
_WAIVER = r"\b(?:waive[ds]?|waiving|waiver (?:occurred|has|is|was|applies)|claw(?:ed)?[ -]?back|privilege (?:is|was|has been) (?:lost|gone|intact|preserved))\b"
_LAW = (
    r"\b(?:is|are|was|were|be|not|un)\s?(?:legally )?(?:enforceable|unenforceable|admissible|inadmissible|unlawful|"
    r"illegal|lawful|legal to|liable|negligent|actionable|defamatory|infring\w+)\b|\b(?:liability|exposure) (?:is|exists|will)\b|"
    r"\byou (?:should|must|can|could) (?:sue|settle|appeal|object|file|disclose|report)\b|\bmy legal (?:advice|opinion)\b|"
    r"\b(?:the )?law (?:requires|says|allows|forbids)\b"
)
_OUTCOME = (
    r"\b(?:court|judge|jury|agency|examiner|regulator|opposing counsel|other side|they|we|plaintiffs?|defendants?) "
    r"(?:will|would|is likely to|are likely to|should|going to|'ll) (?:probably |likely )?(?:win|lose|rule|grant|deny|find|settle|award|reject|"
    r"allow|convict|prevail|agree|accept)\b|\b(?:odds|chances?) (?:of|are|is)\b|\b(?:will|would) (?:likely )?(?:win|lose|prevail|settle for)\b"
)
_THEME = r"\b(?:trial|opening|closing|case) theme\b|\b(?:tell|show|persuade|convince) the jury\b|\bplay (?:this|the) (?:clip|excerpt)\b|\b(?:smoking gun|best (?:exhibit|evidence))\b"
_RELEASE = r"\b(?:go ahead and|please|you (?:can|may|should)|ok(?:ay)? to|safe to|ready to|cleared (?:to|for)) (?:now )?(?:produce|release|send (?:it|this|them)|disclose|share|file|sign)\b|\bapproved for (?:production|release)\b"
_ACT = (
    r"\b(?:i|we)(?:'ve| have|'ll| will|'m| am| just)? ?(?:now )?(?:tag(?:ged|ging)?|recod(?:e|ed|ing)|delet(?:e|ed|ing)|sent|send(?:ing)?|"
    r"email(?:ed|ing)?|updat(?:e|ed|ing)|releas(?:e|ed|ing)|produc(?:e|ed|ing)|chang(?:e|ed|ing)|escalated it to|mov(?:e|ed|ing)|fil(?:e|ed|ing)|mark(?:ed|ing)?)\b"
)
_JUDGE = r"\b(?:reviewer|colleague|he|she|they) (?:is|are|was|were) (?:careless|incompetent|sloppy|lazy|wrong as usual)\b"
_ALL = re.compile("|".join((_WAIVER, _LAW, _OUTCOME, _THEME, _RELEASE, _ACT, _JUDGE)))


def pronouncing(case: Case) -> list[str]:
    """No sentence of the composer's own pronounces on what is not the assistant's to say."""
    for unit in case.each:
        text = lowered(unit.text)
        if _ALL.search(text) and any(_says(case, unit, line) for line in text.split("\n")):
            return ["pronounces on what is not its right"]
    return []


def _says(case: Case, unit: Unit, line: str) -> bool:
    """Whether a line pronounces in words that are not a source's own, whole clause or whole sentence."""
    found = list(_ALL.finditer(line))
    if all(case.stands(m.group()) and case.whole_clause(line, *m.span()) for m in found):
        return False
    return not all(
        case.restates(unit, s, _ALL.finditer(s)) for s in sentences(line) if _ALL.search(s)
    )
