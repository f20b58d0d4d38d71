"""The exemplar bank: rows added and superseded, with nobody's edit lost and a short diff."""

from __future__ import annotations

import difflib
import threading
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.errors import MatterError, Problem
from assistant.lanes import bank
from assistant.lanes.bank import NewRow, add, edit, next_id
from assistant.matter import load_matter
from assistant.matter.exemplars import parse_exemplars
from assistant.matter.palette import Palette
from assistant.types import CodingField
from tests.lanes.conftest import FACTS, Bench

PALETTE = Palette(
    (CodingField(name="privilege", choices=("Privileged: Withhold", "Not Privileged")),), ()
)
HEADER = "id,facts,calls,rationale,rules,decided_by,decided_on,status\n"
ROW = 'EX-{0:03d},"A letter, number {0}.",privilege=Not Privileged,Because.,,A. Reyes,2026-03-02,active\n'
TABLE = HEADER + "".join(ROW.format(n) for n in range(1, 6))


def row(number: int = 1, **more: object) -> NewRow:
    fields: dict[str, object] = {
        "facts": f"{FACTS} ({number})",
        "calls": "privilege=Not Privileged",
        "rationale": "A neutral,\nno confidant of “ours”.",
        "rules": (),
        "decided_by": "U0CHIDI",
        "decided_on": "2026-11-24",
        "mark": f"C-{number:04d}.1",
        "playbook_version": "1.10",
        "approved_by": "U0FARAH",
    }
    return NewRow(**{**fields, **more})  # type: ignore[arg-type]


def written(tmp_path: Path, text: str | bytes = TABLE) -> Path:
    raw = text if isinstance(text, bytes) else text.encode()
    (tmp_path / "exemplars.csv").write_bytes(raw)
    return tmp_path


def read(folder: Path) -> str:
    return (folder / "exemplars.csv").read_bytes().decode()


def test_a_row_is_one_line_more_and_says_where_it_comes_from(tmp_path: Path) -> None:
    folder = written(tmp_path)
    assert add(folder, row(), PALETTE) == "EX-006"
    changed = [
        d for d in difflib.ndiff(TABLE.splitlines(), read(folder).splitlines()) if d[0] in "+-"
    ]
    assert len(changed) == 1
    assert "[ruling C-0001.1; playbook 1.10; approved by U0FARAH]" in changed[0]
    assert changed[0].endswith(",,U0CHIDI,2026-11-24,active")
    assert [p.name for p in folder.iterdir()] == ["exemplars.csv"], "no file is left beside it"


def test_what_it_supersedes_changes_in_one_word(tmp_path: Path) -> None:
    folder = written(tmp_path)
    add(folder, row(supersedes=("EX-002",)), PALETTE)
    before, after = TABLE.splitlines(), read(folder).splitlines()
    assert after[2] == before[2].replace("active", "superseded")
    assert after[:2] + after[3:6] == before[:2] + before[3:6]
    assert "supersedes EX-002]" in after[6]


def test_a_try_that_was_cut_off_is_found_again(tmp_path: Path) -> None:
    folder = written(tmp_path)
    first = add(folder, row(), PALETTE)
    text = read(folder)
    assert add(folder, row(), PALETTE) == first
    assert read(folder) == text
    assert add(folder, row(facts="Something quite different this time."), PALETTE) != first


@pytest.mark.parametrize(
    "text",
    [
        TABLE.replace("\n", "\r\n"),
        TABLE.rstrip("\n"),
        "\ufeff" + TABLE,
        TABLE.replace("Because.", '"Because\nof two lines."'),
        "status,id,facts,calls,rationale,rules,decided_by,decided_on\n"
        "active,EX-002,Some facts here.,privilege=Not Privileged,Why.,,A,2026-03-02\n",
        HEADER,
    ],
    ids=["crlf", "no last newline", "bom", "line breaks", "other order", "empty"],
)
def test_a_file_in_any_persons_style_keeps_its_style(tmp_path: Path, text: str) -> None:
    folder = written(tmp_path, text)
    name = add(folder, row(supersedes=("EX-002",)), PALETTE)
    after = read(folder)
    problems: list[Problem] = []
    plain = after.replace("\r\n", "\n").replace("\ufeff", " ", 1)
    found = {e.id: e for e in parse_exemplars(plain, "exemplars.csv", PALETTE, None, problems)}
    assert problems == []
    assert found[name].facts == row().facts
    assert all(e.status == ("superseded" if e.id == "EX-002" else "active") for e in found.values())
    assert ("\r\n" in after) == ("\r\n" in text)
    assert after.startswith("\ufeff") == text.startswith("\ufeff")


def test_a_file_that_was_broken_by_hand_is_left_as_it_is_and_the_line_is_named(
    tmp_path: Path,
) -> None:
    broken = TABLE + 'EX-009,"no end\n'
    folder = written(tmp_path, broken)
    with pytest.raises(MatterError, match=r"exemplars\.csv:7"):
        add(folder, row(), PALETTE)
    assert read(folder) == broken


def test_a_save_in_between_is_kept_and_ours_is_made_anew_on_it(tmp_path: Path) -> None:
    path = written(tmp_path) / "exemplars.csv"
    saves = iter([TABLE + ROW.format(50), TABLE + ROW.format(50) + ROW.format(51)])

    def change(text: str) -> str:
        theirs = next(saves, None)
        if theirs is not None:  # somebody saves while we think
            path.write_text(theirs, "utf-8")
        return text + "ours\n"

    edit(path, change)
    text = path.read_text("utf-8")
    assert text == TABLE + ROW.format(50) + ROW.format(51) + "ours\n"


def test_a_save_that_breaks_the_file_in_between_is_given_back(tmp_path: Path) -> None:
    path = written(tmp_path) / "exemplars.csv"
    broken = TABLE + '"no end\n'

    def change(text: str) -> str:
        if text == broken:
            raise MatterError(str(tmp_path), [Problem("exemplars.csv", 7, "broken")])
        path.write_text(broken, "utf-8")
        return text + "ours\n"

    with pytest.raises(MatterError):
        edit(path, change)
    assert path.read_text("utf-8") == broken


def test_a_person_whose_editor_saves_in_pieces_all_the_time_loses_nothing(tmp_path: Path) -> None:
    folder = written(tmp_path)
    path, stop = folder / "exemplars.csv", threading.Event()
    mine: list[str] = []

    def person() -> None:
        while not stop.wait(0.12):
            mine.append(ROW.format(500 + len(mine)).replace("EX-", "P-"))
            text = path.read_text("utf-8") + mine[-1]
            with path.open("w", encoding="utf-8") as file:  # in place, as many editors do
                file.write(text[:40])
                file.flush()
                time.sleep(0.005)
                file.write(text[40:])

    editor = threading.Thread(target=person)
    editor.start()
    for number in range(1, 9):
        add(folder, row(number), PALETTE)
    stop.set()
    editor.join()
    assert len(mine) >= 3
    assert all(line in read(folder) for line in mine)
    for number in range(1, 9):  # what their older copies took out is put back
        add(folder, row(number), PALETTE)
    text = read(folder)
    assert all(line in text for line in mine)
    assert all(f"[ruling C-{n:04d}.1;" in text for n in range(1, 9))


@settings(max_examples=50, deadline=None)
@given(facts=st.text(st.characters(exclude_categories=["C"]), min_size=1).filter(str.strip))
def test_whatever_the_facts_hold_they_are_read_back(
    facts: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = written(tmp_path_factory.mktemp("bank"))
    name = add(folder, row(facts=facts), PALETTE)
    found = parse_exemplars(read(folder), "exemplars.csv", PALETTE, None, [])
    assert next(e.facts for e in found if e.id == name) == " ".join(facts.split())


@pytest.mark.parametrize(
    ("known", "following"),
    [
        (["EX-001", "EX-120"], "EX-121"),
        (["EX-099"], "EX-100"),
        (["A1", "A2", "B-9"], "A3"),
        ([], "EX-001"),
        (["first"], "EX-001"),
    ],
)
def test_ids_go_on_in_the_form_that_the_bank_uses(known: list[str], following: str) -> None:
    assert next_id(known) == following


def test_a_matter_without_a_bank_gets_one(bench: Bench) -> None:
    (bench.folder / bank.NAME).unlink()
    matter = load_matter(bench.folder)
    name = add(bench.folder, row(), Palette(matter.coding_fields, matter.lanes))
    assert [e.id for e in load_matter(bench.folder).exemplars] == [name]
