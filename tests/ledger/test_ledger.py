"""The ledger is gapless, chained, tamper-evident, and forgets contents by order without breaking."""

from __future__ import annotations

import json
import multiprocessing
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from assistant.errors import LedgerError
from assistant.ledger import Ledger, NewEntry
from assistant.ledger.entry import CHAINED, FIRST, chain_hash


@pytest.fixture
def url(database_url: str) -> str:
    """A fresh database of each kind."""
    return database_url


Opened = Callable[..., Ledger]


@pytest.fixture
def opened() -> Iterator[Opened]:
    """Open ledgers that are closed after the test."""
    ledgers: list[Ledger] = []

    def open_one(url: str, checkpoints: Path | None = None) -> Ledger:
        ledgers.append(Ledger.open(url, checkpoints=checkpoints))
        return ledgers[-1]

    yield open_one
    for ledger in ledgers:
        ledger.close()


def entry(n: int = 0, matter: str = "harbor", **more: object) -> NewEntry:
    return NewEntry.model_validate(
        {
            "matter": matter,
            "kind": "answer",
            "asker": "U0ALICE",
            "role": "reviewer",
            "playbook_version": "1.10",
            "matter_hash": "ab" * 32,
            "composer": "extractive",
            "code_version": "0.1.0",
            "right": "coding-question",
            "citations": ("PRIV-01", "EX-001"),
            "content": {"text": f"question {n}", "reply": {"n": n}},
            **more,
        }
    )


def sql(url: str, statement: str) -> None:
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    try:
        with engine.begin() as connection:
            connection.execute(text(statement))
    finally:
        engine.dispose()


def without_triggers(url: str) -> None:
    for verb in ("update", "delete"):
        on = "" if url.startswith("sqlite") else " ON ledger_entries"
        sql(url, f"DROP TRIGGER ledger_no_{verb}{on}")


def test_entries_count_from_one_without_a_gap_and_read_back(opened: Opened, url: str) -> None:
    ledger = opened(url)
    assert [ledger.append(entry(n)) for n in range(3)] == [1, 2, 3]
    assert ledger.append(entry(matter="other")) == 1
    read = ledger.read("harbor", 2)
    assert read.content == {"text": "question 1", "reply": {"n": 1}}
    assert read.citations == ("PRIV-01", "EX-001")
    assert abs(read.at - datetime.now(UTC)) < timedelta(minutes=1)
    assert ledger.verify("harbor").ok
    assert ledger.verify("harbor").checked == 3


def test_a_later_process_finds_the_schema_and_goes_on(opened: Opened, url: str) -> None:
    opened(url).append(entry())
    assert opened(url).append(entry()) == 2


def test_entry_that_is_not_there_is_an_error_that_names_it(opened: Opened, url: str) -> None:
    with pytest.raises(LedgerError, match="no entry 7 in the ledger of 'harbor'"):
        opened(url).read("harbor", 7)


def append_many(url: str, n: int) -> None:
    ledger = Ledger.open(url)
    for i in range(n):
        ledger.append(entry(i))


def test_four_processes_leave_no_gap(opened: Opened, url: str) -> None:
    opened(url)
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=append_many, args=(url, 25)) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    verdict = opened(url).verify("harbor")
    assert (verdict.ok, verdict.checked, [w.exitcode for w in workers]) == (True, 100, [0] * 4)


@pytest.mark.parametrize("column", [c for c in CHAINED if c not in ("matter", "seq", "at")])
def test_an_altered_field_is_named_by_its_entry(
    opened: Opened, tmp_path: Path, column: str
) -> None:
    url = f"sqlite:///{tmp_path / 'l.sqlite'}"
    ledger = opened(url)
    for n in range(4):
        ledger.append(entry(n))
    without_triggers(url)
    value = '["X-1"]' if column == "citations" else "forged"
    sql(url, f"UPDATE ledger_entries SET \"{column}\" = '{value}' WHERE seq = 3")
    verdict = ledger.verify("harbor")
    assert (verdict.ok, verdict.seq, verdict.checked) == (False, 3, 2)


def test_altered_content_and_a_removed_entry_are_noticed(opened: Opened, url: str) -> None:
    ledger = opened(url)
    for n in range(4):
        ledger.append(entry(n))
    without_triggers(url)
    sealed = (
        "x'00112233445566778899aabbccddeeff00112233445566'"
        if url.startswith("sqlite")
        else "'\\x00112233445566778899aabbccddeeff00112233'"
    )
    sql(url, f"UPDATE ledger_content SET sealed = {sealed} WHERE seq = 4")
    assert "content was altered" in ledger.verify("harbor").why
    sql(url, "DELETE FROM ledger_entries WHERE seq = 2")
    assert ledger.verify("harbor").seq == 2


def test_the_database_itself_refuses_to_change_or_delete_an_entry(opened: Opened, url: str) -> None:
    opened(url).append(entry())
    for statement in ("UPDATE ledger_entries SET kind = 'refuse'", "DELETE FROM ledger_entries"):
        with pytest.raises(Exception, match="a ledger entry is never changed"):
            sql(url, statement)


def test_a_cut_tail_is_noticed_only_with_checkpoints(
    opened: Opened, url: str, tmp_path: Path
) -> None:
    signed, plain = opened(url, checkpoints=tmp_path / "cp"), opened(url)
    for n in range(3):
        signed.append(entry(n))
    signed.checkpoint("harbor")
    without_triggers(url)
    sql(url, "DELETE FROM ledger_entries WHERE seq = 3")
    assert plain.verify("harbor").ok
    verdict = signed.verify("harbor")
    assert (verdict.ok, verdict.seq) == (False, 3)
    assert (tmp_path / "cp" / "signing.key").stat().st_mode & 0o777 == 0o600


def test_entries_after_the_newest_checkpoint_are_counted_and_closing_signs_them(
    opened: Opened, url: str, tmp_path: Path
) -> None:
    ledger, unsigned = opened(url, checkpoints=tmp_path / "cp"), opened(url)
    ledger.append(entry())
    assert "no checkpoint is signed yet" in str(ledger.verify("harbor"))
    ledger.close()
    assert str(ledger.verify("harbor")).endswith("signed up to the last")
    unsigned.append(entry())
    verdict = ledger.verify("harbor")
    assert (verdict.ok, verdict.signed) == (True, 1)
    assert "1 after the newest checkpoint: a cut tail after entry 1" in str(verdict)
    assert "checkpoint" not in str(unsigned.verify("harbor"))


def test_a_cut_tail_shows_though_fewer_entries_than_a_hundred_were_recorded(
    opened: Opened, url: str, tmp_path: Path
) -> None:
    ledger = opened(url, checkpoints=tmp_path / "cp")
    for n in range(3):
        ledger.append(entry(n))
    ledger.close()
    without_triggers(url)
    for table in ("ledger_entries", "ledger_content"):
        sql(url, f"DELETE FROM {table} WHERE seq = 3")
    assert "BROKEN at entry 3: it is gone" in str(ledger.verify("harbor"))
    ledger.append(entry())
    assert "rewritten" in ledger.verify("harbor").why


def test_nothing_is_signed_for_an_answer_but_every_hundredth(
    opened: Opened, tmp_path: Path
) -> None:
    ledger = opened(f"sqlite:///{tmp_path / 'l.sqlite'}", checkpoints=tmp_path / "cp")
    for n in range(99):
        ledger.append(entry(n))
    assert not (tmp_path / "cp").exists()
    ledger.append(entry())
    assert ledger.verify("harbor").signed == 100


def test_checkpoints_that_cannot_be_written_lose_no_entry(
    opened: Opened, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "cp").write_text("no folder", "utf-8")
    ledger = opened(f"sqlite:///{tmp_path / 'l.sqlite'}", checkpoints=tmp_path / "cp")
    assert [ledger.append(entry(n)) for n in range(101)][-1] == 101
    ledger.close()
    assert caplog.text.count("entries of harbor stand without a checkpoint") == 2
    verdict = ledger.verify("harbor")
    assert (verdict.ok, verdict.checked, verdict.signed) == (True, 101, 0)


def sign_one(url: str, folder: Path, n: int) -> None:
    ledger = Ledger.open(url, checkpoints=folder)
    ledger.append(entry(n, matter=f"m{n}"))
    ledger.close()


def test_processes_that_end_together_share_one_signing_key(opened: Opened, tmp_path: Path) -> None:
    url, folder = f"sqlite:///{tmp_path / 'l.sqlite'}", tmp_path / "cp"
    ledger = opened(url, checkpoints=folder)
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=sign_one, args=(url, folder, n)) for n in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [ledger.verify(f"m{n}").signed for n in range(4)] == [1] * 4


@pytest.mark.parametrize(
    ("file", "holds", "why"),
    [
        ("harbor.jsonl", '{"matter": "harb', "a checkpoint cannot be read"),
        ("signing.key", None, "the signing key of its checkpoints is missing"),
    ],
)
def test_a_damaged_checkpoint_folder_is_a_fault_and_stays_as_it_is(
    opened: Opened, tmp_path: Path, file: str, holds: str | None, why: str
) -> None:
    ledger = opened(f"sqlite:///{tmp_path / 'l.sqlite'}", checkpoints=tmp_path / "cp")
    ledger.append(entry())
    ledger.close()
    damaged = tmp_path / "cp" / file
    damaged.write_text(holds, "utf-8") if holds else damaged.unlink()
    before = sorted(p.name for p in (tmp_path / "cp").iterdir())
    verdict = ledger.verify("harbor")
    assert (verdict.ok, str(verdict)) == (False, f"harbor: BROKEN: {why} (1 before it hold)")
    assert sorted(p.name for p in (tmp_path / "cp").iterdir()) == before


@pytest.mark.parametrize("seq", [0, -1, 2**31, 2**63, 99999999999999999999])
def test_a_number_that_no_entry_can_have_is_an_error_like_any_other(
    opened: Opened, url: str, seq: int
) -> None:
    with pytest.raises(LedgerError, match=f"no entry {seq} in the ledger"):
        opened(url).read("harbor", seq)


def test_a_forged_checkpoint_is_noticed(opened: Opened, tmp_path: Path) -> None:
    ledger = opened(f"sqlite:///{tmp_path / 'l.sqlite'}", checkpoints=tmp_path / "cp")
    ledger.append(entry())
    ledger.checkpoint("harbor")
    path = tmp_path / "cp" / "harbor.jsonl"
    path.write_text(path.read_text("utf-8").replace('"seq": 1', '"seq": 9'), "utf-8")
    assert "signature" in ledger.verify("harbor").why


def test_destroyed_content_is_gone_and_the_chain_still_verifies(opened: Opened, url: str) -> None:
    ledger = opened(url)
    for n in range(3):
        ledger.append(entry(n))
    ledger.destroy_content("harbor")
    assert ledger.read("harbor", 1).content is None
    verdict = ledger.verify("harbor")
    assert (verdict.ok, verdict.contents) == (True, 0)
    assert ledger.append(entry()) == 4
    assert ledger.read("harbor", 4).content is not None


def test_expired_content_goes_by_its_age(opened: Opened, url: str) -> None:
    ledger = opened(url)
    ledger.append(entry())
    assert ledger.expire_content("harbor", datetime.now(UTC) - timedelta(days=1)) == 0
    assert ledger.expire_content("harbor", datetime.now(UTC) + timedelta(days=1)) == 1
    assert ledger.verify("harbor").ok


def test_no_text_of_a_question_stands_in_the_database_file(opened: Opened, tmp_path: Path) -> None:
    ledger = opened(f"sqlite:///{tmp_path / 'l.sqlite'}")
    ledger.append(entry(content={"text": "CANARY-7431"}))
    assert all(b"CANARY-7431" not in f.read_bytes() for f in tmp_path.iterdir() if f.is_file())


def test_an_export_verifies_with_nothing_but_a_hash_function(
    opened: Opened, tmp_path: Path
) -> None:
    ledger = opened(f"sqlite:///{tmp_path / 'l.sqlite'}", checkpoints=tmp_path / "cp")
    for n in range(3):
        ledger.append(entry(n))
    assert ledger.export("harbor", tmp_path / "out.jsonl") == 3
    lines = [
        json.loads(line) for line in (tmp_path / "out.jsonl").read_text("utf-8").splitlines()[1:]
    ]
    prev = FIRST
    for seq, line in enumerate(lines, 1):
        assert (line["seq"], line["prev_hash"], line["hash"]) == (seq, prev, chain_hash(line))
        prev = line["hash"]


def test_a_place_that_cannot_be_written_is_an_error_that_says_what_to_do(
    opened: Opened, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("x", "utf-8")
    with pytest.raises(LedgerError, match="SECONDCHAIR_HOME"):
        opened(f"sqlite:///{tmp_path / 'file' / 'l.sqlite'}")


def test_a_file_that_is_no_database_is_an_error_that_says_what_to_do(
    opened: Opened, tmp_path: Path
) -> None:
    (tmp_path / "l.sqlite").write_bytes(
        b"not a database, though long enough to be read as one" * 40
    )
    with pytest.raises(LedgerError, match="check that it can be written"):
        opened(f"sqlite:///{tmp_path / 'l.sqlite'}")


def test_the_newest_entries_come_first_page_after_page_and_end_at_a_time(
    opened: Opened, url: str
) -> None:
    ledger = opened(url)
    for n in range(3):
        ledger.append(entry(n))
    between = datetime.now(UTC)
    for n in range(3, 230):
        ledger.append(entry(n))
    ledger.append(entry(0, matter="pilot"))
    found = list(ledger.newest("harbor", between))
    assert [each.seq for each in found] == list(range(230, 3, -1))
    assert found[-1].content == ledger.read("harbor", 4).content
    assert len(list(ledger.newest("harbor", between - timedelta(hours=1)))) == 230
    assert list(ledger.newest("harbor", datetime.now(UTC))) == []
