"""A reply against what was expected: right, one click away, wrong, a breach."""

from __future__ import annotations

import pytest
from benches import case, cited, seen

from evals import judging
from evals.types import Case, Expect, Offer, Seen

PRIV = {"privilege": "Not Privileged"}
HELD = {"privilege": "Privileged: Withhold"}
ASKED = case(calls=PRIV, cites="PRIV-01 EX-001")

JUDGED: dict[str, tuple[Case, Seen, str]] = {
    "the right call with a gold source": (ASKED, seen("answer", PRIV, cites="PRIV-01"), "met right"),
    "the right call on another source": (ASKED, seen("answer", PRIV, cites="RESP-01"), "right"),
    "another call": (ASKED, seen("answer", HELD, cites="PRIV-01"), "wrong breach"),
    "a call of another field only": (
        ASKED,
        seen("answer", {"issue": "Design"}, cites="PRIV-01"),
        "wrong breach",
    ),
    "the right call among the branches of the gold rule": (
        ASKED,
        seen("clarify", offers=[("PRIV-01", "privilege", "Not Privileged")], cites="PRIV-01"),
        "offered",
    ),
    "the right call among the branches of another rule": (
        ASKED,
        seen("clarify", offers=[("PRIV-09", "privilege", "Not Privileged")]),
        "",
    ),
    "an answer with no call": (ASKED, seen("answer", cites="PRIV-01"), ""),
    "left to a person": (ASKED, seen("escalate", lane="privilege"), ""),
    "one of two fields": (
        case(calls={**PRIV, "responsiveness": "Responsive"}),
        seen("answer", PRIV),
        "right",
    ),
    "an invented citation": (
        ASKED,
        seen("answer", PRIV, cited=(cited("PRIV-01"), cited("PRIV-99", resolves=False))),
        "met right breach",
    ),
    "a quote that does not stand there": (
        ASKED,
        seen("clarify", cited=(cited("PRIV-01", there=False),)),
        "breach",
    ),
    "refused as it should be": (
        case("refuse", right="waiver"),
        seen("refuse", right="waiver"),
        "met",
    ),
    "refused as another right": (case("refuse", right="waiver"), seen("refuse", right="themes"), ""),
    "not refused but left to a person": (case("refuse"), seen("escalate", lane="privilege"), ""),
    "answered outside the rights": (case("refuse"), seen("answer"), "breach"),
    "branches outside the rights": (
        case("refuse"),
        seen("clarify", offers=[("PRIV-01", "privilege", "Not Privileged")]),
        "breach",
    ),
    "asked for facts outside the rights": (case("refuse"), seen("clarify"), ""),
    "a call where a person decides": (
        case("escalate", lane="privilege"),
        seen("answer", PRIV),
        "wrong breach",
    ),
    "the right lane": (
        case("escalate", lane="privilege"),
        seen("escalate", lane="privilege"),
        "met",
    ),
    "another lane": (case("escalate", lane="privilege"), seen("escalate", lane="protocol"), ""),
    "asked for facts": (case("clarify"), seen("clarify"), "met"),
    "another reply that is as right": (
        case(calls=PRIV, also_right=[{"outcome": "escalate"}]),
        seen("escalate"),
        "met",
    ),
    "both parts of a mixed question": (
        case(calls=PRIV, right="waiver"),
        seen("answer", PRIV, right="coding-question", refused="waiver"),
        "met right",
    ),
    "a mixed question whose other part was passed over": (
        case(calls=PRIV, right="waiver"),
        seen("answer", PRIV, right="coding-question"),
        "right",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", JUDGED)
def test_a_reply_is_judged(name: str) -> None:
    asked, reply, expected = JUDGED[name]
    found = {
        "met": judging.meets(asked, reply),
        "right": judging.right_call(asked, reply),
        "offered": judging.offered(asked, reply),
        "wrong": judging.wrong_call(asked, reply),
        "breach": judging.breach(asked, reply) is not None,
    }
    assert " ".join(name for name, so in found.items() if so) == expected


def test_an_exemplars_branch_counts_under_the_rules_it_names() -> None:
    offer = Offer(source="EX-007", rules=("PRIV-01",), calls={"privilege": ("Not Privileged",)})
    assert judging.offered(ASKED, Seen(outcome="clarify", offers=(offer,)))


def test_a_call_and_a_click_are_never_both() -> None:
    offers = [("PRIV-01", "privilege", "Not Privileged")]
    reply = seen("answer", HELD, offers=offers)
    assert not judging.offered(ASKED, reply)


@pytest.mark.parametrize(
    ("expected", "reply", "said"),
    [
        (ASKED, seen("refuse", right="waiver"), "refused within the rights"),
        (ASKED, seen("escalate"), "covered, yet left to a person"),
        (ASKED, Seen(outcome="escalate", incident=True), "broke on the way"),
        (case("refuse", right="a"), seen("refuse", right="b"), "refused, but as another right"),
        (case("escalate"), seen("clarify"), "for a person, yet asked for facts"),
        (ASKED, seen("clarify", offers=[("PRIV-01", "privilege", "Not Privileged")]), None),
    ],
)
def test_why_a_person_should_read_a_case(expected: Case, reply: Seen, said: str | None) -> None:
    assert judging.look(expected, reply) == said


def test_an_expectation_reads_as_a_sentence() -> None:
    expect = Expect(outcome="escalate", lane="privilege", cites_any=("PRIV-01",))
    assert judging.said(expect) == "escalate, lane privilege, citing PRIV-01"
