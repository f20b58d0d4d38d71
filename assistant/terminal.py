"""A conversation in the terminal: questions, and numbers for the branches that were offered last."""

from __future__ import annotations

import re

from rich.console import Console

from assistant.desk import Desk
from assistant.errors import SecondChairError
from assistant.pipeline import Recorded, choose, reply_to
from assistant.shown import page
from assistant.types import Message

HELP = "Type a question, the number of a branch (1 or b1), or nothing to leave."


def converse(desk: Desk, role: str | None = None, console: Console | None = None) -> None:
    """Ask and answer until an empty line or the end of input."""
    console = console or Console(highlight=False)
    role = role or desk.matter.default_role
    console.print(
        f"[bold]{desk.matter.title}[/bold], playbook {desk.matter.playbook_version}. {HELP}"
    )
    offered: Recorded | None = None
    while True:
        try:
            text = console.input("[bold]> [/bold]").strip()
        except (EOFError, KeyboardInterrupt):
            return
        if not text:
            return
        try:
            said = _turn(text, role, desk, offered)
        except SecondChairError as error:
            console.print(f"{error}")
            continue
        console.print(page(said, desk.matter))
        if getattr(said.reply, "branches", ()):  # numbers stay good until others are offered
            offered = said


def _turn(text: str, role: str | None, desk: Desk, offered: Recorded | None) -> Recorded:
    number = re.fullmatch(r"b?(\d{1,2})", text.lower())
    if number is None:
        return reply_to(Message(text=text, role=role), desk)
    if offered is None or offered.seq is None:
        raise SecondChairError(f"Nothing above offers branches. {HELP}")
    return choose(f"b{number.group(1)}", offered.seq, Message(text=text, role=role), desk)
