"""Suites: what is wrong is named with file, case and line; what is right survives a workbook."""

from __future__ import annotations

from pathlib import Path

import pytest
from benches import SUITE
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.matter import load_matter
from evals.check import check_suite, load_suite
from evals.reading import MAX_CASES, SuiteError, read_suite
from evals.sheets import write_suite
from evals.types import Case, Expect, Suite
from tests.conftest import Write

ONE = "  - {id: q1, ask: is this responsive?, expect: {outcome: clarify}}\n"


def problems(folder: Path, text: str) -> list[str]:
    path = folder / "evals" / "bad.yaml"
    path.write_text(text, "utf-8")
    return [str(p) for p in check_suite(path, load_matter(folder))[1]]


def expecting(what: str) -> str:
    return f"suite: bad\ncases:\n{ONE}  - id: q2\n    ask: which code?\n    expect: {{{what}}}\n"


BAD = {
    "an empty file": ("", "bad.yaml:1: is empty"),
    "an empty name": (f"suite: ''\ncases:\n{ONE}", "bad.yaml:1: 'suite'"),
    "no cases": ("suite: bad\ncases: []\n", "bad.yaml:2: has no cases"),
    "a list": ("- a\n- b\n", "bad.yaml:1: is no suite"),
    "broken YAML": (f"suite: bad\ncases:\n{ONE}   - id: [\n", "bad.yaml:4: broken YAML"),
    "a duplicate id": (f"suite: bad\ncases:\n{ONE}{ONE}", "bad.yaml:4: case 'q1': duplicate id"),
    "a key twice": (
        f"suite: bad\nsuite: worse\ncases:\n{ONE}",
        "bad.yaml:2: key 'suite' stands twice",
    ),
    "an alias": (
        f"suite: bad\ncases:\n{ONE}  - &a {{id: q2, ask: x, expect: {{outcome: clarify}}}}\n  - *a\n",
        "aliases",
    ),
    "an unknown field of a case": (
        f"suite: bad\ncases:\n{ONE}  - id: q2\n    ask: what?\n    question: what?\n    expect: {{outcome: clarify}}\n",
        "bad.yaml:6: case 'q2': unknown field 'question'",
    ),
    "an unknown field of an expectation": (
        expecting("outcome: refuse, rights: waiver"),
        "bad.yaml:6: case 'q2': unknown field 'expect.rights'",
    ),
    "an unknown field of the file": (
        f"suite: bad\nowner: me\ncases:\n{ONE}",
        "bad.yaml:2: unknown field 'owner'",
    ),
    "no question": (
        f"suite: bad\ncases:\n{ONE}  - id: q2\n    expect: {{outcome: clarify}}\n",
        "bad.yaml:4: case 'q2': 'ask' is missing",
    ),
    "no id": (
        "suite: bad\ncases:\n  - ask: what?\n    expect: {outcome: clarify}\n",
        "bad.yaml:3: case number 1: 'id' is missing",
    ),
    "an unknown outcome": (expecting("outcome: maybe"), "bad.yaml:6: case 'q2': 'expect.outcome'"),
    "a refusal with a call": (
        expecting("outcome: refuse, calls: {privilege: Not Privileged}"),
        "bad.yaml:4: case 'q2': contradictory expectation: outcome 'refuse' gives no call",
    ),
    "an answer with a lane": (
        expecting("outcome: answer, lane: privilege"),
        "case 'q2': contradictory expectation: 'lane' belongs",
    ),
    "two choices where one is": (
        expecting("outcome: answer, calls: {responsiveness: [Responsive, Not Responsive]}"),
        "case 'q2': contradictory expectation: field 'responsiveness' takes one choice",
    ),
    "the same question twice": (
        expecting("outcome: clarify")
        + "  - {id: q3, ask: Which  code?, expect: {outcome: refuse}}\n",
        "bad.yaml:7: case 'q3': contradictory expectations: asks the very same as case 'q2' (line 4)",
    ),
    "an unknown choice": (
        expecting("outcome: answer, calls: {privilege: Withhold}"),
        "bad.yaml:4: case 'q2': 'Withhold' is no choice of 'privilege'",
    ),
    "an unknown field of the palette": (
        expecting("outcome: answer, calls: {urgency: Now}"),
        "case 'q2': unknown coding field 'urgency'",
    ),
    "an unknown source": (
        expecting("outcome: answer, cites_any: [PRIV-99]"),
        "case 'q2': 'cites_any' names 'PRIV-99'",
    ),
    "an unknown right": (expecting("outcome: refuse, right: parking"), "unknown right 'parking'"),
    "an unknown lane": (expecting("outcome: escalate, lane: parking"), "unknown lane 'parking'"),
    "a pair of one": (
        expecting("outcome: clarify") + "    pair: alone\n",
        "case 'q2': 'pair' 'alone' names no other case",
    ),
    "another matter's suite": (
        f"suite: bad\nmatter: orchard\ncases:\n{ONE}",
        "suite 'bad' belongs to matter 'orchard', not to 'harbor'",
    ),
    "another matter's cases": (
        "suite: bad\ncases:\n  - {id: q1, ask: a?, expect: {outcome: answer, cites_any: [LOL-1]}}\n",
        "is it another matter's suite?",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_wrong_is_named_with_file_case_and_line(matter_with_suite: Path, name: str) -> None:
    text, said = BAD[name]
    assert any(said in problem for problem in problems(matter_with_suite, text))


def test_a_suite_of_fifty_thousand_cases_is_refused_with_the_first_case_too_many(
    matter_with_suite: Path,
) -> None:
    rows = "".join(
        f"  - {{id: q{i}, ask: a{i}, expect: {{outcome: clarify}}}}\n" for i in range(50_000)
    )
    told = problems(matter_with_suite, f"suite: bad\ncases:\n{rows}")
    assert told == [
        f"bad.yaml:{MAX_CASES + 3}: case 'q{MAX_CASES}': 50,000 cases, at most 20,000 in a suite: split it"
    ]


def test_a_good_suite_loads_with_a_line_for_each_case(matter_with_suite: Path) -> None:
    suite = load_suite(matter_with_suite / "evals" / "basics.yaml", load_matter(matter_with_suite))
    assert suite.lines == {"q1": 4, "q2": 7, "q3": 14, "q4": 19}
    assert suite.cases[1].expect.calls == {"privilege": ("Not Privileged",)}
    assert suite.cases[2].never
    assert suite.cases[3].also_right[0].outcome == "clarify"


def test_what_looks_like_a_number_or_a_truth_stays_text(tmp_path: Path) -> None:
    path = tmp_path / "s.yaml"
    path.write_text("suite: 1.10\ncases:\n  - {id: 0012, ask: no, expect: {outcome: clarify}}\n")
    suite, _ = read_suite(path)
    assert suite is not None
    assert (suite.suite, suite.cases[0].id, suite.cases[0].ask) == ("1.10", "0012", "no")


def test_a_refusal_with_calls_tagged_mixed_is_read_as_an_answer_and_said(
    matter_with_suite: Path,
) -> None:
    text = expecting("outcome: refuse, right: waiver, calls: {privilege: Not Privileged}")
    path = matter_with_suite / "evals" / "mixed.yaml"
    path.write_text(text + "    tags: [mixed]\n")
    suite, found = check_suite(path, load_matter(matter_with_suite))
    assert suite is not None
    assert suite.cases[1].expect.outcome == "answer"
    assert [p.severity for p in found] == ["warning"]


TEXT = st.text(
    st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="\ufeff￾￿"),
    min_size=1,
    max_size=30,
).filter(lambda t: t == t.strip() and bool(t.strip()))
NAMES = st.lists(TEXT, max_size=3, unique=True).map(tuple)
EXPECT = st.builds(
    Expect,
    outcome=st.sampled_from(["answer", "clarify", "escalate", "refuse", "draft"]),
    calls=st.dictionaries(
        TEXT, st.lists(TEXT, min_size=1, max_size=2, unique=True).map(tuple), max_size=2
    ),
    cites_any=NAMES,
    right=st.none() | TEXT,
    lane=st.none() | TEXT,
)
CASES = st.builds(
    Case,
    id=TEXT,
    ask=TEXT,
    role=st.none() | TEXT,
    expect=EXPECT,
    also_right=st.lists(EXPECT, max_size=2).map(tuple),
    never=st.booleans(),
    settled=st.booleans(),
    section=st.none() | TEXT,
    tags=NAMES,
)  # fmt: skip


@settings(
    deadline=None,
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    cases=st.lists(CASES, min_size=1, max_size=4, unique_by=lambda c: c.id),
    kind=st.sampled_from(["xlsx", "yaml"]),
)
def test_a_suite_survives_a_workbook_and_yaml(tmp_path: Path, cases: list[Case], kind: str) -> None:
    suite = Suite(suite="round", matter="harbor", cases=tuple(cases))
    path = tmp_path / f"round.{kind}"
    write_suite(suite, path)
    again, found = read_suite(path)
    assert found == [] or {p.severity for p in found} == {"warning"}, found
    assert again is not None
    assert (again.suite, again.matter, again.cases) == (suite.suite, suite.matter, suite.cases)


@settings(
    deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    text=st.text(max_size=300)
    | st.text(alphabet="suite: cases[]{}-&*\n id ask expect", max_size=120)
)
def test_no_text_whatever_breaks_the_reader(tmp_path: Path, text: str) -> None:
    path = tmp_path / "any.yaml"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    suite, found = read_suite(path)
    assert suite is not None or found


def test_a_workbook_with_a_column_nobody_knows_is_named(tmp_path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    assert book.active is not None
    book.active.append(["id", "ask", "expected"])
    book.save(tmp_path / "s.xlsx")
    assert "unknown column 'expected'" in str(read_suite(tmp_path / "s.xlsx")[1][0])
    (tmp_path / "t.xlsx").write_bytes(b"not a workbook")
    assert "no workbook" in str(read_suite(tmp_path / "t.xlsx")[1][0])


def test_an_error_lists_its_problems(write_matter: Write, tmp_path: Path) -> None:
    path = tmp_path / "s.yaml"
    path.write_text(SUITE.replace("waiver", "parking"))
    with pytest.raises(SuiteError, match=r"s\.yaml:14: case 'q3': unknown right 'parking'"):
        load_suite(path, load_matter(write_matter()))
