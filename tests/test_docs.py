"""The docs stay true: every command, setting and outcome is in the README, and none is made up."""

from __future__ import annotations

import re
import subprocess
from importlib.util import find_spec
from pathlib import Path
from typing import get_args

import pytest

from assistant.cli import app, ledger_app
from assistant.settings import Settings
from assistant.types import Answer, Clarification, Escalation, Outage, Refusal

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")


def commands() -> set[str]:
    named = {c.name or c.callback.__name__ for c in app.registered_commands if c.callback}
    return named | {f"ledger {c.name}" for c in ledger_app.registered_commands}


def test_every_command_is_in_the_readme_and_every_one_there_exists() -> None:
    shown = set(re.findall(r"^secondchair (ledger \w+|\w+)", README, re.MULTILINE))
    assert shown == commands()


def test_every_setting_is_in_the_readme_and_every_one_there_exists() -> None:
    known = {f"SECONDCHAIR_{name.upper()}" for name in Settings.model_fields}
    assert set(re.findall(r"^\| `(SECONDCHAIR_\w+)`", README, re.MULTILINE)) == known


def test_every_outcome_is_in_the_readme() -> None:
    kinds = (Answer, Clarification, Escalation, Refusal, Outage)
    outcomes = {o for kind in kinds for o in get_args(kind.model_fields["kind"].annotation)}
    assert set(re.findall(r"^\| `([a-z]+)` \|", README, re.MULTILINE)) == outcomes


@pytest.mark.parametrize("name", ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md"])
def test_files_that_the_docs_name_exist(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    for path in re.findall(
        r"`((?:assistant|retrievers|benchmarks|examples|guardrails)/[\w./-]*\w)`", text
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
