"""Messages of ours: posted once, found again after a crash, updated, never unfurled."""

from __future__ import annotations

from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from assistant.types import Noun
from slack_app.blocks.post import Post
from slack_app.blocks.whole import continuation
from slack_app.calls import call
from slack_app.errors import SlackError, SlackGone, SlackLater

EVENT = "secondchair_reply"
LOOK_BACK = 100  # messages that are looked through for one of ours


class Spot(Noun):
    """Where a message goes, and the opaque id by which it is found again."""

    channel: str
    thread: str | None
    mark: str
    since: str = "0"


class Poster:
    """Raises SlackError. Nothing here reads or logs a text."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client

    async def once(self, spot: Spot, post: Post, begun: bool) -> str:
        """The ts of the message with this mark: found where `begun` says that an earlier try may have
        posted it, else posted. A try whose answer got lost is looked for before another is made."""
        found = await self.find(spot) if begun else None
        if found:
            return found
        try:
            return await self._post(spot, post)
        except SlackLater:
            found = await self.find(spot)
            if found:
                return found
            raise

    async def find(self, spot: Spot) -> str | None:
        """The ts of our message with this mark, if it is there."""
        for message in await self._recent(spot):
            metadata = message.get("metadata") or {}
            if metadata.get("event_type") == EVENT:
                if (metadata.get("event_payload") or {}).get("id") == spot.mark:
                    return str(message["ts"])
        return None

    async def update(self, channel: str, ts: str, post: Post, mark: str) -> None:
        """Put `post` in the place of our message."""
        await call(
            self._client.chat_update(
                channel=channel, ts=ts, text=post.text, blocks=post.blocks, metadata=_mark(mark)
            )
        )

    async def whisper(self, channel: str, user: str, text: str, thread: str | None = None) -> bool:
        """A line that only this person sees; False where that can't be."""
        try:
            await call(
                self._client.chat_postEphemeral(
                    channel=channel, user=user, text=text, thread_ts=thread
                )
            )
        except SlackGone:
            return False
        return True

    async def overflow(self, spot: Spot, whole: str) -> None:
        """The whole reply beside its shortened message: a file, or messages where files are forbidden."""
        await self.attach(spot, f"reply-{spot.mark}.txt", "The whole reply", whole)

    async def attach(self, spot: Spot, name: str, title: str, whole: str) -> None:
        """A text as a file, once; as messages where files are forbidden."""
        try:
            await self.file(spot, name, whole, title)
        except SlackError:
            for number, post in enumerate(continuation(whole, title), 1):
                part = spot.model_copy(update={"mark": f"{spot.mark}.{number}"})
                await self.once(part, post, begun=True)

    async def file(self, spot: Spot, name: str, content: str | bytes, title: str) -> None:
        """A file in a thread, unless one of this name is there. Raises SlackError, also where a workspace
        forbids uploads."""
        if any(name == f.get("name") for m in await self._recent(spot) for f in m.get("files", ())):
            return
        await call(
            self._client.files_upload_v2(
                channel=spot.channel,
                thread_ts=spot.thread,
                content=content,
                filename=name,
                title=title,
            )
        )

    async def image(self, name: str, content: bytes, title: str) -> str:
        """The id of an uploaded image that no conversation holds yet: for an image block. Raises SlackError."""
        answer = await call(
            self._client.files_upload_v2(content=content, filename=name, title=title)
        )
        files = answer.get("files") or [answer.get("file") or {}]
        return str(files[0].get("id") or "")

    async def permalink(self, channel: str, ts: str) -> str:
        """The link to a message; empty where Slack gives none."""
        try:
            answer = await call(self._client.chat_getPermalink(channel=channel, message_ts=ts))
        except SlackGone:
            return ""
        return str(answer.get("permalink", ""))

    async def _post(self, spot: Spot, post: Post) -> str:
        answer = await call(
            self._client.chat_postMessage(
                channel=spot.channel,
                thread_ts=spot.thread,
                text=post.text,
                blocks=post.blocks,
                metadata=_mark(spot.mark),
                unfurl_links=False,
                unfurl_media=False,
            )
        )
        return str(answer["ts"])

    async def _recent(self, spot: Spot) -> list[dict[str, Any]]:
        """The messages among which ours would be, newest thread messages or channel messages."""
        about: dict[str, Any] = {
            "channel": spot.channel,
            "limit": LOOK_BACK,
            "include_all_metadata": True,
            "oldest": spot.since,
        }
        try:
            if spot.thread:
                answer = await call(self._client.conversations_replies(ts=spot.thread, **about))
            else:
                answer = await call(self._client.conversations_history(**about))
        except SlackGone:
            return []
        return list(answer.get("messages", ()))


def _mark(mark: str) -> dict[str, Any]:
    return {"event_type": EVENT, "event_payload": {"id": mark}}
