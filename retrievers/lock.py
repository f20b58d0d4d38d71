"""Folders shared with other processes: one writer at a time, whole files only, private copies."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from assistant.errors import IndexUnusable

WAIT = 600.0  # seconds a second writer waits for the first
LINKED = 8_000_000  # bytes from which a private copy links a file that is only read
_COPIES = "secondchair-copy-"
_YOUNG = 60.0  # seconds in which a private copy may not have its lock yet


@contextmanager
def sole_writer(folder: Path, name: str, wait: float = WAIT) -> Iterator[None]:
    """Hold the lock `folder/name.lock` across processes, making `folder` if need be.

    The system frees it when its holder dies. Raises IndexUnusable where the folder cannot be
    written (read-only, full) or the lock was not free within `wait` seconds.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / f"{name}.lock", timeout=wait):
            yield
    except Timeout:
        raise IndexUnusable(
            f"another process has been writing {str(folder)!r} for {wait:.0f} s: "
            "wait until it is done, or end it, and run the command again"
        ) from None
    except OSError as error:
        raise unwritable(folder, error) from error


def unwritable(folder: Path, error: Exception) -> IndexUnusable:
    """The error for a folder that cannot be written, with what to do about it."""
    why = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return IndexUnusable(
        f"cannot write {str(folder)!r} ({why}): free some disk space, or set SECONDCHAIR_HOME to a "
        "folder that can be written"
    )


def put(path: Path, text: str) -> None:
    """Write a small file so that a reader sees the old text or the new, never a part."""
    beside = path.with_name(f"{path.name}.{os.getpid()}.new")
    beside.write_text(text, "utf-8")
    os.replace(beside, path)


def sums(folder: Path) -> dict[str, str]:
    """The sha256 of every file under a folder, by its path in the folder."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): file_sum(path) for path in files}


def file_sum(path: Path) -> str:
    """The sha256 of a file, in hex; about 0.6 s a gigabyte."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def text_sum(text: str) -> str:
    """16 hex digits of a text's sha256."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]


class PrivateCopy:
    """A folder's copy for this process alone, in the folder for temporary files.

    Removed by `close`, at the end of the process, or by the next process if this one was killed.
    Large `.bin` files (Chroma's HNSW files, read once and whole) are linked.
    """

    def __init__(self, source: Path) -> None:
        _remove_orphans()
        self.folder = Path(tempfile.mkdtemp(prefix=_COPIES))
        self._lock = FileLock(self.folder.with_suffix(".lock"))
        self._lock.acquire()
        self.close = weakref.finalize(self, _remove, self.folder, self._lock)
        try:
            _copy(source, self.folder)
        except BaseException:
            self.close()
            raise


def _copy(source: Path, target: Path) -> None:
    for path in sorted(source.rglob("*")):
        copy = target / path.relative_to(source)
        if path.is_dir():
            copy.mkdir()
        elif path.suffix == ".bin" and path.stat().st_size >= LINKED:
            os.symlink(path.resolve(), copy)
        else:
            shutil.copyfile(path, copy)


def _remove(folder: Path, lock: FileLock) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    lock.release()
    Path(lock.lock_file).unlink(missing_ok=True)


def _remove_orphans() -> None:
    """Remove the copies of processes that were killed: nobody holds their locks."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_COPIES}*"):
        with suppress(OSError, Timeout):
            if folder.is_dir() and time.time() - folder.stat().st_mtime > _YOUNG:
                lock = FileLock(folder.with_suffix(".lock"), timeout=0)
                lock.acquire()
                _remove(folder, lock)
