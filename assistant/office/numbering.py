"""Word's automatic numbers (`4.2`, `(a)`, `iii.`), which stand in no text of the file."""

from __future__ import annotations

import re
from typing import Any

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


class Numbering:
    """Counts list paragraphs in reading order. `label` must be asked once a paragraph, in order."""

    def __init__(self, root: Any) -> None:
        self._formats: dict[str, dict[int, tuple[str, str, int]]] = {}
        self._counts: dict[str, list[int]] = {}
        if root is None:
            return
        abstract = {n.get(f"{W}abstractNumId"): _levels(n) for n in root.iter(f"{W}abstractNum")}
        for number in root.iter(f"{W}num"):
            of = number.find(f"{W}abstractNumId")
            if of is not None:
                self._formats[number.get(f"{W}numId")] = abstract.get(of.get(f"{W}val"), {})

    def label(self, number: str, level: int) -> str | None:
        """The next label at a level of a list; "" for a bullet, None where there is no such list."""
        levels = self._formats.get(number)
        if not levels or level not in levels:
            return None
        counts = self._counts.setdefault(number, [])
        while len(counts) <= level:
            counts.append(levels.get(len(counts), ("", "", 1))[2] - 1)
        counts[level] += 1
        del counts[level + 1 :]
        form, text, _ = levels[level]
        if form in ("bullet", "none"):
            return ""
        return re.sub(r"%(\d)", lambda m: self._one(levels, counts, int(m.group(1)) - 1), text)

    def _one(self, levels: dict[int, tuple[str, str, int]], counts: list[int], at: int) -> str:
        return (
            _written(counts[at], levels.get(at, ("decimal", "", 1))[0]) if at < len(counts) else ""
        )


def _levels(abstract: Any) -> dict[int, tuple[str, str, int]]:
    """Level -> format, text with %1 …, first number."""
    found = {}
    for level in abstract.iter(f"{W}lvl"):
        values = {}
        for name in ("numFmt", "lvlText", "start"):
            node = level.find(f"{W}{name}")
            values[name] = node.get(f"{W}val") if node is not None else None
        start = values["start"] or "1"
        found[int(level.get(f"{W}ilvl") or 0)] = (
            values["numFmt"] or "decimal",
            values["lvlText"] or "",
            int(start) if start.isdigit() else 1,
        )
    return found


def _written(n: int, form: str) -> str:
    if form in ("lowerLetter", "upperLetter") and n > 0:
        letter = chr(97 + (n - 1) % 26) * ((n - 1) // 26 + 1)
        return letter if form == "lowerLetter" else letter.upper()
    if form in ("lowerRoman", "upperRoman") and 0 < n < 4000:
        roman = _roman(n)
        return roman.lower() if form == "lowerRoman" else roman
    return f"{n:02d}" if form == "decimalZero" else str(n)


def _roman(n: int) -> str:
    out = ""
    for value, sign in zip(
        (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
        "M CM D CD C XC L XL X IX V IV I".split(),
        strict=True,
    ):
        out += sign * (n // value)
        n %= value
    return out
