"""Exports are kept while somebody asks for them."""

from __future__ import annotations

import os
import time
from pathlib import Path

from retrievers import kept


def export(keep: Path, aside: Path) -> kept.About:
    """Stands for what a model is exported to."""
    (keep / "graph").write_text("weights", "utf-8")
    return {"width": 1}


def unused(folder: Path) -> None:
    """As if nobody had asked for it since."""
    then = time.time() - (kept.UNUSED + 1) * 86_400
    os.utime(folder / kept.ABOUT, (then, then))


def test_an_export_goes_when_another_is_made_and_none_asked_for_it_in_long(tmp_path: Path) -> None:
    old, used, fresh = (tmp_path / name for name in ("old", "used", "fresh"))
    for folder in (old, used):
        kept.once(folder, export)
    for folder in (old, used):
        unused(folder)
    (tmp_path / "notes").mkdir()
    kept.once(used, export)
    assert old.exists(), "asking for one removes none"
    kept.once(fresh, export)
    assert not old.exists()
    assert kept.about(used)
    assert kept.about(fresh)
    assert (tmp_path / "notes").exists()
