"""How long `check` takes on 1,000 rules and 20,000 exemplars: `python -m benchmarks.check_scale`."""

from __future__ import annotations

import csv
import random
import resource
import tempfile
import time
from pathlib import Path

from assistant.review.check import review_matter
from assistant.settings import read_settings
from retrievers.model import open_model

RULES, EXEMPLARS = 1000, 20_000
WORDS = (
    "consultant auditor memo pump valve invoice draft letter meeting counsel engineer supplier report "
    "notice budget recall label trial sample patient licence patent tenant lease broker union payroll "
    "firmware sensor alarm battery warranty refund audit tax loan bond merger board minutes slide deck "
    "chat voicemail photo scan calendar folder archive password thread reply forward signature footer"
).split()
VERBS = (
    "sends asks reviews signs edits forwards drafts files approves disputes records copies".split()
)
CHOICES = ("Alpha", "Beta", "Gamma")


def write(root: Path, seed: int = 7) -> None:
    """A matter of that size; sentences are drawn at random, so their sense is none."""
    draw = random.Random(seed)
    (root / "playbook").mkdir(parents=True)
    for file in range(20):
        rules = [_rule(draw, file * 50 + n) for n in range(RULES // 20)]
        (root / "playbook" / f"{file:02d}.md").write_text("\n".join(rules), "utf-8")
    (root / "matter.yaml").write_text(
        "id: scale\ntitle: Scale\nplaybook_version: '1'\ncoding_fields:\n"
        f"  - {{name: code, choices: [{', '.join(CHOICES)}]}}\n  - {{name: area, choices: [{', '.join(CHOICES)}]}}\n"
        "roles: [reviewer, lead]\npeople: {a@x.example: [lead]}\n"
        "lanes: [{name: desk, owner: lead, target_hours: 4, covers: [code, area]}]\n",
        "utf-8",
    )
    (root / "decision_rights.yaml").write_text(
        "rights:\n  - {id: code, task: Code, assistant: answer, accountable: lead, asks: "
        "[how is a lease coded, which code for a photo, memo by an auditor, is the chat in]}\n",
        "utf-8",
    )
    with (root / "exemplars.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow("id facts calls rationale rules decided_by decided_on status".split())
        for n in range(EXEMPLARS):
            rule = n % RULES
            call = f"code={CHOICES[rule % 3]}"
            out.writerow(
                [
                    f"EX-{n:05d}",
                    _facts(draw),
                    call,
                    "r",
                    f"R-{rule:04d}",
                    "lead",
                    "2026-01-02",
                    "active",
                ]
            )


def _facts(draw: random.Random) -> str:
    a, b, c, d, e, f = draw.sample(WORDS, 6)
    return f"The {a} {draw.choice(VERBS)} a {b} about the {c} and the {d}, with {e} {f} number {draw.randint(1, 9999)}."


def _rule(draw: random.Random, n: int) -> str:
    one, two = CHOICES[n % 3], CHOICES[(n + 1) % 3]
    a, b = draw.sample(WORDS, 2)
    return (
        f"## R-{n:04d} The {a} and the {b}\n{_facts(draw)} {_facts(draw)} {_facts(draw)}\n"
        f"Call (if the {a} {draw.choice(VERBS)} the {draw.choice(WORDS)} first): code = {one}\n"
        f"Call (if the {b} {draw.choice(VERBS)} it later on {draw.choice(WORDS)}): code = {two}\n"
        f"See R-{(n * 7 + 3) % RULES:04d}\n"
    )


def main() -> None:
    """Time one check with the model and one by words alone."""
    settings = read_settings()
    model = open_model(settings.folder, settings.embedding_model, print)
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder))
        for name, embed in (("with the model", model.embed), ("words alone", None)):
            started = time.perf_counter()
            matter, found = review_matter(folder, embed)
            taken = time.perf_counter() - started
            assert matter is not None
            print(
                f"{name}: {len(matter.rules)} rules, {len(matter.exemplars)} exemplars, {len(found)} findings, {taken:.1f} s"
            )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory {peak:.0f} MB")


if __name__ == "__main__":
    main()
