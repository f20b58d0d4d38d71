"""App Home: the last verdict of each matter, and the calibration sessions that wait for this person."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from assistant.errors import SecondChairError
from evals.drawing import sealed
from slack_app.blocks.evals import last_verdict
from slack_app.blocks.home import Standing
from slack_app.blocks.panels import waiting
from slack_app.blocks.pieces import header
from slack_app.office import Office
from slack_app.qc.room import Qc

log = logging.getLogger("secondchair.slack.qc")


def home_blocks(user: str, standings: Sequence[Standing], office: Office) -> list[dict[str, Any]]:
    """For the matters that this person belongs to; a matter whose runs can't be read is left out."""
    found = []
    for standing in standings if office.qc else ():
        assert office.qc is not None
        try:
            found += _of_matter(user, standing, office.qc)
        except SecondChairError as error:
            log.error("no verdict of matter %s: %s", standing.matter.id, type(error).__name__)
    return [block.to_dict() for block in found]


def _of_matter(user: str, standing: Standing, qc: Qc) -> list[Any]:
    matter = standing.matter
    runs = qc.store.latest(matter.id)
    blocks = last_verdict(runs[0]) if runs else []
    for sitting in qc.store.sittings.waiting_for(user, matter.id)[:5]:
        _, seal, text = qc.store.draw(sitting.draw)
        size = len(sealed(text, seal).items)
        called = len(qc.store.sittings.called_by(sitting.draw, user))
        blocks += waiting(sitting, size, called) if called < size else []
    return [header(f"Quality: {matter.title}"), *blocks] if blocks else []
