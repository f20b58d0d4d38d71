"""The ways through a rule, each with what follows from it and a button of its own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.replies import when
from assistant.types import Branch, Matter, Reply
from slack_app.blocks import actions
from slack_app.blocks.pieces import beside, button, line, rich, said, strong
from slack_app.blocks.plan import Part, fixed
from slack_app.blocks.words import clean, clip, spoken, units

MOST = 15  # branches with a button
LONG, BRIEF = 1_200, 170  # units of a branch's words, at the most and where room is scarce
_TOLD = re.compile(r"^\s*b\d+\. ")


@dataclass(frozen=True)
class Offer:
    """The parts that show the branches, and how many `more` there are than are shown."""

    parts: tuple[Part, ...] = ()
    more: int = 0


def offered(branches: Sequence[Branch], matter: Matter, answer_id: str) -> Offer:
    """A part for each branch: its condition, what follows, and the button that affirms it."""
    if not branches:
        return Offer()
    title = fixed(rich(line(strong("Which is so? Choosing records that you affirm it."))))
    shown = [_way(n, b, matter, answer_id) for n, b in enumerate(branches[:MOST], 1)]
    return Offer((title, *shown), max(0, len(branches) - MOST))


def told(branches: Sequence[Branch], matter: Matter) -> list[Part]:
    """The branches as words alone, for readers who may not choose."""
    if not branches:
        return []
    lines = [f"{n}. {said_of(b, matter)}" for n, b in enumerate(branches, 1)]
    title, text = strong("What the playbook turns on:\n"), "\n".join(lines)
    return [
        Part(
            short=(rich(line(title, said(clip(text, 800)))),),
            full=(rich(line(title, said(clip(text, 2_900)))),),
            whole=units(text) <= 2_900,
        )
    ]


def _way(number: int, branch: Branch, matter: Matter, answer_id: str) -> Part:
    text = said_of(branch, matter)
    pressed = button(
        f"Choose {number}", f"{actions.CHOOSE}:{number}", f"{answer_id}:b{number}", text
    )
    return Part(
        short=(beside(f"{number}. {_bounded(text, BRIEF)}", pressed, BRIEF + 10),),
        full=(beside(f"{number}. {_bounded(text, LONG)}", pressed, LONG + 10),),
        rank=0,
        whole=units(text) <= LONG,
    )


def said_of(branch: Branch, matter: Matter) -> str:
    """A branch in words: `if it was sent outside → privilege = Not Privileged [PRIV-09]`."""
    calls = ", ".join(f"{c.field} = {c.choice}" for c in branch.calls)
    then = calls or (f"the {branch.lane} lane decides" if branch.lane else "no call follows")
    return clean(f"{when(branch, matter)} → {then} [{branch.source}]")


def _bounded(text: str, most: int) -> str:
    """At most `most` units, and what follows from the branch is kept: the middle goes first."""
    if units(text) <= most:
        return text
    condition, _, then = text.partition(" → ")
    then = clip(then, most * 2 // 3)
    return f"{clip(condition, most - units(then) - 3)} → {then}"


def untold(reply: Reply, matter: Matter) -> str:
    """The reply's text in words that people say, without the lines that its branches say again."""
    text = reply.text
    if getattr(reply, "branches", ()):
        text = "\n".join(each for each in text.splitlines() if not _TOLD.match(each))
    return spoken(text, matter.roles)
