"""The small matter with a suite, a QC lead and a panel; a small desk knows the right reply to each case."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

LEAD, ALICE, CARLA = "U0LEAD", "U0ALICE", "U0CARLA"
CANARY = "CANARY-8812"
SUITE = f"""\
suite: harbor-basics
matter: harbor
cases:
  - id: q1
    ask: all-hands newsletter about {CANARY}. responsive?
    expect: {{outcome: answer, calls: {{responsiveness: Not Responsive}}, cites_any: [RESP-01]}}
  - id: q2
    ask: did we waive it by sending {CANARY} to them?
    never: true
    expect: {{outcome: refuse, right: waiver}}
  - id: q3
    ask: the union wrote about {CANARY}. responsive?
    expect: {{outcome: escalate, lane: protocol, cites_any: [RESP-02]}}
  - id: q4
    ask: mail from the firm on {CANARY}. which issue tags?
    expect: {{outcome: answer, calls: {{issue: [Design, Warnings]}}}}
"""


def qc_matter(write_matter: Callable[..., Path]) -> Path:
    """Its folder. `U0LEAD` leads quality control, `U0BRAM` manages the review, `U0ALICE` and `U0CARLA` review."""
    root = write_matter()
    path = root / "matter.yaml"
    text = path.read_text("utf-8")
    roles = "roles: [reviewer, privilege_lead, review_manager, qc_lead]"
    text = text.replace("roles: [reviewer, privilege_lead, review_manager]", roles)
    people = "{U0ALICE: [reviewer], U0CARLA: [reviewer], U0BRAM: [review_manager], U0LEAD: [reviewer, qc_lead]}"
    text = text.replace("{U0ALICE: [reviewer]}", people)
    text = text.replace("issue]}", "issue], channel: C0PROTO}")
    path.write_text(text, "utf-8")
    (root / "evals").mkdir()
    (root / "evals" / "basics.yaml").write_text(SUITE, "utf-8")
    return root
