"""Slack's limits on calls: a 429 with Retry-After once too many came in too short a time."""

from __future__ import annotations

import math
from collections import defaultdict, deque
from dataclasses import dataclass

from standin.clock import Clock
from standin.faults import Fault


@dataclass(frozen=True)
class Rate:
    """So many calls in so many seconds, a channel where `each_channel`."""

    calls: int
    seconds: float
    each_channel: bool = False


SLACKS = {
    "chat.postMessage": Rate(10, 10.0, each_channel=True),
    "chat.update": Rate(50, 60.0),
    "chat.startStream": Rate(20, 60.0),
    "chat.stopStream": Rate(20, 60.0),
    "chat.appendStream": Rate(100, 60.0),
}


class Rates:
    """Counts calls on the stand-in's clock. `refused` counts the 429s."""

    def __init__(self, clock: Clock, rates: dict[str, Rate] | None = None) -> None:
        self._clock = clock
        self.rates = rates or {}
        self.refused = 0
        self._seen: dict[tuple[str, str], deque[float]] = defaultdict(deque)

    def count(self, method: str, channel: str) -> None:
        """Let one call through, or raise the 429."""
        rate = self.rates.get(method)
        if rate is None:
            return
        seen = self._seen[method, channel if rate.each_channel else ""]
        now = self._clock.now()
        while seen and now - seen[0] >= rate.seconds:
            seen.popleft()
        if len(seen) >= rate.calls:
            self.refused += 1
            wait = max(1, math.ceil(rate.seconds - (now - seen[0])))
            raise Fault("ratelimited", status=429, after=wait)
        seen.append(now)
