"""A chat model's reading of whose right it is, as one more vote: it never opens a right.

    without the model      the model reads             then
    refused, drafted       (is not asked)              as it was
    answered               a right that is not ours    a person decides
    in doubt               a coding right, and the     answered: the ask itself names a field or choice,
                           ask is a coding question    so the worst that can be shown is a rule's branches
    anything               nothing readable            as it was

What a model can lift is doubt inside the coding question, nothing else; a provider that does not answer is
an outage (ProviderDown), never a vote.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, ValidationError
from rails.reading import any_of

from assistant.desk import WhoseRight
from assistant.types import Matter, Question, Right, Ruling
from prompts import render

Say = Callable[[list[tuple[str, str]]], str]
DOUBT = (
    "It is not clear whether this is a coding question"  # how rails.rights begins a doubtful why
)
STRICTEST = ("refuse", "escalate", "draft", "answer")


class _Vote(BaseModel):
    model_config = ConfigDict(extra="ignore")
    rights: list[str] = []
    words: str = ""


@dataclass(frozen=True)
class Vote:
    """`whose_right` with a model's reading beside it. `say` raises ProviderDown where the provider does not
    answer."""

    matter: Matter
    whose_right: WhoseRight
    say: Say

    def __call__(self, question: Question) -> Ruling:
        """The ruling without the model, or a stricter one; doubt lifted inside the coding question."""
        ruling = self.whose_right(question)
        doubtful = ruling.outcome == "escalate" and ruling.why.startswith(DOUBT)
        if ruling.outcome != "answer" and not doubtful:
            return ruling
        read = self._read(question)
        if read is None:
            return ruling
        if ruling.outcome == "answer":
            ours = read.assistant == "answer" or (ruling.refused and read.id == ruling.refused.id)
            return ruling if ours else self._doubted(read)
        if read.assistant == "answer" and self._may_lift(read, question):
            return self._lifted(read)
        return ruling

    def _read(self, question: Question) -> Right | None:
        """The strictest right that the model names with words of the asker; None where it cannot be read."""
        listed = "\n".join(f"{r.id}: {r.task}" for r in self.matter.rights)
        quoted = "\n".join(question.quoted) or "(nothing)"
        prompt = render("whose_right", rights=listed, ask=question.ask, quoted=quoted)
        match = re.search(r"\{.*\}", self.say([("user", prompt)]), re.DOTALL)
        try:
            vote = _Vote.model_validate_json(match.group()) if match else None
        except ValidationError:
            return None
        if vote is None or not _stands(vote.words, question.ask):
            return None
        named = [right for right in self.matter.rights if right.id in vote.rights]
        return min(named, key=lambda r: STRICTEST.index(r.assistant), default=None)

    def _may_lift(self, right: Right, question: Question) -> bool:
        names = [n for f in self.matter.coding_fields for n in (f.name, *f.choices)]
        coding = any_of(name.casefold() for name in names).search(question.ask.casefold())
        held = not right.requesters or question.role in right.requesters
        return bool(coding) and held

    def _doubted(self, read: Right) -> Ruling:
        why = f"{DOUBT}: a second reading takes it for “{read.task}”, which is for the {read.accountable}."
        return Ruling(
            outcome="escalate", right=None, owner=read.accountable, why=why, lane=read.lane
        )

    def _lifted(self, right: Right) -> Ruling:
        why = f"“{right.task}” may be answered from the playbook."
        return Ruling(outcome="answer", right=right, owner=right.accountable, why=why)


def _stands(words: str, ask: str) -> bool:
    """Whether the words were copied from the ask: a vote about something else does not count."""
    said = " ".join(words.split()).casefold()
    return len(said) > 2 and said in " ".join(ask.split()).casefold()
