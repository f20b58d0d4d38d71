"""The embedding model is exported once, is like the original, and never imports torch to answer."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from assistant.errors import IndexUnusable
from retrievers.model import EmbeddingModel, minilm, open_model

TEXTS = ["Counsel was copied.", "A pump leaked oil into the bay, says the log of 3 May.", "priv?"]
TWO_MODELS = """
import sys
from tokenizers import Tokenizer
from transformers import AutoTokenizer, BertConfig, BertModel
from sentence_transformers import SentenceTransformer
from sentence_transformers.models import Pooling, StaticEmbedding, Transformer
import torch
torch.manual_seed(1)
minilm, out = sys.argv[1:]
config = BertConfig(hidden_size=48, num_hidden_layers=1, num_attention_heads=4, intermediate_size=96)
BertModel(config).save_pretrained(out + "/bert")
AutoTokenizer.from_pretrained(minilm).save_pretrained(out + "/bert")
bert = Transformer(out + "/bert", max_seq_length=64)
SentenceTransformer(modules=[bert, Pooling(48, "cls")]).save(out + "/small")
static = StaticEmbedding(Tokenizer.from_file(minilm + "/tokenizer.json"), embedding_dim=32)
SentenceTransformer(modules=[static]).save(out + "/static")
"""


@pytest.fixture(scope="module")
def model(home: Path) -> EmbeddingModel:
    return open_model(home)


def run(code: str, *args: object) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "HF_HUB_OFFLINE": "1"}
    command = [sys.executable, "-c", code, *map(str, args)]
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def two_models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small BERT (`small`) and a table of word vectors (`static`), which does not export."""
    out = tmp_path_factory.mktemp("models")
    done = run(TWO_MODELS, minilm(), out)
    assert done.returncode == 0, done.stderr
    return out


def test_a_text_has_one_vector_whatever_is_embedded_beside_it(model: EmbeddingModel) -> None:
    together = model.embed([*TEXTS, "word " * 400])[:3]
    alone = np.stack([model.embed([text])[0] for text in TEXTS])
    assert (together == alone).all()
    assert (model.embed_query(TEXTS[::-1])[::-1] == alone).all()


def test_rows_are_float32_of_length_one(model: EmbeddingModel) -> None:
    rows = model.embed_query(TEXTS)
    assert (rows.shape, rows.dtype) == ((3, 384), np.float32)
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    assert model.embed([]).shape == (0, 384)


@pytest.mark.parametrize("text", ["", " ", "\x00\x07", "\ud800 lone", "x" * 10_000_000, "é🦓"])
def test_no_text_is_too_odd_to_embed(model: EmbeddingModel, text: str) -> None:
    assert np.isfinite(model.embed_query([text])).all()


def test_only_the_first_256_word_pieces_are_read(model: EmbeddingModel) -> None:
    long = "counsel " * 300
    assert (model.embed([long]) == model.embed([f"{long} and a zebra"])).all()


def test_langchain_gets_the_same_vectors(model: EmbeddingModel) -> None:
    adapter = model.langchain()
    assert np.allclose(adapter.embed_query(TEXTS[0]), model.embed([TEXTS[0]])[0])
    assert np.allclose(adapter.embed_documents(TEXTS), model.embed(TEXTS))


def test_torch_is_not_imported_to_answer(home: Path, model: EmbeddingModel) -> None:
    done = run(
        "import sys; from pathlib import Path; from retrievers.model import open_model\n"
        "model = open_model(Path(sys.argv[1])); model.embed_query(['privileged?'])\n"
        "assert model.read is not None; model.read('privileged?', 'A page.')\n"
        "heavy = {'torch', 'transformers', 'sentence_transformers', 'scipy', 'onnx', 'langchain'}\n"
        "print(sorted(heavy & set(sys.modules)))",
        home,
    )
    assert done.stdout.strip() == "[]", done.stderr


@pytest.mark.slow
def test_the_export_is_like_the_original_with_our_updates_and_unlike_it_without(
    model: EmbeddingModel, tmp_path: Path
) -> None:
    done = run(
        "import sys, numpy; from retrievers.export import loaded; from retrievers.model import minilm\n"
        "for name, adapted in (('plain', False), ('ours', True)):\n"
        "    rows = loaded(str(minilm()), adapted).encode(sys.argv[2:], normalize_embeddings=True)\n"
        "    numpy.save(sys.argv[1] + '/' + name, rows)",
        tmp_path,
        *TEXTS,
    )
    assert done.returncode == 0, done.stderr
    rows = model.embed(TEXTS)
    assert ((rows * np.load(tmp_path / "ours.npy")).sum(axis=1) > 0.95).all()
    assert ((rows * np.load(tmp_path / "plain.npy")).sum(axis=1) < 0.95).all()


@pytest.mark.slow
def test_processes_that_find_the_model_damaged_export_it_once_and_both_run_it(
    home: Path, model: EmbeddingModel, tmp_path: Path
) -> None:
    shutil.copytree(home / "models" / model.id, tmp_path / "models" / model.id)
    damaged = tmp_path / "models" / model.id / "model.onnx"
    damaged.write_bytes(damaged.read_bytes()[:100_000])
    code = (
        "import sys; from pathlib import Path; from retrievers.model import open_model\n"
        "open_model(Path(sys.argv[1]), None, print).embed(['privileged?'])"
    )
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", code, str(tmp_path)]
    both = [
        subprocess.Popen(
            command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    said = [process.communicate()[0] for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert sorted(map(len, said))[0] == 0 < sorted(map(len, said))[1]
    assert (open_model(tmp_path).embed(TEXTS) == model.embed(TEXTS)).all()


@pytest.mark.slow
def test_any_sentence_transformers_folder_is_exported(two_models: Path, tmp_path: Path) -> None:
    said: list[str] = []
    small = open_model(tmp_path, two_models / "small", said.append)
    assert small.embed(TEXTS).shape == (3, 48)
    assert len(said) == 1
    assert small.read is None  # the cross-encoder is the default model's
    assert small.id == open_model(tmp_path, two_models / "small").id


@pytest.mark.slow
def test_a_model_that_does_not_export_runs_in_torch(two_models: Path, tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from retrievers.model import open_model\n"
        "model = open_model(Path(sys.argv[1]), Path(sys.argv[2]), print)\n"
        "print(model.embed(['a', 'b c']).shape, 'torch' in sys.modules)"
    )
    done = run(code, tmp_path, two_models / "static")
    assert "runs in torch" in done.stdout, done.stderr
    assert done.stdout.endswith("(2, 32) True\n"), done.stderr


def test_a_folder_without_weights_is_named(tmp_path: Path) -> None:
    with pytest.raises(IndexUnusable, match=r"safetensors in .*nothing"):
        open_model(tmp_path, tmp_path / "nothing")


def test_a_folder_that_is_no_model_is_named(tmp_path: Path) -> None:
    (tmp_path / "odd").mkdir()
    (tmp_path / "odd" / "model.safetensors").write_bytes(b"junk")
    with pytest.raises(IndexUnusable, match="is it a sentence-transformers model"):
        open_model(tmp_path / "cache", tmp_path / "odd")


def test_a_cache_that_cannot_be_written_is_named_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", "utf-8")
    with pytest.raises(IndexUnusable, match="SECONDCHAIR_HOME"):
        open_model(tmp_path / "file")
