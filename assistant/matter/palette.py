"""The coding palette and the lanes: read a call, or say what is wrong with it."""

from __future__ import annotations

import difflib
from dataclasses import dataclass

from assistant.types import Call, CodingField, Lane


@dataclass(frozen=True)
class Palette:
    """The fields and choices a call may use, and the lanes an escalation may name."""

    fields: tuple[CodingField, ...]
    lanes: tuple[Lane, ...]

    def parse_call(
        self, text: str, source: str, condition: str | None = None
    ) -> tuple[tuple[Call, ...], str]:
        """`field = choice` -> one call; on failure no call and what is wrong."""
        name, equals, choice = (part.strip() for part in text.partition("="))
        if not equals or not name or not choice:
            return (), f"{text!r}: expected 'field = choice'"
        field = next((f for f in self.fields if f.name == name), None)
        if field is None:
            names = [f.name for f in self.fields]
            return (), f"unknown field {name!r}: {_meant(name, names)}"
        if choice not in field.choices:
            return (), f"unknown choice {choice!r} for {name!r}: {_meant(choice, field.choices)}"
        return (Call(field=name, choice=choice, source=source, condition=condition),), ""

    def parse_calls(self, text: str, source: str) -> tuple[tuple[Call, ...], str]:
        """`field=choice; field=choice` -> calls; only a multiple field may stand twice."""
        calls: tuple[Call, ...] = ()
        for part in text.split(";"):
            if not part.strip():
                continue
            call, wrong = self.parse_call(part, source)
            if wrong:
                return (), wrong
            calls += call
        for field in self.fields:
            if not field.multiple and sum(c.field == field.name for c in calls) > 1:
                return (), f"{field.name!r} takes one choice, got several: keep one"
        return (calls, "") if calls else ((), "no call: write 'field=choice'")

    def lane_problem(self, name: str) -> str:
        """What is wrong with a lane's name; empty if nothing."""
        names = [lane.name for lane in self.lanes]
        return "" if name in names else f"unknown lane {name!r}: {_meant(name, names)}"


def _meant(word: str, known: tuple[str, ...] | list[str]) -> str:
    lowered = {k.lower(): k for k in known}
    close = difflib.get_close_matches(word.lower(), lowered, n=1, cutoff=0.5)
    listed = ", ".join(repr(k) for k in known[:8]) or "there is none"
    return f"did you mean {lowered[close[0]]!r}?" if close else f"expected one of {listed}"
