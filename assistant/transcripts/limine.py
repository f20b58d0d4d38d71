"""Rulings in limine: what a court has excluded, by cite or by topic, from `in_limine.yaml` of a matter."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from pydantic import Field, ValidationError

from assistant.errors import TranscriptError
from assistant.transcripts.nouns import Entry
from assistant.transcripts.record.cites import Lines
from assistant.types import Noun

FILE = "in_limine.yaml"


class Exclusion(Noun):
    """What one ruling keeps out: cites of one transcript, or a topic's words wherever they are told."""

    transcript: str | None = None
    cites: tuple[str, ...] = ()
    topic: str | None = None


class RulingInLimine(Noun):
    """A ruling, its date and docket entry, and what it excludes."""

    docket: str
    date: date
    excludes: tuple[Exclusion, ...] = Field(min_length=1)


class _File(Noun):
    rulings: tuple[RulingInLimine, ...] = ()


def load_rulings(folder: Path) -> tuple[RulingInLimine, ...]:
    """The rulings of a matter; none where it has no file. Raises TranscriptError with file and line."""
    path = folder / FILE
    if not path.exists():
        return ()
    try:
        text = path.read_text("utf-8")
        node = yaml.compose(text, Loader=yaml.BaseLoader)
        found = _File.model_validate(yaml.load(text, Loader=yaml.BaseLoader) or {})
    except (OSError, UnicodeDecodeError) as error:
        raise TranscriptError(f"{FILE}: cannot be read as UTF-8 text ({error})") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise TranscriptError(
            f"{FILE}:{line}: not YAML: {getattr(error, 'problem', error)}"
        ) from None
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise TranscriptError(
            f"{FILE}:{_line(node, first['loc'])}: {where}: {first['msg']}"
        ) from None
    for ruling in found.rulings:
        if not all(x.topic or (x.cites and x.transcript) for x in ruling.excludes):
            raise TranscriptError(
                f"{FILE}: the ruling {ruling.docket!r} excludes neither a topic nor cites of a transcript"
            )
    return found.rulings


def _line(node: Any, place: Sequence[int | str]) -> int:
    """The line of a key or item in a composed YAML document, as near as it is known."""
    line = 1
    for step in place:
        if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
        elif isinstance(node, yaml.MappingNode):
            node = next((v for k, v in node.value if k.value == step), None)
        else:
            break
        if node is None:
            break
        line = node.start_mark.line + 1
    return line


def excluded_by(
    entry: Entry, source: str, at: Lines, rulings: Sequence[RulingInLimine]
) -> RulingInLimine | None:
    """The ruling that keeps an entry out: its lines overlap excluded ones, or it tells of the topic."""
    lines = {x.index for c in entry.cites for x in at.read(c)}
    told = f"{entry.topic} {entry.text}".lower()
    for ruling in rulings:
        for item in ruling.excludes:
            if item.cites and item.transcript == source:
                if any(x.index in lines for c in item.cites for x in at.read(c)):
                    return ruling
            words = re.findall(r"[a-z0-9]{3,}", (item.topic or "").lower())
            if words and all(w[:6] in told for w in words):
                return ruling
    return None
