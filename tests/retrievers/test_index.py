"""The index is built beside and swapped, embeds only what changed, and survives what befalls files."""

from __future__ import annotations

import multiprocessing
import os
import resource
import signal
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from assistant.errors import IndexUnusable
from assistant.matter import load_matter
from assistant.types import Matter, Question
from retrievers.find import Finder
from retrievers.index import Entry, Index, Place, build_index, open_index
from retrievers.langchain import ExemplarRetriever, RuleRetriever
from retrievers.lock import sums
from retrievers.model import EmbeddingModel, open_model
from retrievers.passages import entries
from retrievers.vectors import EXACT
from retrievers.weights import shipped
from tests.conftest import EXEMPLARS, PLAYBOOK, Write


class Counting:
    """The real model, counting the passages it embeds."""

    def __init__(self, model: EmbeddingModel) -> None:
        self._model, self.id, self.count = model, model.id, 0
        self.embed_query = model.embed_query

    def embed(self, texts: list[str]) -> np.ndarray:
        self.count += len(texts)
        return self._model.embed(texts)


@pytest.fixture(scope="module")
def model(home: Path) -> EmbeddingModel:
    return open_model(home)


@pytest.fixture
def build(tmp_path: Path, model: EmbeddingModel) -> Callable[..., Index]:
    def build_one(matter: Matter, use: object = None) -> Index:
        place = Place.of(tmp_path / "index", matter.id, matter.folder, matter.content_hash)
        return build_index(entries(matter), place, use or model)  # type: ignore[arg-type]

    return build_one


def finder(matter: Matter, index: Index, model: EmbeddingModel) -> Finder:
    return Finder(matter, index, model.embed_query, shipped())


def ids(found: Finder, text: str) -> list[str]:
    return [f.rule.id for f in found(Question(ask=text)).rules]


def test_the_model_gives_unit_vectors_in_which_like_texts_are_near(model: EmbeddingModel) -> None:
    a, b, c = model.embed(
        ["The lawyer was copied.", "Counsel was cc'd on it.", "A pump leaked oil."]
    )
    assert np.allclose(np.linalg.norm([a, b, c], axis=1), 1, atol=1e-4)
    assert a @ b > a @ c + 0.2
    assert np.allclose(model.embed_query(["A pump leaked oil."])[0], c, atol=0.02)


def test_the_governing_rule_and_its_exemplar_come_first(
    write_matter: Write, build: Callable[..., Index], model: EmbeddingModel
) -> None:
    matter = load_matter(write_matter())
    found = finder(matter, build(matter), model)
    evidence = found(Question(ask="press agency cc'd with counsel, marketing hired them. priv?"))
    assert evidence.rules[0].rule.id == "PRIV-01"
    assert evidence.exemplars[0].exemplar.id == "EX-001"
    assert ids(found, "weekly bulletin to all staff, responsive?")[0] == "RESP-01"


def test_a_long_mail_is_matched_by_its_best_sentence(
    write_matter: Write, build: Callable[..., Index], model: EmbeddingModel
) -> None:
    matter = load_matter(write_matter())
    padding = "Lunch is at noon on the second floor, bring a tray. " * 12
    text = f"{padding}The union wrote to us again about the shifts. {padding}"
    assert ids(finder(matter, build(matter), model), text)[0] == "RESP-02"


def test_a_superseded_exemplar_is_never_found(
    write_matter: Write, build: Callable[..., Index], model: EmbeddingModel
) -> None:
    matter = load_matter(write_matter())
    evidence = finder(matter, build(matter), model)(
        Question(ask="A publicity firm's invoice to marketing.")
    )
    assert "EX-004" not in [f.exemplar.id for f in evidence.exemplars]


def test_only_what_changed_is_embedded_again(
    write_matter: Write, build: Callable[..., Index], model: EmbeddingModel
) -> None:
    counting = Counting(model)
    root = write_matter()
    build(load_matter(root), counting)
    first = counting.count
    build(load_matter(root), counting)
    assert counting.count == first
    path = root / "playbook" / "01-rules.md"
    path.write_text(
        path.read_text("utf-8").replace("whatever they mention", "whatever they say"), "utf-8"
    )
    build(load_matter(root), counting)
    assert counting.count == first + 1


@pytest.mark.parametrize("how", ["junk", "cut", "gone"])
@pytest.mark.parametrize(
    "what",
    [
        "current",
        "g-*/meta.json",
        "g-*/vectors/chroma.sqlite3",
        "g-*/vectors/*/data_level0.bin",
        "g-*/vectors/*/index_metadata.pickle",
        "g-*/words-rules/meta.json",
        "g-*/words-rules/*.idx",
    ],
)
def test_a_damaged_index_is_unusable_and_is_built_anew(
    write_matter: Write,
    build: Callable[..., Index],
    model: EmbeddingModel,
    tmp_path: Path,
    what: str,
    how: str,
) -> None:
    matter = load_matter(write_matter())
    build(matter).close()
    place = Place.of(tmp_path / "index", matter.id, matter.folder, matter.content_hash)
    damaged = next(place.root.glob(what))
    whole = damaged.read_bytes()
    damaged.write_bytes(whole[: len(whole) // 2] + (b"junk" * 500 if how == "junk" else b""))
    if how == "gone":
        damaged.unlink()
    with pytest.raises(IndexUnusable, match="run secondchair index"):
        open_index(place)
    assert ids(finder(matter, build(matter), model), "all-staff bulletin")[0] == "RESP-01"


def test_a_pointer_leads_to_no_other_folder(tmp_path: Path) -> None:
    place = Place.of(tmp_path, "m", "/m", "1")
    place.root.mkdir()
    (place.root / "current").write_text("../elsewhere", "utf-8")
    with pytest.raises(IndexUnusable):
        open_index(place)


def many(count: int, mark: str = "") -> list[Entry]:
    """`count` rule passages, two a rule, and one exemplar."""
    rules = [
        Entry(f"R{i // 2}", "rules", f"R{i // 2}#{i % 2}", f"Box {i} of shelf {i * 7 % 31} {mark}")
        for i in range(count)
    ]
    return [*rules, Entry("E", "exemplars", "E#0", "A lone exemplar.")]


def place_in(folder: Path, content: int) -> Place:
    return Place.of(folder, "m", "/m", str(content))


@pytest.mark.parametrize("count", [40, EXACT + 1])
def test_the_nearest_are_those_that_arithmetic_finds(
    tmp_path: Path, model: EmbeddingModel, count: int
) -> None:
    index = build_index(many(count), place_in(tmp_path, 1), model)
    names, keys, rows = index.matrix("rules")
    query = model.embed_query(["the box on shelf 14", "box 3"])
    for hits, vector in zip(index.dense_many("rules", query, 5), query, strict=True):
        best = np.argsort(-(rows @ vector))[:5]
        at = {key: i for i, key in enumerate(keys)}
        assert [hit[1] for hit in hits] == [names[at[hit[0]]] for hit in hits]
        assert np.allclose([hit[2] for hit in hits], (rows @ vector)[best], atol=1e-5)
        assert [hit[:2] for hit in index.dense("rules", vector, 5)] == [hit[:2] for hit in hits]


def test_few_or_no_entries_of_a_kind_are_no_error(tmp_path: Path, model: EmbeddingModel) -> None:
    index = build_index(many(0), place_in(tmp_path, 1), model)
    query = model.embed_query(["box"])
    assert index.dense("rules", query, 5) == index.keyword("rules", "box", 5) == []
    assert [hit[1] for hit in index.dense("exemplars", query, 5)] == ["E"]


def test_a_question_is_words_never_query_syntax(tmp_path: Path, model: EmbeddingModel) -> None:
    index = build_index(many(40), place_in(tmp_path, 1), model)
    plain = index.keyword("rules", "shelf 14", 50)
    assert plain[0][2] > plain[-1][2] > 0
    for text in ["+(shelf) -14", 'text:shelf^9 "14', "SHELF NOT 14 *", "shelf:[14 TO 15}"]:
        assert plain[0] in index.keyword("rules", text, 50)
    assert index.keyword("rules", "\ud800 zebra ()", 5) == index.keyword("rules", "", 5) == []


def test_a_key_twice_is_refused_before_anything_is_written(
    tmp_path: Path, model: EmbeddingModel
) -> None:
    with pytest.raises(ValueError, match="stands twice"):
        build_index([*many(2), *many(2)], place_in(tmp_path, 1), model)
    assert not list(tmp_path.iterdir())


def test_reading_leaves_a_generation_as_it_was_built(tmp_path: Path, model: EmbeddingModel) -> None:
    place = place_in(tmp_path, 1)
    for count in (1, 2, 40):
        index = build_index(many(count), place, model, force=True)
        before = sums(place.root)
        index.dense("rules", model.embed_query(["box"]), 3)
        index.close()
        open_index(place).close()
        assert sums(place.root) == before


def test_the_generation_before_stays_for_its_readers_and_older_ones_go(
    tmp_path: Path, model: EmbeddingModel
) -> None:
    first = build_index(many(9), place_in(tmp_path, 0), model)
    (place_in(tmp_path, 0).root / "building-crashed").mkdir()
    for content in range(1, 4):
        build_index(many(9, f"v{content}"), place_in(tmp_path, content), model).close()
    assert len(list(tmp_path.glob("*/g-*"))) == 2
    assert not list(tmp_path.glob("*/building-*"))
    assert len(first.dense("rules", model.embed_query(["box"]), 3)) == 3
    assert first.keyword("rules", "box", 3)


def test_what_a_caller_calibrates_is_kept(tmp_path: Path, model: EmbeddingModel) -> None:
    build_index(many(3), place_in(tmp_path, 1), model, calibrate=lambda i: {"n": i.counts["rules"]})
    assert open_index(place_in(tmp_path, 1)).calibration == {"n": 3}


def read_often(home: str, folder: str) -> None:
    vector = open_model(Path(home)).embed_query(["the box on shelf 14"])
    for _ in range(12):
        index = open_index(place_in(Path(folder), 0))
        assert len(index.dense("rules", vector, 5)) == 5
        index.close()


@pytest.mark.slow
def test_four_processes_read_while_a_fifth_builds(
    home: Path, tmp_path: Path, model: EmbeddingModel
) -> None:
    build_index(many(30), place_in(tmp_path, 0), model).close()
    context = multiprocessing.get_context("spawn")
    readers = [
        context.Process(target=read_often, args=(str(home), str(tmp_path))) for _ in range(4)
    ]
    for reader in readers:
        reader.start()
    while any(reader.is_alive() for reader in readers):
        build_index(many(30), place_in(tmp_path, 0), model, force=True).close()
        readers[0].join(0.5)
    assert [reader.exitcode for reader in readers] == [0, 0, 0, 0]


def build_on_full_disk(home: str, folder: str) -> None:
    model = open_model(Path(home))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))
    with pytest.raises(IndexUnusable, match="free some disk space"):
        build_index(many(600), place_in(Path(folder), 1), model)


@pytest.mark.slow
def test_a_disk_that_fills_up_leaves_the_former_index(
    home: Path, tmp_path: Path, model: EmbeddingModel
) -> None:
    build_index(many(30), place_in(tmp_path, 0), model).close()
    child = multiprocessing.get_context("spawn").Process(
        target=build_on_full_disk, args=(str(home), str(tmp_path))
    )
    child.start()
    child.join()
    assert child.exitcode == 0
    assert open_index(place_in(tmp_path, 0)).counts["rules"] == 30


def test_a_copy_goes_with_its_index_and_that_of_a_killed_process_with_the_next(
    tmp_path: Path, model: EmbeddingModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    orphan = tmp_path / "secondchair-copy-orphan"
    orphan.mkdir()
    os.utime(orphan, (0, 0))
    index = build_index(many(3), place_in(tmp_path / "index", 1), model)
    assert not orphan.exists()
    assert len(list(tmp_path.glob("secondchair-copy-*/"))) == 1
    index.close()
    index.close()
    assert not list(tmp_path.glob("secondchair-copy-*"))


def test_a_folder_that_cannot_be_written_is_named_with_what_to_do(
    write_matter: Write, model: EmbeddingModel, tmp_path: Path
) -> None:
    matter = load_matter(write_matter())
    (tmp_path / "file").write_text("x", "utf-8")
    place = Place.of(tmp_path / "file", matter.id, matter.folder, matter.content_hash)
    with pytest.raises(IndexUnusable, match="SECONDCHAIR_HOME"):
        build_index(entries(matter), place, model)


def build_in_process(root: str, home: str, cache: str) -> None:
    matter = load_matter(root)
    place = Place.of(Path(cache), matter.id, matter.folder, matter.content_hash)
    model = open_model(Path(home))
    index = build_index(entries(matter), place, model)
    assert ids(finder(matter, index, model), "all-staff bulletin")[0] == "RESP-01"


@pytest.mark.slow
def test_processes_that_index_at_once_build_one_generation_and_all_read_it(
    write_matter: Write, home: Path, model: EmbeddingModel, tmp_path: Path
) -> None:
    args = (str(write_matter()), str(home), str(tmp_path / "index"))
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=build_in_process, args=args) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0, 0, 0, 0]
    assert len(list((tmp_path / "index").glob("*/g-*"))) == 1


def test_two_matters_share_nothing(
    write_matter: Write, build: Callable[..., Index], model: EmbeddingModel
) -> None:
    canary = PLAYBOOK.replace("What the union writes", "ZEBRAFISH what the union writes")
    other = load_matter(write_matter("other", playbook=canary))
    mine = load_matter(write_matter("mine"))
    build(other)
    found = finder(mine, build(mine), model)
    evidence = found(Question(ask="zebrafish union"))
    assert all("ZEBRAFISH" not in f.rule.text for f in evidence.rules)


def test_as_if_a_rule_did_not_exist(
    write_matter: Write, build: Callable[..., Index], model: EmbeddingModel
) -> None:
    matter = load_matter(write_matter())
    found = finder(matter, build(matter), model)
    evidence = found.find("all-staff bulletin", frozenset({"RESP-01", "EX-003"}))
    assert "RESP-01" not in [f.rule.id for f in evidence.rules]
    assert evidence.covered < found.find("all-staff bulletin").covered


@pytest.mark.parametrize(
    ("kind", "first"), [(RuleRetriever, "PRIV-01"), (ExemplarRetriever, "EX-001")]
)
def test_each_langchain_retriever_gives_quotable_documents_best_first(
    write_matter: Write, build: Callable[..., Index], model: EmbeddingModel, kind: type, first: str
) -> None:
    matter = load_matter(write_matter(exemplars=EXEMPLARS))
    retriever = kind(find=finder(matter, build(matter), model).find, k=2)
    documents = retriever.invoke("publicity firm hired by marketing, lawyer copied")
    assert documents[0].id == first
    assert len(documents) == 2
    for document in documents:
        text = matter.files[document.metadata["source"]]
        start, end = document.metadata["start"], document.metadata["end"]
        assert text[start:end].split()[0] in document.page_content
        assert document.metadata["score"] >= documents[-1].metadata["score"]
