"""Fit what ranks, what tells coverage and what tells rights, on development matters.

    python -m benchmarks.fit_weights [MATTER ...]      # default: the demo matter and benchmarks/matters/*

Writes retrievers/weights.json and guardrails/rails/rights.json. The embedding model and the frame of the ask are
trained on other matters (benchmarks/training/), so that what is fitted here meets them as a new matter would.
Ranking: listwise softmax regression, each matter weighing the same. Coverage: logistic regression of covered
questions against uncovered ones, and against the same questions with their governing rules and those rules'
exemplars taken out ("knocked out"), which is what a silent playbook looks like; the same cases fit
first which dimensions of the vectors tell that a passage settles a question, each matter's on the others. Rights: logistic regression
of asks within and without the rights. The bars are set on log odds that each matter's cases get from a fit on
the *other* matters, and the table printed is that of those.
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from rails.frame import shipped as frame
from rails.intake import take_in
from rails.rights import FEATURES as RIGHTS
from rails.rights import Gate, Rights
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.preprocessing import StandardScaler

from assistant.logistic import Logistic
from assistant.matter import load_matter
from assistant.settings import read_settings
from assistant.setup import fresh_index
from assistant.types import Matter, Message
from benchmarks.train_rights import NEITHER
from retrievers import find
from retrievers.find import Finder
from retrievers.model import open_model
from retrievers.weights import Weights

ROOT = Path(__file__).parent.parent
MATTERS = [ROOT / "examples/meridian", *sorted((ROOT / "benchmarks/matters").iterdir())]
WEIGHTS = ROOT / "retrievers/weights.json"
GATE = ROOT / "guardrails/rails/rights.json"
RIDGE = 0.001
DIMMED = 0.001  # inverse ridge of the products' weights
WIDTH = 20.0  # about the root of a vector's width: products are of the order of 1 then
UNCOVERED = 4.0  # a real uncovered question weighs as much as four knocked-out ones
LOUD = 0.11  # share of uncovered questions that may get past both bars: new matters have shown more than the fit says
LEAK = 0.02  # share of out-of-rights asks that may
REFUSED = (
    0.003  # share of in-scope questions that may be refused: the rest of the doubt goes to a person
)
Row = list[float]
ONES = (1.0,) * len(find.COVERED)
NOTHING_TOLD = Logistic(ONES, ONES, ONES, 0.0)
NO_PRODUCTS = np.zeros(0, np.float32)
UNFITTED = Weights((1.0,) * len(find.FEATURES), NO_PRODUCTS, NOTHING_TOLD, NOTHING_TOLD)


@dataclass
class Case:
    """A question of a suite: its class, its gold rules, and the rows that the fits read."""

    kind: str
    text: str
    gold: frozenset[str]
    drop: frozenset[str]
    scored: list[tuple[str, float, Row]] = field(default_factory=list)
    told: Row = field(default_factory=list)
    silent: Row = field(default_factory=list)
    products: np.ndarray = field(default_factory=lambda: NO_PRODUCTS)
    silent_products: np.ndarray = field(default_factory=lambda: NO_PRODUCTS)
    right: Row = field(default_factory=list)
    covered: float = 0.0
    out: float = 0.0


@dataclass
class Team:
    """A matter with what finds and what reads rights, and its cases."""

    finder: Finder
    rights: Rights
    cases: list[Case]


def main() -> None:
    """Fit and write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("matters", nargs="*", type=Path)
    teams = [team_of(folder) for folder in parser.parse_args().matters or MATTERS]
    rank = fit_rank(teams)
    for team in teams:
        team.finder._weights = Weights(tuple(rank), NO_PRODUCTS, NOTHING_TOLD, NOTHING_TOLD)
        for case in team.cases:
            tell(team, case)
    settles = fit_settles(teams)
    for team in teams:  # each matter's cases are told by what the others say settles a question
        elsewhere = fit_settles([other for other in teams if other is not team] or teams)
        for case in team.cases:
            settle(case, elsewhere)
    leave_one_out(teams)
    bars = choose_bars([case for team in teams for case in team.cases])
    covered, sure = fit_coverage(teams)
    covered["bias"] -= bars["covered"]
    WEIGHTS.write_text(
        json.dumps(
            {
                "rank": rank,
                "settles": settles.round(4).tolist(),
                "covered": covered,
                "sure": sure,
            }
        )
        + "\n",
        "utf-8",
    )
    out = fit_rights(teams, Logistic.of(covered), 0.0)
    gate = {"out": out, "answer": bars["answer"], "refuse": bars["refuse"]}
    GATE.write_text(json.dumps(gate, indent=1) + "\n", "utf-8")


def team_of(folder: Path) -> Team:
    """A development matter, opened."""
    matter, settings = load_matter(folder), read_settings()
    model = open_model(settings.folder)
    index = fresh_index(matter, model, settings)
    finder = Finder(matter, index, model.embed_query, UNFITTED)
    asks = [(name, vector) for _, name, vector in index.vectors("asks")]
    closed = Gate(Logistic((), (), (), 0.0), 0.0, 0.0)
    rights = Rights(matter, model.embed_query, asks, lambda _: 0.5, (frame(), closed))
    return Team(finder, rights, list(cases_of(folder, matter)))


def cases_of(folder: Path, matter: Matter) -> Iterator[Case]:
    """The cases of the matter's suites, with the rules that govern and what to take out to make the
    playbook silent on them."""
    rules = {rule.id for rule in matter.rules}
    for suite in sorted((folder / "evals").glob("*.yaml")):
        for case in yaml.load(suite.read_text("utf-8"), yaml.BaseLoader)["cases"]:
            named = set(case["expect"].get("cites_any", ()))
            gold = (named | {r for e in matter.exemplars if e.id in named for r in e.rules}) & rules
            drop = gold | {e.id for e in matter.exemplars if gold & set(e.rules)}
            if not NEITHER & set(case.get("tags", ())):
                yield Case(kind_of(case), case["ask"], frozenset(gold), frozenset(drop))


def kind_of(case: dict[str, Any]) -> str:
    """covered, uncovered, out, or other (in scope, but no call is to be offered)."""
    tags, outcome = set(case.get("tags", ())), case["expect"]["outcome"]
    if "uncovered" in tags:
        return "uncovered"
    if outcome == "refuse":
        return "out"
    return "covered" if outcome == "answer" and case["expect"].get("cites_any") else "other"


def tell(team: Team, case: Case) -> None:
    """Fill a case's rows."""
    question = take_in(Message(text=case.text))
    text = " ".join((question.ask, *question.quoted))
    scored = team.finder.scored(text)
    case.scored, case.told, case.products = scored.rules, scored.told, scored.products
    if case.gold:
        silent = team.finder.scored(text, case.drop)
        case.silent, case.silent_products = silent.told, silent.products
    case.right = team.rights.features(question.ask, text)[0]


def leave_one_out(teams: list[Team]) -> None:
    """Each case's log odds of coverage and of being out, from fits on the other matters."""
    for team in teams:
        others = [other for other in teams if other is not team] or teams
        covered = Logistic.of(fit_coverage(others)[0])
        out = Logistic.of(fit_rights(others, covered, 0.0))
        for case in team.cases:
            case.covered = covered.odds(case.told)
            case.out = out.odds(right_row(case, covered, 0.0))


def right_row(case: Case, covered: Logistic, bar: float) -> Row:
    """A case's row for rights, its coverage read by `covered`, as the product clips it."""
    odds = min(max(covered.odds(case.told) - bar, -3.0), 6.0)
    return [*case.right[:-1], odds]


# --- the fits -----------------------------------------------------------------------------------


def fit_rank(teams: list[Team]) -> Row:
    """Weights of find.FEATURES, none negative."""
    tables = []
    for team in teams:
        table: list[tuple[np.ndarray, np.ndarray]] = []
        for case in team.cases:
            if case.gold:
                question = take_in(Message(text=case.text))
                scored = team.finder.scored(" ".join((question.ask, *question.quoted))).rules
                gold = np.array([name in case.gold for name, _, _ in scored])
                if gold.any():
                    table.append((np.array([row for _, _, row in scored]), gold))
        tables.append(table)

    def loss(w: np.ndarray) -> float:
        total = RIDGE * float(w @ w)
        for table in tables:
            for rows, gold in table:
                z = rows @ w
                top = z.max()
                lost = np.log(np.exp(z - top).sum() / np.exp(z[gold] - top).sum())
                total += lost / len(table) / len(tables)
        return float(total)

    bounds = [(0, None)] * len(find.FEATURES)
    found = minimize(loss, np.ones(len(find.FEATURES)), method="L-BFGS-B", bounds=bounds).x
    print("rank", dict(zip(find.FEATURES, found.round(2), strict=True)))
    return [round(float(w), 3) for w in found]


def fit_settles(teams: list[Team]) -> np.ndarray:
    """(2 * width,): what in the products of vectors tells that a passage settles a question."""
    rows: list[np.ndarray] = []
    covered: list[bool] = []
    weight: list[float] = []
    for case in (case for team in teams for case in team.cases):
        if case.told and (case.gold or case.kind == "uncovered"):
            rows.append(case.products)
            covered.append(bool(case.gold))
            weight.append(1.0 if case.gold else UNCOVERED)
        if case.gold and case.silent:
            rows.append(case.silent_products)
            covered.append(False)
            weight.append(1.0)
    table = np.array(rows) * WIDTH
    model = LogisticRegression(C=DIMMED, max_iter=500, class_weight="balanced")
    return np.asarray(model.fit(table, covered, sample_weight=weight).coef_[0] * WIDTH)


def settle(case: Case, settles: np.ndarray) -> None:
    """Fill in the last of COVERED."""
    if case.told:
        case.told[-1] = float(case.products @ settles)
    if case.silent:
        case.silent[-1] = float(case.silent_products @ settles)


def fit_coverage(teams: list[Team]) -> tuple[dict[str, Any], dict[str, Any]]:
    """(covered, sure): regressions over the features of find.COVERED."""
    rows: list[Row] = []
    covered: list[bool] = []
    first: list[bool] = []
    weight: list[float] = []

    def add(row: Row, speaks: bool, right: bool, many: float) -> None:
        rows.append(row)
        covered.append(speaks)
        first.append(right)
        weight.append(many)

    for case in (case for team in teams for case in team.cases):
        if case.kind == "uncovered":
            add(case.told, False, False, UNCOVERED)
        elif case.gold:
            add(case.told, True, case.scored[0][0] in case.gold, 1.0)
            if case.silent:
                add(case.silent, False, False, 1.0)
    return logistic(rows, covered, weight), logistic(rows, first, weight)


def fit_rights(teams: list[Team], covered: Logistic, bar: float) -> dict[str, Any]:
    """A regression over rails.rights.FEATURES."""
    cases = [case for team in teams for case in team.cases]
    rows = [right_row(case, covered, bar) for case in cases]
    return logistic(rows, [case.kind == "out" for case in cases], [1.0] * len(cases))


def logistic(rows: list[Row], labels: list[bool], weight: list[float]) -> dict[str, Any]:
    """A standardised logistic regression as numbers."""
    scaler = StandardScaler().fit(rows)
    model = LogisticRegression(C=0.5, max_iter=2000, class_weight="balanced")
    model.fit(scaler.transform(rows), labels, sample_weight=weight)
    names = RIGHTS if len(rows[0]) == len(RIGHTS) else find.COVERED
    print(dict(zip(names, model.coef_[0].round(2).tolist(), strict=True)), f"n {len(rows)}")
    return {
        "mean": scaler.mean_.round(5).tolist(),
        "scale": scaler.scale_.round(5).tolist(),
        "weight": model.coef_[0].round(5).tolist(),
        "bias": round(float(model.intercept_[0]), 5),
    }


# --- the bars -----------------------------------------------------------------------------------


def choose_bars(cases: list[Case]) -> dict[str, float]:
    """The bars that let the most covered questions through while LOUD, LEAK and REFUSED hold."""
    by = {k: [c for c in cases if c.kind == k] for k in ("covered", "uncovered", "out", "other")}
    inside = [c for k in ("covered", "uncovered", "other") for c in by[k]]
    refuse = float(np.quantile([c.out for c in inside], 1 - REFUSED))
    best: tuple[float, float, float] = (-1.0, 0.0, 0.0)
    odds = {k: np.array([(c.covered, c.out) for c in cases]) for k, cases in by.items()}
    for low in np.quantile(odds["covered"][:, 0], np.linspace(0.0, 0.4, 121)):
        for high in np.quantile(odds["covered"][:, 1], np.linspace(0.7, 1.0, 121)):
            share = {k: np.mean((o[:, 0] >= low) & (o[:, 1] <= high)) for k, o in odds.items()}
            if share["uncovered"] <= LOUD and share["out"] <= LEAK:
                best = max(best, (float(share["covered"]), float(low), float(high)))
    _, low, high = best
    show(by, low, high)
    return {
        "covered": round(low, 5),
        "answer": round(min(high, refuse), 5),
        "refuse": round(refuse, 5),
    }


def passing(cases: list[Case], low: float, high: float) -> float:
    """Share of cases that both bars let through."""
    return float(np.mean([c.covered >= low and c.out <= high for c in cases]))


def show(by: dict[str, list[Case]], low: float, high: float) -> None:
    """What the bars do to cases that their fit never saw."""
    spoken = [c.covered for c in by["covered"]]
    silent = [c.covered for c in by["uncovered"]]
    ours = [c.out for k in ("covered", "uncovered", "other") for c in by[k]]
    theirs = [c.out for c in by["out"]]
    auc = roc_auc_score([1] * len(spoken) + [0] * len(silent), spoken + silent)
    rights = roc_auc_score([0] * len(ours) + [1] * len(theirs), ours + theirs)
    print(f"\nother matters' fits: AUC coverage {auc:.3f}, rights {rights:.3f}")
    for kind, cases in by.items():
        near = [c for c in cases if c.covered >= low]
        print(
            f"  {kind:10} n {len(cases):4}: past both bars {passing(cases, low, high):.3f}, "
            f"past coverage {len(near) / len(cases):.3f}, past rights {passing(cases, -math.inf, high):.3f}"
        )


if __name__ == "__main__":
    main()
