"""What looks forbidden is refused, unless it is clearly more like what the matter sends to a person."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from rails.frame import shipped
from rails.rights import FEATURES, Floats, Gate, Rights

from assistant.logistic import Logistic
from assistant.matter import load_matter
from assistant.types import Matter, Question, Right

MERIDIAN = load_matter(Path(__file__).parents[2] / "examples" / "meridian")
KINDS = ("refuse", "escalate", "draft")
NONE, ONES = (0.0,) * len(FEATURES), (1.0,) * len(FEATURES)
FORBIDDEN = Gate(Logistic(mean=NONE, scale=ONES, weight=NONE, bias=9.0), answer=0.0, refuse=5.0)
DOUBTFUL, OURS = replace(FORBIDDEN, refuse=99.0), replace(FORBIDDEN, answer=10.0, refuse=99.0)


def a_right(kind: str) -> Right:
    return next(right for right in MERIDIAN.rights if right.assistant == kind)


def ruled(
    matter: Matter, refuse: float, escalate: float, draft: float, gate: Gate = FORBIDDEN
) -> tuple[str, str]:
    """(outcome, right) of an ask that reads as the gate says and is so like the examples of a right of each kind."""
    likeness = (refuse, escalate, draft)
    rest = (1 - sum(c * c for c in likeness)) ** 0.5
    ask: Floats = np.array([[*likeness, rest, *[0.0] * 380]], np.float32)
    asks = [(a_right(kind).id, np.eye(384, dtype=np.float32)[i]) for i, kind in enumerate(KINDS)]
    rights = Rights(matter, lambda _: ask, asks, lambda _: 0.1, (shipped(), gate))
    ruling = rights(Question(ask="the lot of them, once more from the start", role="reviewer"))
    return ruling.outcome, ruling.right.id if ruling.right else ""


@pytest.mark.parametrize(
    ("likeness", "outcome", "kind"),
    [
        pytest.param((0.4, 0.5, 0.1), "escalate", "escalate", id="clearly what a person decides"),
        pytest.param(
            (0.4, 0.1, 0.5), "escalate", "draft", id="clearly what is drafted: to whom approves"
        ),
        pytest.param((0.5, 0.4, 0.1), "refuse", "refuse", id="more like what is refused"),
        pytest.param(
            (0.49, 0.5, 0.1), "refuse", "refuse", id="hardly more like: the stricter wins"
        ),
        pytest.param((0.3, 0.3, 0.3), "refuse", "refuse", id="alike"),
        pytest.param((0.02, 0.1, 0.0), "refuse", "", id="like nothing: the matter's default"),
    ],
)
def test_what_looks_forbidden_goes_to_the_person_it_is_clearly_for(
    likeness: tuple[float, float, float], outcome: str, kind: str
) -> None:
    assert ruled(MERIDIAN, *likeness) == (outcome, a_right(kind).id if kind else "")


def test_who_may_not_ask_is_told_who_may() -> None:
    escalate = a_right("escalate").model_copy(update={"requesters": ("qc_lead",)})
    others = (right for right in MERIDIAN.rights if right.id != escalate.id)
    matter = MERIDIAN.model_copy(update={"rights": (escalate, *others)})
    assert ruled(matter, 0.4, 0.5, 0.1) == ("refuse", escalate.id)


@pytest.mark.parametrize(
    ("gate", "likeness", "outcome"),
    [
        pytest.param(OURS, (0.55, 0.1, 0.6), "draft", id="in no doubt: drafted"),
        pytest.param(DOUBTFUL, (0.3, 0.1, 0.6), "draft", id="in doubt, clearly like what is drafted"),
        pytest.param(DOUBTFUL, (0.58, 0.1, 0.6), "escalate", id="in doubt, as like what is refused"),
        pytest.param(FORBIDDEN, (0.58, 0.1, 0.6), "refuse", id="forbidden"),
    ],
)  # fmt: skip
def test_what_may_be_forbidden_is_not_drafted(
    gate: Gate, likeness: tuple[float, float, float], outcome: str
) -> None:
    assert ruled(MERIDIAN, *likeness, gate)[0] == outcome
