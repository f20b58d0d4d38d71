"""exemplars.csv: a row added, others marked as superseded, with nobody's edit lost.

A person may save the file at any moment. The new text is swapped in as one step, and what the swap brings
out is compared with what was read: where somebody saved in between, the change is made anew on theirs. A
file that does not parse is left as it is. Only the rows that change differ afterwards, so a diff is short.
Our own writers come one after the other: they hold the room's transaction. A person who saves a copy that
is older than our row takes the row out again: `approving.restore_lost` puts it back.
"""

from __future__ import annotations

import csv
import ctypes
import errno
import io
import os
import re
import secrets
import shutil
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

from assistant.errors import LanesError, MatterError, Problem
from assistant.matter.exemplars import COLUMNS, parse_exemplars
from assistant.matter.palette import Palette
from assistant.types import Exemplar, Matter, Noun

NAME = "exemplars.csv"
TRIES = 50
QUIET = 0.05  # seconds without a write after which a file counts as saved whole
_EXCHANGE, _HERE = 2, -100
_ID = re.compile(r"^(.*?)(\d+)$")


class NewRow(Noun):
    """An exemplar to add; `mark` is the ruling's id, by which it is known again in its rationale."""

    facts: str
    calls: str
    rationale: str
    rules: tuple[str, ...]
    decided_by: str
    decided_on: str
    mark: str
    supersedes: tuple[str, ...] = ()
    playbook_version: str
    approved_by: str
    status: Literal["active", "superseded"] = "active"

    @property
    def why(self) -> str:
        """The rationale with where it comes from."""
        over = f"; supersedes {', '.join(self.supersedes)}" if self.supersedes else ""
        about = (
            f"ruling {self.mark}; playbook {self.playbook_version}; approved by {self.approved_by}"
        )
        own = _one_line(self.rationale).replace("[", "(").replace("]", ")")  # no mark but ours
        return f"{own} [{about}{over}]"


def add(
    folder: Path | str,
    row: NewRow,
    palette: Palette,
    again: str | None = None,
    elsewhere: Sequence[str] = (),
) -> str:
    """Put the row into the bank and return its id; where a row with its mark stands already, that one's.
    `again` is the id to use where a row that was lost is put back; `elsewhere` are ids that other files of
    the bank have. Raises MatterError: file and line; LanesError where the file can't be written."""
    path = Path(folder) / NAME
    given: list[str] = []

    def change(text: str) -> str:
        known = _parsed(text, folder, palette)
        given[:] = [e.id for e in known if _is(e, row)]
        if given:
            return _superseded(text, row.supersedes)
        taken = [*(e.id for e in known), *elsewhere]
        given[:] = [again if again and again not in taken else next_id(taken)]
        changed = _superseded(_appended(text, given[0], row), row.supersedes)
        _parsed(changed, folder, palette)
        return changed

    _written(path, change)
    return given[0]


def supersede(folder: Path | str, ids: tuple[str, ...], palette: Palette) -> None:
    """Mark rows as superseded. Raises as `add` does."""

    def change(text: str) -> str:
        _parsed(text, folder, palette)
        return _superseded(text, ids)

    _written(Path(folder) / NAME, change)


def _written(path: Path, change: Callable[[str], str]) -> None:
    try:
        edit(path, change)
    except OSError as error:
        raise LanesError(
            f"{NAME} cannot be written ({error.strerror}): check the file and its folder, then try again"
        ) from error


def edit(path: Path, change: Callable[[str], str]) -> None:
    """Replace a text file by `change(its text)`, made anew on whatever a person saves meanwhile."""
    raw = _settled(path) if path.exists() else _create(path)
    base, standing = raw, raw
    for _ in range(TRIES):
        try:
            new = change(base.decode("utf-8")).encode("utf-8")
        except (MatterError, UnicodeDecodeError):
            if base is not standing:  # ours stands in the place of what they saved: give it back
                _give_back(path, base, standing)
            raise
        if new == standing == base:
            return
        out = _swap(path, new)
        if out == standing:
            return
        base, standing = out, new
    raise OSError(errno.EBUSY, "is saved by somebody all the time", str(path))


def _give_back(path: Path, theirs: bytes, ours: bytes) -> None:
    """Put what somebody saved back in the place of what we wrote; a still newer save of theirs wins."""
    while (out := _swap(path, theirs)) != ours:
        theirs, ours = out, theirs


def ids_elsewhere(matter: Matter) -> tuple[str, ...]:
    """The ids of exemplars that stand in the bank's other files, which nothing here writes."""
    return tuple(exemplar.id for exemplar in matter.exemplars if exemplar.source != NAME)


def next_id(known: list[str]) -> str:
    """The next id in the commonest form of those in the file: EX-097 after EX-096."""
    forms = [match.groups() for name in known if (match := _ID.match(name))]
    if not forms:
        return "EX-001"
    prefix = Counter(start for start, _ in forms).most_common(1)[0][0]
    digits = [number for start, number in forms if start == prefix]
    width = max(len(number) for number in digits)
    return f"{prefix}{max(int(number) for number in digits) + 1:0{width}d}"


def _is(exemplar: Exemplar, row: NewRow) -> bool:
    """Is it this very row? The mark alone would not do: another ledger counts its cases from 1 too."""
    return f"[ruling {row.mark};" in exemplar.rationale and exemplar.facts == _one_line(row.facts)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _create(path: Path) -> bytes:
    path.write_text(",".join(COLUMNS) + "\n", "utf-8")
    return path.read_bytes()


def _parsed(text: str, folder: Path | str, palette: Palette) -> list[Exemplar]:
    problems: list[Problem] = []
    plain = text.replace("\r\n", "\n").replace("\r", "\n").replace("\ufeff", " ", 1)
    found = parse_exemplars(plain, NAME, palette, None, problems)
    if problems:
        raise MatterError(str(folder), problems)
    return found


def _appended(text: str, name: str, row: NewRow) -> str:
    cells = {"id": name, "facts": _one_line(row.facts), "calls": row.calls, "rationale": row.why}
    cells |= {"rules": ";".join(row.rules), "decided_by": row.decided_by}
    cells |= {"decided_on": row.decided_on, "status": row.status}
    end = "\r\n" if "\r\n" in text else "\n"
    out = io.StringIO()
    csv.writer(out, lineterminator=end).writerow([cells[name] for name in _header(text)])
    return text + ("" if text.endswith("\n") else end) + out.getvalue()


def _superseded(text: str, ids: tuple[str, ...]) -> str:
    """The text with the status of these rows set; every other character as it was."""
    if not ids:
        return text
    header, lines = _header(text), re.split(r"(?<=\n)", text)
    reader = csv.reader(lines)
    place, status = header.index("id"), header.index("status")
    before = 0
    for cells in reader:
        mine = lines[before : reader.line_num]
        if len(cells) == len(header) and cells[place].strip() in ids:
            lines[before : reader.line_num] = _status_set("".join(mine), cells, status, len(mine))
        before = reader.line_num
    return "".join(lines)


def _status_set(raw: str, cells: list[str], status: int, count: int) -> list[str]:
    """One row as raw text with its status changed, in as many parts as it had lines."""
    if status == len(cells) - 1:
        changed = re.sub(r"\bactive(\s*\"?\s*)$", r"superseded\1", raw)
    else:
        end = "\r\n" if raw.endswith("\r\n") else "\n" if raw.endswith("\n") else ""
        out = io.StringIO()
        set_to = [*cells[:status], "superseded", *cells[status + 1 :]]
        csv.writer(out, lineterminator=end).writerow(set_to)
        changed = out.getvalue()
    return [changed, *[""] * (count - 1)]


def _header(text: str) -> list[str]:
    first = next(csv.reader([text.lstrip("\ufeff").split("\n", 1)[0]]))
    return [cell.strip() for cell in first]


def _swap(path: Path, new: bytes) -> bytes:
    """Put `new` in the file's place in one step; returns what stood there."""
    other = path.with_name(f".{path.name}.{secrets.token_hex(4)}~")
    try:
        with other.open("wb") as file:
            file.write(new)
            file.flush()
            os.fsync(file.fileno())
        shutil.copymode(path, other)
        if _exchange(other, path):
            return _settled(other)  # an editor that had the file open may still be writing it
        old = (
            path.read_bytes()
        )  # no exchange on this system: a save within microseconds could be lost
        os.replace(other, path)
        return old
    finally:
        other.unlink(missing_ok=True)


def _settled(path: Path) -> bytes:
    """The file's bytes once nobody has written to it for a moment; some editors write in pieces."""
    for _ in range(100):
        about = path.stat()
        if about.st_size and time.time() - about.st_mtime > QUIET:
            break  # an empty file is one that somebody begins to save
        time.sleep(QUIET / 2)
    return path.read_bytes()


def _exchange(one: Path, other: Path) -> bool:
    """Swap two files' names as one step (Linux `renameat2`); False where the system can't."""
    if not sys.platform.startswith("linux"):
        return False
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if rename is None:
        return False
    return bool(rename(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE) == 0)
