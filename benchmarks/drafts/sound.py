"""Sound drafts: what the extractive composer says, what follows a choice, what an honest model writes."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from assistant.compose.chat import Chat
from assistant.compose.extractive import Extractive
from assistant.desk import Desk
from assistant.replies import affirmed, as_reply
from assistant.types import Clarification, Draft, Message, Question


@dataclass(frozen=True)
class Sound:
    """A question with a draft that its sources bear out, and what made it."""

    question: Question
    draft: Draft
    maker: str


def questions(folder: Path) -> list[str]:
    """Every ask of a matter's suites."""
    asks = []
    for suite in sorted((folder / "evals").glob("*.yaml")):
        asks += [c["ask"] for c in yaml.load(suite.read_text("utf-8"), yaml.BaseLoader)["cases"]]
    return asks


def sound(desk: Desk, asks: list[str], pick: random.Random) -> Iterator[Sound]:
    """Drafts for these asks: extractive, affirmed, and by a scripted honest model."""
    role = "reviewer" if "reviewer" in desk.matter.roles else desk.matter.default_role
    for text in asks:
        question = desk.take_in(Message(text=text, role=role or desk.matter.roles[0]))
        ruling = desk.whose_right(question)
        if ruling.outcome not in ("answer", "draft"):
            continue
        question = question.model_copy(update={"ask": ruling.ask}) if ruling.ask else question
        evidence = desk.find(question)
        plain = desk.compose(question, evidence, ruling)
        yield Sound(question, plain, "extractive")
        reply = as_reply(plain, ruling, question, desk.matter)
        if isinstance(reply, Clarification) and reply.branches:
            at = pick.randrange(len(reply.branches)) + 1
            yield Sound(question, affirmed(f"b{at}", reply, "U0ALICE", desk.matter), "affirmed")
            assert isinstance(desk.compose, Extractive)
            model = Honest(question, pick)
            chat = Chat(desk.matter, desk.compose, model)(question, evidence, ruling)
            if chat.kind == "answer":
                yield Sound(question, chat, "chat")


@dataclass(frozen=True)
class Honest:
    """A model that picks a branch, copies words, and restates what its passages say."""

    question: Question
    pick: random.Random

    def __call__(self, messages: list[tuple[str, str]]) -> str:
        """One JSON proposal for the prompt."""
        prompt = messages[0][1]
        offered = re.findall(r"(?m)^(b\d+)\. \[(.+?)\] .* -> (?!lane )", prompt)
        passages = re.findall(r"(?s)\n\[([^\]\n]+)\]\n(.*?)(?=\n\n\[|\n</passages>)", prompt)
        branch = self.pick.choice(offered)[0] if offered else None
        words = self.question.ask.split()
        met = " ".join(words[: max(3, len(words) // 2)])
        claims = [self._claim(name, text) for name, text in passages[:2]]
        made = {"branch": branch, "met_by": met, "claims": [c for c in claims if c]}
        return json.dumps(made)

    def _claim(self, name: str, text: str) -> dict[str, str] | None:
        lines = [" ".join(s.split()) for s in re.findall(r"(?<=\n)[A-Z][^.:#]{30,160}\.", text)]
        lines = [s for s in lines if not re.search(r"[“”\"«»]", s)]
        if not lines or '"' in text:
            return None
        line = self.pick.choice(lines)
        return {"text": self._restated(line), "source": name, "quote": line}

    def _restated(self, line: str) -> str:
        """The sentence as a model would say it again: whole, shortened, or with a lead of its own."""
        lower = line[0].lower() + line[1:]
        words = line.rstrip(".").split()
        forms = [line, f"As it says, {lower}", f"Here {lower}", " ".join(words) + " here."]
        return self.pick.choice(forms)
