"""The state machine of a case, pure: a case and an act -> the case after it, or why not.

    open ─claim─▶ claimed ─rule─▶ ruled ─approve─▶ closed        a ruling for all such: a second person approves
      ▲ ▲           │  ▲            │ └────close─▶ closed        a ruling for one document: closed by itself
      │ └──release──┘  └─send_back──┘
      │            (take_over: claimed by another)
    reopen ◀── ruled, closed, withdrawn ◀─withdraw── open, claimed

Who holds which role is `authority.py`; this file knows only who did what to this very case.
"""

from __future__ import annotations

from typing import Any

from assistant.lanes.nouns import ASSISTANT, Act, Case, Deed, Refused, State

FROM: dict[Deed, tuple[State, ...]] = {
    "join": ("open", "claimed"),
    "claim": ("open",),
    "release": ("claimed",),
    "take_over": ("claimed",),
    "rule": ("claimed",),
    "approve": ("ruled",),
    "send_back": ("ruled",),
    "close": ("ruled",),
    "withdraw": ("open", "claimed"),
    "reopen": ("ruled", "closed", "withdrawn"),
    "accept": (),
    "decline": (),
}
CLAIM: dict[str, None] = {"claimed_at": None, "claimed_by": None}
RULING: dict[str, None] = {"ruled_at": None, "ruled_by": None, "scope": None, "ruling_seq": None}


def step(case: Case, act: Act) -> Case | Refused:
    """The case after the act. A ruling's `scope` and ledger numbers are set by who records it."""
    if case.state not in FROM.get(act.deed, ()):
        return Refused(why=_not_now(case, act.deed))
    why = _whose(case, act)
    if why:
        return Refused(why=why)
    return case.model_copy(update=_changes(case, act))


def _changes(case: Case, act: Act) -> dict[str, Any]:
    who, at = act.by.id, act.at
    match act.deed:
        case "claim" | "take_over":
            return {"state": "claimed", "claimed_by": who, "claimed_at": case.claimed_at or at}
        case "release":
            return {"state": "open", **CLAIM}
        case "rule":
            ruled = {"ruled_by": who, "ruled_at": at, "rulings": case.rulings + 1}
            return {"state": "ruled", **ruled}
        case "approve":
            return {"state": "closed", "approved_by": who, "closed_at": at}
        case "send_back":
            return {"state": "claimed", "claimed_by": case.ruled_by, **RULING}
        case "close" | "withdraw":
            return {"state": "closed" if act.deed == "close" else "withdrawn", "closed_at": at}
        case "reopen":
            fresh = {"approved_by": None, "closed_at": None, "opened_at": at}
            return {"state": "open", "opening": case.opening + 1, **CLAIM, **RULING, **fresh}
    return {}


def _not_now(case: Case, deed: Deed) -> str:
    doing = deed.replace("_", " ")
    if deed == "claim" and case.state == "claimed":
        return f"{case.id} is claimed by {case.claimed_by} already"
    then = ", ".join(FROM.get(deed, ())) or "never"
    return f"{case.id} is {case.state}: {doing} needs a case that is {then}"


def _whose(case: Case, act: Act) -> str:
    """Why this person can't, whatever role they hold; empty if they can."""
    mine = case.claimed_by in act.by.names
    if act.deed in ("rule", "release") and not mine:
        return (
            f"{case.id} is claimed by {case.claimed_by}: only they {act.deed} it, or take it over"
        )
    if act.deed == "take_over" and mine:
        return f"{case.id} is yours already"
    if act.deed in ("approve", "send_back") and case.ruled_by in act.by.names:
        return f"{case.id} was ruled by you: a second person looks at it"
    if act.deed == "approve" and case.scope != "all":
        return f"{case.id} was ruled for one document: there is no exemplar to approve"
    if act.deed == "close" and (act.by.id != ASSISTANT or case.scope == "all"):
        return f"{case.id} is closed by its approval"
    return ""
