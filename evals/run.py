"""One run of one suite, from the file to a stored verdict. Read this first.

suite ─check─▶ cases ─ask (the users' pipeline)─▶ Seen ─measure─▶ Score ─compare with the baseline─▶
   Change ─gate─▶ Verdict ─store─▶ Run
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from assistant.desk import Desk
from assistant.settings import Settings
from evals import judging
from evals.digests import digest_results, digest_scores
from evals.fingerprint import fingerprint, key, state
from evals.gate import decide
from evals.limits import Limits
from evals.measures import score
from evals.paired import compare
from evals.runner import WORKERS, Step, run_cases
from evals.store import Store
from evals.tables import by_code, confusion, risk
from evals.types import Case, Result, Run, Seen, Suite, Verdict


@dataclass(frozen=True)
class Bench:
    """What runs share: the desk asked, its settings, the limits, where runs are kept (None: nowhere), by whom
    they are asked for, and the key of that asking."""

    desk: Desk
    settings: Settings
    limits: Limits
    store: Store | None = None
    by: str | None = None
    key: str | None = None


def run_suite(
    suite: Suite,
    bench: Bench,
    *,
    repeats: int = 1,
    workers: int = WORKERS,
    step: Step | None = None,
) -> Run:
    """The suite asked, scored, gated and stored. An unchanged state keeps its first verdict.
    A `step` that raises ends the run with what it raised: nothing is stored."""
    started, at = time.perf_counter(), datetime.now(UTC)
    seen = run_cases(suite.cases, bench.desk, repeats=repeats, workers=workers, step=step)
    matter, parts = bench.desk.matter, fingerprint(suite, bench.desk, bench.settings, repeats)
    settled = [case for case in suite.cases if case.settled]
    digested = digest_results(suite)
    run = Run(
        by=bench.by,
        key=bench.key,
        matter=matter.id,
        title=matter.title,
        playbook_version=matter.playbook_version,
        suite=suite.suite,
        at=at,
        seconds=round(time.perf_counter() - started, 2),
        repeats=repeats,
        composer=bench.desk.composer,
        fingerprint=parts,
        state=state(parts),
        limits=f"{bench.limits.version} ({bench.limits.digest})",
        results=(*results(suite.cases, seen), *digested),
        scores=(*score(suite, seen, matter), *digest_scores(digested)),
        confusion=confusion(settled, seen),
        codes=by_code(settled, seen),
        risk=risk(settled, seen),
        verdict=Verdict(word="fix", reasons=("not judged yet",)),
    )
    return _kept(judge(run, bench), bench)


def results(cases: Sequence[Case], seen: Mapping[str, tuple[Seen, ...]]) -> tuple[Result, ...]:
    """Each case with what was seen of it and how it was judged, in the suite's order."""
    return tuple(_result(case, seen[case.id]) for case in cases)


def _result(case: Case, seen: tuple[Seen, ...]) -> Result:
    broken = [why for why in (judging.breach(case, s) for s in seen) if why]
    worst = next((s for s in seen if not judging.meets(case, s)), seen[0])
    return Result(
        id=case.id,
        key=key(case),
        cluster=case.cluster,
        tags=case.tags,
        expected=judging.said(case.expect),
        seen=seen,
        met=sum(judging.meets(case, s) for s in seen) / len(seen),
        why=judging.explain(case, worst),
        look=next((why for why in (judging.look(case, s) for s in seen) if why), None),
        breach=broken[0] if broken else None,
        never=case.never,
        settled=case.settled,
        changed_in=case.changed_in,
    )


def judge(run: Run, bench: Bench) -> Run:
    """The run with the baseline's comparison and the gate's verdict."""
    found = bench.store.baseline(run.matter, run.suite) if bench.store else None
    baseline, person = found or (None, None)
    changes = compare(baseline, run, bench.limits.compare.measures) if baseline else ()
    return run.model_copy(
        update={
            "baseline": baseline.number if baseline else None,
            "accepted_by": person,
            "changes": changes,
            "verdict": decide(run.results, run.scores, bench.limits, changes),
        }
    )


def _kept(run: Run, bench: Bench) -> Run:
    """The run stored. Where the very same was run before, the first verdict stands: no re-run until green."""
    if bench.store is None:
        return run
    same = [r for r in bench.store.runs(run.matter, run.suite) if _alike(r, run)]
    first = next((r for r in same if not _outage(r)), None)
    if first and first.verdict.code > run.verdict.code:
        why = (
            f"nothing has changed since run {first.number}, whose verdict was {first.verdict.word}: "
            f"the first verdict of an unchanged state stands (this is run {len(same) + 1} of it)"
        )
        reasons = (why, *first.verdict.reasons)
        verdict = Verdict(word=first.verdict.word, reasons=reasons)
        run = run.model_copy(update={"verdict": verdict, "notes": (*run.notes, why)})
    return bench.store.keep(run)


def _alike(one: Run, two: Run) -> bool:
    return (one.state, one.limits, one.baseline) == (two.state, two.limits, two.baseline)


def _outage(run: Run) -> bool:
    return any(s.outcome == "outage" for r in run.results for s in r.seen)
