"""One look at a real workspace, by token: what the stand-in answers is only our reading of Slack's documents.

SECONDCHAIR_TEST_SLACK_TOKEN and SECONDCHAIR_TEST_SLACK_CHANNEL name a bot token and a channel it is in.
"""

from __future__ import annotations

import asyncio
import os
import uuid

import pytest

from slack_app.blocks import placeholder_message
from slack_app.calls import call, web_client
from slack_app.doctor import scopes
from slack_app.posting import Poster, Spot
from slack_app.wording import WITHDRAWN, notice

TOKEN = os.environ.get("SECONDCHAIR_TEST_SLACK_TOKEN", "")
CHANNEL = os.environ.get("SECONDCHAIR_TEST_SLACK_CHANNEL", "")

pytestmark = pytest.mark.skipif(
    not (TOKEN and CHANNEL), reason="opt in: set SECONDCHAIR_TEST_SLACK_TOKEN and _CHANNEL"
)


def test_a_message_is_posted_found_by_its_mark_updated_and_deleted() -> None:
    asyncio.run(_played())


async def _played() -> None:
    client = web_client(TOKEN, "https://slack.com/api/")
    held = (await client.auth_test()).headers.get("x-oauth-scopes", "")
    assert scopes() <= set(held.split(","))
    poster = Poster(client)
    spot = Spot(channel=CHANNEL, thread=None, mark=uuid.uuid4().hex[:16])
    ts = await poster.once(spot, placeholder_message(), begun=False)
    try:
        assert await poster.once(spot, placeholder_message(), begun=True) == ts
        await poster.update(CHANNEL, ts, notice(WITHDRAWN), spot.mark)
        assert await poster.permalink(CHANNEL, ts)
    finally:
        await call(client.chat_delete(channel=CHANNEL, ts=ts))
