"""A Slack workspace on loopback: what it answers is our reading of Slack's documents.

    with StandIn(app_url="http://127.0.0.1:3000/slack/events") as slack:
        slack.user("U0ALICE", "alice")
        slack.channel("C0HARBOR", "harbor", "U0ALICE")
        said = slack.say("U0ALICE", "C0HARBOR", f"<@{BOT}> is this newsletter responsive?", copies=3)
        reply = slack.until(lambda: slack.replies("C0HARBOR", said.ts))
        slack.press("U0ALICE", "C0HARBOR", reply[0]["ts"], "answer:escalate")

The app's WebClient takes `slack.api_url` as its base_url, BOT_TOKEN, APP_TOKEN and SECRET.
"""

from standin.delivery import Attempt, Delivery
from standin.people import Said
from standin.rates import SLACKS, Rate
from standin.server import SECRET, StandIn
from standin.web_api import APP_TOKEN, BOT_TOKEN
from standin.workspace import APP, BOT, BOT_ID, TEAM

__all__ = [
    "APP",
    "APP_TOKEN",
    "BOT",
    "BOT_ID",
    "BOT_TOKEN",
    "SECRET",
    "SLACKS",
    "TEAM",
    "Attempt",
    "Delivery",
    "Rate",
    "Said",
    "StandIn",
]
