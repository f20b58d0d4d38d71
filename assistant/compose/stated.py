"""Do the asker's own words state a condition? Counted in words, for likeness cannot read facts."""

from __future__ import annotations

import re
from functools import lru_cache

from assistant.stems import stem

_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?|\d[\d.,/-]*")
_NEGATION = {
    "no",
    "not",
    "never",
    "none",
    "without",
    "nobody",
    "nothing",
    "neither",
    "nor",
    "cannot",
    "isn't",
    "wasn't",
    "don't",
    "doesn't",
    "didn't",
    "aren't",
    "weren't",
    "hasn't",
    "haven't",
    "won't",
    "can't",
    "wouldn't",
    "unless",
    "only",
    "except",
}
_DENIAL = _NEGATION - {"only", "unless", "except"}  # those that deny the word behind them
_EMPTY = {
    "a",
    "an",
    "and",
    "any",
    "are",
    "as",
    "at",
    "be",
    "been",
    "by",
    "did",
    "do",
    "does",
    "for",
    "from",
    "had",
    "has",
    "have",
    "he",
    "her",
    "his",
    "if",
    "in",
    "into",
    "is",
    "it",
    "its",
    "me",
    "my",
    "of",
    "on",
    "or",
    "our",
    "out",
    "over",
    "she",
    "so",
    "such",
    "than",
    "that",
    "the",
    "their",
    "them",
    "then",
    "there",
    "they",
    "this",
    "those",
    "to",
    "under",
    "up",
    "was",
    "we",
    "were",
    "what",
    "when",
    "where",
    "which",
    "while",
    "who",
    "whom",
    "whose",
    "will",
    "with",
    "would",
    "you",
    "your",
    "document",
    "email",
    "mail",
}
# Words by which askers take back or set apart what they have just said.
_TURN = {
    "actually",
    "although",
    "another",
    "but",
    "different",
    "however",
    "instead",
    "other",
    "otherwise",
    "rather",
    "though",
    "unlike",
    "well",
    "whereas",
}
_SENTENCE = re.compile(r"[^.!?;\n]+[.!?;]*")
_ASKED = re.compile(
    r"\s*(?:and |so |but |or )?(?:is|isn't|are|was|wasn't|were|do|does|did|has|have|had|can|could|would|will)\b"
    r"[^?]*\?",
    re.IGNORECASE,
)
_HARDLY = {"ever", "even", "just", "really", "yet"}  # between a “not” and what it denies


def stated(condition: str, text: str) -> float:
    """Share in [0, 1] of the condition's content words that one sentence of `text` holds; 0 where
    condition and sentence differ in negation."""
    wanted = _content(condition)
    if not wanted:
        return 0.0
    best = 0.0
    for sentence in re.split(r"(?<=[.!?;])\s+|\n+", text):
        if bool(_negations(sentence)) == bool(_negations(condition)):
            best = max(best, len(wanted & _content(sentence)) / len(wanted))
    return best


def unqualified(text: str, rule: str) -> bool:
    """Do the asker's words say their facts straight? Not where a sentence before the last asks (“is this …?”), where
    they turn (“but”, “well”, “another”) and the rule does not, or deny a word that the rule's text does not deny."""
    if any(_ASKED.match(sentence) for sentence in _SENTENCE.findall(text)[:-1]):
        return False
    asked, ruled = _words(text), _words(rule)
    return _TURN.intersection(asked) <= set(ruled) and _denied(asked) <= _denied(ruled)


def _denied(words: list[str]) -> set[str]:
    """Stems of what stands behind each negation; "" where nothing does, or another negation."""
    found = set()
    for k, word in enumerate(words):
        if word in _DENIAL:
            rest = (w for w in words[k + 1 :] if w not in _EMPTY and w not in _HARDLY)
            behind = next(rest, "")
            found.add("" if behind in _NEGATION else stem(behind) if behind else "")
    return found


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower().replace("’", "'"))


def _negations(text: str) -> set[str]:
    return _NEGATION.intersection(_words(text))


@lru_cache(maxsize=4096)
def _content(text: str) -> frozenset[str]:
    kept = [w for w in _words(text) if w not in _EMPTY and w not in _NEGATION]
    return frozenset(map(stem, kept))
