"""Layouts of many reporters from one script: text, PDF, DOCX and RTF with gold by construction."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from benchmarks.transcript_office import docx_of, rtf_of
from benchmarks.transcript_pdf import (
    captioned_pdf,
    condensed_pdf,
    pages_pdf,
    scan_pdf,
    stamped_pdf,
    turned_pdf,
)
from benchmarks.transcript_script import Page, gold, pages_of

Made = tuple[str, bytes, list[tuple[int, int, str]]]
HEAD = "Martin J. Halvorsen    June 12, 2025"


class Layout(NamedTuple):
    """A layout: its name, and what makes the file's name, bytes and gold lines."""

    name: str
    make: Callable[[], Made]


def text_of(
    pages: Iterable[Page],
    line: Callable[[Page, int, str], str],
    head: Callable[[Page], str] = lambda p: "",
    foot: Callable[[Page], str] = lambda p: "",
    end: str = "\n",
    between: str = "\f",
) -> bytes:
    """A text file from what to print above, for, and below the lines of each page."""
    out = []
    for page in pages:
        rows = [head(page), *(line(page, n, t) for n, t in enumerate(page.lines, 1)), foot(page)]
        out.append(end.join(r for r in rows if r) + end)
    return between.join(out).encode()


def numbered(page: Page, n: int, text: str) -> str:
    """` 7     Q.   text`, the plainest of all."""
    return f"{n:>2}     {text}".rstrip()


def corner(page: Page) -> str:
    """The page number at the top right."""
    return f"{page.number:>70}\n"


def _text(name: str, raw: bytes, pages: list[Page]) -> Made:
    return f"{name}.txt", raw, gold(pages)


def layouts() -> Iterator[Layout]:
    """Every layout, made when asked for."""
    families = (_plain(), _fed(), _odd(), _numbered(), _timed(), _parts(), _files())
    for name, make in ((n, m) for family in families for n, m in family.items()):
        yield Layout(name, make)


def _made(name: str, pages: list[Page], **how: object) -> Callable[[], Made]:
    """A text layout of these pages; `how` as `text_of` takes it."""
    return lambda: _text(name, text_of(pages, **how), pages)  # type: ignore[arg-type]


def _plain() -> dict[str, Callable[[], Made]]:
    """The page's number above or below, form feeds between."""
    pages, p28, p12 = pages_of(), pages_of(length=28), pages_of(length=12)
    return {
        "page below": _made("below", pages, line=numbered, foot=lambda p: f"\n{p.number:>40}\n"),
        "page top right": _made("corner", pages, line=numbered, head=corner),
        "Page N in the header": _made(
            "header", pages, line=numbered, head=lambda p: f"{HEAD}      Page {p.number}\n"
        ),
        "page before the running head": _made(
            "before", pages, line=numbered, head=lambda p: f"{p.number}      {HEAD}\n"
        ),
        "28 lines": _made("p28", p28, line=numbered, head=corner),
        "12 lines": _made("p12", p12, line=numbered, head=corner),
        "date and total in the header": _made(
            "dated",
            pages,
            line=numbered,
            head=lambda p: f"Halvorsen - Okafor v. Tarrant - 6/12/2025    Page {p.number} of 16",
        ),
    }


def _fed() -> dict[str, Callable[[], Made]]:
    """No form feeds, or none that can be relied on."""
    pages = pages_of()
    firm = "\n                 LAKE ERIE REPORTING 216.555.0134   "
    return {
        "CR only, no form feeds": _made(
            "cr", pages, line=numbered, head=lambda p: f"{p.number:>60}", end="\r", between=""
        ),
        "CR only, page below": _made(
            "crbelow", pages, line=numbered, foot=lambda p: f"{p.number:>40}", end="\r"
        ),
        "no form feeds, page below": _made(
            "nofeed", pages, line=numbered, foot=lambda p: f"{firm}{p.number}\n\n", between=""
        ),
        "no form feeds, cover without number": _made(
            "bare cover",
            pages,
            line=numbered,
            head=lambda p: f"\n\n{p.number:>60}\n" if p.number > 1 else "",
            between="",
        ),
        "page of a total, below, no form feeds": _made(
            "total", pages, line=numbered, foot=lambda p: f"      {p.number} of 16", between=""
        ),
    }


def _odd() -> dict[str, Callable[[], Made]]:
    """Numbers at the edge, on rows of their own, on both sides, or crowded."""
    pages = pages_of()
    firm = "\n   Lake Erie Reporting\n   216 555-0134   www.lakeerie.example"
    return {
        "left edge, blank rows between": _made(
            "double",
            pages,
            line=lambda p, n, t: f"{n:<5}{t}".rstrip() + "\n",
            foot=lambda p: f"- {p.number} -".center(60) + "\n    www.lakeerie.example",
        ),
        "numbers and text on separate rows": _made(
            "apart",
            pages,
            line=lambda p, n, t: f"{n}\n{t.strip()}",
            head=lambda p: f"Page {p.number}",
        ),
        "odd and even corners, a firm's telephone below": _made(
            "oddeven",
            pages,
            line=numbered,
            head=lambda p: (f"{p.number}" if p.number % 2 else f"{p.number:>70}") + "\n",
            foot=lambda p: firm,
        ),
        "single spaces": _made(
            "tight",
            pages,
            line=lambda p, n, t: f"{n} {' '.join(t.split())}".rstrip(),
            head=lambda p: f"Page {p.number}",
        ),
        "a colon after the number": _made(
            "colon",
            pages,
            line=lambda p, n, t: f"{n:>2}: {t}",
            head=lambda p: f"PAGE {p.number}",
        ),
        "numbers on both sides": _made(
            "both", pages, line=lambda p, n, t: f"{n:>2}   {t:<60}{n:>2}", head=corner
        ),
    }


def _numbered() -> dict[str, Callable[[], Made]]:
    pages = pages_of()

    return {
        "Summation, every line": _made(
            "summation", pages, line=lambda p, n, t: f"{p.number:05}:{n:02}  {t}", between=""
        ),
        "Summation, first line of a page": _made(
            "summation1",
            pages,
            line=lambda p, n, t: (
                (f"{p.number:05}:{n:02}" if n == 1 else f"      {n:02}") + f"  {t}"
            ),
            between="",
        ),
        "page:line before each line": _made(
            "prefix", pages, line=lambda p, n, t: f"{f'{p.number}:{n}':<8}{t}", between=""
        ),
        "page in column one": _made(
            "amicus", pages, line=numbered, head=lambda p: f"{p.number:04}", between=""
        ),
        "page and line side by side": _made(
            "beside", pages, line=lambda p, n, t: f"{p.number:04} {n:02}  {t}", between=""
        ),
    }


def _clock(page: Page, n: int, seconds: bool = True) -> str:
    at = 9 * 3600 + (page.number * 25 + n) * 11
    text = f"{at // 3600:02}:{at // 60 % 60:02}"
    return f"{text}:{at % 60:02}" if seconds else text


def _timed() -> dict[str, Callable[[], Made]]:
    pages = pages_of()

    return {
        "time stamps right": _made(
            "right", pages, line=lambda p, n, t: f"{n:>2}  {t:<72}{_clock(p, n)}", head=corner
        ),
        "time stamps left": _made(
            "left", pages, line=lambda p, n, t: f"{_clock(p, n)}  {n:>2}  {t}", head=corner
        ),
        "time stamps after the number": _made(
            "after", pages, line=lambda p, n, t: f"{n:>2}  {_clock(p, n, False)}  {t}", head=corner
        ),
        "time stamps now and then": _made(
            "some",
            pages,
            line=lambda p, n, t: (
                f"{n:>2}  {t:<60}{_clock(p, n, False) if n % 6 == 1 else ''}".rstrip()
            ),
            foot=lambda p: f"{p.number:>66}",
        ),
    }


def _index(pages: list[Page]) -> str:
    """A word index that names page:line and starts its own pages at 1."""
    words: dict[str, list[str]] = {}
    for p in pages:
        for n, text in enumerate(p.lines, 1):
            for word in re.findall(r"[a-z]{5,}", text.lower()):
                words.setdefault(word, []).append(f"{p.number}:{n}")
    rows = [f"{w} [{len(at)}]  {'  '.join(at[:5])}" for w, at in sorted(words.items())]
    cut = [rows[i : i + 40] for i in range(0, len(rows), 40)]
    return "\f".join(f"WORD INDEX      {k}\n" + "\n".join(c) + "\n" for k, c in enumerate(cut, 1))


def _parts() -> dict[str, Callable[[], Made]]:
    pages = pages_of()
    second = pages_of(first=len(pages) + 1)
    excerpt = [p for p in pages if p.number in (1, 4, 5, 6, 9, 10, 12)]

    def indexed() -> Made:
        raw = text_of(pages, numbered, head=corner) + b"\f" + _index(pages).encode()
        return _text("indexed", raw, pages)

    def volumes() -> Made:
        both = [*pages, *second]
        return _text("volumes", text_of(both, numbered, head=corner), both)

    def excerpts() -> Made:
        return _text("excerpt", text_of(excerpt, numbered, head=corner), excerpt)

    def afresh() -> Made:
        both = [*pages, *pages]
        return _text("afresh", text_of(both, numbered, head=corner), both)

    def bare_front() -> Made:
        front = "\f".join("\n".join(p.lines) for p in pages[:3]).encode()
        raw = front + b"\f" + text_of(pages[3:], numbered, head=corner)
        return "front.txt", raw, gold(pages[3:])

    return {
        "cover and index without line numbers": bare_front,
        "word index at the end": indexed,
        "two volumes, pages running on": volumes,
        "two volumes, pages from 1 again": afresh,
        "excerpts with page gaps": excerpts,
    }


def _files() -> dict[str, Callable[[], Made]]:
    pages, p28 = pages_of(), pages_of(length=28)
    return {
        "DOCX": lambda: ("w.docx", docx_of(pages), gold(pages)),
        "RTF": lambda: ("r.rtf", rtf_of(pages), gold(pages)),
        "PDF, page top right": lambda: ("a.pdf", pages_pdf(pages), gold(pages)),
        "PDF, 28 lines, numbers small and low": lambda: (
            "b.pdf",
            pages_pdf(p28, small=True),
            gold(p28),
        ),
        "PDF, court stamps and Bates numbers": lambda: ("c.pdf", stamped_pdf(pages), gold(pages)),
        "PDF, caption two rows a number": lambda: captioned_pdf(pages),
        "PDF, four-up, down then right": lambda: ("d.pdf", condensed_pdf(pages), gold(pages)),
        "PDF, four-up, across": lambda: ("e.pdf", condensed_pdf(pages, across=True), gold(pages)),
        "PDF, two-up": lambda: ("f.pdf", condensed_pdf(pages, down=1), gold(pages)),
        "PDF, pages turned": lambda: ("g.pdf", turned_pdf(pages), gold(pages)),
        "PDF, time stamps left": lambda: ("h.pdf", pages_pdf(pages, clock=_clock), gold(pages)),
        "PDF, cover a scan": lambda: ("i.pdf", scan_pdf(pages), gold(pages[1:])),
    }
