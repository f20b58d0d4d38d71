"""The accountable role decides on a proposal: one function for Slack and for the command line.

Who may is read from the matter folder at that moment; a refused attempt is recorded; of two at once the
first counts. An accepted proposal is recorded and handed over as a diff. Nothing here writes the playbook.
"""

from __future__ import annotations

from sqlalchemy import update

from assistant.lanes.authority import holds
from assistant.lanes.deed import entry
from assistant.lanes.nouns import Act, Proposal
from assistant.lanes.proposals import accountable, as_it_is_now, card, proposal, rulings
from assistant.lanes.room import Room
from assistant.lanes.tables import PROPOSALS
from assistant.matter import load_matter
from assistant.types import Matter, Noun

MOST = 1_000  # characters of a reason


class Decided(Noun):
    """The proposal as it now stands, and why nothing was done where it was not."""

    proposal: Proposal
    refused: str | None = None


def decide(name: str, act: Act, room: Room, seen: int | None = None) -> Decided:
    """Accept or decline a proposal (`act.deed`), with `act.reason`, which declining needs. `seen` is the
    ledger number of the diff that the person looked at; one that was made anew since is not decided on.

    Raises LanesError where there is no such proposal, MatterError where a file of the matter is broken.
    """
    return _decide(name, act, room, seen, True)


def may_decide(name: str, act: Act, room: Room, seen: int | None = None) -> Decided:
    """Whether this person may do this now, before they are asked why; only a refusal is recorded."""
    return _decide(name, act, room, seen, False)


def _decide(name: str, act: Act, room: Room, seen: int | None, whole: bool) -> Decided:
    matter = load_matter(room.matter().folder)
    with room.ledger.together(matter.id) as (connection, put):
        found = proposal(connection, name, room)
        before = room.store.tried(connection, matter.id, act.key)
        if before:
            return Decided(proposal=found, refused=before[1])
        people = room.here(connection, put).people
        role = accountable(matter)
        why: str | None = f"only who holds {role} decides on the playbook"
        if holds(act.by, (role,), people):
            why = _not_now(found, act, room, matter, seen) or (_unsaid(act) if whole else None)
        if why is None and not whole:
            return Decided(proposal=found)
        state = "accepted" if act.deed == "accept" else "declined"
        content = {"why": why, "deed": act.deed, "reason": act.reason, "key": act.key}
        content |= {"at": act.at.isoformat(), "diff": None if why else found.diff}
        seq = put(
            entry("lane-refused" if why else f"proposal-{state}", act.by.id, name, content, matter)
        )
        room.store.put_act(connection, found, act, seq, why)
        if why is None:
            here = (PROPOSALS.c.matter == matter.id) & (PROPOSALS.c.id == name)
            decided = {"state": state, "decided_by": act.by.id, "decided_at": act.at}
            connection.execute(update(PROPOSALS).where(here).values(decided))
            room.store.plan(connection, card(found, matter, seq, act.at))
            so = {"state": state, "decided_by": act.by.id, "reason": act.reason}
            found = found.model_copy(update=so)
        return Decided(proposal=found, refused=why)


def _not_now(found: Proposal, act: Act, room: Room, matter: Matter, seen: int | None) -> str | None:
    """Why this proposal can't be decided on as it is, whoever asks."""
    if act.deed not in ("accept", "decline"):
        return f"{act.deed!r} is nothing that is done with a proposal"
    if found.state != "proposed":
        by = f" by {found.decided_by}" if found.decided_by else ""
        return f"{found.id} is {found.state} already{by}"
    if seen is not None and seen != found.seq:
        return f"{found.id} was made anew since you looked at it: look again"
    if act.deed == "accept" and as_it_is_now(found, rulings(room), matter) != found.diff:
        return f"playbook or rulings changed since {found.id} was made: it is made anew, look again"
    return None


def _unsaid(act: Act) -> str | None:
    if act.deed == "decline" and not act.reason.strip():
        return "say why it is declined, in a sentence"
    if len(act.reason) > MOST:
        return f"the reason has {len(act.reason):,} characters: {MOST:,} at most"
    return None
