"""What a digest quotes of an answer, shows of a question, and keeps at the wished length."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.transcripts.digest import digest_of
from assistant.transcripts.digest.statement import Statement, state
from assistant.transcripts.lines import parse_file
from assistant.transcripts.nouns import Transcript
from assistant.transcripts.record import Record, record_of
from benchmarks.transcript_layouts import numbered, text_of
from benchmarks.transcript_script import Page, pages_of


def parsed(rows: list[str], tmp_path: Path) -> Transcript:
    pages = [
        Page(n, (*rows[k : k + 25], *[""] * (25 - len(rows[k : k + 25]))))
        for n, k in enumerate(range(0, len(rows), 25), 1)
    ]
    path = tmp_path / "x.txt"
    path.write_bytes(text_of(pages, numbered, foot=lambda p: f"{p.number:>40}"))
    return parse_file(path)


def stated(question: str, answer: str, tmp_path: Path) -> Statement:
    rows = ["P R O C E E D I N G S", "BY MR. LOW:", f"Q.   {question}", f"A.   {answer}"]
    made = state(record_of(parsed([*rows, "Q.   Done?", "A.   Yes."], tmp_path)).exchanges[0])
    assert made is not None
    return made


@pytest.mark.parametrize(
    ("question", "shown"),
    [
        ("Okay. And, sir, where is the stem now?", "Q: Where is the stem now?"),
        ("I have only a few questions. When did you leave the plant?", "Q: When did you leave the plant?"),
        ("This is Exhibit 4. Do you recognize it?", "Q: This is Exhibit 4. Do you recognize it?"),
        ("Who signed the lease in May? You see?", "Q: Who signed the lease in May?"),
        ("Could you please tell us where you live?", "Q: Tell us where you live?"),
    ],
)  # fmt: skip
def test_a_question_is_shown_without_what_only_leads_up_to_it(
    question: str, shown: str, tmp_path: Path
) -> None:
    assert stated(question, "In Ohio, since then.", tmp_path).text.startswith(f"{shown} — “")


@pytest.mark.parametrize(
    ("question", "answer", "text", "kind"),
    [
        ("In March of 2023, were you in charge of Unit 7?", "Yes.",
         "In March of 2023, was in charge of Unit 7. (“Yes.”)", "testimony"),
        ("Three of the four were missed?", "That's what it shows, yes.",
         "Q: Three of the four were missed? — “That's what it shows, yes.”", "admission"),
        ("Three of the four weren't missed?", "That's what it shows, yes.",
         "Q: Three of the four weren't missed? — “That's what it shows, yes.”", "testimony"),
        ("Did you put that in writing?", "Not at that time, no.",
         "Q: Did you put that in writing? — “Not at that time, no.”", "denial"),
    ],
)  # fmt: skip
def test_what_a_short_answer_adopts_or_denies_is_named(
    question: str, answer: str, text: str, kind: str, tmp_path: Path
) -> None:
    made = stated(question, answer, tmp_path)
    assert (made.text, made.kind) == (text, kind)


LONG = (
    "I went to the north bay to look at the pump with the night foreman, and we took the cover off and "
    "found the seal torn along one whole side from end to end"
)


@pytest.mark.parametrize(
    ("tail", "ends"),
    [
        (", and then we drove back to the shop and had something to eat.", "end to end"),
        (", and I think that it may have been torn before that day.", "before that day."),
        (", but then the foreman told me it had been fixed that same week.", "that same week."),
    ],
)
def test_a_long_sentence_ends_early_only_where_nothing_is_taken_back_after(
    tail: str, ends: str, tmp_path: Path
) -> None:
    assert stated("What did you do?", LONG + tail, tmp_path).quote.endswith(ends)


def test_words_that_only_begin_to_speak_are_not_quoted(tmp_path: Path) -> None:
    made = stated("Where was he?", "Well, you know, he was on the loading dock.", tmp_path)
    assert made.quote == "he was on the loading dock."
    hedged = stated("Where was he?", "Well, I think he was on the loading dock.", tmp_path)
    assert hedged.quote == "I think he was on the loading dock."


RAMBLING = (
    "I called Dale. It was a Sunday. I don't even work Sundays, I had come in to do the month end since I was so "
    "far behind on it. I called his cell phone and he didn't pick up, so I called the house and got Jeanine, and she got him."
)


def test_a_rambling_answer_is_quoted_from_where_it_answers(tmp_path: Path) -> None:
    made = stated("What did you do when you saw it?", RAMBLING, tmp_path)
    assert made.quote.startswith("I called Dale. It was a Sunday.")
    assert len(made.quote.split()) <= 44


def test_a_change_that_was_asked_for_is_a_correction_quoted_whole(tmp_path: Path) -> None:
    answer = (
        "Yes, there is one. I said the first time I told him about the numbers was July. I was thinking about it, and "
        "the auditor came in June that year, not July, because it was before the graduation. So it was June of 2021."
    )
    made = stated("Is there anything from this morning you want to change?", answer, tmp_path)
    assert (made.quote, made.flags) == (answer, ("corrected",))
    none = stated(
        "Is there anything from this morning you want to change?",
        "No, there is nothing that I would change.",
        tmp_path,
    )
    assert none.flags == ()


TALKED_OVER = """\
P R O C E E D I N G S
JUSTICE TEAL: Is there any case that would have come out
otherwise?
MS. LOWE: There's --
JUSTICE TEAL: -- any at all.
MS. LOWE: None that I know of in this Court, and
not one in --
JUSTICE ROOK: None.
MS. LOWE: -- not one in the courts of appeals.
CHIEF JUSTICE OLEN: Thank you, Ms. Lowe. Mr. Park.
MR. PARK: The statute speaks to the clerk and to no one else."""


def argument(tmp_path: Path) -> Record:
    return record_of(parsed(TALKED_OVER.splitlines(), tmp_path))


def test_an_answer_that_was_talked_into_is_one_answer_to_the_question_asked(tmp_path: Path) -> None:
    first, second = argument(tmp_path).exchanges
    assert first.by == "JUSTICE TEAL"
    assert [a.first.line for a in first.answers] == [6, 9]
    assert (second.by, second.said[:11]) == (None, "The statute")


def test_the_budget_is_filled_and_not_exceeded(tmp_path: Path) -> None:
    path = tmp_path / "h.txt"
    path.write_bytes(text_of(pages_of(), numbered, foot=lambda p: f"{p.number:>40}"))
    for ratio in (5.0, 10.0, 20.0):
        made = digest_of(parse_file(path), ratio=ratio)
        words = sum(any(c.isalnum() for c in w) for e in made.entries for w in e.text.split())
        budget = 16 / ratio * 600
        whole = ratio == 5.0  # there everything fits
        assert (
            whole or 0.93 * budget <= words <= budget + 60
        )  # a correction brings what it corrects


def test_a_question_without_a_word_is_shown_as_none(tmp_path: Path) -> None:
    rows = [
        "P R O C E E D I N G S",
        "BY MR. LOW:",
        "Q.",
        "A.   I saw the pump leak in March.",
        "Q.   Done?",
        "A.   Yes.",
    ]
    record = record_of(parsed(rows, tmp_path))
    told = [s.text for e in record.exchanges if (s := state(e))]
    assert told[0] == "“I saw the pump leak in March.”"
