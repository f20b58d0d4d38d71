"""1,000 sound drafts that must all pass the output rails, and 1,000 corrupted ones of which none may.

    python -m benchmarks.drafts [--n 1000] [--seed 7] [--show] [MATTER ...]

Without matters: the demo matter, benchmarks/matters/, benchmarks/training/ and CUAD, as far as they are
there. Every corrupted draft is a sound one with one thing wrong; kinds and drafts are drawn by the seed.
"""

from __future__ import annotations

import argparse
import collections
import random
from pathlib import Path

from rails.validators import Verifier

from assistant.settings import read_settings
from assistant.setup import open_desks
from assistant.types import Matter
from benchmarks.drafts import calls, quotes, sources, words  # noqa: F401  (they register their kinds)
from benchmarks.drafts.parts import KINDS, World
from benchmarks.drafts.sound import Sound, questions, sound
from evals.intervals import share

ROOT = Path(__file__).parent.parent.parent
Made = tuple[Matter, Verifier, Sound]


def matters() -> list[Path]:
    """The matters that are there."""
    found = [ROOT / "examples/meridian", *sorted((ROOT / "benchmarks/matters").glob("*"))]
    found += sorted((ROOT / "benchmarks/training").glob("*"))
    return [p for p in [*found, ROOT / "../shared/data/cuad"] if (p / "matter.yaml").exists()]


def make(folders: list[Path], n: int, pick: random.Random) -> list[Made]:
    """`n` sound drafts spread over the matters, and each matter's rails."""
    desks = open_desks(folders, read_settings(), print)
    names = {desk.matter.id: (desk.matter.id, desk.matter.title) for desk in desks}
    made: list[Made] = []
    for desk, folder in zip(desks, folders, strict=True):
        others = [x for id_, pair in names.items() if id_ != desk.matter.id for x in pair]
        verify = Verifier(desk.matter, others)
        asks = questions(folder)
        pick.shuffle(asks)
        share_of = -(-n * 3 // (2 * len(folders)))
        for one in sound(desk, asks, pick):
            made.append((desk.matter, verify, one))
            if sum(m.id == desk.matter.id for m, _, _ in made) >= share_of:
                break
    pick.shuffle(made)
    return made[:n]


def hold_sound(made: list[Made], show: bool) -> None:
    """Every sound draft must pass."""
    passed: collections.Counter[str] = collections.Counter()
    total: collections.Counter[str] = collections.Counter()
    for matter, verify, one in made:
        failed = verify.failures(one.question, one.draft)
        total[one.maker] += 1
        passed[one.maker] += not failed
        if failed and show:
            print(f"  SOUND but failed, {matter.id}, {one.maker}: {failed}\n    {one.draft.text!r}")
            print(f"    {[c.text for c in one.draft.claims]}")
    whole = share(passed.total(), total.total())
    print(f"sound drafts that pass: {whole}; " + ", ".join(f"{k} {total[k]}" for k in total))


def hold_corrupted(made: list[Made], n: int, pick: random.Random, show: bool) -> int:
    """No corrupted draft may pass; how many did."""
    kinds = [(group, name) for group, named in KINDS.items() for name in named]
    through: collections.Counter[str] = collections.Counter()
    total: collections.Counter[str] = collections.Counter()
    caught: collections.Counter[str] = collections.Counter()
    while total.total() < n:
        group, name = kinds[total.total() % len(kinds)]
        for _ in range(500):
            matter, verify, one = pick.choice(made)
            other = pick.choice([m for m, _, _ in made if m.id != matter.id])
            bad = KINDS[group][name](one.draft, World(matter, other, pick))
            if bad is not None and bad != one.draft:
                break
        else:
            raise SystemExit(f"no draft to corrupt by {name!r}")
        failed = verify.failures(one.question, bad)
        total[group] += 1
        caught.update(failed.keys())
        if not failed:
            through[group] += 1
            if show:
                print(f"  THROUGH, {matter.id}, {name}: {bad.text[-300:]!r}")
                print(f"    {[c.text for c in bad.claims]}")
    for group in total:
        print(f"  {group:32} {through[group]} of {total[group]} got through")
    print(f"corrupted drafts that pass: {share(through.total(), total.total())}")
    print("caught by: " + ", ".join(f"{name} {count}" for name, count in caught.most_common()))
    return through.total()


def main() -> None:
    """Make and hold both kinds; exit 1 if one is not held."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("matter", nargs="*", type=Path)
    parser.add_argument("--n", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--show", action="store_true", help="print every draft that went wrong")
    args = parser.parse_args()
    pick = random.Random(args.seed)
    made = make(args.matter or matters(), args.n, pick)
    hold_sound(made, args.show)
    good = [m for m in made if not m[1].failures(m[2].question, m[2].draft)]
    through = hold_corrupted(good, args.n, pick, args.show)
    raise SystemExit(1 if through or len(good) < len(made) else 0)


if __name__ == "__main__":
    main()
