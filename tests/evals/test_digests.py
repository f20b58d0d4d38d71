"""Digests in a suite: cites re-read anew, gold events, counsel's words never as testimony."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.transcripts.digest import digest_of
from assistant.transcripts.lines import parse_file
from assistant.transcripts.nouns import Digest, Transcript
from evals.digests import digest_results, digest_scores, judged
from evals.reading import read_suite
from evals.types import DigestCase, GoldEvent, Suite

SHIPPED = Path(__file__).parent.parent.parent / "evals/suites/meridian"
CASE = DigestCase(
    id="h", file="halvorsen.txt", events=(GoldEvent(cite="7:2-5"), GoldEvent(cite="99:1"))
)


@pytest.fixture(scope="module")
def parsed() -> Transcript:
    return parse_file(SHIPPED / "halvorsen.txt")


@pytest.fixture(scope="module")
def made(parsed: Transcript) -> Digest:
    return digest_of(parsed)


def test_the_shipped_digest_suite_runs_and_every_cite_holds() -> None:
    suite, problems = read_suite(SHIPPED / "digests.yaml")
    assert problems == []
    assert suite is not None
    found = {s.name: s for s in digest_scores(digest_results(suite))}
    assert found["digest_cites"].point == 1.0
    assert found["digest_counsel"].hits == 0
    assert found["digest_events"].n == len(suite.digests[0].events)


def test_an_event_is_covered_where_a_cite_touches_its_lines(
    made: Digest, parsed: Transcript
) -> None:
    assert judged(made, parsed, CASE).events == (1.0, 0.0)


def test_a_quote_that_was_altered_and_a_cite_to_nowhere_do_not_hold(
    made: Digest, parsed: Transcript
) -> None:
    first, second, *_ = made.entries
    bad = made.model_copy(
        update={
            "entries": (
                first.model_copy(update={"quote": "Never."}),
                second.model_copy(update={"cites": ("77:1-2",)}),
            )
        }
    )
    assert judged(bad, parsed, CASE).cites == (0.0, 0.0)


def test_counsels_words_told_as_testimony_are_counted(made: Digest, parsed: Transcript) -> None:
    question = made.entries[0].model_copy(update={"quote": "Why not?", "cites": ("7:2-5",)})
    answer = made.entries[0].model_copy(
        update={"quote": "Dana Pruitt told me to defer them.", "cites": ("7:2-5",)}
    )
    told = made.model_copy(update={"entries": (question, answer)})
    assert judged(told, parsed, CASE).counsel == (1.0, 0.0)


def test_a_transcript_that_is_missing_or_cannot_be_read_is_named(tmp_path: Path) -> None:
    path = tmp_path / "d.yaml"
    path.write_text("suite: d\ndigests:\n  - {id: a, file: nowhere.txt}\n")
    from evals.check import check_suite

    assert "no file 'nowhere.txt' beside the suite" in str(check_suite(path, None)[1][0])
    (tmp_path / "b.ptx").write_bytes(b"\x00\x01")
    suite = Suite(suite="d", digests=(DigestCase(id="b", file="b.ptx"),), folder=str(tmp_path))
    (result,) = digest_results(suite)
    assert (result.met, result.look) == (0, "broke on the way")
    path.write_text("suite: d\ndigests:\n  - {id: a, file: b.ptx, events: [{cite: page seven}]}\n")
    assert "digests.0.events.0.cite" in str(read_suite(path)[1][0])
