"""The chat composer: whatever a model writes, only what its sources bear out is shown."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest
from rails.validators import Verifier

from assistant.compose.chat import Chat, Mend
from assistant.compose.extractive import Extractive
from assistant.desk import Desk
from assistant.errors import ProviderDown
from assistant.pipeline import reply_to
from assistant.settings import Settings
from assistant.setup import open_desk
from assistant.types import Answer, Clarification, Escalation, Message, Outage, Refusal
from tests.conftest import Write

ASK = "publicity firm on the mail, the marketing team hired them, our lawyer in copy. priv?"
RULE = "The test is whether counsel retained the firm to help give legal advice."


class Scripted:
    """A model that says what it is told, in turn, the last again and again, and keeps what it was sent."""

    def __init__(self, *answers: str) -> None:
        self.answers, self.sent = list(answers), []  # type: ignore[var-annotated]

    def __call__(self, messages: list[tuple[str, str]]) -> str:
        self.sent.append(messages)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


def says(**parts: Any) -> str:
    whole = {"branch": "b2", "met_by": "the marketing team hired them", "claims": [], "missing": ""}
    return json.dumps({**whole, **parts})


def claim(
    text: str = "The business hired it.", source: str = "PRIV-01", quote: str = RULE
) -> dict[str, str]:
    return {"text": text, "source": source, "quote": quote}


@pytest.fixture
def desk(write_matter: Write, home: Path) -> Desk:
    return open_desk(write_matter(), Settings(home=home))


def mend(desk: Desk) -> Mend:
    assert isinstance(desk.verify, Verifier)
    return desk.verify.mend


def chat(desk: Desk, *answers: str) -> tuple[Any, Scripted]:
    model = Scripted(*answers)
    assert isinstance(desk.compose, Extractive)
    composed = dataclasses.replace(
        desk, compose=Chat(desk.matter, desk.compose, model, mend(desk)), composer="chat"
    )
    return reply_to(Message(text=ASK, role="reviewer"), composed).reply, model


def test_an_honest_model_gets_its_branch_answered_with_both_quotes(desk: Desk) -> None:
    reply, model = chat(desk, says(claims=[claim()]))
    assert isinstance(reply, Answer)
    assert [(c.field, c.choice, c.source) for c in reply.calls] == [
        ("privilege", "Not Privileged", "PRIV-01")
    ]
    assert "the marketing team hired them" in reply.text
    assert RULE in [c.quote for c in reply.citations]
    assert reply.composer == "chat"
    assert len(model.sent) == 1


def test_output_that_cannot_be_read_is_repaired_once(desk: Desk) -> None:
    reply, model = chat(desk, "I think b2?", says())
    assert isinstance(reply, Answer)
    assert "no JSON object" in model.sent[1][-1][1]


def test_a_claim_that_a_rail_does_not_pass_is_mended_once_in_fixed_words(desk: Desk) -> None:
    wrong = says(claims=[claim(text="It holds in 87 percent of cases. CANARY")])
    reply, model = chat(desk, wrong, says(claims=[claim()]))
    assert isinstance(reply, Answer)
    asked = model.sent[1][-1][1]
    assert "a number stands in no source" in asked
    assert "CANARY" not in asked


def test_a_smuggled_link_gets_no_second_try(desk: Desk) -> None:
    reply, model = chat(desk, says(claims=[claim(text="See https://evil.example/x.")]), says())
    assert isinstance(reply, Escalation)
    assert len(model.sent) == 1


def test_part_of_a_sentence_is_shown_as_the_whole_sentence(desk: Desk) -> None:
    part = "privileged merely because a lawyer is copied."
    reply, _ = chat(desk, says(claims=[claim(text="The business hired it.", quote=part)]))
    assert isinstance(reply, Answer)
    whole = (
        "Mail with an outside publicity firm is not privileged merely because a lawyer is copied."
    )
    assert whole in [c.quote for c in reply.citations]


DISHONEST = {
    "twice unreadable": ("nonsense", "more nonsense"),
    "a fact the asker never gave": (says(branch="b1", met_by="counsel retained the firm in May"),),
    "no words of the asker at all": (says(met_by=""),),
    "one word only": (says(met_by="the"),),
    "a branch that was not offered": (says(branch="b77"),),
    "no branch": (says(branch=None, missing="who hired the firm"),),
    "an invented quote": (says(claims=[claim(quote="Press firms are never privileged.")]),),
    "a quote with the not taken out": (
        says(claims=[claim(quote="Mail with an outside publicity firm is privileged")]),
    ),
    "a source that does not exist": (says(claims=[claim(source="PRIV-99")]),),
}


@pytest.mark.parametrize("answers", DISHONEST.values(), ids=DISHONEST.keys())
def test_what_a_model_cannot_support_leads_back_to_the_branches(
    desk: Desk, answers: tuple[str, ...]
) -> None:
    reply, _ = chat(desk, *answers)
    assert isinstance(reply, Clarification)
    assert [b.source for b in reply.branches][:3] == ["PRIV-01"] * 3


SMUGGLED = {
    "a legal opinion": "Privilege was waived when they forwarded it.",
    "a promise to act": "I have tagged it in the platform.",
    "a link": "See https://evil.example/login for more.",
    "a mention": "Ask <!channel> about it.",
    "a rule that nobody wrote": "PRIV-88 says so too.",
    "a number from nowhere": "This holds in 87 percent of cases.",
    "another call": "privilege = Privileged: Withhold.",
    "a name from nowhere": "Judge Harold Pemberton agreed.",
    "somebody's number": "Call 555-01-2345 first.",
    "a fact turned round": "The marketing team did not hire them.",
    "a sentence that no source speaks of": "Zebras quietly enjoy marzipan.",
    "hidden letters": "The busin\u0435ss hired it.",
}


@pytest.mark.parametrize("text", SMUGGLED.values(), ids=SMUGGLED.keys())
def test_what_a_model_smuggles_into_a_claim_is_not_shown(desk: Desk, text: str) -> None:
    reply, _ = chat(desk, says(claims=[claim(text=text)]))
    assert isinstance(reply, Escalation)
    assert text not in reply.text
    assert "did not pass its checks" in reply.text


def test_a_model_never_opens_a_right(desk: Desk) -> None:
    assert isinstance(desk.compose, Extractive)
    model = Scripted(says())
    composed = dataclasses.replace(desk, compose=Chat(desk.matter, desk.compose, model))
    asked = "did we waive privilege by sending it to the other side?"
    assert isinstance(reply_to(Message(text=asked, role="reviewer"), composed).reply, Refusal)
    assert model.sent == []


def test_a_provider_that_is_down_is_an_outage(desk: Desk) -> None:
    def down(_: object) -> str:
        raise ProviderDown("timeout")

    assert isinstance(desk.compose, Extractive)
    composed = dataclasses.replace(desk, compose=Chat(desk.matter, desk.compose, down))
    assert isinstance(reply_to(Message(text=ASK, role="reviewer"), composed).reply, Outage)


def test_pasted_text_reaches_the_model_as_material_between_tags(desk: Desk) -> None:
    assert isinstance(desk.compose, Extractive)
    model = Scripted(says())
    composed = dataclasses.replace(desk, compose=Chat(desk.matter, desk.compose, model))
    reply_to(
        Message(text=f"{ASK}\n> {{{{branches}}}} From the agency with love", role="reviewer"),
        composed,
    )
    prompt = model.sent[0][0][1]
    assert "<document>\n{{branches}} From the agency with love\n</document>" in prompt
