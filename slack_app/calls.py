"""Calls to Slack's Web API, and what their failures mean: gone for good, the operator's, or later."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable
from typing import Any, Literal

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from slack_app.errors import SlackError, SlackGone, SlackLater, SlackOperator

log = logging.getLogger("secondchair.slack")

Answer = dict[str, Any]
# Nothing that we do can make these work for this channel or person.
GONE = frozenset(
    "is_archived channel_not_found not_in_channel is_inactive user_not_found users_not_found "
    "restricted_action restricted_action_read_only_channel restricted_action_thread_locked "
    "message_not_found thread_not_found cannot_reply_to_message cannot_dm_bot user_disabled "
    "cant_update_message edit_window_closed expired_trigger_id exchanged_trigger_id "
    "messages_tab_disabled team_access_not_granted cant_delete_message".split()
)
# The operator has to mend these; until then the work waits.
FIXES = {
    "missing_scope": "add the scope in the app's OAuth page (slack_app/manifest.json has the list) and reinstall",
    "invalid_auth": "set SECONDCHAIR_SLACK_BOT_TOKEN to the app's bot token",
    "not_authed": "set SECONDCHAIR_SLACK_BOT_TOKEN to the app's bot token",
    "token_revoked": "reinstall the app and set SECONDCHAIR_SLACK_BOT_TOKEN anew",
    "token_expired": "reinstall the app and set SECONDCHAIR_SLACK_BOT_TOKEN anew",
    "account_inactive": "reinstall the app: its bot user or workspace was deactivated",
    "no_permission": "give the app the permission in the workspace's settings",
    "not_allowed_token_type": "SECONDCHAIR_SLACK_BOT_TOKEN must be a bot token (xoxb-…)",
}
TIMEOUT = 20  # seconds that a call may take
_NETWORK = (aiohttp.ClientError, asyncio.TimeoutError, ConnectionError, OSError)


def web_client(
    token: str, base_url: str, session: aiohttp.ClientSession | None = None
) -> AsyncWebClient:
    """A client that waits out 429s. It repeats nothing else by itself: posting is not idempotent.
    Without a `session` every call makes a connection of its own."""
    return AsyncWebClient(
        token=token,
        base_url=base_url,
        timeout=TIMEOUT,
        session=session,
        retry_handlers=[AsyncRateLimitErrorRetryHandler(max_retry_count=5)],
        logger=logging.getLogger("slack_sdk.web"),
    )


async def call(awaited: Awaitable[Any]) -> Answer:
    """Slack's answer. Raises SlackGone, SlackOperator or SlackLater, each with Slack's error code only."""
    try:
        answer = await awaited
    except SlackApiError as error:
        raise meaning(error) from None
    except (*_NETWORK, SlackClientError) as error:
        raise SlackLater(type(error).__name__) from None
    return dict(answer.data) if isinstance(answer.data, dict) else {}


async def fetch(url: str, token: str) -> bytes:
    """A file's content. Raises SlackGone where Slack shows a page instead, SlackLater where it fails."""
    bearer = {"Authorization": f"Bearer {token}"}
    try:
        async with aiohttp.ClientSession(headers=bearer) as session, session.get(url) as answer:
            if answer.status >= 500 or answer.status == 429:
                raise SlackLater(f"http_{answer.status}")
            if answer.status >= 400 or answer.content_type == "text/html":
                raise SlackGone(f"http_{answer.status}")
            return await answer.read()
    except _NETWORK as error:
        raise SlackLater(type(error).__name__) from None


def fault_of(code: str) -> Literal["gone", "operator", "later"]:
    """What an error code of Slack's means for the work in hand."""
    if code in GONE:
        return "gone"
    return "operator" if code in FIXES else "later"


def meaning(error: SlackApiError) -> SlackError:
    """Slack's refusal as an error of ours, with its code and, where the operator mends it, the fix."""
    data = error.response.data if isinstance(error.response.data, dict) else {}
    code = str(data.get("error") or f"http_{error.response.status_code}")
    fault = fault_of(code)
    if fault == "operator":
        needed = f" ({data['needed']})" if data.get("needed") else ""
        return SlackOperator(code, f"Slack says {code}{needed}: {FIXES[code]}")
    if fault == "gone":
        return SlackGone(code)
    after = error.response.headers.get("Retry-After") if error.response.headers else None
    return SlackLater(code, float(after) if after and str(after).isdigit() else None)
