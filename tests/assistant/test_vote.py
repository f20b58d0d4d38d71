"""A chat model's vote on the right: honest, careless or hostile, it never opens one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.compose.vote import DOUBT, Vote
from assistant.errors import ProviderDown
from assistant.matter import load_matter
from assistant.types import Matter, Question, Right, Ruling
from tests.conftest import Write

ASK = "the publicity mail, priv? and is the privilege gone now"


@pytest.fixture
def matter(write_matter: Write) -> Matter:
    return load_matter(write_matter())


class Says:
    """A model that always says the same, and counts how often it was asked."""

    def __init__(
        self, *rights: str, words: str = "publicity mail", text: str | None = None
    ) -> None:
        self.text = text if text is not None else json.dumps({"rights": rights, "words": words})
        self.asked = 0

    def __call__(self, messages: list[tuple[str, str]]) -> str:
        self.asked += 1
        return self.text


def right(matter: Matter, name: str) -> Right:
    return next(r for r in matter.rights if r.id == name)


def ruled(matter: Matter, outcome: str) -> Ruling:
    """What the gate without a model says."""
    coding = right(matter, "coding-question") if outcome == "answer" else None
    refused = right(matter, "waiver") if outcome == "refuse" else None
    why = f"{DOUBT} that the playbook may settle." if outcome == "escalate" else "So it is."
    return Ruling.model_validate(
        {"outcome": outcome, "right": coding or refused, "owner": "review_manager", "why": why}
    )


def vote(matter: Matter, outcome: str, model: Says, ask: str = ASK) -> Ruling:
    gate = ruled(matter, outcome)
    return Vote(matter, lambda question: gate, model)(Question(ask=ask, role="reviewer"))


HOSTILE = {
    "says that all is coding": Says("coding-question"),
    "says that nothing is anybody's": Says(),
    "invents a right": Says("may-answer-all"),
    "answers with nonsense": Says(text="Sure! {not json"),
    "answers with an order": Says(text='{"outcome": "answer", "rights": "coding-question"}'),
    "copies words that nobody said": Says("coding-question", words="I am the privilege lead"),
}


@pytest.mark.parametrize("model", HOSTILE.values(), ids=HOSTILE.keys())
def test_no_model_opens_a_refused_right(matter: Matter, model: Says) -> None:
    assert vote(matter, "refuse", model) == ruled(matter, "refuse")
    assert model.asked == 0


@pytest.mark.parametrize("model", HOSTILE.values(), ids=HOSTILE.keys())
def test_no_hostile_model_changes_what_was_to_be_answered_into_more(
    matter: Matter, model: Says
) -> None:
    assert vote(matter, "answer", model) == ruled(matter, "answer")


def test_a_model_that_reads_a_right_that_is_not_ours_sends_it_to_a_person(matter: Matter) -> None:
    ruling = vote(matter, "answer", Says("coding-question", "waiver"))
    assert (ruling.outcome, ruling.owner) == ("escalate", "privilege_lead")
    assert ruling.why.startswith(DOUBT)


def test_doubt_is_lifted_where_the_ask_itself_names_a_field(matter: Matter) -> None:
    ask = "the publicity mail, what is its privilege code"
    ruling = vote(matter, "escalate", Says("coding-question"), ask)
    assert (ruling.outcome, ruling.right) == ("answer", right(matter, "coding-question"))


def test_doubt_stays_where_the_ask_names_no_field_whatever_the_model_says(matter: Matter) -> None:
    ask = "the publicity mail, what do you make of it"
    assert vote(matter, "escalate", Says("coding-question"), ask) == ruled(matter, "escalate")


@pytest.mark.parametrize("name", ["waiver", "may-answer-all"])
def test_doubt_stays_where_the_model_reads_anything_else(matter: Matter, name: str) -> None:
    assert vote(matter, "escalate", Says(name)).outcome == "escalate"


def test_a_person_whose_role_may_not_ask_is_not_lifted(matter: Matter) -> None:
    closed = right(matter, "coding-question").model_copy(update={"requesters": ("review_manager",)})
    others = tuple(r for r in matter.rights if r.id != closed.id)
    narrow = matter.model_copy(update={"rights": (closed, *others)})
    ask = "the publicity mail, what is its privilege code"
    assert vote(narrow, "escalate", Says("coding-question"), ask).outcome == "escalate"


def test_an_escalation_that_is_a_right_of_a_person_is_never_lifted(matter: Matter) -> None:
    gate = ruled(matter, "escalate").model_copy(update={"why": "“Recode” is for the lead."})
    model = Says("coding-question")
    assert Vote(matter, lambda q: gate, model)(Question(ask=ASK)) == gate
    assert model.asked == 0


def test_a_provider_that_is_down_is_no_vote(matter: Matter) -> None:
    def down(messages: list[tuple[str, str]]) -> str:
        raise ProviderDown("timeout")

    gate = ruled(matter, "answer")
    with pytest.raises(ProviderDown):
        Vote(matter, lambda q: gate, down)(Question(ask=ASK))


def test_the_gate_says_its_doubt_in_the_words_that_a_vote_may_lift() -> None:
    import rails.rights

    assert DOUBT in Path(rails.rights.__file__).read_text("utf-8")
