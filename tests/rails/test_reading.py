"""Texts are read alike however they are written."""

from __future__ import annotations

import re
import sys

from rails.reading import any_of, lowered


def test_lowered_text_is_what_a_pattern_that_ignores_case_reads_letter_for_letter() -> None:
    letters = "".join(map(chr, range(sys.maxunicode + 1)))
    blind = [m.start() for m in re.finditer("[a-z]", letters, re.IGNORECASE)]
    assert [m.start() for m in re.finditer("[a-z]", lowered(letters))] == blind
    assert len(lowered(letters)) == len(letters)


def test_the_longest_of_several_names_is_found_and_none_inside_a_word() -> None:
    names = any_of(["Privileged", "Not Privileged", "EX 1"])
    found = names.findall("Not Privileged, Privileged-ish, EX 1, EX 12, unPrivileged")
    assert found == ["Not Privileged", "EX 1"]
