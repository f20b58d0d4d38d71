"""Rulings -> the diff of the playbook's Markdown that would say them. Pure; nothing here writes a file."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence

from assistant.errors import Problem
from assistant.lanes.nouns import Case, Ruling
from assistant.matter.comments import without_comments
from assistant.matter.palette import Palette
from assistant.matter.playbook import parse_playbook
from assistant.replies import rule_named
from assistant.types import Matter, Rule

_MARKED = re.compile(r"^\s*(?:Call|Escalate)\b.*:", re.MULTILINE)
NEW = "playbook/99-rulings.md"  # where no file of the playbook is Markdown
_NUMBERED = re.compile(r"^(.*?)(\d+)$")

Ruled = tuple[Case, Ruling]


def diff(topic: str, ruled: Sequence[Ruled], matter: Matter) -> str:
    """The unified diff that adds these rulings under the rule `topic`, or as a new section; empty where
    the playbook says all of it already, or as it would then be does not load."""
    ruled = [pair for pair in ruled if set(_lines([pair])) - _standing(matter)]
    if not ruled:
        return ""
    rule = rule_named(topic, matter)
    if rule is not None and rule.kind == "rule" and rule.source.endswith(".md"):
        name, old = rule.source, matter.files[rule.source]
        new = _under(old, rule, ruled)
    else:
        written = [n for n in matter.files if n.startswith("playbook/") and n.endswith(".md")]
        name = max(written, default=NEW)
        old = matter.files.get(name, "")
        new = _new_section(old, _next_rule(matter), ruled)
    problems: list[Problem] = []
    parse_playbook(new, name, Palette(matter.coding_fields, matter.lanes), problems)
    return "" if problems else _unified(old, new, name)


def _unified(old: str, new: str, name: str) -> str:
    before = f"a/{name}" if old else "/dev/null"
    lines = old.splitlines(keepends=True), new.splitlines(keepends=True)
    made = difflib.unified_diff(*lines, before, f"b/{name}")
    return "".join(
        line if line.endswith("\n") else line + "\n\\ No newline at end of file\n" for line in made
    )


def _under(text: str, rule: Rule, ruled: Sequence[Ruled]) -> str:
    """The file with lines added after the rule's last line of law, else at the end of its own text."""
    own = without_comments(rule.text)
    marked = list(_MARKED.finditer(own))
    at = own.find("\n", marked[-1].end()) if marked else len(own.rstrip("\n"))
    at = rule.start + (at if at >= 0 else len(own))
    added = "".join(f"\n{line}" for line in _lines(ruled))
    return text[:at] + ("\n" if not marked else "") + added + text[at:]


def _new_section(text: str, name: str, ruled: Sequence[Ruled]) -> str:
    cases = ", ".join(case.id for case, _ in ruled)
    prose = " ".join(" ".join(ruling.reason.split()) for _, ruling in ruled)
    body = "\n".join(_lines(ruled))
    start = "" if not text else text if text.endswith("\n") else text + "\n"
    # begun with words of ours, so that no reason can pass for a heading or a line of law
    return f"{start}{chr(10) if start else ''}## {name} As ruled in {cases}\nThe reasons given: {prose}\n\n{body}\n"


def _standing(matter: Matter) -> set[str]:
    """Every line of the playbook that stands outside a comment."""
    texts = [text for name, text in matter.files.items() if name.startswith("playbook/")]
    return {line.strip() for text in texts for line in without_comments(text).split("\n")}


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
