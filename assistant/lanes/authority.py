"""Who may do what: read from the matter folder at the time of the click, so a removed person is out at once."""

from __future__ import annotations

from collections.abc import Mapping

from assistant.lanes.nouns import ASSISTANT, Act, Case, Deed, Person, Refused

People = Mapping[str, tuple[str, ...]]
LANE: frozenset[Deed] = frozenset(
    ("claim", "release", "take_over", "rule", "send_back", "reopen", "approve", "withdraw")
)


def allowed(
    act: Act, case: Case, owner: str, approvers: tuple[str, ...], people: People
) -> Refused | None:
    """None where the person may. `owner` is the role that owns the lane; `approvers` the roles that may
    approve, which is the owner's alone unless the rota names others. Whoever asked alone may withdraw."""
    if act.deed not in LANE:
        return Refused(why=f"{act.deed!r} is nothing that a person does with a case")
    if act.deed == "withdraw" and asked_alone(case, act.by):
        return None
    roles = approvers if act.deed in ("approve", "send_back") else (owner,)
    if act.by.id != ASSISTANT and holds(act.by, roles, people):
        return None
    doing = act.deed.replace("_", " ")
    return Refused(
        why=f"only who holds {' or '.join(roles)} may {doing} a case of lane {case.lane!r}"
    )


def holds(person: Person, roles: tuple[str, ...], people: People) -> bool:
    """Does the person hold one of these roles?"""
    return any(role in roles for name in person.names for role in people.get(name, ()))


def holders(roles: tuple[str, ...], people: People) -> tuple[str, ...]:
    """Everybody who holds one of these roles, in the order of the file."""
    return tuple(name for name, held in people.items() if set(held) & set(roles))


def asked_alone(case: Case, person: Person) -> bool:
    """Did this person ask, and nobody else?"""
    return bool(case.askers) and all(asker.person in person.names for asker in case.askers)
