"""Undo obfuscation before anything is judged: what a reader sees is what the rails must see.

Unicode confusables (Unicode TR39, through `confusable_homoglyphs`), zero-width and control characters,
spaced-out letters, leetspeak, base64 and ROT13. Undoing is never by itself a reason to answer.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import re
import unicodedata
from functools import lru_cache

HIDDEN = re.compile(
    r"[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e007f]"
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_WORD = re.compile(r"\w+")
_SPACED = re.compile(r"(?<![\w])(?:[A-Za-z][ .\-_*]){3,}[A-Za-z](?!\w)")
_LEET_WORD = re.compile(
    r"(?<![\w-])(?=[\w@$!|]*[A-Za-z])(?=[\w@$!|]*[0134578@$!|])[\w@$!|]{4,}(?![\w-])"
)
_LEET = str.maketrans(
    {
        "0": "o",
        "1": "i",
        "3": "e",
        "4": "a",
        "5": "s",
        "7": "t",
        "8": "b",
        "@": "a",
        "$": "s",
        "!": "i",
        "|": "l",
    }
)
_BASE64 = re.compile(r"(?<![\w+/=])[A-Za-z0-9+/]{16,}={0,2}(?![\w+/=])")
_COMMON = frozenset(
    (
        "the of and to in is you that it for was on are as with they be at this have from or had by "
        "not but what all were we when your can there an which do how if will so me no him her has "
        "would should code mark privileged waive ignore previous instructions tell show this "
        "document email rule case produce release withhold answer system prompt win trial"
    ).split()
)


def plain(text: str) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """(readable text, further readings that were decoded from it, notes of what was undone)."""
    notes: list[str] = []
    clean = _CONTROL.sub(" ", HIDDEN.sub("", text))
    if clean != text:
        notes.append("invisible or control characters removed")
    folded = clean if clean.isascii() else _folded(clean)
    if folded != clean:
        notes.append("look-alike letters read as Latin")
    joined = _SPACED.sub(lambda m: re.sub(r"[ .\-_*]", "", m.group()), folded)
    if joined != folded:
        notes.append("spaced-out letters joined")
    decoded = readings(joined)
    if decoded:
        notes.append("encoded text read")
    return joined, decoded, tuple(notes)


def readings(text: str) -> tuple[str, ...]:
    """What a text says once decoded: base64, ROT13, leetspeak, reversed; empty where it hides nothing."""
    return (*_base64(text), *_rot13(text), *_leet(text), *_reversed(text))


def _folded(text: str) -> str:
    """A text with look-alike letters read as Latin."""
    return _WORD.sub(_ascii_word, unicodedata.normalize("NFKC", text))


@lru_cache(maxsize=4096)
def _ascii(word: str) -> str:
    from confusable_homoglyphs import confusables  # reads its tables, which few texts need

    result = []
    for char in word:
        if char.isascii():
            result.append(char)
            continue
        found = confusables.is_confusable(char, greedy=True, preferred_aliases=[])
        latin = [h["c"] for h in found[0]["homoglyphs"] if h["c"].isascii()] if found else []
        stripped = unicodedata.normalize("NFKD", char)[:1]
        result.append(latin[0] if latin else stripped if stripped.isascii() else char)
    return "".join(result)


def _ascii_word(match: re.Match[str]) -> str:
    """A word with look-alikes mapped, where that makes it wholly Latin (“pаste” with a Cyrillic а);
    a word of another language stays as it is."""
    word = match.group()
    if word.isascii():
        return word
    accented = unicodedata.normalize("NFKD", word).encode("ascii", "ignore").decode()
    if len(accented) == len(word):
        return word
    mapped = _ascii(word)
    return mapped if mapped.isascii() else word


def _base64(text: str) -> list[str]:
    found = []
    for match in _BASE64.finditer(text):
        raw = match.group()
        try:
            decoded = base64.b64decode(raw + "=" * (-len(raw) % 4), validate=True).decode("utf-8")
        except (binascii.Error, UnicodeDecodeError):
            continue
        if _english(decoded) >= 1 and decoded.isprintable():
            found.append(decoded)
    return found


def _rot13(text: str) -> list[str]:
    turned = codecs.encode(text, "rot13")
    return [turned] if _clearer(turned, text) else []


def _leet(text: str) -> list[str]:
    if not _LEET_WORD.search(text):
        return []
    read = _LEET_WORD.sub(lambda m: m.group().translate(_LEET), text)
    return [read] if read != text and len(_LEET_WORD.findall(text)) >= 2 else []


def _reversed(text: str) -> list[str]:
    turned = text[::-1]
    return [turned] if _clearer(turned, text) else []


def _clearer(turned: str, text: str) -> bool:
    """Whether what was turned reads as English, and twice as much so as what it was turned from."""
    found = _english(turned)
    return found > 2 and found > 2 * _english(text)


def _english(text: str) -> int:
    """How many very common English words stand in it."""
    return sum(map(_COMMON.__contains__, _WORD.findall(text.lower())))
