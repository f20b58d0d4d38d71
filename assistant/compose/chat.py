"""The chat composer: a LangChain chat model proposes the branch, code checks that the words exist.

The model picks among the very branches that the extractive composer offers. Its pick counts only
where it copies the asker's words that meet the condition and a passage's words for each claim; what
cannot be found letter for letter, or read at all, leads back to the branches.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from pydantic import BaseModel, ConfigDict, ValidationError
from rails.reading import sentence_spans

from assistant.cite import cite_branch, cite_exemplar, cite_rule
from assistant.compose.branches import branches_of, governing
from assistant.compose.extractive import COVERED, Extractive
from assistant.errors import ComposeError
from assistant.replies import rule_named
from assistant.types import Branch, Citation, Claim, Draft, Evidence, Matter, Question, Ruling
from prompts import render

Say = Callable[[list[tuple[str, str]]], str]
Mend = Callable[[Question, Draft], str]
MODEL_CONFIDENCE = 0.7  # a model's pick is a proposal: said in words, never as certainty


class _Claimed(BaseModel):
    model_config = ConfigDict(extra="ignore")
    text: str
    source: str
    quote: str


class _Proposal(BaseModel):
    model_config = ConfigDict(extra="ignore")
    branch: str | None = None
    met_by: str = ""
    claims: list[_Claimed] = []
    missing: str = ""


@dataclass(frozen=True)
class Chat:
    """Compose with a model. `say` sends messages of (role, text) and returns the model's text; it
    raises ProviderDown where the provider does not answer. `mend` is what to tell the model where a
    rail that one more try may pass has failed, else empty."""

    matter: Matter
    plain: Extractive
    say: Say
    mend: Mend = field(default=lambda question, draft: "")
    name: str = "chat"

    def __call__(self, question: Question, evidence: Evidence, ruling: Ruling) -> Draft:
        """The extractive draft, or an answer from the branch that the model proposes and supports."""
        plain = self.plain(question, evidence, ruling)
        if plain.kind != "clarify" or not plain.branches or evidence.covered < COVERED:
            return plain
        offered = [b for r in governing(evidence) for b in branches_of(r, evidence, self.matter)]
        passages = self._passages(evidence)
        messages = [("user", self._prompt(question, offered, passages))]
        return self._mended(messages, question, plain, (offered, passages))

    def _mended(
        self,
        messages: list[tuple[str, str]],
        question: Question,
        plain: Draft,
        shown: tuple[list[Branch], dict[str, Citation]],
    ) -> Draft:
        """The model's draft, with one try to mend what cannot be read or what a rail does not pass; the
        branches where it still cannot be read. What a rail still fails, the pipeline gives to a person."""
        draft = plain
        for _ in range(2):
            text = self.say(messages)
            try:
                draft = self._draft(_read(text), question, *shown, plain)
                problem = self.mend(question, draft)
            except ComposeError as error:
                draft, problem = plain.model_copy(update={"composer": self.name}), str(error)
            if not problem:
                break
            repair = render("repair", problem=problem)
            messages = [*messages, ("assistant", text), ("user", repair)]
        return draft

    def _prompt(
        self, question: Question, offered: list[Branch], passages: dict[str, Citation]
    ) -> str:
        branches = "\n".join(
            f"b{i}. [{b.source}] {b.condition or 'in every other case'} -> {_then(b)}"
            for i, b in enumerate(offered, 1)
        )
        shown = "\n\n".join(f"[{name}]\n{cited.quote}" for name, cited in passages.items())
        return render(
            "propose",
            ask=question.ask,
            quoted="\n".join(question.quoted) or "(nothing)",
            passages=shown,
            branches=branches,
        )

    def _draft(
        self,
        proposal: _Proposal,
        question: Question,
        offered: list[Branch],
        passages: dict[str, Citation],
        plain: Draft,
    ) -> Draft:
        branch = _picked(proposal, offered)
        words = _found(proposal.met_by, "\n".join((question.ask, *question.quoted)))
        if branch is None or branch.lane or not words:
            return plain.model_copy(update={"composer": self.name})
        rule = rule_named(branch.source, self.matter)
        line = cite_branch(branch, rule)
        calls = ", ".join(f"{c.field} = {c.choice}" for c in branch.calls)
        text = f"{calls}. {branch.source}: {branch.condition or 'it fixes the call'} — “{words}”."
        claims = [Claim(text=text, citation=line)]
        claims += [Claim(text=text, citation=cite_rule(rule))] if rule else []
        claims += self._claims(proposal, passages)
        return plain.model_copy(
            update={
                "kind": "answer",
                "text": text,
                "calls": branch.calls,
                "branches": (),
                "why": None,
                "claims": tuple(claims),
                "confidence": MODEL_CONFIDENCE,
                "composer": self.name,
            }
        )

    def _claims(self, proposal: _Proposal, passages: dict[str, Citation]) -> list[Claim]:
        """The model's claims with their quotes located; one that is not found raises ComposeError."""
        claims = []
        for claimed in proposal.claims:
            cited = passages.get(claimed.source)
            quote = cited and _found(claimed.quote, cited.quote)
            if not cited or not quote:
                raise ComposeError("a claim's quote is not in its source")
            start, end = _whole(cited.quote, quote)
            quote = cited.quote[start:end]
            place = {"quote": quote, "start": cited.start + start, "end": cited.start + end}
            claims.append(Claim(text=claimed.text, citation=cited.model_copy(update=place)))
        return claims

    def _passages(self, evidence: Evidence) -> dict[str, Citation]:
        cited = [cite_rule(rule) for rule in governing(evidence)]
        cited += [cite_exemplar(found.exemplar) for found in evidence.exemplars[:3]]
        return {c.id: c for c in cited}


def _then(branch: Branch) -> str:
    return ", ".join(f"{c.field} = {c.choice}" for c in branch.calls) or f"lane {branch.lane}"


def _read(text: str) -> _Proposal:
    match = re.search(r"\{.*\}", text, re.DOTALL)
    if not match:
        raise ComposeError("there is no JSON object in it")
    try:
        return _Proposal.model_validate_json(match.group())
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"])) or "the object"
        raise ComposeError(f"{where}: {first['msg']}") from None


def _picked(proposal: _Proposal, offered: list[Branch]) -> Branch | None:
    names = [f"b{i}" for i in range(1, len(offered) + 1)]
    name = (proposal.branch or "").strip().lower()
    return offered[names.index(name)] if name in names else None


def _found(words: str, text: str) -> str:
    """`words` as they stand in `text`, white space aside; empty if they do not, or are too few."""
    parts = words.split()
    if len(parts) < 2:
        return ""
    match = re.search(r"\s+".join(map(re.escape, parts)), text)
    return match.group() if match else ""


def _whole(text: str, quote: str) -> tuple[int, int]:
    """Where the whole sentences around `quote` stand in `text`: an “unless” is never cut off."""
    start = text.index(quote)
    end = start + len(quote)
    spans = sentence_spans(text)
    return (
        max((s for s, _ in spans if s <= start), default=start),
        min((e for _, e in spans if e >= end), default=end),
    )
