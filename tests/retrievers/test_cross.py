"""Where vectors leave coverage in doubt, question and rule are read together; elsewhere they are not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import yaml

from assistant.matter import load_matter
from assistant.pipeline import reply_to
from assistant.settings import Settings
from assistant.setup import open_desk
from assistant.types import Call, Evidence, Matter, Message, Question
from retrievers.calibrate import calibrate
from retrievers.find import ABSENT, PAGES, Finder
from retrievers.index import Index, Place, build_index
from retrievers.model import EmbeddingModel, open_model
from retrievers.passages import ASKED, HELD, RULED, entries, page, shortened
from retrievers.weights import shipped
from tests.conftest import Write

ASK = "press agency cc'd with counsel, marketing hired them. priv?"
DOUBT, NO_DOUBT = (-99.0, 99.0), (0.0, 0.0)


class Reader:
    """Gives every page the same log odds, or better ones to pages that say something; keeps the pairs it was given."""

    def __init__(self, odds: float, liked: str = "") -> None:
        self.odds, self.liked = odds, liked
        self.pairs: list[tuple[str, str]] = []

    def __call__(self, question: str, text: str) -> float:
        self.pairs.append((question, text))
        return self.odds + 9.0 * bool(self.liked and self.liked in text)


class Broken:
    """Cannot read."""

    def __call__(self, question: str, text: str) -> float:
        raise RuntimeError("no graph")


@pytest.fixture(scope="module")
def model(home: Path) -> EmbeddingModel:
    return open_model(home)


@pytest.fixture
def matter(write_matter: Write) -> Matter:
    return load_matter(write_matter())


@pytest.fixture
def index(matter: Matter, model: EmbeddingModel, tmp_path: Path) -> Iterator[Index]:
    place = Place.of(tmp_path / "index", matter.id, matter.folder, matter.content_hash)
    index = build_index(entries(matter), place, model)
    yield index
    index.close()


@pytest.fixture
def finder(matter: Matter, index: Index, model: EmbeddingModel) -> Callable[..., Finder]:
    def make(read: Reader, band: tuple[float, float], reread: float = 0.1) -> Finder:
        weights = replace(shipped(), band=band, reread=reread)
        return Finder(matter, index, model.embed_query, weights, read)

    return make


@pytest.mark.parametrize(
    ("ask", "settled_by"),
    [
        ("email cc'ing an outside PR firm that marketing hired, counsel copied. priv?", "PRIV-01"),
        ("draft contract by in-house counsel, never left the building. priv?", "PRIV-02"),
        ("weekly newsletter to all staff, responsive?", "RESP-01"),
        ("letter from the union about shifts. responsive?", "RESP-02"),
    ],
)
def test_the_page_that_settles_a_question_reads_better_than_the_others(
    matter: Matter, model: EmbeddingModel, ask: str, settled_by: str
) -> None:
    assert model.read is not None
    odds = {rule.id: model.read(ask, page(rule, None)) for rule in matter.rules}
    best = odds.pop(settled_by)
    assert best > 0 > max(odds.values())


def test_a_question_that_no_page_settles_reads_so(matter: Matter, model: EmbeddingModel) -> None:
    assert model.read is not None
    for ask in ("lunch menu. resp?", "photo of the loading bay, no date. which issue code?"):
        assert max(model.read(ask, page(rule, None)) for rule in matter.rules) < 0


def test_pages_are_read_in_doubt_only(finder: Callable[..., Finder]) -> None:
    reader = Reader(0.0)
    finder(reader, NO_DOUBT).find(ASK)
    assert reader.pairs == []
    finder(reader, DOUBT).find(ASK)
    assert len(reader.pairs) == PAGES
    assert "publicity" in reader.pairs[0][1]


def test_what_reading_says_moves_coverage_both_ways(finder: Callable[..., Finder]) -> None:
    yes, no = (finder(Reader(odds), DOUBT).find(ASK).covered for odds in (9.0, -9.0))
    assert yes > 0.5 > no


def test_what_is_no_number_is_silence(finder: Callable[..., Finder]) -> None:
    evidence = finder(Reader(float("nan")), DOUBT).find(ASK)
    assert evidence.covered < 0.01
    assert evidence.sure < 0.01


def test_reading_puts_the_first_rules_in_order_and_scores_still_fall(
    finder: Callable[..., Finder],
) -> None:
    searched = [f.rule.id for f in finder(Reader(0.0), NO_DOUBT).find(ASK).rules]
    second = finder(Reader(0.0), DOUBT).find(ASK).rules[1].rule.title
    for reread, first in ((0.0, searched[0]), (9.0, searched[1])):
        rules = finder(Reader(0.0, liked=second), DOUBT, reread).find(ASK).rules
        assert rules[0].rule.id == first
        assert sorted(f.rule.id for f in rules) == sorted(searched)
        scores = [f.score for f in rules]
        assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize(
    ("names", "reads", "order", "odds"),
    [
        ("ab", [1.0, 2.0], "ab", [1.0, 2.0]),
        ("ab", [1.0, 9.0], "ba", [9.0, 1.0]),
        ("abc", [1.0, 9.0], "bac", [9.0, 1.0]),
        ("a", [1.0, ABSENT], "a", [1.0, ABSENT]),
        ("", [ABSENT, ABSENT], "", [ABSENT, ABSENT]),
        ("abcd", [1.0, 2.0, 9.0], "cabd", [9.0, 1.0, 2.0]),
    ],
)
def test_reads_stay_with_their_rules(
    names: str, reads: list[float], order: str, odds: list[float]
) -> None:
    rules = [(name, 10.0 - 3 * i, [0.0]) for i, name in enumerate(names)]
    put, read = replace(shipped(), reread=1.0).reordered(rules, reads)
    assert ("".join(name for name, _, _ in put), read) == (order, odds)


def test_a_rule_alone_is_read_alone(finder: Callable[..., Finder], matter: Matter) -> None:
    reader = Reader(0.0)
    others = frozenset(rule.id for rule in matter.rules[1:])
    found = finder(reader, DOUBT).find(ASK, others)
    assert [f.rule.id for f in found.rules] == [matter.rules[0].id]
    assert len(reader.pairs) == 1


def test_calibration_reads_what_any_order_could_assert_and_nothing_else(
    finder: Callable[..., Finder], matter: Matter
) -> None:
    def only(rule_id: str) -> Callable[[Question, Evidence], tuple[Call, ...]]:
        call = Call(field="responsiveness", choice="Responsive", source="RESP-01")
        return lambda _, evidence: (call,) if evidence.rules[0].rule.id == rule_id else ()

    exemplar = matter.exemplars[0]
    alone = matter.model_copy(update={"exemplars": (exemplar,)})
    plain = finder(Reader(0.0), NO_DOUBT).find(exemplar.facts, frozenset({exemplar.id}))
    for place, pairs in (*((n, PAGES) for n in range(PAGES)), (PAGES, 0)):
        reader = Reader(0.0)
        calibrate(alone, finder(reader, DOUBT), only(plain.rules[place].rule.id))
        assert len(reader.pairs) == pairs


def test_a_reading_that_fails_ends_with_a_person(write_matter: Write, home: Path) -> None:
    desk = open_desk(write_matter(), Settings(home=home))
    desk.find._read, desk.find._weights = Broken(), replace(desk.find._weights, band=DOUBT)  # type: ignore[attr-defined]
    reply = reply_to(Message(text=ASK, role="reviewer"), desk).reply
    assert reply.kind == "escalate"
    assert reply.incident


def test_without_a_cross_encoder_vectors_judge_alone(
    matter: Matter, index: Index, model: EmbeddingModel, finder: Callable[..., Finder]
) -> None:
    alone = Finder(matter, index, model.embed_query, replace(shipped(), band=DOUBT))
    assert alone.find(ASK).covered == finder(Reader(5.0), NO_DOUBT).find(ASK).covered


def test_a_page_has_the_rule_its_calls_and_the_exemplar_with_its_ruling(matter: Matter) -> None:
    rule = next(r for r in matter.rules if r.id == "PRIV-01")
    exemplar = next(e for e in matter.exemplars if rule.id in e.rules)
    text = page(rule, exemplar)
    assert "If the business retained the firm: privilege = Not Privileged." in text
    assert "If the engagement letter is missing: escalate." in text
    assert text.endswith(f"{exemplar.calls[0].field} = {exemplar.calls[0].choice}")


def test_question_and_page_are_cut_to_what_is_read(
    matter: Matter, finder: Callable[..., Finder]
) -> None:
    reader = Reader(0.0)
    finder(reader, DOUBT).find(f"{ASK} {'and so on ' * 200}")
    question, text = reader.pairs[0]
    assert len(question.split()) == ASKED
    assert len(text.split()) <= RULED + HELD + 1
    first = next(r for r in matter.rules if not r.branches)
    wordy = first.model_copy(update={"text": "## Title\n" + "rule " * 500})
    long = matter.exemplars[0].model_copy(update={"facts": "fact " * 500})
    assert page(wordy, long).split().count("rule") in range(RULED - 5, RULED)
    assert page(wordy, long).split().count("fact") == HELD


@pytest.mark.parametrize("text", ["", "\x00\x07", "\ud800 lone", "x" * 100_000, "é🦓"])
def test_no_pair_is_too_odd_to_read(model: EmbeddingModel, text: str) -> None:
    assert model.read is not None
    assert np.isfinite(model.read(text, text))


def test_pages_that_settle_a_question_are_told_apart(model: EmbeddingModel) -> None:
    """A reader whose upper layers say one thing of every page that settles a question is sure of all or of none."""
    demo, read = load_matter(Path("examples/meridian")), model.read
    assert read is not None
    rules = {rule.id: rule for rule in demo.rules}
    suite = yaml.safe_load(Path("examples/meridian/evals/development.yaml").read_text("utf-8"))
    asked = [(c["ask"], c["expect"]["cites_any"]) for c in suite["cases"] if "covered" in c["tags"]]
    settled = [(ask, rules[cited[0]]) for ask, cited in asked if cited[0] in rules][:24]
    odds = sorted(read(shortened(ask, ASKED), page(rule, None)) for ask, rule in settled)
    assert odds[-1] - odds[-5] > 0.1
