"""BM25 over stemmed English words, by tantivy; a question is never read as query syntax."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import tantivy

LONGEST_WORD = 40  # bytes; tantivy's en_stem leaves longer ones out, so must the question
LONGEST_TEXT = 20_000  # characters read of a question
MOST_WORDS = 64  # distinct words searched, the rarest first
POSTINGS = 150_000  # passages a search may visit; past that the commonest words are left out
_MEMORY = 64_000_000  # bytes tantivy may hold while writing


def write_keywords(folder: Path, passages: Sequence[tuple[str, str]]) -> None:
    """Write an index of (key, text) passages into a new folder, as one segment.

    Raises OSError or ValueError (tantivy's) where it cannot be written.
    """
    folder.mkdir(parents=True)
    index = tantivy.Index(_schema(), path=str(folder))
    writer = index.writer(heap_size=_MEMORY, num_threads=1)
    for key, text in passages:
        writer.add_document(tantivy.Document(key=key, text=_clean(text)))
    writer.commit()
    writer.wait_merging_threads()


class Keywords:
    """A keyword index, opened for reading: any number of processes may."""

    def __init__(self, folder: Path) -> None:
        self._schema = _schema()
        self._searcher = tantivy.Index.open(str(folder)).searcher()
        self._analyzer = _analyzer()

    def search(self, text: str, k: int) -> list[tuple[str, float]]:
        """(key, BM25 score) of the k best passages, best first; [] where no word is known."""
        words = self._affordable(_clean(text[:LONGEST_TEXT]))
        if not words or k < 1:
            return []
        term = tantivy.Query.term_query
        should = [(tantivy.Occur.Should, term(self._schema, "text", word)) for word in words]
        query = tantivy.Query.boolean_query(should)
        hits = self._searcher.search(query, k, count=False).hits
        return [(self._searcher.doc(at)["key"][0], float(score)) for score, at in hits]

    def _affordable(self, text: str) -> list[str]:
        """The stems of a text that occur, rarest first, as many as POSTINGS allows.

        Below some 10,000 passages that is all of them; at 100,000 it keeps a search under 1 ms.
        """
        counted = [
            (self._searcher.doc_freq("text", word), word)
            for word in set(self._analyzer.analyze(text))
        ]
        words: list[str] = []
        visited = 0
        for passages, word in sorted(pair for pair in counted if pair[0]):
            visited += passages
            if words and (visited > POSTINGS or len(words) == MOST_WORDS):
                break
            words.append(word)
        return words


def _schema() -> Any:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("key", stored=True, tokenizer_name="raw")
    builder.add_text_field("text", stored=False, tokenizer_name="en_stem", index_option="freq")
    return builder.build()


def _analyzer() -> Any:
    """What `en_stem` does to an indexed passage, for a question."""
    named = tantivy.Filter
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    for step in (named.remove_long(LONGEST_WORD), named.lowercase(), named.stemmer("english")):
        builder = builder.filter(step)
    return builder.build()


def _clean(text: str) -> str:
    """A text without lone surrogates, which cannot leave Python."""
    return text.encode("utf-8", "replace").decode("utf-8")
