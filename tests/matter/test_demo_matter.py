"""The demo matter is whole, clean, and as large as promised."""

from __future__ import annotations

from pathlib import Path

import yaml

from assistant.matter import check_matter

MERIDIAN = Path(__file__).parent.parent.parent / "examples" / "meridian"


def test_the_demo_matter_loads_without_a_warning_and_has_what_it_promises() -> None:
    matter, problems = check_matter(MERIDIAN)
    assert matter is not None
    assert problems == []
    assert sum(r.kind == "rule" for r in matter.rules) >= 40
    assert len(matter.exemplars) >= 100
    assert sum(e.status == "superseded" for e in matter.exemplars) >= 5
    assert len(matter.rights) >= 10


def test_the_suite_names_only_what_exists_and_copies_no_rule() -> None:
    matter, _ = check_matter(MERIDIAN)
    assert matter is not None
    cases = yaml.load(
        (MERIDIAN / "evals" / "development.yaml").read_text("utf-8"), yaml.BaseLoader
    )["cases"]
    assert len(cases) >= 150
    assert len({c["id"] for c in cases}) == len(cases)
    known = {r.id for r in matter.rules} | {e.id for e in matter.exemplars}
    rights, lanes = {r.id for r in matter.rights}, {lane.name for lane in matter.lanes}
    sources = " ".join(" ".join(text.lower().split()) for text in matter.files.values())
    for case in cases:
        expect = case["expect"]
        assert set(expect.get("cites_any", ())) <= known
        assert expect.get("right", "coding-question") in rights
        assert expect.get("lane", "protocol") in lanes
        assert " ".join(case["ask"].lower().split()) not in sources
