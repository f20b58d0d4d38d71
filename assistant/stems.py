"""Stems of English words (snowball), safe between threads.

A snowball stemmer keeps the word that it works on in itself, so one that two threads share raises, or gives one
of them the other's stem.
"""

from __future__ import annotations

import threading
from functools import lru_cache

import snowballstemmer


class _Own(threading.local):
    """A stemmer a thread."""

    def __init__(self) -> None:
        self.stemmer = snowballstemmer.stemmer("english")


_OWN = _Own()


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """The stem of one word in lower case."""
    return str(_OWN.stemmer.stemWord(word))
