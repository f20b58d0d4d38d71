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

from retrievers.model import ADAPTER, LONGEST, SAMPLE, minilm


def loaded(source: str, adapted: bool) -> Any:
    """The sentence-transformers model in the folder `source`, on the CPU, with our updates if `adapted`."""
    from sentence_transformers import SentenceTransformer

    eager = {"attn_implementation": "eager"}
    model = SentenceTransformer(source, device="cpu", model_kwargs=eager, local_files_only=True)
    with suppress(AttributeError):  # a table of word vectors has no limit to set
        model.max_seq_length = min(model.max_seq_length or LONGEST, LONGEST)
    if adapted:
        _merge(model)
    return model.eval()


def _merge(model: Any) -> None:
    """Add the updates of ADAPTER: `<layer>.b` (out, rank) times `<layer>.a` (rank, in) to each layer."""
    import torch

    encoder = model[0].auto_model.encoder
    with np.load(ADAPTER, allow_pickle=False) as data, torch.no_grad():
        for name in (n.removesuffix(".a") for n in data.files if n.endswith(".a")):
            update = data[f"{name}.b"].astype(np.float32) @ data[f"{name}.a"].astype(np.float32)
            encoder.get_submodule(name).weight += torch.from_numpy(update)


def export(source: str, kept: Path, aside: Path) -> None:
    """Write aside/want.npy first, then kept/tokenizer.json and kept/model.onnx.

    Weights are int8, a scale a channel (one a tensor: cosine with torch down to .867 on 300
    sentences, against .978) and in 7 bits, which no processor without VNNI overflows.
    """
    import torch
    from onnxruntime.quantization import QuantType, quantize_dynamic

    model = loaded(source, adapted=Path(source) == minilm())
    np.save(aside / "want.npy", model.encode(list(SAMPLE), normalize_embeddings=True))
    pieces = model.tokenizer([SAMPLE[4]], return_tensors="pt")["input_ids"]
    tokenizer = model.tokenizer.backend_tokenizer
    tokenizer.enable_truncation(model.max_seq_length)
    tokenizer.no_padding()
    tokenizer.save(str(kept / "tokenizer.json"))

    class Whole(torch.nn.Module):  # type: ignore[misc, unused-ignore]
        def forward(self, input_ids: Any) -> Any:
            features = {"input_ids": input_ids, "attention_mask": torch.ones_like(input_ids)}
            for module in model:
                features = module(features)
            return torch.nn.functional.normalize(features["sentence_embedding"], dim=-1)

    torch.onnx.export(
        Whole(),
        (pieces,),
        str(aside / "full.onnx"),
        dynamo=True,
        external_data=False,
        input_names=["input_ids"],
        output_names=["unit_vector"],
        verbose=False,
        dynamic_shapes=({1: torch.export.Dim("pieces", min=2, max=model.max_seq_length)},),
    )
    quantize_dynamic(
        aside / "full.onnx",
        kept / "model.onnx",
        weight_type=QuantType.QInt8,
        per_channel=True,
        reduce_range=True,
    )


if __name__ == "__main__":
    export(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
