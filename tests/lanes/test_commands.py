"""`secondchair lane …`: the whole life of a case on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from assistant.cli import app
from assistant.errors import LanesError
from tests.conftest import Write
from tests.lanes.conftest import ASK, FACTS, PEOPLE


class Lane:
    """Runs `secondchair lane NAME FOLDER …`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, name: str, *args: str) -> str:
        result = CliRunner().invoke(app, ["lane", name, str(self.folder), *args])
        if isinstance(result.exception, Exception) and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert result.exit_code == 0, result.output
        return result.output


@pytest.fixture
def lane(write_matter: Write, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lane:
    monkeypatch.setenv("SECONDCHAIR_HOME", str(home))
    monkeypatch.setenv("SECONDCHAIR_DATABASE_URL", f"sqlite:///{tmp_path / 'own.sqlite'}")
    return Lane(write_matter(matter=PEOPLE))


@pytest.mark.slow
def test_a_case_is_opened_ruled_approved_and_told_without_slack(lane: Lane) -> None:
    assert "C-0001 is open in lane privilege" in lane(
        "open", "--by", "U0ALICE", "--question", ASK, "--lane", "privilege"
    )
    with pytest.raises(LanesError, match="only who holds privilege_lead"):
        lane("claim", "C-0001", "--by", "U0ALICE")
    lane("claim", "C-0001", "--by", "U0CHIDI")
    lane("release", "C-0001", "--by", "U0CHIDI")
    lane("claim", "C-0001", "--by", "U0FARAH")
    lane("take-over", "C-0001", "--by", "U0CHIDI")
    ruling = ("--calls", "privilege=Not Privileged", "--reason", "A neutral is no confidant.")
    with pytest.raises(LanesError, match="unknown choice"):
        lane("rule", "C-0001", "--by", "U0CHIDI", "--calls", "privilege=Maybe", "--reason", "x")
    reach = ("--scope", "all", "--facts", FACTS, "--rules", "PRIV-01", "--playbook")
    assert "is ruled" in lane("rule", "C-0001", "--by", "U0CHIDI", *ruling, *reach)
    assert "Exemplar EX-005" in lane("approve", "C-0001", "--by", "U0FARAH")
    told = [json.loads(line)["notice"]["kind"] for line in lane("tick", "--json").splitlines()]
    assert told.count("answer") == 1
    assert lane("tick") == ""
    whole = json.loads(lane("show", "C-0001"))
    assert whole["packet"]["ask"] == ASK
    assert [act["deed"] for act in whole["acts"] if act["refused"]] == ["claim"]
    assert "P-0001  proposed  PRIV-01" in lane("proposals")
    out = lane.folder.parent / "change.diff"
    assert "accepted" in lane("accept", "P-0001", "--by", "U0DANA", "--out", str(out))
    assert out.read_text("utf-8").startswith("--- a/playbook/01-rules.md")
    with pytest.raises(LanesError, match="accepted already"):
        lane("decline", "P-0001", "--by", "U0DANA", "--reason", "no")
    numbers = json.loads(lane("numbers", "--json"))
    assert (numbers[0]["lane"], numbers[0]["inside"]["n"]) == ("privilege", 1)
    assert "privilege (privilege_lead): U0CHIDI, U0FARAH" in lane("rota")
    lane("reopen", "C-0001", "--by", "U0FARAH", "--reason", "new facts")
    assert "C-0001  open" in lane("list")
    lane("withdraw", "C-0001", "--by", "U0ALICE")
    assert lane("list") == "No case waits.\n"
    assert lane("stale") == "No answer is stale.\n"


def test_what_is_missing_is_said(lane: Lane) -> None:
    with pytest.raises(LanesError, match="say what"):
        lane("open", "--by", "U0ALICE")
    with pytest.raises(LanesError, match="unknown lane 'nowhere'"):
        lane("open", "--by", "U0ALICE", "--question", "x", "--lane", "nowhere")
    with pytest.raises(LanesError, match="no case 'C-0007'"):
        lane("claim", "C-0007", "--by", "U0CHIDI")
    with pytest.raises(LanesError, match="is no time"):
        lane("rota", "--at", "yesterday")
