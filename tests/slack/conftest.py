"""A workspace, the matter in it, and the app that serves it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from running import Running, settings_for
from small_desk import small_desk
from standin import StandIn

MANIFEST = Path(__file__).parents[2] / "slack_app" / "manifest.json"
PROTO = "covers: [responsiveness, issue], channel: C0PROTO"


@pytest.fixture
def slack() -> Iterator[StandIn]:
    """A workspace with the people and channels of the matter, held to the manifest."""
    manifest = json.loads(MANIFEST.read_text("utf-8"))
    with StandIn(manifest=manifest) as standin:
        for user in ("U0ALICE", "U0BRAM", "U0LEAD"):
            standin.user(user, user[2:].lower())
        for channel in ("C0HARBOR", "C0PRIV", "C0PROTO", "C0OTHER"):
            standin.channel(channel, channel[2:].lower(), "U0ALICE", "U0BRAM", "U0LEAD")
        yield standin


@pytest.fixture
def folder(write_matter: Callable[..., Path]) -> Path:
    """The matter with a channel for each lane."""
    root = write_matter()
    text = (root / "matter.yaml").read_text("utf-8")
    people = "{U0ALICE: [reviewer], U0LEAD: [privilege_lead, review_manager]}"
    text = text.replace("{U0ALICE: [reviewer]}", people)
    text = text.replace("covers: [responsiveness, issue]", PROTO)
    (root / "matter.yaml").write_text(text, "utf-8")
    return root


@pytest.fixture
def two_managers(folder: Path) -> None:
    """That matter with two review managers."""
    text = (folder / "matter.yaml").read_text("utf-8")
    managers = "U0LEAD: [review_manager], U0BRAM: [review_manager]"
    text = text.replace("U0LEAD: [privilege_lead, review_manager]", managers)
    (folder / "matter.yaml").write_text(text, "utf-8")


@pytest.fixture
def app(slack: StandIn, folder: Path, tmp_path: Path) -> Iterator[Running]:
    """The app over HTTP with a small desk."""
    settings = settings_for(slack, tmp_path / "home")
    with Running(slack, [small_desk(folder, settings)], settings) as running:
        yield running
