"""Every rail by name: the draft that it must fail, so that none of them can be broken unseen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from rails.validators import RAILS, Verifier

from assistant.cite import cite_branch
from assistant.matter import load_matter
from assistant.types import Draft, Matter
from tests.conftest import EXEMPLARS, MATTER, PLAYBOOK, Write
from tests.rails.test_verify import ASK, answer, spoil

Change = Callable[[dict[str, Any]], None]


@pytest.fixture
def matter(write_matter: Write) -> Matter:
    return load_matter(write_matter())


def more(sentence: str) -> Change:
    return spoil("text", lambda text: f"{text} {sentence}")


def old_exemplar(draft: dict[str, Any]) -> None:
    draft["calls"][0]["source"] = "EX-004"


BROKEN: dict[str, Change] = {
    "other-matters": more("As in zephyr-arbitration."),
    "personal-data": more("Her number is 123-45-6789."),
    "links": more("See https://evil.example/x."),
    "hidden-text": more("It is s\u200bo."),
    "pronouncing": more("Privilege was waived."),
    "palette": spoil("calls.0.choice", "Half Privileged"),
    "superseded": old_exemplar,
    "verbatim-quotes": spoil("claims.0.citation.quote", lambda q: q.replace("not", "now")),
    "citation-ids": spoil("claims.0.citation.id", "PRIV-99"),
    "borne-out": spoil("calls.0.condition", None),
    "said-calls": spoil("text", "privilege = Privileged: Withhold. PRIV-01 governs."),
    "facts": more("It holds in 93 cases."),
    "support": more("Zebras quietly enjoy marzipan."),
}


def test_every_rail_has_its_draft_here() -> None:
    assert set(BROKEN) == set(RAILS)


@pytest.mark.parametrize("rail", BROKEN)
def test_the_rail_fails_the_draft_that_breaks_it(matter: Matter, rail: str) -> None:
    draft = answer(matter)
    BROKEN[rail](draft)
    failed = Verifier(matter, others=("zephyr-arbitration",)).failures(
        ASK, Draft.model_validate(draft)
    )
    assert rail in failed


def test_what_a_model_may_mend_is_told_in_fixed_words_and_the_rest_is_not(matter: Matter) -> None:
    verify = Verifier(matter)
    number, link = answer(matter), answer(matter)
    BROKEN["facts"](number)
    BROKEN["links"](link)
    assert verify.mend(ASK, Draft.model_validate(number)) == "a number stands in no source"
    assert verify.mend(ASK, Draft.model_validate(link)) == ""
    assert verify.mend(ASK, Draft.model_validate(answer(matter))) == ""


def test_a_rail_that_does_not_report_has_failed(matter: Matter) -> None:
    verify = Verifier(matter)

    class Deaf:
        """A guard that says yes without asking any validator."""

        history: list[object] = []  # noqa: RUF012
        validation_passed = True

        def validate(self, *_: object, **__: object) -> Deaf:
            return self

    verify._guard = Deaf()
    assert len(verify(ASK, Draft.model_validate(answer(matter)))) == len(RAILS)


CUT = [
    ("a “not” cut off", "privileged merely because a lawyer is copied."),
    ("an “unless” cut off", "Mail with an outside publicity firm is not privileged"),
]


@pytest.mark.parametrize("part", [c[1] for c in CUT], ids=[c[0] for c in CUT])
def test_part_of_a_sentence_is_no_quotation(matter: Matter, part: str) -> None:
    draft = answer(matter)
    cited = draft["claims"][0]["citation"]
    at = cited["quote"].index(part)
    cited.update(quote=part, start=cited["start"] + at, end=cited["start"] + at + len(part))
    failed = Verifier(matter).failures(ASK, Draft.model_validate(draft))
    assert failed["verbatim-quotes"] == ["only part of a sentence of PRIV-01"]


@pytest.mark.parametrize("other", ["RESP-01", "5-01"])
def test_a_rule_that_a_source_only_points_to_is_no_ground(write_matter: Write, other: str) -> None:
    playbook = PLAYBOOK.replace("RESP-01", other)
    matter = load_matter(
        write_matter(playbook=playbook, exemplars=EXEMPLARS.replace("RESP-01", other))
    )
    draft = answer(matter)
    draft["text"] = f"privilege = Not Privileged. {other} (Company newsletters) governs."
    failed = Verifier(matter).failures(ASK, Draft.model_validate(draft))
    assert failed["citation-ids"] == [f"{other} is named but not what the text rests on"]


@pytest.mark.parametrize("choice", ["Ex. 3 Open", "Ring B"])
def test_a_stop_in_or_after_a_choice_neither_ends_a_sentence_nor_is_an_initials(
    write_matter: Write, choice: str
) -> None:
    def renamed(text: str) -> str:
        return text.replace("Not Privileged", choice)

    files = {"matter": MATTER, "exemplars": EXEMPLARS, "playbook": PLAYBOOK}
    matter = load_matter(write_matter(**{name: renamed(text) for name, text in files.items()}))
    draft = answer(matter)
    draft["text"] = draft["claims"][0]["text"] = renamed(draft["text"])
    draft["calls"][0]["choice"] = choice
    verify = Verifier(matter)
    assert verify(ASK, Draft.model_validate(draft)) == []
    draft["claims"][0]["text"] += " Alan B. Turing agrees."
    assert "facts" in verify.failures(ASK, Draft.model_validate(draft))


def test_a_matters_titles_alone_bear_out_no_sentence(write_matter: Write) -> None:
    titled = PLAYBOOK.replace("Attorney drafts", "Bank account and social security numbers masked")
    draft = answer(matter := load_matter(write_matter(playbook=titled)))
    draft["composer"] = "chat"
    draft["claims"][0]["text"] = "Social security and bank account numbers are masked first."
    assert Verifier(matter).failures(ASK, Draft.model_validate(draft))["support"]


def test_a_rule_titled_like_a_choice_may_speak_against(write_matter: Write) -> None:
    playbook = PLAYBOOK.replace("Attorney drafts", "Design")
    matter = load_matter(write_matter(playbook=playbook))
    rule = next(r for r in matter.rules if r.id == "PRIV-02")
    text = "PRIV-02: if this is a case of “Design” → privilege = Privileged: Withhold [PRIV-02]"
    against = {"text": text, "citation": cite_branch(rule.branches[0], rule).model_dump()}
    draft = {**answer(matter), "counterpoints": [against]}
    assert Verifier(matter)(ASK, Draft.model_validate(draft)) == []


def test_two_branches_of_a_rule_cannot_change_their_calls(matter: Matter) -> None:
    rule = next(r for r in matter.rules if r.id == "PRIV-01")
    one, two = rule.branches[0], rule.branches[1]
    swapped = one.model_copy(update={"calls": two.calls})
    text = (
        "PRIV-01 (Public-relations consultants) speaks to this. Which of these is so?\n"
        f"  b1. {one.condition} → privilege = Not Privileged [PRIV-01]"
    )
    draft = {**answer(matter), "kind": "clarify", "text": text, "calls": []}
    draft["claims"][0]["text"] = "PRIV-01 (Public-relations consultants)"
    draft["branches"] = [swapped.model_dump()]
    assert "borne-out" in Verifier(matter).failures(ASK, Draft.model_validate(draft))


FIRST = "b1. if the business retained the firm → privilege = Not Privileged [PRIV-01]"
OTHER = "b2. if this is a case of “Attorney drafts” → privilege = Privileged: Withhold [PRIV-02]"
OVER_TWO = OTHER.replace("case of", "case\nof")
OFFERED = [
    ("as they are", f"  {FIRST}\n  {OTHER}", True),
    ("in another order", f"  {OTHER}\n  {FIRST}", False),
    ("one left out", f"  {FIRST}", False),
    ("one said twice", f"  {FIRST}\n  {OTHER}\n  {OTHER}", False),
    ("with words after it", f"  {FIRST} at least\n  {OTHER}", False),
    ("another condition", f"  {FIRST.replace('if the', 'unless the')}\n  {OTHER}", False),
    ("another call", f"  {FIRST.replace('Not Privileged', 'None')}\n  {OTHER}", False),
    ("another source", f"  {FIRST}\n  {OTHER.replace('[PRIV-02]', '[PRIV-01]')}", False),
    ("a case over two lines", f"  {FIRST}\n  {OVER_TWO}", False),
    ("a case of nothing", f"  {FIRST}\n  b2.  → privilege = Privileged: Withhold [PRIV-02]", False),
]


@pytest.mark.parametrize(("said", "held"), [o[1:] for o in OFFERED], ids=[o[0] for o in OFFERED])
def test_branches_are_offered_as_they_are(matter: Matter, said: str, held: bool) -> None:
    rules = {r.id: r for r in matter.rules}
    one, two = rules["PRIV-01"].branches[1], rules["PRIV-02"].branches[0]
    assert one.condition == "if the business retained the firm"
    assert two.condition is None
    about = "PRIV-01 (Public-relations consultants) speaks to this. Which of these is so?\n"
    draft = {**answer(matter), "kind": "clarify", "text": about + said, "calls": []}
    draft["claims"][0]["text"] = "PRIV-01 (Public-relations consultants)"
    draft["branches"] = [one.model_dump(), two.model_dump()]
    failed = Verifier(matter).failures(ASK, Draft.model_validate(draft))
    assert ("said-calls" not in failed) is held
    assert not held or failed == {}
