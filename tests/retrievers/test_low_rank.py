"""Updates are cut to the nearest of a rank, and files of them averaged by what they do."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from benchmarks.low_rank import Adapted, arrays, blended, cut, free


def test_an_update_of_a_rank_is_kept_whole_and_one_above_it_loses_its_least() -> None:
    u, v = torch.eye(6)[:, :3], torch.eye(5)[:3]
    update = u @ torch.diag(torch.tensor([3.0, 2.0, 0.1])) @ v
    a, b = cut(update, 3)
    assert torch.allclose(b @ a, update, atol=1e-5)
    a, b = cut(update, 2)
    assert abs(float(torch.linalg.norm(b @ a - update)) - 0.1) < 1e-5


def test_the_mean_of_two_files_does_the_mean_of_what_they_do(tmp_path: Path) -> None:
    dice = np.random.default_rng(3)
    files, done = [tmp_path / "one.npz", tmp_path / "two.npz"], []
    for file, rank in zip(files, (2, 3), strict=True):
        a, b = dice.normal(size=(rank, 8)), dice.normal(size=(8, rank))
        np.savez(file, **{"layer.a": a, "layer.b": b, "reading": np.full(4, float(rank))})
        done.append(b @ a)
    mean = blended(files, 5)
    assert np.allclose(mean["layer.b"] @ mean["layer.a"], sum(done) / 2, atol=0.02)
    assert np.allclose(mean["reading"], 2.5)


def test_what_a_layers_own_weights_learnt_is_part_of_its_update() -> None:
    layer = Adapted(torch.nn.Linear(6, 4), 4, 1.0)
    (own,) = free({"layer": layer})
    with torch.no_grad():
        own += 0.5
    held = dict(arrays({"layer": layer}))
    assert np.allclose(held["layer.b"].astype(float) @ held["layer.a"], 0.5, atol=0.01)
