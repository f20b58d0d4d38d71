"""Low-rank updates beside the linear layers of an encoder (LoRA, Hu et al. 2021, arXiv:2106.09685)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch


class Adapted(torch.nn.Module):
    """A linear layer with a low-rank update beside it: Wx + scale * B(Ax)."""

    def __init__(self, base: torch.nn.Linear, rank: int, scale: float) -> None:
        super().__init__()
        self.base, self.scale = base, scale
        self.a = torch.nn.Parameter(torch.randn(rank, base.in_features) / base.in_features**0.5)
        self.b = torch.nn.Parameter(torch.zeros(base.out_features, rank))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(…, in) -> (…, out)."""
        return self.base(x) + (x @ self.a.T) @ self.b.T * self.scale


def adapt(model: Any, rank: int, scale: float) -> dict[str, Adapted]:
    """Freeze a model and put an update beside every linear layer of its encoder, by name."""
    for parameter in model.parameters():
        parameter.requires_grad_(False)
    encoder = model.encoder
    linear = [(n, m) for n, m in encoder.named_modules() if isinstance(m, torch.nn.Linear)]
    layers = {}
    for name, module in linear:
        parent, _, last = name.rpartition(".")
        layers[name] = Adapted(module, rank, scale)
        setattr(encoder.get_submodule(parent), last, layers[name])
    return layers


def arrays(layers: dict[str, Adapted]) -> Iterator[tuple[str, np.ndarray]]:
    """`<layer>.a` (rank, in) and `<layer>.b` (out, rank, scaled), float16."""
    for name, layer in layers.items():
        yield f"{name}.a", layer.a.detach().numpy().astype(np.float16)
        yield f"{name}.b", (layer.b.detach() * layer.scale).numpy().astype(np.float16)


def restore(layers: dict[str, Adapted], begin: Path) -> None:
    """Go on from the updates of a file; where its rank is less, what is new begins without effect."""
    with np.load(begin, allow_pickle=False) as data, torch.no_grad():
        for name, layer in layers.items():
            a, b = (torch.from_numpy(data[f"{name}.{part}"].astype(np.float32)) for part in "ab")
            layer.a[: len(a)] = a
            layer.b[:, : len(a)] = b / layer.scale
