"""Replies -> ledger entries, and back again for a later choice. Ids in the entry, text in its content."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version

from pydantic import TypeAdapter

from assistant.errors import LedgerError
from assistant.ledger import Ledger, NewEntry
from assistant.settings import Settings
from assistant.types import Matter, Message, Question, Reply

_REPLY: TypeAdapter[Reply] = TypeAdapter(Reply)


@dataclass(frozen=True)
class Recorder:
    """Writes and reads one matter's entries: another matter's are out of its reach."""

    matter: Matter
    ledger: Ledger
    model: str | None

    @classmethod
    def open(cls, matter: Matter, settings: Settings) -> Recorder:
        """Raises LedgerError where the ledger cannot be opened."""
        ledger = Ledger.open(settings.ledger_url, checkpoints=settings.folder / "checkpoints")
        return cls(matter, ledger, settings.model)

    def expire(self, now: datetime) -> int:
        """Contents older than the matter's `retention_days` go, their entries stay; returns how many went. 0 where
        the matter sets none: contents are then kept until they are destroyed by order."""
        days = self.matter.retention_days
        if days is None:
            return 0
        return self.ledger.expire_content(self.matter.id, now - timedelta(days=days))

    def record(self, message: Message, question: Question | None, reply: Reply) -> int:
        """One entry for one reply; returns its sequence number."""
        return self.ledger.append(self.entry(message, question, reply))

    def entry(self, message: Message, question: Question | None, reply: Reply) -> NewEntry:
        """The entry of a reply, not yet written."""
        content = {
            "text": message.text,
            "ask": question.ask if question else None,
            "channel": message.channel,
            "key": message.key,
            "reply": _REPLY.dump_python(reply, mode="json"),
        }
        return NewEntry(
            matter=self.matter.id,
            kind=reply.kind,
            asker=message.asker,
            role=message.role,
            playbook_version=self.matter.playbook_version,
            matter_hash=self.matter.content_hash,
            composer=reply.composer,
            model=self.model,
            code_version=_version(),
            right=reply.right,
            citations=tuple(c.id for c in getattr(reply, "citations", ())),
            content=content,
        )

    def recall(self, seq: int) -> tuple[Message, Reply]:
        """The message and reply recorded under `seq`. Raises LedgerError where there is none."""
        entry = self.ledger.read(self.matter.id, seq)
        if entry.content is None:
            raise LedgerError(f"the content of entry {seq} was destroyed: ask again")
        reply = _REPLY.validate_python(entry.content["reply"])
        message = Message(
            text=entry.content["text"],
            asker=entry.asker,
            role=entry.role,
            channel=entry.content.get("channel"),
            key=entry.content.get("key"),
        )
        return message, reply

    def recorded(self, key: str, since: datetime) -> int | None:
        """The number of the entry of the message with this key, among entries written since then."""
        for entry in self.ledger.newest(self.matter.id, since):
            if entry.content and entry.content.get("key") == key:
                return entry.seq
        return None


@lru_cache(maxsize=1)
def _version() -> str:
    try:
        return version("secondchair")
    except PackageNotFoundError:
        return "0"
