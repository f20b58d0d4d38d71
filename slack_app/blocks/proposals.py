"""A proposed change to the playbook, as a message of its lane and on App Home, and the modal of its decision.

Pure; values are ids: matter, proposal, and the ledger's number of the diff that is shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from slack_sdk.models.blocks import Block, InputBlock, PlainTextInputElement
from slack_sdk.models.views import View

from assistant.lanes.nouns import Proposal
from slack_app.blocks.pieces import (
    button,
    header,
    line,
    person,
    plain,
    quote,
    rich,
    row,
    said,
    small,
    strong,
    verbatim,
)
from slack_app.blocks.post import Post
from slack_app.blocks.words import clean, clip, escape, units

DECIDE = "proposal"  # action_id `proposal:<deed>:<n>`; value `<matter>:<proposal>:<seq>`
DECIDED = "proposal:decided"  # callback_id; private_metadata is `<deed>:` and the button's value
REASON = "proposal_reason"
WORDS = {"accept": "Accept", "decline": "Decline"}
NEVER = (
    "Accepting writes nothing: the diff comes as a file, and a person applies it with git apply."
)
STATES = {
    "proposed": "a change to the playbook is proposed",
    "accepted": "accepted",
    "declined": "declined",
    "overtaken": "overtaken: the playbook says it by now, or its rulings were withdrawn",
}
CUT = "Shortened here; the whole diff is in its thread in the lane."
SHOWN = 2_600  # units of a diff in a message
ON_HOME = 5  # proposals on App Home, and units of each one's diff
SHORT = 1_200


def proposal_message(of: Proposal) -> Post:
    """The proposal as it stands; with buttons while it waits. The whole diff where it was cut."""
    blocks = [block.to_dict() for block in _blocks(of, SHOWN)]
    whole = of.diff if units(of.diff) > SHOWN else None
    text = f"{of.id}: {STATES[of.state]} ({of.topic})"
    return Post(text=escape(text), blocks=blocks, overflow=whole)


def proposals_on_home(waiting: Sequence[Proposal]) -> list[dict[str, Any]]:
    """What waits for this person's decision, oldest first."""
    blocks: list[Block] = [header("Proposed changes to the playbook")] if waiting else []
    for number, each in enumerate(waiting[:ON_HOME]):
        blocks += _blocks(each, SHORT, number)
    if len(waiting) > ON_HOME:
        blocks.append(small(f"and {len(waiting) - ON_HOME} more"))
    return [block.to_dict() for block in blocks]


def decision_modal(deed: str, about: str) -> dict[str, Any]:
    """Why it is accepted or declined; declining needs it."""
    words = PlainTextInputElement(action_id=REASON, multiline=True, max_length=1_000)
    label = plain("Why? It goes into the record.", 100)
    optional = deed == "accept"
    view = View(
        type="modal",
        callback_id=DECIDED,
        title=plain(f"{WORDS[deed]} the change", 24),
        submit=plain(WORDS[deed], 24),
        close=plain("Cancel", 24),
        private_metadata=f"{deed}:{about}",
        blocks=[InputBlock(block_id=REASON, label=label, element=words, optional=optional)],
    )
    made: dict[str, Any] = view.to_dict()
    return made


def _blocks(of: Proposal, most: int, number: int = 0) -> list[Block]:
    start = [strong(f"{of.id}: {STATES[of.state]}")]
    start += [said(" by "), person(of.decided_by)] if of.decided_by else []
    start.append(said(f" · {of.matter} · topic {clip(clean(of.topic), 60)} · from {_cases(of)}"))
    lines = [line(*start)]
    lines += [quote(clip(clean(of.reason), 1_000))] if of.reason else []
    if of.diff:
        lines.append(verbatim(clip(clean(of.diff), most)))
    cut = (CUT,) if units(of.diff) > most else ()
    if of.state != "proposed":
        return [rich(*lines)]
    value = f"{of.matter}:{of.id}:{of.seq}"
    buttons = [button(words, f"{DECIDE}:{deed}:{number}", value) for deed, words in WORDS.items()]
    return [rich(*lines), small(NEVER, *cut), row(buttons)]


def _cases(of: Proposal) -> str:
    more = f" and {len(of.cases) - 8} more" if len(of.cases) > 8 else ""
    return ", ".join(of.cases[:8]) + more
