"""`secondchair transcript`, `digest` and `witness`: light to import, heavy only when run."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant.errors import TranscriptError

if TYPE_CHECKING:
    from assistant.transcripts.nouns import Line, Transcript

digest_app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
transcript_app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)

witness_app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)

TranscriptFile = Annotated[
    Path, typer.Argument(help="A transcript: text, PDF with text, DOCX or RTF", show_default=False)
]


@transcript_app.command()
def transcript(
    file: TranscriptFile,
    lines: Annotated[bool, typer.Option("--lines", help="Print every line as JSON")] = False,
    explain: Annotated[
        bool, typer.Option("--explain", help="Print how the layout was read, and its evidence")
    ] = False,
) -> None:
    """Read a transcript: its pages and lines, sections and speakers, and what is wrong with them."""
    from assistant.transcripts.lines import parse_file

    parsed = parse_file(file)
    if lines:
        out = sys.stdout
        for line in parsed.lines:
            out.write(json.dumps(line_json(line), ensure_ascii=False) + "\n")
        return
    for row in summary(parsed, explain):
        print(row)


def line_json(line: Line) -> dict[str, Any]:
    """One line as the contract prints it; `file_page`, `label` and `volume` only where they say more."""
    shown: dict[str, Any] = {
        "page": line.page,
        "line": line.line,
        "text": line.text,
        "section": line.section,
        "speaker": line.speaker,
    }
    if line.file_page != line.page:
        shown["file_page"] = line.file_page
    if line.label:
        shown["label"] = line.label
    if line.volume is not None:
        shown["volume"] = line.volume
    return shown


def summary(parsed: Transcript, explain: bool) -> list[str]:
    """What a person wants to know first: kind, pages, sections, speakers, problems."""
    pages = [x.page for x in parsed.lines if x.page is not None]
    span = f"pages {pages[0]}-{pages[-1]}" if pages else "no page and line numbers"
    sections = Counter(x.section for x in parsed.lines)
    voices = Counter(x.speaker for x in parsed.lines if x.speaker)
    out = [
        f"{parsed.source}: {parsed.kind}, {span}, {len(parsed.lines)} lines",
        "sections: " + ", ".join(f"{name} {n}" for name, n in sections.items()),
        "speakers: " + (", ".join(f"{v} {n}" for v, n in voices.most_common(12)) or "none found"),
    ]
    if explain:
        out += [f"layout: {said}" for said in parsed.evidence]
    return (
        out
        + [f"problem: {p}" for p in parsed.problems]
        + ([] if parsed.problems else ["no gaps, repeats or lines out of order"])
    )


@digest_app.command()
def digest(
    file: TranscriptFile,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the digest as one JSON object")
    ] = False,
    kind: Annotated[
        str, typer.Option(help="page-line, topical, chronological or narrative")
    ] = "page-line",
    ratio: Annotated[
        float, typer.Option(min=1, max=100, help="Pages of transcript for one page of digest")
    ] = 10.0,
    out: Annotated[
        list[Path] | None,
        typer.Option(help="Write it too: .docx, .pdf, .html, .md or .json; may be repeated"),
    ] = None,
    matter: Annotated[
        Path | None, typer.Option(help="The matter in whose ledger it is recorded")
    ] = None,
) -> None:
    """Digest a transcript; every cite is re-read from its lines, and the digest recorded."""
    from assistant.matter import load_matter
    from assistant.settings import read_settings
    from assistant.transcripts.digest import style_of
    from assistant.transcripts.documents import FORMS, render, write
    from assistant.transcripts.keep import Wish, kept_digest

    style = style_of(kind)
    for path in out or []:
        if path.suffix.lower() not in FORMS:
            raise TranscriptError(f"--out {path}: expected a name ending in {', '.join(FORMS)}")
    loaded = load_matter(matter) if matter else None
    with progress() as step:
        wish = Wish(matter=loaded, style=style, ratio=ratio)
        made, parsed = kept_digest(file, read_settings(), wish, step)
    for path in out or []:
        write(made, parsed.lines, path)
        print(f"Written to {path}", file=sys.stderr)
    if as_json:
        print(made.model_dump_json())
    elif not out:
        print(render(made, parsed.lines, ".md").decode())


@witness_app.command()
def witness(
    name: Annotated[
        str, typer.Argument(help="The witness's name, or part of it", show_default=False)
    ],
    matter: Annotated[Path, typer.Option(help="The matter; its transcripts are in transcripts/")],
    as_json: Annotated[bool, typer.Option("--json", help="Print it as one JSON object")] = False,
    ratio: Annotated[
        float, typer.Option(min=1, max=100, help="Pages of transcript for one page of summary")
    ] = 10.0,
) -> None:
    """Summarize a witness over a matter's transcripts: what is excluded in limine, what is new."""
    from assistant.matter import load_matter
    from assistant.settings import read_settings
    from assistant.transcripts.witness import page, summarize

    loaded = load_matter(matter)
    with progress() as step:
        made = summarize(name, loaded, read_settings(), ratio, step)
    print(made.model_dump_json() if as_json else page(made))


@contextmanager
def progress() -> Iterator[Callable[[int, int], None]]:
    """A step(done, total) that draws a bar on a terminal and is silent elsewhere."""
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Digesting", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
