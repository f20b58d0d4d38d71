"""The append-only record of every reply: hash-chained, signed at checkpoints, verifiable by anyone."""

from assistant.ledger.entry import Entry, NewEntry, Verdict
from assistant.ledger.ledger import Ledger

__all__ = ["Entry", "Ledger", "NewEntry", "Verdict"]
