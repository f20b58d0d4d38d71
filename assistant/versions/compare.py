"""compare(old, new): every difference between two loaded matters, what changes calls first."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.review.finding import place
from assistant.types import Exemplar, Matter, Noun
from assistant.versions.change import Change, Weight
from assistant.versions.rules import rule_changes

_ORDER: tuple[Weight, ...] = ("calls", "words", "record")


def compare(old: Matter, new: Matter) -> list[Change]:
    """The changes, those that may change a call first, in the playbook's order."""
    changes = [
        *rule_changes(old, new),
        *_palette(old, new),
        *_named(old.lanes, new.lanes, ("lane", "name")),
        *_named(old.rights, new.rights, ("right", "id")),
        *_bank(old, new),
        *_about(old, new),
    ]
    return sorted(changes, key=lambda change: _ORDER.index(change.weight))


def _palette(old: Matter, new: Matter) -> Iterator[Change]:
    was, now = ({f.name: f for f in m.coding_fields} for m in (old, new))
    for name in dict.fromkeys([*was, *now]):
        if name not in now or name not in was:
            how = "new" if name in now else "gone"
            yield Change(weight="calls", kind="field", what=f"the coding field {name!r} is {how}")
            continue
        for choice in was[name].choices:
            if choice not in now[name].choices:
                what = f"{name}: the choice {choice!r} is gone"
                yield Change(weight="calls", kind="choice", what=what)
        for choice in now[name].choices:
            if choice not in was[name].choices:
                what = f"{name}: the choice {choice!r} is new"
                yield Change(weight="calls", kind="choice", what=what)
        if was[name].multiple != now[name].multiple:
            how = "several choices" if now[name].multiple else "one choice"
            yield Change(weight="calls", kind="field", what=f"{name} now takes {how}")


def _named(
    old: tuple[Noun, ...], new: tuple[Noun, ...], about: tuple[str, str]
) -> Iterator[Change]:
    """Lanes or rights: added, removed, and each key that changed."""
    kind, key = about
    was, now = ({str(getattr(n, key)): n.model_dump() for n in side} for side in (old, new))
    for name in dict.fromkeys([*was, *now]):
        if name not in was or name not in now:
            how = "new" if name in now else "gone"
            yield Change(weight="calls", kind=kind, what=f"the {kind} {name!r} is {how}")
            continue
        for part in (p for p in now[name] if was[name][p] != now[name][p]):
            weight: Weight = (
                "calls" if part in ("assistant", "requesters", "lane", "covers") else "record"
            )
            what = f"the {kind} {name!r}: {part} was {_say(was[name][part])}, is {_say(now[name][part])}"
            yield Change(weight=weight, kind=kind, what=what)


def _say(value: object) -> str:
    if isinstance(value, tuple):
        return (
            f"{len(value)} of them" if len(value) > 3 else ", ".join(map(str, value)) or "nothing"
        )
    return repr(value)


def _bank(old: Matter, new: Matter) -> Iterator[Change]:
    was, now = ({e.id: e for e in m.exemplars} for m in (old, new))
    for name, exemplar in was.items():
        if name not in now:
            what = f"{name} was taken out of the bank"
            yield Change(weight="record", kind="exemplar-removed", what=what, old=place(exemplar))
    for name, exemplar in now.items():
        if name not in was:
            what = f"{name} is new: {_calls(exemplar)}"
            yield Change(weight="record", kind="exemplar-added", what=what, new=place(exemplar))
        else:
            yield from _case(was[name], exemplar)


def _case(before: Exemplar, after: Exemplar) -> Iterator[Change]:
    where = {"old": place(before), "new": place(after)}
    if before.status != after.status:
        what = f"{after.id} is now {after.status}"
        yield Change(weight="calls", kind="exemplar-status", what=what, **where)
    if _calls(before) != _calls(after):
        what = f"{after.id}: the call was {_calls(before)!r} and is {_calls(after)!r}"
        yield Change(weight="calls", kind="exemplar-call", what=what, **where)
    for part in ("facts", "rationale", "rules", "decided_by", "decided_on"):
        if getattr(before, part) != getattr(after, part):
            yield Change(
                weight="record", kind="exemplar", what=f"{after.id}: {part} changed", **where
            )


def _calls(exemplar: Exemplar) -> str:
    return "; ".join(f"{call.field} = {call.choice}" for call in exemplar.calls)


def _about(old: Matter, new: Matter) -> Iterator[Change]:
    for part, weight in (
        ("default", "calls"),
        ("default_role", "calls"),
        ("people", "record"),
        ("channels", "record"),
        ("roles", "record"),
        ("retention_days", "record"),
        ("title", "record"),
    ):
        if getattr(old, part) != getattr(new, part):
            what = f"{part.replace('_', ' ')} changed"
            yield Change.model_validate({"weight": weight, "kind": "matter", "what": what})
    if old.playbook_version == new.playbook_version and old.content_hash != new.content_hash:
        what = f"both call themselves version {new.playbook_version!r}: give the new one its own number"
        yield Change(weight="record", kind="version", what=what)
