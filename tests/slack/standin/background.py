"""A loop in a thread of its own, asked from others."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class Background:
    """Runs `serve()` until stopped; `serve` calls `ready` and then waits for `stopping`."""

    def __init__(self, serve: Callable[[], Coroutine[Any, Any, None]]) -> None:
        self._serve = serve
        self._changed = threading.Condition()
        self._ready = threading.Event()
        self._broke: OSError | None = None
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="standin", daemon=True)
        self.stopping = asyncio.Event()

    def start(self) -> None:
        """Start, and wait until it is ready. Raises OSError where the port is taken."""
        self._thread.start()
        self._ready.wait(10)
        if self._broke is not None:
            raise self._broke

    def ready(self) -> None:
        """To be called by `serve`."""
        self._ready.set()

    def stop(self) -> None:
        """Stop, and wait for the end."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self.stopping.set)
            self._thread.join(10)

    def do(self, work: Callable[[], T]) -> T:
        """What `work()` gives, run in the loop."""

        async def run() -> T:
            return work()

        return self.wait(run())

    def wait(self, work: Coroutine[Any, Any, T]) -> T:
        """What a coroutine gives, run in the loop."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(30)

    def told(self) -> None:
        """Something changed: wake whoever waits."""
        with self._changed:
            self._changed.notify_all()

    def until(self, holds: Callable[[], T], seconds: float) -> T:
        """What `holds` gives once it is true, looked at after every change; else AssertionError."""
        end = time.monotonic() + seconds
        while not (found := holds()):
            with self._changed:
                left = end - time.monotonic()
                assert left > 0, f"not so within {seconds:g} seconds"
                self._changed.wait(min(left, 0.5))
        return found

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._serve())
        except OSError as error:  # the port is taken
            self._broke = error
            self._ready.set()
        finally:
            self._loop.close()
