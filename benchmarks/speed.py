"""Speed, every ratio taken in one run against a named baseline.

    python -m benchmarks.speed [warm] [flat] [cold] [index]      # none named: all

warm   p50 of a whole answer (rights, search, rails, ledger) beside embedding the question alone, and
       beside a plain LangChain + Chroma + sentence-transformers chain, same questions, taken in turn
flat   p50 of a search and of a whole answer over 100 and over 100,000 passages
cold   `secondchair ask` on an indexed matter to the printed answer, and `--help`: seconds, peak memory
index  seconds to index 1,000 passages
"""

from __future__ import annotations

import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import yaml
from rails.frame import shipped as frame
from rails.rights import Rights
from rails.rights import shipped as gate
from rails.validators import Verifier

from assistant.compose.extractive import Extractive
from assistant.desk import Desk
from assistant.pipeline import reply_to
from assistant.settings import Settings, read_settings
from assistant.setup import Remembering, open_desk
from assistant.types import Branch, Call, Matter, Message, Rule
from retrievers.find import Finder
from retrievers.index import Place, build_index
from retrievers.model import EmbeddingModel, open_model
from retrievers.passages import entries
from retrievers.weights import shipped

ROOT = Path(__file__).parent.parent
MERIDIAN = ROOT / "examples" / "meridian"


def main() -> None:
    """Run what is named, or all."""
    # Cold first: a child begins with its parent's peak memory, and the plain chain loads torch here.
    wanted = sys.argv[1:] or ["cold", "warm", "flat", "index"]
    for name in wanted:
        {"warm": warm, "flat": flat, "cold": cold, "index": indexing}[name]()


def questions(n: int = 120) -> list[str]:
    """Covered questions of the demo matter's suite."""
    cases = yaml.load((MERIDIAN / "evals/development.yaml").read_text("utf-8"), yaml.BaseLoader)[
        "cases"
    ]
    return [c["ask"] for c in cases if "covered" in c["tags"]][:n]


def timed(work: Callable[..., object], *args: object) -> float:
    """Milliseconds of one call."""
    started = time.perf_counter()
    work(*args)
    return (time.perf_counter() - started) * 1000


def warm() -> None:
    """Whole answers against the embedding alone and a plain chain, question by question in turn."""
    with tempfile.TemporaryDirectory() as home:
        settings = Settings(home=Path(home))
        link_models(settings)
        desk = open_desk(MERIDIAN, settings)
        model = open_model(settings.folder)
        chain = plain_chain(desk.matter)
        whole, alone, plain = [], [], []
        for text in questions() * 3:
            message = Message(text=text, role="reviewer")
            whole.append(timed(reply_to, message, desk))
            alone.append(timed(model.embed_query, [text]))
            clear(desk)
        for text in questions() * 3:  # apart: torch's threads spin for a while after each of these
            plain.append(timed(chain, text))
        whole, alone, plain = (kept[len(kept) // 3 :] for kept in (whole, alone, plain))
    p50 = {
        n: statistics.median(v)
        for n, v in (("whole", whole), ("embedding", alone), ("plain", plain))
    }
    print(
        f"warm, n {len(whole)}: whole answer p50 {p50['whole']:.1f} ms, p95 {np.quantile(whole, 0.95):.1f} ms; "
        f"embedding the question p50 {p50['embedding']:.1f} ms, ratio {p50['whole'] / p50['embedding']:.2f}; "
        f"plain chain p50 {p50['plain']:.1f} ms, ratio {p50['whole'] / p50['plain']:.2f}"
    )


def clear(desk: object) -> None:
    """Forget remembered vectors and evidence, so that each question is new."""
    find = desk.find  # type: ignore[attr-defined]
    find._found.cache_clear()
    find._embed.clear()


def plain_chain(matter: Matter) -> Callable[..., object]:
    """What a tutorial would build: LangChain retriever over Chroma, vectors by sentence-transformers."""
    import chromadb
    from langchain_core.documents import Document
    from langchain_core.prompts import ChatPromptTemplate
    from langchain_core.runnables import RunnableLambda, RunnablePassthrough
    from sentence_transformers import SentenceTransformer

    from retrievers.model import minilm

    model = SentenceTransformer(str(minilm()))
    store = chromadb.EphemeralClient().get_or_create_collection("plain", embedding_function=None)
    texts = [r.text for r in matter.rules] + [e.facts for e in matter.exemplars]
    store.add(
        ids=[str(i) for i in range(len(texts))], documents=texts, embeddings=model.encode(texts)
    )

    def search(text: str) -> list[Document]:
        found = store.query(query_embeddings=model.encode([text]), n_results=4)
        return [Document(d) for d in (found["documents"] or [[]])[0]]

    prompt = ChatPromptTemplate.from_template(
        "Answer from this:\n{context}\n\nQuestion: {question}"
    )
    chain = {"context": RunnableLambda(search), "question": RunnablePassthrough()} | prompt
    return chain.invoke


class Jittered:
    """The real model for questions; for passages its vectors of 500 texts with noise, so that 100,000
    distinct ones cost seconds, not an hour: a search does not care what they mean."""

    def __init__(self, model: EmbeddingModel, seeds: list[str]) -> None:
        self.id, self.embed_query = model.id, model.embed_query
        self._seeds = model.embed(seeds)
        self._random = np.random.default_rng(7)

    def embed(self, texts: list[str]) -> np.ndarray:
        """(n, 384) unit rows near a seed each."""
        rows = self._seeds[self._random.integers(0, len(self._seeds), len(texts))]
        rows = rows + self._random.normal(0, 0.03, rows.shape).astype(np.float32)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def flat() -> None:
    """Searches and whole answers over a small and a large matter, questions in turn."""
    with tempfile.TemporaryDirectory() as home:
        settings = Settings(home=Path(home))
        link_models(settings)
        model = open_model(settings.folder)
        plain = open_desk(MERIDIAN, settings)
        desks = {n: big_desk(n, plain, model, Path(home)) for n in (100, 100_000)}
        searched: dict[int, list[float]] = {n: [] for n in desks}
        answered: dict[int, list[float]] = {n: [] for n in desks}
        for turn in range(3):
            for text in questions():
                message = Message(text=text, role="reviewer")
                for n, desk in desks.items():
                    search = timed(desk.find.find, text)  # type: ignore[attr-defined]
                    clear(desk)
                    whole = timed(reply_to, message, desk)
                    if turn:
                        searched[n].append(search)
                        answered[n].append(whole)
    for name, times in (("search", searched), ("whole answer", answered)):
        small, large = (statistics.median(times[n]) for n in (100, 100_000))
        print(
            f"flat, {name}, n {len(times[100])} each: p50 {small:.1f} ms in 100 passages, {large:.1f} ms in 100,000, ratio {large / small:.2f}"
        )


def big_desk(n: int, plain: Desk, model: EmbeddingModel, home: Path) -> Desk:
    """A desk over a matter of `n` rules made of the demo matter's words, and no exemplars."""
    base = plain.matter
    words = sorted({w for r in base.rules for w in r.text.split()})
    pick = random.Random(n)
    rules, at = [], 0
    for i in range(n):
        rules.append(made_rule(i, " ".join(pick.choices(words, k=40)), at))
        at = rules[-1].end + 1
    made = {"id": f"big-{n}", "rules": tuple(rules), "exemplars": ()}
    made["files"] = {"x.md": "\n".join(rule.text for rule in rules) + "\n"}
    matter = base.model_copy(update=made)
    place = Place.of(home / "index", matter.id, str(n), str(n))
    jittered = Jittered(model, [r.text for r in base.rules] + [e.facts for e in base.exemplars])
    started = time.perf_counter()
    index = build_index(entries(matter), place, jittered)  # type: ignore[arg-type]
    print(f"  built {n:,} passages in {time.perf_counter() - started:.0f} s")
    embed = Remembering(model)
    finder = Finder(matter, index, embed, shipped(), model.read)
    asks = [(name, vector) for _, name, vector in index.vectors("asks")]
    return replace(
        plain,
        matter=matter,
        whose_right=Rights(matter, embed, asks, finder.covered, (frame(), gate())),
        find=finder,
        compose=Extractive(matter, sure=2.0),
        verify=Verifier(matter),
    )


def made_rule(i: int, text: str, start: int) -> Rule:
    """A rule of one passage, which starts at that character of its file."""
    line = "Call: responsiveness = Responsive"
    whole = f"## R-{i} Topic T{i}\n{text}\n{line}"
    end = start + len(whole)
    call = Call(field="responsiveness", choice="Responsive", source=f"R-{i}")
    branch = Branch(
        source=f"R-{i}",
        condition=None,
        calls=(call,),
        quote=line,
        source_file="x.md",
        start=end - len(line),
        end=end,
    )
    return Rule(
        id=f"R-{i}",
        kind="rule",
        title=f"Topic T{i}",
        text=whole,
        source="x.md",
        start=start,
        end=end,
        line=1,
        branches=(branch,),
    )


def cold() -> None:
    """New processes: seconds to the printed answer and peak memory, median of 7 after one to warm the disk."""
    with tempfile.TemporaryDirectory() as home:
        link_models(Settings(home=Path(home)))
        ask = ["ask", str(MERIDIAN), "voicemail, 40 secs, no transcript. how is it coded?"]
        apart = [sys.executable, "-c", "from benchmarks.doubt import first; first()"]
        found = subprocess.run(apart, cwd=ROOT, capture_output=True, text=True, check=True).stdout
        read = ["ask", str(MERIDIAN), found.splitlines()[-1]]
        for name, command in (("ask", ask), ("ask, read", read), ("--help", ["--help"])):
            runs = [process(command, home) for _ in range(8)][1:]
            seconds, memory = (statistics.median(v) for v in zip(*runs, strict=True))
            print(f"cold {name}: {seconds:.2f} s, peak {memory:.0f} MB (median of {len(runs)})")


def process(command: list[str], home: str) -> tuple[float, float]:
    """(seconds, peak MB) of one `secondchair` process."""
    env = {**os.environ, "SECONDCHAIR_HOME": home}
    started = time.perf_counter()
    child = subprocess.Popen(
        [sys.executable, "-m", "assistant.cli", *command],
        env=env,
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"secondchair {command[0]} failed with {child.returncode}")
    return time.perf_counter() - started, usage.ru_maxrss / 1024


def indexing() -> None:
    """1,000 real passages, nothing remembered."""
    with tempfile.TemporaryDirectory() as home:
        settings = Settings(home=Path(home))
        link_models(settings)
        from assistant.matter import load_matter

        base = load_matter(MERIDIAN)
        model = open_model(settings.folder)
        texts = [e.text for e in entries(base) if e.kind != "asks"]
        rules = [made_rule(i, f"{texts[i % len(texts)]} {i}", 0) for i in range(1000)]
        matter = base.model_copy(
            update={"id": "thousand", "rules": tuple(rules), "exemplars": (), "rights": ()}
        )
        started = time.perf_counter()
        build_index(entries(matter), Place.of(Path(home) / "index", "thousand", "x", "x"), model)
        print(
            f"index: 1,000 passages in {time.perf_counter() - started:.1f} s, peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB"
        )


def link_models(settings: Settings) -> None:
    """Use the already exported model of the real home folder."""
    open_model(read_settings().folder, say=print)
    settings.folder.mkdir(parents=True, exist_ok=True)
    (settings.folder / "models").symlink_to((read_settings().folder / "models").resolve())


if __name__ == "__main__":
    main()
