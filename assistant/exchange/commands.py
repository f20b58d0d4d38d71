"""`secondchair import`, `export` and `new`: light to import; what is heavy waits until it runs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

import_app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
export_app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
new_app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)

Folder = Annotated[Path, typer.Argument(help="The matter's folder", show_default=False)]
Kind = Annotated[str, typer.Option(help="document-review, contract-review or ip-docketing")]


@import_app.command("import")
def import_(
    matter: Folder,
    files: Annotated[
        list[Path], typer.Argument(help="Protocols (.docx, .pdf), logs (.xlsx, .csv)")
    ],
    decided_by: Annotated[str, typer.Option(help="Who ruled, where a log has no such column")] = "",
    decided_on: Annotated[str, typer.Option(help="When (2026-11-24), likewise")] = "",
    kind: Kind = "document-review",
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON")] = False,
) -> None:
    """Bring a Word or PDF protocol and an Excel or CSV call log into a matter. Exit 1: a person must decide."""
    from assistant.exchange.bring import Filling, import_files

    report = import_files(matter, files, Filling(decided_by, decided_on, kind))
    if as_json:
        print(json.dumps(report.as_row(), ensure_ascii=False))
    else:
        print("\n".join(report.as_lines()))
    raise SystemExit(1 if report.decide or report.gone else 0)


@export_app.command("export")
def export(
    matter: Folder, out: Annotated[Path, typer.Argument(help="A new folder to write")]
) -> None:
    """Write the playbook as Word and the bank as Excel, into a folder that is the same matter."""
    from assistant.exchange.export import export_matter

    for path in export_matter(matter, out):
        print(path)


@new_app.command("new")
def new(
    matter: Folder,
    kind: Kind,
    title: Annotated[str | None, typer.Option(help="The matter's title")] = None,
) -> None:
    """Start a matter from one of ours, to be made your own; it passes check."""
    from assistant.starters import new_matter

    new_matter(matter, kind, title)
    print(
        f"{matter} is a {kind} matter: put your people, period and rules in, then 'secondchair check {matter}'"
    )
