"""Exports of models, kept in the cache: made once, in a process of their own, and checked when they are opened."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from assistant.errors import IndexUnusable
from retrievers.lock import file_sum, put, sole_writer, unwritable

About = dict[str, Any]
ABOUT = "about.json"
_MAKING = "making-"
UNUSED = 60  # days after which an export that none asked for is removed
QUIET = {"HF_HUB_OFFLINE": "1", "HF_HUB_DISABLE_TELEMETRY": "1", "DO_NOT_TRACK": "1"}


def about(folder: Path, *, whole: bool = True) -> About | None:
    """What a finished export says of itself; None where there is none or a file of it was damaged. Files are
    compared by their hashes, or (`whole` false) by their sizes alone."""
    try:
        return _sound(folder, whole)
    except OSError:
        return None


def once(folder: Path, make: Callable[[Path, Path], About], *, whole: bool = True) -> About:
    """What the export in `folder` says of itself. Where there is none or a file was damaged, `make(kept, aside)`
    writes what is kept and what is not into two empty folders, and says what else there is to say.

    A second process waits for the first. Exports beside it that none asked for in UNUSED days are removed. Raises
    IndexUnusable where the folder cannot be written.
    """
    said = about(folder, whole=whole)
    if said is not None:
        with suppress(OSError):
            os.utime(folder / ABOUT)
        return said
    with sole_writer(folder.parent, folder.name):
        said = about(folder, whole=whole)
        if said is None:
            for left in folder.parent.glob(f"{_MAKING}{folder.name}-*"):
                shutil.rmtree(left, ignore_errors=True)  # by a process that was killed
            with tempfile.TemporaryDirectory(
                dir=folder.parent, prefix=f"{_MAKING}{folder.name}-"
            ) as beside:
                kept, aside = Path(beside) / "kept", Path(beside) / "aside"
                kept.mkdir()
                aside.mkdir()
                said = make(kept, aside)
                said["files"] = {
                    path.name: [path.stat().st_size, file_sum(path)] for path in kept.iterdir()
                }
                put(kept / ABOUT, json.dumps(said))
                shutil.rmtree(folder, ignore_errors=True)
                os.replace(kept, folder)
            _tidy(folder.parent)
    return said


def _tidy(room: Path) -> None:
    """Remove the exports that none asked for in UNUSED days: an earlier version's, or another model's."""
    for said in room.glob(f"*/{ABOUT}"):
        with suppress(OSError):
            if time.time() - said.stat().st_mtime > UNUSED * 86_400:
                shutil.rmtree(said.parent)


def require(folder: Path) -> None:
    """Raises IndexUnusable where an export is not whole. One whose files are not what they were is made anew at the
    next start; one that cannot be read at the moment is left as it is."""
    try:
        sound = _sound(folder, whole=True)
    except OSError as error:
        raise IndexUnusable(f"cannot read {str(folder)!r} ({error.strerror})") from error
    if sound is None:
        with suppress(OSError):
            (folder / ABOUT).unlink()
        raise IndexUnusable(
            f"the export in {str(folder)!r} is damaged: start again to make it anew"
        )


def _sound(folder: Path, whole: bool) -> About | None:
    try:
        said: About = json.loads((folder / ABOUT).read_text("utf-8"))
        sound = all(
            (folder / name).stat().st_size == size
            and (not whole or file_sum(folder / name) == digest)
            for name, (size, digest) in said["files"].items()
        )
    except (ValueError, KeyError, AttributeError, TypeError):
        return None
    return said if sound else None


def room_for(size: int, folder: Path) -> None:
    """Raises IndexUnusable where less than `size` bytes are free."""
    free = shutil.disk_usage(folder).free
    if free < size:
        error = OSError(f"{free >> 20} MB free, the model's export needs {size >> 20}")
        raise unwritable(folder, error)


def run(module: str, *paths: Path | str) -> tuple[bool, str]:
    """(did it end well, the last line it said on stderr) of `python -m module paths`, which imports torch so that
    the process that answers need not. Raises IndexUnusable where a signal ended it."""
    within = {"PYTHONPATH": os.pathsep.join(path or os.getcwd() for path in sys.path)}
    done = subprocess.run(
        [sys.executable, "-m", module, *map(str, paths)],
        env={**os.environ, **QUIET, **within},
        capture_output=True,
        text=True,
        errors="replace",
    )
    if done.returncode < 0:
        raise IndexUnusable(
            f"signal {-done.returncode} ended the export: it needs up to 2.5 GB of memory"
        )
    return done.returncode == 0, (done.stderr.strip().splitlines() or ["no word why"])[-1]
