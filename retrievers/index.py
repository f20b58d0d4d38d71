"""The derived index of one matter: vectors in Chroma, words in tantivy; built beside and swapped.

    index/<matter>-<folder hash>/current            names the generation that is read (generations.py)
                                 g-<hash>/meta.json  what it was built from; a sum of every file
                                 g-<hash>/vectors    Chroma, one collection a kind (vectors.py)
                                 g-<hash>/words-…    BM25 (keywords.py)
                                 build.lock          builders exclude each other

All sums are checked at opening, since Chroma is not to be trusted with a damaged file: junk in it
ends the process, a truncated one gives wrong neighbours without a word.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.errors import IndexUnusable
from retrievers.generations import FORMAT, current, meta_of, swap
from retrievers.keywords import Keywords, write_keywords
from retrievers.lock import PrivateCopy, file_sum, sole_writer, sums, text_sum, unwritable
from retrievers.model import EmbeddingModel
from retrievers.vectors import Embedding, Step, Store, write_vectors

KINDS = ("rules", "exemplars", "asks")
SEARCHED = ("rules", "exemplars")  # the kinds that are searched by words, too
_BETWEEN = "\x1f"  # between key and id in the stores; in neither of them
Vectors = NDArray[np.float32]
Hit = tuple[str, str, float]  # key, id, score
Calibrate = Callable[["Index"], dict[str, float]]


@dataclass(frozen=True)
class Entry:
    """A passage to index: several may share `id` (parts of one rule); `key` is unique in its kind."""

    id: str
    kind: str
    key: str
    text: str

    @property
    def name(self) -> str:
        """Key and id as one, as the stores know it."""
        return f"{self.key}{_BETWEEN}{self.id}"


@dataclass(frozen=True)
class Place:
    """Where a matter's generations are kept (its own folder: matters share nothing), and for what content."""

    root: Path
    matter: str
    content_hash: str

    @classmethod
    def of(cls, cache: Path, matter: str, folder: str, content_hash: str) -> Place:
        """By the matter's id and the folder it was loaded from."""
        return cls(cache / f"{matter}-{text_sum(folder)[:8]}", matter, content_hash)


class Index:
    """One generation, opened for reading. Answers do not change while it is open."""

    def __init__(self, copy: PrivateCopy, meta: Mapping[str, Any]) -> None:
        self.content_hash, self.model_id = str(meta["content_hash"]), str(meta["model"])
        self.calibration: dict[str, float] = dict(meta["calibration"])
        self.counts: dict[str, int] = dict(meta["counts"])
        self._copy = copy
        self._words = {kind: Keywords(copy.folder / f"words-{kind}") for kind in SEARCHED}
        self._store = Store(copy.folder / "vectors", str(meta["matter"]), self.counts)

    @property
    def summary(self) -> str:
        """Counts in words."""
        rules, exemplars = self.counts["rules"], self.counts["exemplars"]
        return f"{rules} rule passages, {exemplars} exemplars, model {self.model_id}"

    def dense(self, kind: str, vectors: Vectors, k: int) -> list[Hit]:
        """(key, id, cosine) of the k nearest to a vector, best first; to several, list after list."""
        return [hit for hits in self.dense_many(kind, np.atleast_2d(vectors), k) for hit in hits]

    def dense_many(self, kind: str, vectors: Vectors, k: int) -> list[list[Hit]]:
        """For each row of (n, width) vectors its k nearest, best first; one query of Chroma."""
        found = self._store.nearest(kind, vectors, k)
        return [[(*_parts(name), cosine) for name, cosine in hits] for hits in found]

    def vector(self, kind: str, hit: Hit) -> Vectors:
        """The unit vector (width,) of what a dense search found."""
        return self._store.row(kind, _BETWEEN.join(hit[:2]))

    def keyword(self, kind: str, text: str, k: int) -> list[Hit]:
        """(key, id, BM25 score) of the k best, best first; [] for a kind that has no words."""
        found = self._words[kind].search(text, k) if kind in self._words else []
        return [(*_parts(name), score) for name, score in found]

    def vectors(self, kind: str) -> list[tuple[str, str, Vectors]]:
        """(key, id, unit vector) of everything of a kind, in the order of the entries."""
        names, _, rows = self._store.rows(kind)
        return [(*_parts(name), row) for name, row in zip(names, rows, strict=True)]

    def matrix(self, kind: str) -> tuple[list[str], list[str], Vectors]:
        """(ids, keys, (n, width) unit rows) of everything of a kind, in the order of the entries."""
        names, _, rows = self._store.rows(kind)
        parts = [_parts(name) for name in names]
        return [name for _, name in parts], [key for key, _ in parts], rows

    def by_digest(self) -> dict[str, Vectors]:
        """Unit vectors by the digest of the text they were made of, for the next build."""
        rows = (self._store.rows(kind) for kind in KINDS)
        return {d: v for _, digests, vectors in rows for d, v in zip(digests, vectors, strict=True)}

    def close(self) -> None:
        """Free what the stores hold; a second time does nothing."""
        self._store.close()
        self._copy.close()


def open_index(place: Place) -> Index:
    """The current generation, checked file by file; any number of processes may hold it.

    Raises IndexUnusable where there is none or anything in it was damaged: build it then.
    """
    name = current(place.root)
    if name is None:
        raise IndexUnusable(f"no index in {str(place.root)!r}: run secondchair index")
    return _opened(place.root / name)


def build_index(
    entries: Sequence[Entry],
    place: Place,
    model: EmbeddingModel,
    step: Step | None = None,
    calibrate: Calibrate | None = None,
    force: bool = False,
) -> Index:
    """Build a generation beside the current one and swap; returns it opened.

    A second builder waits and then finds it fresh. Only texts that the former generation does not
    hold are embedded; a damaged one costs just its vectors. Raises IndexUnusable where the folder
    cannot be written, ValueError for entries with a key twice or of an unknown kind.
    """
    _refuse(entries)
    with sole_writer(place.root, "build"):
        former = _former(place)
        if former and not force and is_fresh(former, place, model):
            return former
        known = former.by_digest() if former and former.model_id == model.id else {}
        if former:
            former.close()
        for crashed in place.root.glob("building-*"):
            shutil.rmtree(crashed, ignore_errors=True)
        with tempfile.TemporaryDirectory(dir=place.root, prefix="building-") as beside:
            folder = Path(beside) / "kept"
            meta = _written(folder, entries, place, Embedding(model, known, len(entries), step))
            meta["calibration"] = _calibrated(folder, meta, calibrate) if calibrate else {}
            swap(folder, meta, place.root)
        return open_index(place)


def is_fresh(index: Index, place: Place, model: EmbeddingModel) -> bool:
    """Was it built from this very content with this very model?"""
    return index.content_hash == place.content_hash and index.model_id == model.id


# --- reading ------------------------------------------------------------------------------------


def _former(place: Place) -> Index | None:
    try:
        return open_index(place)
    except IndexUnusable:
        return None


def _opened(folder: Path) -> Index:
    meta = meta_of(folder)
    try:
        copy = PrivateCopy(folder)
    except OSError as error:
        raise IndexUnusable(
            f"cannot read {str(folder)!r} or copy it to the folder for temporary files "
            f"({error}): free some space there or set TMPDIR, or run secondchair index"
        ) from error
    if sums(copy.folder) != meta["files"] | {"meta.json": file_sum(copy.folder / "meta.json")}:
        copy.close()
        raise IndexUnusable(f"the index {str(folder)!r} is damaged: run secondchair index")
    return _on(copy, meta)


def _on(copy: PrivateCopy, meta: dict[str, Any]) -> Index:
    try:
        return Index(copy, meta)
    except Exception as error:
        copy.close()
        raise IndexUnusable(
            f"the index does not open ({type(error).__name__}: {error}): run secondchair index"
        ) from error


# --- building -----------------------------------------------------------------------------------


def _refuse(entries: Sequence[Entry]) -> None:
    seen: set[tuple[str, str]] = set()
    for entry in entries:
        if entry.kind not in KINDS or _BETWEEN in entry.key + entry.id:
            raise ValueError(f"entry {entry.key!r}: kind {entry.kind!r} is not one of {KINDS}")
        if (entry.kind, entry.key) in seen:
            raise ValueError(f"entry {entry.key!r} stands twice among the {entry.kind}")
        seen.add((entry.kind, entry.key))


def _written(
    folder: Path, entries: Sequence[Entry], place: Place, embedding: Embedding
) -> dict[str, Any]:
    """Write both stores into a new folder; its meta, but for the calibration."""
    kinds = {kind: [(e.name, e.text) for e in entries if e.kind == kind] for kind in KINDS}
    try:
        folder.mkdir()
        write_vectors(folder / "vectors", place.matter, kinds, embedding)
        for kind in SEARCHED:
            write_keywords(folder / f"words-{kind}", kinds[kind])
        files = sums(folder)
    except (OSError, ValueError) as error:
        raise unwritable(place.root, error) from error
    return {
        "format": FORMAT,
        "matter": place.matter,
        "content_hash": place.content_hash,
        "model": embedding.model.id,
        "counts": {k: len(v) for k, v in kinds.items()},
        "calibration": {},
        "files": files,
    }


def _calibrated(folder: Path, meta: dict[str, Any], calibrate: Calibrate) -> dict[str, float]:
    index = _on(PrivateCopy(folder), meta)
    try:
        return calibrate(index)
    finally:
        index.close()


def _parts(name: str) -> tuple[str, str]:
    key, _, entry_id = name.partition(_BETWEEN)
    return key, entry_id
