"""Reading: a loaded matter as the checks see it, with likeness of texts where a model is at hand."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from assistant.errors import IndexUnusable
from assistant.matter.comments import without_comments
from assistant.matter.lines import ids_seen, read_marked
from assistant.matter.reading import Lines, read_yaml
from assistant.types import Exemplar, Matter, Rule

Embed = Callable[[list[str]], NDArray[np.float32]]
_MACHINE = re.compile(r"^\s*(?:[-*]\s+)?(?:(?:Call|Escalate)\s*[(:]|See:?\s+[A-Z0-9-]*\d)")
MOST = 1500  # texts embedded at most: 20-60 a second on two cores


class _Open(BaseModel):
    model_config = ConfigDict(extra="allow")


@dataclass(frozen=True)
class Reading:
    """A matter to check. `embed` turns texts into unit vectors (n x width); None: words alone."""

    matter: Matter
    embed: Embed | None = None

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """The rules that have an id."""
        return tuple(r for r in self.matter.rules if r.kind == "rule")

    @cached_property
    def active(self) -> tuple[Exemplar, ...]:
        """The exemplars that still support answers."""
        return tuple(e for e in self.matter.exemplars if e.status == "active")

    @cached_property
    def by_id(self) -> dict[str, Rule]:
        """Every passage by its id."""
        return {rule.id: rule for rule in self.matter.rules}

    @cached_property
    def multiple(self) -> frozenset[str]:
        """Fields that may take several choices."""
        return frozenset(f.name for f in self.matter.coding_fields if f.multiple)

    @cached_property
    def about_lines(self) -> Lines:
        """Lines of matter.yaml."""
        return self._lines("matter.yaml")

    @cached_property
    def right_lines(self) -> Lines:
        """Lines of decision_rights.yaml."""
        return self._lines("decision_rights.yaml")

    def _lines(self, name: str) -> Lines:
        _, lines, _ = read_yaml(Path(self.matter.folder) / name, name, _Open, [])
        return lines

    def likeness(self, texts: list[str]) -> NDArray[np.float32] | None:
        """Cosine of every pair (n x n), or None with no usable model, or too many texts."""
        if self.embed is None or not texts or len(texts) > MOST:
            return None
        try:
            vectors = self.embed(texts)
        except IndexUnusable:
            return None
        return vectors @ vectors.T


def is_machine(line: str) -> bool:
    """Whether a line is a Call, Escalate or See line."""
    return bool(_MACHINE.match(line) or ids_seen(line) or read_marked(line))


def prose(rule: Rule) -> str:
    """A rule's own words: no heading, no Call, Escalate or See lines, no comments."""
    lines = without_comments(rule.text).split("\n")
    kept = [n for n in (lines[1:] if lines[0].startswith("#") else lines) if not is_machine(n)]
    return " ".join(line.strip() for line in kept if line.strip())
