"""The output rails as guardrails-ai validators, one each: the only file that knows guardrails-ai.

    noop    reported, and a person decides: what it wrote shows that it follows something else than its task
    reask   reported, and a chat composer is told once in fixed words; what fails again goes to a person

Nothing is ever `fix`ed or filtered in silence. A composer without a model repairs nothing: there a
failed rail is a fault of ours, and a person decides.
"""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Callable, Sequence
from copy import copy
from functools import lru_cache, partial
from typing import Any, Literal

from assistant.types import Draft, Matter, Question
from rails import breaking
from rails.calls import borne_out, palette
from rails.case import Case
from rails.facts import facts
from rails.grounding import citation_ids, superseded, verbatim_quotes
from rails.known import know
from rails.pronouncing import pronouncing
from rails.said import said_calls
from rails.support import support
from rails.walls import hidden, links, other_matters, personal_data

# guardrails-ai copies value and metadata into its spans at every step, tracing on or off: so it is given
# no text at all, only a callable (0.9 ms a draft instead of 12, and nothing to leak).
UNSAID = "draft"
Check = Callable[[Case], list[str]]
OnFail = Literal["noop", "reask"]

# A `reask` that fails ends the run, so those stand last.
RAILS: dict[str, tuple[Check, OnFail]] = {
    "other-matters": (partial(other_matters, others=()), "noop"),
    "personal-data": (personal_data, "noop"),
    "links": (links, "noop"),
    "hidden-text": (hidden, "noop"),
    "pronouncing": (pronouncing, "noop"),
    "palette": (palette, "noop"),
    "superseded": (superseded, "noop"),
    "verbatim-quotes": (verbatim_quotes, "reask"),
    "citation-ids": (citation_ids, "reask"),
    "borne-out": (borne_out, "reask"),
    "said-calls": (said_calls, "reask"),
    "facts": (facts, "reask"),
    "support": (support, "reask"),
}


class Verifier:
    """Holds a draft against one matter. `others` are ids and titles of other matters here."""

    def __init__(self, matter: Matter, others: Sequence[str] = ()) -> None:
        self._known = know(matter)
        self._checks: dict[str, Check] = {name: check for name, (check, _) in RAILS.items()}
        self._checks["other-matters"] = partial(other_matters, others=tuple(others))
        self._guard = _guard()
        self._self_test()

    def __call__(self, question: Question, draft: Draft) -> list[str]:
        """What failed, in fixed words and the matter's own ids; empty if every rail held. Never raises."""
        return [why for found in self.failures(question, draft).values() for why in found]

    def failures(self, question: Question, draft: Draft) -> dict[str, list[str]]:
        """What failed, by rail; empty if every rail held. Never raises."""
        try:
            return self._run(Case(question, draft, self._known), self._checks)
        except Exception as error:
            return {"guard": [f"the rails could not decide ({type(error).__name__})"]}

    def mend(self, question: Question, draft: Draft) -> str:
        """What to tell a model once so that it mends its draft, in fixed words; empty if nothing failed
        or if one rail failed that no second try may pass."""
        failed = self.failures(question, draft)
        if any(name not in RAILS or RAILS[name][1] != "reask" for name in failed):
            return ""
        return "; ".join(why for found in failed.values() for why in found)

    def _run(self, case: Case, checks: dict[str, Check]) -> dict[str, list[str]]:
        reported: dict[str, list[str]] = {}

        def run(rail: str) -> bool:
            try:
                reported[rail] = checks[rail](case)
            except Exception as error:
                reported[rail] = [f"rail {rail} could not decide ({type(error).__name__})"]
            return not reported[rail]

        outcome = self._guard.validate(UNSAID, metadata={"run": run})
        self._guard.history.clear()  # it would keep what it was given
        failed = {name: why for name, why in reported.items() if why}
        if failed:
            return failed
        silent = {n: [f"rail {n} did not report"] for n in checks if n not in reported}
        if silent or outcome.validation_passed is True:
            return silent
        return {"guard": ["a rail failed without saying why"]}

    def _self_test(self) -> None:
        """Every rail must fail the draft made to break it; raises RuntimeError if one lets it pass."""
        quiet = [name for name in RAILS if not self._fires(name)]
        if quiet:
            raise RuntimeError(f"rails that let a bad draft pass: {quiet}")

    def _fires(self, name: str) -> bool:
        """Whether this rail alone, run by the guard, fails a draft made to break it."""
        case, others = breaking.case(name, self._known)
        check = partial(other_matters, others=others) if others else self._checks[name]
        alone: dict[str, Check] = dict.fromkeys(RAILS, _held) | {name: check}
        return list(self._run(case, alone)) == [name]


def _held(_: Case) -> list[str]:
    return []


@lru_cache(maxsize=1)
def _guard() -> Any:
    """The one Guard: telemetry off, synchronous, all validators in one `use` (a second replaces)."""
    os.environ["OTEL_SDK_DISABLED"] = "true"
    os.environ["GUARDRAILS_RUN_SYNC"] = "true"
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from guardrails.settings import settings

        settings.disable_tracing = True  # no spans at all: nothing to leak, and 1 ms a draft saved
        guard = _guard_class()()
        guard.configure(allow_metrics_collection=False)
        return guard.use(*[_validator(name)(on_fail=action) for name, (_, action) in RAILS.items()])


def _guard_class() -> Any:
    from guardrails.classes import ValidationOutcome
    from guardrails.run import Runner

    from guardrails import Guard

    class Kept(Guard):  # type: ignore[misc]
        """A Guard that keeps its Runner. Upstream makes one for every draft, and with it the XML of an output
        schema for a prompt that nobody sends: a sixth of the rails' time."""

        _runner: Any = None

        def _exec(self, *, call_log: Any, metadata: Any, llm_output: str, **_: Any) -> Any:
            if self._runner is None:
                self._runner = Runner(
                    output_type=self._output_type,
                    output_schema=self.output_schema.model_dump(exclude_none=True, by_alias=True),
                    num_reasks=0,
                    validation_map=self._validator_map,
                )
            runner = copy(self._runner)  # its own for this draft: threads share the one kept
            runner.metadata, runner.output = metadata, llm_output
            return ValidationOutcome[str].from_guard_history(runner(call_log=call_log))

    return Kept


def _validator(rail: str) -> Any:
    from guardrails.validator_base import FailResult, PassResult, Validator, register_validator

    held = PassResult()

    @register_validator(name=f"secondchair/{rail}", data_type="string")
    class Rail(Validator):  # type: ignore[misc]
        """Runs one rail through the callable in the metadata, which keeps the texts to itself."""

        def _validate(self, value: Any, metadata: dict[str, Any]) -> Any:
            return held if metadata["run"](rail) else FailResult(error_message=rail)

    return Rail
