"""Fit the weights of ranking and coverage (retrievers/weights.json) on development matters.

    python -m benchmarks.fit_ranking MATTER [MATTER ...]

Ranking: listwise softmax regression, each matter weighing the same. Coverage: logistic regression of
covered questions against uncovered ones, and against the same questions with their governing rules and
those rules' exemplars taken out ("knocked out"), which is what a silent playbook looks like.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from rails.intake import take_in
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from assistant.matter import load_matter
from assistant.settings import read_settings
from assistant.setup import fresh_index
from assistant.types import Matter, Message
from retrievers import find
from retrievers.find import Finder
from retrievers.model import open_model
from retrievers.weights import Weights, shipped

OUT = Path(find.__file__).parent / "weights.json"
RIDGE = 0.001
UNCOVERED = 4.0  # a real uncovered question weighs as much as four knocked-out ones
PASS = 0.91  # share of covered questions that the coverage bar lets through


@dataclass
class Case:
    """A question with its gold rules (empty: uncovered)."""

    text: str
    gold: frozenset[str]
    drop: frozenset[str]


def main() -> None:
    """Fit and write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("matters", nargs="+", type=Path)
    parser.add_argument(
        "--coverage-from", type=Path, nargs="*", help="matters for coverage (default: the first)"
    )
    args = parser.parse_args()
    opened = {
        folder: open_finder(folder) for folder in {*args.matters, *(args.coverage_from or [])}
    }
    rank = fit_rank([opened[folder] for folder in args.matters])
    old = shipped()
    weights = Weights(tuple(rank), old.covered, old.sure)
    covered, sure = fit_coverage(
        [opened[f] for f in args.coverage_from or args.matters[:1]], weights
    )
    OUT.write_text(
        json.dumps({"rank": rank, "covered": covered, "sure": sure}, indent=1) + "\n", "utf-8"
    )


def open_finder(folder: Path) -> tuple[Finder, list[Case]]:
    """The matter's finder and the in-scope cases of its suites."""
    matter = load_matter(folder)
    settings = read_settings()
    model = open_model(settings.folder)
    finder = Finder(matter, fresh_index(matter, model, settings), model.embed_query, shipped())
    cases = [
        case_of(c, matter)
        for s in sorted((folder / "evals").glob("*.yaml"))
        for c in yaml.load(s.read_text("utf-8"), yaml.BaseLoader)["cases"]
        if in_scope(c)
    ]
    return finder, cases


def in_scope(case: dict[str, Any]) -> bool:
    """Covered or uncovered; not out of rights, not without facts."""
    tags = case.get("tags", [])
    return bool(case["expect"].get("cites_any") and "mixed" not in tags) or "uncovered" in tags


def case_of(case: dict[str, Any], matter: Matter) -> Case:
    """With the rules that govern, and what to take out to make the playbook silent on it."""
    named = set(case["expect"].get("cites_any", []))
    rules = frozenset(named | {r for e in matter.exemplars if e.id in named for r in e.rules})
    drop = rules | {e.id for e in matter.exemplars if rules & set(e.rules)}
    question = take_in(Message(text=case["ask"]))
    return Case(" ".join((question.ask, *question.quoted)), rules, frozenset(drop))


def fit_rank(matters: list[tuple[Finder, list[Case]]]) -> list[float]:
    """Weights of FEATURES, none negative."""
    tables = [
        [
            (
                np.array([row for _, _, row in scored]),
                np.array([name in case.gold for name, _, _ in scored]),
            )
            for case in cases
            if case.gold
            for scored in [finder.scored(case.text)[0]]
            if scored
        ]
        for finder, cases in matters
    ]

    def loss(w: np.ndarray) -> float:
        total = RIDGE * float(w @ w)
        for table in tables:
            for rows, gold in table:
                if gold.any():
                    z = rows @ w
                    top = z.max()
                    total += (
                        np.log(np.exp(z - top).sum() / np.exp(z[gold] - top).sum())
                        / len(table)
                        / len(tables)
                    )
        return total

    bounds = [(0, None)] * len(find.FEATURES)
    found = minimize(loss, np.ones(len(find.FEATURES)), method="L-BFGS-B", bounds=bounds).x
    print("rank", dict(zip(find.FEATURES, found.round(2), strict=True)))
    return [round(float(w), 3) for w in found]


def fit_coverage(
    matters: list[tuple[Finder, list[Case]]], weights: Weights
) -> tuple[dict[str, Any], dict[str, Any]]:
    """(covered, sure): regressions over the features of find.COVERED."""
    rows, covered, first, weight = [], [], [], []
    for finder, cases in matters:
        finder._weights = weights
        for case in cases:
            scored, _, told = finder.scored(case.text)
            rows.append(told)
            covered.append(bool(case.gold))
            first.append(bool(case.gold) and scored[0][0] in case.gold)
            weight.append(1.0 if case.gold else UNCOVERED)
            if case.gold:
                rows.append(finder.scored(case.text, case.drop)[2])
                covered.append(False)
                first.append(False)
                weight.append(1.0)
    told = logistic(rows, covered, weight)
    z = np.array(
        [score(told, row) for row, is_covered in zip(rows, covered, strict=True) if is_covered]
    )
    told["bias"] = round(told["bias"] - float(np.quantile(z, 1 - PASS)), 5)
    return told, logistic(rows, first, weight)


def score(told: dict[str, Any], row: list[float]) -> float:
    """Log odds."""
    terms = zip(row, told["mean"], told["scale"], told["weight"], strict=True)
    return float(told["bias"] + sum(w * (x - m) / s for x, m, s, w in terms))


def logistic(rows: list[list[float]], labels: list[bool], weight: list[float]) -> dict[str, Any]:
    """A standardised logistic regression as numbers."""
    scaler = StandardScaler().fit(rows)
    model = LogisticRegression(C=0.5, max_iter=2000, class_weight="balanced")
    model.fit(scaler.transform(rows), labels, sample_weight=weight)
    print(dict(zip(find.COVERED, model.coef_[0].round(2), strict=True)), f"n {len(rows)}")
    return {
        "mean": scaler.mean_.round(5).tolist(),
        "scale": scaler.scale_.round(5).tolist(),
        "weight": model.coef_[0].round(5).tolist(),
        "bias": round(float(model.intercept_[0]), 5),
    }


if __name__ == "__main__":
    main()
