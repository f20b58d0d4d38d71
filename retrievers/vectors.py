"""The vectors of one generation, in an embedded Chroma store; chromadb is imported nowhere else.

Chroma 1.5.9 writes to its SQLite file at every opening, so a store is opened on a private copy
(lock.py). What is not yet flushed to the HNSW files it replays at every start (0.15 s for 900
records), so batches and the threshold of flushing are chosen such that the last batch is flushed.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrievers.model import EmbeddingModel

# chromadb imports jsonschema, which tries this for a format that nothing here uses: 1.1 s of 1.7 s.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]

CHUNK = 256  # texts embedded between two calls of `step`
PAGE = 10_000  # records read at a time: SQLite takes no more than 32,766 ids in one statement
BATCH = 1000  # records of an add and of a flush
EXACT = 2_000  # records up to which comparing with all of them costs less than asking Chroma: 3 MB, 0.1 ms
SMALL = 20_000  # records up to which the finer graph costs nothing at query time
FINE = {"ef_construction": 200, "ef_search": 200, "max_neighbors": 32}
LARGE = {"ef_construction": 100, "ef_search": 100, "max_neighbors": 16}

Vectors = NDArray[np.float32]
Record = tuple[str, str]  # name, text
Step = Callable[[int, int], None]


class Embedding:
    """Embeds what is not `known` (unit vectors by digest of the text), and tells `step` how far it is."""

    def __init__(
        self, model: EmbeddingModel, known: dict[str, Vectors], total: int, step: Step | None
    ) -> None:
        self.model, self._known, self._total, self._step = model, known, total, step
        self._done = 0

    def rows(self, texts: Sequence[str]) -> Vectors:
        """(n, width) float32 unit rows."""
        for at in range(0, len(texts), CHUNK):
            part = texts[at : at + CHUNK]
            new = {d: text for text in part if (d := digest(text)) not in self._known}
            self._known.update(zip(new, self.model.embed(list(new.values())), strict=True))
            self._done += len(part)
            if self._step:
                self._step(self._done, self._total)
        return np.stack([self._known[digest(text)] for text in texts])


def write_vectors(
    folder: Path, matter: str, kinds: Mapping[str, Sequence[Record]], embedding: Embedding
) -> None:
    """Write a store into a new folder: one collection a kind, records in the order given.

    Raises OSError where the folder cannot be written.
    """
    from chromadb.errors import ChromaError

    try:
        client = _client(folder)
        try:
            for kind, records in kinds.items():
                _write(client, collection_name(matter, kind), records, embedding)
        finally:
            client.close()
    except ChromaError as error:
        raise OSError(f"Chroma: {error}") from error


class Store:
    """A store opened for reading, in a folder of this process alone (opening writes to it)."""

    def __init__(self, folder: Path, matter: str, counts: Mapping[str, int]) -> None:
        self._counts = dict(counts)
        self._client = _client(folder)
        get = self._client.get_collection
        self._kinds = {k: get(collection_name(matter, k), embedding_function=None) for k in counts}
        for kind, many in counts.items():  # counting loads the HNSW files: they may go away later
            if (found := self._kinds[kind].count()) != many:
                raise ValueError(f"{found} {kind} where {many} were expected")
        few = [kind for kind, many in counts.items() if 0 < many <= EXACT]
        self._latest: dict[
            str, dict[str, Any]
        ] = {}  # what the last query found, to be asked for next
        self._whole: dict[str, tuple[list[str], Vectors]] = {
            kind: self.rows(kind)[::2] for kind in few
        }

    def nearest(self, kind: str, vectors: Vectors, k: int) -> list[list[tuple[str, float]]]:
        """For each row of (n, width) vectors the k nearest records: (name, cosine), best first; exactly
        those in a collection of at most EXACT records."""
        k = min(k, self._counts[kind])
        if k < 1 or not len(vectors):
            return [[] for _ in vectors]
        if kind in self._whole:
            return _among(*self._whole[kind], vectors, k)
        query, told = self._kinds[kind].query, ["distances", "embeddings"]
        found = query(query_embeddings=vectors, n_results=k, include=told)
        pairs = zip(found["ids"], found["embeddings"], strict=True)
        self._latest[kind] = {
            n: row for ids, rows in pairs for n, row in zip(ids, rows, strict=True)
        }
        return [
            [(name, 1.0 - float(distance)) for name, distance in zip(names, distances, strict=True)]
            for names, distances in zip(found["ids"], found["distances"], strict=True)
        ]

    def row(self, kind: str, name: str) -> Vectors:
        """The unit vector (width,) of one record. Raises KeyError where there is none."""
        if kind in self._whole:
            names, rows = self._whole[kind]
            if name not in names:
                raise KeyError(name)
            found: Vectors = rows[names.index(name)]
            return found
        if name in (latest := self._latest.get(kind, {})):
            return np.asarray(latest[name], np.float32)
        got = self._kinds[kind].get(ids=[name], include=["embeddings"])["embeddings"]
        if not len(got):
            raise KeyError(name)
        return np.asarray(got[0], np.float32)

    def rows(self, kind: str) -> tuple[list[str], list[str], Vectors]:
        """(names, digests of the texts, (n, width) vectors) of all records; 5 s for 100,000."""
        if not self._counts[kind]:
            return [], [], np.zeros((0, 0), np.float32)
        names: list[str] = []
        digests: list[str] = []
        parts: list[Vectors] = []
        for at in range(0, self._counts[kind], PAGE):
            got = self._kinds[kind].get(include=["embeddings", "metadatas"], limit=PAGE, offset=at)
            names += got["ids"]
            digests += [str(meta["text"]) for meta in got["metadatas"]]
            parts.append(np.asarray(got["embeddings"], np.float32))
        return names, digests, np.concatenate(parts)

    def close(self) -> None:
        """Close the client."""
        self._client.close()


def _among(
    names: list[str], rows: Vectors, vectors: Vectors, k: int
) -> list[list[tuple[str, float]]]:
    """The k best of (m, width) unit rows for each of (n, width) unit vectors."""
    cosines = vectors @ rows.T
    best = np.argsort(-cosines, axis=1, kind="stable")[:, :k]
    return [
        [(names[i], float(row[i])) for i in order] for row, order in zip(cosines, best, strict=True)
    ]


def digest(text: str) -> str:
    """What tells whether a text was embedded before."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:32]


def collection_name(matter: str, kind: str) -> str:
    """A name as Chroma wants it: 3 to 512 of [a-zA-Z0-9._-], a letter or digit at both ends."""
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "._-") else "-" for c in matter)
    return f"{kind}-{plain[:200]}-x"


def _client(folder: Path) -> Any:
    import chromadb
    from chromadb.config import Settings

    return chromadb.PersistentClient(str(folder), Settings(anonymized_telemetry=False))


def _write(client: Any, name: str, records: Sequence[Record], embedding: Embedding) -> None:
    batches = _batches(len(records))
    collection = client.create_collection(
        name, embedding_function=None, configuration={"hnsw": _hnsw(len(records), batches)}
    )
    for start, end in batches:
        collection.add(
            ids=[name for name, _ in records[start:end]],
            embeddings=embedding.rows([text for _, text in records[start:end]]),
            metadatas=[{"text": digest(text)} for _, text in records[start:end]],
        )


def _batches(many: int) -> list[tuple[int, int]]:
    """Even batches of at most BATCH: with the least of them as threshold, each is flushed."""
    count = -(-many // BATCH)
    edges = [many * i // count for i in range(count + 1)] if count else [0]
    return list(pairwise(edges))


def _hnsw(many: int, batches: list[tuple[int, int]]) -> dict[str, Any]:
    least = max(2, min((end - start for start, end in batches), default=2))
    graph = FINE if many <= SMALL else LARGE
    return {"space": "cosine", "sync_threshold": least, "batch_size": min(100, least), **graph}
