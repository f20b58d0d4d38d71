"""Drafts made to break one rail each, for the guard's test of itself at start-up."""

from __future__ import annotations

from typing import Any

from assistant.types import Branch, Call, Citation, Claim, Draft, Exemplar, Question
from rails.case import Case
from rails.known import Known

ELSEWHERE = "another-matter-of-the-self-test"
_TEXTS = {
    "other-matters": f"As it was done in {ELSEWHERE}.",
    "personal-data": "Her number is 555-01-2345.",
    "links": "See https://example.invalid/x.",
    "hidden-text": "It is so\u202e.",
    "pronouncing": "I have deleted it, and the court will rule for us.",
    "said-calls": "Lane 'of the self-test': the nobody answers within 1 hours.",
    "facts": "It holds in 31,337 cases.",
    "support": "Zebras quietly enjoy marzipan.",
}


def case(rail: str, known: Known) -> tuple[Case, tuple[str, ...]]:
    """(a case that this rail must fail whatever the matter holds, names of other matters if any)."""
    others = (ELSEWHERE,) if rail == "other-matters" else ()
    if rail in _TEXTS:
        return _case(known, text=_TEXTS[rail]), others
    if rail == "superseded":
        return _case(_with_superseded(known), claims=(_claim("NO-0", "exemplar"),)), others
    if rail in ("palette", "borne-out"):
        call = Call(field="no such field", choice="no such choice", source="NO-0")
        return _case(known, calls=(call,), branches=(_branch(call),)), others
    return _case(known, claims=(_claim("NO-0", "rule"),)), others


def _case(known: Known, text: str = "", **parts: Any) -> Case:
    draft = Draft(kind="answer", text=text, **parts)
    return Case(Question(ask="?"), draft, known)


def _claim(name: str, kind: Any) -> Claim:
    cited = Citation(kind=kind, id=name, quote="x", source="nowhere.md", start=0, end=1)
    return Claim(text="", citation=cited)


def _branch(call: Call) -> Branch:
    place = {"quote": "x", "source_file": "nowhere.md", "start": 0, "end": 1}
    return Branch.model_validate(
        {"source": call.source, "condition": None, "calls": [call.model_dump()], **place}
    )


def _with_superseded(known: Known) -> Known:
    """The matter as known, with one superseded exemplar more."""
    from dataclasses import replace

    old = Exemplar(
        id="NO-0",
        facts="x",
        calls=(),
        rationale="",
        rules=(),
        decided_by="x",
        decided_on="2026-01-01",
        status="superseded",
        source="nowhere.csv",
        quote="x",
        start=0,
        end=1,
        line=1,
    )
    matter = known.matter.model_copy(
        update={"exemplars": (old,), "files": {"nowhere.csv": "x"}, "rules": ()}
    )
    from rails.known import know

    return replace(known, exemplars=know(matter).exemplars)
