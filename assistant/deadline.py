"""Work that ends before a deadline or is left behind, on threads that are kept.

A thread that hangs costs a thread, not the reply. One that is done waits for more: beginning a new one for every
question cost a tenth of a warm answer.
"""

from __future__ import annotations

import contextvars
import os
import queue
import threading
from collections.abc import Callable
from typing import Any, TypeVar, cast

Result = TypeVar("Result")
_Box = queue.SimpleQueue[tuple[Any, BaseException | None]]
_Jobs = queue.SimpleQueue[tuple[Callable[[], Any], _Box]]
_idle: list[_Jobs] = []  # where threads that have nothing to do take their next job from
os.register_at_fork(after_in_child=_idle.clear)


def before_deadline(work: Callable[[], Result], seconds: float) -> Result:
    """What `work` returns, or raises. Raises TimeoutError where that takes longer; the work may go on, unheard."""
    box: _Box = queue.SimpleQueue()
    _worker().put((work, box))
    try:
        result, error = box.get(timeout=seconds)
    except queue.Empty:
        raise TimeoutError("a stage did not finish before the deadline") from None
    if error is not None:
        raise error
    return cast(Result, result)


def _worker() -> _Jobs:
    """The jobs of an idle thread, or of a new one."""
    try:
        return _idle.pop()
    except IndexError:
        jobs: _Jobs = queue.SimpleQueue()
        threading.Thread(target=_work, args=(jobs,), daemon=True, name="decide").start()
        return jobs


def _work(jobs: _Jobs) -> None:
    while True:
        work, box = jobs.get()
        done: tuple[Any, BaseException | None]
        try:
            done = contextvars.Context().run(work), None
        except BaseException as error:
            done = None, error
        _idle.append(jobs)  # first, so that whoever hears of it finds the thread idle
        box.put(done)
        del work, box, done  # a waiting thread holds nothing of what it did
