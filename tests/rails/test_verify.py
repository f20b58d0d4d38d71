"""Each output rail fails on the draft made to break it, and passes the sound one."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rails import validators
from rails.validators import Verifier

from assistant.matter import load_matter
from assistant.types import Draft, Matter, Question
from tests.conftest import EXEMPLARS, Write

ASK = Question(ask="publicity firm hired by marketing, lawyer copied. priv?")


@pytest.fixture
def matter(write_matter: Write) -> Matter:
    return load_matter(write_matter())


def answer(matter: Matter) -> dict[str, Any]:
    """A sound answer from PRIV-01, as plain data to be spoilt."""
    rule = next(r for r in matter.rules if r.id == "PRIV-01")
    cited = {
        "kind": "rule",
        "id": rule.id,
        "quote": rule.text,
        "source": rule.source,
        "start": rule.start,
        "end": rule.end,
    }
    call = {
        "field": "privilege",
        "choice": "Not Privileged",
        "source": "PRIV-01",
        "condition": "if the business retained the firm",
    }
    text = "privilege = Not Privileged. PRIV-01 (Public-relations consultants) governs."
    return {
        "kind": "answer",
        "text": text,
        "calls": [call],
        "claims": [{"text": text, "citation": cited}],
        "confidence": 0.9,
    }


def test_a_sound_answer_passes(matter: Matter) -> None:
    assert Verifier(matter)(ASK, Draft.model_validate(answer(matter))) == []


def test_drafts_verified_side_by_side_get_each_its_own_verdict(matter: Matter) -> None:
    verify, sound = Verifier(matter), Draft.model_validate(answer(matter))
    bad = sound.model_copy(update={"text": f"{sound.text} See https://example.org."})
    drafts = [sound, bad] * 60
    with ThreadPoolExecutor(4) as pool:
        passed = [not failed for failed in pool.map(partial(verify, ASK), drafts)]
    assert passed == [True, False] * 60


def spoil(path: str, value: object) -> Callable[[dict[str, Any]], None]:
    def change(draft: dict[str, Any]) -> None:
        *way, last = path.split(".")
        target: Any = draft
        for step in way:
            target = target[int(step)] if step.isdigit() else target[step]
        target[last] = value(target[last]) if callable(value) else value

    return change


BAD = {
    "a word of the quote changed": spoil(
        "claims.0.citation.quote", lambda q: q.replace("not privileged", "privileged")
    ),
    "a number put into the quote": spoil("claims.0.citation.quote", lambda q: q + " 12"),
    "a shifted span": spoil("claims.0.citation.start", lambda n: n + 7),
    "another rule's id": spoil("claims.0.citation.id", "PRIV-02"),
    "a rule that does not exist": spoil("claims.0.citation.id", "PRIV-99"),
    "another file": spoil("claims.0.citation.source", "decision_rights.yaml"),
    "a choice outside the palette": spoil("calls.0.choice", "Half Privileged"),
    "a field outside the palette": spoil("calls.0.field", "colour"),
    "a call its source contradicts": spoil("calls.0.choice", "Privileged: Redact"),
    "the condition dropped": spoil("calls.0.condition", None),
    "a condition of another branch": spoil(
        "calls.0.condition", "if counsel retained the firm to give legal advice"
    ),
    "a source that is not cited": spoil("calls.0.source", "RESP-01"),
    "a superseded exemplar": spoil("calls.0.source", "EX-004"),
    "no citation": spoil("claims", []),
    "no call": spoil("calls", []),
    "another call in words": spoil("text", "privilege = Privileged: Withhold."),
    "a pronouncement on waiver": spoil("text", lambda t: t + " Privilege was waived."),
    "legal advice": spoil("text", lambda t: t + " This is not enforceable."),
    "a prediction": spoil("text", lambda t: t + " The court will rule for us."),
    "a promise to act": spoil("text", lambda t: t + " I have tagged it for you."),
    "a release": spoil("text", lambda t: t + " Go ahead and produce it."),
    "a link": spoil("text", lambda t: t + " See https://evil.example/x."),
    "a mention": spoil("text", lambda t: t + " Ask <@U0EVIL>."),
    "a social security number": spoil("text", lambda t: t + " Her number is 123-45-6789."),
    "a number from nowhere": spoil("text", lambda t: t + " It holds in 93 cases."),
    "a name from nowhere": spoil("text", lambda t: t + " So said Harold Pemberton Smythe."),
    "an invented rule": spoil("text", lambda t: t + " PRIV-88 agrees."),
    "another matter's name": spoil("text", lambda t: t + " As in zephyr-arbitration."),
}


@pytest.mark.parametrize("change", BAD.values(), ids=BAD.keys())
def test_a_spoilt_draft_does_not_pass(
    matter: Matter, change: Callable[[dict[str, Any]], None]
) -> None:
    draft = answer(matter)
    change(draft)
    assert Verifier(matter, others=("zephyr-arbitration",))(ASK, Draft.model_validate(draft)) != []


@pytest.mark.parametrize(
    "link",
    [
        *("https://10.0.0.1/x", "www.x", "evil.com", "<!x>", "<#C0>", "<@u0>", "@everyone"),
        *("[here](", "JavaScript:x", "a@b.example"),
    ],
)
def test_each_kind_of_link_and_mention_fails_the_rail_on_links(matter: Matter, link: str) -> None:
    draft = answer(matter)
    draft["text"] += f" See {link} there."
    assert "links" in Verifier(matter).failures(ASK, Draft.model_validate(draft))


@pytest.mark.parametrize("mark", ["\u2066", "\u2069", "\u061c", "\u180e", "\u200b"])
def test_what_nobody_sees_or_turns_a_line_round_fails_the_rail_on_hidden_text(
    matter: Matter, mark: str
) -> None:
    draft = answer(matter)
    draft["text"] = draft["claims"][0]["text"] = draft["text"].replace("governs", f"{mark}governs")
    assert "hidden-text" in Verifier(matter).failures(ASK, Draft.model_validate(draft))


def test_a_text_does_not_rest_on_what_speaks_against_it(matter: Matter) -> None:
    draft = answer(matter)
    other = next(e for e in matter.exemplars if e.status == "active" and e.calls)
    cited = {"kind": "exemplar", "id": other.id, "quote": other.quote, "source": other.source}
    cited |= {"start": other.start, "end": other.end}
    coded = ", ".join(f"{call.field} = {call.choice}" for call in other.calls)
    draft["counterpoints"] = [{"text": f"{other.id} was coded {coded}.", "citation": cited}]
    assert Verifier(matter)(ASK, Draft.model_validate(draft)) == []
    draft["text"] = draft["text"].replace("PRIV-01", other.id)
    failed = Verifier(matter).failures(ASK, Draft.model_validate(draft))
    assert failed["citation-ids"] == [f"{other.id} is named but not what the text rests on"]


@pytest.mark.parametrize(("said", "held"), [("with a note", True), ("with no note", False)])
def test_a_not_of_an_exemplars_rationale_bears_out_none_in_its_facts(
    write_matter: Write, said: str, held: bool
) -> None:
    rows = EXEMPLARS.replace(",Newsletter.,", ",It is not on one product.,")
    matter = load_matter(write_matter(exemplars=rows))
    draft, other = answer(matter), next(e for e in matter.exemplars if e.id == "EX-003")
    cited = {"kind": "exemplar", "id": other.id, "quote": other.quote, "source": other.source}
    cited |= {"start": other.start, "end": other.end}
    text = f"EX-003: The weekly all-hands newsletter comes {said} on the pump."
    draft = {**draft, "composer": "chat"}
    draft["claims"].append({"text": text, "citation": cited})
    assert (Verifier(matter)(ASK, Draft.model_validate(draft)) == []) is held


def test_a_superseded_exemplar_is_not_even_shown_beside_a_sound_call(matter: Matter) -> None:
    draft = answer(matter)
    old = next(e for e in matter.exemplars if e.id == "EX-004")
    cited = {
        "kind": "exemplar",
        "id": old.id,
        "quote": old.quote,
        "source": old.source,
        "start": old.start,
        "end": old.end,
    }
    draft["claims"].append(
        {"text": "EX-004 was coded privilege = Privileged: Withhold.", "citation": cited}
    )
    assert Verifier(matter)(ASK, Draft.model_validate(draft)) == ["EX-004 is superseded"]


def test_what_failed_is_said_in_fixed_words_never_in_words_of_the_draft(matter: Matter) -> None:
    draft = answer(matter)
    draft["text"] += " CANARY-3 https://canary.example 123-45-6789"
    assert "CANARY" not in " ".join(Verifier(matter)(ASK, Draft.model_validate(draft))).upper()


def test_a_rail_that_raises_has_failed(matter: Matter) -> None:
    verify = Verifier(matter)

    def broken(case: object) -> list[str]:
        raise RuntimeError("secret")

    verify._checks = {**verify._checks, "palette": broken}
    failed = verify(ASK, Draft.model_validate(answer(matter)))
    assert failed == ["rail palette could not decide (RuntimeError)"]


def test_a_rail_that_lets_everything_pass_does_not_start(
    matter: Matter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(validators.RAILS, "palette", (lambda case: [], "noop"))
    with pytest.raises(RuntimeError, match="let a bad draft pass"):
        Verifier(matter)


@settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(at=st.integers(0, 10_000), letter=st.sampled_from("abcxyz0123456789"))
def test_a_quote_with_one_letter_changed_never_passes(matter: Matter, at: int, letter: str) -> None:
    draft = answer(matter)
    quote = draft["claims"][0]["citation"]["quote"]
    at %= len(quote)
    if quote[at].isspace() or quote[at] == letter:
        return
    draft["claims"][0]["citation"]["quote"] = quote[:at] + letter + quote[at + 1 :]
    assert "not the words of PRIV-01" in Verifier(matter)(ASK, Draft.model_validate(draft))
