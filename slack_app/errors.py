"""What may go wrong with Slack. Texts hold error codes and fixes, never what anybody wrote.

SecondChairError
└── SlackError        base: `code` is Slack's own error code
    ├── SlackGone     this channel, message or person can't be reached any more: tell the asker otherwise
    ├── SlackOperator token or scope: the operator mends it, the work waits
    └── SlackLater    network, rate limit, server: the work waits
"""

from __future__ import annotations

from assistant.errors import SecondChairError


class SlackError(SecondChairError):
    """Slack did not do what was asked; `code` says why in Slack's words."""

    def __init__(self, code: str, text: str | None = None) -> None:
        self.code = code
        super().__init__(text or f"Slack: {code}")


class SlackGone(SlackError):
    """This channel, message or person cannot be reached any more."""


class SlackOperator(SlackError):
    """A token or scope that the operator has to mend."""


class SlackLater(SlackError):
    """Worth another try; `after` is the seconds that Slack asked for."""

    def __init__(self, code: str, after: float | None = None) -> None:
        self.after = after
        super().__init__(code)
