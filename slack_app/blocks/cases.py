"""A case in its lane's channel, the modals in which it is ruled, and the lanes' numbers. Pure; ids in values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from slack_sdk.models.blocks import (
    Block,
    InputBlock,
    Option,
    PlainTextInputElement,
    RadioButtonsElement,
    StaticMultiSelectElement,
    StaticSelectElement,
)
from slack_sdk.models.blocks.block_elements import InputInteractiveElement
from slack_sdk.models.views import View

from assistant.lanes.nouns import Case, Deed, Ruling
from assistant.lanes.numbers import Figures
from assistant.types import CodingField, Matter
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
from slack_app.blocks.words import clean, clip, escape

DEED = "case:deed"  # action_id `case:deed:<deed>`, value `<matter>:<case>:<ruling>`
RULE = "case:rule"  # value the same; opens the ruling modal
RULING = "case:ruling"  # callback_id of the modal; private_metadata is `<matter>:<case>`
REASONED = (
    "case:reasoned"  # callback_id of a deed's reason; private_metadata is `<matter>:<case>:<deed>`
)
CALL, REASON, RULES, SCOPE = "case_call", "case_reason", "case_rules", "case_scope"
FACTS, SUPERSEDES, PLAYBOOK = "case_facts", "case_supersedes", "case_playbook"
MOST = 46  # blocks of a packet that leave room for the case's own
LABELS: dict[str, tuple[str, ...]] = {
    "open": ("claim", "withdraw"),
    "claimed": ("rule", "release", "take_over"),
    "ruled": ("approve", "send_back"),
    "closed": ("reopen",),
    "withdrawn": ("reopen",),
}
WORDS: dict[str, str] = {
    "claim": "Claim",
    "withdraw": "Withdraw",
    "rule": "Rule",
    "release": "Release",
    "take_over": "Take over",
    "approve": "Approve for the bank",
    "send_back": "Send back",
    "reopen": "Open again",
}
REASONS: frozenset[Deed] = frozenset(("send_back", "reopen"))  # deeds that say why


def case_message(packet: Post, case: Case, ruling: Ruling | None = None) -> Post:
    """The packet with how the case stands, who has it, and what can be done with it; `ruling` is what a
    second person is to approve, whose facts and reason were checked to hold nothing of the document."""
    read = _to_approve(ruling) if ruling and case.state == "ruled" else []
    blocks = [rich(line(*_standing(case)), *read), row(_buttons(case))]
    shown = packet.blocks[:MOST] + [block.to_dict() for block in blocks]
    return Post(text=packet.text, blocks=shown, overflow=packet.overflow)


def ruling_modal(case: Case, matter: Matter, asked: str) -> dict[str, Any]:
    """The ruling: a call from the palette, why, on what, how far. The question is shown to who rules."""
    blocks: list[Block] = [rich(line(strong("The question")), quote(clip(clean(asked), 2_500)))]
    blocks += [_choice(number, field) for number, field in enumerate(matter.coding_fields[:30])]
    blocks += [
        _text(REASON, "Why?", 2_000),
        _radio(SCOPE, "For which documents?", SCOPES),
        _text(FACTS, "If for all such: what kind of document, in your own words", 600, True),
        _text(RULES, "Rules it rests on (ids)", 200, True),
        _text(SUPERSEDES, "Exemplars it overturns (ids)", 200, True),
        _radio(PLAYBOOK, "Should the playbook say this?", {"no": "No", "yes": "Yes"}, True),
    ]
    return _modal(RULING, f"Rule on {case.id}", blocks, f"{case.matter}:{case.id}")


SCOPES = {"document": "This document only", "all": "All such documents: it becomes an exemplar"}


def reason_modal(case: Case, deed: str) -> dict[str, Any]:
    """Why a case is sent back or opened again."""
    about = f"{case.matter}:{case.id}:{deed}"
    return _modal(REASONED, WORDS[deed], [_text(REASON, "Why?", 1_000)], about)


def people_message(text: str, people: Sequence[str]) -> Post:
    """A reminder or a hand-over: fixed words, ids of cases, and the people whom it calls."""
    named = [run for name in people[:20] for run in (person(name), said(" "))]
    blocks = [rich(line(said(text + " "), *named)).to_dict()]
    return Post(text=escape(text), blocks=blocks)


def numbers_blocks(found: Sequence[Figures]) -> list[dict[str, Any]]:
    """The lanes' numbers for App Home: one line a lane, its busiest topics in small print."""
    blocks: list[Block] = [header("Lanes")] if found else []
    for lane in [each for each in found if each.topic is None][:10]:
        inside = lane.inside
        part = f"{inside.hits} of {inside.n} inside {lane.target_hours:g} h"
        if inside.low is not None and inside.high is not None:
            part += f" ({inside.low:.0%} to {inside.high:.0%})"
        oldest = "" if lane.oldest_hours is None else f", oldest {lane.oldest_hours:.1f} h"
        times = (
            f"to claim {_hours(lane.to_claim.median)}, to ruling {_hours(lane.to_ruling.median)}"
        )
        text = f" {lane.waiting} waiting{oldest}; {part}; {times} (medians, working hours)"
        blocks.append(rich(line(strong(clip(lane.lane, 60)), said(text))))
        topics = [each for each in found if each.lane == lane.lane and each.topic][:5]
        if topics:
            told = "; ".join(f"{clip(str(t.topic), 60)} {t.cases}" for t in topics)
            blocks.append(small(f"by topic: {told}"))
    return [block.to_dict() for block in blocks]


def _standing(case: Case) -> list[Any]:
    runs = [strong(f"{case.id}: {case.state}")]
    if case.state == "claimed" and case.claimed_by:
        runs += [said(" by "), person(case.claimed_by)]
    if case.ruled_by:
        runs += [said(" · ruled by "), person(case.ruled_by)]
    if case.approved_by:
        runs += [said(" · approved by "), person(case.approved_by), said(f" as {case.exemplar}")]
    if len(case.askers) > 1:
        runs.append(said(f" · asked {len(case.askers)} times"))
    return runs


def _to_approve(ruling: Ruling) -> list[Any]:
    """What would stand in the bank."""
    calls = ", ".join(f"{call.field} = {call.choice}" for call in ruling.calls)
    on = f", on {', '.join(ruling.rules)}" if ruling.rules else ""
    over = f", overturning {', '.join(ruling.supersedes)}" if ruling.supersedes else ""
    return [
        line(strong("For the bank: "), said(clip(clean(f"{calls}{on}{over}"), 500))),
        quote(clip(clean(ruling.facts), 700)),
        quote(clip(clean(ruling.reason), 1_000)),
    ]


def _buttons(case: Case) -> list[Any]:
    value = f"{case.matter}:{case.id}:{case.rulings}"
    return [
        button(WORDS[deed], RULE if deed == "rule" else f"{DEED}:{deed}", value)
        for deed in LABELS[case.state]
    ]


def _modal(name: str, title: str, blocks: list[Block], about: str) -> dict[str, Any]:
    view = View(
        type="modal",
        callback_id=name,
        title=plain(title, 24),
        submit=plain("Send", 24),
        close=plain("Cancel", 24),
        private_metadata=about,
        blocks=blocks,
    )
    made: dict[str, Any] = view.to_dict()
    return made


def _choice(number: int, field: CodingField) -> InputBlock:
    name = f"{CALL}:{number}"
    options = [Option(value=str(n), text=plain(c, 75)) for n, c in enumerate(field.choices[:100])]
    kind = StaticMultiSelectElement if field.multiple else StaticSelectElement
    return _input(name, field.name, kind(action_id=name, options=options), True)


def _text(name: str, label: str, most: int, optional: bool = False) -> InputBlock:
    element = PlainTextInputElement(action_id=name, multiline=most > 200, max_length=most)
    return _input(name, label, element, optional)


def _radio(name: str, label: str, options: dict[str, str], optional: bool = False) -> InputBlock:
    choices = [Option(value=value, text=plain(words, 75)) for value, words in options.items()]
    return _input(name, label, RadioButtonsElement(action_id=name, options=choices), optional)


def _input(name: str, label: str, element: InputInteractiveElement, optional: bool) -> InputBlock:
    return InputBlock(block_id=name, label=plain(label, 100), element=element, optional=optional)


def _hours(value: float | None) -> str:
    return "-" if value is None else f"{value:.1f} h"
