"""The finder as LangChain retrievers, for chains that want documents: rules, and exemplars."""

from __future__ import annotations

from collections.abc import Callable

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever

from assistant.types import Evidence

Find = Callable[[str], Evidence]


class RuleRetriever(BaseRetriever):
    """Rules that may govern a question, best first, each whole and with its place in the playbook."""

    find: Find
    k: int = 3

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[Document]:
        return [
            Document(
                id=found.rule.id,
                page_content=found.rule.text,
                metadata={
                    "kind": found.rule.kind,
                    "source": found.rule.source,
                    "start": found.rule.start,
                    "end": found.rule.end,
                    "score": found.score,
                },
            )
            for found in self.find(query).rules[: self.k]
        ]


class ExemplarRetriever(BaseRetriever):
    """Active exemplars like a question, nearest first, with their calls and rules."""

    find: Find
    k: int = 3

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[Document]:
        return [
            Document(
                id=found.exemplar.id,
                page_content=found.exemplar.facts,
                metadata={
                    "kind": "exemplar",
                    "source": found.exemplar.source,
                    "score": found.score,
                    "start": found.exemplar.start,
                    "end": found.exemplar.end,
                    "rules": list(found.exemplar.rules),
                    "calls": [f"{c.field} = {c.choice}" for c in found.exemplar.calls],
                },
            )
            for found in self.find(query).exemplars[: self.k]
        ]
