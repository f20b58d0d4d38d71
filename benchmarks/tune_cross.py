"""Train retrievers/cross.npz: low-rank updates that make an encoder (retrievers/mpnet.py) a cross-encoder.

    python -m benchmarks.tune_cross MATTER [MATTER ...] [--held MATTER ...] [--out FILE]
        [--steps N] [--until N] [--begin FILE [--anew LAYER]] [--free] [--mean FILE] [--rate RATE] [--seed N]

Each step takes some questions of the matters' suites that are covered (some rule governs), uncovered or outside the rights,
each with pages of rules that the search puts first: the governing rule's page settles a covered question, no other page
does, and none settles an uncovered one or what is not the assistant's to answer. The loss is cross-entropy of the log odds of
each pair. Matters are those of `benchmarks/training/`: the fits of ranking and coverage are made on others.

Without `--begin`, and with `--anew`, which begins the updates of the layers from that one on anew, the linear layer begins as
a regression on what the encoder makes of some pages. The most that it can then say is some ten times what it says of a page.
Where it is little more, training drives all pages that settle a question into one corner of what the last layers can say; no
gradient leads out of a corner, and what is there can no longer be told apart.

`--held` prints how well the log odds of the page found first tell covered from uncovered questions (AUC) on matters not trained
on. The learning rate rises for sixty steps and falls towards `--steps`; `--until` stops before, `--begin` goes on from what a
run wrote. With `--free` the layers' own weights are trained as well, and what comes of it is cut to updates of the same rank;
with `--mean` the mean of that and of another run's file is written. RESULTS.md says how what ships was made.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from sklearn.linear_model import LogisticRegression

from benchmarks.cases import Case, Team, team_of
from benchmarks.low_rank import adapt, arrays, blended, free, restore
from retrievers.cross import UPDATES
from retrievers.export_cross import Reader, reader
from retrievers.graph import LONGEST
from retrievers.mpnet import unpack
from retrievers.passages import ASKED, page, shortened
from retrievers.weights import shipped

RANK, SCALE = 32, 1.0
QUESTIONS = 8  # of a step
FOUND = 8  # rules of a question that are candidates
RATE = 6e-4
LAST = 3e-4  # the learning rate of the linear layer
DROPOUT = 0.1  # of hidden states and of attention
BEGUN = 420  # questions on whose pages the linear layer begins
RIDGE = 1e-3  # inverse, of that regression
OTHERS = 0.7  # weight of a page that does not govern a covered question,
SILENT = 1.5  # and of one beside an uncovered question
SURE = (-4.0, 2.2)  # log odds of coverage by vectors below and above which a question is left out,
KEPT = 0.3  # but for this share of them
PADDED = 32  # word pieces that lengths are multiples of: each new length costs seconds


@dataclass(frozen=True)
class Item:
    """A question, whether it is covered, whether it is outside the rights, whether vectors are sure of it, and the pages found
    for it, best first, with whether they govern."""

    question: str
    covered: bool
    out: bool
    sure: bool
    found: tuple[tuple[str, bool], ...]

    @property
    def good(self) -> list[str]:
        """Pages that settle it."""
        return [text for text, governs in self.found if governs]

    @property
    def bad(self) -> list[str]:
        """Pages that do not."""
        return [text for text, governs in self.found if not governs]


@dataclass(frozen=True)
class Pair:
    """What one log odds is trained on."""

    question: str
    page: str
    settles: bool
    weight: float


def main() -> None:
    """Train and write the updates."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("matters", nargs="+", type=Path)
    parser.add_argument("--held", nargs="*", type=Path, default=[])
    parser.add_argument("--steps", type=int, default=1000)
    parser.add_argument("--until", type=int)
    parser.add_argument("--begin", type=Path)
    parser.add_argument("--anew", type=int, metavar="LAYER")
    parser.add_argument("--free", action="store_true")
    parser.add_argument("--mean", type=Path)
    parser.add_argument("--rate", type=float, default=RATE)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--out", type=Path, default=UPDATES)
    args = parser.parse_args()
    if args.mean and (args.mean == args.out or not args.mean.is_file()):
        parser.error("--mean FILE is another run's, and --out another file")
    if args.anew is not None and not args.begin:
        parser.error("--anew needs --begin: of what?")
    torch.manual_seed(args.seed)
    dice = random.Random(args.seed)
    every = (item for folder in args.matters for item in items_of(folder) if item.found)
    items = [item for item in every if not item.sure or dice.random() < KEPT]
    held = {folder.name: list(items_of(folder)) for folder in args.held}
    out = sum(item.out for item in items)
    uncovered = sum(not item.covered for item in items) - out
    print(f"{len(items)} questions, {uncovered} of them uncovered, {out} outside the rights")
    cross = Cross.made(args.begin)
    if args.anew is not None:
        cross.forget(args.anew)
    if args.anew is not None or not args.begin:
        few = dice.sample(items, min(BEGUN, len(items)))
        cross.fit_last([pair for item in few for pair in pairs_of(item, dice)[:2]])
    cross.updates += free(cross.layers) if args.free else []
    train(cross, items, args.rate, args.steps, args.until or args.steps, dice)
    cross.save(args.out)
    if args.mean:
        np.savez_compressed(args.out, **blended([args.mean, args.out], RANK))
    cross = Cross.made(args.out)  # as it was written
    for name, rows in held.items():
        print(f"{name}: {told(cross, rows)}", flush=True)


class Cross:
    """The model in training: pairs -> log odds (n,)."""

    def __init__(self, model: Reader, tokenizer: Any) -> None:
        self.model, self.tokenizer = model, tokenizer
        self.layers = adapt(model.encoder, RANK, SCALE)
        self.updates = [p for layer in self.layers.values() for p in (layer.a, layer.b)]

    @classmethod
    def made(cls, begin: Path | None) -> Cross:
        """Upstream's weights, with the updates of a file to go on from."""
        dropped = {"hidden_dropout_prob": DROPOUT, "attention_probs_dropout_prob": DROPOUT}
        with tempfile.TemporaryDirectory() as folder:
            cross = cls(*reader(unpack(Path(folder)), **dropped))
        cross.model.eval()
        if begin:
            restore(cross.layers, begin)
            with np.load(begin, allow_pickle=False) as data, torch.no_grad():
                cross.model.odds.weight[0] = torch.from_numpy(data["odds"])
                cross.model.odds.bias[:] = torch.from_numpy(data["bias"])
        return cross

    def __call__(self, pairs: list[Pair]) -> torch.Tensor:
        """(n,) log odds that each page settles its question."""
        return self.model.said(self.means(pairs))

    def means(self, pairs: list[Pair]) -> torch.Tensor:
        """(n, width): the mean of the encoder's tokens of each pair."""
        features = self.tokenizer(
            [pair.question for pair in pairs],
            [pair.page for pair in pairs],
            padding=True,
            pad_to_multiple_of=PADDED,
            truncation=True,
            max_length=LONGEST,
            return_tensors="pt",
        )
        with torch.autocast("cpu", dtype=torch.bfloat16):
            return self.model.mean(features["input_ids"], features["attention_mask"]).float()

    @torch.no_grad()
    def forget(self, first: int) -> None:
        """Begin the updates of the encoder's layers from `first` on anew."""
        for name, layer in self.layers.items():
            if int(name.split("layer.")[1].split(".")[0]) >= first:
                layer.b.zero_()

    @torch.no_grad()
    def fit_last(self, pairs: list[Pair]) -> None:
        """The linear layer as a logistic regression on what the encoder makes of pairs."""
        parts = [pairs[i : i + QUESTIONS] for i in range(0, len(pairs), QUESTIONS)]
        means = torch.cat([self.means(part) for part in parts]).numpy()
        middle, size = means.mean(0), means.std(0) + 1e-3
        model = LogisticRegression(C=RIDGE, max_iter=500)
        model.fit((means - middle) / size, [pair.settles for pair in pairs])
        weight = model.coef_[0] / size
        self.model.odds.weight[0] = torch.from_numpy(weight.astype(np.float32))
        self.model.odds.bias[:] = float(model.intercept_[0] - middle @ weight)

    def save(self, to: Path) -> None:
        """Write the updates and the linear layer."""
        odds = self.model.odds
        np.savez_compressed(
            to,
            odds=odds.weight[0].detach().numpy(),
            bias=odds.bias.detach().numpy(),
            **dict(arrays(self.layers)),
        )


def items_of(folder: Path) -> Iterator[Item]:
    """The questions of a matter's suites that are covered, uncovered or outside the rights, with the pages found."""
    team = team_of(folder)
    team.finder._weights = shipped()
    for case in team.cases:
        if case.gold or case.kind in ("uncovered", "out"):
            yield item_of(team, case)


def item_of(team: Team, case: Case) -> Item:
    """One question with the pages of the rules found for it."""
    text = case.searched
    scored, weights = team.finder.scored(text, pages=FOUND), team.finder._weights
    found = tuple((page(*pair), pair[0].id in case.gold) for pair in scored.first)
    sure = bool(found) and not SURE[0] < weights.told.covered.odds(scored.told) < SURE[1]
    return Item(shortened(text, ASKED), bool(case.gold), case.kind == "out", sure, found)


def pairs_of(item: Item, dice: random.Random) -> list[Pair]:
    """Of a question whose governing page was found that page, the nearest other and one more; of another
    the two nearest, none of which settles it."""
    if not item.good:
        return [Pair(item.question, text, False, SILENT) for text in item.bad[:2]]
    more = dice.sample(item.bad[1:], min(1, len(item.bad) - 1)) if item.bad else []
    others = [Pair(item.question, text, False, OTHERS) for text in (*item.bad[:1], *more)]
    return [Pair(item.question, item.good[0], True, 1.0), *others]


def train(
    cross: Cross, items: list[Item], rate: float, steps: int, until: int, dice: random.Random
) -> None:
    """`until` steps of AdamW, with a linear warm-up and a decay that would end at `steps`."""
    last = list(cross.model.odds.parameters())
    optimizer = torch.optim.AdamW(
        [{"params": cross.updates, "lr": rate, "weight_decay": 0.01}, {"params": last, "lr": LAST}]
    )
    shape = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda n: min(1.0, (n + 1) / 60) * max(0.02, 1 - n / steps)
    )
    started, mean, turns = time.time(), 0.0, rounds(items, dice)
    cross.model.train()
    for step in range(until):
        pairs = [p for _ in range(QUESTIONS) for p in pairs_of(next(turns), dice)]
        loss = step_loss(cross, pairs)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(cross.updates, 1.0)
        optimizer.step()
        shape.step()
        mean = 0.98 * mean + 0.02 * loss.item() if step else loss.item()
        if step % 20 == 19:
            print(f"step {step + 1} loss {mean:.3f} {time.time() - started:.0f} s", flush=True)
    cross.model.eval()


def rounds(items: list[Item], dice: random.Random) -> Iterator[Item]:
    """Each question once a round, in a new order each time."""
    while True:
        yield from dice.sample(items, len(items))


def step_loss(cross: Cross, pairs: list[Pair]) -> torch.Tensor:
    """Weighed cross-entropy, in two parts of like lengths: less padding."""
    order = sorted(pairs, key=lambda pair: len(pair.question) + len(pair.page))
    half = len(order) // 2
    odds = torch.cat([cross(order[:half]), cross(order[half:])])
    settles = torch.tensor([float(pair.settles) for pair in order])
    weight = torch.tensor([pair.weight for pair in order])
    lost = torch.nn.functional.binary_cross_entropy_with_logits(odds, settles, reduction="none")
    return (lost * weight).mean()


@torch.no_grad()
def told(cross: Cross, items: list[Item]) -> str:
    """How well the better of the log odds of the first two pages tells covered from uncovered questions (AUC)."""
    from sklearn.metrics import roc_auc_score

    best = []
    found = [item for item in items if item.found and not item.out]
    for item in found:
        odds = cross([Pair(item.question, text, False, 1.0) for text, _ in item.found[:2]])
        best.append(float(odds.max()))
    covered = [item.covered for item in found]
    return (
        f"AUC {roc_auc_score(covered, best):.3f} (n {sum(covered)} and {len(found) - sum(covered)})"
    )


if __name__ == "__main__":
    main()
