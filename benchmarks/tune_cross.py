"""Train retrievers/cross.npz: low-rank updates that make the embedding model a cross-encoder.

    python -m benchmarks.tune_cross MATTER [MATTER ...] [--held MATTER ...] [--steps N] [--out FILE]

Each step takes some questions of the matters' suites that are covered (some rule governs) or uncovered, each with pages
of rules that the search puts first: the governing rule's page settles a covered question, no other page does, and none
settles an uncovered one. The loss is cross-entropy of the log odds of each pair. Matters are those of
`benchmarks/training/`: the fits of ranking and coverage are made on others, which the cross-encoder meets as new ones.
`--held` prints how well the log odds of the page found first tell covered from uncovered (AUC) on matters not trained on.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from benchmarks.cases import Case, Team, team_of
from benchmarks.low_rank import adapt, arrays
from retrievers.cross import UPDATES
from retrievers.export import loaded
from retrievers.model import minilm
from retrievers.passages import ASKED, page, shortened
from retrievers.weights import shipped

RANK, SCALE = 32, 1.0
QUESTIONS = 8  # of a step
FOUND = 8  # rules of a question that are candidates
RATE = 1e-3
OTHERS = 0.7  # weight of a page that does not govern a covered question,
SILENT = 1.5  # and of one beside an uncovered question
LONGEST = 256  # word pieces of a pair
SEED = 7


@dataclass(frozen=True)
class Item:
    """A question, whether it is covered, and the pages found for it, best first, with whether they govern."""

    question: str
    covered: bool
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
    parser.add_argument("--steps", type=int, default=1500)
    parser.add_argument("--out", type=Path, default=UPDATES)
    args = parser.parse_args()
    torch.manual_seed(SEED)
    items = [item for folder in args.matters for item in items_of(folder)]
    held = {folder.name: list(items_of(folder)) for folder in args.held}
    print(f"{len(items)} questions, {sum(not item.covered for item in items)} of them uncovered")
    whole = loaded(str(minilm()), adapted=True)
    layers = adapt(whole[0].auto_model, RANK, SCALE)
    odds = torch.nn.Linear(whole.get_embedding_dimension(), 1)
    torch.nn.init.zeros_(odds.bias)
    cross = Cross(whole, odds)
    train(cross, [p for layer in layers.values() for p in (layer.a, layer.b)], items, args.steps)
    np.savez_compressed(
        args.out,
        odds=odds.weight[0].detach().numpy(),
        bias=odds.bias.detach().numpy(),
        **dict(arrays(layers)),
    )
    for name, rows in held.items():
        print(f"{name}: {told(cross, rows)}", flush=True)


class Cross(torch.nn.Module):
    """Pairs -> log odds (n,): the mean of the encoder's tokens, read by one linear layer."""

    def __init__(self, whole: Any, odds: torch.nn.Linear) -> None:
        super().__init__()
        self.encoder, self.tokenizer, self.odds = whole[0].auto_model, whole.tokenizer, odds

    def forward(self, pairs: list[Pair]) -> torch.Tensor:
        """(n,) log odds that each page settles its question."""
        features = self.tokenizer(
            [pair.question for pair in pairs],
            [pair.page for pair in pairs],
            padding=True,
            truncation=True,
            max_length=LONGEST,
            return_tensors="pt",
        )
        tokens, mask = self.encoder(**features).last_hidden_state, features["attention_mask"]
        mean = (tokens * mask.unsqueeze(-1)).sum(1) / mask.sum(1, keepdim=True)
        return self.odds(mean)[:, 0].float()


def items_of(folder: Path) -> Iterator[Item]:
    """The covered and uncovered questions of a matter's suites, with the pages that the search finds."""
    team = team_of(folder)
    team.finder._weights = shipped()
    for case in team.cases:
        if case.gold or case.kind == "uncovered":
            yield item_of(team, case)


def item_of(team: Team, case: Case) -> Item:
    """One question with the pages of the rules found for it."""
    text = case.searched
    first = team.finder.scored(text, pages=FOUND).first
    found = tuple((page(*pair), pair[0].id in case.gold) for pair in first)
    return Item(shortened(text, ASKED), bool(case.gold), found)


def pairs_of(item: Item, dice: random.Random) -> list[Pair]:
    """Of a question whose governing page was found that page, the nearest other and one more; of another
    the two nearest, none of which settles it."""
    if not item.good:
        return [Pair(item.question, text, False, SILENT) for text in item.bad[:2]]
    more = dice.sample(item.bad[1:], min(1, len(item.bad) - 1)) if item.bad else []
    others = [Pair(item.question, text, False, OTHERS) for text in (*item.bad[:1], *more)]
    return [Pair(item.question, item.good[0], True, 1.0), *others]


def train(cross: Cross, updates: list[torch.nn.Parameter], items: list[Item], steps: int) -> None:
    """`steps` of AdamW with a linear warm-up and decay."""
    dice = random.Random(SEED)
    optimizer = torch.optim.AdamW(
        [
            {"params": updates, "lr": RATE, "weight_decay": 0.01},
            {"params": list(cross.odds.parameters()), "lr": RATE},
        ]
    )
    shape = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda n: min(1.0, (n + 1) / 60) * max(0.02, 1 - n / steps)
    )
    started, mean, turns = time.time(), 0.0, rounds(items, dice)
    cross.train()  # with upstream's dropout
    for step in range(steps):
        pairs = [p for _ in range(QUESTIONS) for p in pairs_of(next(turns), dice)]
        loss = step_loss(cross, pairs)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(updates, 1.0)
        optimizer.step()
        shape.step()
        mean = 0.98 * mean + 0.02 * loss.item() if step else loss.item()
        if step % 100 == 99:
            print(f"step {step + 1} loss {mean:.3f} {time.time() - started:.0f} s", flush=True)
    cross.eval()


def rounds(items: list[Item], dice: random.Random) -> Iterator[Item]:
    """Each question once a round, in a new order each time."""
    while True:
        yield from dice.sample(items, len(items))


def step_loss(cross: Cross, pairs: list[Pair]) -> torch.Tensor:
    """Weighed cross-entropy, in two parts of like lengths: less padding."""
    order = sorted(pairs, key=lambda pair: len(pair.question) + len(pair.page))
    half = len(order) // 2
    with torch.autocast("cpu", dtype=torch.bfloat16):
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
    found = [item for item in items if item.found]
    for item in found:
        odds = cross([Pair(item.question, text, False, 1.0) for text, _ in item.found[:2]])
        best.append(float(odds.max()))
    covered = [item.covered for item in found]
    return (
        f"AUC {roc_auc_score(covered, best):.3f} (n {sum(covered)} and {len(found) - sum(covered)})"
    )


if __name__ == "__main__":
    main()
