"""The transcript commands as typed: JSON on stdout, one line on stderr and exit 2 where it fails."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant import cli
from assistant.ledger import Ledger
from benchmarks.transcript_layouts import numbered, text_of
from benchmarks.transcript_script import pages_of


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SECONDCHAIR_HOME", str(tmp_path / "home"))
    path = tmp_path / "halvorsen.txt"
    path.write_bytes(text_of(pages_of(), numbered, foot=lambda p: f"{p.number:>40}"))
    return path


def run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *words: object
) -> tuple[int, str, str]:
    monkeypatch.setattr("sys.argv", ["secondchair", *map(str, words)])
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    out, err = capsys.readouterr()
    return int(stopped.value.code or 0), out, err


def test_lines_are_json_one_a_line(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = run(monkeypatch, capsys, "transcript", file, "--lines")
    rows = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert len(rows) == 400
    assert rows[142] == {
        "page": 6,
        "line": 18,
        "text": "MR. OYELARAN: Objection. Foundation.",
        "section": "testimony",
        "speaker": "MR. OYELARAN",
    }


def test_explain_says_how_the_layout_was_read(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _, out, _ = run(monkeypatch, capsys, "transcript", file, "--explain")
    assert "lines a page: 25 (16 of 16 pages have just that)" in out
    assert "printed page: below the lines" in out


def test_a_digest_is_printed_as_json_and_recorded(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = run(monkeypatch, capsys, "digest", file, "--json")
    made = json.loads(out)
    assert (code, made["source"], made["ledger"]) == (0, "halvorsen.txt", 1)
    ledger = Ledger.open(f"sqlite:///{tmp_path / 'home' / 'secondchair.sqlite'}")
    try:
        entry = ledger.read("unfiled", 1)
        assert (entry.kind, ledger.verify("unfiled").ok) == ("digest", True)
        assert set(entry.citations) == {c for e in made["entries"] for c in e["cites"]}
    finally:
        ledger.close()


def test_documents_are_written_beside(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    outs = [tmp_path / f"d{form}" for form in (".docx", ".pdf", ".html", ".md", ".json")]
    code, _, _ = run(monkeypatch, capsys, "digest", file, *(x for o in outs for x in ("--out", o)))
    assert code == 0
    assert all(o.stat().st_size > 3000 for o in outs)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["digest", "nowhere.txt"], "nowhere.txt: cannot be read"),
        (["digest", "FILE", "--kind", "best-clips"], "expected one of page-line"),
        (["digest", "FILE", "--out", "x.pptx"], "expected a name ending in"),
        (["transcript", "nowhere.txt", "--lines"], "cannot be read"),
    ],
)
def test_what_fails_is_one_line_and_exit_2(
    words: list[str],
    said: str,
    file: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, _, err = run(monkeypatch, capsys, *(file if w == "FILE" else w for w in words))
    assert code == 2
    assert said in err
    assert err.count("\n") == 1
