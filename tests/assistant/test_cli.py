"""The command line as a user types it: a new process each time, JSON keys as the contract says."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import MATTER, Write

KEYS = {
    "outcome",
    "calls",
    "text",
    "confidence",
    "citations",
    "branches",
    "counterpoints",
    "right",
    "lane",
    "why",
    "matter",
    "playbook_version",
    "composer",
    "ledger",
    "ms",
}
PR = "publicity firm on the mail with our lawyer in copy, who hired them? priv?"


class Shell:
    """Runs `secondchair` in a home folder of its own that shares the exported model."""

    def __init__(self, home: Path, models: Path) -> None:
        self.home = home
        home.mkdir()
        (home / "models").symlink_to(models)

    def __call__(
        self, *args: object, stdin: str = "", code: int | None = 0, **env: str
    ) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, "-m", "assistant.cli", *map(str, args)],
            input=stdin,
            text=True,
            capture_output=True,
            env={**os.environ, "SECONDCHAIR_HOME": str(self.home), "COLUMNS": "100", **env},
            timeout=120,
            check=False,
        )
        assert code is None or done.returncode == code, done.stderr
        return done

    def json(self, *args: object, **more: Any) -> Any:
        return json.loads(self(*args, "--json", **more).stdout)


@pytest.fixture
def shell(tmp_path: Path, home: Path) -> Shell:
    from retrievers.model import open_model

    open_model(home)
    return Shell(tmp_path / "home", home / "models")


def test_ask_prints_the_contracts_keys_and_choose_answers_from_a_branch(
    shell: Shell, write_matter: Write
) -> None:
    root = write_matter()
    first = shell.json("ask", root, PR)
    assert set(first) >= KEYS
    assert (first["outcome"], first["calls"]) == ("clarify", {})
    branch = first["branches"][1]
    assert branch["id"] == "b2"
    assert branch["calls"] == {"privilege": ["Not Privileged"]}
    assert set(branch) >= {"id", "source", "condition", "calls", "quote"}
    second = shell.json("ask", root, "--choose", "b2", "--of", first["ledger"])
    assert (second["outcome"], second["calls"]) == ("answer", {"privilege": ["Not Privileged"]})
    for cited in second["citations"]:
        text = (root / cited["source"]).read_text("utf-8")
        assert text[cited["start"] : cited["end"]] == cited["quote"]
    held = shell("ledger", "verify", root).stdout
    assert "2 entries hold, 2 with content; signed up to the last" in held
    assert second["ledger"] == first["ledger"] + 1


def test_a_batch_gives_one_object_a_line_with_its_id(
    shell: Shell, write_matter: Write, tmp_path: Path
) -> None:
    rows = [
        {"id": "a", "ask": PR},
        {"id": 7, "ask": "did we waive privilege by sending this?", "role": "reviewer"},
        {"id": "big", "ask": "priv? " + "x" * 10_000_000},
        {"id": "odd", "ask": "\u0000\u202epriv?"},
        {"id": "who", "ask": PR, "role": "boss"},
    ]
    (tmp_path / "b.jsonl").write_text("\n".join(map(json.dumps, rows)), "utf-8")
    done = shell("ask", write_matter(), "--batch", tmp_path / "b.jsonl", "--json")
    replies = [json.loads(line) for line in done.stdout.splitlines()]
    assert [r["id"] for r in replies] == ["a", 7, "big", "odd", "who"]
    assert [r["outcome"] for r in replies][:3] == ["clarify", "refuse", "clarify"]
    assert replies[4]["outcome"] == "refuse"
    assert all(set(r) >= KEYS for r in replies)


@pytest.mark.parametrize("blank", ["", " \n\t "])
def test_a_blank_row_of_a_batch_is_an_error_in_its_place_and_not_recorded(
    shell: Shell, write_matter: Write, tmp_path: Path, blank: str
) -> None:
    rows = [{"id": "a", "ask": PR}, {"id": "blank", "ask": blank}, {"id": "b", "ask": PR}]
    (tmp_path / "b.jsonl").write_text("\n".join(map(json.dumps, rows)), "utf-8")
    root = write_matter()
    done = shell("ask", root, "--batch", tmp_path / "b.jsonl", "--json")
    replies = [json.loads(line) for line in done.stdout.splitlines()]
    assert [r["outcome"] for r in replies] == ["clarify", "error", "clarify"]
    assert [r["ledger"] for r in replies] == [1, None, 2]
    assert (replies[1]["id"], replies[1]["branches"]) == ("blank", [])
    assert "no question" in replies[1]["text"]
    assert set(replies[1]) == set(replies[0])
    shown = shell("ask", root, "--batch", tmp_path / "b.jsonl").stdout
    assert "\nblank: error: no question" in shown


WRONG: list[tuple[str, list[Any], str]] = [
    ("no question", ["ask", "{matter}"], "no question"),
    ("no such matter", ["ask", "nowhere", "priv?"], "matter.yaml:1: missing"),
    ("an unknown role", ["ask", "{matter}", "priv?", "--role", "boss"], "unknown role 'boss'"),
    ("a branch of nothing", ["ask", "{matter}", "--choose", "b1", "--of", "99"], "no entry 99"),
    (
        "a branch of a number out of all bounds",
        ["ask", "{matter}", "--choose", "b1", "--of", "99999999999999999999"],
        "no entry 99999999999999999999",
    ),
    ("a branch of -5", ["ask", "{matter}", "--choose", "b1", "--of", "-5"], "no entry -5"),
    (
        "an entry out of all bounds",
        ["ledger", "show", "{matter}", "99999999999999999999"],
        "no entry 99999999999999999999",
    ),
    ("entry -5", ["ledger", "show", "{matter}", "-5"], "no entry -5"),
    ("a branch without a number", ["ask", "{matter}", "--choose", "b1"], "--of LEDGER"),
    (
        "a batch that is not there",
        ["ask", "{matter}", "--batch", "none.jsonl"],
        "none.jsonl: cannot be read",
    ),
]


@pytest.mark.parametrize(("args", "says"), [w[1:] for w in WRONG], ids=[w[0] for w in WRONG])
def test_bad_input_is_one_line_on_stderr_and_exit_2(
    shell: Shell, write_matter: Write, args: list[str], says: str
) -> None:
    root = write_matter()
    done = shell(*[a.replace("{matter}", str(root)) for a in args], code=2)
    assert says in done.stderr
    assert len(done.stderr.strip().splitlines()) <= 2  # the matter's errors name the folder first
    assert "Traceback" not in done.stderr


def test_a_broken_batch_line_is_named_by_file_and_line(
    shell: Shell, write_matter: Write, tmp_path: Path
) -> None:
    (tmp_path / "b.jsonl").write_text('{"id": 1, "ask": "priv?"}\n{"id": 2', "utf-8")
    done = shell("ask", write_matter(), "--batch", tmp_path / "b.jsonl", code=2)
    assert "b.jsonl:2: broken JSON" in done.stderr
    assert done.stdout == ""


def test_check_names_errors_and_exits_0_1_or_2(shell: Shell, write_matter: Write) -> None:
    assert "4 exemplars" in shell("check", write_matter("good")).stdout
    done = shell("check", write_matter("bad", matter=MATTER + "colour: red\n"), code=2)
    assert "matter.yaml:16: unknown key 'colour'" in done.stdout
    assert shell("check", write_matter("warned", exemplars=None), code=1).stdout.startswith(
        "warning: exemplars.csv:1"
    )


def test_chat_takes_a_question_and_then_the_number_of_a_branch(
    shell: Shell, write_matter: Write
) -> None:
    out = shell("chat", write_matter(), stdin=f"{PR}\n2\n\n").stdout
    assert "YOUR CHOICE NEEDED" in out
    assert "on what cli affirmed" in out
    assert "privilege: Not Privileged" in out


def test_chat_says_so_where_a_number_has_nothing_to_choose_from(
    shell: Shell, write_matter: Write
) -> None:
    root = write_matter()
    out = shell("chat", root, stdin=f"2\n{PR}\n2\n\n").stdout
    assert out.index("Nothing above offers branches") < out.index("YOUR CHOICE NEEDED")
    assert "privilege: Not Privileged" in out


def test_numbers_in_chat_stay_good_until_other_branches_are_offered(
    shell: Shell, write_matter: Write
) -> None:
    typed = f"{PR}\ndid we waive privilege by sending this?\n1\n2\nb9\n2\n\n"
    out = shell("chat", write_matter(), stdin=typed).stdout
    assert "Nothing above offers branches" not in out
    assert out.count("privilege: Privileged: Withhold, on what") == 1
    assert "no branch 'b9' under that number: it offers b1, b2, b3" in out
    assert out.count("privilege: Not Privileged, on what") == 2
    assert "PRIV-01 then fixes the call" in out


def test_an_emptied_database_beside_a_checkpoint_is_reported(
    shell: Shell, write_matter: Write
) -> None:
    root = write_matter()
    assert "no checkpoint is signed yet" in shell("ledger", "verify", root).stdout
    shell("ask", root, PR)
    for file in shell.home.glob("secondchair.sqlite*"):
        file.unlink()
    assert "BROKEN at entry 1: it is gone" in shell("ledger", "verify", root, code=2).stdout


@pytest.mark.parametrize(
    "args",
    [
        ["chat", "{matter}"],
        ["lane", "open", "{matter}", "--by", "U0ALICE", "--question", PR, "--lane", "privilege"],
    ],
    ids=["chat", "lane"],
)
def test_a_command_that_recorded_something_signs_a_checkpoint_at_its_end(
    shell: Shell, write_matter: Write, args: list[str]
) -> None:
    root = write_matter()
    shell(*[a.replace("{matter}", str(root)) for a in args], stdin=f"{PR}\n{PR}\n\n")
    assert "signed up to the last" in shell("ledger", "verify", root).stdout
    (lines,) = shell.home.glob("checkpoints/*.jsonl")
    assert len(lines.read_text("utf-8").splitlines()) == 1


def test_an_answer_is_given_though_its_checkpoint_cannot_be_written(
    shell: Shell, write_matter: Write
) -> None:
    (shell.home / "checkpoints").write_text("no folder", "utf-8")
    done = shell("ask", write_matter(), PR, "--json")
    assert json.loads(done.stdout)["ledger"] == 1
    assert "entries of harbor stand without a checkpoint" in done.stderr
    assert "Traceback" not in done.stderr


def test_index_says_what_it_built_and_show_and_export_give_the_record(
    shell: Shell, write_matter: Write, tmp_path: Path
) -> None:
    root = write_matter()
    assert "3 exemplars" in shell("index", root).stdout
    seq = shell.json("ask", root, PR)["ledger"]
    assert json.loads(shell("ledger", "show", root, seq).stdout)["content"]["text"] == PR
    shell("ledger", "export", root, tmp_path / "out.jsonl")
    assert len((tmp_path / "out.jsonl").read_text("utf-8").splitlines()) == 2


def test_contents_go_by_the_age_that_the_matter_sets_or_by_order_and_the_chain_holds(
    shell: Shell, write_matter: Write
) -> None:
    root = write_matter()
    seq = shell.json("ask", root, PR)["ledger"]
    assert "0 contents older than 365 days" in shell("ledger", "expire", root).stdout
    wrong = shell("ledger", "destroy", root, "--confirm", "harbour", code=2)
    assert "must be harbor" in wrong.stderr
    assert json.loads(shell("ledger", "show", root, seq).stdout)["content"]
    shell("ledger", "destroy", root, "--confirm", "harbor")
    assert json.loads(shell("ledger", "show", root, seq).stdout)["content"] is None
    assert "1 entries hold" in shell("ledger", "verify", root).stdout


def test_a_matter_that_sets_no_retention_keeps_its_contents(
    shell: Shell, write_matter: Write
) -> None:
    root = write_matter()
    yaml = root / "matter.yaml"
    yaml.write_text(yaml.read_text("utf-8").replace("retention_days: 365\n", ""), "utf-8")
    assert "sets no retention_days" in shell("ledger", "expire", root, code=2).stderr


def test_doctor_says_what_is_missing_and_how_to_fix_it(shell: Shell, write_matter: Write) -> None:
    good = shell("doctor", write_matter()).stdout
    assert "ok      matter: harbor" in good
    bad = shell(
        "doctor", code=2, SECONDCHAIR_DATABASE_URL="sqlite:////proc/nowhere/l.sqlite"
    ).stdout
    assert "MISSING ledger" in bad


def test_tracing_is_refused_unless_allowed_by_name(shell: Shell, write_matter: Write) -> None:
    done = shell("ask", write_matter(), PR, code=2, LANGSMITH_TRACING="true")
    assert "SECONDCHAIR_ALLOW_TRACING" in done.stderr


def test_a_home_that_cannot_be_written_says_what_to_do(
    shell: Shell, write_matter: Write, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("x", "utf-8")
    done = shell("ask", write_matter(), PR, code=2, SECONDCHAIR_HOME=str(tmp_path / "file"))
    assert "SECONDCHAIR_HOME" in done.stderr


WATCH = """
import socket, sys
class Refused(Exception): pass
def audit(event, args):
    if event in ("socket.getaddrinfo", "socket.gethostbyname", "socket.connect"):
        where = args[0] if event != "socket.connect" else args[1]
        host = where[0] if isinstance(where, tuple) else where
        if isinstance(host, bytes): host = host.decode()
        if not (isinstance(host, str) and (host.startswith(("127.", "/", "\\0")) or host in ("localhost", "::1", ""))):
            print("CONNECTS", event, host, file=sys.stderr); sys.stderr.flush()
            import os; os._exit(77)
sys.addaudithook(audit)
from assistant.cli import main
try:
    main()
except SystemExit as done:
    heavy = [m for m in ("torch", "transformers", "scipy", "litellm", "sentence_transformers", "sklearn", "confusable_homoglyphs") if m in sys.modules]
    print("HEAVY", heavy, file=sys.stderr)
    raise
"""


def test_help_lists_every_room_and_imports_none_of_what_they_need() -> None:
    code = (
        "import sys; sys.argv = ['secondchair', '--help']\n"
        "from assistant.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "heavy = {'numpy', 'pydantic', 'sqlalchemy', 'slack_bolt', 'yaml', 'scipy', 'pypdfium2'}\n"
        "print('HEAVY', sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "HEAVY []" in done.stdout, done.stdout + done.stderr
    assert "transcript" in done.stdout


def test_a_command_does_not_look_through_what_it_imported_for_waste() -> None:
    code = (
        "import gc, sys; sys.argv = ['secondchair', '--help']\n"
        "from assistant.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print('LEFT ALONE', gc.get_threshold()[0] > 10_000, gc.get_freeze_count() > 1_000)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "LEFT ALONE True True" in done.stdout, done.stdout + done.stderr


@pytest.mark.parametrize("command", ["check", "index", "ask"])
def test_nothing_connects_anywhere_and_nothing_heavy_is_imported(
    shell: Shell, write_matter: Write, command: str
) -> None:
    args = [command, str(write_matter())] + ([PR] if command == "ask" else [])
    done = subprocess.run(
        [sys.executable, "-c", WATCH, *args],
        text=True,
        capture_output=True,
        timeout=120,
        check=False,
        env={**os.environ, "SECONDCHAIR_HOME": str(shell.home)},
    )
    assert done.returncode == 0, done.stderr
    assert "HEAVY []" in done.stderr


def test_the_watch_itself_can_fail(shell: Shell) -> None:
    bad = WATCH.replace(
        "from assistant.cli import main", "def main(): socket.getaddrinfo('example.com', 443)"
    )
    done = subprocess.run([sys.executable, "-c", bad], text=True, capture_output=True, check=False)
    assert done.returncode == 77


def test_no_text_of_a_question_reaches_the_log(shell: Shell, write_matter: Write) -> None:
    done = shell("ask", write_matter(), "CANARY-5521 mail with the publicity firm, priv?", "--json")
    assert "CANARY" not in done.stderr
