"""A digest: what it holds, and what its rails stop."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.transcripts.digest import digest_of
from assistant.transcripts.digest.statement import state
from assistant.transcripts.digest.verify import failures
from assistant.transcripts.lines import parse_file
from assistant.transcripts.nouns import Digest, Entry, Transcript
from assistant.transcripts.record import Record, record_of
from assistant.transcripts.record.cites import Lines
from benchmarks.transcript_layouts import numbered, text_of
from benchmarks.transcript_script import Page


def test_every_quote_stands_at_its_cites_and_is_the_witness_s(
    digest: Digest, halvorsen: Transcript
) -> None:
    at = Lines(halvorsen.lines)
    assert len(digest.entries) > 20
    for entry in digest.entries:
        assert entry.quote in at.words(entry.cites)
        answers = " ".join(x.said for c in entry.cites for x in at.read(c) if x.speaker == "A")
        assert entry.quote in answers
    assert digest.unverified == ()


def test_a_correction_carries_both_cites(digest: Digest) -> None:
    corrected = next(e for e in digest.entries if e.cites[0] == "11:2-6")
    assert corrected.cites == ("11:2-6", "6:21-25")
    assert {"corrected", "hedged"} <= set(corrected.flags)
    earlier = next(e for e in digest.entries if e.cites == ("6:21-25",))
    assert {"inconsistent", "crosses-objection"} <= set(earlier.flags)


def exchange(question: str, answer: str, tmp_path: Path, between: str = "") -> Record:
    rows = ["P R O C E E D I N G S", "BY MR. LOW:", f"Q.   {question}"]
    rows += [between] if between else []
    rows += [f"A.   {answer}", "Q.   Thank you, sir?", "A.   Yes."]
    page = Page(1, (*rows, *[""] * (25 - len(rows))))
    path = tmp_path / "x.txt"
    path.write_bytes(text_of([page], numbered, foot=lambda p: f"{p.number:>40}"))
    return record_of(parse_file(path))


@pytest.mark.parametrize(
    ("question", "answer", "said", "kind"),
    [
        ("Did you sign the lease?", "Yes.", "Did sign the lease. (“Yes.”)", "testimony"),
        ("Did you sign the lease?", "No.", "Did not sign the lease. (“No.”)", "denial"),
        ("You signed the lease, correct?", "Correct.",
         "Agreed: [the witness] signed the lease. (“Correct.”)", "admission"),
        ("You didn't sign the lease, did you?", "No.",
         "Q: You didn't sign the lease, did you? — “No.”", "testimony"),
        ("Did you sign it or did Mr. Low?", "Yes.", "Q: Did you sign it or did Mr. Low? — “Yes.”", "testimony"),
        ("Did you sign the lease?", "I don't recall.",
         "Q: Did you sign the lease? — “I don't recall.”", "no-recall"),
        ("So you signed the lease?", "Yeah, the problem is the date.",
         "Q: So you signed the lease? — “Yeah, the problem is the date.”", "testimony"),
    ],
)  # fmt: skip
def test_a_question_is_folded_only_where_the_answer_is_plain(
    question: str, answer: str, said: str, kind: str, tmp_path: Path
) -> None:
    made = state(exchange(question, answer, tmp_path).exchanges[0])
    assert made is not None
    assert (
        made.text.replace("Q: You signed the lease?", "Q: So you signed the lease?"),
        made.kind,
    ) == (said, kind)


def test_an_objected_answer_is_never_folded_and_its_cite_spans_the_objection(
    tmp_path: Path,
) -> None:
    record = exchange("Did you sign the lease?", "Yes.", tmp_path, "MR. FOX:  Objection. Vague.")
    made = state(record.exchanges[0])
    assert made is not None
    assert made.text == "Q: Did you sign the lease? — “Yes.”"
    assert "crosses-objection" in made.flags


def honest() -> Entry:
    return Entry(
        topic="t",
        text="She did not sign; she thinks it was May 3.",
        cites=("1:4",),
        kind="testimony",
        speaker="witness",
        quote="She did not sign. I think it was May 3.",
    )


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Record:
    rows = [
        "P R O C E E D I N G S", "BY MR. LOW:", "Q.   Did Ms. Rell sign the forged deed?",
        "A.   She did not sign. I think it was May 3.", "MR. FOX:  She signed nothing.",
        "A.   Correct.",
    ]  # fmt: skip
    page = Page(1, (*rows, *[""] * (25 - len(rows))))
    path = tmp_path_factory.mktemp("s") / "x.txt"
    path.write_bytes(text_of([page], numbered, foot=lambda p: f"{p.number:>40}"))
    return record_of(parse_file(path))


def test_an_honest_entry_passes_every_rail(small: Record) -> None:
    assert failures(honest(), Lines(small.transcript.lines), small.court) == []


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"cites": ("9:4",)}, "not there"),
        ({"cites": ("1:4-99",)}, "not there"),
        ({"cites": ()}, "not there"),
        ({"cites": ("1:6",)}, "does not stand at its cites"),
        ({"quote": "She did sign. I think it was May 3."}, "does not stand"),
        ({"quote": "She signed nothing.", "cites": ("1:5",)}, "not this speaker's"),
        ({"quote": "She did not sign. I think it was May 3.", "speaker": "counsel"}, "not this speaker's"),
        ({"text": "She did sign; she thinks it was May 3."}, "negation"),
        ({"text": "She did not sign; it was May 3."}, "hedge"),
        ({"text": "She did not sign; she thinks it was May 8."}, "number"),
        ({"text": "She did not sign, as Castellano thinks, May 3."}, "name"),
        ({"text": "She did not sign the forged deed; she thinks it was May 3.", "cites": ("1:3-4",)},
         "counsel's words"),
    ],
)  # fmt: skip
def test_each_rail_stops_what_it_is_for(change: dict[str, object], why: str, small: Record) -> None:
    entry = honest().model_copy(update=change)
    assert why in "; ".join(failures(entry, Lines(small.transcript.lines), small.court))


class Liar:
    """A composer that says what was put into its mouth."""

    name = "chat"

    def __init__(self, entries: list[Entry]) -> None:
        self.entries = entries

    def __call__(self, record: Record, pages: float) -> list[Entry]:
        return self.entries


def test_what_fails_is_shown_as_unverified_never_as_an_entry(small: Record) -> None:
    lie = honest().model_copy(update={"text": "She did sign; she thinks it was May 3."})
    made = digest_of(small.transcript, compose=Liar([honest(), lie]))
    assert [e.text for e in made.entries] == [honest().text]
    assert [u["text"] for u in made.unverified] == [lie.text]
    assert made.composer == "chat"


ARGUMENT = """\
P R O C E E D I N G S
CHIEF JUSTICE MARLOW:  We will hear argument in Case 24-17.
ORAL ARGUMENT OF ANN LOWE
ON BEHALF OF THE PETITIONER
MS. LOWE:  Mr. Chief Justice, and may it please the
Court: The statute does not reach the river.  It was
enacted in 1891, and I think it never has.
JUSTICE TEAL:  Doesn't section 4 say "all waters"?
MS. LOWE:  It does not say that, Justice Teal.  It says
navigable waters, and perhaps 3 miles of this one are.
CHIEF JUSTICE MARLOW:  Thank you, Ms. Lowe.
"""


def test_in_an_argument_nobody_testifies_and_counsel_is_quoted_as_counsel(tmp_path: Path) -> None:
    rows = ARGUMENT.splitlines()
    path = tmp_path / "argument.txt"
    page = Page(3, (*rows, *[""] * (25 - len(rows))))
    path.write_bytes(text_of([page], numbered, foot=lambda p: f"{p.number:>40}"))
    made = digest_of(parse_file(path), ratio=1)
    assert (made.kind, made.witnesses, made.unverified) == ("argument", (), ())
    assert [a.name for a in made.advocates] == ["MS. LOWE"]
    assert {(e.kind, e.speaker) for e in made.entries} == {("procedure", "counsel")}
    assert any("JUSTICE TEAL: " in e.text and e.cites == ("3:8-10",) for e in made.entries)


def test_the_public_arguments_leave_nothing_unverified() -> None:
    path = Path(__file__).parents[3] / "shared/data/transcripts/11-398_2012-03-26.txt"
    if not path.exists():
        pytest.skip("the public transcripts are not beside this checkout")
    made = digest_of(parse_file(path))
    assert made.unverified == ()
    assert len(made.entries) > 40


def test_without_page_and_line_the_digest_gives_quotes_and_no_cites(tmp_path: Path) -> None:
    path = tmp_path / "rough.txt"
    path.write_text(
        "ROUGH DRAFT\nDEPOSITION OF TOM RELL\nPROCEEDINGS\nBY MR. LOW:\nQ. Where were you on May 3, 2023?\n"
        "A. I was in the bay with Delia Okafor when the valve failed.\n",
        "utf-8",
    )
    made = digest_of(parse_file(path))
    assert made.pagination == "none"
    assert [e.cites for e in made.entries] == [()]
    assert any("no page:line" in p for p in made.problems)


def test_the_contract_s_keys_are_there(digest: Digest) -> None:
    shown = json.loads(digest.model_dump_json())
    keys = (
        "source sha256 kind pagination pages lines caption witnesses entries exhibits objections instructions stipulations "
        "requests recesses errata unverified problems composer ledger ms"
    )
    assert set(keys.split()) <= set(shown)
    assert set("court title docket date volume reporter".split()) <= set(shown["caption"])
    assert set("topic text cites kind speaker quote flags".split()) <= set(shown["entries"][0])
    assert set("number description first_cite marked cites".split()) <= set(shown["exhibits"][0])
