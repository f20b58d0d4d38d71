"""Block Kit pieces, built of the SDK's objects so that its checks run; nothing here reads markup.

Whatever a person, a playbook or a model wrote is put into `rich_text` and `plain_text` only: Slack
shows both letter for letter, so `<!here>`, `<@U…>` or `*bold*` in a quote stay what they are.
"""

from __future__ import annotations

from collections.abc import Sequence

from slack_sdk.models.blocks import (
    ActionsBlock,
    ButtonElement,
    ContextBlock,
    HeaderBlock,
    PlainTextObject,
    RichTextBlock,
    RichTextElement,
    RichTextElementParts,
    RichTextPreformattedElement,
    RichTextQuoteElement,
    RichTextSectionElement,
    SectionBlock,
)

from slack_app.blocks.words import clean, clip

Parts = RichTextElementParts


def plain(text: str, most: int, otherwise: str = "(no text)") -> PlainTextObject:
    """Text that is never read as markup, in at most `most` units; empty text is said to be empty."""
    shown = clip(clean(text).strip(), most)
    return PlainTextObject(text=shown or otherwise, emoji=False)


def header(text: str) -> HeaderBlock:
    """A heading of at most 150 units."""
    return HeaderBlock(text=plain(text, 150))


def said(text: str) -> RichTextElement:
    """A run of text as it stands."""
    return Parts.Text(text=clean(text) or " ")


def strong(text: str) -> RichTextElement:
    """A run of text in bold."""
    return Parts.Text(text=clean(text) or " ", style=Parts.TextStyle(bold=True))


def person(user_id: str) -> RichTextElement:
    """A person by their Slack id; anything that is no such id stays text."""
    if user_id[:1] in ("U", "W") and user_id.isalnum() and user_id.isascii():
        return Parts.User(user_id=user_id)
    return said(user_id)


def link(url: str, text: str) -> RichTextElement:
    """A link of our own making; only its text where there is no address."""
    return Parts.Link(url=url, text=text) if url.startswith("https://") else said(text)


def line(*runs: RichTextElement) -> RichTextElement:
    """A paragraph."""
    return RichTextSectionElement(elements=list(runs))


def quote(text: str) -> RichTextElement:
    """Quoted text."""
    return RichTextQuoteElement(elements=[said(text)])


def verbatim(text: str) -> RichTextElement:
    """Text in the spacing and type of code, such as a diff."""
    return RichTextPreformattedElement(elements=[said(text)])


def rich(*elements: RichTextElement) -> RichTextBlock:
    """Paragraphs and quotes as one block."""
    return RichTextBlock(elements=list(elements))


def small(*texts: str) -> ContextBlock:
    """Small print: at most ten texts of 300 units each."""
    return ContextBlock(elements=[plain(text, 300) for text in texts[:10]])


def button(label: str, action_id: str, value: str, spoken: str = "") -> ButtonElement:
    """A button; `spoken` is what a screen reader says for it."""
    return ButtonElement(
        text=plain(label, 75),
        action_id=action_id,
        value=value,
        accessibility_label=clip(clean(spoken).strip(), 75) or None,
    )


def beside(text: str, pressed: ButtonElement, most: int) -> SectionBlock:
    """Text with a button beside it."""
    return SectionBlock(text=plain(text, most), accessory=pressed, expand=True)


def row(buttons: Sequence[ButtonElement]) -> ActionsBlock:
    """Buttons in a row, at most 25."""
    return ActionsBlock(elements=list(buttons[:25]))
