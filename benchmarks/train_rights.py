"""Train the frame of the ask (guardrails/rails/frame.npz) and say how well it holds on unseen teams.

    python -m benchmarks.train_rights            # train on all teams, write frame.npz
    python -m benchmarks.train_rights --held     # leave each team out in turn, print the figures

`benchmarks/asks/*.jsonl` holds labelled asks: {"domain", "kind", "phrasing", "ask"}. Those of invented
teams belong to no matter in this repository; `bare-facts.jsonl` holds exemplars' facts of Meridian,
docketing and CUAD, for askers often state facts and ask nothing. Leaving out whole teams, not single
asks, is what says how it will do on a matter it has never seen.
"""

from __future__ import annotations

import argparse
import collections
import json
from pathlib import Path

import numpy as np
from rails.frame import DIM, WEIGHTS, masked, slots, tokens
from rails.intake import take_in
from scipy.sparse import csr_matrix, hstack
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from assistant.settings import read_settings
from assistant.types import Message
from retrievers.model import open_model

IN_SCOPE = {"coding", "coding-nofacts", "rule-lookup", "coding-lookalike"}
SHARED = 3  # teams that must use a word before it counts as part of the frame
C = 3.0
HERE = Path(__file__).parent
OUT = HERE.parent / "guardrails" / "rails" / "frame.npz"


def main() -> None:
    """Train, or measure with `--held`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--held", action="store_true")
    args = parser.parse_args()
    rows = [
        json.loads(line)
        for f in sorted(HERE.glob("asks/*.jsonl"))
        for line in f.open(encoding="utf-8")
    ]
    said = [take_in(Message(text=row["ask"])).ask for row in rows]
    vectors = open_model(read_settings().folder).embed(said)
    out = np.array([row["kind"] not in IN_SCOPE for row in rows])
    teams = np.array([row["domain"] for row in rows])
    if args.held:
        report(rows, out, held_out(said, vectors, out, teams))
        return
    common = frame_words(said, teams)
    model = fit(features(said, vectors, common), out)
    weight = model.coef_[0]
    np.savez_compressed(
        OUT,
        common=np.array(" ".join(sorted(common))),
        bias=np.float32(model.intercept_[0]),
        frame=weight[:DIM].astype(np.float16),
        said=weight[DIM : 2 * DIM].astype(np.float16),
        embedding=weight[2 * DIM :].astype(np.float16),
    )
    print(f"{OUT.name}: {len(rows)} asks of {len(set(teams))} teams, {OUT.stat().st_size:,} bytes")


def held_out(said, vectors, out, teams):  # type: ignore[no-untyped-def]
    """Log odds of each ask from a model that never saw its team."""
    odds = np.zeros(len(said))
    for team in sorted(set(teams)):
        train, test = np.where(teams != team)[0], np.where(teams == team)[0]
        common = frame_words([said[i] for i in train], teams[train])
        model = fit(features([said[i] for i in train], vectors[train], common), out[train])
        odds[test] = model.decision_function(
            features([said[i] for i in test], vectors[test], common)
        )
    return odds


def frame_words(said, teams) -> frozenset[str]:  # type: ignore[no-untyped-def]
    """Words that at least SHARED teams use."""
    used: dict[str, set[str]] = collections.defaultdict(set)
    for text, team in zip(said, teams, strict=True):
        for word in set(tokens(text)):
            used[word].add(team)
    return frozenset(word for word, seen in used.items() if len(seen) >= SHARED)


def features(said, vectors, common):  # type: ignore[no-untyped-def]
    """Sparse (n, 2 * DIM + width): frame n-grams, said n-grams, embedding, each block weighted."""
    frame = block([slots(masked(tokens(t), common), 4, "a") for t in said]) * WEIGHTS["frame"]
    words = block([slots(tokens(t), 2, "r") for t in said]) * WEIGHTS["said"]
    return hstack([frame, words, csr_matrix(vectors * WEIGHTS["embedding"])]).tocsr()


def block(found: list[list[int]]) -> csr_matrix:
    """Rows of hashed n-grams, each of length 1."""
    cols = [slot for row in found for slot in row]
    data = [1 / len(row) ** 0.5 for row in found for _ in row]
    ends = np.cumsum([0] + [len(row) for row in found])
    return csr_matrix((data, cols, ends), shape=(len(found), DIM))


def fit(rows, out):  # type: ignore[no-untyped-def]
    """The regression, classes balanced."""
    return LogisticRegression(C=C, max_iter=3000, class_weight="balanced").fit(rows, out)


def report(rows, out, odds) -> None:  # type: ignore[no-untyped-def]
    """AUC, and for bars that answer 2, 5, 8 % of what is not ours, what share of ours is answered."""
    print(f"n {len(rows)}, AUC {roc_auc_score(out, odds):.3f}, teams left out one at a time")
    for share in (0.02, 0.05, 0.08, 0.12):
        low = np.quantile(odds[out], share)
        print(
            f"  bar {low:+.2f}: {share:.0%} of out-of-rights pass, {np.mean(odds[~out] < low):.1%} of ours pass"
        )
    for share in (0.01, 0.02, 0.04):
        high = np.quantile(odds[~out], 1 - share)
        print(
            f"  bar {high:+.2f}: {share:.0%} of ours refused, {np.mean(odds[out] >= high):.1%} of theirs refused"
        )
    for kind in sorted({row["kind"] for row in rows}):
        mine = odds[[row["kind"] == kind for row in rows]]
        print(
            f"  {kind:18} n {len(mine):4}  median {np.median(mine):+.2f}  5-95 % {np.quantile(mine, 0.05):+.2f} {np.quantile(mine, 0.95):+.2f}"
        )


if __name__ == "__main__":
    main()
