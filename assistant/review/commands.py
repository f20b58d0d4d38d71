"""`secondchair check`: light to import; what is heavy waits until it runs."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.errors import IndexUnusable, SecondChairError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from assistant.ledger import Entry
    from assistant.review.reading import Embed
    from assistant.settings import Settings

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def check(
    matter: Annotated[Path, typer.Argument(help="The matter's folder", show_default=False)],
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON")] = False,
    html: Annotated[
        Path | None, typer.Option(help="Write one HTML page that links to the lines")
    ] = None,
    quiet: Annotated[bool, typer.Option(help="Leave the notes out of the text")] = False,
    words: Annotated[
        bool, typer.Option(help="Compare by words alone, without the embedding model")
    ] = False,
) -> None:
    """Say what is wrong, open or missing in a matter. Exit 0 clean (or notes), 1 warnings, 2 errors."""
    from assistant.review.check import exit_code, review_matter
    from assistant.review.shown import as_lines, as_page, as_rows, verdict
    from assistant.settings import read_settings

    settings = read_settings()
    embed = None if words else _Lazily(settings)
    loaded, findings = review_matter(matter, embed, _entries(matter, settings))
    if html is not None:
        _write(html, as_page(loaded, findings, matter))
    if as_json:
        print(json.dumps(as_rows(findings), ensure_ascii=False))
    else:
        for line in as_lines(findings, quiet):
            print(line)
        print(verdict(loaded, findings))
    raise SystemExit(exit_code(findings))


class _Lazily:
    """The embedding model, opened when a check first needs it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._embed: Embed | None = None

    def __call__(self, texts: list[str]) -> NDArray[np.float32]:
        if self._embed is None:
            from retrievers.model import open_model

            settings = self._settings
            try:
                self._embed = open_model(settings.folder, settings.embedding_model, _say).embed
            except IndexUnusable as error:
                _say(f"comparing by words alone: {error}")
                raise
        return self._embed(texts)


def _entries(folder: Path, settings: Settings) -> Iterator[Entry]:
    """The matter's ledger entries, where there is a ledger; no SQLite file is created to look."""
    database = settings.folder / "secondchair.sqlite"
    if settings.database_url is None and not database.exists():
        return
    from assistant.ledger import Ledger
    from assistant.matter import check_matter

    loaded, _ = check_matter(folder)
    if loaded is not None:
        ledger = Ledger.open(settings.ledger_url)
        yield from ledger.entries(loaded.id)
        ledger.close()


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, "utf-8")
    except OSError as error:
        raise SecondChairError(f"cannot write {path} ({error.strerror})") from None


def _say(text: str) -> None:
    print(text, file=sys.stderr)
