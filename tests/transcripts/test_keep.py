"""A digest in the ledger: once a key, whoever asks again."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from assistant.ledger import Ledger
from assistant.settings import Settings
from assistant.transcripts.keep import UNFILED, Wish, kept_digest
from benchmarks.transcript_layouts import numbered, text_of
from benchmarks.transcript_script import pages_of


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "halvorsen.txt"
    path.write_bytes(text_of(pages_of(), numbered, foot=lambda p: f"{p.number:>40}"))
    return path


def entries(settings: Settings) -> list[int]:
    ledger = Ledger.open(settings.ledger_url)
    try:
        assert ledger.verify(UNFILED).ok
        return [e.seq for e in ledger.entries(UNFILED)]
    finally:
        ledger.close()


def test_a_key_is_recorded_once_and_gives_the_same_digest_again(file: Path, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home")
    wish = Wish(key="m:1#0/digest/1", since=datetime.now(UTC))
    first, _ = kept_digest(file, settings, wish)
    again, _ = kept_digest(file, settings, wish)
    assert again == first
    assert entries(settings) == [1]
    other, _ = kept_digest(file, settings, replace(wish, key="m:1#1/digest/1"))
    assert other.ledger == 2


def test_two_that_work_on_one_key_at_once_record_it_once(file: Path, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home")
    Ledger.open(settings.ledger_url).close()
    wish = Wish(key="m:1#0/digest/1", since=datetime.now(UTC))
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: kept_digest(file, settings, wish)[0].ledger, range(4)))
    assert made == [1, 1, 1, 1]
    assert entries(settings) == [1]


def test_without_a_key_each_request_is_recorded(file: Path, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home")
    assert [kept_digest(file, settings)[0].ledger for _ in range(2)] == [1, 2]
