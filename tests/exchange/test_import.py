"""Word, PDF and Excel into a matter and back: every sentence accounted for, ids kept, nothing made up."""

from __future__ import annotations

import csv
import re
import zipfile
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.errors import SecondChairError
from assistant.exchange.bring import Filling, import_files
from assistant.exchange.export import export_matter
from assistant.matter import check_matter, load_matter
from assistant.types import Matter
from tests import protocols
from tests.conftest import EXEMPLARS, PLAYBOOK, Write

ROOT = Path(__file__).parents[2]


def letters(text: str) -> str:
    return re.sub(r"[\s\\|#>*-]+", "", text)


@pytest.mark.parametrize("name", list(protocols.ALL))
def test_every_word_of_a_protocol_is_in_the_playbook_or_in_the_report(
    tmp_path: Path, name: str
) -> None:
    path = protocols.ALL[name](tmp_path / name)
    out = tmp_path / "out"
    report = import_files(out, [path], Filling())
    written = letters((out / "playbook" / f"{path.stem}.md").read_text("utf-8"))
    told = letters((out / "import-report.md").read_text("utf-8"))
    for text in raw_texts(path):
        assert letters(text) in written or letters(text) in told, text
    assert report.sentences > 4
    matter, problems = check_matter(out)
    assert matter is not None, problems


def raw_texts(path: Path) -> list[str]:
    """Every text in the file, read by a plain search and not by our reader."""
    if path.suffix == ".pdf":
        return [line for page in protocols.PDF_PAGES for line in page]
    found = []
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if re.match(r"word/(document|footnotes|comments|header\d*)\.xml", name):
                xml = archive.read(name).decode()
                found += re.findall(r"<w:(?:t|delText)(?: [^>]*)?>([^<]+)<", xml)
    return [text.replace("&amp;", "&") for text in found]


def test_the_shapes_become_rules_sections_lists_and_calls(tmp_path: Path) -> None:
    files = [protocols.tables(tmp_path / "t.docx"), protocols.pdf(tmp_path / "p.pdf")]
    import_files(tmp_path / "m", files[:1], Filling())
    rules = {r.id: r for r in load_matter(tmp_path / "m").rules}
    assert [b.condition for b in rules["PRIV-01"].branches] == [
        "if counsel retained the firm",
        "if nobody knows",
    ]
    import_files(tmp_path / "n", files[1:], Filling())
    rules = {r.id: r for r in load_matter(tmp_path / "n").rules}
    assert rules["PRIV-07"].branches[0].condition == (
        "if counsel retained the consultant to help give legal advice"
    )
    assert rules["PRIV-09"].see == ("PRIV-07",)


def test_numbers_that_word_counts_and_footnotes_are_read_where_they_stand(tmp_path: Path) -> None:
    import_files(tmp_path / "m", [protocols.numbered(tmp_path / "n.docx")], Filling())
    text = (tmp_path / "m" / "playbook" / "n.md").read_text("utf-8")
    assert "P-002 2.1 Company newsletters" in text
    import_files(tmp_path / "f", [protocols.footnoted(tmp_path / "f.docx")], Filling())
    text = (tmp_path / "f" / "playbook" / "f.md").read_text("utf-8")
    assert text.index("out.[2]") < text.index("[2] Except") < text.index("They are not logged")


def test_an_edited_protocol_keeps_its_ids_and_what_went_is_named(tmp_path: Path) -> None:
    path, out = tmp_path / "p.docx", tmp_path / "m"
    parts = {
        "1 Newsletters": "Newsletters are out, whatever they mention in passing.",
        "2 Drafts": "Drafts that go to counsel for comment are withheld.",
        "3 Chat": "A day of chat is one document for our purposes.",
    }
    write(path, parts)
    first = import_files(out, [path], Filling())
    assert [line[:5] for line in first.made] == ["P-001", "P-002", "P-003"]
    edited = {
        "1 Calendar": "Calendar entries are read by title and invitees.",
        "2 Bulletins": "Newsletters are out, whatever they mention in passing, and so are bulletins.",
        "3 Drafts": "All drafts for counsel are withheld until somebody sends them outside.",
    }
    write(path, edited)
    again = import_files(out, [path], Filling())
    assert sorted(again.kept) == ["P-001: 2 Bulletins", "P-002: 3 Drafts"]
    assert again.made == ["P-004: 1 Calendar"]
    assert again.gone == ["P-003: chat"]


def write(path: Path, parts: dict[str, str]) -> None:
    document = docx.Document()
    for title, text in parts.items():
        document.add_heading(title, 2)
        document.add_paragraph(text)
    document.save(str(path))


def sheet(path: Path, rows: list[list[Any]]) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


LOG = [
    ["Review calls, spring"],
    [],
    [
        "No",
        "Document description",
        "Privilege",
        "Reason",
        "Protocol section",
        "Attorney",
        "Date",
        "Bates",
    ],
    [
        "7",
        "Publicity firm edits the text, counsel copied.",
        "not privileged",
        "Business.",
        "PRIV-01",
        "A. Reyes",
        "24.03.2026",
        "HP-1",
    ],
    [
        "8",
        "Counsel hires a publicity firm.",
        "Withhold it",
        "",
        "PRIV-01",
        "A. Reyes",
        "2026-03-25",
        "HP-2",
    ],
    ["9", "Draft contract.", "Privileged: Withhold", "", "9.9", "A. Reyes", "2026-03-26", "HP-3"],
    [
        "10",
        "Draft of a letter.",
        "Privileged: Withhold",
        "",
        "PRIV-02",
        "A. Reyes",
        "03/04/2026",
        "HP-4",
    ],
]


def test_a_call_log_becomes_exemplars_and_what_is_open_is_set_aside_whole(
    write_matter: Write, tmp_path: Path
) -> None:
    root = write_matter()
    report = import_files(root, [sheet(tmp_path / "log.xlsx", LOG)], Filling())
    assert (report.exemplars, report.undecided) == (1, 3)
    added = next(e for e in load_matter(root).exemplars if e.id == "7")
    assert added.calls[0].choice == "Not Privileged"
    assert (added.decided_on, added.rationale) == ("2026-03-24", "Business. | Bates: HP-1")
    with (root / "rows-to-decide.csv").open(encoding="utf-8") as file:
        aside = list(csv.reader(file))
    assert [row[1] for row in aside[1:]] == ["5", "6", "7"]
    assert [row[-1] for row in aside[1:]] == ["HP-2", "HP-3", "HP-4"]
    assert "'Withhold it'" in aside[1][2]
    assert "no rule has the name '9.9'" in aside[2][2]
    assert "read two ways" in aside[3][2]


def test_rows_without_ids_keep_theirs_when_the_log_grows(
    write_matter: Write, tmp_path: Path
) -> None:
    root = write_matter(exemplars=None)
    rows = [["Facts", "Calls", "Rules", "By", "Date"]] + [
        [f"Facts of case {n}.", "privilege=Not Privileged", "PRIV-01", "A", "2026-01-02"]
        for n in (1, 2)
    ]
    import_files(root, [sheet(tmp_path / "l.xlsx", rows)], Filling())
    before = {e.facts: e.id for e in load_matter(root).exemplars}
    rows.insert(
        1, ["Facts of a new case.", "privilege=Not Privileged", "PRIV-01", "A", "2026-01-02"]
    )
    import_files(root, [sheet(tmp_path / "l.xlsx", rows)], Filling())
    after = {e.facts: e.id for e in load_matter(root).exemplars}
    assert {k: after[k] for k in before} == before
    assert len(set(after.values())) == 3


def test_a_new_matter_takes_its_palette_from_the_log(tmp_path: Path) -> None:
    rows = [
        ["Facts", "Calls", "Date", "By"],
        ["A lease.", "term=Long; risk=Low", "2026-01-02", "A"],
    ]
    files = [protocols.nested(tmp_path / "p.docx"), sheet(tmp_path / "l.xlsx", rows)]
    import_files(tmp_path / "m", files, Filling())
    matter = load_matter(tmp_path / "m")
    assert [(f.name, f.choices) for f in matter.coding_fields] == [
        ("term", ("Long",)),
        ("risk", ("Low",)),
    ]
    assert matter.lanes[0].covers == ("term", "risk")


def test_nothing_is_written_when_one_file_cannot_be_read(tmp_path: Path) -> None:
    good = protocols.nested(tmp_path / "p.docx")
    bad = tmp_path / "log.xlsx"
    bad.write_bytes(b"no workbook")
    with pytest.raises(SecondChairError, match=r"log\.xlsx: is no Office file"):
        import_files(tmp_path / "m", [good, bad], Filling())
    assert not (tmp_path / "m").exists()


def same(a: Matter, b: Matter) -> bool:
    return shape(a) == shape(b)


def shape(matter: Matter) -> list[Any]:
    def flat(text: str) -> str:
        return " ".join(re.sub(r"\|( :?-{3,}:? \|)+", "", text).replace(".docx", ".md").split())

    rules = [
        (
            flat(r.id),
            flat(r.text),
            r.see,
            [(b.condition, [(c.field, c.choice) for c in b.calls], b.lane) for b in r.branches],
        )
        for r in matter.rules
    ]
    bank = [
        (
            e.id,
            flat(e.facts),
            [(c.field, c.choice) for c in e.calls],
            flat(e.rationale),
            e.decided_on,
            e.status,
        )
        for e in matter.exemplars
    ]
    return [rules, bank]


def matters() -> list[Path]:
    found = [ROOT / "examples" / "meridian", *sorted((ROOT / "benchmarks" / "matters").iterdir())]
    return [path for path in found if (path / "matter.yaml").is_file()]


@pytest.mark.parametrize("folder", matters(), ids=lambda path: path.name)
def test_export_to_word_and_excel_comes_back_without_loss(folder: Path, tmp_path: Path) -> None:
    export_matter(folder, tmp_path / "out")
    assert {p.suffix for p in (tmp_path / "out" / "playbook").iterdir()} == {".docx"}
    assert same(load_matter(folder), load_matter(tmp_path / "out"))


def test_lists_tables_fences_and_lines_like_headings_come_back(
    write_matter: Write, tmp_path: Path
) -> None:
    text = PLAYBOOK + (
        "\n## RESP-07 Odd text\n\\# not a heading\n\n- one\n  - two\n    - three\n\n"
        "| a | b |\n| --- | --- |\n| 1 \\| 2 | =SUM(A1) |\n\n```\n## RESP-99 not a rule\n```\n\n1. first\n2. second\n"
    )
    rows = (
        EXEMPLARS
        + 'EX-011,"=1+1 is what the memo says",privilege=Not Privileged,=x,PRIV-01,A,2026-01-01,active\n'
    )
    root = write_matter(playbook=text, exemplars=rows)
    export_matter(root, tmp_path / "out")
    assert same(load_matter(root), load_matter(tmp_path / "out"))


LINES = st.lists(
    st.text(
        st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp", "Co", "Cn")),
        max_size=60,
    ),
    max_size=8,
)


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(lines=LINES)
def test_any_text_keeps_its_letters_through_word(
    write_matter: Write, tmp_path: Path, lines: list[str]
) -> None:
    from assistant.exchange.export import write_word
    from assistant.office.blocks import render
    from assistant.office.word import read_word

    text = "# A heading\n\nFirst.\n\n" + "\n".join(lines)
    write_word(text, tmp_path / "any.docx")
    back = render(read_word(tmp_path / "any.docx")[0])
    assert sorted(letters(back)) == sorted(letters(re.sub(r"(?m)^\s*\|[\s|:-]*\|\s*$", "", text)))


def test_a_sentence_that_would_be_lost_stops_the_import() -> None:
    from assistant.exchange.protocol import account
    from assistant.exchange.report import Report
    from assistant.office.blocks import Block

    blocks = [Block("text", "First one. Second one."), Block("aside", "Struck.", why="struck")]
    report = Report()
    account(blocks, "First one.\nSecond\none.\n", "p.docx", report)
    assert report.sentences == 3
    with pytest.raises(
        SecondChairError, match=r"p\.docx: a sentence would be lost: 'Second one\.'"
    ):
        account(blocks, "First one.\n", "p.docx", Report())
