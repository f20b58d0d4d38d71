"""A command leaves no message of its own: who asked what is said in the channel first."""

from __future__ import annotations

from slack_app.blocks.pieces import line, person, quote, rich, said
from slack_app.blocks.post import Post
from slack_app.blocks.words import clean, clip, escape
from slack_app.decide import verdict_on
from slack_app.digests import ASKED_BY_COMMAND
from slack_app.nouns import Row
from slack_app.office import Office
from slack_app.posting import Spot
from slack_app.rows import advance, put, since
from slack_app.walls import TurnedAway


async def say_what_was_asked(row: Row, office: Office) -> bool:
    """A command leaves no message: say in the channel who asked what, so that the reply has a place.
    False where the walls turn the asker away: then nothing is posted."""
    if isinstance(await verdict_on(row, office), TurnedAway):
        return False
    if row.thread:
        return True
    text = office.seal.open(row.sealed, row.key) or ""
    mark = f"{row.answer_id}.asked"
    spot = Spot(channel=row.channel, thread=None, mark=mark, since=since(row))
    begun = row.state != "new"
    await advance(row, "placing", office)
    post = digest_post(row.user) if row.target == ASKED_BY_COMMAND else asked_post(row.user, text)
    ts = await office.poster.once(spot, post, begun)
    await put(row, office, thread=ts, ts=ts)
    return True


def digest_post(user: str) -> Post:
    """Who asked for a digest with the command."""
    asks = " asks for a digest of the newest transcript here."
    blocks = [rich(line(person(user), said(asks))).to_dict()]
    return Post(text="A digest of the newest transcript here is asked for.", blocks=blocks)


def asked_post(user: str, text: str) -> Post:
    """Who asked what with the command, the text bounded and escaped."""

    shown = clip(clean(text), 2_500)
    blocks = [rich(line(person(user), said(" asks the playbook:")), quote(shown)).to_dict()]
    return Post(text=escape(f"A question to the playbook: {clip(shown, 200)}"), blocks=blocks)
