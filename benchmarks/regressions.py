"""The regressions that are fitted, as numbers: listwise for an order, with or without a hidden layer, logistic for a judgement."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from retrievers.ranker import beside

RIDGE = 0.001
HIDDEN = 32  # units of the ranker
DROPPED, DECAY = 0.3, 0.1  # share of the units left out of a step, weight decay
UNHEARD = 0.2  # share of its features that a question is trained without, each with its gap and place: clauses unlike all that is fitted on lose less
ROUNDS, TOGETHER, RATE = 30, 128, 0.01  # of training: rounds, questions of a step, learning rate

Table = list[tuple[np.ndarray, np.ndarray]]  # of each question (n, width) rows, which are right


def listwise(tables: list[Table], width: int) -> np.ndarray:
    """(width,) weights, none negative, of listwise softmax regression (Cao et al. 2007, ListNet's top one);
    questions with none right are left out, each table weighs the same."""
    tables = [[(rows, gold) for rows, gold in table if gold.any()] for table in tables]

    def loss(w: np.ndarray) -> float:
        total = RIDGE * float(w @ w)
        for table in tables:
            for rows, gold in table:
                z = rows @ w
                top = z.max()
                lost = np.log(np.exp(z - top).sum() / np.exp(z[gold] - top).sum())
                total += lost / len(table) / len(tables)
        return float(total)

    return minimize(loss, np.ones(width), method="L-BFGS-B", bounds=[(0, None)] * width).x


class Layers(torch.nn.Module):  # type: ignore[misc, unused-ignore]
    """A linear layer beside one of rectified units: (…, d) -> (…,) scores."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.linear = torch.nn.Linear(width, 1, bias=False)
        self.hidden = torch.nn.Linear(width, HIDDEN)
        self.out = torch.nn.Linear(HIDDEN, 1, bias=False)
        self.dropped = torch.nn.Dropout(DROPPED)
        torch.nn.init.zeros_(self.out.weight)

    def forward(self, rows: torch.Tensor) -> torch.Tensor:
        """Scores of standardised rows."""
        units = self.dropped(torch.relu(self.hidden(rows)))
        return (self.linear(rows) + self.out(units)).squeeze(-1)


def ranker(tables: list[Table]) -> dict[str, Any]:
    """A `Ranker` as numbers: the same regression with a hidden layer, over what `beside` makes of the rows."""
    torch.manual_seed(7)
    asked = [
        (beside(rows), torch.tensor(gold), 1 / len(table))
        for table in tables
        for rows, gold in table
        if gold.any()
    ]
    every = np.concatenate([rows for rows, _, _ in asked])
    mean, scale = every.mean(0), every.std(0) + 1e-3
    rows = padded([torch.tensor((rows - mean) / scale) for rows, _, _ in asked], 0.0)
    gold = padded([gold for _, gold, _ in asked], False)
    found = padded([torch.ones_like(gold) for _, gold, _ in asked], False)
    weight = torch.tensor([many for _, _, many in asked])
    model = Layers(len(mean))
    optimizer = torch.optim.AdamW(model.parameters(), lr=RATE, weight_decay=DECAY)
    steps = ROUNDS * -(-len(asked) // TOGETHER)
    fall = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    for _ in range(ROUNDS):
        for some in torch.randperm(len(asked)).split(TOGETHER):
            heard = torch.rand(len(some), 1, len(mean) // 3).gt(UNHEARD).repeat(1, 1, 3)
            scores = model(rows[some] * heard).masked_fill(~found[some], -torch.inf)
            right = scores.masked_fill(~gold[some], -torch.inf)
            lost = torch.logsumexp(scores, 1) - torch.logsumexp(right, 1)
            optimizer.zero_grad()
            ((lost * weight[some]).sum() / weight[some].sum()).backward()
            optimizer.step()
            fall.step()
    found_weights = {
        "mean": mean,
        "scale": scale,
        "linear": model.linear.weight[0],
        "hidden": model.hidden.weight.T,
        "bias": model.hidden.bias,
        "out": model.out.weight[0],
    }
    return {
        name: np.asarray(torch.as_tensor(w).detach(), np.float64).round(5).tolist()
        for name, w in found_weights.items()
    }


def padded(parts: list[torch.Tensor], value: float) -> torch.Tensor:
    """Tensors of unlike length as one, filled up with a value."""
    return torch.nn.utils.rnn.pad_sequence(parts, batch_first=True, padding_value=value)


def logistic(rows: list[list[float]], labels: list[bool], weight: list[float]) -> dict[str, Any]:
    """A standardised logistic regression as numbers."""
    scaler = StandardScaler().fit(rows)
    model = LogisticRegression(C=0.5, max_iter=2000, class_weight="balanced")
    model.fit(scaler.transform(rows), labels, sample_weight=weight)
    return {
        "mean": scaler.mean_.round(5).tolist(),
        "scale": scaler.scale_.round(5).tolist(),
        "weight": model.coef_[0].round(5).tolist(),
        "bias": round(float(model.intercept_[0]), 5),
    }
