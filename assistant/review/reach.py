"""What is never reached, never shown, or held by nobody."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.review.finding import SKETCH, Finding, Severity, at, at_rule
from assistant.review.reading import Reading, prose


def unreached_choices(reading: Reading) -> Iterator[Finding]:
    """Choices of the palette that no rule and no active exemplar leads to."""
    reached = {
        (call.field, call.choice)
        for calls in (
            [b.calls for r in reading.matter.rules for b in r.branches]
            + [e.calls for e in reading.active]
        )
        for call in calls
    }
    told = " ".join(prose(r) for r in reading.matter.rules if not r.branches)
    severity: Severity = "warning" if len(reading.rules) >= SKETCH else "note"
    for i, field in enumerate(reading.matter.coding_fields):
        for choice in field.choices:
            if (field.name, choice) not in reached and choice not in told:
                what = f"no rule or exemplar leads to {field.name} = {choice!r}"
                yield at(
                    "matter.yaml",
                    reading.about_lines.at(("coding_fields", i, "choices")),
                    "unreached-choice",
                    severity,
                    (what, WHY_CHOICE, "write the rule that calls for it, or drop the choice"),
                )


WHY_CHOICE = "reviewers will use a code that the playbook never explains, each in their own way"


def unlit_rules(reading: Reading) -> Iterator[Finding]:
    """Rules that no active exemplar illustrates; worse where they have no call of their own."""
    lit = {rule for e in reading.active for rule in e.rules}
    names = [c for f in reading.matter.coding_fields for c in f.choices]
    for rule in reading.rules:
        if rule.id in lit or rule.nested:
            continue
        text = prose(rule)
        if not rule.branches and not any(name in text for name in names):
            what = f"{rule.id} has no Call, no Escalate and no active exemplar: it decides nothing"
            words = (what, "every question under it goes unanswered", SAY)
            yield at_rule(rule, "silent-rule", "warning", words)
        elif reading.matter.exemplars and (
            not rule.branches or any(b.calls for b in rule.branches)
        ):
            what = f"no active exemplar illustrates {rule.id} ({rule.title})"
            words = (what, WHY_UNLIT, "add an exemplar, best a pair with one fact flipped")
            yield at_rule(rule, "unlit-rule", "note", words)


SAY = "add a Call or Escalate line, or exemplars that show how it is applied"
WHY_UNLIT = "a rule without a decided case is read differently by each reviewer"


def lanes_nobody_holds(reading: Reading) -> Iterator[Finding]:
    """Lanes whose owner's role nobody in `people` holds."""
    matter = reading.matter
    held = {role for roles in matter.people.values() for role in roles}
    lines = reading.about_lines
    if not matter.people and matter.lanes:
        words = ("no people are named, so nobody holds a lane", WHY_LANE, "list who holds what")
        yield at("matter.yaml", lines.at(("lanes",)), "unheld-lane", "note", words)
        return
    severity: Severity = "warning" if len(reading.rules) >= SKETCH else "note"
    for i, lane in enumerate(matter.lanes):
        if lane.owner not in held:
            what = f"nobody under 'people' holds {lane.owner!r}, who owns the lane {lane.name!r}"
            todo = f"give somebody the role {lane.owner!r}, or the lane another owner"
            line = lines.at(("lanes", i))
            yield at("matter.yaml", line, "unheld-lane", severity, (what, WHY_LANE, todo))


WHY_LANE = "what is escalated there waits until somebody happens to look"


def fields_without_lane(reading: Reading) -> Iterator[Finding]:
    """Coding fields that no lane covers, where lanes say what they cover."""
    covered = {field for lane in reading.matter.lanes for field in lane.covers}
    for i, field in enumerate(reading.matter.coding_fields):
        if covered and field.name not in covered:
            what = f"no lane covers the field {field.name!r}"
            words = (what, WHY_COVER, "add it to the 'covers' of the lane that decides it")
            line = reading.about_lines.at(("coding_fields", i))
            yield at("matter.yaml", line, "uncovered-field", "note", words)


WHY_COVER = "an open question about it has no natural place to go"
