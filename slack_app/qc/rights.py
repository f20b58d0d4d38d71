"""Whose right an evaluation is: the roles of a matter that lead quality control, and who holds them."""

from __future__ import annotations

import re

from assistant.types import Matter
from slack_app.blocks.words import role
from slack_app.directory import Person
from slack_app.walls import holds

_QC = {"qc", "quality"}
_LEADS = {"lead", "leader", "leads", "head", "manager", "director", "partner"}
NOBODYS = (
    "Evaluations are the QC lead's, and no role of this matter is one: add a role such as qc_lead to "
    "`roles:` in matter.yaml, and who holds it to `people:`."
)
THEIRS = (
    "Evaluations are the right of the {roles} of this matter{names}. It is recorded that you asked."
)


def qc_roles(matter: Matter) -> tuple[str, ...]:
    """Roles whose name says both quality control and lead, in any spelling: `qc_lead`, `QC-Manager` …"""

    def leads(name: str) -> bool:
        words = set(re.split(r"[^a-z]+", name.lower())) | {name.lower()}
        return bool(words & _QC and words & _LEADS) or "qclead" in words

    return tuple(name for name in matter.roles if leads(name))


def may_evaluate(matter: Matter, person: Person) -> bool:
    """Does this person lead quality control in this matter?"""
    return not person.outsider and holds(matter, person, qc_roles(matter))


def named(text: str, matter: Matter) -> str:
    """Escaped text of ours with the people of the matter as Slack shows people."""
    for name in matter.people:
        if re.fullmatch(r"[UW][A-Z0-9]+", name):
            text = re.sub(rf"\b{name}\b", f"<@{name}>", text)
    return text


def why_not(matter: Matter) -> str:
    """Whose right it is, and who holds it."""
    roles = qc_roles(matter)
    if not roles:
        return NOBODYS
    held = [name for name, has in matter.people.items() if set(has) & set(roles)]
    names = f" ({', '.join(held[:5])})" if held else ""
    return THEIRS.format(roles=" or ".join(role(name) for name in roles), names=names)
