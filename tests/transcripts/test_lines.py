"""Lines as printed, whatever the reporter's layout: generated layouts, the public transcripts, odd files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.errors import TranscriptError
from assistant.transcripts.lines import parse_file
from assistant.transcripts.nouns import Transcript
from benchmarks.transcript_layouts import layouts, numbered, text_of
from benchmarks.transcript_pdf import image_pdf
from benchmarks.transcript_script import Page, gold, pages_of

PUBLIC = Path(__file__).parents[3] / "shared" / "data" / "transcripts"
LAYOUTS = {layout.name: layout for layout in layouts()}


def read(tmp_path: Path, name: str, raw: bytes) -> Transcript:
    path = tmp_path / name
    path.write_bytes(raw)
    return parse_file(path)


@pytest.mark.parametrize("name", LAYOUTS)
def test_every_layout_gives_the_printed_page_line_and_text(name: str, tmp_path: Path) -> None:
    file, raw, wanted = LAYOUTS[name].make()
    got = [(x.page, x.line, x.text) for x in read(tmp_path, file, raw).lines]
    right = sum(line in set(got) for line in wanted)
    assert right >= 0.995 * len(wanted)
    assert abs(len(got) - len(wanted)) <= 0.005 * len(wanted)


@pytest.mark.parametrize("day", ["2012-03-26", "2012-03-27"])
@pytest.mark.parametrize("form", ["txt", "pdf"])
def test_the_public_arguments_read_as_their_gold_says(day: str, form: str) -> None:
    path = PUBLIC / f"11-398_{day}.{form}"
    if not path.exists():
        pytest.skip("the public transcripts are not beside this checkout")
    parsed = parse_file(path)
    rows = (PUBLIC / f"gold_lines_{day}.jsonl").read_text("utf-8").splitlines()
    wanted = [(r["page"], r["line"], r["text"]) for r in map(json.loads, rows)]
    assert [(x.page, x.line, x.text) for x in parsed.lines] == wanted
    assert parsed.kind == "argument"


def test_sections_and_speakers_are_told_apart(tmp_path: Path) -> None:
    parsed = read(
        tmp_path, "d.txt", text_of(pages_of(), numbered, foot=lambda p: f"{p.number:>40}")
    )
    at = {(x.page, x.line): x for x in parsed.lines}
    by_page = {p: at[(p, 1)].section for p in (1, 2, 3, 4, 15, 16)}
    assert list(by_page.values()) == [
        "cover", "appearances", "index", "testimony", "certificate", "errata",
    ]  # fmt: skip
    assert (at[(6, 18)].speaker, at[(6, 19)].speaker) == ("MR. OYELARAN", "A")
    assert (at[(6, 24)].speaker, at[(6, 23)].label) == ("A", "THE WITNESS")
    assert at[(7, 14)].speaker == "parenthetical"
    assert at[(7, 1)].speaker is None
    assert parsed.kind == "deposition"
    assert parsed.problems == ()


@pytest.mark.parametrize(
    ("lines", "speakers"),
    [
        (["Q    Did you go?", "A    I did.", "A lot of people did."], ["Q", "A", "A"]),
        (["Q. Did you go?", "A. I did.", "A Mr. Smith came too."], ["Q", "A", "A"]),
        (["Q:  Did you go?", "THE DEPONENT:  I did."], ["Q", "A"]),
        (["Q.  (BY MR. LOW)  Did you go?", "A.  Yes."], ["Q", "A"]),
        (["Q.  Did you go?", "MR. McADAM:  Objection.", "A.  Yes."], ["Q", "MR. McADAM", "A"]),
        (["Q.  Did you?", "A.  Yes.", "(Discussion off the", "record.)", "Q.  When?"],
         ["Q", "A", "parenthetical", "parenthetical", "Q"]),
    ],
)  # fmt: skip
def test_labels_of_many_reporters_are_read(
    lines: list[str], speakers: list[str], tmp_path: Path
) -> None:
    body = ["P R O C E E D I N G S", *lines, "Q.  Thank you?" if "." in lines[0][:2] else "", ""]
    body += [""] * (25 - len(body))
    page = [Page(1, tuple(body))]
    parsed = read(tmp_path, "d.txt", text_of(page, numbered, foot=lambda p: f"{p.number:>40}"))
    assert [x.speaker for x in parsed.lines[1 : 1 + len(lines)]] == speakers


def test_a_text_without_numbers_gets_none(tmp_path: Path) -> None:
    raw = b"HEARING, rough draft\n\nTHE COURT:  Be seated.\nMR. LOW:  Thank you, your Honor.\n"
    parsed = read(tmp_path, "rough.txt", raw)
    assert parsed.pagination == "none"
    assert {(x.page, x.line) for x in parsed.lines} == {(None, None)}
    assert "no page:line is given" in parsed.problems[0]


def test_lines_without_printed_pages_get_no_page(tmp_path: Path) -> None:
    raw = text_of(pages_of()[:3], numbered)
    parsed = read(tmp_path, "d.txt", raw)
    assert {x.page for x in parsed.lines} == {None}


def test_gaps_repeats_and_disorder_are_named(tmp_path: Path) -> None:
    pages = [p for p in pages_of() if p.number not in (7, 8)]
    raw = text_of(pages, numbered, head=lambda p: f"{p.number:>60}").replace(b"\n12 ", b"\n11 ", 1)
    problems = read(tmp_path, "d.txt", raw).problems
    assert "page 1: line 11 is printed twice" in problems
    assert "pages 7-8 are missing from the file" in problems


def test_a_scan_needs_ocr_and_nothing_is_invented(tmp_path: Path) -> None:
    with pytest.raises(TranscriptError, match="needs OCR"):
        read(tmp_path, "scan.pdf", image_pdf(2))
    file, raw, _ = LAYOUTS["PDF, cover a scan"].make()
    parsed = read(tmp_path, file, raw)
    assert "page 1 of the file has no text layer: needs OCR" in parsed.problems
    assert all(x.page != 1 for x in parsed.lines)


@pytest.mark.parametrize(
    ("name", "raw", "said"),
    [
        ("a.ptx", bytes(range(256)) * 20, "ask the reporter for an ASCII"),
        ("a.mdb", b"\x00\x01\x00\x00Standard Jet DB" + bytes(900), "an Access database"),
        ("a.bin", bytes(range(256)) * 20, "not a text, PDF, DOCX or RTF"),
        ("a.txt", b"  \n ", "is empty"),
        ("a.pdf", b"%PDF-1.7\nnothing of the kind", "damaged or cut short"),
        ("a.docx", b"PK\x03\x04 not an archive", "damaged archive"),
        ("a.rtf", b"{\\rtf1 }", "no text in it"),
    ],
)
def test_what_cannot_be_read_says_what_to_do(
    name: str, raw: bytes, said: str, tmp_path: Path
) -> None:
    with pytest.raises(TranscriptError, match=said):
        read(tmp_path, name, raw)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(TranscriptError, match=r"nowhere\.txt: cannot be read"):
        parse_file(tmp_path / "nowhere.txt")


def test_a_zip_bomb_is_refused_unopened(tmp_path: Path) -> None:
    import io
    import zipfile

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"0" * 60_000_000)
    with pytest.raises(TranscriptError, match="unpacks to"):
        read(tmp_path, "bomb.docx", out.getvalue())


def test_a_file_larger_than_any_transcript_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "huge.txt"
    with path.open("wb") as file:
        file.truncate(2**30)
    with pytest.raises(TranscriptError, match="more than a transcript holds"):
        parse_file(path)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    length=st.integers(12, 40),
    margin=st.integers(0, 12),
    first=st.integers(1, 900),
    place=st.sampled_from(["above", "below"]),
    feed=st.booleans(),
    data=st.data(),
)
def test_any_plain_layout_keeps_page_line_and_text(
    length: int,
    margin: int,
    first: int,
    place: str,
    feed: bool,
    data: st.DataObject,
    tmp_path: Path,
) -> None:
    words = st.lists(
        st.sampled_from("so he went up to 4 North Street on May 3 and sat".split()), max_size=9
    )
    pages = [
        Page(first + n, tuple("    " + " ".join(data.draw(words)) for _ in range(length)))
        for n in range(3)
    ]
    number = {"head" if place == "above" else "foot": lambda p: f"{p.number:>50}"}
    raw = text_of(
        pages,
        lambda p, n, t: " " * margin + f"{n:>2}  {t}".rstrip(),
        between="\f" if feed else "",
        **number,
    )
    parsed = read(tmp_path, "h.txt", raw)
    assert [(x.page, x.line, x.text) for x in parsed.lines] == gold(pages)


@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(cut=st.floats(0, 1), noise=st.binary(max_size=60), name=st.sampled_from(sorted(LAYOUTS)))
def test_damaged_files_end_in_lines_or_in_one_clear_error(
    cut: float, noise: bytes, name: str, tmp_path: Path
) -> None:
    file, raw, _ = _made(name)
    at = int(cut * len(raw))
    for broken in (raw[:at], raw[:at] + noise + raw[at:], raw[at:] + raw[:at]):
        assert _outcome(tmp_path, file, broken).count("\n") == 0


def _outcome(tmp_path: Path, file: str, raw: bytes) -> str:
    """The error of reading, or that there were lines; any other exception fails the test."""
    try:
        return f"{len(read(tmp_path, file, raw).lines)} lines"
    except TranscriptError as error:
        return str(error)


_CACHE: dict[str, tuple[str, bytes, list[tuple[int, int, str]]]] = {}


def _made(name: str) -> tuple[str, bytes, list[tuple[int, int, str]]]:
    if name not in _CACHE:
        _CACHE[name] = LAYOUTS[name].make()
    return _CACHE[name]
