"""The default composer: find the rule, quote it whole, offer its branches; no model.

It asserts a call only where likeness is not what decides: the rule fixes the call outright, or the
asker's own words state the condition, and nothing found speaks against it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.cite import cite_branch, cite_exemplar, cite_rule
from assistant.compose.branches import branches_of, governing, sends_on
from assistant.compose.ruled import NEAR as NEAR_RULING
from assistant.compose.ruled import ruled_branches, stated_ruling
from assistant.compose.stated import stated, unqualified
from assistant.replies import fields_asked, lane_for, lane_named, way_to, when
from assistant.types import (
    Branch,
    Call,
    Claim,
    Counterpoint,
    Draft,
    Evidence,
    FoundExemplar,
    Matter,
    Question,
    Rule,
    Ruling,
)

COVERED = 0.5  # the covered probability from which on the playbook is taken to speak
SHOWN = 0.35  # cosine from which on an exemplar with another call is named as speaking against
NEAR = 0.5  # cosine from which on an exemplar is shown beside the rule
AGAINST = 0.45  # cosine from which on an exemplar with another call speaks against asserting one
STATED = 0.8  # share of a condition's words that the asker's words must hold


@dataclass(frozen=True)
class Extractive:
    """Compose without a model; `sure` is the matter's own bar for asserting a call."""

    matter: Matter
    sure: float

    def __call__(self, question: Question, evidence: Evidence, ruling: Ruling) -> Draft:
        """A draft for the question: an answer, branches to choose from, or a lane."""
        if ruling.outcome == "draft":
            return self._outline(evidence, ruling)
        if not ruling.facts_given and evidence.covered < COVERED:
            named = [rule for rule in self.matter.rules if _stands_in(rule.id, question.ask)]
            return self._branches(named, evidence) if named else self._ask_for_facts()
        if evidence.covered < COVERED or not evidence.rules:
            return self._ruled(question, evidence) or self._silent(question, evidence)
        rules = governing(evidence)
        if rules[0].branches and all(b.lane for b in rules[0].branches):
            return self._to_lane(rules[0], evidence)
        calls = self.asserted(question, evidence) if ruling.facts_given else ()
        if calls:
            return self._assert(rules[0], calls, evidence)
        return self._branches(rules, evidence)

    # --- an answer, where likeness is not what decides ---

    def asserted(self, question: Question, evidence: Evidence) -> tuple[Call, ...]:
        """The calls that the first rule fixes for these facts, or none."""
        rule = evidence.rules[0].rule if evidence.rules else None
        if rule is None or evidence.sure < self.sure or sends_on(evidence):
            return ()
        text = " ".join((question.ask, *question.quoted))
        if not unqualified(question.ask, f"{rule.title}\n{rule.text}"):
            return ()
        conditional = [b for b in rule.branches if b.condition is not None]
        fixed = [b for b in rule.branches if b.condition is None]
        if fixed and not conditional:
            calls = tuple(call for b in fixed for call in b.calls)
        else:
            met = [b for b in conditional if stated(b.condition or "", text) >= STATED]
            rest = [b for b in conditional if b not in met]
            if len(met) != 1 or any(stated(b.condition or "", text) >= 0.5 for b in rest):
                return ()
            calls = met[0].calls
        against = self._against(calls, evidence, AGAINST)
        return () if against else calls

    def _against(
        self, calls: tuple[Call, ...], evidence: Evidence, near: float
    ) -> tuple[FoundExemplar, ...]:
        """Near exemplars that code one of the same fields otherwise."""
        return tuple(
            found
            for found in evidence.exemplars[:5]
            if found.score >= near and _differs(found.exemplar.calls, calls)
        )

    def _assert(self, rule: Rule, calls: tuple[Call, ...], evidence: Evidence) -> Draft:
        said = _calls(calls)
        condition = calls[0].condition
        why = f"on condition that {_bare(condition)}" if condition else "it fixes the call outright"
        text = f"{said}. {rule.id} ({rule.title}) governs: {why}."
        claims = [Claim(text=text, citation=cite_rule(rule))]
        agreeing = [f for f in evidence.exemplars if not _differs(f.exemplar.calls, calls)]
        claims += _exemplar_claims(agreeing, rule)
        return Draft(
            kind="answer",
            text=text,
            calls=calls,
            claims=tuple(claims),
            confidence=evidence.sure,
            counterpoints=self._counterpoints(calls, evidence, rule),
        )

    # --- branches to choose from ---

    def _branches(self, rules: list[Rule], evidence: Evidence) -> Draft:
        branches = [b for rule in rules for b in branches_of(rule, evidence, self.matter)]
        ruled = ruled_branches(evidence)
        branches = [*ruled, *(b for b in branches if b not in ruled)]
        if not branches:
            return self._no_call(rules[0], evidence)
        first = rules[0]
        text = f"{first.id} ({first.title}) speaks to this. Which of these is so?\n"
        text += "\n".join(f"  b{i}. {_line(b, self.matter)}" for i, b in enumerate(branches, 1))
        claims = [
            Claim(text=f"{rule.id} ({rule.title})", citation=cite_rule(rule)) for rule in rules
        ]
        claims += _exemplar_claims(list(evidence.exemplars), None)
        near = [f for f in evidence.exemplars[:1] if f.score >= SHOWN]
        nearest = near[0].exemplar.calls if near else ()
        return Draft(
            kind="clarify",
            text=text,
            branches=tuple(branches),
            claims=tuple(claims),
            confidence=evidence.sure,
            counterpoints=self._counterpoints(nearest, evidence, first),
            why=f"The call turns on facts that {first.id} names.",
        )

    def _no_call(self, rule: Rule, evidence: Evidence) -> Draft:
        why = f"{rule.id} speaks to this but fixes no call, and no exemplar under it does."
        return self._escalate(why, [rule], evidence, [])

    def _to_lane(self, rule: Rule, evidence: Evidence) -> Draft:
        lane = next(b.lane for b in rule.branches if b.lane)
        why = f"{rule.id} ({rule.title}) sends this to a person."
        return self._escalate(why, [rule], evidence, [], lane)

    # --- a ruling, where the playbook is silent ---

    def _ruled(self, question: Question, evidence: Evidence) -> Draft | None:
        """What was ruled on documents like this one, to choose from; an answer where the asker states
        the ruling's facts. None where no ruling is near."""
        branches = ruled_branches(evidence)
        if not branches:
            return None
        claims = tuple(_exemplar_claims(list(evidence.exemplars), None, NEAR_RULING))
        stated = stated_ruling(question, evidence)
        if stated is not None:
            text = f"{_calls(stated.calls)}. {stated.id} is a ruling on such a document."
            claim = Claim(text=text, citation=cite_exemplar(stated))
            return Draft(
                kind="answer", text=text, calls=stated.calls, claims=(claim,), confidence=0.9
            )
        text = "The playbook is silent, but this was ruled on. Is yours such a document?\n"
        text += "\n".join(f"  b{i}. {_line(b, self.matter)}" for i, b in enumerate(branches, 1))
        why = "The call turns on whether the ruling's facts are yours; if not, ask the person who decides."
        return Draft(
            kind="clarify",
            text=text,
            branches=tuple(branches),
            claims=claims,
            confidence=0.0,
            why=why,
        )

    # --- what goes to a person ---

    def _silent(self, question: Question, evidence: Evidence) -> Draft:
        rules = [found.rule for found in evidence.rules[:2]]
        fields = fields_asked(question.ask, self.matter)
        shown = f" Nearest: {rules[0].id} ({rules[0].title})." if rules else ""
        why = f"Nothing in the playbook clearly settles this.{shown}"
        return self._escalate(why, rules, evidence, fields)

    def _escalate(
        self,
        why: str,
        rules: list[Rule],
        evidence: Evidence,
        fields: list[str],
        lane_name: str | None = None,
    ) -> Draft:
        near = [c.field for f in evidence.exemplars[:3] for c in f.exemplar.calls]
        near = [c.field for rule in rules for b in rule.branches for c in b.calls] + near
        lane = lane_named(lane_name, self.matter) or lane_for(fields + near, self.matter)
        lane = lane or (self.matter.lanes[0] if self.matter.lanes else None)
        owner = lane.owner if lane else self.matter.roles[-1]
        claims = [
            Claim(text=f"{rule.id} ({rule.title})", citation=cite_rule(rule)) for rule in rules
        ]
        claims += _exemplar_claims(list(evidence.exemplars), None)
        return Draft(
            kind="escalate",
            text=f"{why} {way_to(lane, owner)}",
            claims=tuple(claims),
            lane=lane.name if lane else None,
            why=why,
        )

    def _ask_for_facts(self) -> Draft:
        fields = ", ".join(field.name for field in self.matter.coding_fields)
        text = (
            "Which document? Tell me what it is, who wrote it and to whom, what it is about and why "
            f"it was made, and which field you are coding ({fields})."
        )
        return Draft(kind="clarify", text=text, why="No facts were given.")

    def _outline(self, evidence: Evidence, ruling: Ruling) -> Draft:
        """For a right that only lets the assistant draft: the passages to write from."""
        rules = [found.rule for found in evidence.rules[:2]]
        if not rules:
            return self._escalate("Nothing in the playbook to draft from.", [], evidence, [])
        named = " and ".join(f"{rule.id} ({rule.title})" for rule in rules)
        text = f"Draft material for the {ruling.owner} to approve: {named} say how it is done."
        claims = [Claim(text=text, citation=cite_rule(rule)) for rule in rules]
        claims += _exemplar_claims(list(evidence.exemplars), None)
        return Draft(
            kind="draft",
            text=text,
            claims=tuple(claims),
            confidence=evidence.sure,
            why=f"The {ruling.owner} approves before anyone relies on it.",
        )

    def _counterpoints(
        self, calls: tuple[Call, ...], evidence: Evidence, rule: Rule
    ) -> tuple[Counterpoint, ...]:
        """The strongest exemplar, else provision, that codes the same field otherwise; none where there
        is no call to speak against."""
        if not calls:
            return ()
        for found in evidence.exemplars:
            if found.score >= SHOWN and _differs(found.exemplar.calls, calls):
                ex = found.exemplar
                text = f"{ex.id} was coded {_calls(ex.calls)}."
                return (Counterpoint(text=text, citation=cite_exemplar(ex)),)
        for other in (rule, *(f.rule for f in evidence.rules[:3])):
            for branch in other.branches:
                if branch.lane or _differs(branch.calls, calls):
                    cited = cite_branch(branch, other)
                    return (
                        Counterpoint(
                            text=f"{other.id}: {_line(branch, self.matter)}", citation=cited
                        ),
                    )
        return ()


def _stands_in(rule_id: str, ask: str) -> bool:
    """Is the rule asked for by its id?"""
    return bool(re.search(rf"(?<![\w-]){re.escape(rule_id)}(?![\w-])", ask, re.IGNORECASE))


def _exemplar_claims(
    found: list[FoundExemplar], rule: Rule | None, from_: float = NEAR
) -> list[Claim]:
    """The nearest exemplars with their calls, those under `rule` where one is given."""
    near = [
        f.exemplar for f in found if f.score >= from_ and (not rule or rule.id in f.exemplar.rules)
    ]
    return [
        Claim(text=f"{ex.id} was coded {_calls(ex.calls)}.", citation=cite_exemplar(ex))
        for ex in near[:3]
    ]


def _differs(one: tuple[Call, ...], other: tuple[Call, ...]) -> bool:
    mine = {(c.field, c.choice) for c in one}
    fields = {c.field for c in other}
    return any(
        field in fields and (field, choice) not in {(c.field, c.choice) for c in other}
        for field, choice in mine
    )


def _calls(calls: tuple[Call, ...]) -> str:
    return ", ".join(f"{c.field} = {c.choice}" for c in calls)


def _bare(condition: str) -> str:
    return condition.removeprefix("if ")


def _line(branch: Branch, matter: Matter) -> str:
    then = _calls(branch.calls) if branch.calls else f"to lane {branch.lane!r}"
    return f"{when(branch, matter)} → {then} [{branch.source}]"
