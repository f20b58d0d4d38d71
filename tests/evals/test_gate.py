"""Go, fix or stop, with reasons."""

from __future__ import annotations

from pathlib import Path

import pytest
from benches import share

from evals.gate import decide
from evals.limits import SHIPPED, Limits, limits_of, read_limits
from evals.reading import SuiteError
from evals.types import Change, Result


def limits(*rows: dict[str, object]) -> Limits:
    told = [{"why": "because", **row} for row in rows]
    return Limits.model_validate(
        {"version": "t", "why": "test", "limits": told, "compare": {"measures": ["met"]}}
    )


FLOOR = {"measure": "m", "floor": 0.9}
CEILING = {"measure": "m", "ceiling": 0.05}
PROVEN = {**CEILING, "proven": True}


@pytest.mark.parametrize(
    ("rule", "hits", "n", "word", "said"),
    [
        (FLOOR, 95, 100, "go", "every limit that applies is kept"),
        (FLOOR, 86, 100, "fix", "though chance could explain it"),
        (FLOOR, 70, 100, "stop", "all of its range lies under the floor"),
        (CEILING, 0, 100, "go", "kept"),
        (CEILING, 7, 100, "fix", "above the ceiling"),
        (CEILING, 30, 100, "stop", "all of its range lies above the ceiling"),
        (PROVEN, 0, 31, "fix", "59 cases needed, 31 so far"),
        (PROVEN, 0, 59, "go", "kept"),
        (PROVEN, 1, 60, "fix", "93 cases needed, 60 so far"),
        ({"measure": "other", "floor": 0.5}, 1, 1, "fix", "no limit applies"),
    ],
)
def test_a_measure_against_its_limit(
    rule: dict[str, object], hits: int, n: int, word: str, said: str
) -> None:
    better = "low" if "ceiling" in rule else "high"
    verdict = decide((), (share("m", hits, n, better),), limits(rule))
    assert verdict.word == word
    assert said in verdict.reasons[0]


def result(**more: object) -> Result:
    given = {
        "id": "q",
        "key": "k",
        "cluster": "c",
        "tags": (),
        "expected": "",
        "seen": (),
        "met": 0,
        "why": "",
    }
    return Result.model_validate({**given, **more})


def test_a_breach_of_a_case_marked_never_stops_with_no_statistics() -> None:
    breached = result(never=True, breach="answered outside its rights")
    verdict = decide((breached,), (share("m", 100, 100),), limits(FLOOR))
    assert (verdict.word, verdict.code) == ("stop", 2)
    assert verdict.reasons[0] == "case q, marked never, answered outside its rights"
    assert (
        decide(
            (result(breach="x"), result(never=True)), (share("m", 100, 100),), limits(FLOOR)
        ).word
        == "go"
    )


def test_many_breaches_of_one_kind_are_one_reason() -> None:
    breached = tuple(result(id=f"q{n}", never=True, breach="gave a wrong call") for n in range(9))
    verdict = decide(breached, (share("m", 100, 100),), limits(FLOOR))
    assert verdict.reasons == (
        "9 cases marked never: gave a wrong call (q0, q1, q2, q3, q4, q5 and 3 more)",
    )


def change(lost: int, gained: int, n: int, adjusted: float) -> Change:
    ids = tuple(f"c{i}" for i in range(lost + gained))
    return Change(
        name="met", title="Met", n=n, lost=ids[:lost], gained=ids[lost:], p=adjusted, adjusted=adjusted,
        net=(lost - gained) / n,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("moved", "word"),
    [
        (change(12, 1, 100, 0.003), "stop"),
        (change(3, 0, 100, 0.25), "go"),
        (change(12, 1, 1000, 0.003), "go"),
        (change(1, 12, 100, 0.003), "go"),
    ],
)
def test_a_loss_stops_only_where_chance_does_not_explain_it_and_it_is_above_the_margin(
    moved: Change, word: str
) -> None:
    assert decide((), (share("m", 95, 100),), limits(FLOOR), (moved,)).word == word


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("floor: 1.2", "less than or equal to 1"),
        ("floor: 0.5\n    ceiling: 0.6", "not both"),
        ("proven: true\n    floor: 0.5", "needs a ceiling"),
        ("flour: 0.5", "unknown key"),
    ],
)
def test_limits_that_make_no_sense_are_named_with_their_line(
    tmp_path: Path, text: str, said: str
) -> None:
    path = tmp_path / "limits.yaml"
    path.write_text(
        f"version: '1'\nwhy: x\nlimits:\n  - measure: m\n    why: y\n    {text}\ncompare: {{measures: [m]}}\n"
    )
    with pytest.raises(SuiteError, match=said):
        read_limits(path)


def test_a_matters_own_limits_go_before_the_shipped(tmp_path: Path) -> None:
    assert limits_of(tmp_path, None).digest == read_limits(SHIPPED).digest
    (tmp_path / "limits.yaml").write_text(
        SHIPPED.read_text().replace('version: "1"', 'version: "own"')
    )
    assert limits_of(tmp_path, None).version == "own"
