"""Pure functions from a reply to Block Kit: messages, App Home and modals. No I/O, no Slack client."""

from slack_app.blocks.asides import escalation_packet, placeholder_message, which_matter
from slack_app.blocks.home import OpenQuestion, Standing, home_view
from slack_app.blocks.modals import feedback_modal
from slack_app.blocks.post import Post
from slack_app.blocks.reply import reply_message
from slack_app.blocks.whole import continuation
from slack_app.blocks.words import clean, escape

__all__ = [
    "OpenQuestion",
    "Post",
    "Standing",
    "clean",
    "continuation",
    "escalation_packet",
    "escape",
    "feedback_modal",
    "home_view",
    "placeholder_message",
    "reply_message",
    "which_matter",
]
