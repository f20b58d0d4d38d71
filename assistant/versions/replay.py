"""Ask again, without recording or posting: which stored answers and suite cases come out differently."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml
from pydantic import TypeAdapter, ValidationError

from assistant.desk import Desk
from assistant.ledger import Entry
from assistant.pipeline import reply_to
from assistant.types import Answer, Matter, Message, Noun, Reply

_REPLY: TypeAdapter[Reply] = TypeAdapter(Reply)


class Turned(Noun):
    """A question whose reply would change. `source` is `ledger 12` or `suite.yaml q001`; `before` and
    `after` are an outcome with its calls, lane or right."""

    source: str
    before: str
    after: str


class Replay(Noun):
    """How many questions were asked again, which turned, and which could not be asked (`why`)."""

    asked: int
    turned: tuple[Turned, ...]
    skipped: tuple[tuple[str, str], ...]


def silent(desk: Desk) -> Desk:
    """The desk with no record: what it is asked leaves no trace in the ledger."""
    return replace(desk, record=lambda message, question, reply: 0)


def replay(old: Desk, new: Desk, entries: Iterable[Entry]) -> Replay:
    """Stored answers against the new matter's replies, then each suite case on both matters."""
    old, new = silent(old), silent(new)
    asked = 0
    turned: list[Turned] = []
    skipped: list[tuple[str, str]] = []
    for source, before, after in [*_stored(entries, new), *_cases(old, new)]:
        if after is None:
            skipped.append((source, before))
            continue
        asked += 1
        if before != after:
            turned.append(Turned(source=source, before=before, after=after))
    return Replay(asked=asked, turned=tuple(turned), skipped=tuple(skipped))


def _stored(entries: Iterable[Entry], new: Desk) -> Iterator[tuple[str, str, str | None]]:
    """`(source, before, after)` for each entry; after is None where it cannot be asked again."""
    for entry in entries:
        source = f"ledger {entry.seq}"
        if entry.content is None:
            yield source, "its content was destroyed", None
            continue
        try:
            reply: Any = _REPLY.validate_python(entry.content["reply"])
        except (ValidationError, KeyError):
            continue  # no reply to a question: a note, a ruling, feedback
        if isinstance(reply, Answer) and reply.affirmed:
            yield source, told(reply), _affirmed(reply, new.matter)
        elif reply.kind == "outage" or getattr(reply, "incident", None):
            yield source, "it ended in an incident", None
        elif not str(entry.content.get("text") or "").strip():
            yield source, "it holds no question", None
        else:
            message = Message(text=entry.content["text"], asker=entry.asker, role=entry.role)
            yield source, told(reply), told(reply_to(message, new).reply)


def _affirmed(reply: Answer, matter: Matter) -> str:
    """What the branch that a person affirmed leads to now."""
    made = []
    for call in reply.calls:
        rule = next((r for r in matter.rules if r.id == call.source), None)
        same = [b for b in rule.branches if b.condition == call.condition] if rule else []
        found = [c for b in same for c in b.calls if c.field == call.field]
        if not found:
            return f"the branch of {call.source} that was affirmed is gone"
        kept = call if any(c.choice == call.choice for c in found) else found[0]
        made.append(kept)
    return _outcome(reply.kind, made)


def _cases(old: Desk, new: Desk) -> Iterator[tuple[str, str, str | None]]:
    """Each case of the suites of both matters, once, asked of both."""
    seen: set[str] = set()
    for desk in (new, old):
        for path in sorted((Path(desk.matter.folder) / "evals").glob("*.yaml")):
            for case in _read(path):
                text = case["ask"]
                if text in seen:
                    continue
                seen.add(text)
                before, after = (told(_ask(case, d)) for d in (old, new))
                yield f"{path.name} {case.get('id', '?')}", before, after


def _read(path: Path) -> list[dict[str, Any]]:
    try:
        suite = yaml.load(path.read_text("utf-8"), Loader=yaml.BaseLoader)
    except (OSError, ValueError, yaml.YAMLError):
        return []
    cases = suite.get("cases") if isinstance(suite, dict) else None
    listed = cases if isinstance(cases, list) else []
    return [c for c in listed if isinstance(c, dict) and isinstance(c.get("ask"), str)]


def _ask(case: dict[str, Any], desk: Desk) -> Reply:
    role = case.get("role") if case.get("role") in desk.matter.roles else desk.matter.default_role
    return reply_to(Message(text=case["ask"], role=role), desk).reply


def told(reply: Any) -> str:
    """A reply in one line: its outcome, and its calls, offered branches, lane or right."""
    if reply.kind in ("answer", "draft"):
        return _outcome(reply.kind, reply.calls)
    if reply.kind == "clarify":
        offers = sorted({f"{b.source}: {_calls(b.calls) or b.lane}" for b in reply.branches})
        return f"clarify: {' | '.join(offers) or 'facts are missing'}"
    if reply.kind == "escalate":
        return f"escalate: {reply.lane}"
    return f"{reply.kind}: {reply.right}"


def _outcome(kind: str, calls: Iterable[Any]) -> str:
    return f"{kind}: {_calls(calls)}"


def _calls(calls: Iterable[Any]) -> str:
    return "; ".join(sorted({f"{c.field} = {c.choice}" for c in calls}))
