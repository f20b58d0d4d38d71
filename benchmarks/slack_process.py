"""The app on the demo matter for `slack_load`: SLACK_API_URL HOME PORT SLOW."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
import time
from dataclasses import replace
from pathlib import Path

from standin import BOT_TOKEN, SECRET

from assistant.settings import Settings
from assistant.setup import open_desk
from assistant.types import Draft, Evidence, Question, Ruling
from slack_app import serve

ROOT = Path(__file__).parents[1]


def main() -> None:
    """Serve; where SLOW is set, every question first waits so long, as for a chat model."""
    logging.basicConfig(level=logging.ERROR)
    api_url, home, port, slow = sys.argv[1:]
    settings = Settings.model_validate(
        {
            "home": home,
            "slack_bot_token": BOT_TOKEN,
            "slack_signing_secret": SECRET,
            "slack_api_url": api_url,
            "slack_port": int(port),
            "database_url": os.environ.get("SECONDCHAIR_DATABASE_URL"),
            "embedding_model": os.environ.get("SECONDCHAIR_EMBEDDING_MODEL"),
        }
    )
    desk = open_desk(ROOT / "examples" / "meridian", settings)
    compose, seconds = desk.compose, float(slow)

    def slowly(question: Question, evidence: Evidence, ruling: Ruling) -> Draft:
        time.sleep(seconds)
        return compose(question, evidence, ruling)

    if seconds:  # as with a chat model, which is waited for: more questions at once
        desk = replace(desk, compose=slowly)
        serve.questions_at_once = lambda _: serve.WAITING_FOR_A_MODEL
    asyncio.run(serve.serve([desk], settings))


if __name__ == "__main__":
    main()
