"""Starter matters, as data: one folder a line of work, in our own words, to be made one's own."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import yaml

from assistant.errors import SecondChairError

HERE = Path(__file__).parent
KINDS = ("document-review", "contract-review", "ip-docketing")


def new_matter(folder: Path, kind: str, title: str | None = None) -> Path:
    """Write a starter of `kind` into a new folder, whose name becomes the matter's id.

    Raises SecondChairError for an unknown kind, or where the folder holds something already.
    """
    source = _starter(kind)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise SecondChairError(f"{folder} holds something already: name a new folder")
    try:
        shutil.copytree(source, folder, dirs_exist_ok=True)
        about = (folder / "matter.yaml").read_text("utf-8")
        (folder / "matter.yaml").write_text(_renamed(about, folder.name, title), "utf-8")
    except OSError as error:
        raise SecondChairError(f"cannot write {folder} ({error.strerror})") from None
    return folder


def write_frame(name: str, kind: str, fields: dict[str, list[str]]) -> tuple[str, str]:
    """matter.yaml and decision_rights.yaml for a matter whose playbook comes from elsewhere.

    `fields` (field -> choices) replaces the starter's palette, and its first lane covers them all.
    """
    source = _starter(kind)
    text = (source / "matter.yaml").read_text("utf-8")
    rights = (source / "decision_rights.yaml").read_text("utf-8")
    text = _renamed(text, name, None)
    if not fields:
        return text, rights
    about: dict[str, Any] = yaml.load(text, Loader=yaml.BaseLoader)
    about["coding_fields"] = [{"name": n, "choices": choices} for n, choices in fields.items()]
    about["lanes"] = [
        lane | {"covers": list(fields) if i == 0 else []} for i, lane in enumerate(about["lanes"])
    ]
    return yaml.safe_dump(about, sort_keys=False, allow_unicode=True), rights


def _starter(kind: str) -> Path:
    if kind not in KINDS:
        raise SecondChairError(f"unknown kind {kind!r}: expected one of {', '.join(KINDS)}")
    return HERE / kind


def _renamed(about: str, name: str, title: str | None) -> str:
    """matter.yaml with the folder's name as id, and a title."""
    slug = re.sub(r"[^a-z0-9_-]+", "-", name.lower()).strip("-_") or "matter"
    shown = title or name.replace("-", " ").replace("_", " ").strip().title() or "Matter"
    about = re.sub(r"^id: .*$", f"id: {slug[:63]}", about, count=1, flags=re.MULTILINE)
    quoted = yaml.safe_dump(shown, default_style='"', width=1000).strip()
    return re.sub(r"^title: .*$", lambda _: f"title: {quoted}", about, count=1, flags=re.MULTILINE)
