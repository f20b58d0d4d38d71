"""The generations of one matter's index: each a folder named by the hash of its meta.json, which holds the sums
of its files. None is written again; `current` names the one that is read."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from assistant.errors import IndexUnusable
from retrievers.lock import put, text_sum

FORMAT = "2"
_GENERATION = re.compile(r"g-[0-9a-f]{16}")


def current(root: Path) -> str | None:
    """The name of the generation that is read; None where there is none."""
    try:
        name = (root / "current").read_text("utf-8").strip()
    except (OSError, ValueError):
        return None
    return name if _GENERATION.fullmatch(name) else None


def meta_of(folder: Path) -> dict[str, Any]:
    """A generation's meta.json. Raises IndexUnusable unless the folder is named by it and its format is ours."""
    try:
        text = (folder / "meta.json").read_text("utf-8")
    except (OSError, ValueError):
        text = ""
    if _name(text) != folder.name:
        raise IndexUnusable(f"the index {str(folder)!r} is damaged: run secondchair index")
    meta: dict[str, Any] = json.loads(text)
    if meta["format"] != FORMAT:
        raise IndexUnusable(
            f"the index {str(folder)!r} has format {meta['format']!r} where {FORMAT!r} was "
            "expected: run secondchair index"
        )
    return meta


def swap(folder: Path, meta: Mapping[str, Any], root: Path) -> None:
    """Name a new folder by its meta, make it current, and remove those before the previous."""
    text = json.dumps(meta)
    put(folder / "meta.json", text)
    former, name = current(root), _name(text)
    os.replace(folder, root / name)
    put(root / "current", name)
    for old in root.glob("g-*"):
        if old.name not in (former, name):
            shutil.rmtree(old, ignore_errors=True)


def _name(meta: str) -> str:
    return f"g-{text_sum(meta)}"
