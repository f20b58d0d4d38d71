"""Rulings of this matter that are near a question: shown first, each as a branch to choose.

A ruling answers by itself only where the asker's own words state its facts and nothing near was coded
otherwise; likeness alone cannot tell a flipped fact.
"""

from __future__ import annotations

import re

from assistant.compose.branches import from_exemplar
from assistant.compose.stated import stated
from assistant.types import Branch, Evidence, Exemplar, Question

NEAR = 0.5  # cosine from which on a ruling is offered
ALIKE = 0.1  # a further one is offered while its cosine is within this of the first's
SHOWN = 3
STATED = 0.8  # share of the facts' words that the asker's words must hold
_MARK = re.compile(r"\[ruling \S+; playbook ")


def is_ruling(exemplar: Exemplar) -> bool:
    """Did a ruling in a lane put it into the bank?"""
    return _MARK.search(exemplar.rationale) is not None


def rulings_near(evidence: Evidence) -> list[Exemplar]:
    """The rulings to offer, nearest first; none where another exemplar is clearly nearer."""
    if not evidence.exemplars:
        return []
    best = evidence.exemplars[0].score
    return [
        found.exemplar
        for found in evidence.exemplars
        if is_ruling(found.exemplar) and found.score >= max(NEAR, best - ALIKE)
    ][:SHOWN]


def ruled_branches(evidence: Evidence) -> list[Branch]:
    """A branch for each ruling near the question."""
    return [from_exemplar(exemplar) for exemplar in rulings_near(evidence)]


def stated_ruling(question: Question, evidence: Evidence) -> Exemplar | None:
    """The one ruling whose facts the asker's own words state, where no near exemplar was coded otherwise."""
    text = " ".join((question.ask, *question.quoted))
    near = rulings_near(evidence)
    met = [exemplar for exemplar in near if stated(exemplar.facts, text) >= STATED]
    if len(met) != 1:
        return None
    calls = {(call.field, call.choice) for call in met[0].calls}
    fields = {call.field for call in met[0].calls}
    for found in evidence.exemplars:
        theirs = {(c.field, c.choice) for c in found.exemplar.calls if c.field in fields}
        if found.score >= NEAR and theirs and not theirs <= calls:
            return None
    return met[0]
