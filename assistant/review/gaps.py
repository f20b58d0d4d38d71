"""Known snags that no rule speaks to, each with the question a reviewer will ask on day one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from assistant.errors import Problem
from assistant.matter.reading import read_yaml
from assistant.review.finding import Finding, at, from_problem
from assistant.review.reading import Reading
from assistant.types import Matter, Noun

SHIPPED = Path(__file__).parent / "gaps.yaml"
_KINDS = {
    "document-review": r"privileg|responsive|withhold|redact|confidential|exempt|in scope|notify",
    "contract-review": r"accept|reject|fallback|clause|negotia|red\b|amber|anti-assignment|approval",
    "ip-docketing": r"docket|deadline|annuit|prosecution|response due|patent",
}


class Gap(Noun):
    """A snag: the words a rule on it would use, and what a reviewer asks."""

    id: str
    kinds: tuple[str, ...] = ("any",)
    says: tuple[str, ...] = ()
    ask: str = ""
    silent: bool = False


class _File(Noun):
    gaps: tuple[Gap, ...]


def gaps(reading: Reading) -> Iterator[Finding]:
    """One note for each snag of the matter's kind of work that its rules do not mention."""
    kind = kind_of(reading.matter)
    known, problems = known_gaps(Path(reading.matter.folder))
    yield from map(from_problem, problems)
    matter = reading.matter
    told = " ".join([r.text for r in matter.rules] + [r.task for r in matter.rights]).lower()
    told = re.sub(r"\s+", " ", told)
    for gap in known:
        if kind not in gap.kinds and "any" not in gap.kinds:
            continue
        if not any(_pattern(words).search(told) for words in gap.says):
            what = f"no rule speaks to {gap.id.replace('-', ' ')}; day one: {gap.ask!r}"
            words = (what, WHY, "write a rule for it, or one that sends it to a lane")
            yield at(_first_file(reading.matter), 1, "gap", "note", words)


WHY = "errors in review come from the protocol's silence more often than from the reviewer"


def kind_of(matter: Matter) -> str:
    """`document-review`, `contract-review` or `ip-docketing`, as the palette shows; `any` if none."""
    words = " | ".join(word for f in matter.coding_fields for word in (f.name, *f.choices)).lower()
    hits = {kind: len(re.findall(pattern, words)) for kind, pattern in _KINDS.items()}
    best = max(hits, key=lambda kind: hits[kind])
    return best if hits[best] else "any"


def known_gaps(folder: Path) -> tuple[list[Gap], list[Problem]]:
    """The shipped list with the matter's own `gaps.yaml` over it, and what is wrong with that."""
    problems: list[Problem] = []
    listed: dict[str, Gap] = {}
    for path in (SHIPPED, folder / "gaps.yaml"):
        if path.is_file():
            file, _, _ = read_yaml(path, path.name, _File, problems)
            listed |= {gap.id: gap for gap in (file.gaps if file else ())}
    return [gap for gap in listed.values() if not gap.silent], problems


def _pattern(words: str) -> re.Pattern[str]:
    parts = [re.escape(part) for part in words.lower().split("*")]
    return re.compile(r"\b" + r"[\w-]*".join(parts) + ("" if words.endswith("*") else r"\b"))


def _first_file(matter: Matter) -> str:
    return next((r.source for r in matter.rules), "playbook/")
