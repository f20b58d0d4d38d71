"""The composition root: Settings and a matter folder -> Desk. Everything is made here, once."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rails.frame import shipped as frame
from rails.intake import take_in
from rails.rights import Rights
from rails.rights import shipped as gate
from rails.validators import Verifier

from assistant.compose.chat import Chat
from assistant.compose.extractive import Extractive
from assistant.compose.vote import Vote
from assistant.desk import Desk
from assistant.errors import IndexUnusable
from assistant.matter import load_matter
from assistant.record import Recorder
from assistant.settings import Settings
from assistant.types import Matter
from retrievers.calibrate import calibrate
from retrievers.cross import identity
from retrievers.find import Finder
from retrievers.index import Index, Place, build_index, is_fresh, open_index
from retrievers.model import EmbeddingModel, open_model
from retrievers.passages import entries
from retrievers.weights import shipped

Say = Callable[[str], None]
Step = Callable[[int, int], None]


def open_desks(
    folders: Sequence[Path],
    settings: Settings,
    say: Say | None = None,
    model: EmbeddingModel | None = None,
) -> list[Desk]:
    """A desk for each of several matters of one installation: none may name another, and all share one model."""
    names = [(m.id, m.title) for m in map(load_matter, folders)]
    model = model or open_model(settings.folder, settings.embedding_model, say)
    return [
        open_desk(
            folder, settings, say, others=[n for p in names if p != own for n in p], model=model
        )
        for folder, own in zip(folders, names, strict=True)
    ]


def open_desk(
    folder: Path | str,
    settings: Settings,
    say: Say | None = None,
    step: Step | None = None,
    others: Sequence[str] = (),
    model: EmbeddingModel | None = None,
) -> Desk:
    """The desk of the matter in `folder`; its index is built where missing, stale or corrupt. `others`
    are ids and titles of other matters here, which no reply may name; `model` is the one that is open already.

    Raises MatterError, IndexUnusable, LedgerError or SettingsError, each fit to be shown.
    """
    matter = load_matter(folder)
    model = model or open_model(settings.folder, settings.embedding_model, say)
    index = fresh_index(matter, model, settings, say, step)
    embed = Remembering(model)
    finder = Finder(matter, index, embed, shipped(), model.read)
    recorder = Recorder.open(matter, settings)
    plain = Extractive(matter, sure=float(index.calibration.get("sure", 2.0)))
    verify = Verifier(matter, others)
    model_says = _chat_model(settings)
    asks = [(name, vector) for _, name, vector in index.vectors("asks")]
    rights = Rights(matter, embed, asks, finder.covered, (frame(), gate()))
    return Desk(
        matter=matter,
        take_in=take_in,
        whose_right=Vote(matter, rights, model_says) if model_says else rights,
        find=finder,
        compose=Chat(matter, plain, model_says, verify.mend) if model_says else plain,
        verify=verify,
        record=recorder.record,
        recall=recorder.recall,
        recorded=recorder.recorded,
        deadline=settings.deadline,
        limit=settings.question_limit,
        composer="chat" if settings.model else "extractive",
        close=partial(_freed, index, recorder),
    )


def _freed(index: Index, recorder: Recorder) -> None:
    index.close()
    recorder.ledger.close()


def fresh_index(
    matter: Matter,
    model: EmbeddingModel,
    settings: Settings,
    say: Say | None = None,
    step: Step | None = None,
    force: bool = False,
) -> Index:
    """The matter's index, built first if it is missing, stale or corrupt."""
    place = place_of(matter, settings)
    try:
        index = open_index(place)
        if is_fresh(index, place, model) and not force:
            return index
    except IndexUnusable:
        pass
    if say:
        say(f"Indexing {matter.id}: {len(matter.rules)} rules, {len(matter.exemplars)} exemplars")
    embed = Remembering(model)
    return build_index(
        entries(matter),
        place,
        model,
        step,
        force=force,
        calibrate=lambda index: calibrate(
            matter,
            Finder(matter, index, embed, shipped(), model.read),
            Extractive(matter, sure=0.0).asserted,
        ),
    )


def place_of(matter: Matter, settings: Settings) -> Place:
    """Where the matter's index is kept, and the hash of all it depends on."""
    reads = "" if settings.embedding_model else identity(settings.folder)
    whole = hashlib.sha256((matter.content_hash + shipped().digest + reads).encode()).hexdigest()
    return Place.of(settings.folder / "index", matter.id, matter.folder, whole)


class Remembering:
    """Embed a question once, though the rights and the search both read it."""

    def __init__(self, model: EmbeddingModel) -> None:
        self._one = lru_cache(maxsize=8)(lambda texts: model.embed_query(list(texts)))
        self.clear = self._one.cache_clear

    def __call__(self, texts: list[str]) -> NDArray[np.float32]:
        return self._one(tuple(texts))


def _chat_model(settings: Settings) -> Callable[[list[tuple[str, str]]], str] | None:
    """The configured chat model; None where there is none. LangChain is imported only if there is."""
    if settings.model is None:
        return None
    from assistant.compose.model import open_chat

    return open_chat(settings)
