"""`secondchair serve`. Light to import: everything heavy waits until the command runs."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated, Any

import typer

serve_app = typer.Typer(add_completion=False)


@serve_app.command("serve")
def serve(
    matters: Annotated[list[Path], typer.Argument(help="The folders of the matters to serve")],
) -> None:
    """Answer in Slack: Socket Mode with an app token, HTTP with a signing secret."""
    from assistant.settings import read_settings
    from assistant.setup import open_desk, open_desks
    from retrievers.model import open_model
    from slack_app.serve import check
    from slack_app.serve import serve as run

    settings = read_settings()
    check(settings)
    model = open_model(settings.folder, settings.embedding_model, _say)
    desks = open_desks(matters, settings, _say, model)

    def anew(desk: Any) -> Any:
        other = [d.matter for d in desks if d.matter.id != desk.matter.id]
        names = [name for matter in other for name in (matter.id, matter.title)]
        return open_desk(desk.matter.folder, settings, others=names, model=model)

    asyncio.run(run(desks, settings, anew))


def _say(text: str) -> None:
    print(text, flush=True)
