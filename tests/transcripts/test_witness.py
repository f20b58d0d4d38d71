"""The living summary: every transcript of a matter, rulings in limine, what changed since the last."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from assistant.errors import TranscriptError
from assistant.matter import load_matter
from assistant.settings import Settings
from assistant.transcripts.witness import WitnessSummary, page, summarize
from benchmarks.transcript_layouts import numbered, text_of
from benchmarks.transcript_script import pages_of
from tests.conftest import Write

RULINGS = """\
rulings:
  - docket: "ECF 112"
    date: "2026-03-01"
    excludes:
      - {transcript: one.txt, cites: ["8:22-25"]}
      - {topic: inspection procedure}
"""


@pytest.fixture
def folder(write_matter: Write) -> Path:
    root = write_matter()
    (root / "transcripts").mkdir()
    raw = text_of(pages_of(), numbered, foot=lambda p: f"{p.number:>40}")
    (root / "transcripts" / "one.txt").write_bytes(raw)
    return root


def summary(folder: Path, tmp_path: Path, name: str = "Halvorsen") -> WitnessSummary:
    return summarize(name, load_matter(folder), Settings(home=tmp_path / "home"))


def test_rulings_mark_what_is_excluded_by_cite_and_by_topic(folder: Path, tmp_path: Path) -> None:
    (folder / "in_limine.yaml").write_text(RULINGS, "utf-8")
    made = summary(folder, tmp_path)
    out = {t.entry.cites[0]: t.excluded for t in made.told if t.excluded}
    assert set(out) == {"6:16-20", "8:22-25", "12:9-15"}
    assert set(out.values()) == {"excluded in limine, ECF 112, 2026-03-01"}
    assert "EXCLUDED IN LIMINE, ECF 112" in page(made)


def test_what_is_new_since_the_last_summary_is_marked(folder: Path, tmp_path: Path) -> None:
    first = summary(folder, tmp_path)
    assert (first.since, first.added) == (None, ())
    assert summary(folder, tmp_path).added == ()
    second = pages_of(first=200)
    raw = text_of(second, numbered, foot=lambda p: f"{p.number:>40}")
    (folder / "transcripts" / "two.txt").write_bytes(raw)
    (folder / "in_limine.yaml").write_text(RULINGS, "utf-8")
    made = summary(folder, tmp_path)
    assert made.since == 2
    assert {k.split("|")[0] for k in made.added} == {"two.txt"}
    assert len(made.newly_excluded) == 5
    assert [s["source"] for s in made.sources] == ["one.txt", "two.txt"]


def test_a_file_that_cannot_be_read_is_a_problem_not_the_end(folder: Path, tmp_path: Path) -> None:
    (folder / "transcripts" / "bad.pdf").write_bytes(b"%PDF-1.7 cut")
    assert any("bad.pdf" in p for p in summary(folder, tmp_path).problems)


def test_an_unknown_witness_names_those_there_are(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(TranscriptError, match=r"MARTIN J\. HALVORSEN"):
        summary(folder, tmp_path, "Castellano")
    shutil.rmtree(folder / "transcripts")
    with pytest.raises(TranscriptError, match="put them there"):
        summary(folder, tmp_path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("rulings:\n  - docket: x\n    date: soon\n    excludes: [{topic: a}]\n", r"in_limine.yaml:3: rulings.0.date"),
        ("rulings: [", r"in_limine.yaml:1: not YAML"),
        ("rulings:\n  - {docket: x, date: 2026-01-01, excludes: [{cites: ['1:2']}]}\n", "neither a topic nor cites"),
    ],
)  # fmt: skip
def test_a_broken_ruling_names_file_and_line(
    text: str, said: str, folder: Path, tmp_path: Path
) -> None:
    (folder / "in_limine.yaml").write_text(text, "utf-8")
    with pytest.raises(TranscriptError, match=said):
        summary(folder, tmp_path)
