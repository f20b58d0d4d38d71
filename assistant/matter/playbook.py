"""A Markdown playbook -> rules and sections, each with its branches and exact offsets."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal

from markdown_it import MarkdownIt
from markdown_it.token import Token

from assistant.errors import Problem
from assistant.ids import HEADING_ID
from assistant.matter.comments import read_comments
from assistant.matter.lines import Marked, ids_seen, read_marked
from assistant.matter.palette import Palette
from assistant.types import Branch, Rule

_ID = HEADING_ID.pattern
_HEAD = re.compile(rf"({_ID})(?:[\s.:–—]+(.*))?$", re.DOTALL)
_MARKDOWN = MarkdownIt("commonmark")


@dataclass(frozen=True)
class _Heading:
    """A heading's place: 0-based line, level 1-6, its text; level 7 is text before any heading."""

    line: int
    level: int
    title: str


def parse_playbook(text: str, source: str, palette: Palette, problems: list[Problem]) -> list[Rule]:
    """All passages of one Markdown file, in order. Problems are noted, never raised.

    A heading that starts with an id opens a rule, which reaches to the next heading of the same or a
    higher level. Text under any other heading, outside a rule, is a section up to the next heading.
    What stands in a comment is neither heading nor line with a meaning; a passage's text keeps it.
    """
    read, unclosed = read_comments(text)
    problems += [Problem(source, line, what) for line, what in unclosed]
    headings, idle = _outline(read)
    starts = _line_starts(text)
    spans = _spans(headings, len(starts) - 1)
    rules = []
    for _number, (heading, end_line, rule_id, children) in enumerate(spans):
        start, end = starts[heading.line], starts[end_line]
        body = text[start:end].rstrip()
        if not rule_id and not _has_body(read[start:end].rstrip(), heading):
            continue
        own = [n for n in range(heading.line, end_line) if n not in idle]
        inner = [c for c in children if spans[c][2]]
        for child in inner:
            taken = range(spans[child][0].line, spans[child][1])
            own = [n for n in own if n not in taken]
        kind: Literal["rule", "section"] = "rule" if rule_id else "section"
        name = rule_id or f"{source.rsplit('/', 1)[-1]} § {heading.title}"
        reader = _Machine(text, read, starts, source, name, palette, problems)
        branches, see = reader.lines(own)
        title = _title(heading.title, rule_id)
        rules.append(
            Rule(
                id=name,
                kind=kind,
                title=title,
                text=body,
                source=source,
                start=start,
                end=start + len(body),
                line=heading.line + 1,
                branches=tuple(branches),
                see=tuple(see),
                nested=tuple(str(spans[c][2]) for c in inner),
            )
        )
    return rules


def _outline(text: str) -> tuple[list[_Heading], set[int]]:
    """The headings, and the numbers of the lines in fences (and in comments, where any are left)."""
    tokens = _MARKDOWN.parse(text)
    headings: list[_Heading] = []
    idle: set[int] = set()
    for i, token in enumerate(tokens):
        if token.type == "heading_open" and token.map and token.level == 0:
            headings.append(
                _Heading(token.map[0], int(token.tag[1]), tokens[i + 1].content.strip())
            )
        elif token.map and (token.type == "fence" or _comment(token)):
            idle.update(range(*token.map))
    first = headings[0].line if headings else len(text.split("\n"))
    if "\n".join(text.split("\n")[:first]).strip():
        headings.insert(0, _Heading(0, 7, "(before the first heading)"))
    return headings, idle


def _comment(token: Token) -> bool:
    return token.type == "html_block" and token.content.lstrip().startswith("<!--")


def _line_starts(text: str) -> list[int]:
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    starts[-1] = len(text)
    return starts


_Span = tuple[_Heading, int, str | None, list[int]]


def _spans(headings: list[_Heading], last: int) -> list[_Span]:
    """Each passage's heading, end line, id, and the positions of those that stand inside it."""
    spans: list[_Span] = []
    for i, heading in enumerate(headings):
        match = _HEAD.match(heading.title)
        rule_id = match.group(1) if match else None
        later = headings[i + 1 :]
        if rule_id:
            end = next((h.line for h in later if h.level <= heading.level), last)
        else:
            end = later[0].line if later else last
        inside = [n for n, s in enumerate(spans) if s[2] and s[0].line < heading.line < s[1]]
        if inside and not rule_id:
            continue
        for parent in inside:
            spans[parent][3].append(len(spans))
        spans.append((heading, end, rule_id, []))
    return spans


def _has_body(body: str, heading: _Heading) -> bool:
    if heading.level == 7:
        return True
    rest = body.split("\n", 1)[1] if "\n" in body else ""
    return bool(rest.strip(" \n=-*_"))


def _title(heading: str, rule_id: str | None) -> str:
    match = _HEAD.match(heading) if rule_id else None
    return ((match.group(2) or "").strip() or heading) if match else heading


@dataclass(frozen=True)
class _Machine:
    """Reads the lines with a meaning: Call, Escalate, See. `read` is the text without its comments."""

    text: str
    read: str
    starts: list[int]
    source: str
    rule: str
    palette: Palette
    problems: list[Problem]

    def lines(self, numbers: list[int]) -> tuple[list[Branch], list[str]]:
        branches: list[Branch] = []
        see: list[str] = []
        for n in numbers:
            line = self.read[self.starts[n] : self.starts[n + 1]].rstrip("\n")
            see += ids_seen(line)
            marked = read_marked(line)
            branch = self._branch(n, line, marked) if marked else None
            if branch:
                branches.append(branch)
        return branches, see

    def _branch(self, n: int, line: str, marked: Marked) -> Branch | None:
        start = self.starts[n] + len(line) - len(line.lstrip())
        end = self.starts[n] + len(line.rstrip())
        common: dict[str, Any] = {
            "source": self.rule,
            "condition": marked.condition,
            "quote": self.text[start:end],
            "source_file": self.source,
            "start": start,
            "end": end,
        }
        if marked.wrong:
            wrong = marked.wrong
        elif marked.word == "Escalate":
            wrong = self.palette.lane_problem(marked.rest)
            if not wrong:
                return Branch(**common, lane=marked.rest)
        else:
            calls, wrong = self.palette.parse_call(marked.rest, self.rule, marked.condition)
            if not wrong:
                return Branch(**common, calls=calls)
        self.problems.append(Problem(self.source, n + 1, f"{self.rule}: {wrong}"))
        return None
