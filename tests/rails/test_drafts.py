"""Sound drafts pass the rails, and each way of spoiling one is caught (benchmarks/drafts does it a thousand times)."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from rails.validators import Verifier

from assistant.matter import load_matter
from assistant.settings import Settings
from assistant.setup import open_desk
from assistant.types import Matter
from benchmarks.drafts import calls, quotes, sources, words  # noqa: F401  (they register their kinds)
from benchmarks.drafts.parts import KINDS, World
from benchmarks.drafts.sound import Sound, sound
from tests.conftest import EXEMPLARS, MATTER, PLAYBOOK, RIGHTS

ASKS = [
    "publicity firm hired by marketing edits a press release, counsel copied. priv?",
    "counsel hired a publicity firm to prepare a witness for hostile press. privileged?",
    "newsletter to all staff with a note on the pump. responsive?",
    "draft contract written by our lawyer, never sent. privileged?",
    "correspondence that the union writes to us, how is it coded?",
    "the firm's invoice to marketing, privileged?",
]
ELSEWHERE = """\
# Arbitration

## MINE-01 Shaft inspection letters
What the inspector wrote before the collapse is kept back from the tribunal until Tuesday week.
Call (if the inspector signed in red): privilege = Privileged: Redact
Call (if a deputy signed): privilege = Not Privileged

## MINE-02 Blasting diaries
Diaries of the blasting crew are laid before the tribunal whole.
Call: responsiveness = Responsive
"""
BANK = """\
id,facts,calls,rationale,rules,decided_by,decided_on,status
EM-001,"Diary of a night shift, torn.",responsiveness=Responsive,Diary.,MINE-02,B. Roe,2026-03-02,active
"""
Made = tuple[Matter, Matter, Verifier, list[Sound]]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, home: Path) -> Made:
    """Harbor with its sound drafts, and another matter to smuggle from."""
    folders = []
    for name, title in (("harbor", "Harbor v. Pilot"), ("zephyr", "Zephyr Arbitration")):
        root = tmp_path_factory.mktemp("matters") / name
        (root / "playbook").mkdir(parents=True)
        playbook, bank = (PLAYBOOK, EXEMPLARS) if name == "harbor" else (ELSEWHERE, BANK)
        (root / "playbook/01-rules.md").write_text(playbook, "utf-8")
        matter = MATTER.replace("harbor", name).replace("Harbor v. Pilot", title)
        (root / "matter.yaml").write_text(matter, "utf-8")
        (root / "decision_rights.yaml").write_text(RIGHTS, "utf-8")
        (root / "exemplars.csv").write_text(bank, "utf-8")
        folders.append(root)
    desk, other_matter = open_desk(folders[0], Settings(home=home)), load_matter(folders[1])
    drafts = list(sound(desk, ASKS, random.Random(3)))
    return (
        desk.matter,
        other_matter,
        Verifier(desk.matter, ("zephyr", "Zephyr Arbitration")),
        drafts,
    )


def test_sound_drafts_of_every_maker_pass(made: Made) -> None:
    _, _, verify, drafts = made
    assert {one.maker for one in drafts} == {"extractive", "affirmed", "chat"}
    assert [verify(one.question, one.draft) for one in drafts] == [[]] * len(drafts)


WAYS = [(group, name) for group, named in KINDS.items() for name in named]


@pytest.mark.parametrize(("group", "name"), WAYS, ids=[f"{g}, {n}" for g, n in WAYS])
def test_a_draft_spoilt_in_this_way_does_not_pass(made: Made, group: str, name: str) -> None:
    matter, other, verify, drafts = made
    spoilt = 0
    for seed, one in enumerate(drafts):
        bad = KINDS[group][name](one.draft, World(matter, other, random.Random(seed)))
        if bad is not None and bad != one.draft:
            spoilt += 1
            assert verify(one.question, bad) != [], bad.text
    assert spoilt or name in ("two choices of a single field", "a number changed")
