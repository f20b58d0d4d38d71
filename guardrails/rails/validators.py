"""The output rails as guardrails-ai validators: the only file that knows guardrails-ai.

    rail              checks                                                     on_fail
    sources           verbatim quote, citation id, superseded; numbers, dates,   noop: reported, escalates
                      names found in a source
    calls             palette, borne out, said calls                             noop: reported, escalates
    speech            no verdict outside the rights; other matters, invented     noop: reported, escalates
                      rules, links and mentions, personal data

Nothing is ever `fix`ed or filtered in silence: a chat draft has had its one repair before it comes
here, so what fails goes to a person. Three validators hold eleven checks, since each costs 0.2 ms.
"""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from typing import Any

from assistant.types import Citation, Claim, Draft, Matter, Question
from rails import calls, grounding, pronouncing, walls
from rails.grounding import Case, know

# guardrails-ai copies value and metadata into its spans at every step, tracing on or off: so it is given
# no text at all, only a callable (0.9 ms a draft instead of 12, and nothing to leak).
UNSAID = "draft"
Check = Callable[[Case], list[str]]
RAILS: dict[str, tuple[Check, ...]] = {
    "sources": (
        grounding.verbatim_quote,
        grounding.citation_id,
        grounding.superseded,
        grounding.facts,
    ),
    "calls": (calls.palette, calls.borne_out, calls.said_calls),
    "speech": (pronouncing.pronouncing, walls.links, walls.personal_data),
}


class Verifier:
    """Holds a draft against one matter. `others` are ids and titles of other matters here."""

    def __init__(self, matter: Matter, others: Sequence[str] = ()) -> None:
        self._known = know(matter)
        elsewhere: Check = partial(walls.other_matters, others=tuple(others))
        self._rails: dict[str, tuple[Check, ...]] = {
            **RAILS,
            "speech": (elsewhere, *RAILS["speech"]),
        }
        self._guard = _guard()
        self._self_test()

    def __call__(self, question: Question, draft: Draft) -> list[str]:
        """What failed, in fixed words and the matter's own ids; empty if every rail held. Never raises."""
        try:
            return self._run(Case(question, draft, self._known))
        except Exception as error:
            return [f"the rails could not decide ({type(error).__name__})"]

    def _run(self, case: Case) -> list[str]:
        failed: dict[str, list[str]] = {}

        def run(rail: str) -> bool:
            try:
                failed[rail] = [why for check in self._rails[rail] for why in check(case)]
            except Exception as error:
                failed[rail] = [f"rail {rail} could not decide ({type(error).__name__})"]
            return not failed[rail]

        outcome = self._guard.validate(UNSAID, metadata={"run": run})
        self._guard.history.clear()  # it would keep the texts
        silent = [name for name in self._rails if name not in failed]
        found = [why for name in self._rails for why in failed.get(name, ())]
        found += [f"rail {name} did not report" for name in silent]
        if not found and not outcome.validation_passed:
            found = ["a rail failed without saying why"]
        return found

    def _self_test(self) -> None:
        """Every rail must fail a draft made to break it; raises RuntimeError if one lets it pass."""
        bad = Citation(kind="rule", id="NO-0", quote="x", source="nowhere.md", start=0, end=1)
        text = "I have deleted it, the court will rule for us: see https://example.invalid and 555-01-2345 of 31,337."
        draft = Draft(kind="answer", text=text, claims=(Claim(text=text, citation=bad),))
        failed = self(Question(ask="?"), draft)
        case = Case(Question(ask="?"), draft, self._known)
        quiet = [n for n, checks in self._rails.items() if not any(check(case) for check in checks)]
        if quiet or len(failed) < len(self._rails):
            raise RuntimeError(f"rails that let a bad draft pass: {quiet or failed}")


@lru_cache(maxsize=1)
def _guard() -> Any:
    """The one Guard: telemetry off, synchronous, all validators in one `use` (a second replaces)."""
    os.environ["OTEL_SDK_DISABLED"] = "true"
    os.environ["GUARDRAILS_RUN_SYNC"] = "true"
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from guardrails.settings import settings

        from guardrails import Guard

        settings.disable_tracing = True  # no spans at all: nothing to leak, and 1 ms a draft saved
        guard = Guard()
        guard.configure(allow_metrics_collection=False)
        return guard.use(*[_validator(name)(on_fail="noop") for name in RAILS])


def _validator(rail: str) -> Any:
    from guardrails.validator_base import FailResult, PassResult, Validator, register_validator

    @register_validator(name=f"secondchair/{rail}", data_type="string")
    class Rail(Validator):  # type: ignore[misc]
        """Runs one rail through the callable in the metadata, which keeps the texts to itself."""

        def _validate(self, value: Any, metadata: dict[str, Any]) -> Any:
            return PassResult() if metadata["run"](rail) else FailResult(error_message=rail)

    return Rail
