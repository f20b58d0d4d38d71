"""Change: one thing that differs between two versions of a matter."""

from __future__ import annotations

from typing import Literal

from assistant.types import Noun

Weight = Literal["calls", "words", "record"]


class Change(Noun):
    """`weight`: `calls` may change what is coded or who may do what, `words` only how it is put,
    `record` the bank and the people. `old` and `new` are places as `file:line`."""

    weight: Weight
    kind: str
    what: str
    old: str | None = None
    new: str | None = None

    def __str__(self) -> str:
        places = " → ".join(p for p in (self.old, self.new) if p)
        return f"{self.what}" + (f"  [{places}]" if places else "")
