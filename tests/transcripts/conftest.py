"""One invented transcript, its record and its digest."""

from __future__ import annotations

import pytest

from assistant.transcripts.digest import digest_of
from assistant.transcripts.lines import parse_file
from assistant.transcripts.nouns import Digest, Transcript
from assistant.transcripts.record import Record, record_of
from benchmarks.transcript_layouts import numbered, text_of
from benchmarks.transcript_script import pages_of


@pytest.fixture(scope="module")
def halvorsen(tmp_path_factory: pytest.TempPathFactory) -> Transcript:
    path = tmp_path_factory.mktemp("t") / "halvorsen.txt"
    path.write_bytes(text_of(pages_of(), numbered, foot=lambda p: f"{p.number:>40}"))
    return parse_file(path)


@pytest.fixture(scope="module")
def record(halvorsen: Transcript) -> Record:
    return record_of(halvorsen)


@pytest.fixture(scope="module")
def digest(halvorsen: Transcript) -> Digest:
    return digest_of(halvorsen)
