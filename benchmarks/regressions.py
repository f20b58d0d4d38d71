"""The regressions that are fitted, as numbers: listwise for an order, logistic for a judgement."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

RIDGE = 0.001


def listwise(tables: list[list[tuple[np.ndarray, np.ndarray]]], width: int) -> np.ndarray:
    """(width,) weights, none negative, of listwise softmax regression (Cao et al. 2007, ListNet's top one) over tables of
    ((n, width) rows, which of them are right); questions with none right are left out, each table weighs the same."""
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
