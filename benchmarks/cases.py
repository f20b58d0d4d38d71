"""Development matters opened for fitting: their suites' cases with what search and reading say of each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from rails.frame import shipped as frame
from rails.intake import take_in
from rails.rights import Gate, Rights

from assistant.logistic import Logistic
from assistant.matter import load_matter
from assistant.settings import read_settings
from assistant.setup import fresh_index
from assistant.types import Matter, Message
from benchmarks.train_rights import NEITHER
from retrievers import find
from retrievers.candidates import FEATURES
from retrievers.find import Finder, Scored
from retrievers.model import open_model
from retrievers.ranker import Ranker
from retrievers.weights import Judge, ScoredRule, Weights

Row = list[float]
ONES = (1.0,) * len(find.COVERED)
NO_PRODUCTS = np.zeros(0, np.float32)
NOTHING_FOUND = Scored([], (), [], NO_PRODUCTS)
NOTHING_TOLD = Judge(*(Logistic(ONES, ONES, ONES, 0.0),) * 2)


@dataclass
class Told:
    """What a question is told by: what the searches say of its text, the log odds of coverage by that alone (from fits
    of other matters), and where these leave doubt what reading said of the first pages and the rules in the order that
    it gives."""

    text: str
    scored: Scored
    odds: float = -9.0
    reads: Row = field(default_factory=list)
    order: list[ScoredRule] = field(default_factory=list)

    @property
    def row(self) -> Row:
        """The features that tell coverage."""
        return self.scored.told


@dataclass
class Case:
    """A question of a suite: its class, its gold rules, what to take out to make the playbook silent on it, what it is
    told by as it is and with these taken out, its row for rights, and the log odds that fits give it."""

    kind: str
    text: str
    gold: frozenset[str]
    drop: frozenset[str]
    told: Told = field(default_factory=lambda: Told("", NOTHING_FOUND))
    silent: Told = field(default_factory=lambda: Told("", NOTHING_FOUND))
    right: Row = field(default_factory=list)
    read_odds: float = -9.0
    covered: float = 0.0
    out: float = 0.0

    @property
    def told_odds(self) -> float:
        """Log odds of coverage before reading."""
        return self.told.odds

    @property
    def searched(self) -> str:
        """The text that is searched for."""
        question = take_in(Message(text=self.text))
        return " ".join((question.ask, *question.quoted))


@dataclass
class Team:
    """A matter with what finds and what reads rights, and its cases."""

    name: str
    finder: Finder
    rights: Rights
    cases: list[Case]


def team_of(folder: Path) -> Team:
    """A development matter, opened."""
    matter, settings = load_matter(folder), read_settings()
    model = open_model(settings.folder)
    index = fresh_index(matter, model, settings)
    plain = unfitted(adding_up(len(FEATURES)))
    finder = Finder(matter, index, model.embed_query, plain, model.read)
    asks = [(name, vector) for _, name, vector in index.vectors("asks")]
    closed = Gate(Logistic((), (), (), 0.0), 0.0, 0.0)
    rights = Rights(matter, model.embed_query, asks, lambda _: 0.5, (frame(), closed))
    return Team(folder.name, finder, rights, list(cases_of(folder, matter)))


def adding_up(width: int) -> Ranker:
    """A ranker that adds up its features."""
    ones, zeros = np.ones(3 * width, np.float32), np.zeros(3 * width, np.float32)
    linear = np.where(np.arange(3 * width) < width, ones, zeros)
    return Ranker(zeros, ones, linear, zeros[:, None], zeros[:1], zeros[:1])


def unfitted(rank: Ranker) -> Weights:
    """Weights that only rank."""
    return Weights(rank, NO_PRODUCTS, NOTHING_TOLD, NOTHING_TOLD)


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
    """Fill in what a case is told by before anything is read."""
    case.told = told_of(team, case.searched)
    if case.gold:
        case.silent = told_of(team, case.searched, case.drop)
    case.right = team.rights.features(take_in(Message(text=case.text)).ask, case.searched)[0]


def told_of(team: Team, text: str, without: frozenset[str] = find.NOTHING) -> Told:
    """What a text is told by before anything is read."""
    return Told(text, team.finder.scored(text, without))


def read_pages(team: Team, told: Told) -> None:
    """Fill in what reading says of the first pages."""
    told.reads = team.finder.read(told.text, told.scored)
