"""Panels and samples: sealed, blind, counted as their papers say."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from typer.testing import CliRunner

from assistant.cli import app
from assistant.errors import SecondChairError
from evals.agreement import agreement, alpha, kappa, majority
from evals.drawing import Draw, Item, sealed, simple, size_for, stratified
from evals.sampling import elusion, overturns

# Krippendorff's own example (2011, sec. E): four observers, twelve units, missing data.
TABLE = (
    "1 2 3 3 2 1 4 1 2 . . .",
    "1 2 3 3 2 2 4 1 2 5 . 3",
    ". 3 3 3 2 3 4 2 2 5 1 .",
    "1 2 3 3 2 4 4 1 2 5 1 .",
)


def test_alpha_is_krippendorffs_own() -> None:
    units = list(zip(*(row.split() for row in TABLE), strict=True))
    assert alpha([[c for c in unit if c != "."] for unit in units]) == pytest.approx(
        0.743, abs=5e-4
    )


def test_alpha_says_nothing_where_every_call_is_the_same() -> None:
    assert alpha([["a", "a"], ["a", "a"]]) is None
    assert kappa(["a", "a"], ["a", "a"]) is None


def test_a_rare_label_sinks_alpha_and_its_own_agreement_shows_why() -> None:
    calls = {f"i{n}": {"x": "no", "y": "no"} for n in range(48)}
    calls |= {"j": {"x": "yes", "y": "no"}, "k": {"x": "no", "y": "yes"}}
    found = agreement(calls)
    assert found.raw == pytest.approx(0.96)
    assert found.alpha is not None
    assert found.alpha < 0
    assert found.labels["yes"] == (2, 0.0)


@pytest.mark.parametrize(
    ("calls", "label"), [("a a b", "a"), ("a b", None), ("a b c", None), ("a", "a"), ("", None)]
)
def test_a_majority_is_more_than_half(calls: str, label: str | None) -> None:
    assert majority({str(i): c for i, c in enumerate(calls.split())}) == label


ITEMS = [
    Item(id=f"i{n}", shown="?", labels=("a", "b"), stratum="rare" if n % 10 == 0 else "usual")
    for n in range(60)
]


@settings(deadline=None, max_examples=60)
@given(
    sizes=st.lists(st.integers(1, 30), min_size=1, max_size=6),
    seed=st.integers(0, 99),
    data=st.data(),
)
def test_a_stratified_draw_has_its_size_no_twins_and_leaves_no_stratum_out(
    sizes: list[int], seed: int, data: Any
) -> None:
    items = [
        Item(id=f"{s}-{n}", shown="?", labels=("a",), stratum=str(s))
        for s, size in enumerate(sizes)
        for n in range(size)
    ]
    n = data.draw(st.integers(1, len(items)))
    drawn = stratified(items, n, seed)
    assert len({item.id for item in drawn}) == n
    assert drawn == stratified(items[::-1], n, seed)
    if n >= len(sizes):
        assert {item.stratum for item in drawn} == {item.stratum for item in items}


def test_a_draw_follows_its_seed_and_its_seal_shows_any_change() -> None:
    drawn = Draw(
        kind="qc",
        matter="m",
        source="s",
        seed=4,
        size=60,
        population="p",
        items=simple(ITEMS, 10, 4),
    )
    assert simple(ITEMS, 10, 4) != simple(ITEMS, 10, 5)
    assert sealed(drawn.model_dump_json(), drawn.seal) == drawn
    with pytest.raises(SecondChairError, match="altered"):
        sealed(drawn.model_dump_json().replace('"seed":4', '"seed":5'), drawn.seal)
    with pytest.raises(SecondChairError, match="cannot draw 61 of 60"):
        simple(ITEMS, 61, 1)


@pytest.mark.parametrize(("margin", "n"), [(0.05, 385), (0.025, 1537), (0.02, 2401)])
def test_sample_sizes_are_those_of_the_field(margin: float, n: int) -> None:
    assert size_for(margin) == n


def test_elusion_gives_recall_from_its_bounds() -> None:
    drawn = Draw(
        kind="elusion",
        matter="m",
        source="s",
        seed=1,
        size=10_000,
        population="p",
        items=simple(ITEMS, 60, 1),
    )
    calls = {item.id: "b" for item in drawn.items}
    none = elusion(drawn, calls, "a", 500)
    assert (none.hits, none.rate, none.recall and none.recall[0]) == (0, 0.0, 1.0)
    assert none.bound == pytest.approx(3 / 60, abs=0.002)
    some = elusion(drawn, {**calls, drawn.items[0].id: "a"}, "a", 500)
    assert some.recall is not None
    assert some.recall[0] == pytest.approx(500 / (500 + 10_000 / 60))
    assert some.recall[1] < some.recall[0] < some.recall[2]


def test_overturns_are_told_by_what_became_of_them() -> None:
    items = tuple(Item(id=f"i{n}", shown="?", labels=("a", "b"), first="a") for n in range(10))
    drawn = Draw(kind="qc", matter="m", source="s", seed=1, size=10, population="p", items=items)
    found = overturns(drawn, {item.id: "b" if n < 2 else "a" for n, item in enumerate(items)})
    assert (found.hits, found.n, found.changed) == (2, 10, {"a -> b": 2})


@pytest.fixture
def cli(
    matter_with_suite: Path, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Any]:
    monkeypatch.setenv("SECONDCHAIR_HOME", str(home))
    monkeypatch.setenv("SECONDCHAIR_DATABASE_URL", f"sqlite:///{tmp_path}/cli.sqlite")
    monkeypatch.chdir(matter_with_suite.parent)
    return lambda *args: CliRunner().invoke(app, args)


def fill(path: str, call: Callable[[str, int], str]) -> list[str]:
    """Fill a sheet; returns all that it showed."""
    book = load_workbook(path)
    shown = [
        str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value
    ]
    for n, row in enumerate(book["calls"].iter_rows(min_row=2)):
        row[2].value = call(str(row[0].value), n)
    book.save(path)
    return shown


def test_a_calibration_session_from_draw_to_report(cli: Callable[..., Any], tmp_path: Path) -> None:
    done = cli("calibrate", "draw", "harbor", "basics", "--seed", "3", "--n", "4", "--raters", "3")
    assert done.exit_code == 0, done.output
    gold = {"q1/responsiveness": "Not Responsive", "q2/privilege": "Not Privileged"}
    for rater in (1, 2, 3):
        calls = {
            **gold,
            "q3/outcome": "Not the assistant's right",
            "q4/outcome": ["Needs a person", "Needs facts", "A draft to approve"][rater - 1],
        }
        shown = fill(f"draw-1-rater-{rater}.xlsx", lambda item, _: calls[item])  # noqa: B023
        assert "RESP-01" not in " ".join(shown)
        assert (
            cli("calibrate", "read", f"draw-1-rater-{rater}.xlsx", "--rater", f"R{rater}").exit_code
            == 0
        )
    assert cli("calibrate", "read", "draw-1-rater-1.xlsx", "--rater", "R1").exit_code != 0
    cli("eval", "harbor", "basics")
    told = json.loads(
        cli("calibrate", "report", "harbor", "basics", "1", "--json", "--questions", "q.md").stdout
    )
    assert told["agreement"]["raters"] == 3
    assert told["gold"] == [3, 3]
    assert told["open"] == [
        {
            "item": "q4/outcome",
            "owner": "review_manager",
            "calls": {"Needs a person": 1, "Needs facts": 1, "A draft to approve": 1},
        }
    ]
    assert "the union wrote to us" in Path("q.md").read_text()
    assert "raw agreement" in cli("calibrate", "report", "harbor", "basics", "1").stdout
    opened = cli("calibrate", "report", "harbor", "basics", "1", "--open-by", "U0ALICE")
    assert "q4/outcome: case" in opened.stderr, opened.output


def test_a_sheet_with_a_call_that_is_no_label_or_is_missing_is_named(
    cli: Callable[..., Any],
) -> None:
    cli("calibrate", "draw", "harbor", "basics", "--seed", "3", "--n", "4")
    fill("draw-1-rater-1.xlsx", lambda item, n: "perhaps")
    done = cli("calibrate", "read", "draw-1-rater-1.xlsx", "--rater", "R1")
    assert "draw-1-rater-1.xlsx:2: 'perhaps' is no label" in str(done.exception)
    fill("draw-1-rater-2.xlsx", lambda item, n: "")
    done = cli("calibrate", "read", "draw-1-rater-2.xlsx", "--rater", "R2")
    assert "have no call" in str(done.exception)


def test_an_elusion_sample_from_list_to_recall(cli: Callable[..., Any]) -> None:
    rows = "".join(f"DOC-{n},memo {n}\n" for n in range(200))
    Path("null.csv").write_text("id,subject\n" + rows)
    done = cli(
        "sample",
        "draw",
        "harbor",
        "null.csv",
        "--field",
        "responsiveness",
        "--seed",
        "11",
        "--n",
        "50",
    )
    assert done.exit_code == 0, done.output
    fill("draw-1-rater-1.xlsx", lambda item, n: "Responsive" if n == 0 else "Not Responsive")
    assert cli("sample", "read", "draw-1-rater-1.xlsx", "--rater", "R. Gold").exit_code == 0
    told = json.loads(
        cli(
            "sample", "report", "harbor", "1", "--sought", "Responsive", "--found", "96", "--json"
        ).stdout
    )
    assert (told["hits"], told["n"], told["size"], told["missed"][0]) == (1, 50, 200, 4.0)
    assert told["recall"][0] == pytest.approx(0.96)
    assert cli("sample", "report", "harbor", "1", "--sought", "Maybe").exit_code != 0


def test_a_qc_sample_never_shows_the_first_call(cli: Callable[..., Any]) -> None:
    rows = "".join(
        f"DOC-{n},memo {n},{'Responsive' if n % 2 else 'Not Responsive'}\n" for n in range(20)
    )
    Path("coded.csv").write_text("id,subject,call\n" + rows)
    cli(
        "sample",
        "draw",
        "harbor",
        "coded.csv",
        "--field",
        "responsiveness",
        "--seed",
        "2",
        "--kind",
        "qc",
        "--n",
        "10",
    )
    shown = fill("draw-1-rater-1.xlsx", lambda item, n: "Responsive")
    assert not any("call: " in text for text in shown)
    cli("sample", "read", "draw-1-rater-1.xlsx", "--rater", "R. Gold")
    told = json.loads(cli("sample", "report", "harbor", "1", "--json").stdout)
    assert set(told["changed"]) <= {"Not Responsive -> Responsive"}
    Path("bad.csv").write_text("id,call\nDOC-1,Perhaps\n")
    done = cli(
        "sample",
        "draw",
        "harbor",
        "bad.csv",
        "--field",
        "responsiveness",
        "--seed",
        "2",
        "--kind",
        "qc",
    )
    assert "bad.csv:2: call 'Perhaps' is no choice" in str(done.exception)
