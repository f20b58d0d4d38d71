"""Low-rank updates beside the linear layers of an encoder (LoRA, Hu et al. 2021, arXiv:2106.09685)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch


class Adapted(torch.nn.Module):
    """A linear layer with a low-rank update beside it: Wx + scale * B(Ax)."""

    def __init__(self, base: torch.nn.Linear, rank: int, scale: float) -> None:
        super().__init__()
        self.base, self.scale = base, scale
        self.first: torch.Tensor | None = None  # the base's weights, where these are trained too
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


def free(layers: dict[str, Adapted]) -> list[torch.nn.Parameter]:
    """Train the layers' own weights too; these."""
    for layer in layers.values():
        layer.first = layer.base.weight.detach().clone()
        layer.base.weight.requires_grad_(True)
    return [layer.base.weight for layer in layers.values()]


def arrays(layers: dict[str, Adapted]) -> Iterator[tuple[str, np.ndarray]]:
    """`<layer>.a` (rank, in) and `<layer>.b` (out, rank, scaled), float16."""
    for name, layer in layers.items():
        a, b = layer.a.detach(), layer.b.detach() * layer.scale
        if layer.first is not None:
            a, b = cut(layer.base.weight.detach() - layer.first + b @ a, len(a))
        yield f"{name}.a", a.numpy().astype(np.float16)
        yield f"{name}.b", b.numpy().astype(np.float16)


def cut(update: torch.Tensor, rank: int) -> tuple[torch.Tensor, torch.Tensor]:
    """The nearest update of a rank (Eckart and Young 1936): a (rank, in) and b (out, rank)."""
    u, s, v = torch.linalg.svd(update.double(), full_matrices=False)
    root = s[:rank].sqrt()
    return (root[:, None] * v[:rank]).float(), (u[:, :rank] * root).float()


def blended(files: Sequence[Path], rank: int) -> dict[str, np.ndarray]:
    """The mean of files of updates, cut to a rank, and of all else that they hold: it generalizes better than
    either (Wortsman et al. 2022, arXiv:2203.05482)."""
    held = []
    for file in files:
        with np.load(file, allow_pickle=False) as data:
            held.append({name: data[name].astype(np.float32) for name in data.files})
    layers = [name.removesuffix(".a") for name in held[0] if name.endswith(".a")]
    mean: dict[str, np.ndarray] = {}
    for name in layers:
        update = sum(each[f"{name}.b"] @ each[f"{name}.a"] for each in held) / len(held)
        a, b = cut(torch.from_numpy(update), rank)
        mean[f"{name}.a"], mean[f"{name}.b"] = (x.numpy().astype(np.float16) for x in (a, b))
    rest = held[0].keys() - {f"{name}.{part}" for name in layers for part in "ab"}
    return mean | {name: np.mean([each[name] for each in held], 0) for name in sorted(rest)}


def restore(layers: dict[str, Adapted], begin: Path) -> None:
    """Go on from the updates of a file; where its rank is less, what is new begins without effect."""
    with np.load(begin, allow_pickle=False) as data, torch.no_grad():
        for name, layer in layers.items():
            a, b = (torch.from_numpy(data[f"{name}.{part}"].astype(np.float32)) for part in "ab")
            layer.a[: len(a)] = a
            layer.b[:, : len(a)] = b / layer.scale
