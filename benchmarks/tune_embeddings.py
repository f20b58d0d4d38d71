"""Adapt the embedding model to reviewers' questions: train retrievers/adapter.npz, low-rank updates.

    python -m benchmarks.tune_embeddings MATTER [MATTER ...] [--held MATTER ...] [--out FILE]
        [--steps N] [--rate RATE] [--seed N] [--begin FILE] [--free] [--mean FILE]

LoRA (Hu et al. 2021) on every linear layer of the encoder; the base weights stay as upstream ships them and
the updates are merged when the model is exported. Each step takes one matter, some of its questions and
exemplars' facts, and passages of its rules and exemplars: those of a governing rule are pulled up in a
softmax over all of them and a `null` (temperature TAU), among them wrong ones that lie near a question; a second term has null beat every passage of
other rules, which is what a silent playbook looks like (the governing passages taken out), and an uncovered
question is all second term. So a cosine says more nearly the same in every matter. Some questions lose a
share of their words at random, as hurried askers' do. A linear reading of the
same vector learns, beside it, whether an ask lies outside a coding assistant's rights: from the suites, the
rights' own example asks and `benchmarks/asks/`.
With `--free` the layers' own weights are trained as well, and what comes of it is cut to updates of the same rank;
with `--mean` the mean of that and of another run's file is written, which generalizes better than either.
`--held` prints recall of the dense search alone on matters that were not trained on, before and after.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import torch
import yaml
from rails.intake import take_in

from assistant.matter import load_matter
from assistant.types import Message
from benchmarks.low_rank import Adapted, adapt, arrays, blended, free, restore
from benchmarks.train_rights import Ask, asks_of_matters, asks_of_teams
from retrievers.export import loaded
from retrievers.model import ADAPTER, minilm
from retrievers.passages import entries

RANK, SCALE = 32, 2.0
TAU = 0.05
LONG = 112  # word pieces read of a passage while training
ASKED, PASSAGES = 20, 40  # questions and passages of a step
NEAR = 8  # wrong passages nearest to a question that one of a step is drawn from,
MINED = 500  # and steps after which they are looked for anew
RATE = 5e-4
CLIPPED = 0.3  # share of questions that lose words, and
LOST = (0.1, 0.5)  # the least and the largest share of its words that one loses
SEED = 7
HEARD = 20  # asks of a step whose right is read
RIGHTS = 0.5  # weight of that loss
SHARP = 8.0  # unit vector -> log odds: the reading's scale at the start


@dataclass
class Team:
    """One matter's questions (text, governing rules) and passages (text, rules it stands for), and its
    asks with whether they are outside the assistant's rights."""

    name: str
    rights: list[Ask]
    asks: list[tuple[str, frozenset[str]]]
    facts: list[tuple[str, frozenset[str]]]
    passages: list[tuple[str, frozenset[str]]]
    near: dict[str, list[int]] = field(default_factory=dict)
    """Of a question or facts the wrong passages nearest to it."""


def main() -> None:
    """Train and write the updates."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("matters", nargs="+", type=Path)
    parser.add_argument("--held", nargs="*", type=Path, default=[])
    parser.add_argument("--steps", type=int, default=1200)
    parser.add_argument("--rate", type=float, default=RATE)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--begin", type=Path)
    parser.add_argument("--free", action="store_true")
    parser.add_argument("--mean", type=Path)
    parser.add_argument("--out", type=Path, default=ADAPTER)
    args = parser.parse_args()
    if args.mean and (args.mean == args.out or not args.mean.is_file()):
        parser.error("--mean FILE is another run's, and --out another file")
    torch.manual_seed(args.seed)
    whole = loaded(str(minilm()), adapted=False)
    held = [team_of(folder) for folder in args.held]
    for team in held:
        print(f"before, {team.name}: {recall(whole, team)}", flush=True)
    layers = adapt(whole[0].auto_model, RANK, SCALE)
    reading = torch.nn.Linear(whole.get_embedding_dimension(), 1)
    torch.nn.init.zeros_(reading.weight)
    torch.nn.init.zeros_(reading.bias)
    if args.begin:
        restore(layers, args.begin)
        with np.load(args.begin, allow_pickle=False) as data, torch.no_grad():
            reading.weight[0] = torch.from_numpy(data["reading"]) / SHARP
            reading.bias[:] = torch.from_numpy(data["reading_bias"])
    teams = [team_of(folder) for folder in args.matters]
    own = free(layers) if args.free else []
    train(whole, [*own, *updates(layers)], reading, teams, args)
    np.savez_compressed(
        args.out,
        reading=(reading.weight[0] * SHARP).detach().numpy(),
        reading_bias=reading.bias.detach().numpy(),
        **dict(arrays(layers)),
    )
    if args.mean:
        np.savez_compressed(args.out, **blended([args.mean, args.out], RANK))
    for team in held:
        print(f"after,  {team.name}: {recall(whole, team)}, {told(whole, reading, team)}")


def team_of(folder: Path) -> Team:
    """The matter's questions that the playbook covers (or not: no rules), facts and passages."""
    matter = load_matter(folder)
    of = {e.id: frozenset(e.rules) for e in matter.exemplars}
    rules, asks = {rule.id for rule in matter.rules}, []
    for suite in sorted((folder / "evals").glob("*.yaml")):
        for case in yaml.load(suite.read_text("utf-8"), yaml.BaseLoader)["cases"]:
            named, tags = set(case["expect"].get("cites_any", ())), set(case.get("tags", ()))
            question = take_in(Message(text=case["ask"]))
            gold = (named | {r for n in named for r in of.get(n, ())}) & rules
            if "mixed" not in tags and (gold or "uncovered" in tags):
                asks.append((" ".join((question.ask, *question.quoted)), frozenset(gold)))
    rows = [e for e in entries(matter) if e.kind in ("rules", "exemplars")]
    passages = [(e.text, of.get(e.id, frozenset({e.id}))) for e in rows]
    facts = [(e.facts, of[e.id]) for e in matter.exemplars if e.status == "active" and e.rules]
    return Team(folder.name, asks_of_matters([folder]), asks, facts, passages)


def updates(layers: dict[str, Adapted]) -> list[torch.nn.Parameter]:
    """What of the layers is trained."""
    return [p for layer in layers.values() for p in (layer.a, layer.b)]


def train(
    whole: Any,
    weights: list[torch.nn.Parameter],
    reading: torch.nn.Linear,
    teams: list[Team],
    args: argparse.Namespace,
) -> None:
    """`args.steps` of AdamW over the weights with a linear warm-up and decay."""
    dice, steps = random.Random(args.seed), args.steps
    null = torch.nn.Parameter(torch.tensor(0.35))
    groups = [
        {"params": weights, "lr": args.rate, "weight_decay": 0.01},
        {"params": [null], "lr": 1e-3, "weight_decay": 0.0},
        {"params": list(reading.parameters()), "lr": 1e-2, "weight_decay": 0.001},
    ]
    optimizer = torch.optim.AdamW(groups)
    shape = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda n: min(1.0, (n + 1) / 50) * max(0.02, 1 - n / steps)
    )
    started, mean = time.time(), 0.0
    whole.train()  # with upstream's dropout
    turns = rounds(teams, dice)
    heard = asks_of_teams() + [ask for team in teams for ask in team.rights]
    for step in range(steps):
        if step % MINED == 0:
            mine(whole, teams)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            loss = step_loss(whole, next(turns), dice, null)
            loss = loss + RIGHTS * rights_loss(whole, reading, dice.sample(heard, HEARD))
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(weights, 1.0)
        optimizer.step()
        shape.step()
        mean = 0.98 * mean + 0.02 * loss.item() if step else loss.item()
        if step % 100 == 99:
            print(
                f"step {step + 1} loss {mean:.3f} null {null.item():.3f} {time.time() - started:.0f} s",
                flush=True,
            )
    whole.eval()


def rounds(teams: list[Team], dice: random.Random) -> Iterator[Team]:
    """Each matter once a round, in a new order each time."""
    while True:
        yield from dice.sample(teams, len(teams))


def step_loss(whole: Any, team: Team, dice: random.Random, null: torch.Tensor) -> torch.Tensor:
    """The loss of one step, as the module says."""
    few = ASKED // 4
    asked = dice.sample(team.asks, min(ASKED - few, len(team.asks)))
    asked += dice.sample(team.facts, min(few, len(team.facts)))
    chosen = [
        dice.choice(good)
        for text, gold in asked
        if gold and (good := [p for p in team.passages if p[1] & gold and p[0] != text])
    ]
    chosen += [team.passages[dice.choice(team.near[text])] for text, _ in asked]
    chosen = list(dict.fromkeys(chosen))
    chosen += dice.sample(team.passages, min(max(8, PASSAGES - len(chosen)), len(team.passages)))
    chosen = list(dict.fromkeys(chosen))
    questions = encode(whole, [clipped(text, dice) for text, _ in asked])
    passages = encode(whole, [text for text, _ in chosen])
    same = torch.tensor([[t == p for p, _ in chosen] for t, _ in asked])
    good = torch.tensor([[bool(gold & rules) for _, rules in chosen] for _, gold in asked]) & ~same
    z = ((questions @ passages.T) / TAU).masked_fill(same, -1e4)
    zero = (null / TAU).expand(len(asked), 1)
    others = torch.cat([z.masked_fill(good, -1e4), zero], 1).logsumexp(1)
    silent = others - zero[:, 0]
    spoken = torch.cat([z, zero], 1).logsumexp(1) - z.masked_fill(~good, -1e4).logsumexp(1)
    covered = good.any(1)
    return torch.where(covered, spoken + 0.5 * silent, silent).mean()


@torch.no_grad()
def mine(whole: Any, teams: list[Team]) -> None:
    """Find the wrong passages that lie nearest to each question and facts."""
    whole.eval()
    for team in teams:
        asked = team.asks + team.facts
        with torch.autocast("cpu", dtype=torch.bfloat16):
            questions = encode(whole, [text for text, _ in asked])
            passages = encode(whole, [text for text, _ in team.passages])
        cosines = questions @ passages.T
        for (text, gold), row in zip(asked, cosines, strict=True):
            order = row.argsort(descending=True).tolist()
            wrong = (i for i in order if not team.passages[i][1] & gold)
            team.near[text] = list(islice(wrong, NEAR))
    whole.train()


def clipped(text: str, dice: random.Random) -> str:
    """A question as it stands, or with a share of its words lost."""
    if dice.random() >= CLIPPED:
        return text
    lost = dice.uniform(*LOST)
    kept = [word for word in text.split() if dice.random() >= lost]
    return " ".join(kept) if len(kept) >= 3 else text


def rights_loss(whole: Any, reading: torch.nn.Linear, heard: list[Ask]) -> torch.Tensor:
    """Cross-entropy of the reading on asks and whether they are outside the rights."""
    odds = reading(encode(whole, [ask.said for ask in heard]) * SHARP)[:, 0]
    out = torch.tensor([float(ask.out) for ask in heard])
    return torch.nn.functional.binary_cross_entropy_with_logits(odds, out)


def encode(whole: Any, texts: list[str]) -> torch.Tensor:
    """(n, width) unit rows, with gradients."""
    order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
    rows: list[torch.Tensor] = []
    for at in range(0, len(order), 16):
        part = [texts[i] for i in order[at : at + 16]]
        features = whole.tokenizer(
            part, padding=True, truncation=True, max_length=LONG, return_tensors="pt"
        )
        rows.append(whole(dict(features))["sentence_embedding"].float())
    back = torch.empty(len(order), dtype=torch.long)
    back[torch.tensor(order)] = torch.arange(len(order))
    return torch.nn.functional.normalize(torch.cat(rows)[back], dim=-1)


@torch.no_grad()
def recall(whole: Any, team: Team) -> str:
    """The governing rule among the first 1, 2, 3 of the dense search alone (best passage a rule), and
    how well the best cosine tells covered from uncovered questions (AUC, uncovered ones and knock-outs)."""
    from sklearn.metrics import roc_auc_score

    questions = torch.cat(
        [encode(whole, [t for t, _ in team.asks[i : i + 64]]) for i in range(0, len(team.asks), 64)]
    )
    passages = torch.cat(
        [
            encode(whole, [t for t, _ in team.passages[i : i + 64]])
            for i in range(0, len(team.passages), 64)
        ]
    )
    cosines = (questions @ passages.T).numpy()
    ranks, best, silent, really = [], [], [], []
    for row, (_, gold) in zip(cosines, team.asks, strict=True):
        score: dict[str, float] = {}
        for cosine, (_, rules) in zip(row, team.passages, strict=True):
            for rule in rules:
                score[rule] = max(score.get(rule, -1.0), float(cosine))
        order = sorted(score, key=lambda r: -score[r])
        if gold:
            ranks.append(next(i for i, r in enumerate(order) if r in gold))
            best.append(score[order[0]])
            silent.append(max(score[r] for r in order if r not in gold))
        else:
            really.append(score[order[0]])
    at = [float(np.mean([r < k for r in ranks])) for k in (1, 2, 3)]
    auc = roc_auc_score([1] * len(best) + [0] * len(silent), best + silent)
    real = roc_auc_score([1] * len(best) + [0] * len(really), best + really) if really else 0.0
    return f"hit@1/2/3 {at[0]:.3f} {at[1]:.3f} {at[2]:.3f}, AUC knock-out {auc:.3f}, uncovered {real:.3f} (n {len(ranks)}, {len(really)})"


@torch.no_grad()
def told(whole: Any, reading: torch.nn.Linear, team: Team) -> str:
    """How well the reading tells a matter's asks apart (AUC)."""
    from sklearn.metrics import roc_auc_score

    odds = reading(encode(whole, [ask.said for ask in team.rights]) * SHARP)[:, 0].numpy()
    return f"rights AUC {roc_auc_score([ask.out for ask in team.rights], odds):.3f} (n {len(odds)})"


if __name__ == "__main__":
    main()
