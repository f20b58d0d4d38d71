"""A desk without search or model: words of the question pick a real rule of the matter; the ledger is real.

newsletter -> answer    firm -> clarify    union -> escalate    waive -> refuse    draft log -> draft
"""

from __future__ import annotations

import time
from pathlib import Path

from rails.intake import take_in

from assistant.desk import Desk
from assistant.matter import load_matter
from assistant.record import Recorder
from assistant.replies import cite_rule, rule_named
from assistant.settings import Settings
from assistant.types import Claim, Draft, Evidence, Matter, Question, Right, Rule, Ruling


def small_desk(folder: Path, settings: Settings, slow: float = 0.0) -> Desk:
    """The desk of the matter in `folder`; each question takes `slow` seconds of waiting."""
    matter = load_matter(folder)
    recorder = Recorder.open(matter, settings)
    return Desk(
        matter=matter,
        take_in=take_in,
        whose_right=lambda question: ruling(question, matter),
        find=lambda question: Evidence(),
        compose=lambda question, evidence, ruled: compose(question, matter, slow),
        verify=lambda question, draft: [],
        record=recorder.record,
        recall=recorder.recall,
        recorded=recorder.recorded,
    )


def ruling(question: Question, matter: Matter) -> Ruling:
    """Refused where it asks of waiver or the asker has no role; else ours to answer."""
    waiver = next((r for r in matter.rights if r.assistant == "refuse"), matter.rights[0])
    if question.role is None:
        return _ruled("refuse", None, "You hold no role in this matter.", matter)
    if "waive" in question.ask:
        return _ruled("refuse", waiver, "Waiver is not the assistant's.", matter)
    return _ruled("answer", matter.rights[0], "The playbook speaks to it.", matter)


def compose(question: Question, matter: Matter, slow: float) -> Draft:
    """The draft that the question's words call for."""
    time.sleep(slow)
    said = " ".join((question.ask, *question.quoted)).lower()
    name = "PRIV-01" if "firm" in said else "RESP-02" if "union" in said else "RESP-01"
    rule = rule_named(name, matter) or matter.rules[0]
    claims = (Claim(text=f"{rule.title} governs.", citation=cite_rule(rule)),)
    if "firm" in said and "counsel retained" not in said:
        return Draft(
            kind="clarify", text=f"{rule.id} governs.", branches=rule.branches, claims=claims
        )
    if "union" in said:
        return Draft(kind="escalate", text="A person.", lane="protocol", claims=claims, why="So.")
    return _answer(rule, claims)


def _answer(rule: Rule, claims: tuple[Claim, ...]) -> Draft:
    calls = next(branch.calls for branch in rule.branches if branch.calls)
    text = f"{calls[0].field} = {calls[0].choice}."
    return Draft(kind="answer", text=text, calls=calls, claims=claims, confidence=0.95)


def _ruled(outcome: str, right: Right | None, why: str, matter: Matter) -> Ruling:
    owner = right.accountable if right else matter.rights[0].accountable
    return Ruling.model_validate({"outcome": outcome, "right": right, "owner": owner, "why": why})
