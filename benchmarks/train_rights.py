"""Train the frame of the ask (guardrails/rails/frame.npz) and say how well it holds on unseen teams.

    python -m benchmarks.train_rights            # train on all teams, write frame.npz
    python -m benchmarks.train_rights --held     # leave each team out in turn, print the figures

Labelled asks are those of `benchmarks/asks/*.jsonl` ({"domain", "kind", "phrasing", "ask"}) and of the
matters in `benchmarks/training/`: their suites, their rights' own examples and, since askers often state facts
and ask nothing, their exemplars' facts. Leaving out whole teams, not single asks, is what says how it will do on
a matter it has never seen. The reading of the sentence vector is copied from retrievers/adapter.npz.
"""

from __future__ import annotations

import argparse
import collections
import json
from pathlib import Path
from typing import NamedTuple

import numpy as np
import yaml
from rails.frame import DIM, WEIGHTS, masked, slots, tokens
from rails.intake import take_in
from scipy.sparse import csr_matrix, hstack
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from assistant.matter import load_matter
from assistant.types import Message
from retrievers.model import ADAPTER

IN_SCOPE = {"coding", "coding-nofacts", "rule-lookup", "coding-lookalike"}
NEITHER = {"mixed", "escalate-right", "draft-right"}  # tags of cases that say nothing of the two
FACTS = 25  # exemplars' facts of a matter that are heard as asks
SHARED = 3  # teams that must use a word before it counts as part of the frame
C = 3.0
HERE = Path(__file__).parent
OUT = HERE.parent / "guardrails" / "rails" / "frame.npz"


class Ask(NamedTuple):
    """What somebody asked, whether it is outside the assistant's rights, and whose it is."""

    said: str
    out: bool
    team: str


def main() -> None:
    """Train, or measure with `--held`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--held", action="store_true")
    args = parser.parse_args()
    asks = [*asks_of_teams(), *asks_of_matters(sorted((HERE / "training").iterdir()))]
    said, teams = [a.said for a in asks], np.array([a.team for a in asks])
    out = np.array([a.out for a in asks])
    if args.held:
        report(out, held_out(said, out, teams))
        return
    common = frame_words(said, teams)
    model = fit(features(said, common), out)
    weight = model.coef_[0]
    with np.load(ADAPTER, allow_pickle=False) as adapter:
        np.savez_compressed(
            OUT,
            common=np.array(" ".join(sorted(common))),
            bias=np.float32(model.intercept_[0]),
            frame=weight[:DIM].astype(np.float16),
            said=weight[DIM:].astype(np.float16),
            reading=adapter["reading"].astype(np.float16),
            reading_bias=np.float32(adapter["reading_bias"][0]),
        )
    print(f"{OUT.name}: {len(asks)} asks of {len(set(teams))} teams, {OUT.stat().st_size:,} bytes")


def asks_of_teams() -> list[Ask]:
    """The asks of teams that have no matter."""
    rows = [
        json.loads(line)
        for file in sorted(HERE.glob("asks/*.jsonl"))
        for line in file.open(encoding="utf-8")
    ]
    return [Ask(heard(r["ask"]), r["kind"] not in IN_SCOPE, r["domain"]) for r in rows]


def asks_of_matters(folders: list[Path]) -> list[Ask]:
    """The asks of matters' suites and rights, and some of their exemplars' facts."""
    asks = []
    for folder in folders:
        matter = load_matter(folder)
        for suite in sorted((folder / "evals").glob("*.yaml")):
            for case in yaml.load(suite.read_text("utf-8"), yaml.BaseLoader)["cases"]:
                outcome = case["expect"]["outcome"]
                if not NEITHER & set(case.get("tags", ())) and outcome != "draft":
                    asks.append(Ask(heard(case["ask"]), outcome == "refuse", folder.name))
        for right in matter.rights:
            if right.assistant in ("answer", "refuse"):
                asks += [Ask(a, right.assistant == "refuse", folder.name) for a in right.asks]
        asks += [Ask(e.facts, False, folder.name) for e in matter.exemplars[:FACTS]]
    return asks


def heard(text: str) -> str:
    """What the asker says of a text, apart from what they paste."""
    return take_in(Message(text=text)).ask


def held_out(said: list[str], out: np.ndarray, teams: np.ndarray) -> np.ndarray:
    """Log odds of each ask from a model that never saw its team."""
    odds = np.zeros(len(said))
    for team in sorted(set(teams)):
        train, test = np.where(teams != team)[0], np.where(teams == team)[0]
        common = frame_words([said[i] for i in train], teams[train])
        model = fit(features([said[i] for i in train], common), out[train])
        odds[test] = model.decision_function(features([said[i] for i in test], common))
    return odds


def frame_words(said: list[str], teams: np.ndarray) -> frozenset[str]:
    """Words that at least SHARED teams use."""
    used: dict[str, set[str]] = collections.defaultdict(set)
    for text, team in zip(said, teams, strict=True):
        for word in set(tokens(text)):
            used[word].add(team)
    return frozenset(word for word, seen in used.items() if len(seen) >= SHARED)


def features(said: list[str], common: frozenset[str]) -> csr_matrix:
    """Sparse (n, 2 * DIM): frame n-grams, said n-grams, each block weighted."""
    frame = block([slots(masked(tokens(t), common), 4, "a") for t in said]) * WEIGHTS["frame"]
    words = block([slots(tokens(t), 2, "r") for t in said]) * WEIGHTS["said"]
    return hstack([frame, words]).tocsr()


def block(found: list[list[int]]) -> csr_matrix:
    """Rows of hashed n-grams, each of length 1."""
    cols = [slot for row in found for slot in row]
    data = [1 / len(row) ** 0.5 for row in found for _ in row]
    ends = np.cumsum([0] + [len(row) for row in found])
    return csr_matrix((data, cols, ends), shape=(len(found), DIM))


def fit(rows: csr_matrix, out: np.ndarray) -> LogisticRegression:
    """The regression, classes balanced."""
    return LogisticRegression(C=C, max_iter=3000, class_weight="balanced").fit(rows, out)


def report(out: np.ndarray, odds: np.ndarray) -> None:
    """AUC, and for bars that answer 2, 5, 8 % of what is not ours, what share of ours is answered."""
    print(f"n {len(out)}, AUC {roc_auc_score(out, odds):.3f}, teams left out one at a time")
    for share in (0.02, 0.05, 0.08, 0.12):
        low = np.quantile(odds[out], share)
        print(
            f"  bar {low:+.2f}: {share:.0%} of out-of-rights pass, {np.mean(odds[~out] < low):.1%} of ours pass"
        )


if __name__ == "__main__":
    main()
