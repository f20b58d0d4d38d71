"""BM25 over stemmed words, by tantivy: flat in the number of passages, and user text is never a query syntax."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import tantivy

LONGEST = 48  # distinct words of a question that are searched
_WORD = re.compile(r"\w+")


def write_keywords(folder: Path, passages: Sequence[tuple[str, str]]) -> None:
    """Write a keyword index of (key, text) passages into a new folder."""
    folder.mkdir()
    index = tantivy.Index(_schema(), path=str(folder))
    writer = index.writer(heap_size=64_000_000, num_threads=1)
    for key, text in passages:
        writer.add_document(tantivy.Document(key=key, text=text))
    writer.commit()
    writer.wait_merging_threads()


class Keywords:
    """A keyword index, opened for reading."""

    def __init__(self, folder: Path) -> None:
        self._schema = _schema()
        self._index = tantivy.Index.open(str(folder))
        self._searcher = self._index.searcher()

    def search(self, text: str, k: int) -> list[tuple[str, float]]:
        """(key, BM25 score) of the k best, best first."""
        words = list(dict.fromkeys(_WORD.findall(text.lower())))[:LONGEST]
        if not words:
            return []
        query, _ = self._index.parse_query_lenient(" ".join(words), ["text"])
        hits = self._searcher.search(query, k, count=False).hits
        return [(self._searcher.doc(at)["key"][0], float(score)) for score, at in hits]


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("key", stored=True, tokenizer_name="raw")
    builder.add_text_field("text", stored=False, tokenizer_name="en_stem", index_option="freq")
    return builder.build()
