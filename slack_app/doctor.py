"""What of Slack is configured, which token or scope is missing, and where to get it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

from assistant.doctor import Finding
from assistant.settings import Settings
from slack_app.calls import web_client
from slack_app.errors import SlackError, SlackOperator

MANIFEST = Path(__file__).parent / "manifest.json"
PAGES = "https://api.slack.com/apps, your app,"
BOT = f"{PAGES} OAuth & Permissions: install the app and copy the Bot User OAuth Token (xoxb-…)"
APP = f"{PAGES} Basic Information, App-Level Tokens: make one with connections:write (xapp-…)"


def scopes() -> set[str]:
    """The bot scopes of the manifest."""
    return set(json.loads(MANIFEST.read_text("utf-8"))["oauth_config"]["scopes"]["bot"])


def examine(settings: Settings) -> list[Finding]:
    """Slack's part of `doctor`. It asks Slack about a token only where one is set."""
    bot, app, secret = (
        settings.slack_bot_token,
        settings.slack_app_token,
        settings.slack_signing_secret,
    )
    if bot is None and app is None and secret is None:
        fix = "Optional: docs/slack.md leads from nothing to the first answer"
        return [Finding("slack", "not configured", fix)]
    found = [_shape("slack bot token", bot.get_secret_value() if bot else None, "xoxb-", BOT)]
    if app is not None or secret is None:
        held = app.get_secret_value() if app else None
        found.append(_shape("slack app token", held, "xapp-", f"{APP}; or set a signing secret"))
    if secret is not None:
        found.append(Finding("slack signing secret", "set; events over HTTP at /slack/events"))
    if bot is not None and not found[0].bad:
        found += asyncio.run(_asked(bot.get_secret_value(), settings.slack_api_url))
    return found


def _shape(name: str, token: str | None, start: str, fix: str) -> Finding:
    variable = "SECONDCHAIR_" + name.upper().replace(" ", "_")
    if token is None:
        return Finding(name, f"{variable} is missing", fix, bad=True)
    if not token.startswith(start):
        return Finding(name, f"{variable} does not begin with {start}", fix, bad=True)
    return Finding(name, "set")


async def _asked(token: str, url: str) -> list[Finding]:
    """What Slack says of the token: whose it is, and which scopes it lacks."""
    try:
        answer = await web_client(token, url).auth_test()
    except Exception as error:
        return [_refused(error, url)]
    held = answer.headers.get("x-oauth-scopes") or answer.headers.get("X-OAuth-Scopes") or ""
    team = answer.get("team") or answer.get("team_id")
    return [Finding("slack workspace", f"the token works in {team}"), *_scopes(held)]


def _refused(error: Exception, url: str) -> Finding:
    from slack_sdk.errors import SlackApiError

    from slack_app.calls import meaning

    said = meaning(error) if isinstance(error, SlackApiError) else None
    if isinstance(said, SlackOperator):
        return Finding("slack workspace", str(said), BOT, bad=True)
    why = said.code if isinstance(said, SlackError) else type(error).__name__
    fix = "Check the network, the proxy, and SECONDCHAIR_SLACK_API_URL"
    return Finding("slack workspace", f"{url} does not answer ({why})", fix, bad=True)


def _scopes(held: str) -> Iterator[Finding]:
    if not held:
        yield Finding("slack scopes", "Slack did not say which scopes the token has")
        return
    missing = sorted(scopes() - {scope.strip() for scope in held.split(",")})
    fix = f"{PAGES} OAuth & Permissions: add them to the bot token's scopes, then reinstall"
    for scope in missing:
        yield Finding("slack scope", f"{scope} is missing", fix, bad=True)
    if not missing:
        yield Finding("slack scopes", "all that the manifest lists")
