"""Each starter is a matter that passes check on the day it is written, and answers."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.errors import SecondChairError
from assistant.review.check import exit_code, review_matter
from assistant.review.gaps import kind_of
from assistant.starters import KINDS, new_matter
from retrievers.model import open_model


@pytest.mark.parametrize("kind", KINDS)
def test_a_starter_passes_check_under_its_new_name(kind: str, tmp_path: Path, home: Path) -> None:
    new_matter(tmp_path / "Acme Leases", kind, 'Acme "Leases": 2026')
    matter, found = review_matter(tmp_path / "Acme Leases", open_model(home).embed)
    assert matter is not None
    assert (matter.id, matter.title) == ("acme-leases", 'Acme "Leases": 2026')
    assert exit_code(found) == 0, [f.what for f in found if f.severity != "note"]
    assert kind_of(matter) == kind
    assert len(matter.rules) >= 15


def test_an_unknown_kind_and_a_full_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SecondChairError, match="expected one of document-review"):
        new_matter(tmp_path / "x", "tax")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "a").touch()
    with pytest.raises(SecondChairError, match="holds something already"):
        new_matter(tmp_path / "full", "document-review")
