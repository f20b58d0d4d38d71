"""Read text files strictly, and YAML with every scalar as text and every line known."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from assistant.errors import Problem

MAX_FILE_BYTES = 50_000_000
SMALL = 100_000  # characters of a YAML file that is kept parsed
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
Path_ = tuple[str | int, ...]
Model = TypeVar("Model", bound=BaseModel)


def read_text(path: Path, name: str, problems: list[Problem]) -> str | None:
    """The file's text with line ends as `\\n`, or None with a problem noted (never raises).

    A byte-order mark becomes a space, so that offsets count the file's own characters; of YAML, where
    a space would indent the first line and nothing is quoted, it is left out.
    """
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            problems.append(Problem(name, 1, f"larger than {MAX_FILE_BYTES:,} bytes: split it"))
            return None
        raw = path.read_bytes()
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        problems.append(
            Problem(name, line, f"not UTF-8 (byte {raw[error.start]:#04x}): save it as UTF-8")
        )
        return None
    except OSError as error:
        problems.append(Problem(name, 1, f"cannot be read ({error.strerror}): check the file"))
        return None
    if path.suffix.lower() in (".yaml", ".yml"):
        text = text.removeprefix("\ufeff")
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\ufeff", " ", 1)
    bad = _CONTROL.search(text)
    if bad:
        line = text.count("\n", 0, bad.start()) + 1
        problems.append(
            Problem(name, line, f"control character U+{ord(bad.group()):04X}: remove it")
        )
        return None
    return text


class _Loader(yaml.BaseLoader):
    """Scalars stay text; anchors are refused, for a file of them can grow without bound."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.events.AliasEvent):
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            raise yaml.MarkedYAMLError(problem="aliases are not allowed", problem_mark=mark)
        return super().compose_node(parent, index)


class Lines(dict[Path_, int]):
    """Line numbers by path into a YAML document."""

    def at(self, path: Path_) -> int:
        """The line of `path`, or of its nearest known ancestor."""
        while path and path not in self:
            path = path[:-1]
        return self.get(path, 1)


def read_yaml(
    path: Path, name: str, model: type[Model], problems: list[Problem]
) -> tuple[Model | None, Lines, str]:
    """A YAML file as `model` with the lines of its parts; None with problems noted if it fails."""
    lines = Lines()
    text = read_text(path, name, problems)
    if text is None:
        return None, lines, ""
    try:
        node = _again(text) if len(text) < SMALL else yaml.compose(text, Loader=_Loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        what = getattr(error, "problem", None) or "unreadable"
        line = mark.line + 1 if mark else 1
        problems.append(
            Problem(name, line, f"broken YAML: {what}; mend this line or the one above")
        )
        return None, lines, text
    if node is None:
        problems.append(Problem(name, 1, "is empty: see the matter format for what it holds"))
        return None, lines, text
    before = len(problems)
    data = _plain(node, (), lines, name, problems)
    if len(problems) > before:
        return None, lines, text
    return _validated(data, model, name, lines, problems), lines, text


@lru_cache(maxsize=16)
def _again(text: str) -> Any:
    """The parsed text. Each deed in a lane reads matter.yaml and rota.yaml anew; the same text is parsed once."""
    return yaml.compose(text, Loader=_Loader)


def _plain(node: Any, path: Path_, lines: Lines, name: str, problems: list[Problem]) -> Any:
    lines[path] = node.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode):
        return [
            _plain(item, (*path, i), lines, name, problems) for i, item in enumerate(node.value)
        ]
    if isinstance(node, yaml.MappingNode):
        result: dict[str, Any] = {}
        for key_node, value in node.value:
            key = str(key_node.value)
            if key in result:
                line = key_node.start_mark.line + 1
                problems.append(Problem(name, line, f"key {key!r} stands twice: keep one"))
            result[key] = _plain(value, (*path, key), lines, name, problems)
            lines[(*path, key)] = key_node.start_mark.line + 1
        return result
    return node.value


def _validated(
    data: Any, model: type[Model], name: str, lines: Lines, problems: list[Problem]
) -> Model | None:
    try:
        return model.model_validate(data)
    except ValidationError as error:
        for item in error.errors(include_url=False, include_context=False):
            problems.append(Problem(name, lines.at(item["loc"]), _say(item)))
        return None


def _say(item: Any) -> str:
    where = ".".join(str(part) for part in item["loc"]) or "the document"
    if item["type"] == "extra_forbidden":
        return f"unknown key {where!r}: remove it or correct its spelling"
    if item["type"] == "missing":
        return f"{where!r} is missing: add it"
    got = item.get("input")
    shown = f", got {got!r}" if isinstance(got, str) and len(got) < 60 else ""
    return f"{where!r}: {item['msg']}{shown}"
