"""Attached transcripts: found, fetched, digested in the matter's ledger, and the digest put into the thread."""

from __future__ import annotations

import asyncio
import re
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from slack_sdk.web.async_client import AsyncWebClient

from assistant.errors import TranscriptError
from assistant.transcripts.keep import Step, Wish
from slack_app.blocks.words import escape
from slack_app.calls import call, fetch
from slack_app.errors import SlackError, SlackGone

READ = (".txt", ".text", ".asc", ".pdf", ".docx", ".rtf")
LARGEST = 30_000_000  # bytes of a file that is fetched
LOOK_BACK = 100  # messages among which the newest transcript is looked for
SLACKS_FILES = "files.slack.com"
NO_UPLOADS = ("file_uploads_disabled", "file_uploads_except_images_disabled", "restricted_action")
TITLES = {".docx": "Digest, Word", ".html": "Digest, a page: click a cite to see its lines"}
File = dict[str, Any]


class Made(NamedTuple):
    """A digest as files (ending, content), in a few lines, and its number in the ledger."""

    files: tuple[tuple[str, bytes], ...]
    overview: str
    entries: int
    ledger: int


MakeDigest = Callable[[Path, Wish, Step], Made]


class NotOurs(Exception):
    """A file that is not digested; the text says why and what to do."""


class Attachments:
    """Files of messages, read with the bot's token from Slack's own hosts only."""

    def __init__(self, client: AsyncWebClient, digest: MakeDigest) -> None:
        self._client, self._digest = client, digest

    async def of(self, channel: str, thread: str, ts: str) -> list[File]:
        """The files of a message, as Slack describes them now."""
        answer = await call(
            self._client.conversations_replies(
                channel=channel, ts=thread, oldest=ts, latest=ts, inclusive=True, limit=20
            )
        )
        return [f for m in answer.get("messages", ()) if m.get("ts") == ts for f in m["files"]]

    async def newest(self, channel: str, thread: str | None, us: str) -> list[File]:
        """The files of the newest message with a transcript by somebody else, in a thread or a channel."""
        if thread:
            answer = await call(
                self._client.conversations_replies(channel=channel, ts=thread, limit=LOOK_BACK)
            )
        else:
            answer = await call(
                self._client.conversations_history(channel=channel, limit=LOOK_BACK)
            )
        said = sorted(answer.get("messages", ()), key=lambda m: float(m["ts"]), reverse=True)
        theirs = [m.get("files", ()) for m in said if m.get("user") != us and not m.get("bot_id")]
        readable = ([f for f in files if _reads(f)] for files in theirs)
        return next((files for files in readable if files), [])

    async def digested(self, file: File, wish: Wish, step: Step) -> Made:
        """The digest of one file. Raises NotOurs, SlackError, LedgerError."""
        name = str(file.get("name") or "")
        if not _reads(file):
            raise NotOurs(f"I digest transcripts as {', '.join(READ)}; this is none of those.")
        if int(file.get("size") or 0) > LARGEST:
            raise NotOurs(f"The file is larger than the {LARGEST // 1_000_000} MB that I read.")
        content = await self._fetch(str(file.get("url_private_download") or ""))
        return await asyncio.to_thread(partial(self._made, content, _safe(name), wish, step))

    async def share(self, channel: str, thread: str, name: str, made: Made) -> bool:
        """Put a digest's files and its overview into a thread, unless they are there. False where the
        workspace takes no files of apps. Raises SlackError."""
        answer = await call(self._client.conversations_replies(channel=channel, ts=thread))
        there = {f.get("name") for m in answer.get("messages", ()) for f in m.get("files", ())}
        files = [(f"{name}{ending}", ending, content) for ending, content in made.files]
        if any(given in there for given, _, _ in files):
            return True
        uploads = [{"content": c, "filename": n, "title": TITLES.get(e, n)} for n, e, c in files]
        try:
            await call(
                self._client.files_upload_v2(
                    channel=channel,
                    thread_ts=thread,
                    file_uploads=uploads,
                    initial_comment=escape(made.overview),
                )
            )
        except SlackError as error:
            if error.code in NO_UPLOADS:
                return False
            raise
        return True

    async def _fetch(self, url: str) -> bytes:
        ours = urlsplit(self._client.base_url).hostname
        if urlsplit(url).hostname not in (ours, SLACKS_FILES):
            raise NotOurs("The file is kept outside Slack, so I do not fetch it: upload it here.")
        try:
            return await fetch(url, str(self._client.token))
        except SlackGone:
            raise NotOurs("I could not open the file: share it in this channel.") from None

    def _made(self, content: bytes, name: str, wish: Wish, step: Step) -> Made:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / name
            file.write_bytes(content)
            try:
                return self._digest(file, wish, step)
            except TranscriptError as error:
                why = str(error).replace(f"{folder}/", "")
                raise NotOurs(f"I could not digest it. {why}") from None


def _reads(file: File) -> bool:
    return Path(str(file.get("name") or "")).suffix.lower() in READ


def _safe(name: str) -> str:
    """A file's own name without what a file system or a person could stumble over."""
    stem = re.sub(r"[^\w \-]", "_", Path(name).stem)[:80].strip() or "transcript"
    return f"{stem}{Path(name).suffix.lower()}"
