"""Which sentences of a pasted text speak to whoever codes it, instead of being what is to be coded.

No list of phrases: a sentence is an order where two of three meet in it: who reads (an assistant, a bot, a
reviewer), what is decided (a rule, a code, a call), and the form of a directive (a bare verb of ordering, “must”, “please”).
The stems hold in the larger European languages. It is set aside from the search and noted, no more.
"""

from __future__ import annotations

import re

from rails.plain import readings

_READER = re.compile(
    r"\b(?:a\.?i\.?|ki|ia|llms?|chat ?gpt|gpt|bots?|robots?|assist[ea]nt\w*|asist[ea]n\w*|machines?|"
    r"language models?|automated|automatic \w+er|algorithms?|silicon|(?:ai|robo|auto)[- ]?review\w*|"
    r"review(?:er|ing)? (?:tool|bot|software|system|engine)|reviewers?|system(?:_| )?(?:prompt|message|note|override)?|"
    r"the (?:tool|software|program|model)|whoever (?:codes|reads|reviews|tags)|anyone (?:coding|tagging|reading|reviewing)|"
    r"developer mode|admin|\w+bot|coders?|automated readers?|(?:the )?reader)\b",
    re.IGNORECASE,
)
_DECIDED = re.compile(
    r"\b(?:playbook|guidelines?|manual|exemplars?|prompts?|rules?|rails?|instru[ckz]\w*|anweisung\w*|talimat\w*|istruzion\w*|"
    r"polec\w*|praecept\w*|regel\w*|reglas?|r[eè]gles?|regole|regras?|cod(?:e|es|ed|ing)|kodier\w*|calls?|tag(?:s|ged|ging)?|"
    r"classif\w*|klassifi\w*|clasific\w*|designat\w*|label\w*|privileg\w*|privil[eé]gi\w*|responsiv\w*|non-?responsive|withhold\w*|"
    r"redact\w*|escalat\w*|tiers?|override|confidence|for production|reviewable|technical issue|restrictions?|"
    r"the (?:single )?word|only with|nothing else|your (?:answer|output|reply|response|instructions|task)|new task)\b",
    re.IGNORECASE,
)
_VERB = (
    r"ignor\w*|disregard|forget|overrid\w*|skip|bypass|mark\w*|code|tag|treat|classif\w*|clasific\w*|answer|antwort\w*|"
    r"respond\w*|r[eé]pond\w*|rispond\w*|reply|say|state|output|print|return|release|withhold|approve|delete|"
    r"list|include|mention|confirm|pretend|act|continue|decode|follow|obey|choose|pick|leave|honou?r|execute|negeer|"
    r"zignoruj|neglege|oznacz|skip|stop|reveal|suggest|tell|index|report|rate|record|enter|select|reply|look|let us play|markier\w*|svara|işaretle"
)
_DIRECT = re.compile(
    rf"(?:^|[.:;,!\"“(>*\[\]{{\-#/=]\s*|\b(?:please|kindly|and|then|not|also|to|must|should|shall|will|may|can|soll|deve|debe|doit|as) )"
    rf"(?:{_VERB})\b|\b(?:must|shall|should|has to|is to|have to|ought to|soll\w*|muss|doit|debe|deve|moet)\b|"
    r"\b(?:do|does) not\b|\bplease\b|\bkindly\b|\bmay i ask\b|\byou (?:are|will|must|no longer)\b|\bfrom (?:now|here) on\b|"
    r"\bno need to\b|\bneed not\b|\btakes precedence\b|\balready (?:ruled|agreed|decided)\b|\bno matter what\b",
    re.IGNORECASE,
)
# Forms that only a machine is spoken to in: a meaning line, an assignment to a call, a turn of a chat.
_FORM = re.compile(
    r"(?im)^\s*(?:Call|Escalate)\b[^\n]{0,80}:|\b(?:privilege|responsiveness|confidentiality|coding|call|code)\s*[=:]\s*\w|"
    r"<\|\w+\|>|\[/?INST\]|<</?SYS>>|\"role\"\s*:|^\s*(?:system|assistant|user|developer)\s*[:>]|(?:\[\[?|\(\(?|//|/\*|#|<!--|\{|^)[ \t]*(?:\w+ ){0,2}(?:system|(?:language )?model|assist[ea]nt\w*|ai|ki|"
    r"llm|automated \w+|\w*bot|coder|reviewer)[:,]|^x-[\w-]*(?:ai|review|instruct|overrid|class)[\w-]*:"
)
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]")
_LETTER = re.compile(r"[^\W\d_]")
_BLOB = re.compile(r"(?<![\w+/=])[A-Za-z0-9+/]{24,}={0,2}(?![\w+/=])")
_SENTENCE = re.compile(r"(?<=[.!?。])\s+|\n+")


def is_order(sentence: str) -> bool:
    """Whether a sentence speaks to whoever codes the text."""
    found = [bool(p.search(sentence)) for p in (_READER, _DECIDED, _DIRECT)]
    return bool(_FORM.search(sentence)) or sum(found) >= 2


def set_apart(pasted: str) -> tuple[str, bool]:
    """(pasted text without orders and what only a decoder reads, whether an order was there). A text that is
    little else than orders stays whole: then the orders are what is to be coded."""
    parts = [part for part in _SENTENCE.split(pasted) if part.strip()]
    latin = any(_LATIN.search(part) and not _foreign(part) for part in parts)
    orders = [part for part in parts if is_order(part) or readings(part) or _BLOB.search(part)]
    unread = [part for part in parts if latin and _foreign(part)]
    kept = [part for part in parts if part not in orders and part not in unread]
    if len(" ".join(kept)) * 5 < len(" ".join(parts)):
        return " ".join(parts), bool(orders)
    return " ".join(kept).strip(), bool(orders or unread)


def _foreign(text: str) -> bool:
    """Mostly in letters that are not Latin."""
    letters = _LETTER.findall(text)
    return bool(letters) and len(_LATIN.findall(text)) * 2 < len(letters)
