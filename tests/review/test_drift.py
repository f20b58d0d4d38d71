"""What was asked and escalated, and stands in no rule yet, is told with its ledger numbers."""

from __future__ import annotations

from pathlib import Path

from assistant.ledger import Ledger, NewEntry
from assistant.review.check import review_matter
from tests.conftest import Write


def test_a_subject_escalated_twice_is_drift_and_one_that_a_rule_holds_is_not(
    write_matter: Write, tmp_path: Path
) -> None:
    ledger = Ledger.open(f"sqlite:///{tmp_path / 'l.sqlite'}")
    for kind, ask in (
        ("escalate", "drone footage of the quarry, who codes it?"),
        ("escalate", "more drone footage of the quarry from May"),
        ("escalate", "newsletter sent to the whole company"),
        ("escalate", "another newsletter sent to the whole company"),
        ("answer", "emoji only"),
        ("answer", "emoji only again"),
    ):
        ledger.append(
            NewEntry(
                matter="harbor",
                kind=kind,
                asker="a",
                playbook_version="1",
                matter_hash="h",
                composer="extractive",
                right="coding-question",
                content={"text": ask, "ask": ask},
            )
        )
    found = review_matter(write_matter(), None, ledger.entries("harbor"))[1]
    drift = [f for f in found if f.kind == "drift"]
    assert len(drift) == 1
    assert "drone footage" in drift[0].what
    assert "(ledger 1, 2)" in drift[0].what
