"""What a ruling's modal holds -> Ruling; which input an objection belongs to. Pure."""

from __future__ import annotations

import re
from typing import Any

from assistant.lanes.nouns import Ruling
from assistant.types import Call, Matter
from slack_app.blocks import cases as blocks


def ruling_of(said: dict[str, Any], name: str, matter: Matter) -> Ruling | None:
    """The ruling as the modal holds it; the palette is checked again by the room."""
    reason = _text(said, blocks.REASON)
    if not reason:
        return None
    return Ruling(
        calls=tuple(_calls(said, name, matter)),
        reason=reason,
        rules=_ids(_text(said, blocks.RULES)),
        scope="all" if _option(said, blocks.SCOPE) == "all" else "document",
        facts=_text(said, blocks.FACTS),
        supersedes=_ids(_text(said, blocks.SUPERSEDES)),
        playbook=_option(said, blocks.PLAYBOOK) == "yes",
    )


def _calls(said: dict[str, Any], name: str, matter: Matter) -> list[Call]:
    found = []
    for number, field in enumerate(matter.coding_fields[:30]):
        state: dict[str, Any] = next(iter(said.get(f"{blocks.CALL}:{number}", {}).values()), {})
        one = [state["selected_option"]] if state.get("selected_option") else []
        for option in [*one, *(state.get("selected_options") or ())]:
            choice = int(option["value"]) if str(option["value"]).isdigit() else -1
            if 0 <= choice < len(field.choices):
                found.append(Call(field=field.name, choice=field.choices[choice], source=name))
    return found


def _text(said: dict[str, Any], name: str) -> str:
    state = said.get(name, {}).get(name) or {}
    return str(state.get("value") or "").strip()


def _option(said: dict[str, Any], name: str) -> str:
    state = said.get(name, {}).get(name) or {}
    return str((state.get("selected_option") or {}).get("value") or "")


def _ids(text: str) -> tuple[str, ...]:
    return tuple(part for part in re.split(r"[;,\s]+", text) if part)


def block_of(why: str) -> str:
    """The input that an error belongs to."""
    if "facts" in why:
        return blocks.FACTS
    if why.startswith("rule "):
        return blocks.RULES
    return blocks.SUPERSEDES if why.startswith("exemplar ") else blocks.REASON
