"""The digest with a chat model: it picks line ids and writes; code quotes, cites and checks.

Map: stretches of the record go to the model with an id a line; what it writes is tied to the lines it
names, the quote taken from the answer there by code, and held by the rails of `verify`. Reduce: where
the entries are too long together, the model picks among numbers. What cannot be read is asked for once
more, then the extractive entries stand in. Finished stretches are kept on disk until the digest is
done, so interrupted work resumes.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from assistant.errors import ComposeError
from assistant.transcripts.digest.extractive import WORDS_A_PAGE
from assistant.transcripts.digest.extractive import compose as extract
from assistant.transcripts.digest.passages import passage
from assistant.transcripts.digest.statement import state
from assistant.transcripts.nouns import Entry, Line
from assistant.transcripts.record import Record
from assistant.transcripts.record.cites import cite
from assistant.transcripts.record.exchanges import Exchange
from prompts import render

Say = Callable[[list[tuple[str, str]]], str]
Step = Callable[[int, int], None]
T = TypeVar("T", bound=BaseModel)
STRETCH = 110  # lines that go to the model at once
MOST = 8  # entries of one stretch


class _Written(BaseModel):
    model_config = ConfigDict(extra="ignore")
    topic: str = ""
    text: str
    first: str
    last: str


class _Answer(BaseModel):
    model_config = ConfigDict(extra="ignore")
    entries: list[_Written]


class _Pick(BaseModel):
    model_config = ConfigDict(extra="ignore")
    keep: list[int]


@dataclass(frozen=True)
class ChatDigest:
    """Compose with a model. `say` sends messages of (role, text); it raises ProviderDown where nobody
    answers. `kept` is the file in which finished stretches wait for a resumed run; None keeps none."""

    say: Say
    kept: Path | None = None
    step: Step | None = None
    name: str = "chat"

    def __call__(self, record: Record, pages: float) -> list[Entry]:
        """The entries, each tied to the lines that the model named; not yet verified."""
        if not record.witnesses:
            return extract(record, pages, self.step)
        stretches = _stretches(record)
        plain = extract(record, pages)
        done = self._resumed()
        entries: list[Entry] = []
        for k, stretch in enumerate(stretches):
            if k not in done:
                done[k] = self._written(stretch)
                self._keep(k, done[k])
            entries += _tied(done[k], stretch, record) or _standing_in(plain, stretch)
            if self.step:
                self.step(k + 1, len(stretches))
        picked = self._picked(entries, int(pages * WORDS_A_PAGE))
        if self.kept:
            self.kept.unlink(missing_ok=True)
        return picked

    def _written(self, stretch: Sequence[Line]) -> list[_Written]:
        """What the model writes on one stretch; nothing where it cannot be read twice."""
        shown = "\n".join(
            f"L{x.index} [{x.speaker or '-'}] {x.said or x.text}" for x in stretch if x.text
        )
        prompt = render("digest", lines=shown, most=str(MOST))
        try:
            return self._asked(prompt, _Answer).entries[: 2 * MOST]
        except ComposeError:
            return []

    def _picked(self, entries: list[Entry], budget: int) -> list[Entry]:
        """Within the length: all, or those the model picks, or as many from the front of each topic."""
        if sum(len(e.text.split()) for e in entries) <= budget:
            return entries
        shown = "\n".join(f"{n}. {e.topic}: {e.text}" for n, e in enumerate(entries, 1))
        try:
            keep = self._asked(render("digest_pick", entries=shown, words=str(budget)), _Pick).keep
        except ComposeError:
            keep = list(range(1, len(entries) + 1))
        out, spent = [], 0
        for n in sorted({n for n in keep if 1 <= n <= len(entries)}):
            spent += len(entries[n - 1].text.split())
            if spent > budget:
                break
            out.append(entries[n - 1])
        return out

    def _asked(self, prompt: str, form: type[T]) -> T:
        """The model's answer in a form, with one try to repair it. Raises ComposeError."""
        messages = [("user", prompt)]
        text = self.say(messages)
        try:
            return _read(text, form)
        except ComposeError as error:
            again = [*messages, ("assistant", text), ("user", render("repair", problem=str(error)))]
            return _read(self.say(again), form)

    def _resumed(self) -> dict[int, list[_Written]]:
        if self.kept is None or not self.kept.exists():
            return {}
        done = {}
        for line in self.kept.read_text("utf-8").splitlines():
            try:
                row = json.loads(line)
                done[int(row["stretch"])] = [_Written.model_validate(e) for e in row["entries"]]
            except (ValueError, KeyError, TypeError):
                continue  # a line cut by the interruption: that stretch is asked again
        return done

    def _keep(self, stretch: int, written: list[_Written]) -> None:
        if self.kept is None:
            return
        self.kept.parent.mkdir(parents=True, exist_ok=True)
        row = {"stretch": stretch, "entries": [w.model_dump() for w in written]}
        descriptor = os.open(self.kept, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "a", encoding="utf-8") as file:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


def place_of(folder: Path, sha256: str, model: str) -> Path:
    """Where a half-done digest of this file by this model waits."""
    whole = "|".join((sha256, model, render("digest", lines="", most="")))
    return folder / "digests" / f"{hashlib.sha256(whole.encode()).hexdigest()[:32]}.jsonl"


def _read(text: str, form: type[T]) -> T:
    match = re.search(r"\{.*\}", text, re.DOTALL)
    if not match:
        raise ComposeError("there is no JSON object in it")
    body = match.group().replace('"from"', '"first"').replace('"to"', '"last"')
    try:
        return form.model_validate_json(body)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"])) or "the object"
        raise ComposeError(f"{where}: {first['msg']}") from None


def _stretches(record: Record) -> list[list[Line]]:
    """The testimony in stretches of about STRETCH lines, parted before a question."""
    out: list[list[Line]] = [[]]
    for line in record.transcript.lines:
        if line.section != "testimony":
            continue
        begins = line.speaker == "Q" and line.said != line.text
        if begins and len(out[-1]) >= STRETCH:
            out.append([])
        out[-1].append(line)
    return [s for s in out if any(x.speaker == "A" for x in s)]


def _tied(written: Sequence[_Written], stretch: Sequence[Line], record: Record) -> list[Entry]:
    """Each written entry with cite and quote from the lines that it names."""
    out = []
    for item in written:
        first, last = _at(item.first, record), _at(item.last, record)
        lines = record.transcript.lines[first.index : last.index + 1] if first and last else ()
        exchange = _answered(record, lines, item.text)
        said = state(exchange) if exchange else None
        quote = said.quote if said else ""
        where = cite(lines[0], lines[-1]) if lines else f"{item.first}-{item.last}"
        out.append(
            Entry.model_validate(
                {
                    "topic": _topic(item.topic, stretch),
                    "text": " ".join(item.text.replace("“", '"').replace("”", '"').split()),
                    "cites": (where,) if where else (),
                    "kind": said.kind if said else "testimony",
                    "speaker": "witness",
                    "quote": quote,
                    "flags": said.flags if said else (),
                    "by": exchange.by if exchange else None,
                }
            )
        )
    return out


def _at(name: str, record: Record) -> Line | None:
    match = re.fullmatch(r"\s*L?(\d{1,7})\s*", name)
    lines = record.transcript.lines
    return lines[int(match[1])] if match and int(match[1]) < len(lines) else None


def _answered(record: Record, lines: Sequence[Line], text: str) -> Exchange | None:
    """Of the exchanges whose quoted answer stands wholly on these lines, the one most like the text."""
    if not lines:
        return None
    first, last = lines[0].index, lines[-1].index
    words = set(re.findall(r"[a-z]{4,}", text.lower()))
    best, score = None, -1
    for exchange in record.exchanges:
        for answer in exchange.answers:
            start, end = passage(answer, None, exchange.question.text if exchange.question else "")
            if (
                answer.line_at(start).index < first
                or answer.line_at(max(start, end - 1)).index > last
            ):
                continue
            alike = len(words & set(re.findall(r"[a-z]{4,}", answer.text.lower())))
            if alike > score:
                best, score = exchange, alike
    return best


def _topic(topic: str, stretch: Sequence[Line]) -> str:
    """The model's topic where its words stand in the stretch; else a plain one."""
    source = " ".join(x.text for x in stretch).lower()
    words = re.findall(r"[a-z]{4,}", topic.lower())
    fits = words and len(topic.split()) <= 6 and all(w[:5] in source for w in words)
    return topic.strip() if fits else "Testimony"


def _standing_in(plain: Sequence[Entry], stretch: Sequence[Line]) -> list[Entry]:
    """The extractive entries of a stretch on which the model gave nothing that can be read."""
    inside = {f"{x.page}:{x.line}" for x in stretch}
    mine = [
        e for e in plain if e.cites and e.cites[0].rsplit("Vol. ", 1)[-1].split("-")[0] in inside
    ]
    note = "Extractive: the model gave nothing that could be read here."
    return [e.model_copy(update={"note": f"{e.note} {note}" if e.note else note}) for e in mine]
