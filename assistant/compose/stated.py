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


def _negations(text: str) -> set[str]:
    return _NEGATION.intersection(_WORD.findall(text.lower().replace("’", "'")))


@lru_cache(maxsize=4096)
def _content(text: str) -> frozenset[str]:
    words = _WORD.findall(text.lower().replace("’", "'"))
    kept = [w for w in words if w not in _EMPTY and w not in _NEGATION]
    return frozenset(map(stem, kept))
