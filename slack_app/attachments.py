"""Attached transcripts: fetched, digested in the matter's ledger, and the digest put into the thread."""

from __future__ import annotations

import asyncio
import re
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from slack_sdk.web.async_client import AsyncWebClient

from assistant.errors import TranscriptError
from assistant.types import Matter
from slack_app.calls import call, fetch
from slack_app.errors import SlackGone

READ = (".txt", ".text", ".pdf", ".docx", ".rtf")
LARGEST = 30_000_000  # bytes of a file that is fetched
SLACKS_FILES = "files.slack.com"
_DIGEST = re.compile(r"\b(?:digest|summari[sz]e|summary|index)\b", re.IGNORECASE)

# (file, matter, (asker, role)) -> the digest as a Word file, its entries, its number in the ledger
MakeDigest = Callable[[Path, Matter, tuple[str, str | None]], tuple[bytes, int, int]]


class NotOurs(Exception):
    """A file that is not digested; the text says why and what to do."""


def wants_digest(text: str, files: int) -> bool:
    """Is it a transcript that a message is about: a file with no question, or one asking for a digest?"""
    return files > 0 and (not text.strip() or _DIGEST.search(text) is not None)


class Attachments:
    """Files of messages, read with the bot's token from Slack's own hosts only."""

    def __init__(self, client: AsyncWebClient, digest: MakeDigest) -> None:
        self._client, self._digest = client, digest

    async def of(self, channel: str, thread: str, ts: str) -> list[dict[str, Any]]:
        """The files of a message, as Slack describes them now."""
        answer = await call(
            self._client.conversations_replies(
                channel=channel, ts=thread, oldest=ts, latest=ts, inclusive=True, limit=20
            )
        )
        return [f for m in answer.get("messages", ()) if m.get("ts") == ts for f in m["files"]]

    async def digested(
        self, file: dict[str, Any], matter: Matter, asker: tuple[str, str | None]
    ) -> tuple[bytes, int, int]:
        """The digest of one file. Raises NotOurs, SlackError, LedgerError."""
        name = str(file.get("name") or "")
        if Path(name).suffix.lower() not in READ:
            raise NotOurs(f"I digest transcripts as {', '.join(READ)}; this is none of those.")
        if int(file.get("size") or 0) > LARGEST:
            raise NotOurs(f"The file is larger than the {LARGEST // 1_000_000} MB that I read.")
        content = await self._fetch(str(file.get("url_private_download") or ""))
        work = partial(self._made, content, Path(name).suffix.lower(), matter, asker)
        return await asyncio.to_thread(work)

    async def share(self, channel: str, thread: str, name: str, content: bytes) -> None:
        """Put a file into a thread, unless one of this name is there. Raises SlackError."""
        answer = await call(self._client.conversations_replies(channel=channel, ts=thread))
        there = [f.get("name") for m in answer.get("messages", ()) for f in m.get("files", ())]
        if name not in there:
            await call(
                self._client.files_upload_v2(
                    channel=channel, thread_ts=thread, content=content, filename=name, title=name
                )
            )

    async def _fetch(self, url: str) -> bytes:
        ours = urlsplit(self._client.base_url).hostname
        if urlsplit(url).hostname not in (ours, SLACKS_FILES):
            raise NotOurs("The file is kept outside Slack, so I do not fetch it: upload it here.")
        try:
            return await fetch(url, str(self._client.token))
        except SlackGone:
            raise NotOurs("I could not open the file: share it in this channel.") from None

    def _made(
        self, content: bytes, suffix: str, matter: Matter, asker: tuple[str, str | None]
    ) -> tuple[bytes, int, int]:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / f"transcript{suffix}"
            file.write_bytes(content)
            try:
                return self._digest(file, matter, asker)
            except TranscriptError as error:
                why = str(error).replace(f"{folder}/", "")
                raise NotOurs(f"I could not digest it. {why}") from None
