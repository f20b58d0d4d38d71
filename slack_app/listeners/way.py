"""What every way in gets: Bolt, the office, the way to begin a job, and a place for small errands."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from slack_app.errors import SlackError
from slack_app.intake import Begin
from slack_app.office import Office

log = logging.getLogger("secondchair.slack.listeners")


@dataclass(frozen=True)
class Way:
    """`errand` runs something whose loss costs nobody a reply: it begins after what was durable."""

    bolt: AsyncApp
    office: Office
    client: AsyncWebClient
    begin: Begin
    tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def errand(self, work: Coroutine[Any, Any, Any]) -> None:
        """In the background; a failure is logged by its kind."""
        task = asyncio.get_running_loop().create_task(_logged(work))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)


Listen = Callable[[Way], None]


async def _logged(work: Coroutine[Any, Any, Any]) -> None:
    try:
        await work
    except SlackError as error:
        log.warning("an errand failed: %s", error.code)
    except Exception as error:
        log.error("an errand failed: %s", type(error).__name__)
