"""The fixed sentences that are no reply of the pipeline's; escaped by the functions that post them."""

from __future__ import annotations

from slack_app.blocks.pieces import line, rich, said
from slack_app.blocks.post import Post
from slack_app.blocks.words import escape

WITHDRAWN = (
    "The question was deleted, so its reply was withdrawn. The record keeps that it was given."
)
STOPPED = "Stopped, as you asked. Nothing was answered."
FORGOTTEN = (
    "I can no longer read this question (the app's token changed meanwhile): please ask again."
)
NO_TEXT = "I found no question in that message: ask how a document is to be coded, in a few words."
NO_FILES = (
    "I can't read attachments here, so I have looked at none of it. Paste the part that the call turns "
    "on, and say which field you are coding."
)
DIGESTED = (
    "File {}: a digest with {} entries stands in this thread, as a Word file and as a page where a click on a cite "
    "shows its lines; each cite was re-read from the transcript ({}, ledger {})."
)
DIGESTING = "Digesting file {} of {}: {}. The digest comes into this thread."
NO_TRANSCRIPT = "I found no transcript (text, PDF, DOCX or RTF) to digest: attach one to the message, or upload it here first."
NO_UPLOADS = (
    "File {}: a digest with {} entries is made and recorded ({}, ledger {}), but this workspace takes no files from "
    "apps: `secondchair digest FILE` on the command line writes them."
)
NOT_YOUR_DIGEST = "A digest of a transcript is not for your role in this matter: ask the {}."
FILES_TOO = "The attachment was not read: only the words of the message were."
NOT_RECORDED = "I could not record this reply, so it is not shown. A person has to decide."
BROKE = "Something went wrong on my side and nothing was answered: a person has to decide. Please ask one."
GONE_BY = "This answer is no longer there to act on: ask again."
CHOSEN = "A branch of this reply was chosen already."
THANKS = "Noted, thank you. A later vote of yours replaces this one."
ESCALATED = "Given to a person: lane {}."
NO_LANE = "The lane {} has no channel that I can post to: please ask the {} yourself."
UNREACHABLE = (
    "I could not reply where you asked ({}). Nothing is lost: ask me here, or in another channel."
)


def notice(text: str) -> Post:
    """A fixed sentence as a message."""
    return Post(text=escape(text), blocks=[rich(line(said(text))).to_dict()])
