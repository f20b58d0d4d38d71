"""What an import understood, what it did not, and where a person must decide."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Report:
    """Filled while importing. `placed` counts sentences by where they went; every one is counted."""

    files: list[str] = field(default_factory=list)
    placed: dict[str, int] = field(default_factory=dict)
    kept: list[str] = field(default_factory=list)
    made: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    aside: list[tuple[str, str]] = field(default_factory=list)
    decide: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    exemplars: int = 0
    undecided: int = 0

    @property
    def sentences(self) -> int:
        """Sentences read from the protocol files."""
        return sum(self.placed.values())

    def count(self, where: str, sentences: int) -> None:
        """Count sentences that went to `where`."""
        self.placed[where] = self.placed.get(where, 0) + sentences

    def as_row(self) -> dict[str, Any]:
        """The report as one JSON object."""
        return {
            "files": self.files,
            "sentences": self.sentences,
            "placed": self.placed,
            "rules_kept": self.kept,
            "rules_new": self.made,
            "rules_gone": self.gone,
            "aside": [{"why": why, "text": text} for why, text in self.aside],
            "decide": self.decide,
            "notes": self.notes,
            "exemplars": self.exemplars,
            "rows_undecided": self.undecided,
        }

    def as_lines(self) -> list[str]:
        """The report as Markdown lines."""
        lines = ["# Import report", "", *(f"- read {name}" for name in self.files), ""]
        where = ", ".join(f"{n} in {place}" for place, n in sorted(self.placed.items()))
        lines += [f"Sentences: {self.sentences} ({where or 'none'}). Every one is accounted for."]
        lines += [f"Rules: {len(self.kept)} kept their id, {len(self.made)} new."]
        lines += [f"Exemplars: {self.exemplars}; rows set aside for a person: {self.undecided}."]
        for title, items in (
            ("A person must decide", self.decide),
            ("Rules that the last import had and this one has not", self.gone),
            ("Notes on the files", self.notes),
            ("New rules", self.made),
            ("Left out of the playbook, word for word", [f"{w}: {t}" for w, t in self.aside]),
        ):
            if items:
                lines += ["", f"## {title}", "", *(f"- {' '.join(i.split())}" for i in items)]
        return lines
