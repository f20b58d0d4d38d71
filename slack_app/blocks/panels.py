"""A calibration session: its card, each rater's own card and modal. Values and metadata are ids; a case's words
stand in the modal of who calls it and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from slack_sdk.models.blocks import (
    Block,
    CheckboxesElement,
    InputBlock,
    Option,
    RadioButtonsElement,
    StaticMultiSelectElement,
    StaticSelectElement,
)
from slack_sdk.models.blocks.block_elements import InputInteractiveElement
from slack_sdk.models.views import View

from evals.drawing import Item
from evals.sittings import Sitting
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
)
from slack_app.blocks.post import Post
from slack_app.blocks.words import clean, clip, escape, units

BEGIN = "panel:begin"  # value `<matter>:<draw>`; opens the modal at the first item not yet called
CLOSE = "panel:close"  # value `<matter>:<draw>`; for the QC lead
TO_LANES = "panel:lanes"  # value `<matter>:<draw>`; puts what has no majority to its lanes
CALLED = (
    "panel:called"  # callback_id of the modal; private_metadata is `<matter>:<draw>:<item's place>`
)
CALL = "panel_call"  # block_id and action_id of its choices
PIECE, PIECES = 2_800, 12  # UTF-16 units of a stretch of an item's text, stretches shown
RADIO, SELECT = 10, 100  # options that Slack takes
BLIND = (
    "Call each case by yourself. Nobody sees your calls, and you see nobody's, nor the assistant's, until the "
    "session is closed. A call can't be changed. You may stop and go on whenever you like."
)


def card(sitting: Sitting, size: int, counts: Mapping[str, int], majorityless: int = 0) -> Post:
    """The session in its channel: who has called how many; of the calls nothing."""
    state = "open" if sitting.open else "closed"
    title = f"Calibration session {sitting.draw}: {state}"
    about = f"{size} cases of {sitting.suite}, each called blind by {len(sitting.panel)} people."
    lines = [line(said(about))]
    for rater in sitting.panel:
        lines.append(line(person(rater), said(f": {counts.get(rater, 0)} of {size}")))
    lines.append(line(said("Opened by "), person(sitting.opened_by)))
    if sitting.closed_by:
        lines.append(line(said("Closed by "), person(sitting.closed_by)))
    blocks: list[Block] = [header(title), rich(*lines)]
    value = f"{sitting.matter}:{sitting.draw}"
    if sitting.open:
        blocks.append(row([button("Close and count", CLOSE, value, "ends the session for all")]))
    elif majorityless:
        label = f"Put {majorityless} questions to their lanes"
        blocks.append(row([button(label, TO_LANES, value)]))
    return Post(text=escape(title), blocks=[block.to_dict() for block in blocks])


def invitation(sitting: Sitting, title: str, size: int, called: int) -> Post:
    """What one rater gets in their direct messages."""
    head = f"Calibration session {sitting.draw}: your calls"
    left = size - called
    how = f"{called} of {size} called." if left else f"All {size} called. Thank you."
    if not sitting.open:
        how = f"The session was closed. You had called {called} of {size}."
    about = line(
        person(sitting.opened_by), said(f" asks you to call {size} cases of "), said(title)
    )
    blocks: list[Block] = [header(head), rich(about, line(strong(how)))]
    if left and sitting.open:
        blocks += [small(BLIND), row([begin(sitting, "Begin" if not called else "Go on")])]
    return Post(text=escape(head), blocks=[block.to_dict() for block in blocks])


def begin(sitting: Sitting, label: str) -> Any:
    """The button that opens the next case."""
    return button(label, BEGIN, f"{sitting.matter}:{sitting.draw}", "opens the next case to call")


def waiting(sitting: Sitting, size: int, called: int) -> list[Block]:
    """A session that waits for this person, for App Home. Its button's name is of its own."""
    value, left = f"{sitting.matter}:{sitting.draw}", size - called
    told = f"Calibration session {sitting.draw}: {left} of {size} cases wait for your call."
    go = button("Begin" if not called else "Go on", f"{BEGIN}:{sitting.draw}", value)
    return [rich(line(strong(told))), row([go])]


def item_modal(
    sitting: Sitting, item: Item, at: tuple[int, int, int], several: bool
) -> dict[str, Any]:
    """One case to call. `at`: the item's place in the draw, how many this rater has called, of how many;
    `several`: the field takes more than one choice."""
    place, called, size = at
    blocks: list[Block] = [small(f"Case {called + 1} of {size}"), *_text(item.shown)]
    element = _choices(item.labels, several)
    blocks.append(InputBlock(block_id=CALL, label=plain("Your call", 100), element=element))
    blocks.append(small("A call can't be changed. Close this window to go on another time."))
    about = f"{sitting.matter}:{sitting.draw}:{place}"
    return _modal(f"Session {sitting.draw}", blocks, about, "Call, next case")


def done_modal(sitting: Sitting, size: int) -> dict[str, Any]:
    """Nothing left to call."""
    text = f"All {size} cases are called. The calls are counted when the session is closed."
    return _modal(f"Session {sitting.draw}", [rich(line(said(text)))], "", None)


def told_modal(draw: int, why: str) -> dict[str, Any]:
    """Why there is nothing to call."""
    return _modal(f"Session {draw}", [rich(line(said(clip(why, 500))))], "", None)


def result_post(lines: Sequence[str], owners: Sequence[str]) -> Post:
    """What the panel said, in sentences, and whose the open questions are."""
    told = [line(said(clip(text, 600))) for text in lines[:40]]
    if owners:
        told.append(line(strong("Questions go to: "), said(", ".join(owners))))
    blocks: list[Block] = [header("What the panel said"), rich(*told)]
    return Post(text="What the panel said", blocks=[block.to_dict() for block in blocks])


def label_of(item: Item, chosen: Sequence[int]) -> str | None:
    """The label that options stand for, several joined as in a sheet; None where one is none of the item's."""
    offered = dict(_offered(item.labels))
    if not chosen or any(number not in offered for number in chosen):
        return None
    return "; ".join(sorted(offered[number] for number in set(chosen)))


def _offered(labels: Sequence[str]) -> list[tuple[int, str]]:
    """The labels that fit into a menu; the last, which asks for a person, always does."""
    numbered = list(enumerate(labels))
    return numbered if len(numbered) <= SELECT else [*numbered[: SELECT - 1], numbered[-1]]


def _choices(labels: Sequence[str], several: bool) -> InputInteractiveElement:
    options = [Option(value=str(n), text=plain(label, 75)) for n, label in _offered(labels)]
    if several:
        many = CheckboxesElement if len(options) <= RADIO else StaticMultiSelectElement
        return many(action_id=CALL, options=options)
    one = RadioButtonsElement if len(options) <= RADIO else StaticSelectElement
    return one(action_id=CALL, options=options)


def _text(shown: str) -> list[Block]:
    """The item's text in stretches; what is too long for a window says so."""
    blocks: list[Block] = []
    left = clean(shown)
    while left and len(blocks) < PIECES:
        piece = left[:PIECE]
        while units(piece) > PIECE:
            piece = piece[:-100]
        blocks.append(rich(quote(piece)))
        left = left[len(piece) :]
    if left:
        blocks.append(small("The case is longer than this window: the rest is not shown."))
    return blocks


def _modal(title: str, blocks: list[Block], about: str, submit: str | None) -> dict[str, Any]:
    view = View(
        type="modal",
        callback_id=CALLED,
        title=plain(title, 24),
        submit=plain(submit, 24) if submit else None,
        close=plain("Close", 24),
        private_metadata=about,
        blocks=blocks,
    )
    made: dict[str, Any] = view.to_dict()
    return made
