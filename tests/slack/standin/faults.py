"""What Slack answers when it does not do what was asked."""

from __future__ import annotations

from typing import Any


class Fault(Exception):
    """An error of the Web API: Slack's own code and what else the answer holds."""

    def __init__(self, code: str, *, status: int = 200, after: int | None = None, **more: Any):
        super().__init__(code)
        self.code, self.status, self.after, self.more = code, status, after, more

    @property
    def body(self) -> dict[str, Any]:
        """The answer as JSON."""
        return {"ok": False, "error": self.code, **self.more}


def invalid(code: str, *problems: str) -> Fault:
    """An error with the messages that Slack gives for a malformed argument."""
    return Fault(code, response_metadata={"messages": [f"[ERROR] {p}" for p in problems]})
