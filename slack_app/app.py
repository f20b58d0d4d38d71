"""Bolt with our ways in: nothing is acknowledged before it was written."""

from __future__ import annotations

import logging
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from slack_app.intake import Begin
from slack_app.listeners import ALL
from slack_app.listeners.way import Way
from slack_app.office import Office

log = logging.getLogger("secondchair.slack")


def bolt_app(
    office: Office, client: AsyncWebClient, me: dict[str, Any], begin: Begin, secret: str | None
) -> AsyncApp:
    """The app. `me` is Slack's answer to `auth.test`, asked once. Listeners run before the response
    (`process_before_response`), so that a write that failed is no 200 and Slack delivers again."""

    async def authorize(**_: Any) -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=me.get("enterprise_id"),
            team_id=me.get("team_id"),
            bot_user_id=me.get("user_id"),
            bot_id=me.get("bot_id"),
            bot_token=client.token,
        )

    bolt = AsyncApp(
        client=client,
        signing_secret=secret or "",
        authorize=authorize,
        process_before_response=True,
        request_verification_enabled=secret is not None,
        ignoring_self_events_enabled=True,
        logger=logging.getLogger("slack_bolt"),
    )
    bolt.error(_failed)
    way = Way(bolt, office, client, begin)
    for listen in ALL:
        listen(way)
    return bolt


async def _failed(error: Exception, body: dict[str, Any]) -> BoltResponse:
    """Said to the log by its kind; Slack gets a 500 and delivers an event again."""
    log.error("a %s was not taken in: %s", body.get("type", "payload"), type(error).__name__)
    return BoltResponse(status=500, body="")
