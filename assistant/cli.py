"""The whole product on the command line, with no Slack. Heavy imports wait until a command needs them."""

from __future__ import annotations

import gc
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from assistant.errors import SecondChairError

# Commands of other rooms: name -> where their typer app stands. They are imported by name when the
# command line needs them, since those rooms stand above this one.
ROOMS: dict[str, str] = {
    "calibrate": "evals.panel_commands:calibrate_app",
    "check": "assistant.review.commands:app",
    "digest": "assistant.transcripts.commands:digest_app",
    "eval": "evals.commands:eval_app",
    "export": "assistant.exchange.commands:export_app",
    "import": "assistant.exchange.commands:import_app",
    "lane": "assistant.lanes.commands:lane_app",
    "matter": "assistant.versions.commands:matter_app",
    "new": "assistant.exchange.commands:new_app",
    "operations": "evals.operations_commands:operations_app",
    "sample": "evals.panel_commands:sample_app",
    "serve": "slack_app.commands:serve_app",
    "transcript": "assistant.transcripts.commands:transcript_app",
    "witness": "assistant.transcripts.commands:witness_app",
}
# Rooms that `doctor` looks at too, by name for the same reason: each an examine(settings) -> findings.
EXAMINED: tuple[str, ...] = ("slack_app.doctor:examine",)


class _WithRooms(TyperGroup):
    """Our own commands, then those of other rooms."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Every command's name."""
        return [*super().list_commands(ctx), *ROOMS]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of this name, imported now where it is another room's."""
        if cmd_name not in ROOMS:
            return super().get_command(ctx, cmd_name)
        command = typer.main.get_command(_named(ROOMS[cmd_name]))
        command.name = cmd_name
        return command


app = typer.Typer(
    cls=_WithRooms,
    help="Second Chair: checked, cited answers to document-review questions, from the matter's own playbook.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
ledger_app = typer.Typer(help="The record: verify, export or show it.", no_args_is_help=True)
app.add_typer(ledger_app, name="ledger")

MatterFolder = Annotated[Path, typer.Argument(help="The matter's folder", show_default=False)]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, one object a line")]
Role = Annotated[
    str | None, typer.Option(help="The asker's role; absent: the matter's default_role")
]


def main() -> None:
    """Run the command line; a known error is one line on stderr and exit code 2."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    # What a command imports and makes stays: a quarter of a cold start went to looking through it for waste.
    # `serve` does not end, and is collected as ever.
    if sys.argv[1:2] != ["serve"]:
        gc.set_threshold(100_000)
    try:
        app()
    except SecondChairError as error:
        print(f"secondchair: {error}", file=sys.stderr)
        raise SystemExit(2) from None
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(1) from None
    finally:
        gc.freeze()  # and not once more at the end


@app.command()
def ask(
    matter: MatterFolder,
    question: Annotated[
        str | None, typer.Argument(help="The question; - reads standard input")
    ] = None,
    role: Role = None,
    as_json: AsJson = False,
    batch: Annotated[
        Path | None, typer.Option(help='JSONL of {"id","ask","role"}; one reply a line')
    ] = None,
    choose: Annotated[
        str | None, typer.Option(help="A branch of an earlier reply: b1, b2, …")
    ] = None,
    of: Annotated[int | None, typer.Option(help="The ledger number of that reply")] = None,
) -> None:
    """Ask one question, answer a batch, or choose a branch of an earlier reply."""
    from assistant import asking

    if batch is not None:
        rows = list(asking.rows_of(batch))
        asking.every(rows, role, _desk(matter), as_json)
        return
    if choose is not None:
        if of is None:
            raise SecondChairError("--choose needs --of LEDGER: the number shown with the branches")
        asking.choose(choose, of, role, _desk(matter), as_json)
        return
    text = sys.stdin.read() if question == "-" else question
    if not text or not text.strip():
        raise SecondChairError('no question: secondchair ask MATTER "your question"')
    asking.one(text, role, _desk(matter), as_json)


@app.command()
def chat(matter: MatterFolder, role: Role = None) -> None:
    """A conversation in the terminal: type a question, or the number of a branch."""
    from assistant.terminal import converse

    converse(_desk(matter), role)


@app.command()
def index(
    matter: MatterFolder,
    force: Annotated[bool, typer.Option(help="Rebuild though it is fresh")] = False,
) -> None:
    """Build the matter's index beside the old one and swap; only what changed is embedded again."""
    from assistant.matter import load_matter
    from assistant.settings import read_settings
    from assistant.setup import fresh_index
    from retrievers.model import open_model

    settings = read_settings()
    loaded = load_matter(matter)
    with _progress() as step:
        model = open_model(settings.folder, settings.embedding_model, _say)
        built = fresh_index(loaded, model, settings, _say, step, force=force)
    print(f"Index of {loaded.id}: {built.summary}")


@app.command()
def doctor(
    matter: Annotated[Path | None, typer.Argument(help="A matter to look at too")] = None,
) -> None:
    """Say what is configured, what is missing, and how to fix it."""
    from assistant.doctor import examine

    findings = examine(matter, *(_named(name) for name in EXAMINED))
    for finding in findings:
        print(finding)
    raise SystemExit(2 if any(f.bad for f in findings) else 0)


@app.command()
def demo() -> None:
    """Answer four questions on the demo matter; on a terminal, go on into a conversation."""
    from assistant.demo import play

    play(_desk)


@ledger_app.command("verify")
def ledger_verify(matter: MatterFolder) -> None:
    """Check the chain, the contents and the checkpoints. Exit 2 if anything does not hold."""
    recorder = _recorder(matter)
    verdict = recorder.ledger.verify(recorder.matter.id)
    print(verdict)
    raise SystemExit(0 if verdict.ok else 2)


@ledger_app.command("export")
def ledger_export(
    matter: MatterFolder, out: Annotated[Path, typer.Argument(help="A file to write")]
) -> None:
    """Write the matter's entries as JSON lines that anyone can verify."""
    recorder = _recorder(matter)
    recorder.ledger.export(recorder.matter.id, out)
    print(f"Written to {out}")


# Unknown options are let through, for -5 is read as one; the ledger then says that it has no such entry.
@ledger_app.command("show", context_settings={"ignore_unknown_options": True})
def ledger_show(
    matter: MatterFolder, seq: Annotated[int, typer.Argument(help="The number of the entry")]
) -> None:
    """Print one entry with its content, while that is kept."""
    recorder = _recorder(matter)
    print(recorder.ledger.read(recorder.matter.id, seq).model_dump_json(indent=2))


@ledger_app.command("expire")
def ledger_expire(matter: MatterFolder) -> None:
    """Delete the contents older than the matter's `retention_days`; `serve` does so daily. The chain stays."""
    from datetime import UTC, datetime

    recorder = _recorder(matter)
    if recorder.matter.retention_days is None:
        raise SecondChairError("matter.yaml sets no retention_days: nothing goes by its age")
    gone = recorder.expire(datetime.now(UTC))
    print(
        f"{gone} contents older than {recorder.matter.retention_days} days deleted; the chain stays"
    )


@ledger_app.command("destroy")
def ledger_destroy(
    matter: MatterFolder,
    confirm: Annotated[str, typer.Option(help="The matter's id, typed out: this cannot be undone")],
) -> None:
    """Destroy the key and every content of a matter, as ordered. The chain stays and still verifies."""
    recorder = _recorder(matter)
    if confirm != recorder.matter.id:
        raise SecondChairError(f"nothing destroyed: --confirm must be {recorder.matter.id}")
    recorder.ledger.destroy_content(recorder.matter.id)
    print(f"Key and contents of {recorder.matter.id} destroyed; the chain stays")


def _named(name: str) -> Any:
    module, attribute = name.split(":")
    return getattr(import_module(module), attribute)


def _desk(matter: Path) -> Any:
    from assistant.settings import read_settings
    from assistant.setup import open_desk

    with _progress() as step:
        return open_desk(matter, read_settings(), _say, step)


def _recorder(matter: Path) -> Any:
    from assistant.matter import load_matter
    from assistant.record import Recorder
    from assistant.settings import read_settings

    return Recorder.open(load_matter(matter), read_settings())


def _say(text: str) -> None:
    print(text, file=sys.stderr)


@contextmanager
def _progress() -> Iterator[Any]:
    """A step(done, total) that draws a bar on a terminal and is silent elsewhere."""
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Indexing", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


if __name__ == "__main__":
    main()
