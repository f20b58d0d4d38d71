"""Files that Windows saves with a byte-order mark load like any other, with the same line numbers."""

from __future__ import annotations

import codecs
from pathlib import Path

import pytest

from assistant.asking import rows_of
from assistant.matter import check_matter, load_matter
from evals.reading import read_suite
from tests.conftest import EXEMPLARS, MATTER, PLAYBOOK, RIGHTS, Write

MARK = codecs.BOM_UTF8
SUITE = "suite: s\ncases:\n  - {id: a, ask: x, expect: {outcome: answer}}\n"


def test_every_file_of_a_matter_may_begin_with_a_byte_order_mark(write_matter: Write) -> None:
    texts = {"matter": MATTER, "rights": RIGHTS, "exemplars": EXEMPLARS, "playbook": PLAYBOOK}
    marked = load_matter(write_matter(**{key: MARK + text.encode() for key, text in texts.items()}))
    plain = load_matter(write_matter("plain"))
    assert [r.branches for r in marked.rules] != []
    assert [(r.id, r.line, r.text.strip()) for r in marked.rules] == [
        (r.id, r.line, r.text) for r in plain.rules
    ]
    assert (marked.rights, marked.people) == (plain.rights, plain.people)


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_an_error_behind_the_mark_names_its_own_line(write_matter: Write, end: bytes) -> None:
    wrong = MARK + f"{MATTER}colour: red\n".encode().replace(b"\n", end)
    _, problems = check_matter(write_matter(matter=wrong))
    assert [(p.file, p.line) for p in problems] == [("matter.yaml", 16)]
    broken = MARK + MATTER.replace("roles: [", "roles: [[").encode().replace(b"\n", end)
    _, problems = check_matter(write_matter("b", matter=broken))
    assert [(p.file, p.line) for p in problems] == [("matter.yaml", 9)]


def test_a_suite_may_begin_with_a_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "suite.yaml"
    path.write_bytes(MARK + SUITE.encode())
    suite, problems = read_suite(path)
    assert problems == []
    assert suite is not None
    path.write_bytes(MARK + SUITE.replace("outcome: answer", "outcome: nope").encode())
    assert [p.line for p in read_suite(path)[1]] == [3]


def test_a_batch_may_begin_with_a_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "batch.jsonl"
    path.write_bytes(MARK + b'{"id": 1, "ask": "Priv?"}\n')
    assert list(rows_of(path)) == [{"id": 1, "ask": "Priv?"}]
