"""Messages that ask nothing of a document: a greeting, thanks, or what the assistant is for.

They are known by their whole text. A greeting before a question is part of the question, and what somebody
pasted is never a courtesy.
"""

from __future__ import annotations

import re

from assistant.types import Clarification, Matter, Question

_GREETING = (
    r"hi|hiya|hello|hey|yo|howdy|greetings|good (?:morning|afternoon|evening|day)|how are (?:you|things)|"
    r"how's it going|what's up"
)
_THANKS = (
    r"(?:many )?thanks|thank (?:you|u)|thx|tks|ty|tysm|cheers|much appreciated|appreciate it|that helps|that helped|"
    r"(?:very |super )?helpful|perfect|great|awesome|excellent|brilliant|nice(?: one)?|cool|lovely|got it|understood|noted|"
    r"makes sense|will do|no worries|no problem|never ?mind|sorry|my bad|ok|okay|alright|lol|haha|wow|"
    r"bye|goodbye|good night|see you|have a (?:good|nice) (?:day|one|evening|weekend)"
)
_ABOUT = (
    r"(?:who|what) are you|what(?: all)? (?:can|do) you (?:do|know)|what can (?:i|we) ask(?: you)?|"
    r"what are you (?:for|here for)|what(?:'s| is) your (?:name|job|purpose)|how (?:can|do) you (?:help|work)(?: me| us)?|"
    r"how (?:do|can|should) (?:i|we) use (?:you|this)|how does (?:this|it) work|can you help(?: me| us)?|help(?: me)?|"
    r"(?:are )?you (?:there|awake|online|working|alive)|are you (?:a |an )?(?:bot|robot|human|person|real|ai|machine)|"
    r"any(?:one|body) (?:there|home)|test|testing|ping|introduce yourself"
)
_BESIDE = (
    r"there|all|team|everyone|everybody|folks|again|please|pls|so much|very much|a lot|a bunch|so|very|for (?:your|the) help|"
    r"bot|second ?chair|just|well|really|oh|ah"
)
LONGEST = 150  # characters of a courtesy
_KINDS = {"about": _ABOUT, "thanks": _THANKS, "greeting": _GREETING}
_GAP = r"[\s,.!?:;()…–—-]*"
_ANY = "|".join((_ABOUT, _GREETING, _THANKS, _BESIDE))
_WHOLE = re.compile(rf"{_GAP}(?:(?:{_ANY})(?![\w'’]){_GAP})+")
_MEANT = {kind: re.compile(rf"(?<!\w)(?:{words})(?![\w'])") for kind, words in _KINDS.items()}
_MARKS = re.compile(
    r"<[@!][^>\s|]*>|(?<!\w):(?:[a-z0-9_]{2,30}|[+-]1):?|[\u2600-\u27bf\ufe0f\u200d\U0001f000-\U0001faff]"
)  # mentions, emoji


def courtesy(question: Question) -> str | None:
    """`about`, `thanks` or `greeting` where the message is nothing else; None where it may ask something."""
    return None if question.quoted or question.decoded else courtesy_in(question.ask)


def courtesy_in(text: str) -> str | None:
    """The same of a bare text."""
    if len(text) > LONGEST:
        return None
    said = _MARKS.sub(" ", text.lower()).replace("’", "'").strip()
    if not _WHOLE.fullmatch(said):
        return None
    return next((kind for kind, words in _MEANT.items() if words.search(said)), None)


def returned(courtesy: str, matter: Matter) -> Clarification:
    """To a greeting, thanks, or the question what this is: what it does, and what it needs for that."""
    fields = ", ".join(field.name for field in matter.coding_fields)
    needed = f"Tell me what the document is, who wrote it to whom and why, and which field you are coding ({fields})."
    first = {
        "thanks": "Noted.",
        "greeting": "Hello.",
        "about": "I say how this matter's playbook codes a document, and quote the rule; what is not mine to decide I leave "
        "to the person whose right it is.",
    }[courtesy]
    return Clarification(text=f"{first} {needed}", why="The message asks nothing of a document.")
