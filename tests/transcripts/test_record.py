"""What a transcript's record holds, each with its cite."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from assistant.transcripts.lines import parse_file
from assistant.transcripts.record import Record, record_of
from assistant.transcripts.record.cites import Lines, cite
from benchmarks.transcript_layouts import layouts, numbered, text_of
from benchmarks.transcript_script import pages_of


def test_the_caption_is_read_from_the_cover(record: Record) -> None:
    caption = record.caption
    assert (
        caption.court == "UNITED STATES DISTRICT COURT, NORTHERN DISTRICT OF OHIO, EASTERN DIVISION"
    )
    assert caption.title == "DELIA OKAFOR, et al. v. TARRANT VALVE WORKS, INC."
    assert (caption.docket, caption.date) == ("1:24-cv-01187-PKB", "2025-06-12")
    assert caption.reporter == "Rosalind P. Achterberg, RPR"
    assert caption.appearances[1] == {"name": "JAMES OYELARAN", "for": "Defendant"}


def test_a_front_without_line_numbers_still_gives_caption_and_exhibits(tmp_path: Path) -> None:
    file, raw, _ = next(x for x in layouts() if x.name.startswith("cover and index")).make()
    (tmp_path / file).write_bytes(raw)
    record = record_of(parse_file(tmp_path / file))
    assert record.caption.docket == "1:24-cv-01187-PKB"
    assert record.exhibits[2].description == "Photograph of valve stem"


def test_the_witness_and_the_examinations_have_cites(record: Record) -> None:
    (witness,) = record.witnesses
    assert witness.name == "MARTIN J. HALVORSEN"
    assert [(x.by, x.kind, x.cites) for x in witness.examinations] == [
        ("MS. BRANDT", "direct", ("4:22-13:4",)),
        ("MR. OYELARAN", "cross", ("13:9-24",)),
        ("MS. BRANDT", "further", ("14:4-11",)),
    ]


def test_exhibits_have_their_index_description_first_cite_and_marking(record: Record) -> None:
    first = record.exhibits[0]
    assert (first.number, first.description) == ("1", "Maintenance log, Unit 7, March 2023")
    assert (first.first_cite, first.marked) == ("7:12", "7:13-14")
    assert first.dealt_with[0]["cite"] == "7:18-19"


def test_objections_have_ground_and_whether_they_were_answered(record: Record) -> None:
    found = {o.cite: o for o in record.objections}
    assert (found["6:22"].ground, found["6:22"].answered) == ("Form; Compound", True)
    assert found["6:22"].by == "MR. OYELARAN"
    told = next(o for o in record.objections if o.cite.startswith("9:21"))
    assert told.answered is False
    assert all(not o.cite.startswith("4:") for o in record.objections)


def test_what_else_happened_on_the_record_is_listed(record: Record) -> None:
    assert [e.cite for e in record.instructions] == ["9:21-24"]
    assert record.instructions[0].ground == "privilege"
    assert [e.cite for e in record.stipulations] == ["4:11-13", "4:14"]
    assert [e.cite for e in record.requests] == ["12:4-6"]
    assert [e.cite for e in record.strikes] == ["9:1-2"]
    assert [e.cite for e in record.recesses] == ["10:22-23"]
    assert [(e.cite, e.now, e.applied) for e in record.errata] == [
        ("6:5", "Nine technicians", True)
    ]


@given(st.integers(0, 399), st.integers(0, 30))
def test_a_cite_that_is_written_reads_back_to_the_same_lines(start: int, more: int) -> None:
    lines = LINES
    end = min(start + more, len(lines) - 1)
    read = Lines(lines).read(cite(lines[start], lines[end]))
    assert [x.index for x in read] == list(range(start, end + 1))


def _lines() -> tuple[object, ...]:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "h.txt"
        path.write_bytes(text_of(pages_of(), numbered, foot=lambda p: f"{p.number:>40}"))
        return parse_file(path).lines


LINES: tuple = _lines()  # type: ignore[type-arg]
