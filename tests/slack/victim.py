"""The app as a process that dies, once, at a named point. Used by the replay matrix and the replicas.

python victim.py SLACK_API_URL MATTER HOME PORT REPLICA SLOW POINT
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from small_desk import small_desk
from standin import BOT_TOKEN, SECRET

from assistant.desk import Desk
from assistant.settings import Settings
from slack_app import posting, serve, store, work

POINTS = (
    "before the inbox",
    "after the inbox",
    "before the placeholder",
    "after the placeholder",
    "while deciding",
    "before the ledger",
    "after the ledger",
    "before the reply",
    "after the reply",
    "before the end",
)


class Death:
    """Kills this process with SIGKILL when its point is reached, if no process died there before."""

    def __init__(self, point: str, home: Path) -> None:
        self._point, self._mark = point, home / f"died {point}"

    def at(self, point: str) -> None:
        """Die here, if here it is."""
        if point == self._point and not self._mark.exists():
            self._mark.write_text(str(os.getpid()), "utf-8")
            os.kill(os.getpid(), signal.SIGKILL)

    def around(self, work: Callable[..., Any], before: str, after: str) -> Callable[..., Any]:
        """`work` with a point on each side."""

        def run(*given: Any, **named: Any) -> Any:
            self.at(before)
            done = work(*given, **named)
            self.at(after)
            return done

        return run

    def around_async(self, work: Callable[..., Any], before: str, after: str) -> Callable[..., Any]:
        """The same for a coroutine function."""

        async def run(*given: Any, **named: Any) -> Any:
            self.at(before)
            done = await work(*given, **named)
            self.at(after)
            return done

        return run


class MortalStore(store.Store):
    """A store beside whose writes death stands."""

    death: Death

    def accept(self, *given: Any) -> Any:
        """The inbox."""
        self.death.at("before the inbox")
        row = super().accept(*given)
        self.death.at("after the inbox")
        return row

    def finish(self, *given: Any, **named: Any) -> bool:
        """The end of a row."""
        self.death.at("before the end")
        return super().finish(*given, **named)


class MortalPoster(posting.Poster):
    """A poster beside whose calls death stands."""

    death: Death

    async def _post(self, *given: Any) -> str:
        self.death.at("before the placeholder")
        ts = await super()._post(*given)
        self.death.at("after the placeholder")
        return ts

    async def update(self, *given: Any) -> None:
        """The reply in the placeholder's place."""
        self.death.at("before the reply")
        await super().update(*given)
        self.death.at("after the reply")


def mortal(desk: Desk, death: Death) -> Desk:
    """A desk beside whose ledger death stands."""
    record = death.around(desk.record, "before the ledger", "after the ledger")
    return replace(desk, find=death.around(desk.find, "while deciding", ""), record=record)


def main() -> None:
    """Serve until killed."""
    logging.basicConfig(level=logging.WARNING)
    api_url, matter, home, port, replica, slow, point = sys.argv[1:]
    settings = Settings.model_validate(
        {
            "home": home,
            "slack_bot_token": BOT_TOKEN,
            "slack_signing_secret": SECRET,
            "slack_api_url": api_url,
            "slack_port": int(port),
            "replica": replica,
            "database_url": os.environ.get("SECONDCHAIR_DATABASE_URL"),
        }
    )
    death = Death(point, Path(home))
    MortalStore.death = MortalPoster.death = death
    serve.Store, serve.Poster = MortalStore, MortalPoster  # type: ignore[misc]
    assert work  # imported before the first question
    desk = mortal(small_desk(Path(matter), settings, float(slow)), death)
    asyncio.run(serve.serve([desk], settings))


if __name__ == "__main__":
    main()
