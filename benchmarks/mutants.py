"""Each rail broken on purpose, one at a time, and the named test that goes red for it.

    python -m benchmarks.mutants [NAME ...]

The code is copied to a temporary folder; in the copy one function is made to let everything pass (and
the guard's own test at start-up is switched off, which would notice most of them first); then its tests run. A
mutant that no test notices is printed as SURVIVED, and the command exits with 1.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
RAILS = "guardrails/rails"
SELF_TEST = (f"{RAILS}/validators.py", "_self_test", "return")
LEFT_OUT = shutil.ignore_patterns(".git", ".venv", "*cache*", "training", "matters", "node_modules")


@dataclass(frozen=True)
class Mutant:
    """A function that is broken: what it returns instead, and the tests that must notice."""

    name: str
    file: str
    function: str
    body: str
    tests: str


def _rail(name: str, file: str, function: str) -> Mutant:
    return Mutant(name, f"{RAILS}/{file}.py", function, "return []", "tests/rails/test_rails.py")


MUTANTS = (
    _rail("other-matters", "walls", "other_matters"),
    _rail("personal-data", "walls", "personal_data"),
    _rail("links", "walls", "links"),
    _rail("hidden-text", "walls", "hidden"),
    _rail("pronouncing", "pronouncing", "pronouncing"),
    _rail("palette", "calls", "palette"),
    _rail("superseded", "grounding", "superseded"),
    _rail("verbatim-quotes", "grounding", "verbatim_quotes"),
    _rail("citation-ids", "grounding", "citation_ids"),
    _rail("borne-out", "calls", "borne_out"),
    _rail("said-calls", "said", "said_calls"),
    _rail("facts", "facts", "facts"),
    _rail("support", "support", "support"),
    Mutant(
        "orders in a paste kept",
        f"{RAILS}/orders.py",
        "is_order",
        "return False",
        "tests/rails/test_intake.py",
    ),
    Mutant(
        "nothing decoded",
        f"{RAILS}/plain.py",
        "readings",
        "return ()",
        "tests/rails/test_intake.py",
    ),
    Mutant(
        "a part of a sentence quoted",
        f"{RAILS}/known.py",
        "whole",
        "return True",
        "tests/rails/test_rails.py",
    ),
    Mutant(
        "a model's vote ignored",
        "assistant/compose/vote.py",
        "_doubted",
        "return ruling",
        "tests/assistant/test_vote.py",
    ),
    Mutant(
        "any doubt lifted",
        "assistant/compose/vote.py",
        "_may_lift",
        "return True",
        "tests/assistant/test_vote.py",
    ),
    Mutant(
        "failed rails not heeded",
        "assistant/pipeline.py",
        "_checked",
        "return as_reply(draft, ruling, question, desk.matter)",
        "tests/assistant/test_walls.py",
    ),
    Mutant(
        "rights not heeded",
        "assistant/pipeline.py",
        "_not_ours",
        "return None",
        "tests/assistant/test_pipeline.py",
    ),
)


def broken(text: str, function: str, body: str) -> str:
    """The source with `body` as the first statement of `function`, after its docstring."""
    pattern = re.compile(
        rf'(?ms)^([ \t]*)(def {function}\(.*?\)[^\n]*?:\n)((?:[ \t]+"""(?:.*?)"""\n)?)'
    )
    new, count = pattern.subn(lambda m: f"{m[1]}{m[2]}{m[3]}{m[1]}    {body}\n", text, count=1)
    if not count:
        raise SystemExit(f"no function {function!r} to break")
    return new


def run(mutant: Mutant, copy: Path) -> str:
    """The first test that goes red; empty if none does."""
    changed = {(mutant.file, mutant.function, mutant.body), SELF_TEST}
    before = {file: (copy / file).read_text("utf-8") for file, _, _ in changed}
    try:
        for file, function, body in changed:
            text = (copy / file).read_text("utf-8")
            (copy / file).write_text(broken(text, function, body), "utf-8")
        command = [sys.executable, "-m", "pytest", "-x", "-p", "no:cacheprovider", mutant.tests]
        env = {**os.environ, "PYTHONPATH": f"{copy}{os.pathsep}{copy / 'guardrails'}"}
        done = subprocess.run(
            command, cwd=copy, env=env, capture_output=True, text=True, check=False
        )
    finally:
        for file, text in before.items():
            (copy / file).write_text(text, "utf-8")
    red = re.search(r"^(?:FAILED|ERROR) (\S+)", done.stdout, re.MULTILINE)
    return red.group(1) if done.returncode == 1 and red else ""


def main() -> None:
    """Break what is named, or all."""
    wanted = [m for m in MUTANTS if m.name in sys.argv[1:] or not sys.argv[1:]]
    survived = 0
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy"
        shutil.copytree(ROOT, copy, ignore=LEFT_OUT)
        for mutant in wanted:
            red = run(mutant, copy)
            survived += not red
            print(f"{mutant.name:28} {red or 'SURVIVED'}", flush=True)
    print(f"mutants that turned a test red: {len(wanted) - survived} of {len(wanted)}")
    raise SystemExit(1 if survived else 0)


if __name__ == "__main__":
    main()
