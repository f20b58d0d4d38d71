"""What rulings would add to the playbook, as a diff that the accountable role accepts or declines.

Nothing here writes the playbook. A person applies an accepted diff: `git apply FILE`.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert, select, update

from assistant.errors import LanesError, Problem
from assistant.lanes.authority import holds
from assistant.lanes.nouns import Case, Person, Ruling
from assistant.lanes.room import Room
from assistant.lanes.tables import PROPOSALS
from assistant.ledger import NewEntry
from assistant.matter import load_matter
from assistant.matter.load import read_people
from assistant.matter.palette import Palette
from assistant.matter.playbook import parse_playbook
from assistant.replies import rule_named
from assistant.types import Matter, Noun, Rule

OFTEN = 3  # cases of one topic, ruled alike for all such documents, that speak for a rule
_MARKED = re.compile(r"^\s*(?:Call|Escalate)\b.*:", re.MULTILINE)
_NUMBERED = re.compile(r"^(.*?)(\d+)$")

Ruled = tuple[Case, Ruling]


class Proposal(Noun):
    """A proposed change: the topic, the cases behind it, how it stands, and the diff."""

    id: str
    topic: str
    cases: tuple[str, ...]
    state: str
    diff: str
    decided_by: str | None = None


def gather(room: Room, at: datetime) -> list[Proposal]:
    """Record a proposal for each topic that calls for one and has none waiting; the new ones."""
    matter = load_matter(room.matter().folder)
    ruled = [
        (case, ruling) for case in room.cases("ruled", "closed") if (ruling := _read(case, room))
    ]
    topics = sorted({_topic(case, ruling) for case, ruling in ruled})
    new = []
    for topic in topics:
        mine = [pair for pair in ruled if _topic(*pair) == topic]
        wanted = _wanted(mine)
        made = _propose(topic, wanted, matter, room, at) if wanted else None
        if made:
            new.append(made)
    return new


def proposals(room: Room) -> list[Proposal]:
    """Every proposal, oldest first. Its diff is empty where its content was destroyed."""
    query = select(PROPOSALS).where(PROPOSALS.c.matter == room.matter().id).order_by(PROPOSALS.c.id)
    with room.store.reading() as connection:
        rows = [dict(row) for row in connection.execute(query).mappings()]
    found = []
    for row in rows:
        content = room.ledger.read(row["matter"], row["seq"]).content or {}
        found.append(
            Proposal(
                id=row["id"],
                topic=row["topic"],
                cases=tuple(json.loads(row["cases"])),
                state=row["state"],
                diff=content.get("diff", ""),
                decided_by=row["decided_by"],
            )
        )
    return found


def decide(name: str, accept: bool, by: Person, room: Room) -> str | None:
    """Accept or decline a proposal; why not, where this person may not or it was decided. Recorded."""
    matter = room.matter()
    found = next((p for p in proposals(room) if p.id == name), None)
    if found is None:
        raise LanesError(f"no proposal {name!r}: secondchair lane proposals")
    people, _ = read_people(matter.folder)
    role = accountable(matter)
    why = None if holds(by, (role,), people) else f"only who holds {role} decides on the playbook"
    with room.ledger.together(matter.id) as (connection, put):
        here = (PROPOSALS.c.matter == matter.id) & (PROPOSALS.c.id == name)
        state = connection.execute(select(PROPOSALS.c.state).where(here)).scalar()
        if why is None and state != "proposed":
            why = f"{name} is {state} already"
        deed = "accepted" if accept else "declined"
        kind = "lane-refused" if why else f"proposal-{deed}"
        put(_entry(kind, by.id, name, {"why": why, "deed": deed}, matter))
        if why is None:
            decided = {"state": deed, "decided_by": by.id, "decided_at": room.clock()}
            connection.execute(update(PROPOSALS).where(here).values(decided))
    return why


def accountable(matter: Matter) -> str:
    """The role that answers for how the playbook codes: the owner of the first right that is answered."""
    answered = [right for right in matter.rights if right.assistant == "answer"]
    return (answered or list(matter.rights))[0].accountable


def diff(topic: str, ruled: Sequence[Ruled], matter: Matter) -> str:
    """The unified diff that adds these rulings under the rule `topic`, or as a new section; empty where
    the playbook as it would then be does not load."""
    rule = rule_named(topic, matter)
    if rule is None or rule.kind != "rule":
        name = max(n for n in matter.files if n.startswith("playbook/"))
        new = _new_section(matter.files[name], _next_rule(matter), ruled)
    else:
        name = rule.source
        new = _under(matter.files[name], rule, ruled)
    problems: list[Problem] = []
    parse_playbook(new, name, Palette(matter.coding_fields, matter.lanes), problems)
    if problems:
        return ""
    old = matter.files[name].splitlines(keepends=True)
    made = difflib.unified_diff(old, new.splitlines(keepends=True), f"a/{name}", f"b/{name}")
    return "".join(
        line if line.endswith("\n") else line + "\n\\ No newline at end of file\n" for line in made
    )


def _read(case: Case, room: Room) -> Ruling | None:
    try:
        return room.ruling(case)
    except LanesError:
        return None


def _topic(case: Case, ruling: Ruling) -> str:
    return ruling.rules[0] if ruling.rules else case.topic


def _wanted(ruled: list[Ruled]) -> list[Ruled]:
    """Those that ask for it; else all, where a topic came up often and was ruled for all such documents."""
    asked = [pair for pair in ruled if pair[1].playbook]
    reaching = [pair for pair in ruled if pair[1].scope == "all"]
    return asked or (reaching if len(reaching) >= OFTEN else [])


def _propose(
    topic: str, ruled: list[Ruled], matter: Matter, room: Room, at: datetime
) -> Proposal | None:
    names = tuple(case.id for case, _ in ruled)
    earlier = [p for p in proposals(room) if p.topic == topic]
    known = {name for p in earlier for name in p.cases}
    if any(p.state == "proposed" for p in earlier) or known.issuperset(names):
        return None
    text = diff(topic, ruled, matter)
    if not text:
        return None
    with room.ledger.together(matter.id) as (connection, put):
        number = (
            len(
                list(
                    connection.execute(
                        select(PROPOSALS.c.id).where(PROPOSALS.c.matter == matter.id)
                    )
                )
            )
            + 1
        )
        made = Proposal(id=f"P-{number:04d}", topic=topic, cases=names, state="proposed", diff=text)
        content: dict[str, object] = {"diff": text, "cases": names, "at": at.isoformat()}
        seq = put(_entry("proposal", "assistant", made.id, content, matter))
        row = made.model_dump(exclude={"diff", "cases", "decided_by"})
        row |= {"matter": matter.id, "cases": json.dumps(names), "seq": seq}
        connection.execute(insert(PROPOSALS), row)
    return made


def _under(text: str, rule: Rule, ruled: Sequence[Ruled]) -> str:
    """The file with lines added after the rule's last line of law, else at the end of its own text."""
    own = rule.text
    marked = list(_MARKED.finditer(own))
    at = own.find("\n", marked[-1].end()) if marked else len(own.rstrip("\n"))
    at = rule.start + (at if at >= 0 else len(own))
    added = "".join(f"\n{line}" for line in _lines(ruled))
    return text[:at] + ("\n" if not marked else "") + added + text[at:]


def _new_section(text: str, name: str, ruled: Sequence[Ruled]) -> str:
    cases = ", ".join(case.id for case, _ in ruled)
    prose = " ".join(" ".join(ruling.reason.split()) for _, ruling in ruled)
    body = "\n".join(_lines(ruled))
    start = text if text.endswith("\n") else text + "\n"
    return f"{start}\n## {name} As ruled in {cases}\n{prose}\n\n{body}\n"


def _lines(ruled: Sequence[Ruled]) -> list[str]:
    """`Call (if …): field = choice`, one a call; two rulings that say the same are one line."""
    found = [
        f"Call (if {_condition(ruling.facts)}): {call.field} = {call.choice}"
        for _, ruling in ruled
        for call in ruling.calls
        if ruling.facts.strip()
    ]
    return list(dict.fromkeys(found))


def _condition(facts: str) -> str:
    plain = " ".join(facts.replace("(", ", ").replace(")", ", ").split()).rstrip(" .,;:")
    return plain[:1].lower() + plain[1:] if plain[1:2].islower() or plain[1:2] == " " else plain


def _next_rule(matter: Matter) -> str:
    """An id that no rule has, in the form of the last file's rules."""
    ids = [rule.id for rule in matter.rules if rule.kind == "rule"]
    forms = [m.groups() for name in ids if (m := _NUMBERED.match(name))]
    prefix, digits = forms[-1] if forms else ("RULE-", "00")
    highest = max((int(n) for p, n in forms if p == prefix), default=0)
    return f"{prefix}{highest + 1:0{len(digits)}d}"


def _entry(kind: str, by: str, name: str, content: dict[str, object], matter: Matter) -> NewEntry:
    return NewEntry(
        matter=matter.id,
        kind=kind,
        asker=by,
        playbook_version=matter.playbook_version,
        matter_hash=matter.content_hash,
        composer="person",
        citations=(name,),
        content=content,
    )
