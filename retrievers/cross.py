"""The cross-encoder: a question and a rule's page read together, for questions that two vectors leave in doubt.

    (question, page) ─▶ one pass of the encoder over both ─▶ log odds that the page settles the question

A bi-encoder meets question and rule only as finished vectors; here every word of the one attends to every
word of the other (Nogueira & Cho 2019, arXiv:1901.04085). A page costs about four times the embedding of the
question, so `Finder` reads only within the band of `weights.json`. The weights are the embedding model's with
low-rank updates of their own (`cross.npz`, trained by `benchmarks/tune_cross.py`), exported beside it.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from retrievers.graph import opened, readable

# Ours: merged into a copy of the default model when exported.
UPDATES = Path(__file__).parent / "cross.npz"
GRAPH = "cross.onnx"  # in an export's folder


class CrossEncoder:
    """Reads pairs by the graph in an export's folder; opened at the first pair."""

    def __init__(self, folder: Path, threads: int) -> None:
        self._folder, self._threads = folder, threads

    def __call__(self, question: str, page: str) -> float:
        """Log odds that the page settles the question."""
        session, tokenizer = self._opened
        pair = tokenizer.encode(readable(question), readable(page))
        pieces, kinds = np.array([pair.ids], np.int64), np.array([pair.type_ids], np.int64)
        return float(session.run(None, {"input_ids": pieces, "token_type_ids": kinds})[0][0])

    @cached_property
    def _opened(self) -> tuple[Any, Any]:
        return opened(self._folder, GRAPH, self._threads)
