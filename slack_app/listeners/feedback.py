"""One vote a person and answer, with a reason where it is against."""

from __future__ import annotations

from functools import partial
from typing import Any

from slack_app.blocks import actions, feedback_modal
from slack_app.calls import call
from slack_app.decide import at_once
from slack_app.listeners.pressed import value
from slack_app.listeners.way import Way
from slack_app.nouns import Vote
from slack_app.wording import THANKS


def listen(way: Way) -> None:
    """A vote against counts at once; the modal then asks why. It opens first: its trigger lives 3 seconds."""

    @way.bolt.action(actions.VOTE_UP)
    async def up(body: dict[str, Any], ack: Any) -> None:
        await _vote(way, Vote(answer_id=value(body), user=body["user"]["id"], vote="up"))
        await ack()
        way.errand(_thank(way, body))

    @way.bolt.action(actions.VOTE_DOWN)
    async def down(body: dict[str, Any], ack: Any) -> None:
        way.errand(_ask_why(way, body["trigger_id"], value(body)))
        await _vote(way, Vote(answer_id=value(body), user=body["user"]["id"], vote="down"))
        await ack()

    @way.bolt.view(actions.FEEDBACK)
    async def said_why(body: dict[str, Any], ack: Any) -> None:
        view = body["view"]
        answer_id, said = view["private_metadata"], view["state"]["values"]
        option = said[actions.REASON][actions.REASON].get("selected_option") or {}
        reason = option.get("value") if option.get("value") in actions.REASONS else None
        comment = (said.get(actions.COMMENT) or {}).get(actions.COMMENT, {}).get("value")
        vote = Vote(answer_id=answer_id, user=body["user"]["id"], vote="down", reason=reason)
        await _vote(way, vote, comment)
        await ack()


async def _vote(way: Way, vote: Vote, comment: str | None = None) -> None:
    """Kept only for an answer of ours; the comment sealed."""
    office = way.office
    if await at_once(office, partial(office.store.answer, vote.answer_id)) is None:
        return
    sealed = office.seal.close(comment, vote.answer_id) if comment else None
    await at_once(office, partial(office.store.vote, vote, sealed))


async def _ask_why(way: Way, trigger: str, answer_id: str) -> None:
    await call(way.client.views_open(trigger_id=trigger, view=feedback_modal(answer_id)))


async def _thank(way: Way, body: dict[str, Any]) -> None:
    thread = (body.get("message") or {}).get("thread_ts")
    channel = body["channel"]["id"]
    await way.office.poster.whisper(channel, body["user"]["id"], THANKS, thread)
