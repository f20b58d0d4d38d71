"""The export of an embedding model, in a process of its own so that torch stays out of the one that answers.

The default model is adapted first: low-rank updates, trained by `benchmarks/tune_embeddings.py` on invented
matters, are added to the weights that upstream ships (LoRA, Hu et al. 2021, arXiv:2106.09685).
"""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from retrievers.graph import LONGEST
from retrievers.model import ADAPTER, SAMPLE, minilm


def loaded(source: str, adapted: bool) -> Any:
    """The sentence-transformers model in the folder `source`, on the CPU, with our updates if `adapted`."""
    from sentence_transformers import SentenceTransformer

    eager = {"attn_implementation": "eager"}
    model = SentenceTransformer(source, device="cpu", model_kwargs=eager, local_files_only=True)
    with suppress(AttributeError):  # a table of word vectors has no limit to set
        model.max_seq_length = min(model.max_seq_length or LONGEST, LONGEST)
    if adapted:
        merge(model[0].auto_model.encoder, ADAPTER)
    return model.eval()


def merge(encoder: Any, updates: Path) -> None:
    """Add the updates of a file: `<layer>.b` (out, rank) times `<layer>.a` (rank, in) to each layer."""
    import torch

    with np.load(updates, allow_pickle=False) as data, torch.no_grad():
        for name in (n.removesuffix(".a") for n in data.files if n.endswith(".a")):
            update = data[f"{name}.b"].astype(np.float32) @ data[f"{name}.a"].astype(np.float32)
            encoder.get_submodule(name).weight += torch.from_numpy(update)


def export(source: str, kept: Path, aside: Path) -> None:
    """Write aside/want.npy first, then kept/tokenizer.json and kept/model.onnx."""
    import torch

    model = loaded(source, adapted=Path(source) == minilm())
    np.save(aside / "want.npy", model.encode(list(SAMPLE), normalize_embeddings=True))
    tokenizer = model.tokenizer.backend_tokenizer
    tokenizer.enable_truncation(model.max_seq_length)
    tokenizer.no_padding()
    tokenizer.save(str(kept / "tokenizer.json"))
    longest = model.max_seq_length

    class Whole(torch.nn.Module):  # type: ignore[misc, unused-ignore]
        def forward(self, input_ids: Any) -> Any:
            features = {"input_ids": input_ids, "attention_mask": torch.ones_like(input_ids)}
            for module in model:
                features = module(features)
            return torch.nn.functional.normalize(features["sentence_embedding"], dim=-1)

    pieces = model.tokenizer([SAMPLE[4]], return_tensors="pt")["input_ids"]
    write_graph(Whole(), {"input_ids": pieces}, longest, aside, kept / "model.onnx")


def write_graph(
    graph: Any,
    example: dict[str, Any],
    longest: int,
    aside: Path,
    to: Path,
    only: list[str] | None = None,
) -> None:
    """Export to int8 ONNX; `only` these operators are quantised, or all that can be.

    Weights have a scale a channel (one a tensor: cosine with torch down to .867 on 300
    sentences, against .978) and 7 bits, which no processor without VNNI overflows.
    """
    import torch
    from onnxruntime.quantization import QuantType, quantize_dynamic

    pieces = torch.export.Dim("pieces", min=2, max=longest)
    torch.onnx.export(
        graph,
        (),
        str(aside / "full.onnx"),
        kwargs=example,
        dynamo=True,
        external_data=False,
        input_names=list(example),
        output_names=["out"],
        verbose=False,
        dynamic_shapes={name: {1: pieces} for name in example},
    )
    quantize_dynamic(
        aside / "full.onnx",
        to,
        weight_type=QuantType.QInt8,
        per_channel=True,
        reduce_range=True,
        op_types_to_quantize=only,
    )


if __name__ == "__main__":
    export(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
