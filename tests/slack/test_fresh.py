"""A desk that was made anew leaves nothing of the old one behind."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from running import Running, settings_for
from small_desk import small_desk
from sqlalchemy import text, update
from standin import StandIn

from assistant.desk import Desk
from assistant.ledger import Ledger, NewEntry
from assistant.ledger.store import ENTRIES
from assistant.settings import Settings
from assistant.setup import open_desk
from slack_app.fresh import Retired, with_matter


class Counted:
    """A `close` that counts."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> None:
        self.times += 1


def test_an_old_desk_is_freed_once_nobody_thinks_with_it(folder: Path, tmp_path: Path) -> None:
    desk = small_desk(folder, Settings(home=tmp_path / "home"))
    closed, retired = Counted(), Retired()
    old, new = replace(desk, close=closed), replace(desk, close=Counted())
    retired.add(old, new)
    assert (retired.free(), closed.times) == (1, 0), "a question is thought about with it"
    del old
    assert (retired.free(), closed.times) == (0, 1)
    assert (retired.free(), closed.times) == (0, 1)


def test_a_desk_that_is_asked_a_suite_is_kept_however_long_that_takes(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("slack_app.fresh.PATIENCE", -1.0)
    desk = small_desk(folder, Settings(home=tmp_path / "home"))
    closed, asked = Counted(), [replace(desk, close=Counted())]
    old, retired = replace(desk, close=closed), Retired(asked)
    asked.append(old)
    retired.add(old, desk)
    assert (retired.free(), closed.times) == (1, 0)
    asked.remove(old)
    assert (retired.free(), closed.times) == (0, 1)


def test_what_the_new_desk_holds_too_is_not_freed(folder: Path, tmp_path: Path) -> None:
    closed, retired = Counted(), Retired()
    desk = replace(small_desk(folder, Settings(home=tmp_path / "home")), close=closed)
    retired.add(desk, with_matter(desk))
    del desk
    assert (retired.free(), closed.times) == (0, 0)


def test_a_desk_that_does_not_close_stands_in_nobodys_way(folder: Path, tmp_path: Path) -> None:
    def broken() -> None:
        raise OSError("the disk is gone")

    desk, retired = small_desk(folder, Settings(home=tmp_path / "home")), Retired()
    retired.add(replace(desk, close=broken), desk)
    assert retired.free() == 0


def test_every_change_of_a_folder_frees_the_desk_before(
    slack: StandIn, folder: Path, tmp_path: Path
) -> None:
    settings, made = settings_for(slack, tmp_path / "home"), list[Counted]()

    def desk() -> Desk:
        made.append(Counted())
        return replace(small_desk(folder, settings), close=made[-1])

    with Running(slack, [desk()], settings, lambda old: desk()) as app:
        for version in ("1.11", "1.12", "1.13"):
            yaml = folder / "matter.yaml"
            text = yaml.read_text("utf-8").split("playbook_version:")
            yaml.write_text(
                f'{text[0]}playbook_version: "{version}"\n{text[1].split(chr(10), 1)[1]}'
            )
            office = app.serving.office
            slack.until(lambda v=version, o=office: o.matters["harbor"].playbook_version == v)
        slack.until(lambda: [each.times for each in made[1:]] == [1, 1, 0])
    assert [each.times for each in made[1:]] == [1, 1, 0]


@pytest.mark.slow
def test_opening_a_desk_again_and_again_holds_no_more_files(
    write_matter: Callable[..., Path], home: Path, tmp_path: Path
) -> None:
    folder = write_matter("fresh")
    settings = Settings(home=home, database_url=f"sqlite:///{tmp_path / 'own.sqlite'}")
    counts = []
    for _ in range(5):
        desk = open_desk(folder, settings)
        desk.recall(desk.record(*_a_question(desk)))
        desk.close()
        counts.append(len(os.listdir("/proc/self/fd")))
    assert counts[-1] <= counts[1]


def _a_question(desk: Desk) -> tuple[object, object, object]:
    from assistant.pipeline import reply_to
    from assistant.types import Message

    message = Message(
        text="newsletter to the whole company, responsive?", asker="U0ALICE", role="reviewer"
    )
    reply = reply_to(message, desk).reply
    return message, desk.take_in(message), reply


def test_serving_deletes_what_is_older_than_the_matter_keeps(
    slack: StandIn, folder: Path, tmp_path: Path
) -> None:
    settings = settings_for(slack, tmp_path / "home")
    desk = small_desk(folder, settings)
    ledger = Ledger.open(settings.ledger_url, checkpoints=tmp_path / "home" / "checkpoints")
    old, new = (ledger.append(kept(desk.matter.id)) for _ in range(2))
    with ledger.store.writing(desk.matter.id) as connection:
        connection.execute(text("DROP TRIGGER ledger_no_update"))  # so that it can be of last year
        long_ago = datetime.now(UTC) - timedelta(days=366)
        connection.execute(update(ENTRIES).where(ENTRIES.c.seq == old).values(at=long_ago))
    with Running(slack, [desk], settings, lambda desk: desk):
        slack.until(lambda: ledger.read("harbor", old).content is None)
    assert ledger.read("harbor", new).content is not None
    ledger.close()


def kept(matter: str) -> NewEntry:
    """An entry with a content."""
    about = {"asker": "U0ALICE", "playbook_version": "1.10", "matter_hash": "ab" * 32}
    return NewEntry.model_validate(
        about | {"matter": matter, "kind": "answer", "composer": "none", "content": {"text": "x"}}
    )
