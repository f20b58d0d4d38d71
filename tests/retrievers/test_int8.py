"""What is made ready for int8 computes what it did, and loses less when it is quantised."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime as ort
import pytest
import torch

from retrievers.export import write_graph
from retrievers.int8 import ready

WIDTH = 64


class Small(torch.nn.Module):
    """Word pieces (n, pieces) -> (n, pieces, WIDTH): a table and two layers, fed a large channel and a large word."""

    def __init__(self) -> None:
        super().__init__()
        self.table = torch.nn.Embedding(50, WIDTH)
        self.first, self.last = (torch.nn.Linear(WIDTH, WIDTH) for _ in range(2))
        with torch.no_grad():
            self.table.weight[:, 3] *= 60
            self.table.weight[1] *= 40
            self.first.weight[:, 3] /= 60

    def forward(self, input_ids: torch.Tensor) -> torch.Tensor:
        return self.last(torch.nn.functional.gelu(self.first(self.table(input_ids))))


@pytest.fixture
def pieces() -> torch.Tensor:
    return torch.tensor([[1, *range(2, 40), 1]])


def made(pieces: torch.Tensor, *, evened: bool) -> Small:
    torch.manual_seed(5)
    model = Small().eval()
    if evened:
        with torch.no_grad():
            ready(model, "table", lambda: model(pieces))
    return model


def quantised(model: Small, pieces: torch.Tensor, folder: Path) -> np.ndarray:
    folder.mkdir()
    write_graph(model, {"input_ids": pieces}, 48, folder, folder / "g.onnx", ["MatMul"])
    session = ort.InferenceSession(str(folder / "g.onnx"), providers=["CPUExecutionProvider"])
    return np.asarray(session.run(None, {"input_ids": pieces.numpy()})[0])


@pytest.mark.filterwarnings("ignore")
def test_it_computes_the_same_and_quantised_lies_much_nearer_to_it(
    pieces: torch.Tensor, tmp_path: Path
) -> None:
    with torch.no_grad():
        want = made(pieces, evened=False)(pieces).numpy()
        assert np.allclose(made(pieces, evened=True)(pieces).numpy(), want, rtol=0.01, atol=0.05)
    plain = quantised(made(pieces, evened=False), pieces, tmp_path / "plain")
    evened = quantised(made(pieces, evened=True), pieces, tmp_path / "evened")
    ordinary = slice(1, -1)  # the words beside the large one
    lost = [np.abs(x - want)[:, ordinary].mean() for x in (plain, evened)]
    assert lost[1] < lost[0] / 20
