"""The export of the cross-encoder, in a process of its own: upstream's weights of the first LAYERS layers, our low-rank
updates merged (LoRA, Hu et al. 2021, arXiv:2106.09685), and one linear layer over the mean of the tokens."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import torch

from retrievers.cross import GRAPH, PAIRS, UPDATES
from retrievers.export import merge, write_graph
from retrievers.graph import LONGEST
from retrievers.int8 import ready

LAYERS = 8  # of the encoder's twelve, from the first: the upper four had come to say one thing of every page that settles
WORDS = "embeddings.word_embeddings"  # the encoder's table of word vectors


class Reader(torch.nn.Module):  # type: ignore[misc, unused-ignore]
    """Word pieces of pairs -> log odds (n,): the mean of the encoder's tokens, read by one linear layer."""

    def __init__(self, encoder: Any, odds: torch.nn.Linear) -> None:
        super().__init__()
        self.encoder, self.odds = encoder, odds

    def forward(self, input_ids: Any, attention_mask: Any = None) -> Any:
        """(n, pieces) -> (n,). Without a mask every piece is read."""
        return self.said(self.mean(input_ids, attention_mask))

    def mean(self, input_ids: Any, attention_mask: Any = None) -> Any:
        """(n, width): the mean of the encoder's tokens."""
        mask = torch.ones_like(input_ids) if attention_mask is None else attention_mask
        tokens = self.encoder(input_ids=input_ids, attention_mask=mask).last_hidden_state
        return (tokens * mask.unsqueeze(-1)).sum(1) / mask.sum(1, keepdim=True)

    def said(self, mean: Any) -> Any:
        """(n, width) -> (n,): the log odds that a mean says."""
        # A matrix product with one column would be quantised, which onnxruntime cannot run.
        return (mean * self.odds.weight[0]).sum(-1) + self.odds.bias


def reader(folder: Path, **settings: Any) -> tuple[Reader, Any]:
    """(reader, tokenizer) of upstream's weights in a folder, with an untrained last layer."""
    from transformers import AutoModel, AutoTokenizer, logging

    logging.set_verbosity_error()  # it would list the layers that are left out
    encoder = AutoModel.from_pretrained(
        folder,
        local_files_only=True,
        attn_implementation="eager",
        num_hidden_layers=LAYERS,
        **settings,
    )
    odds = torch.nn.Linear(encoder.config.hidden_size, 1)
    torch.nn.init.zeros_(odds.bias)
    return Reader(encoder, odds), AutoTokenizer.from_pretrained(folder, local_files_only=True)


def trained(model: Reader, updates: Path) -> Reader:
    """The model with the updates of a file merged (in place)."""
    merge(model.encoder.encoder, updates)
    with np.load(updates, allow_pickle=False) as data, torch.no_grad():
        model.odds.weight[0] = torch.from_numpy(data["odds"].astype(np.float32))
        model.odds.bias[:] = torch.from_numpy(data["bias"].astype(np.float32))
    return model


def export(source: Path, kept: Path, aside: Path) -> None:
    """Write kept/tokenizer.json, kept/cross.onnx, and aside/pairs.npy, which torch says of PAIRS."""
    model, tokenizer = reader(source)
    model = trained(model, UPDATES).eval()
    cut = tokenizer.backend_tokenizer
    cut.enable_truncation(LONGEST)
    cut.no_padding()
    cut.save(str(kept / "tokenizer.json"))
    pieces = [torch.tensor([cut.encode(*pair).ids]) for pair in PAIRS]
    with torch.no_grad():
        np.save(aside / "pairs.npy", [float(model(each)[0]) for each in pieces])
        ready(model.encoder, WORDS, lambda: [model(each) for each in pieces])
    write_graph(model, {"input_ids": pieces[0]}, LONGEST, aside, kept / GRAPH, ["MatMul"])


if __name__ == "__main__":
    export(*map(Path, sys.argv[1:]))
