"""What an asker wants done, read from the frame of the ask: how it is put, more than what it is about.

Two readings: a logistic regression over hashed n-grams of the words as said and of the same with rare words
masked (what is left is the frame), and a linear reading of the sentence vector, learnt together with that
vector (`benchmarks/tune_embeddings.py`). Trained on asks of many invented teams by
`benchmarks/train_rights.py`; RESULTS.md says how well they hold on matters never seen.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import resources
from io import BytesIO

import numpy as np
from numpy.typing import NDArray

DIM = 2**15
WEIGHTS = {"frame": 2.0, "said": 1.5}
_TOKEN = re.compile(r"[a-z']+|\?|!|\d+|\.|,|:")
Floats = NDArray[np.float32]


def tokens(text: str) -> list[str]:
    """Words, numbers and the marks that carry a frame, in lower case."""
    return _TOKEN.findall(text.lower().replace("’", "'"))


def masked(words: Iterable[str], common: frozenset[str]) -> list[str]:
    """The frame: words that many teams share, others as one `_`, numbers as `0`."""
    out = ["<s>"]
    for word in words:
        kept = word if word in common else "0" if word[0].isdigit() else "_"
        if kept != "_" or out[-1] != "_":
            out.append(kept)
    return [*out, "</s>"]


def slots(words: list[str], longest: int, block: str) -> list[int]:
    """Hash slots in [0, DIM) of a text's n-grams up to `longest` words, each once."""
    grams = {
        f"{block} {' '.join(words[i : i + size])}"
        for size in range(1, longest + 1)
        for i in range(len(words) - size + 1)
    }
    return [zlib.crc32(gram.encode()) % DIM for gram in grams]


@dataclass(frozen=True)
class Frame:
    """The trained model: above 0 leans to “not ours to answer”."""

    common: frozenset[str]
    frame: Floats
    said: Floats
    bias: float
    reading: Floats
    reading_bias: float

    def put(self, text: str) -> float:
        """Log odds, by how the ask is put, that it lies outside a coding assistant's rights."""
        words = tokens(text)
        total = self.bias
        for name, table, found in (
            ("frame", self.frame, slots(masked(words, self.common), 4, "a")),
            ("said", self.said, slots(words, 2, "r")),
        ):
            total += WEIGHTS[name] * float(table[found].sum()) / max(1, len(found)) ** 0.5
        return total

    def read(self, vector: Floats) -> float:
        """The same by the ask's unit vector, whose model was trained to tell it."""
        return float(vector @ self.reading) + self.reading_bias


def shipped() -> Frame:
    """The weights in `frame.npz` beside this file."""
    raw = resources.files("rails").joinpath("frame.npz").read_bytes()
    with np.load(BytesIO(raw), allow_pickle=False) as data:
        return Frame(
            frozenset(str(data["common"]).split()),
            data["frame"].astype(np.float32),
            data["said"].astype(np.float32),
            float(data["bias"]),
            data["reading"].astype(np.float32),
            float(data["reading_bias"]),
        )
