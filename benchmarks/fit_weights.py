"""Fit what ranks, what tells coverage and what tells rights, on development matters.

    python -m benchmarks.fit_weights [MATTER ...] [--group NAME,NAME]
        # default: the demo matter and benchmarks/matters/*; a line more for each --group of matters

Writes retrievers/weights.json and guardrails/rails/rights.json. The embedding model and the frame of the ask are
trained on other matters (benchmarks/training/), so that what is fitted here meets them as a new matter would.
Ranking: listwise softmax regression with a hidden layer, each matter weighing the same. Coverage: logistic regression of covered
questions against uncovered ones, and against the same questions with their governing rules and those rules'
exemplars taken out ("knocked out"), which is what a silent playbook looks like; the same cases fit
first which dimensions of the vectors tell that a passage settles a question, each matter's on the others. Where that
leaves doubt the first pages are read, and a second regression is fitted on those questions alone. Rights: logistic regression
of asks within and without the rights. The bars are set on log odds that each matter's cases get from regressions on
the *other* matters, over rankings fitted on other parts of them (only the weight of the order after reading is fitted on
all), and the table printed is that of those.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression

from assistant.logistic import Logistic
from benchmarks.bars import (
    Coverage,
    choose_band,
    choose_coverage,
    choose_rights,
    show,
    show_matter,
    show_trade,
)
from benchmarks.cases import Case, Row, Team, Told, adding_up, read_pages, team_of, tell, unfitted
from benchmarks.regressions import Table, listwise, logistic, ranker
from retrievers import find
from retrievers.candidates import FEATURES
from retrievers.ranker import Ranker
from retrievers.weights import ScoredRule

ROOT = Path(__file__).parent.parent
FEATURES_TOLD = (*find.COVERED, *(f"read {n + 1}" for n in range(find.PAGES)))
MATTERS = [ROOT / "examples/meridian", *sorted((ROOT / "benchmarks/matters").iterdir())]
WEIGHTS = ROOT / "retrievers/weights.json"
GATE = ROOT / "guardrails/rails/rights.json"
DIMMED = 0.001  # inverse ridge of the products' weights
WIDTH = 20.0  # about the root of a vector's width: products are of the order of 1 then
UNCOVERED = 4.0  # a real uncovered question weighs as much as four knocked-out ones,
KNOCKED = 0.25  # and after reading as sixteen: what is read of a near miss is not what is read of a rule far off
PARTS = 5  # of the matters, for a ranking of each that is fitted on the others
# Share of uncovered questions that may get past coverage. Over a quarter are near misses on purpose, which pass most often:
# of those of the fourteen matters written as testers write them it is .146, where .15 is wanted.
LOUD = 0.2
# Share of out-of-rights asks that may get past both bars: an eighth of what is wanted, for a matter's own are put more boldly than
# those the bar is set on (at .005 eight new held-out matters let .023 pass, on the weights before), and twice that would let but
# .008 more of covered questions through.
LEAK = 0.0025
REFUSED = (
    0.003  # share of in-scope questions that may be refused: the rest of the doubt goes to a person
)
# Shares of in-scope questions below and above which no page is read: under half of all are, so that on most matters the
# median is as without. Of the rest below hardly one is covered, of those above hardly one is not.
BAND = (0.15, 0.63)


def main() -> None:
    """Fit and write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("matters", nargs="*", type=Path)
    parser.add_argument(
        "--group", action="append", default=[], help="names of matters, with commas; repeatable"
    )
    args = parser.parse_args()
    teams = [team_of(folder) for folder in args.matters or MATTERS]
    rank = rank_apart(teams)
    settles = search(teams)
    band = choose_band(cases_of(teams), BAND)
    reread = read_within(teams, band)
    judge_apart(teams)
    coverage = choose_coverage(cases_of(teams), band, LOUD)
    for case in cases_of(teams):
        case.covered = coverage.odds(case)
    rights_apart(teams)
    answer, refuse = choose_rights(cases_of(teams), coverage, LEAK, REFUSED)
    show(cases_of(teams), coverage, answer, refuse)
    for team in teams:
        show_matter(team.name, team.cases, coverage, answer)
    for group in args.group:
        show_trade(group, cases_of([t for t in teams if t.name in group.split(",")]), coverage)
    ranking = {"rank": rank, "reread": reread, "settles": settles.round(4).tolist()}
    gate = {"out": fit_rights(teams), "answer": round(answer, 5), "refuse": round(refuse, 5)}
    WEIGHTS.write_text(json.dumps(ranking | judges(teams, coverage)) + "\n", "utf-8")
    GATE.write_text(json.dumps(gate, indent=1) + "\n", "utf-8")


def rank_apart(teams: list[Team]) -> dict[str, Any]:
    """Each matter's rules are ranked by what is fitted on other parts of the matters; the ranker fitted on all."""
    tables = [ranked(team) for team in teams]
    for part in range(PARTS):
        elsewhere = [table for i, table in enumerate(tables) if i % PARTS != part]
        weights = unfitted(Ranker.of(ranker(elsewhere or tables)))
        for team in teams[part::PARTS]:
            team.finder._weights = weights
    return ranker(tables)


def search(teams: list[Team]) -> np.ndarray:
    """Ask all cases without reading and give them their log odds; what settles, fitted on all of them."""
    for team in teams:
        for case in team.cases:
            tell(team, case)
    for team in teams:  # each matter's cases are told by what the others say settles a question
        elsewhere = fit_settles(others(team, teams))
        for case in team.cases:
            settle(case, elsewhere)
    tell_apart(teams)
    return fit_settles(teams)


def read_within(teams: list[Team], band: tuple[float, float]) -> float:
    """Read the pages of what lies within the band, and put them in order; what reading weighs in it."""
    for team in teams:
        for told in asked(team.cases):
            if band[0] < told.odds < band[1]:
                read_pages(team, told)
    reread = fit_reread(teams)
    reading = replace(unfitted(adding_up(len(FEATURES))), reread=reread)
    for told in asked(cases_of(teams)):
        if told.reads:
            told.order, told.reads = reading.reordered(told.scored.rules, told.reads)
    return reread


def judges(teams: list[Team], coverage: Coverage) -> dict[str, Any]:
    """The regressions of coverage before and after reading, each with its bar at 0, and the band."""
    told, read = fit_judge(teams, reading=False), fit_judge(teams, reading=True)
    told["covered"]["bias"] -= coverage.unread
    read["covered"]["bias"] -= coverage.bar
    for name, fit in (("told", told), ("read", read)):
        print(name, dict(zip(FEATURES_TOLD, fit["covered"]["weight"], strict=False)))
    band = [round(edge - coverage.unread, 5) for edge in (coverage.low, coverage.high)]
    return {"told": told, "read": read, "band": band}


def cases_of(teams: list[Team]) -> list[Case]:
    """All cases of all matters."""
    return [case for team in teams for case in team.cases]


def others(team: Team, teams: list[Team]) -> list[Team]:
    """The other matters; where there is none, this one."""
    return [other for other in teams if other is not team] or teams


def asked(cases: list[Case]) -> list[Told]:
    """All that cases are told by, as they are and with the playbook made silent."""
    return [told for case in cases for told in (case.told, case.silent) if told.row]


def tell_apart(teams: list[Team]) -> None:
    """The log odds of coverage before reading, from fits on the other matters."""
    for team in teams:
        judge = Logistic.of(fit_judge(others(team, teams), reading=False)["covered"])
        for told in asked(team.cases):
            told.odds = judge.odds(told.row)


def judge_apart(teams: list[Team]) -> None:
    """Each case's log odds of coverage after reading, from fits on the other matters."""
    for team in teams:
        judge = Logistic.of(fit_judge(others(team, teams), reading=True)["covered"])
        for case in (case for case in team.cases if case.told.reads):
            case.read_odds = judge.odds(judged_row(case.told, reading=True))


def rights_apart(teams: list[Team]) -> None:
    """Each case's log odds of being out, from fits on the other matters."""
    for team in teams:
        out = Logistic.of(fit_rights(others(team, teams)))
        for case in team.cases:
            case.out = out.odds(right_row(case))


def judged_row(told: Told, reading: bool) -> Row:
    """What coverage is judged by, before pages are read or after."""
    return [*told.row, *told.reads] if reading else told.row


def right_row(case: Case) -> Row:
    """A case's row for rights, its coverage as the product clips it."""
    return [*case.right[:-1], min(max(case.covered, -3.0), 6.0)]


# --- the fits -----------------------------------------------------------------------------------


def ranked(team: Team) -> Table:
    """What the rules found for a matter's covered questions are ranked by, and which of them govern."""
    found = [
        (team.finder.scored(case.searched).rules, case.gold) for case in team.cases if case.gold
    ]
    return [(features(rules), governs(rules, gold)) for rules, gold in found]


def features(rules: list[ScoredRule]) -> np.ndarray:
    """(n, f) what ranks them."""
    return np.array([row for _, _, row in rules], np.float32)


def fit_reread(teams: list[Team]) -> float:
    """How much a log odds of reading weighs in the order of the rules that were read, for a score's weight of one."""
    table = []
    for case in cases_of(teams):
        read = list(zip(case.told.scored.rules, case.told.reads, strict=False))
        rows = np.array([(rule[1], odds) for rule, odds in read])
        table.append((rows, governs([rule for rule, _ in read], case.gold)))
    score, odds = listwise([table], 2)
    print(f"reread {odds / score:.3f}, n {sum(bool(gold.any()) for _, gold in table)}")
    return round(float(odds / max(score, 0.01)), 3)


def governs(rules: list[ScoredRule], gold: frozenset[str]) -> np.ndarray:
    """(n,) bool: which of the rules govern."""
    return np.array([name in gold for name, _, _ in rules], bool)


def fit_settles(teams: list[Team]) -> np.ndarray:
    """(2 * width,): what in the products of vectors tells that a passage settles a question."""
    rows, covered, weight = [], [], []
    for told, speaks, many in examples(teams):
        rows.append(told.scored.products)
        covered.append(speaks)
        weight.append(many)
    model = LogisticRegression(C=DIMMED, max_iter=500, class_weight="balanced")
    model.fit(np.array(rows) * WIDTH, covered, sample_weight=weight)
    return np.asarray(model.coef_[0] * WIDTH)


def settle(case: Case, settles: np.ndarray) -> None:
    """Fill in the last of COVERED."""
    for told in asked([case]):
        told.row[-1] = float(told.scored.products @ settles)


def examples(teams: list[Team], knocked: float = 1.0) -> list[tuple[Told, bool, float]]:
    """(what a question is told by, does the playbook speak to it, weight): covered questions as they are and with
    their rules taken out (of weight `knocked`), and uncovered ones."""
    found = []
    for case in cases_of(teams):
        if case.told.row and (case.gold or case.kind == "uncovered"):
            found.append((case.told, bool(case.gold), 1.0 if case.gold else UNCOVERED))
        if case.silent.row:
            found.append((case.silent, False, knocked))
    return found


def fit_judge(teams: list[Team], reading: bool) -> dict[str, Any]:
    """`covered` and `sure` (does the first rule govern): regressions over the features of find.COVERED and, where pages
    were read, what that said."""
    found = (
        [each for each in examples(teams, KNOCKED) if each[0].reads] if reading else examples(teams)
    )
    gold = {id(case.told): case.gold for case in cases_of(teams)}
    rows = [judged_row(told, reading) for told, _, _ in found]
    weight = [many for _, _, many in found]
    right = [
        (told.order if reading else told.scored.rules)[0][0] in gold.get(id(told), ())
        for told, _, _ in found
    ]
    speaks = [covered for _, covered, _ in found]
    return {"covered": logistic(rows, speaks, weight), "sure": logistic(rows, right, weight)}


def fit_rights(teams: list[Team]) -> dict[str, Any]:
    """A regression over rails.rights.FEATURES."""
    cases = cases_of(teams)
    rows = [right_row(case) for case in cases]
    return logistic(rows, [case.kind == "out" for case in cases], [1.0] * len(cases))


if __name__ == "__main__":
    main()
