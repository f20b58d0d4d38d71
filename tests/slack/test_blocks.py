"""Any reply, of any text, becomes a message that Slack takes and a tired reviewer understands."""

from __future__ import annotations

from typing import Any

import pytest
from blockkit import assert_sendable, buttons, parts, shown
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from assistant.pipeline import Recorded
from assistant.types import (
    Answer,
    Branch,
    Call,
    Citation,
    Clarification,
    CodingField,
    Counterpoint,
    Escalation,
    Exemplar,
    Lane,
    Matter,
    Outage,
    Refusal,
    Reply,
    Right,
)
from slack_app.blocks import (
    OpenQuestion,
    Standing,
    clean,
    continuation,
    escalation_packet,
    escape,
    feedback_modal,
    home_view,
    placeholder_message,
    reply_message,
    which_matter,
)

BIG = settings(  # shrinking texts of this size takes minutes and says no more
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
HOSTILE = "<!here> <@U0ALICE> <#C0PRIV> & *bold* _it_ `code` :fire: @channel <https://x|y>"
TEXT = st.one_of(
    st.text(st.characters(codec=None), max_size=60),  # lone surrogates and control characters too
    st.text(max_size=40).map(lambda s: s * 120),
    st.sampled_from([HOSTILE, "", "\x00", "\u202e", "😀" * 4_000, "x" * 70_000, "a\n" * 5_000]),
)
CITATION = st.builds(
    Citation,
    kind=st.sampled_from(["rule", "section", "exemplar"]),
    id=TEXT,
    quote=TEXT,
    source=TEXT,
    start=st.just(0),
    end=st.just(1),
    page=st.none() | st.integers(1, 999),
)
CALL = st.builds(Call, field=TEXT, choice=TEXT, source=TEXT)
BRANCH = st.builds(
    Branch,
    source=TEXT,
    condition=st.none() | TEXT,
    calls=st.lists(CALL, max_size=4).map(tuple),
    lane=st.none() | TEXT,
    quote=TEXT,
    source_file=TEXT,
    start=st.just(0),
    end=st.just(1),
)


def many(one: Any, least: int = 0, most: int = 30) -> Any:
    return st.lists(one, min_size=least, max_size=most).map(tuple)


COMMON = {
    "text": TEXT,
    "owner": st.none() | TEXT,
    "why": st.none() | TEXT,
    "notes": many(TEXT, most=8),
}
SOURCED = {"citations": many(CITATION), "refused": st.none() | TEXT}
POINTS = many(st.builds(Counterpoint, text=TEXT, citation=CITATION), most=4)
REPLIES = st.one_of(
    st.builds(
        Answer,
        **{**COMMON, **SOURCED, "citations": many(CITATION, 1), "counterpoints": POINTS},
        kind=st.sampled_from(["answer", "draft"]),
        calls=many(CALL),
        confidence=st.floats(0, 1),
        affirmed=st.none() | TEXT | st.just("U0ALICE"),
    ),
    st.builds(
        Clarification,
        **{**COMMON, **SOURCED, "branches": many(BRANCH, 1), "counterpoints": POINTS},
    ),
    st.builds(
        Escalation,
        **{**COMMON, **SOURCED, "branches": many(BRANCH), "incident": st.none() | TEXT},
        lane=st.sampled_from([None, "privilege"]),
    ),
    st.builds(Refusal, **COMMON),
    st.builds(Outage, **COMMON, incident=TEXT),
)


def matter(words: str = "harbor", count: int = 1) -> Matter:
    right = Right(id="waiver", task=words, assistant="refuse", accountable=words)
    call = Call(field="privilege", choice=words, source="EX-1")
    exemplar = Exemplar(
        id="EX-1",
        facts=words,
        calls=(call,),
        rationale="",
        rules=(),
        decided_by=words,
        decided_on="2026-03-02",
        status="active",
        source="exemplars.csv",
        quote=words,
        start=0,
        end=1,
        line=2,
    )
    return Matter(
        id="harbor",
        title=words,
        playbook_version=words,
        coding_fields=(CodingField(name="privilege", choices=("Privileged: Withhold",)),),
        roles=("reviewer",),
        lanes=(Lane(name="privilege", owner=words, target_hours=4, channel="C0PRIV"),),
        rights=(right,) * count,
        rules=(),
        exemplars=(exemplar,),
        folder="harbor",
        content_hash="0",
    )


@settings(BIG, max_examples=60)
@given(reply=REPLIES, words=TEXT, seq=st.none() | st.integers(1))
def test_any_reply_is_sendable_with_outcome_sources_and_buttons(
    reply: Reply, words: str, seq: int | None
) -> None:
    post = reply_message(Recorded(reply, seq, 1.0), matter(words), "a1", "U0ALICE")
    assert_sendable(post.blocks)
    assert post.blocks[0]["type"] == "header"
    found = getattr(reply, "citations", ())
    quotes = [part for part in parts(post.blocks) if part.get("type") == "rich_text_quote"]
    assert len(quotes) >= min(len(found), 6)
    pressed = buttons(post.blocks)
    branches = getattr(reply, "branches", ())[:15]
    for number in range(1, len(branches) + 1):
        assert pressed[f"branch:choose:{number}"] == f"a1:b{number}"
    assert pressed.get("feedback:up") == (None if reply.kind == "outage" else "a1")
    assert ("answer:escalate" in pressed) == (reply.kind != "escalate")
    assert set(pressed.values()) <= {"a1", *(f"a1:b{n}" for n in range(1, 16))}
    assert "<" not in post.text
    for more in continuation(post.overflow or ""):
        assert_sendable(more.blocks)


@settings(BIG, max_examples=25)
@given(reply=REPLIES, words=TEXT)
def test_any_packet_home_view_and_choice_is_sendable(reply: Reply, words: str) -> None:
    about = matter(words, count=30)
    packet = escalation_packet(Recorded(reply, 3, 1.0), about, "U0ALICE", "https://x.slack.com/p1")
    assert_sendable(packet.blocks)
    assert not buttons(packet.blocks)
    asked = (OpenQuestion("clarify", "https://x.slack.com/p1", words),) * 30
    assert_sendable(home_view([Standing(about, (words,), asked)] * 30)["blocks"], most=100)
    assert_sendable(which_matter([about] * 30, "q1").blocks)


def test_what_is_left_out_goes_whole_into_the_overflow() -> None:
    quotes = [f"{n} " + "word " * 1_000 + "END" for n in range(9)]
    cited = [
        Citation(kind="rule", id=f"R-{n}", quote=quote, source="p.md", start=0, end=1)
        for n, quote in enumerate(quotes)
    ]
    reply = Answer(text="yes " * 3_000, citations=tuple(cited), confidence=0.9)
    post = reply_message(Recorded(reply, 1, 1.0), matter(), "a1")
    assert post.overflow is not None
    assert all(quote in post.overflow for quote in quotes)
    assert "Shortened to fit here" in " ".join(shown(post.blocks))
    pages = continuation(post.overflow)
    assert "".join("".join(shown(page.blocks)) for page in pages) == post.overflow


@pytest.mark.parametrize("field", ["text", "quote", "notes", "branches"])
def test_whatever_is_shortened_alone_brings_the_whole_reply_along(field: str) -> None:
    long = "word " * 1_000 + "END"
    cited = Citation(
        kind="rule",
        id="R-1",
        quote=long if field == "quote" else "q",
        source="p.md",
        start=0,
        end=1,
    )
    branch = Branch(
        source="R-1", condition="if so", quote="q", source_file="p.md", start=0, end=1, lane="END"
    )
    reply = Clarification(
        text=long if field == "text" else "t",
        notes=(long,) if field == "notes" else (),
        citations=(cited,),
        branches=(branch,) * (16 if field == "branches" else 1),
    )
    post = reply_message(Recorded(reply, 1, 1.0), matter(), "a1")
    assert post.overflow is not None
    assert "END" in post.overflow
    assert ("16. if so" in post.overflow) == (field == "branches")


def test_a_source_with_nothing_in_it_is_said_to_be_empty() -> None:
    cited = Citation(kind="rule", id="R-1", quote="\n", source="p.md", start=0, end=1)
    reply = Answer(text="Yes.", citations=(cited,), confidence=0.8)
    assert "(the source is empty here)" in shown(
        reply_message(Recorded(reply, 1, 1.0), matter(), "a1").blocks
    )


def test_what_cannot_be_sent_or_turns_text_around_is_left_out() -> None:
    assert clean("a\ud800b\x00c\u202ed\r\ne\tf") == "a?bcd\ne\tf"
    assert clean("שלום 👩‍⚖️ ﷽") == "שלום 👩‍⚖️ ﷽"


@pytest.mark.parametrize("address", ["", "javascript:alert(1)"])
def test_a_packet_without_a_link_still_stands(address: str) -> None:
    reply = Escalation(text="A person decides.", lane="privilege")
    post = escalation_packet(Recorded(reply, 1, 1.0), matter(), "U0ALICE", address)
    assert_sendable(post.blocks)
    assert not [part for part in parts(post.blocks) if part.get("type") == "link"]


def test_a_short_reply_is_shown_whole() -> None:
    cited = Citation(kind="rule", id="R-1", quote="Whole.", source="p.md", start=0, end=6)
    post = reply_message(
        Recorded(Answer(text="Yes.", citations=(cited,), confidence=0.8), 4, 1.0), matter(), "a1"
    )
    assert post.overflow is None
    assert "Whole." in shown(post.blocks)


def test_markup_in_a_quote_is_shown_letter_for_letter_and_escaped_in_the_line() -> None:
    cited = Citation(kind="rule", id="R-1", quote=HOSTILE, source="p.md", start=0, end=1)
    reply = Answer(text=HOSTILE, citations=(cited,), confidence=0.8)
    post = reply_message(Recorded(reply, 1, 1.0), matter(), "a1")
    assert shown(post.blocks).count(HOSTILE) == 2
    assert "&lt;!here&gt; &lt;@U0ALICE&gt; &lt;#C0PRIV&gt; &amp;" in post.text


@pytest.mark.parametrize("text", ["<!here>", "<!channel>", "<@U1>", "<#C1>", "<http://x|y>", "<>&"])
def test_nothing_of_slacks_markup_survives_escaping(text: str) -> None:
    escaped = escape(text)
    assert "<" not in escaped
    assert ">" not in escaped
    assert escaped.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") == text


def test_a_choice_names_who_affirmed_as_a_person_and_not_as_an_id() -> None:
    cited = Citation(kind="rule", id="R-1", quote="q", source="p.md", start=0, end=1)
    reply = Answer(
        text="privilege = X. U0ALICE affirms: if it was sent.",
        calls=(Call(field="privilege", choice="X", source="R-1"),),
        citations=(cited,),
        confidence=0.95,
        affirmed="U0ALICE",
    )
    post = reply_message(Recorded(reply, 1, 1.0), matter(), "a1")
    people = [p["user_id"] for p in parts(post.blocks) if p.get("type") == "user"]
    assert people == ["U0ALICE", "U0ALICE"]
    assert not [text for text in shown(post.blocks) if "U0ALICE" in text]


@pytest.mark.parametrize(
    ("reply", "first"),
    [
        (Clarification(text="Which document?"), "? More is needed from you"),
        (Refusal(text="No."), "⊘ Not the assistant's right"),
        (Outage(text="Down.", incident="i1"), "✕ Outage: the model's provider is down"),
        (Escalation(text="So.", lane=None), "⇧ A person decides"),
    ],
)
def test_the_outcome_stands_first_in_words(reply: Reply, first: str) -> None:
    post = reply_message(Recorded(reply, 1, 1.0), matter(), "a1")
    assert shown(post.blocks)[0] == first
    assert post.text.startswith(escape(first))


def test_a_lane_says_whose_call_it_is_and_by_when() -> None:
    reply = Escalation(text="A person decides.", lane="privilege", owner="privilege_lead")
    text = "".join(shown(reply_message(Recorded(reply, 1, 1.0), matter(), "a1").blocks))
    assert "Not your call: the privilege lead decides, in lane privilege, within 4 hours." in text


def test_a_packet_is_for_the_owner_of_the_lane_it_goes_to_and_not_of_the_right() -> None:
    call = Call(field="privilege", choice="X", source="R-1")
    way = {"quote": "q", "source_file": "p.md", "start": 0, "end": 1, "calls": (call,)}
    branch = Branch(source="R-1", condition="if so", **way)
    reply = Clarification(text="Which?", branches=(branch,), owner="review_manager")
    post = escalation_packet(Recorded(reply, 1, 1.0), matter("lead"), "U0ALICE", "")
    assert shown(post.blocks)[0] == "⇧ For the lead"
    other = Lane(name="protocol", owner="qc_lead", target_hours=2)
    post = escalation_packet(Recorded(reply, 1, 1.0), matter("lead"), "U0ALICE", "", other)
    assert shown(post.blocks)[0] == "⇧ For the qc lead"


def test_the_feedback_modal_carries_the_answers_id_and_nothing_else() -> None:
    view = feedback_modal("a1")
    assert view["private_metadata"] == "a1"
    assert len(view["title"]["text"]) <= 24
    assert_no_markup(view["blocks"])


def test_the_placeholder_is_sendable() -> None:
    assert_sendable(placeholder_message().blocks)


def assert_no_markup(blocks: list[dict[str, Any]]) -> None:
    assert all(part.get("type") != "mrkdwn" for part in parts(blocks))
