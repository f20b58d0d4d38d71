"""A clock that runs like the real one until a test moves it on."""

from __future__ import annotations

import asyncio
import time


class Clock:
    """Seconds since 1970. `advance` wakes whoever sleeps on it."""

    def __init__(self) -> None:
        self._ahead = 0.0
        self._moved = asyncio.Event()
        self._last = 0

    def now(self) -> float:
        """The time now."""
        return time.time() + self._ahead

    def advance(self, seconds: float) -> None:
        """Move on by `seconds`; to be called in the stand-in's loop."""
        self._ahead += seconds
        self._moved.set()
        self._moved = asyncio.Event()

    async def sleep(self, seconds: float) -> None:
        """Wait until `seconds` have passed on this clock."""
        until = self.now() + seconds
        while (left := until - self.now()) > 0:
            moved = self._moved
            try:
                await asyncio.wait_for(moved.wait(), left)
            except TimeoutError:
                return

    def ts(self) -> str:
        """A message's timestamp, later than any before it."""
        self._last = max(int(self.now() * 1_000_000), self._last + 1)
        return f"{self._last // 1_000_000}.{self._last % 1_000_000:06d}"
