"""Files that cannot or must not be read end in one clear line, in bounded time and memory."""

from __future__ import annotations

import tracemalloc
import zipfile
from pathlib import Path

import openpyxl
import pytest
from reportlab.lib.pagesizes import LETTER
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen import canvas

from assistant.errors import Unreadable
from assistant.matter import check_matter, load_matter
from assistant.office.pdf import read_pdf
from assistant.office.sheets import read_sheets
from assistant.office.word import read_word
from tests import protocols
from tests.conftest import EXEMPLARS, PLAYBOOK, Write

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def test_a_password_protected_word_file_says_so(tmp_path: Path) -> None:
    path = tmp_path / "p.docx"
    path.write_bytes(OLE + b"\0" * 500 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 500)
    with pytest.raises(Unreadable, match="protected by a password"):
        read_word(path)
    path.write_bytes(OLE + b"\0" * 500)
    with pytest.raises(Unreadable, match="old binary format"):
        read_word(path)


def test_a_pdf_of_pictures_asks_for_ocr_and_a_locked_one_for_its_password(tmp_path: Path) -> None:
    page = canvas.Canvas(str(tmp_path / "i.pdf"), pagesize=LETTER)
    page.rect(100, 100, 200, 200, fill=1)
    page.showPage()
    page.save()
    with pytest.raises(Unreadable, match="run OCR first"):
        read_pdf(tmp_path / "i.pdf")
    page = canvas.Canvas(str(tmp_path / "l.pdf"), encrypt=StandardEncryption("secret"))
    page.drawString(72, 700, "PRIV-01 Text")
    page.save()
    with pytest.raises(Unreadable, match="protected by a password"):
        read_pdf(tmp_path / "l.pdf")
    (tmp_path / "b.pdf").write_bytes(b"%PDF-1.7 nothing")
    with pytest.raises(Unreadable, match="no PDF that can be read"):
        read_pdf(tmp_path / "b.pdf")


def test_merged_cells_count_for_each_row_and_formulas_are_never_computed(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (["Rule", "Facts"], ["PRIV-01", "one"], [None, "two"], ["X", "=1+1"]):
        sheet.append(row)
    sheet.merge_cells("A2:A3")
    book.save(tmp_path / "m.xlsx")
    read = read_sheets(tmp_path / "m.xlsx")[0]
    assert [row[0] for row in read.rows] == ["Rule", "PRIV-01", "PRIV-01", "X"]
    assert read.rows[3][1] == ""
    assert any("merged over rows 2 to 3" in what for _, what in read.notes)
    assert (4, "cell B4 is a formula: it has no stored value") in read.notes


def test_a_file_of_200_megabytes_is_refused_before_it_is_read(
    write_matter: Write, tmp_path: Path
) -> None:
    root = write_matter()
    for name in ("playbook/big.docx", "playbook/big.pdf", "exemplars.xlsx"):
        with (root / name).open("wb") as file:
            file.truncate(200_000_000)
    tracemalloc.start()
    matter, problems = check_matter(root)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert matter is None
    assert {p.file for p in problems} == {"playbook/big.docx", "playbook/big.pdf", "exemplars.xlsx"}
    assert all("200,000,000 bytes" in p.what for p in problems)
    assert peak < 20_000_000


def bomb(path: Path, part: str, size: int) -> Path:
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open(part, "w") as file,
    ):
        for _ in range(size // 1_000_000):
            file.write(b" " * 1_000_000)
    return path


@pytest.mark.parametrize(
    ("part", "read"),
    [("word/document.xml", read_word), ("xl/worksheets/sheet1.xml", read_sheets)],
)
def test_a_zip_bomb_is_refused_unopened(tmp_path: Path, part: str, read: object) -> None:
    path = bomb(tmp_path / "b.docx", part, 300_000_000)
    tracemalloc.start()
    with pytest.raises(Unreadable, match="unpacks to"):
        read(path)  # type: ignore[operator]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20_000_000


def test_entities_are_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "e.docx", "w") as archive:
        archive.writestr("word/document.xml", '<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>')
    with pytest.raises(Unreadable, match="declares entities"):
        read_word(tmp_path / "e.docx")


def test_macros_are_named_and_not_run(tmp_path: Path) -> None:
    path = protocols.nested(tmp_path / "m.docx")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("word/vbaProject.bin", b"Sub AutoOpen()")
    assert "carries macros: they were not run" in read_word(path)[1]


@pytest.mark.parametrize("cut", [10, 200, 2000])
def test_a_file_cut_short_is_an_error_and_not_a_crash(tmp_path: Path, cut: int) -> None:
    whole = protocols.nested(tmp_path / "n.docx").read_bytes()
    (tmp_path / "c.docx").write_bytes(whole[:cut])
    with pytest.raises(Unreadable):
        read_word(tmp_path / "c.docx")


def test_a_matter_may_hold_word_pdf_excel_and_jsonl_files(write_matter: Write) -> None:
    import docx

    root = write_matter(exemplars=None)
    document = docx.Document()
    document.add_heading("PRIV-20 Auditors", 2)
    document.add_paragraph("Auditors are outsiders.")
    document.add_paragraph("Call: privilege = Not Privileged")
    document.save(str(root / "playbook" / "02-more.docx"))
    protocols.pdf(root / "playbook" / "03-pdf.pdf")
    book = openpyxl.Workbook()
    for line in EXEMPLARS.splitlines()[:2]:
        import csv

        book.active.append(next(csv.reader([line])))
    book.save(root / "exemplars.xlsx")
    (root / "exemplars.jsonl").write_text(
        '{"id": "EX-050", "facts": "An \\"audit\\" file.", "calls": {"issue": ["Design", "Warnings"]}, "rationale": "r",'
        ' "rules": ["PRIV-20"], "decided_by": "A", "decided_on": "2026-01-01", "status": "active"}\n',
        "utf-8",
    )
    before = load_matter(root).content_hash
    matter = load_matter(root)
    rules = {r.id: r for r in matter.rules}
    assert rules["PRIV-20"].branches[0].calls[0].choice == "Not Privileged"
    assert (rules["PRIV-09"].page, rules["PRIV-07"].page) == (2, 1)
    assert [e.id for e in matter.exemplars] == ["EX-001", "EX-050"]
    assert [c.choice for c in matter.exemplars[1].calls] == ["Design", "Warnings"]
    for thing in (*matter.rules, *matter.exemplars):
        quoted = getattr(thing, "quote", None) or thing.text  # type: ignore[union-attr]
        assert matter.files[thing.source][thing.start : thing.end] == quoted
    (root / "playbook" / "02-more.docx").unlink()
    (root / "exemplars.jsonl").unlink()
    assert load_matter(root).content_hash != before


def test_errors_in_excel_and_jsonl_banks_name_the_row(write_matter: Write) -> None:
    root = write_matter(exemplars=None, playbook=PLAYBOOK)
    (root / "exemplars.jsonl").write_text('{"id": 1}\nnot json\n', "utf-8")
    _, problems = check_matter(root)
    assert [(p.file, p.line) for p in problems] == [("exemplars.jsonl", 1), ("exemplars.jsonl", 2)]
