"""Layers of an encoder made ready for int8, without changing what they compute.

onnxruntime's dynamic quantisation gives all entries of a layer's input one scale, so that a few large channels, or one
separator's large row, leave the rest few steps. So a linear layer's input has its channels evened out with
the weights (SmoothQuant, Xiao et al. 2023, arXiv:2211.10438), and each token's row is divided by its largest entry
before the product and multiplied after it (a scale a token: ZeroQuant, Yao et al. 2022, arXiv:2206.01861). The table of word
vectors, which quantisation would give one scale in all, is kept in half precision.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

MOVED = 0.5  # how much of a channel's size moves into the weights: half, as in the paper
LEAST = 1e-5  # below it no size is told from nothing


class Even(torch.nn.Module):  # type: ignore[misc, unused-ignore]
    """A linear layer over (…, in) whose inputs' sizes `top` (in,) are evened out."""

    def __init__(self, linear: torch.nn.Linear, top: torch.Tensor) -> None:
        super().__init__()
        heavy = linear.weight.detach().abs().amax(0).clamp(min=LEAST)
        scale = top.clamp(min=LEAST) ** MOVED / heavy ** (1 - MOVED)
        self.weight = torch.nn.Parameter(linear.weight.detach() * scale, requires_grad=False)
        self.lighter = torch.nn.Parameter(1 / scale, requires_grad=False)
        self.bias = linear.bias

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(…, in) -> (…, out)."""
        x = x * self.lighter
        row = x.abs().amax(-1, keepdim=True).clamp(min=LEAST)
        return (x / row) @ self.weight.T * row + self.bias


class Half(torch.nn.Module):  # type: ignore[misc, unused-ignore]
    """A table of vectors in half precision."""

    def __init__(self, table: torch.nn.Embedding) -> None:
        super().__init__()
        self.table = torch.nn.Parameter(table.weight.detach().half(), requires_grad=False)

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        """(…,) -> (…, width)."""
        return self.table[ids].float()


def ready(encoder: Any, table: str, run: Callable[[], object]) -> None:
    """Replace an encoder's linear layers and the table of that name, in place; `run` puts texts through the model, by
    which the sizes of channels are found."""
    linear = {n: m for n, m in encoder.named_modules() if isinstance(m, torch.nn.Linear)}
    top: dict[str, torch.Tensor] = {}
    hooks = [
        module.register_forward_pre_hook(_largest(top, name)) for name, module in linear.items()
    ]
    run()
    for hook in hooks:
        hook.remove()
    for name, module in linear.items():
        _put(encoder, name, Even(module, top[name]))
    _put(encoder, table, Half(encoder.get_submodule(table)))


def _largest(top: dict[str, torch.Tensor], name: str) -> Callable[[Any, tuple[torch.Tensor]], None]:
    def note(_: Any, inputs: tuple[torch.Tensor]) -> None:
        largest = inputs[0].detach().abs().flatten(0, -2).amax(0)
        top[name] = torch.maximum(top[name], largest) if name in top else largest

    return note


def _put(encoder: Any, name: str, module: torch.nn.Module) -> None:
    parent, _, last = name.rpartition(".")
    setattr(encoder.get_submodule(parent), last, module)
