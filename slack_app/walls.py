"""Who may ask, about which matter: decided before anything is read of the playbook.

channel of a matter, one of our people  -> Admitted(matter, role)
direct message, several matters fit     -> Several(matters)
anything else                           -> TurnedAway(why), with no retrieval at all
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from assistant.types import Matter, Noun
from slack_app.directory import Directory, Person
from slack_app.errors import SlackGone


class Admitted(Noun):
    """This person may ask about this matter, in this role (None: the matter gives them none)."""

    kind: Literal["admitted"] = "admitted"
    matter: str
    role: str | None


class Several(Noun):
    """A direct message that could be about more than one matter."""

    kind: Literal["several"] = "several"
    matters: tuple[str, ...]


class TurnedAway(Noun):
    """Refused at the wall. `matter` is the one of the channel, where there is one."""

    kind: Literal["turned away"] = "turned away"
    why: str
    matter: str | None = None


Verdict = Admitted | Several | TurnedAway
Matters = Mapping[str, Matter]


def role_in(matter: Matter, person: Person) -> str | None:
    """The role a person asks in: of those they hold, the one that may ask for most; else the matter's
    default. Nothing that anybody wrote has a say in it."""
    held = roles_in(matter, person)
    return max(held, key=lambda role: _may_ask_for(matter, role)) if held else None


def roles_in(matter: Matter, person: Person) -> tuple[str, ...]:
    """The roles a person holds; the default role for whom the matter does not name."""
    if not _listed(matter, person):
        return (matter.default_role,) if matter.default_role else ()
    held = [role for name in _names(person) for role in matter.people.get(name, ())]
    return tuple(dict.fromkeys(role for role in held if role in matter.roles))


def holds(matter: Matter, person: Person, roles: Iterable[str]) -> bool:
    """Does a person hold one of these roles in the matter?"""
    return any(role in roles for name in _names(person) for role in matter.people.get(name, ()))


async def admit(
    where: tuple[str, str, str], foreign: bool, matters: Matters, directory: Directory
) -> Verdict:
    """The verdict on a person in a place: `where` is (team, channel, user). Raises SlackError where
    Slack can't say: then nobody is let in, and the question waits."""
    team, channel, user = where
    bound = next((m for m in matters.values() if channel in m.channels), None)
    name = bound.id if bound else None
    if foreign:
        return TurnedAway(why=_SHARED, matter=name)
    person = await directory.person(user, team)
    if person.outsider:
        return TurnedAway(why=_OUTSIDER.format(person.outsider), matter=name)
    try:
        place = await directory.place(channel)
    except SlackGone:
        return TurnedAway(why=_UNSEEN, matter=name)
    if place.shared:
        return TurnedAway(why=_SHARED, matter=name)
    if bound:
        return Admitted(matter=bound.id, role=role_in(bound, person))
    if not place.direct:
        return TurnedAway(why=_UNBOUND.format(channel))
    return await _direct(person, matters, directory)


async def _direct(person: Person, matters: Matters, directory: Directory) -> Verdict:
    fits = [m for m in matters.values() if await belongs(person, m, directory)]
    if not fits:
        return TurnedAway(why=_NO_MATTER)
    if len(fits) > 1:
        return Several(matters=tuple(m.id for m in fits))
    return Admitted(matter=fits[0].id, role=role_in(fits[0], person))


async def belongs(person: Person, matter: Matter, directory: Directory) -> bool:
    """Is the person named in the matter, or a member of one of its channels?"""
    if _listed(matter, person):
        return True
    for channel in matter.channels:
        try:
            if person.id in await directory.members(channel):
                return True
        except SlackGone:
            continue
    return False


def _listed(matter: Matter, person: Person) -> bool:
    return any(name in matter.people for name in _names(person))


def _names(person: Person) -> tuple[str, ...]:
    return (person.id, person.email, person.email.lower()) if person.email else (person.id,)


def _may_ask_for(matter: Matter, role: str) -> int:
    return sum(not right.requesters or role in right.requesters for right in matter.rights)


_SHARED = (
    "This conversation is shared outside the workspace, so nothing of a matter is answered here."
)
_OUTSIDER = "I answer members of this workspace only; this account is {}."
_UNSEEN = "I can't see this conversation, so I can't tell who reads it: invite me first."
_UNBOUND = (
    "No matter is bound to this channel, so there is nothing I may answer from. "
    "To bind it, add {} to `slack: channels:` in the matter's matter.yaml and restart me."
)
_NO_MATTER = (
    "You belong to no matter that I serve: ask in a matter's channel, or have yourself added to "
    "`people:` in its matter.yaml."
)
