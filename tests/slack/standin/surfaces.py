"""Triggers, modals and App Home: what opens, what stacks, what has expired."""

from __future__ import annotations

from typing import Any

from standin.faults import Fault
from standin.limits import check_view
from standin.workspace import APP, BOT_ID, TEAM, Workspace

LIFE = 3.0  # seconds in which a trigger opens a modal
STACK = 3  # views on top of each other

Object = dict[str, Any]


class Surfaces:
    """Views by person. Methods raise Fault with Slack's codes."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._triggers: dict[str, tuple[str, float]] = {}
        self._used: set[str] = set()

    def trigger(self, user_id: str) -> str:
        """A fresh trigger: single use, three seconds."""
        made = f"{self._workspace.number('')}.{TEAM}.standin"
        self._triggers[made] = (user_id, self._workspace.clock.now())
        return made

    def open(self, trigger_id: Any, view: Any, push: bool = False) -> Object:
        """Open a modal, or push one on top."""
        user_id = self._spend(trigger_id)
        check_view(view)
        stack = self._workspace.stacks.setdefault(user_id, [])
        if push and len(stack) >= STACK:
            raise Fault("push_limit_reached")
        made = self._made(view, stack[0]["id"] if push and stack else None)
        if push:
            stack.append(made)
        else:
            self._workspace.stacks[user_id] = [made]
        return made

    def update(self, view_id: Any, external_id: Any, view: Any, hash_: Any) -> Object:
        """Replace an open view."""
        check_view(view)
        for stack in self._workspace.stacks.values():
            for place, old in enumerate(stack):
                if old["id"] == view_id or (external_id and old.get("external_id") == external_id):
                    if hash_ and hash_ != old["hash"]:
                        raise Fault("hash_conflict")
                    stack[place] = {**self._made(view, old["root_view_id"]), "id": old["id"]}
                    return stack[place]
        raise Fault("not_found")

    def publish(self, user_id: Any, view: Any) -> Object:
        """Set somebody's App Home."""
        user = self._workspace.user(user_id)
        check_view(view)
        self._workspace.homes[user["id"]] = self._made(view, None)
        return self._workspace.homes[user["id"]]

    def top(self, user_id: str) -> Object | None:
        """The modal that a person sees."""
        stack = self._workspace.stacks.get(user_id)
        return stack[-1] if stack else None

    def close(self, user_id: str, whole: bool = False) -> None:
        """Take the top view off, or all of them."""
        stack = self._workspace.stacks.get(user_id, [])
        del stack[0 if whole else -1 :]

    def _spend(self, trigger_id: Any) -> str:
        if trigger_id in self._used:
            raise Fault("exchanged_trigger_id")
        if trigger_id not in self._triggers:
            raise Fault("invalid_trigger_id")
        user_id, made = self._triggers.pop(trigger_id)
        self._used.add(trigger_id)
        if self._workspace.clock.now() - made > LIFE:
            raise Fault("expired_trigger_id")
        return user_id

    def _made(self, view: Object, root: str | None) -> Object:
        view_id = self._workspace.number("V")
        about: Object = {"id": view_id, "team_id": TEAM, "app_id": APP, "bot_id": BOT_ID}
        about |= {"root_view_id": root or view_id, "state": {"values": {}}}
        about |= {"hash": self._workspace.clock.ts(), "private_metadata": "", "callback_id": ""}
        return {**about, **view, "id": view_id}
