"""What a paralegal would send back: dockets, exhibits, objections, questions, and cites that cannot be clicked."""

from __future__ import annotations

import io
from pathlib import Path

from assistant.transcripts.digest import digest_of
from assistant.transcripts.documents import render
from assistant.transcripts.lines import parse_file
from assistant.transcripts.nouns import Transcript
from assistant.transcripts.record import record_of
from benchmarks.transcript_layouts import numbered, text_of
from benchmarks.transcript_script import Page, pages_of
from tests.transcripts.test_selection import stated


def parsed(tmp_path: Path) -> Transcript:
    path = tmp_path / "h.txt"
    path.write_bytes(text_of(pages_of(), numbered, foot=lambda p: f"{p.number:>40}"))
    return parse_file(path)


def test_small_print_links_its_cites_and_no_time_of_day(tmp_path: Path) -> None:
    halvorsen = parsed(tmp_path)
    digest = digest_of(halvorsen)
    page = render(digest, halvorsen.lines, ".html").decode()
    assert '">7:18-19</button>: “Yes. This is the maintenance log' in page
    assert "Corrects or adds to <button" in page
    assert "10:11 a.m. to 10:26 a.m." in page


def test_a_late_objection_was_answered_and_a_conjunction_is_no_ground(tmp_path: Path) -> None:
    rows = (
        "P R O C E E D I N G S", "BY MR. LOW:", "Q.   Who knew it?", "A.   Everybody.",
        "MS. FOX: Objection. Foundation as to everybody.", "BY MR. LOW:", "Q.   Who told you?",
        "MS. FOX: Objection. And don't answer if it's from me.", "A.   My brother.",
    )  # fmt: skip
    path = tmp_path / "x.txt"
    page = Page(1, (*rows, *[""] * (25 - len(rows))))
    path.write_bytes(text_of([page], numbered, foot=lambda p: f"{p.number:>40}"))
    record = record_of(parse_file(path))
    told = [(o.ground, o.answered) for o in record.objections]
    assert told == [("Foundation as to everybody", True), ("not stated", True)]
    assert [e.cite for e in record.instructions] == ["1:8"]


COVER = """\
IN THE CIRCUIT COURT OF THE STATE OF OREGON
FOR THE COUNTY OF LANE

PELL ORCHARDS, LLC, an Oregon company,     )
                Plaintiff,                 )   Case No.
        vs.                                )   23CV41877
GRAY STORAGE, INC.,                        )
                Defendant.                 )

Theodora Blom, CSR No. 90-0412
"""
INDEX = """\
INDEX
EXAMINATION BY                             PAGE
   Mr. Low                                     3

EXHIBITS
No. 11   Storage agreement, August 2, 2021
No. 12   Temperature log, Room 6
"""


def test_a_docket_is_no_licence_and_an_index_without_pages_keeps_its_numbers(
    tmp_path: Path,
) -> None:
    said = (
        "BY MR. LOW:",
        "Q.   Is this Exhibit 11?",
        "A.   It is.",
        "Q.   And Exhibit 12?",
        "A.   That too.",
    )
    pages = [
        Page(n, (*rows, *[""] * (25 - len(rows))))
        for n, rows in enumerate((tuple(COVER.splitlines()), tuple(INDEX.splitlines()), said), 1)
    ]
    path = tmp_path / "x.txt"
    path.write_bytes(text_of(pages, numbered, foot=lambda p: f"{p.number:>40}"))
    record = record_of(parse_file(path))
    assert record.caption.docket == "23CV41877"
    assert [x.description for x in record.exhibits] == [
        "Storage agreement, August 2, 2021",
        "Temperature log, Room 6",
    ]


def test_a_name_that_a_question_is_about_is_not_taken_for_one_that_is_called(
    tmp_path: Path,
) -> None:
    about = stated("Mr. Sorley told you that?", "When the truck came.", tmp_path)
    called = stated("Mr. Sorley, who told you that?", "When the truck came.", tmp_path)
    assert about.text.startswith("Q: Mr. Sorley told you that?")
    assert called.text.startswith("Q: Who told you that?")


def test_in_word_the_head_row_comes_again_and_no_row_is_parted(tmp_path: Path) -> None:
    import docx

    halvorsen = parsed(tmp_path)
    raw = render(digest_of(halvorsen), halvorsen.lines, ".docx")
    tables = docx.Document(io.BytesIO(raw)).tables
    assert all("w:tblHeader" in t.rows[0]._tr.xml for t in tables)
    assert all("w:cantSplit" in row._tr.xml for t in tables for row in t.rows[1:])
    topics = [
        c
        for t in tables
        for r in t.rows
        for c in r.cells
        if c.text.isupper() and c.paragraphs[0].runs[0].bold
    ]
    assert len(topics) >= 5
