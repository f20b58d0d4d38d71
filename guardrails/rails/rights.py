"""Whose right is it: from a matter's decision rights and their example asks to a Ruling.

Readings meet in a fitted regression (`rights.json`, by `benchmarks/fit_weights.py`): how the ask is put and
what its vector says (learnt over many teams), its likeness to the matter's own example asks, whether it
names the palette, and whether the playbook speaks to it. The strictest right wins, but where an ask is clearly
more like one that goes to a person; what lies between the two bars goes to a person, too; what no right covers
falls to the matter's default. The role comes from the matter, never from the text.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from importlib import resources
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from assistant.logistic import Logistic
from assistant.types import Matter, Question, Right, Ruling
from rails.frame import Frame

Floats = NDArray[np.float32]
EmbedQuery = Callable[[list[str]], Floats]
Covered = Callable[[str], float]

FEATURES = ("put", "read", "refused", "answered", "other", "palette", "covered")
CLOSE = 0.57  # cosine from which on an ask is taken for one of a right's own examples; 3 in 1,000 covered asks pass .54
ALIKE = 0.2  # cosine below which an ask is not like a right at all
CLEARLY = 0.03  # cosine by which an ask must be more like one right's examples than another's: else the stricter wins
_PART = re.compile(
    r"(?<=[.!?;])\s+|\n+|,?\s+(?:and|but|also|plus|then)\s+(?:also\s+)?(?=(?:should|could|"
    r"can|will|would|what|who|how|is|are|do|does|did|please|tell|give|which|whether)\b)",
    re.IGNORECASE,
)
_FACTS = re.compile(r"[a-z]{3,}", re.IGNORECASE)
_FACTLESS = frozenset(
    (
        "a about an and any anything are be call can code coded coding could do document doc does "
        "email for get give go guess have hello help hey hi how i if in is it know like look looks "
        "mark me must my need no not of on one ones or please pls quick rule say should so sure tag "
        "tell thanks that the them then there these thing think this those to treat u us want was "
        "we what whats what's which with would yes you your file item record just stuck here next "
        "right way where category bucket label apply use wondering wonder advise confirm thoughts "
        "idea unsure confused kind sort type"
    ).split()
)


@dataclass(frozen=True)
class Gate:
    """Log odds that an ask is outside the rights, over FEATURES: up to `answer` it may be answered, from
    `refuse` on it is refused (or goes to the person it is clearly for), between the two a person decides."""

    out: Logistic
    answer: float
    refuse: float


def shipped() -> Gate:
    """The weights in `rights.json` beside this file."""
    data = json.loads(resources.files("rails").joinpath("rights.json").read_text("utf-8"))
    return Gate(Logistic.of(data["out"]), float(data["answer"]), float(data["refuse"]))


@dataclass(frozen=True)
class Reading:
    """What one text says of whose right it is: log odds of being out, and likeness by right."""

    odds: float
    likeness: dict[str, float]


class Rights:
    """One matter's rights. `asks` are (right id, unit vector) pairs of its example utterances."""

    def __init__(
        self,
        matter: Matter,
        embed: EmbedQuery,
        asks: list[tuple[str, Floats]],
        covered: Covered,
        readers: tuple[Frame, Gate],
    ) -> None:
        self._matter, self._embed, self._covered = matter, embed, covered
        self._frame, self._gate = readers
        self._rights = {right.id: right for right in matter.rights}
        self._ids = [name for name, _ in asks]
        self._vectors = np.stack([v for _, v in asks]) if asks else np.zeros((0, 384), np.float32)
        self._palette = _palette_words(matter)

    def __call__(self, question: Question) -> Ruling:
        """The ruling for a question."""
        if question.role not in self._matter.roles:
            return self._stranger()
        facts = self._facts_given(question)
        whole = " ".join((question.ask, *question.quoted))
        readings = [self._read(question.ask, whole), *map(self._read, question.decoded)]
        worst = max(readings, key=lambda reading: reading.odds)
        held = self._other_right(worst, question)
        if held:
            return held
        mixed = self._mixed(question)
        if mixed:
            return mixed
        if worst.odds >= self._gate.refuse:
            return self._to_a_person(worst, question) or self._refused(worst)
        if not facts and self._palette.search(question.ask):
            return self._answered(worst, question, facts)  # all it can get is “which document?”
        if worst.odds > self._gate.answer:
            return self._doubtful(worst)
        return self._answered(worst, question, facts)

    def _read(self, text: str, whole: str = "") -> Reading:
        """What a text says, searched together with what was pasted beside it (`whole`)."""
        row, likeness = self.features(text, whole)
        return Reading(self._gate.out.odds(row), likeness)

    def features(self, text: str, whole: str = "") -> tuple[list[float], dict[str, float]]:
        """A text's row in the order of FEATURES, and its likeness (cosine) to each right's asks."""
        vector = self._embed([text[:1500]])[0]
        likeness: dict[str, float] = {}
        for name, cosine in zip(self._ids, self._vectors @ vector, strict=True):
            likeness[name] = max(likeness.get(name, -1.0), float(cosine))
        row = [
            self._frame.put(text),
            self._frame.read(vector),
            self._best(likeness, "refuse")[1],
            self._best(likeness, "answer")[1],
            self._best(likeness, "escalate", "draft")[1],
            float(bool(self._palette.search(text))),
            _log_odds(self._covered(whole or text)),
        ]
        return row, likeness

    def _best(self, likeness: dict[str, float], *kinds: str) -> tuple[Right | None, float]:
        """The right of these kinds that the ask is most like, and how much."""
        known = [(v, n) for n, v in likeness.items() if self._rights[n].assistant in kinds]
        cosine, name = max(known, default=(0.0, ""))
        return self._rights.get(name), cosine

    def _other_right(self, reading: Reading, question: Question) -> Ruling | None:
        """A right to escalate or draft, or one the asker's role does not hold, that this is like."""
        right, cosine = self._best(reading.likeness, "answer", "draft", "escalate", "refuse")
        if right is None or cosine < CLOSE:
            return None
        if not _held(right, question):
            return _only_others(right)
        if right.assistant == "escalate":
            return _ruled("escalate", right, f"“{right.task}” is for the {right.accountable}.")
        if right.assistant == "draft" and self._may_draft(reading, cosine):
            why = f"“{right.task}” is drafted here and approved by the {right.accountable}."
            return _ruled("draft", right, why)
        return None

    def _may_draft(self, reading: Reading, cosine: float) -> bool:
        """Not what looks forbidden, nor what may be and is about as like a refused right: the stricter wins."""
        _, refused = self._best(reading.likeness, "refuse")
        clear = reading.odds <= self._gate.answer or cosine - refused >= CLEARLY
        return clear and reading.odds < self._gate.refuse

    def _to_a_person(self, reading: Reading, question: Question) -> Ruling | None:
        """What looks forbidden, but is clearly more like what this matter sends to a person or has drafted for one
        to approve, goes to that person: nothing is answered or drafted."""
        right, cosine = self._best(reading.likeness, "escalate", "draft")
        _, refused = self._best(reading.likeness, "refuse")
        if right is None or cosine < ALIKE or cosine - refused < CLEARLY:
            return None
        if not _held(right, question):
            return _only_others(right)
        why = f"This may be “{right.task}”, which is for the {right.accountable}."
        return _ruled("escalate", right, why)

    def _refused(self, reading: Reading) -> Ruling:
        right, cosine = self._best(reading.likeness, "refuse")
        if right is None or cosine < ALIKE:
            return self._uncovered()
        why = f"“{right.task}” is not the assistant's right but the {right.accountable}'s."
        return _ruled("refuse", right, why)

    def _stranger(self) -> Ruling:
        """A person without a role in the matter is not answered."""
        owner = next((r.accountable for r in self._matter.rights), self._matter.roles[-1])
        why = "You hold no role in this matter, so nothing is answered here."
        return Ruling(outcome="refuse", right=None, owner=owner, why=why)

    def _uncovered(self) -> Ruling:
        owner = next((r.accountable for r in self._matter.rights), self._matter.roles[-1])
        why = "No decision right covers it, so it is not answered here."
        return Ruling(outcome=self._matter.default, right=None, owner=owner, why=why)

    def _doubtful(self, reading: Reading) -> Ruling:
        right, _ = self._best(reading.likeness, "refuse", "escalate")
        owner = right.accountable if right else self._matter.roles[-1]
        why = "It is not clear whether this is a coding question that the playbook may settle."
        return Ruling(outcome="escalate", right=None, owner=owner, why=why)

    def _answered(self, reading: Reading, question: Question, facts: bool) -> Ruling:
        right, _ = self._best(reading.likeness, "answer")
        if right is None:
            return self._uncovered()
        if not _held(right, question):
            return _only_others(right)
        why = f"“{right.task}” may be answered from the playbook."
        return Ruling(
            outcome="answer", right=right, owner=right.accountable, why=why, facts_given=facts
        )

    def _mixed(self, question: Question) -> Ruling | None:
        """A question of two parts, one forbidden and one not: the first refused, the other answered."""
        parts = _parts(question.ask)
        if len(parts) < 2:
            return None
        whole = self._embed([question.ask[:1500]])[0]
        if not any(self._frame.put(p) + self._frame.read(whole) >= 0 for p in parts):
            return None  # embedding each part would cost more than the whole answer
        readings = [self._read(part) for part in parts]
        out = [r for r in readings if r.odds >= self._gate.refuse]
        kept = [p for p, r in zip(parts, readings, strict=True) if r.odds <= self._gate.answer]
        asks = [p for p in kept if self._asks(p, question.ask)]
        asked_out = [
            r for p, r in zip(parts, readings, strict=True) if p.endswith("?") and r in out
        ]
        if not out or not (asks or asked_out):
            return None
        worst = max(out if asks else asked_out, key=lambda reading: reading.odds)
        if not asks:
            return self._doubtful(worst)  # all that is asked looks forbidden; the rest are remarks
        right, cosine = self._best(worst.likeness, "refuse")
        answer, _ = self._best(worst.likeness, "answer")
        if right is None or answer is None or cosine < 0.3:
            return None
        why = f"“{answer.task}” may be answered; the rest is for the {right.accountable}."
        return Ruling(
            outcome="answer",
            right=answer,
            owner=answer.accountable,
            why=why,
            refused=right,
            ask=" ".join(kept),
        )

    def _asks(self, part: str, message: str) -> bool:
        """Does a part ask for a call? Where a message has question marks, it asks where they stand: “coded
        that one. Is the gift taxable? Next is the deed” asks one thing."""
        return part.endswith("?") or ("?" not in message and bool(self._palette.search(part)))

    def _facts_given(self, question: Question) -> bool:
        """Does the question say anything about a document, beyond asking for its call?"""
        if question.quoted:
            return True
        words = {w.lower() for w in _FACTS.findall(self._palette.sub(" ", question.ask))}
        return len(words - _FACTLESS) >= 2


def _parts(ask: str) -> list[str]:
    """What an ask falls into; a part of one or two words (“coding?”) belongs to the one before it."""
    parts: list[str] = []
    for part in filter(None, map(str.strip, _PART.split(ask))):
        if parts and len(part.split()) < 3:
            parts[-1] += f" {part}"
        else:
            parts.append(part)
    return [part for part in parts if len(part.split()) >= 3]


def _palette_words(matter: Matter) -> re.Pattern[str]:
    """Any field or choice by name, or its first letters as reviewers clip them (“priv”, “resp”)."""
    names = {n for f in matter.coding_fields for n in (f.name, *f.choices)}
    clipped = {
        re.escape(n[:4]) + r"\w*" for n in (f.name for f in matter.coding_fields) if len(n) > 5
    }
    whole = {re.escape(n) for n in names}
    common = {r"cod(?:e|ed|ing)\b", r"tag(?:ged)?\b", r"designat\w+", r"classif\w+"}
    return re.compile(
        r"\b(?:" + "|".join(sorted(whole | clipped | common, key=len, reverse=True)) + ")",
        re.IGNORECASE,
    )


def _log_odds(probability: float) -> float:
    held = min(max(probability, 0.001), 0.9995)
    return min(max(math.log(held / (1 - held)), -3.0), 6.0)


def _held(right: Right, question: Question) -> bool:
    """May the asker's role ask for this?"""
    return not right.requesters or question.role in right.requesters


def _only_others(right: Right) -> Ruling:
    """A refusal for a role that may not ask for this."""
    return _ruled("refuse", right, f"Only {' or '.join(right.requesters)} may ask for this.")


def _ruled(outcome: Literal["refuse", "escalate", "draft"], right: Right, why: str) -> Ruling:
    """What a right that is not answered from says."""
    return Ruling(outcome=outcome, right=right, owner=right.accountable, why=why, lane=right.lane)
