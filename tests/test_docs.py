"""The docs stay true: every command, setting and outcome is in the README, and none is made up."""

from __future__ import annotations

import re
import subprocess
from importlib.util import find_spec
from pathlib import Path
from typing import get_args

import click
import pytest
import typer

from assistant.cli import app
from assistant.settings import Settings
from assistant.types import Answer, Clarification, Escalation, Outage, Refusal

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")


def commands() -> set[str]:
    """Every command that can be typed: `ask`, `ledger verify` …"""
    root = typer.main.get_command(app)
    context = click.Context(root)
    named = set()
    for name in root.list_commands(context):
        command = root.get_command(context, name)
        inner = getattr(command, "commands", None)
        named |= {f"{name} {sub}" for sub in inner} if inner else {name}
    return named


def test_every_command_is_in_the_docs_and_every_one_there_exists() -> None:
    known = commands()
    groups = "|".join({name.split()[0] for name in known if " " in name})
    docs = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
    text = "\n".join(path.read_text("utf-8") for path in docs)
    shown = set(re.findall(rf"^secondchair ((?:{groups}) [a-z-]+|[a-z-]+)", text, re.MULTILINE))
    assert shown == known


def test_every_setting_is_in_the_readme_and_every_one_there_exists() -> None:
    known = {f"SECONDCHAIR_{name.upper()}" for name in Settings.model_fields}
    assert set(re.findall(r"^\| `(SECONDCHAIR_\w+)`", README, re.MULTILINE)) == known


def test_every_outcome_is_in_the_readme() -> None:
    kinds = (Answer, Clarification, Escalation, Refusal, Outage)
    outcomes = {o for kind in kinds for o in get_args(kind.model_fields["kind"].annotation)}
    assert set(re.findall(r"^\| `([a-z]+)` \|", README, re.MULTILINE)) == outcomes


@pytest.mark.parametrize(
    "name",
    ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md"]
    + [f"docs/{page.name}" for page in sorted((ROOT / "docs").glob("*.md"))],
)
def test_files_that_the_docs_name_exist(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    for path in re.findall(
        r"`((?:assistant|benchmarks|docs|evals|examples|guardrails|prompts|retrievers|slack_app|tests)"
        r"/[\w./-]*\w)`",
        text,
    ):
        assert (ROOT / path).exists(), path


def test_guardrails_ai_is_the_installed_package_not_our_folder() -> None:
    spec = find_spec("guardrails")
    assert spec is not None
    assert spec.origin is not None
    assert "site-packages" in spec.origin


def test_no_file_names_this_machine() -> None:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    for name in listed.stdout.split():
        if name.endswith((".py", ".md", ".toml", "Makefile", ".yaml")):
            text = (ROOT / name).read_text("utf-8")
            assert str(ROOT) not in text, name
            assert str(Path.home()) + "/" not in text, name
