"""`doctor` and `serve` name each missing token or scope, and where to get it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from running import settings_for
from standin import APP_TOKEN, BOT_TOKEN, StandIn

from assistant.errors import SettingsError
from assistant.settings import Settings
from slack_app.doctor import examine
from slack_app.serve import check


def told(**settings: Any) -> str:
    return "\n".join(str(f) for f in examine(Settings.model_validate(settings)))


def test_nothing_configured_is_no_fault_and_points_to_the_page() -> None:
    found = examine(Settings())
    assert [f.bad for f in found] == [False]
    assert "docs/slack.md" in str(found[0])


@pytest.mark.parametrize(
    ("settings", "missing", "where"),
    [
        ({"slack_app_token": APP_TOKEN}, "SECONDCHAIR_SLACK_BOT_TOKEN", "OAuth & Permissions"),
        ({"slack_bot_token": APP_TOKEN}, "does not begin with xoxb-", "OAuth & Permissions"),
        (
            {"slack_bot_token": "x", "slack_app_token": "xoxb-1"},
            "does not begin with xapp-",
            "App-Level Tokens",
        ),
        ({"slack_bot_token": "x"}, "SECONDCHAIR_SLACK_APP_TOKEN is missing", "signing secret"),
    ],
)
def test_a_missing_or_mistaken_token_is_named_with_its_place(
    settings: dict[str, Any], missing: str, where: str
) -> None:
    assert missing in told(**settings)
    assert where in told(**settings)


def test_a_working_token_is_told_with_its_workspace(slack: StandIn, tmp_path: Path) -> None:
    found = examine(settings_for(slack, tmp_path))
    assert not any(f.bad for f in found)
    assert "the token works in Stand-in" in "\n".join(map(str, found))


def test_each_missing_scope_is_named(slack: StandIn, tmp_path: Path) -> None:
    slack.take_scope("users:read.email")
    bad = [str(f) for f in examine(settings_for(slack, tmp_path)) if f.bad]
    assert len(bad) == 1
    assert "users:read.email is missing" in bad[0]


@pytest.mark.parametrize("code", ["invalid_auth", "token_revoked", "account_inactive"])
def test_a_token_that_slack_refuses_is_told_with_its_fix(
    slack: StandIn, tmp_path: Path, code: str
) -> None:
    slack.fail("auth.test", code)
    bad = [str(f) for f in examine(settings_for(slack, tmp_path)) if f.bad]
    assert len(bad) == 1
    assert code in bad[0]


def test_slack_out_of_reach_is_not_taken_for_a_wrong_token(tmp_path: Path) -> None:
    text = told(slack_bot_token=BOT_TOKEN, slack_api_url="http://127.0.0.1:9/api/")
    assert "does not answer" in text
    assert "SECONDCHAIR_SLACK_API_URL" in text


def test_serving_without_tokens_is_an_error_that_says_what_to_set() -> None:
    with pytest.raises(SettingsError, match="SECONDCHAIR_SLACK_BOT_TOKEN is missing"):
        check(Settings())
    with pytest.raises(SettingsError, match="SECONDCHAIR_SLACK_APP_TOKEN for Socket Mode"):
        check(Settings.model_validate({"slack_bot_token": BOT_TOKEN}))
