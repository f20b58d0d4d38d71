"""What the cross-encoder loses as exported to int8: its log odds beside torch's, in full precision.

    python -m benchmarks.int8_loss [MATTER ...]       # default: six development matters; some five minutes

Of each matter FEW covered and FEW uncovered questions that vectors leave in doubt, with the page of the rule found first:
how well either's log odds tell covered from uncovered questions, and whether that rule governs (AUC), and how far apart they are.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from sklearn.metrics import roc_auc_score

from assistant.settings import read_settings
from benchmarks.cases import Case, Team, team_of
from retrievers.cross import UPDATES, open_cross
from retrievers.export_cross import reader, trained
from retrievers.graph import LONGEST
from retrievers.mpnet import unpack
from retrievers.passages import ASKED, page, shortened
from retrievers.weights import shipped

HERE = Path(__file__).parent / "matters"
MATTERS = [HERE / n for n in ("blackwell", "cotterill", "mossgrove", "nairn", "orwick", "tremaine")]
FEW = 30
SEED = 1
KINDS = {True: ("covered", "other"), False: ("uncovered",)}


@dataclass(frozen=True)
class Pair:
    """A question in doubt with the page found first: is the question covered, does the page's rule govern it?"""

    question: str
    page: str
    covered: bool
    governs: bool


def main() -> None:
    """Read the pairs both ways and print what is lost."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("matters", nargs="*", type=Path)
    pairs = [p for folder in parser.parse_args().matters or MATTERS for p in pairs_of(folder)]
    export = open_cross(read_settings().folder, 2, print)
    if export is None:
        parser.error("the cross-encoder's weights are not installed (README)")
    full = by_torch(pairs)
    int8 = [export(pair.question, pair.page) for pair in pairs]
    print(f"{len(pairs)} pairs, {sum(pair.covered for pair in pairs)} of covered questions")
    for name, odds in (("torch", full), ("int8", int8)):
        covered = roc_auc_score([pair.covered for pair in pairs], odds)
        governs = roc_auc_score([pair.governs for pair in pairs], odds)
        print(f"{name:5}: AUC covered {covered:.4f}, the first rule governs {governs:.4f}")
    apart = np.array(int8) - np.array(full)
    print(f"apart: rms {np.sqrt(np.mean(apart**2)):.3f} of a standard deviation {np.std(full):.2f}")


def pairs_of(folder: Path) -> Iterator[Pair]:
    """FEW pairs of covered and of uncovered questions in doubt."""
    team = team_of(folder)
    team.finder._weights = shipped()
    dice = random.Random(SEED)
    for covered in (True, False):
        cases = [c for c in team.cases if bool(c.gold) == covered and c.kind in KINDS[covered]]
        found = [pair for case in cases if (pair := pair_of(team, case))]
        yield from dice.sample(found, min(FEW, len(found)))


def pair_of(team: Team, case: Case) -> Pair | None:
    """A case's pair; None where vectors leave no doubt."""
    scored = team.finder.scored(case.searched)
    if not scored.rules or not team.finder._weights.doubtful(scored.told):
        return None
    question = shortened(case.searched, ASKED)
    return Pair(question, page(*scored.first[0]), bool(case.gold), scored.rules[0][0] in case.gold)


@torch.no_grad()
def by_torch(pairs: list[Pair]) -> list[float]:
    """Log odds in full precision."""
    with tempfile.TemporaryDirectory() as folder:
        model, tokenizer = reader(unpack(Path(folder)))
    model = trained(model, UPDATES).eval()
    cut = tokenizer.backend_tokenizer
    cut.enable_truncation(LONGEST)
    cut.no_padding()
    pieces = (torch.tensor([cut.encode(pair.question, pair.page).ids]) for pair in pairs)
    return [float(model(each)[0]) for each in pieces]


if __name__ == "__main__":
    main()
