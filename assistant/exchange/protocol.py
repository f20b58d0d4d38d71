"""A Word, PDF or Markdown protocol -> a playbook file, with every sentence accounted for."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from assistant.errors import SecondChairError
from assistant.exchange.report import Report
from assistant.exchange.sections import Known, Section, name, split, with_ids
from assistant.office.blocks import Block, render

_SENTENCE = re.compile(r"(?<=[.!?])[\"')\]]*\s+|\n+")
_CALLS = re.compile(
    r"\b(?:code[ds]?|mark(?:ed)?|tag(?:ged)?|treat(?:ed)?|withh[eo]ld|redact(?:ed)?)\b", re.I
)
_MACHINE = re.compile(r"^\s*(?:[-*]\s+)?(?:Call|Escalate)\s*[(:]|^\s*See:?\s+[A-Z0-9-]*\d", re.M)
MEMORY = "import.json"


def import_protocol(path: Path, memory: dict[str, Any], choices: list[str], report: Report) -> str:
    """The playbook text of a protocol; `memory` (the ids of earlier imports) is brought up to date.

    Calls are never made up: a sentence that seems to make one is put to a person in the report.
    Raises Unreadable, or SecondChairError where a sentence would be lost.
    """
    blocks, notes = read_blocks(path)
    report.files.append(path.name)
    report.notes += [f"{path.name}: {note}" for note in notes]
    sections = split(blocks)
    known = [Known(k, v["title"], tuple(v["words"])) for k, v in memory.get(path.name, {}).items()]
    ids = name(sections, [*known, *_elsewhere(memory, path.name)])
    text = render(with_ids(sections, ids))
    _tell(sections, ids, known, report)
    account(blocks, text, path.name, report)
    _candidates(sections, ids, choices, report)
    memory[path.name] = {
        rule: {"title": section.title, "words": sorted(section.words)}
        for section, rule in zip(sections, ids, strict=True)
        if rule
    }
    return text


def read_blocks(path: Path) -> tuple[list[Block], list[str]]:
    """The blocks of a protocol by its suffix. Raises Unreadable or SecondChairError."""
    suffix = path.suffix.lower()
    if suffix in (".docx", ".docm", ".dotx"):
        from assistant.office.word import read_word

        return read_word(path)
    if suffix == ".pdf":
        from assistant.office.pdf import read_pdf

        return read_pdf(path)
    raise SecondChairError(f"{path.name}: no protocol that can be read: save it as .docx or .pdf")


def _elsewhere(memory: dict[str, Any], file: str) -> list[Known]:
    """Ids that other files hold: taken, and never matched by words."""
    return [Known(rule, "", ()) for other, held in memory.items() if other != file for rule in held]


def _tell(
    sections: list[Section], ids: list[str | None], known: list[Known], report: Report
) -> None:
    before = {one.id: one for one in known}
    for section, rule in zip(sections, ids, strict=True):
        if rule:
            title = section.heading.text if section.heading else "General"
            (report.kept if rule in before else report.made).append(f"{rule}: {title}")
    for one in known:
        if one.id not in ids:
            report.gone.append(f"{one.id}: {one.title}")


def account(blocks: list[Block], text: str, file: str, report: Report) -> None:
    """Count every sentence of the file, and refuse to go on if one is in no place."""
    written = _letters(text)
    for block in blocks:
        if block.kind == "aside":
            report.count("the list of what was left out", len(_sentences(block.text)))
            report.aside.append((f"{file}, {block.why}", block.text))
            continue
        cells = block.cells or (block.text,)
        for sentence in (s for cell in cells for s in _sentences(cell)):
            if _letters(sentence) not in written:
                raise SecondChairError(f"{file}: a sentence would be lost: {sentence[:80]!r}")
            report.count("the playbook", 1)


def _sentences(text: str) -> list[str]:
    return [part for part in _SENTENCE.split(text) if part and part.strip()]


def _letters(text: str) -> str:
    """A text without spaces, marks of Markdown and escapes: what has to survive."""
    return re.sub(r"[\s\\|#>*-]+", "", text)


def _candidates(
    sections: list[Section], ids: list[str | None], choices: list[str], report: Report
) -> None:
    """Sentences that seem to make a call in a rule that has no line for it: a person writes the line."""
    named = [c for c in sorted(choices, key=len, reverse=True) if len(c) > 2]
    for section, rule in zip(sections, ids, strict=True):
        told = "\n".join(block.text for block in section.blocks if block.kind != "aside")
        if rule is None or _MACHINE.search(told):
            continue
        for sentence in _sentences(told):
            choice = next((c for c in named if c.lower() in sentence.lower()), None)
            if choice or (not named and _CALLS.search(sentence)):
                seems = f"seems to call for {choice!r}" if choice else "seems to make a call"
                report.decide.append(
                    f"{rule}: {sentence.strip()[:160]!r} {seems}: write the Call line"
                )


def read_memory(folder: Path) -> dict[str, Any]:
    """What earlier imports noted; empty where there were none. Raises SecondChairError."""
    path = folder / MEMORY
    if not path.exists():
        return {}
    try:
        memory = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        raise SecondChairError(
            f"{path} is damaged: restore it, or delete it to mint new ids"
        ) from None
    if not isinstance(memory, dict):
        raise SecondChairError(f"{path} is damaged: restore it, or delete it to mint new ids")
    return memory
