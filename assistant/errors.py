"""The error tree. An exception means broken; a refusal is a value (types.Refusal).

SecondChairError            base: `str(error)` is fit for the person at the terminal
├── SettingsError           an environment variable is missing, malformed or forbidden
├── MatterError             a matter folder does not load; `.problems` names file and line
├── IndexUnusable           the index cannot be read, built or locked
├── DatabaseError           a database cannot be opened, written or brought up to date
│   └── LedgerError         the ledger cannot be written or does not verify
├── TranscriptError         a transcript file cannot be read, or holds nothing to cite
├── LanesError              there is no such case, notice or proposal
├── ComposeError            a composer gave nothing that can be read
├── Unreadable              a Word, PDF or Excel file cannot be read; the text says why and what to do
└── ProviderDown            the configured model's provider did not answer in time
"""

from __future__ import annotations

from dataclasses import dataclass


class SecondChairError(Exception):
    """Base of every error this package raises on purpose."""


class SettingsError(SecondChairError):
    """An environment variable is missing, malformed or forbidden."""


@dataclass(frozen=True)
class Problem:
    """One thing wrong in a matter folder: where, what, and what to do."""

    file: str
    line: int
    what: str
    severity: str = "error"

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what}"


class MatterError(SecondChairError):
    """A matter folder does not load; `problems` holds every format error found."""

    def __init__(self, folder: str, problems: list[Problem]) -> None:
        self.folder = folder
        self.problems = problems
        listed = "\n".join(f"  {problem}" for problem in problems[:20])
        more = f"\n  … and {len(problems) - 20} more" if len(problems) > 20 else ""
        super().__init__(f"matter {folder!r} has {len(problems)} error(s):\n{listed}{more}")


class IndexUnusable(SecondChairError):
    """The index cannot be read, built or locked."""


class DatabaseError(SecondChairError):
    """A database cannot be opened, written or brought up to date."""


class LedgerError(DatabaseError):
    """The ledger cannot be written, or does not verify."""


class TranscriptError(SecondChairError):
    """A transcript file cannot be read, or holds nothing that can be cited."""


class Unreadable(SecondChairError):
    """A Word, PDF or Excel file cannot be read; the text says why and what to do."""


class LanesError(SecondChairError):
    """There is no such case, notice or proposal."""


class ComposeError(SecondChairError):
    """A composer gave nothing that can be read."""


class ProviderDown(SecondChairError):
    """The configured model's provider did not answer in time."""
