"""Walls: who is answered, about which matter, in which role; and that the rest is refused unread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from running import Running, buttons, settings_for, settled, words
from small_desk import small_desk
from standin import BOT, StandIn

from assistant.desk import Desk
from assistant.errors import SettingsError
from assistant.matter import load_matter
from assistant.types import Evidence, Message, Question
from slack_app.blocks import actions
from slack_app.directory import Person
from slack_app.walls import role_in, roles_in

CHANNEL = "C0HARBOR"


class Reads:
    """What a desk was given to read: nothing may come here from behind a wall."""

    def __init__(self, desk: Desk) -> None:
        self.taken: list[Message] = []
        self._desk = desk

    def desk(self) -> Desk:
        """The desk, watched."""
        return replace(self._desk, take_in=self._take_in, find=self._find)

    def _take_in(self, message: Message) -> Question:
        self.taken.append(message)
        return self._desk.take_in(message)

    def _find(self, question: Question) -> Evidence:
        return self._desk.find(question)


def outsider(slack: StandIn, name: str) -> tuple[str, str]:
    """(user, channel) of everybody who is not to be answered."""
    people: dict[str, dict[str, Any]] = {
        "guest": {"is_restricted": True},
        "single-channel guest": {"is_ultra_restricted": True},
        "stranger": {"team_id": "T0OTHER", "is_stranger": True},
        "deleted": {"deleted": True},
        "bot": {"is_bot": True},
    }
    if name in people:
        slack.user("U0OUT", "out", **people[name])
        slack.channel(CHANNEL, "harbor", "U0OUT")
        return "U0OUT", CHANNEL
    if name == "unknown":
        return "U0NOBODY", CHANNEL
    if name == "shared channel":
        slack.channel(CHANNEL, "harbor", "U0ALICE", is_ext_shared=True)
        return "U0ALICE", CHANNEL
    if name == "pending share":
        slack.channel(CHANNEL, "harbor", "U0ALICE", is_pending_ext_shared=True)
        return "U0ALICE", CHANNEL
    return "U0ALICE", "C0OTHER"


@pytest.mark.parametrize(
    "name",
    [
        "guest",
        "single-channel guest",
        "stranger",
        "deleted",
        "bot",
        "unknown",
        "shared channel",
        "pending share",
        "unbound channel",
    ],
)
def test_outside_the_wall_there_is_a_refusal_and_nothing_is_read(
    slack: StandIn, folder: Path, tmp_path: Path, name: str
) -> None:
    settings = settings_for(slack, tmp_path / "home")
    reads = Reads(small_desk(folder, settings))
    user, channel = outsider(slack, name)
    with Running(slack, [reads.desk()], settings):
        said = slack.say(user, channel, f"<@{BOT}> newsletter, responsive?")
        reply = settled(slack, channel, said.ts)
    assert "RESP-01" not in str(reply)
    assert "Harbor v. Pilot" not in str(reply)
    assert actions.ESCALATE not in buttons(reply)
    assert reads.taken == []


def test_a_command_from_outside_is_answered_to_its_person_alone(
    app: Running, slack: StandIn
) -> None:
    slack.command("U0ALICE", "C0OTHER", "/playbook", "newsletter, responsive?")
    slack.until(lambda: len(slack.ephemeral("U0ALICE")) == 2)
    assert "No matter is bound" in slack.ephemeral("U0ALICE")[1]["text"]
    assert slack.messages("C0OTHER") == []


def test_a_command_where_we_cannot_post_is_answered_in_a_direct_message(
    app: Running, slack: StandIn
) -> None:
    slack.channel("C0AWAY", "away", "U0ALICE", bot=False, is_private=True)
    slack.command("U0ALICE", "C0AWAY", "/playbook", "newsletter, responsive?")
    slack.until(lambda: "could not reply" in words((slack.messages("D0ALICE") or [{}])[0]))


def test_a_direct_message_asks_which_matter_and_reads_nothing_before(
    slack: StandIn, write_matter: Callable[..., Path], folder: Path, tmp_path: Path
) -> None:
    other = write_matter("lantern")
    text = (other / "matter.yaml").read_text("utf-8")
    text = text.replace("id: harbor", "id: lantern").replace("Harbor v. Pilot", "In re Lantern")
    (other / "matter.yaml").write_text(text.replace("C0HARBOR", "C0LANTERN"), "utf-8")
    slack.channel("C0LANTERN", "lantern", "U0ALICE")
    settings = settings_for(slack, tmp_path / "home")
    reads = [Reads(small_desk(at, settings)) for at in (folder, other)]
    with Running(slack, [r.desk() for r in reads], settings):
        said = slack.say("U0ALICE", "U0BOT", "newsletter, responsive?")
        asked = settled(slack, said.channel, said.ts)
        assert "Which matter" in asked["text"]
        assert [r.taken for r in reads] == [[], []]
        assert slack.press("U0ALICE", said.channel, asked["ts"], f"{actions.MATTER}:2").ok
        slack.until(lambda: "In re Lantern" in words(slack.replies(said.channel, said.ts)[0]))
        slack.say("U0ALICE", said.channel, "newsletter, responsive?", thread=said.ts)
        slack.until(lambda: len(slack.replies(said.channel, said.ts)) == 2)
        slack.until(lambda: "Answer" in slack.replies(said.channel, said.ts)[1]["text"])
    assert [len(r.taken) for r in reads] == [0, 2]


def test_a_person_who_belongs_to_no_matter_is_told_so(app: Running, slack: StandIn) -> None:
    slack.user("U0NEW", "new")
    said = slack.say("U0NEW", "U0BOT", "newsletter, responsive?")
    assert "belong to no matter" in words(settled(slack, said.channel, said.ts))


def test_a_guest_cannot_press_a_branch(app: Running, slack: StandIn) -> None:
    said = slack.say("U0ALICE", CHANNEL, f"<@{BOT}> mail from the firm, priv?")
    reply = settled(slack, CHANNEL, said.ts)
    slack.user("U0OUT", "out", is_restricted=True)
    slack.channel(CHANNEL, "harbor", "U0ALICE", "U0OUT")
    slack.press("U0OUT", CHANNEL, reply["ts"], f"{actions.CHOOSE}:1")
    slack.until(lambda: slack.ephemeral("U0OUT"))
    assert "members of this workspace only" in slack.ephemeral("U0OUT")[0]["text"]
    assert slack.press("U0ALICE", CHANNEL, reply["ts"], f"{actions.CHOOSE}:1").ok
    slack.until(lambda: "Answer" in slack.replies(CHANNEL, said.ts)[0]["text"])


def test_a_channel_bound_to_two_matters_stops_the_start(
    slack: StandIn, write_matter: Callable[..., Path], folder: Path, tmp_path: Path
) -> None:
    other = write_matter("lantern")
    text = (other / "matter.yaml").read_text("utf-8").replace("id: harbor", "id: lantern")
    (other / "matter.yaml").write_text(text, "utf-8")
    settings = settings_for(slack, tmp_path / "home")
    desks = [small_desk(at, settings) for at in (folder, other)]
    wanted = "'C0HARBOR' is bound to 'harbor' and 'lantern'"
    with pytest.raises(SettingsError, match=wanted), Running(slack, desks, settings):
        pass


@pytest.mark.parametrize(
    ("person", "roles", "asks_as"),
    [
        (Person(id="U0ALICE", email=None, outsider=None), ("reviewer",), "reviewer"),
        (Person(id="U9", email="Lead@Example.com", outsider=None), ("reviewer", "lead"), "lead"),
        (Person(id="U9", email="who@example.com", outsider=None), ("guest",), "guest"),
        (Person(id="U0GONE", email=None, outsider=None), (), None),
    ],
)
def test_the_role_comes_from_the_matters_people(
    folder: Path, person: Person, roles: tuple[str, ...], asks_as: str | None
) -> None:
    loaded = load_matter(folder)
    only_lead = loaded.rights[0].model_copy(update={"requesters": ("lead",)})
    people = {"U0ALICE": ("reviewer",), "lead@example.com": ("reviewer", "lead"), "U0GONE": ("x",)}
    about = {"roles": ("reviewer", "lead", "guest"), "people": people, "default_role": "guest"}
    matter = loaded.model_copy(update={**about, "rights": (only_lead, *loaded.rights[1:])})
    assert roles_in(matter, person) == roles
    assert role_in(matter, person) == asks_as
