"""Logs of Slack's libraries and DBOS without what people wrote: their messages quote bodies and errors."""

from __future__ import annotations

import logging

NOISY = ("slack_bolt", "slack_sdk", "dbos", "aiohttp", "asyncio", "uvicorn", "websockets")


class NoText(logging.Filter):
    """Lets only the place and the kind of a record through; below WARNING nothing."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Replace the message by where it came from and the type of the error in it."""
        if record.levelno < logging.WARNING:
            return False
        if getattr(record, "without_text", False):  # by another handler's filter
            return True
        record.without_text = True
        kind = (
            record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else "no detail"
        )
        record.msg = "%s at %s:%d (%s)"
        record.args = (record.name, record.filename, record.lineno, kind)
        record.exc_info = record.exc_text = record.stack_info = None
        return True


def quiet() -> None:
    """Put the filter on every handler there is now, the libraries' own too; call it again when more came."""
    text = NoText()
    loggers = [logging.getLogger(), *(logging.getLogger(name) for name in NOISY)]
    for handler in {handler for logger in loggers for handler in logger.handlers}:
        if not any(isinstance(f, _OfOthers) for f in handler.filters):
            handler.addFilter(_OfOthers(text))
    for name in NOISY:
        logging.getLogger(name).setLevel(logging.WARNING)


class _OfOthers(logging.Filter):
    """On a handler, where records of every child logger pass: theirs go through `NoText`, ours as they are."""

    def __init__(self, text: NoText) -> None:
        super().__init__()
        self._text = text

    def filter(self, record: logging.LogRecord) -> bool:
        """Ours as they are."""
        ours = record.name.startswith("secondchair")
        return True if ours else self._text.filter(record)
