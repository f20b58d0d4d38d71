"""Work before a deadline: its result, its error, or a timeout; a thread that is done is used again."""

from __future__ import annotations

import contextvars
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from assistant.deadline import before_deadline

ASKED = contextvars.ContextVar("asked", default="nobody")


def test_a_result_comes_back_and_an_error_is_raised() -> None:
    assert before_deadline(lambda: 7, 5.0) == 7
    with pytest.raises(ZeroDivisionError):
        before_deadline(lambda: 1 // 0, 5.0)


def test_what_hangs_is_left_behind_and_holds_nobody_up() -> None:
    go_on = threading.Event()
    with pytest.raises(TimeoutError):
        before_deadline(go_on.wait, 0.05)
    assert before_deadline(lambda: "next", 5.0) == "next"
    go_on.set()


def test_a_thread_that_is_done_is_used_again_and_remembers_nothing() -> None:
    threads = {before_deadline(threading.get_ident, 5.0) for _ in range(20)}
    assert len(threads) == 1
    before_deadline(lambda: ASKED.set("U0ALICE"), 5.0)
    assert before_deadline(ASKED.get, 5.0) == "nobody"


def test_many_at_once_each_get_their_own() -> None:
    with ThreadPoolExecutor(16) as pool:
        got = list(pool.map(lambda n: before_deadline(lambda: n * n, 5.0), range(400)))
    assert got == [n * n for n in range(400)]
