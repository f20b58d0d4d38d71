"""How things are said: hedges, failing memory, plain yes and no, corrections, grounds of objection."""

from __future__ import annotations

import re

HEDGE = re.compile(
    r"\b(?:I (?:think|believe|guess|suppose|assume|imagine|would (?:say|think|guess|imagine|assume)|'?d (?:say|guess|"
    r"estimate|imagine|have to guess)|feel like)|I['’]m (?:not (?:sure|certain|positive)|guessing|pretty sure|"
    r"fairly)|probably|maybe|perhaps|possibly|might|may have|could have|approximately|roughly|"
    r"as far as I (?:know|recall|remember)|to the best of my|best (?:guess|estimate|recollection)|"
    r"(?:would|['’]d) be guessing|can(?:['’]t|not) (?:say|be) (?:for )?(?:certain|sure)|appears?(?: to be)?|"
    r"seems?|sort of|kind of|more or less|around(?! (?:the|here|there|him|her|it|them|you|me|us|and)\b)|I want to say|not (?:a hundred|100) percent|generally|"
    r"if I (?:recall|remember)|I['’]d estimate|likely|presumably|in my (?:opinion|view))\b",
    re.IGNORECASE,
)
NO_RECALL = re.compile(
    r"\b(?:(?:do not|don['’]t|did not|didn['’]t|can(?:no|['’])t|cannot|could not|couldn['’]t|not) "
    r"(?:\w+ ){0,2}?(?:recall|remember|recollect)|no (?:\w+ )?(?:recollection|memory|recall)|"
    r"not that I (?:can )?(?:recall|remember)|(?:slipped|escapes) my (?:mind|memory)|"
    r"not recall(?:ing)?)\b",
    re.IGNORECASE,
)
NO_KNOWLEDGE = re.compile(
    r"\b(?:(?:do not|don['’]t|did not|didn['’]t) (?:\w+ )?know|no (?:idea|knowledge|way of knowing)|"
    r"not aware|unaware|couldn['’]t tell you|can['’]t say)\b",
    re.IGNORECASE,
)
NEGATION = re.compile(
    r"\b(?:not|no|never|none|nothing|nobody|neither|nor|without|cannot|unable|refused?|denied|deny)\b|n['’]t\b",
    re.IGNORECASE,
)
YES = re.compile(
    r"(?:yes|yeah|yep|correct|right|true|absolutely|exactly|certainly|definitely|of course|uh-huh|agreed|"
    r"that(?:['’]s| is) (?:correct|right|true|accurate|my understanding|fair)|it (?:is|was|does|did)|"
    r"(?:I|we|he|she|they) (?:do|did|am|was|were|have|had|would|could|can|will|are|does|has)|you did|"
    r"sure|okay to that|affirmative|I agree|I understand)"
    r"(?:[,.;]? (?:sir|ma['’]am|yes|correct|I (?:did|do|am|was|have)|it (?:is|was|does|did)|that(?:['’]s| is) "
    r"(?:correct|right|true)|(?:he|she|they|we) (?:did|do|does|was|were|is|are|has|have)))*",
    re.IGNORECASE,
)
NO = re.compile(
    r"(?:no|nope|never|not at all|absolutely not|of course not|incorrect|that(?:['’]s| is) (?:not (?:correct|right|"
    r"true)|incorrect|false|wrong)|(?:I|we|he|she|they|it) (?:do|did|am|was|were|have|had|would|could|does|"
    r"has|is|are)(?: not|n['’]t)|I (?:can(?:no|['’])t|cannot)|negative|I disagree|it(?:['’]s| is) not|uh-uh)"
    r"(?:[,.;]? (?:sir|ma['’]am|no|never|not|I (?:did|do|was|have)(?: not|n['’]t)|I (?:am|['’]m) not|"
    r"(?:he|she|they|we|it) (?:did|do|does|was|were|is|are|has|have)(?: not|n['’]t)|not at all))*",
    re.IGNORECASE,
)
CORRECTS = re.compile(
    r"\b(?:(?:let me|need to|want to|like to|have to|I should) (?:correct|clarify|change|amend|revise|fix)|misspoke|"
    r"mis-?stated|was (?:wrong|mistaken|incorrect) (?:when|earlier|before)|earlier I (?:said|testified|"
    r"told you)|I (?:said|testified) (?:earlier|before)|correct (?:my|that) (?:earlier |prior )?"
    r"(?:answer|testimony|statement)|I was mistaken|change my (?:answer|testimony)|correction)\b",
    re.IGNORECASE,
)
OWNS = re.compile(
    r"\bthat was (?:a|my|our) (?:mistake|error)\b|\b(?:I|we) (?:was|were) (?:wrong|mistaken|negligent|aware|responsible)|\b(?:my|our) (?:mistake|fault|error|"
    r"responsibility)\b|\b(?:I|we) (?:should have|should['’]ve|shouldn['’]t have|failed|forgot|missed|"
    r"knew|violated|admit|did not (?:do|follow|check|report|inspect|tell|warn)|didn['’]t (?:do|follow|check|"
    r"report|inspect|tell|warn))\b",
    re.IGNORECASE,
)
POSITION = re.compile(
    r"\b(?:(?:my|our|their|the|his|her|its) (?:\w+ )?(?:position|point|theory|argument|view|understanding|reason|answer|"
    r"concern|problem|test|rule|purpose|essence|gist|key)|the (?:only|sole|whole|main|real|first|second|third|last|best|"
    r"right)\b|no other|in other words|that is why|that['’]s why|(?:I|we) (?:agree|disagree|concede|grant|accept|admit|"
    r"acknowledge|submit|take the position)|(?:absolutely|exactly|entirely) (?:right|correct|true)|at (?:a )?minimum|"
    r"at (?:the )?(?:most|least)|(?:depends|turns) on|makes no difference|even if)\b",
    re.IGNORECASE,
)
_MAY_CORRECT = re.compile(
    r"\banything\b[^?]{0,60}\b(?:change|correct|clarify|amend|take back)\b|\b(?:change|correct|amend) (?:any of )?your "
    r"(?:earlier |prior )?(?:testimony|answers?)\b",
    re.IGNORECASE,
)
QUALIFIES = re.compile(
    r"(?:but|however|although|though|except|unless|still|that said|on the other hand|not\b|only|"
    r"with the exception|actually|well,|or\b|depending|then again)",
    re.IGNORECASE,
)
LEANS = re.compile(
    r"(?:that|this|these|those|it|he|she|they|him|her|them|so|and|because|which|then|there|also|"
    r"both|the same|same|such|or|nor|either|neither)\b",
    re.IGNORECASE,
)
TAG = re.compile(
    r",?\s*(?:is that|that['’]s|is that not|isn['’]t that|would that be|am I|is this|were you|did you|don['’]t you|"
    r"do you|didn['’]t you|weren['’]t you|wasn['’]t (?:it|he|she)|isn['’]t it|aren['’]t you|haven['’]t you|right|"
    r"correct|true|fair|yes|okay|agreed)"
    r"(?: (?:right|correct|true|fair|accurate|so|a fair statement|fair to say))?(?:, sir|, ma['’]am)?\?$",
    re.IGNORECASE,
)
_GROUNDS = (
    "form", "foundation", "hearsay", "relevance", "relevancy", "irrelevant", "not relevant", "speculation",
    "argumentative", "compound", "vague", "ambiguous", "leading", "asked and answered", "misstates",
    "mischaracterizes", "misrepresents", "mischaracterization", "assumes facts", "privilege", "privileged",
    "work product", "scope", "legal conclusion", "legal opinion", "expert opinion", "expert testimony",
    "narrative", "personal knowledge", "incomplete hypothetical", "hypothetical", "nonresponsive",
    "non-responsive", "cumulative", "best evidence", "harassing", "harassment", "badgering", "overbroad",
    "overly broad", "speaks for itself", "remedial", "confusing", "unintelligible", "confidential",
    "privacy", "prejudicial", "prejudice", "improper", "unduly", "not in evidence", "character", "completeness",
    "calls for", "lack of", "lacks", "outside", "beyond", "repetitive", "duplicative", "undefined", "unclear",
)  # fmt: skip
GROUND = re.compile(r"\b(?:" + "|".join(map(re.escape, _GROUNDS)) + r")\b", re.IGNORECASE)
OBJECTS = re.compile(
    r"\b(?:(?:same|standing|continuing|my|note (?:my|an)|form|foundation|lodge an?|make an?|interpose an?|"
    r"the same|just|again)?,? ?objections?\b(?! (?:is|are|was|were|has|have|will be|shall|except|as to form "
    r"(?:are|will)|made|that (?:is|was)|overruled|sustained|noted))|(?:I|we)(?:['’]ll| will|['’]m going to| am going to| "
    r"would| must| also| do|['’]d)? object\b|object(?:ing)? (?:to|on|as)\b)",
    re.IGNORECASE,
)
INSTRUCTS = re.compile(
    r"\b(?:instruct(?:ing|ed|s)?|direct(?:ing|ed|s)?|advis(?:e|ing|ed)|tell(?:ing)?|caution(?:ing)?)\b[^.?]{0,60}?"
    r"\bnot to (?:answer|disclose|reveal|testify|respond|discuss)|\b(?:don['’]t|do not) (?:answer|respond)(?: that| the| this| if| unless|\.|$)",
    re.IGNORECASE,
)
STIPULATES = re.compile(
    r"\bstipulat|\bso agreed\b|\bcan we (?:agree|stipulate)|\bwe (?:have )?agreed? that|\bagreement (?:between|of) "
    r"counsel|\bcounsel (?:(?:have|has) )?agreed|\busual stipulations|\breading and signing",
    re.IGNORECASE,
)
REQUESTS = re.compile(
    r"\b(?:(?:we|I)(?:['’]d| would| do|['’]re going to| are going to|['’]m going to| will|['’]ll)?(?: just| also| hereby| formally| like to|"
    r" now)* (?:request|call for|demand|ask for)\b(?! (?:a|for)? ?(?:break|recess|moment))|"
    r"(?:we|I)(?:['’]d| would)? ask (?:that|you to|counsel to)[^.?]{0,60}?(?:produc|provid|preserv|search|look for|turn over)|"
    r"request (?:for )?(?:the )?production|call for (?:the )?production|leave (?:a )?(?:blank|space)|"
    r"(?:please|will you|can you|would you) produce|document request|follow[- ]up letter)",
    re.IGNORECASE,
)
STRIKES = re.compile(r"\bmove(?:s|d)? to strike\b|\bmotion to strike\b", re.IGNORECASE)
RECESS = re.compile(
    r"\b(?:recess|break|lunch(?:eon)?|adjourn(?:ed|ment)?|off[- ]the[- ]record|pause|suspended)\b",
    re.IGNORECASE,
)
EVADES = re.compile(
    r"\b(?:what do you mean|I don['’]t understand (?:the|your) question|it depends|that depends|can you (?:repeat|"
    r"rephrase|clarify)|define|I['’]m not sure (?:what|I understand)|depends on (?:what|how))",
    re.IGNORECASE,
)


def corrects(asked: str, said: str) -> bool:
    """Whether an answer corrects testimony: it says so, or it was asked for a change and names one."""
    if CORRECTS.search(said):
        return True
    return bool(_MAY_CORRECT.search(asked)) and len(said.split()) > 6 and not NO.match(said)
