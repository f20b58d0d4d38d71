"""The index is built beside and swapped, embeds only what changed, and survives what befalls files."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from conftest import EXEMPLARS, PLAYBOOK, Write

from assistant.errors import IndexUnusable
from assistant.matter import load_matter
from assistant.types import Matter, Question
from retrievers.find import Finder
from retrievers.index import Index, Place, build_index, open_index
from retrievers.langchain import ExemplarRetriever, RuleRetriever
from retrievers.model import EmbeddingModel, open_model
from retrievers.passages import entries
from retrievers.weights import shipped


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
    a, b, c = model.embed(["The lawyer was copied.", "Counsel was cc'd on it.", "A pump leaked oil."])
    assert np.allclose(np.linalg.norm([a, b, c], axis=1), 1, atol=1e-4)
    assert a @ b > a @ c + 0.2
    assert np.allclose(model.embed_query(["A pump leaked oil."])[0], c, atol=0.02)


def test_a_damaged_model_is_removed_and_named(home: Path, model: EmbeddingModel, tmp_path: Path) -> None:
    copy = tmp_path / "models" / model.id
    copy.mkdir(parents=True)
    (copy / "about.json").write_text("{", "utf-8")
    with pytest.raises(IndexUnusable, match="run the command again"):
        open_model(tmp_path)
    assert not copy.exists()


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
    evidence = finder(matter, build(matter), model)(Question(ask="A publicity firm's invoice to marketing."))
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
    path.write_text(path.read_text("utf-8").replace("whatever they mention", "whatever they say"), "utf-8")
    build(load_matter(root), counting)
    assert counting.count == first + 1


@pytest.mark.parametrize("harm", ["meta", "vectors", "pointer", "words"])
def test_a_corrupt_index_is_unusable_and_is_built_anew(
    write_matter: Write, build: Callable[..., Index], model: EmbeddingModel, tmp_path: Path, harm: str
) -> None:
    matter = load_matter(write_matter())
    build(matter)
    place = Place.of(tmp_path / "index", matter.id, matter.folder, matter.content_hash)
    folder = place.root / (place.root / "current").read_text("utf-8")
    fresh = place.root / "g-copy"
    fresh.mkdir()
    for path in folder.rglob("*"):  # a copy, for Chroma keeps a store of this process open
        target = fresh / path.relative_to(folder)
        target.mkdir() if path.is_dir() else target.write_bytes(path.read_bytes())
    (place.root / "current").write_text("g-copy", "utf-8")
    if harm == "meta":
        (fresh / "meta.json").write_text('{"format": ', "utf-8")
    elif harm == "vectors":
        (fresh / "vectors" / "chroma.sqlite3").write_bytes(b"junk" * 500)
    elif harm == "words":
        for path in (fresh / "words-rules").iterdir():
            path.unlink()
    else:
        (place.root / "current").write_text("g-gone", "utf-8")
    with pytest.raises(IndexUnusable):
        open_index(place)
    assert ids(finder(matter, build(matter), model), "all-staff bulletin")[0] == "RESP-01"


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


@pytest.mark.parametrize(("kind", "first"), [(RuleRetriever, "PRIV-01"), (ExemplarRetriever, "EX-001")])
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
