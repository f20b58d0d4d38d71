"""The derived index of one matter: vectors in Chroma, words in tantivy; built beside and swapped.

A generation is a folder that is never written again once its meta.json stands, so any number of
processes may read it. Builders exclude each other with a file lock; `current` is swapped by one rename.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock, Timeout
from numpy.typing import NDArray

from assistant.errors import IndexUnusable
from retrievers.keywords import Keywords, write_keywords
from retrievers.model import EmbeddingModel

# chromadb and guardrails import it through jsonschema's optional formats: seconds, for nothing used here.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]

FORMAT = "1"
KINDS = ("rules", "exemplars", "asks")
WAIT = 600.0  # seconds a second builder waits for the first
Vectors = NDArray[np.float32]
Step = Callable[[int, int], None]
Calibrate = Callable[["Index"], dict[str, float]]


@dataclass(frozen=True)
class Entry:
    """A passage to index: several may share `id` (parts of one rule); `key` is unique in its kind."""

    id: str
    kind: str
    key: str
    text: str


@dataclass(frozen=True)
class Place:
    """Where a matter's generations are kept: its own folder, so matters share nothing."""

    root: Path
    matter: str
    content_hash: str

    @classmethod
    def of(cls, cache: Path, matter: str, folder: str, content_hash: str) -> Place:
        """By the matter's id and the folder it was loaded from."""
        short = hashlib.sha256(folder.encode()).hexdigest()[:8]
        return cls(cache / f"{matter}-{short}", matter, content_hash)


class Index:
    """One generation, opened for reading."""

    def __init__(self, folder: Path, meta: dict[str, Any]) -> None:
        self._folder, self.meta = folder, meta
        self.content_hash, self.model_id = str(meta["content_hash"]), str(meta["model"])
        self.calibration: dict[str, float] = meta.get("calibration", {})
        client = _client(folder)
        self._vectors = {k: client.get_collection(meta["names"][k], embedding_function=None) for k in KINDS}
        self._keywords = {k: Keywords(folder / f"words-{k}") for k in ("rules", "exemplars")}
        for kind in KINDS:
            if self._vectors[kind].count() != meta["counts"][kind]:
                raise IndexUnusable(f"{kind} are incomplete")

    @property
    def summary(self) -> str:
        """Counts in words."""
        counts = self.meta["counts"]
        return f"{counts['rules']} rule passages, {counts['exemplars']} exemplars, model {self.model_id}"

    def dense(self, kind: str, vectors: Vectors, k: int) -> list[tuple[str, str, float]]:
        """(key, id, cosine) of the k nearest to each vector, all vectors' hits in one list."""
        size = self.meta["counts"][kind]
        if not size or not len(vectors):
            return []
        found = self._vectors[kind].query(
            query_embeddings=vectors, n_results=min(k, size), include=["distances"]
        )
        return [
            (key, key.rsplit("#", 1)[0], 1.0 - distance)
            for keys, distances in zip(found["ids"], found["distances"] or [], strict=True)
            for key, distance in zip(keys, distances, strict=True)
        ]

    def keyword(self, kind: str, text: str, k: int) -> list[tuple[str, str, float]]:
        """(key, id, BM25 score) of the k best, best first."""
        return [(key, key.rsplit("#", 1)[0], s) for key, s in self._keywords[kind].search(text, k)]

    def vectors(self, kind: str) -> list[tuple[str, str, Vectors]]:
        """(key, id, unit vector) of everything of a kind."""
        got = self._vectors[kind].get(include=["embeddings"])
        rows = np.asarray(got["embeddings"], np.float32)
        return [(k, k.rsplit("#", 1)[0], v) for k, v in zip(got["ids"], rows, strict=True)]

    def by_hash(self) -> dict[str, Vectors]:
        """Unit vectors by the hash of the text they were made of, for the next build."""
        known: dict[str, Vectors] = {}
        for kind in KINDS:
            got = self._vectors[kind].get(include=["embeddings", "metadatas"])
            rows = np.asarray(got["embeddings"], np.float32)
            for meta, row in zip(got["metadatas"] or [], rows, strict=True):
                known[str(meta["text"])] = row
        return known


def open_index(place: Place) -> Index:
    """The current generation. Raises IndexUnusable where there is none or it cannot be read."""
    pointer = place.root / "current"
    try:
        folder = place.root / pointer.read_text("utf-8").strip()
        meta = json.loads((folder / "meta.json").read_text("utf-8"))
        if meta["format"] != FORMAT:
            raise IndexUnusable(f"{folder} has format {meta['format']!r}")
        return Index(folder, meta)
    except IndexUnusable:
        raise
    except Exception as error:
        raise IndexUnusable(f"no usable index in {place.root} ({type(error).__name__})") from error


def build_index(
    entries: Sequence[Entry], place: Place, model: EmbeddingModel,
    step: Step | None = None, calibrate: Calibrate | None = None, force: bool = False,
) -> Index:  # fmt: skip
    """Build a generation beside the current one and swap; returns it opened.

    A second builder waits and then finds it fresh. Raises IndexUnusable where the folder cannot be
    written; a corrupt former generation costs only its vectors.
    """
    try:
        place.root.mkdir(parents=True, exist_ok=True)
        with FileLock(place.root / "build.lock", timeout=WAIT):
            former = _former(place)
            if former and not force and is_fresh(former, place, model):
                return former
            folder = place.root / f"g-{place.content_hash[:12]}-{uuid.uuid4().hex[:6]}"
            _write(folder, entries, place, model, former, step)
            index = _finish(folder, place, model, entries, calibrate)
            _sweep(place, keep=folder.name)
            return index
    except Timeout:
        raise IndexUnusable(f"another process has been indexing {place.matter} for {WAIT:.0f} s: "
                            "wait for it, or end it") from None  # fmt: skip
    except OSError as error:
        raise IndexUnusable(f"cannot write the index in {place.root} ({error.strerror}): free some space "
                            "or set SECONDCHAIR_HOME to a folder that can be written") from error  # fmt: skip


def is_fresh(index: Index, place: Place, model: EmbeddingModel) -> bool:
    """Was it built from this very content with this very model?"""
    return index.content_hash == place.content_hash and index.model_id == model.id


def _former(place: Place) -> Index | None:
    try:
        return open_index(place)
    except IndexUnusable:
        return None


def _write(
    folder: Path, entries: Sequence[Entry], place: Place, model: EmbeddingModel,
    former: Index | None, step: Step | None,
) -> None:  # fmt: skip
    known = former.by_hash() if former and former.model_id == model.id else {}
    folder.mkdir()
    client = _client(folder)
    done = 0
    for kind in KINDS:
        mine = [e for e in entries if e.kind == kind]
        collection = client.create_collection(
            _name(place, kind), embedding_function=None,
            configuration={"hnsw": {"space": "cosine", "ef_search": 64, "max_neighbors": 24}},
        )  # fmt: skip
        for batch in _batches(mine):
            collection.add(
                ids=[e.key for e in batch], embeddings=_embedded(batch, known, model),
                metadatas=[{"text": _digest(e.text)} for e in batch],
            )  # fmt: skip
            done += len(batch)
            if step:
                step(done, len(entries))
        if kind != "asks":
            write_keywords(folder / f"words-{kind}", [(e.key, e.text) for e in mine])


def _batches(entries: list[Entry]) -> Iterator[list[Entry]]:
    for at in range(0, len(entries), 256):
        yield entries[at : at + 256]


def _embedded(batch: list[Entry], known: dict[str, Vectors], model: EmbeddingModel) -> Vectors:
    """Vectors of a batch; only texts the former generation did not hold are embedded."""
    new = [e.text for e in batch if _digest(e.text) not in known]
    fresh = dict(zip(new, model.embed(new), strict=True))
    return np.stack([fresh[e.text] if e.text in fresh else known[_digest(e.text)] for e in batch])


def _finish(
    folder: Path, place: Place, model: EmbeddingModel, entries: Sequence[Entry], calibrate: Calibrate | None
) -> Index:
    meta: dict[str, Any] = {
        "format": FORMAT, "content_hash": place.content_hash, "model": model.id,
        "counts": {kind: sum(e.kind == kind for e in entries) for kind in KINDS},
        "names": {kind: _name(place, kind) for kind in KINDS}, "calibration": {},
    }  # fmt: skip
    index = Index(folder, meta)
    if calibrate:
        meta["calibration"] = index.calibration = calibrate(index)
    _put(folder / "meta.json", json.dumps(meta))
    _put(place.root / "current", folder.name)
    return index


def _put(path: Path, text: str) -> None:
    beside = path.with_suffix(".new")
    beside.write_text(text, "utf-8")
    os.replace(beside, path)


def _sweep(place: Place, keep: str) -> None:
    """Remove generations but the current and the one before it, which a reader may still hold."""
    old = sorted((p for p in place.root.glob("g-*") if p.name != keep), key=lambda p: p.stat().st_mtime)
    for folder in old[:-1]:
        shutil.rmtree(folder, ignore_errors=True)


def _name(place: Place, kind: str) -> str:
    return f"{place.matter}-{kind}"[:120].strip("-_")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _client(folder: Path) -> Any:
    import chromadb
    from chromadb.config import Settings

    return chromadb.PersistentClient(
        str(folder / "vectors"), Settings(anonymized_telemetry=False, allow_reset=False)
    )
