"""One file a way in. A listener translates a payload, writes before the 200, and leaves the rest to a job.

`Listen` adds a way in to Bolt; whoever builds another room on Slack adds one to `ALL`.
"""

from __future__ import annotations

from slack_app.listeners import (
    agent,
    cases,
    choose,
    command,
    escalate,
    evals,
    feedback,
    home,
    matter,
    message,
    panels,
    proposals,
    shortcut,
)
from slack_app.listeners.way import Listen

ALL: tuple[Listen, ...] = (
    message.listen,
    agent.listen,
    command.listen,
    shortcut.listen,
    choose.listen,
    escalate.listen,
    feedback.listen,
    cases.listen,
    proposals.listen,
    evals.listen,
    panels.listen,
    matter.listen,
    home.listen,
)
