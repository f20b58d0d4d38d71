"""Modals: the reason of a vote against an answer."""

from __future__ import annotations

from typing import Any

from slack_sdk.models.blocks import (
    InputBlock,
    Option,
    PlainTextInputElement,
    RadioButtonsElement,
)
from slack_sdk.models.views import View

from slack_app.blocks import actions
from slack_app.blocks.pieces import plain

COMMENT_LENGTH = 1_000


def feedback_modal(answer_id: str) -> dict[str, Any]:
    """Ask what is wrong with an answer. Its `private_metadata` is the answer's id, nothing else; no I/O
    is needed to build it, so it opens within the trigger's three seconds."""
    reasons = RadioButtonsElement(
        action_id=actions.REASON,
        options=[Option(value=v, text=plain(words, 75)) for v, words in actions.REASONS.items()],
    )
    comment = PlainTextInputElement(
        action_id=actions.COMMENT, multiline=True, max_length=COMMENT_LENGTH
    )
    view = View(
        type="modal",
        callback_id=actions.FEEDBACK,
        title=plain("Something is wrong", 24),
        submit=plain("Send", 24),
        close=plain("Cancel", 24),
        private_metadata=answer_id,
        blocks=[
            InputBlock(
                block_id=actions.REASON, label=plain("What is wrong?", 100), element=reasons
            ),
            InputBlock(
                block_id=actions.COMMENT,
                label=plain("Anything to add?", 100),
                element=comment,
                optional=True,
            ),
        ],
    )
    made: dict[str, Any] = view.to_dict()
    return made
