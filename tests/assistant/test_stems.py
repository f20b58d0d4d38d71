"""Questions are answered side by side: what one thread stems, another does not spoil."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import snowballstemmer

from assistant.stems import stem

WORDS = [f"{start}{end}" for start in "abcdefghijklmnop" for end in ("liabilities", "motioning")]
MANY = [f"{word[0]}{n % 7 * 'e'}{chr(97 + n % 26)}{n}{word}" for n in range(60) for word in WORDS]


@pytest.fixture
def hasty() -> Iterator[None]:
    """Threads take turns as often as can be."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


@pytest.mark.usefixtures("hasty")
def test_threads_stem_side_by_side_as_one_alone_does() -> None:
    alone = list(map(snowballstemmer.stemmer("english").stemWord, MANY))
    stem.cache_clear()
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(stem, MANY)) == alone
