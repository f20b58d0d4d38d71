"""Logs of Slack's libraries tell the place and the kind of what happened, never what anybody wrote."""

from __future__ import annotations

import io
import logging

import pytest

from slack_app.quiet import NoText, quiet

CANARY = "CANARY-7431"


@pytest.fixture
def stream() -> io.StringIO:
    """What a handler writes that has the filter of `quiet`."""
    return io.StringIO()


@pytest.mark.parametrize("name", ["slack_bolt.AsyncApp", "slack_sdk.web", "dbos", "asyncio"])
def test_a_librarys_message_and_its_error_are_left_out(name: str, stream: io.StringIO) -> None:
    handler = logging.StreamHandler(stream)
    library = logging.getLogger(
        name.partition(".")[0]
    )  # DBOS, once begun, does not hand records up
    library.addHandler(handler)
    try:
        quiet()
        log = logging.getLogger(name)
        log.warning("Unhandled request ({'text': '%s'})", CANARY)
        log.info("Invalid request signature detected (body: %s)", CANARY)
        try:
            raise ValueError(CANARY)
        except ValueError:
            log.exception("it failed: %s", CANARY)
    finally:
        library.removeHandler(handler)
    assert CANARY not in stream.getvalue()
    assert stream.getvalue().count("\n") == 2
    assert "(ValueError)" in stream.getvalue()


def test_our_own_messages_are_shown_as_they_are(stream: io.StringIO) -> None:
    handler = logging.StreamHandler(stream)
    logging.getLogger().addHandler(handler)
    try:
        quiet()
        logging.getLogger("secondchair.slack").warning("job %s: later", "m:1")
    finally:
        logging.getLogger().removeHandler(handler)
    assert stream.getvalue() == "job m:1: later\n"


def test_what_is_below_a_warning_is_not_shown() -> None:
    record = logging.LogRecord("slack_sdk", logging.INFO, "x.py", 1, CANARY, (), None)
    assert NoText().filter(record) is False
