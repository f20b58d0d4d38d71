"""What `ask` does once a desk stands: one question, a branch of an earlier reply, or a batch, and how each is shown."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rich.console import Console

from assistant import pipeline
from assistant.desk import Desk
from assistant.errors import SecondChairError
from assistant.pipeline import Recorded, reply_to
from assistant.shown import as_json, page
from assistant.types import Clarification, Message

BLANK = 'no question: the "ask" of this row is blank'


def one(text: str, role: str | None, desk: Desk, json_wanted: bool) -> None:
    """Answer a question and show the reply. Raises SecondChairError for a role that the matter has not."""
    _show(reply_to(_message(text, role, desk), desk), desk, json_wanted)


def choose(branch: str, seq: int, role: str | None, desk: Desk, json_wanted: bool) -> None:
    """Take a branch (“b1”) of the reply with that ledger number and show what follows."""
    _show(pipeline.choose(branch, seq, _message("", role, desk), desk), desk, json_wanted)


def every(rows: list[dict[str, Any]], role: str | None, desk: Desk, json_wanted: bool) -> None:
    """Answer the rows of a batch in turn, one line each; a row's own `role` counts before `role`. A row
    that asks nothing is an error in its place, and not recorded."""
    for row in rows:
        if not row["ask"].strip():
            _nothing_asked(row, desk, json_wanted)
            continue
        recorded = reply_to(_message(row["ask"], row.get("role") or role, desk, strict=False), desk)
        if json_wanted:
            line = {"id": row["id"], **as_json(recorded, desk.matter)}
            print(json.dumps(line, ensure_ascii=False), flush=True)
        else:
            print(f"{row['id']}: {recorded.reply.kind}: {recorded.reply.text}")


def _nothing_asked(row: dict[str, Any], desk: Desk, json_wanted: bool) -> None:
    if not json_wanted:
        print(f"{row['id']}: error: {BLANK}")
        return
    empty = as_json(Recorded(Clarification(text=BLANK, why=BLANK), None, 0.0), desk.matter)
    line = {"id": row["id"], **empty, "outcome": "error"}
    print(json.dumps(line, ensure_ascii=False), flush=True)


def rows_of(file: Path) -> Iterator[dict[str, Any]]:
    """The batch's lines; SecondChairError names file and line of the first that is wrong."""
    try:
        lines = file.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SecondChairError(f"{file}: cannot be read as UTF-8 text ({error})") from None
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            raise SecondChairError(
                f"{file}:{number}: broken JSON ({error.msg}): one object a line"
            ) from None
        if not isinstance(row, dict) or not isinstance(row.get("ask"), str) or "id" not in row:
            raise SecondChairError(
                f'{file}:{number}: expected {{"id": …, "ask": "…", "role": "…"}}'
            )
        yield row


def _message(text: str, role: str | None, desk: Desk, strict: bool = True) -> Message:
    """A message with the role given, else the matter's default. A role that the matter does not have
    is an error, or where not `strict` (in a batch) left to be refused; `reviewer`, the format's own
    default, falls back to the matter's."""
    matter = desk.matter
    if role == "reviewer" and role not in matter.roles:
        role = None
    if strict and role is not None and role not in matter.roles:
        raise SecondChairError(f"unknown role {role!r}: expected one of {', '.join(matter.roles)}")
    return Message(text=text, asker="cli", role=role or matter.default_role)


def _show(recorded: Recorded, desk: Desk, json_wanted: bool) -> None:
    if json_wanted:
        print(json.dumps(as_json(recorded, desk.matter), ensure_ascii=False))
    else:
        Console(highlight=False).print(page(recorded, desk.matter))
