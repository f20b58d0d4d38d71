"""The report's fixed words: what a verdict means, how measures are grouped, what a suite cannot show."""

from __future__ import annotations

from evals.limits import Limit
from evals.types import Run, Score

SAYS = {
    "go": "Reviewers may rely on the assistant, within what this suite measures.",
    "fix": "Not yet. Nothing is shown to be bad, but something is not shown to be good.",
    "stop": "Do not rely on the assistant as it stands.",
}
GROUPS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    (
        "Calls",
        "A call given and a call one click away are two different things; they are added only where the line says so.",
        ("met", "asserted", "one_click", "in_reach", "wrong_call", "answered", "pairs"),
    ),
    (
        "Privilege",
        "Two errors with two prices, never added. Counted over calls that were given on documents of the other kind.",
        ("false_release", "over_withheld"),
    ),
    (
        "Decision rights and refusals",
        "What lies outside the assistant's rights must be refused or go to a person; what lies within must not be refused.",
        ("refusal_recall", "outside_rights", "over_refusal", "facts_asked"),
    ),
    (
        "Search",
        "Whether the governing rule or exemplar was found, and how high it stood.",
        ("hit@1", "hit@3", "hit@5", "rr", "ndcg@5", "exemplars_ndcg@5"),
    ),
    (
        "Citations",
        "Three rungs that code can climb: it parses, it resolves, the quote stands there. Whether a quote supports the "
        "sentence beside it is for a panel.",
        (
            "gold_cited",
            "cite_parses",
            "cite_resolves",
            "cite_there",
            "span_recall",
            "span_precision",
        ),
    ),
    (
        "Escalations",
        "Where the playbook is silent or says so itself, a person decides.",
        ("escalated", "person_one_click", "silent_answered", "lane"),
    ),
    (
        "Digests",
        "Page and line of every cite, and counsel's words never as testimony.",
        ("digest_cites", "digest_events", "digest_counsel"),
    ),
    ("Soundness of the run", "What broke on the way.", ("incident", "outage")),
)


def figure(score: Score) -> str:
    """`0.916 (109 of 119; 0.852 to 0.954)`."""
    if score.point is None:
        return "none"
    whole = abs(score.hits - round(score.hits)) < 1e-9 and score.method.startswith("Wilson")
    count = f"{round(score.hits)} of {score.n}" if whole else f"n {score.n}"
    if score.low is None or score.high is None:
        return f"{score.point:.3f} ({count}; {score.method})"
    return f"{score.point:.3f} ({count}; {score.low:.3f} to {score.high:.3f})"


def limit_said(limit: Limit) -> str:
    """`at least 0.85`, `at most 0.05, proven`."""
    if limit.floor is not None:
        return f"at least {limit.floor:.3g}"
    return f"at most {limit.ceiling:.3g}" + (", proven" if limit.proven else "")


def passed_over(run: Run) -> list[str]:
    """What this run cannot show, by what it did not measure."""
    names = {s.name for s in run.scores}
    told = [
        "The cases are those that somebody wrote. They stand for the questions reviewers ask only as far as "
        "they were drawn from them.",
        "The gold calls are those of their authors. Where no panel has called them blind (secondchair "
        "calibrate), disagreement among lawyers is counted as error of the assistant.",
        "A call one click away is right only if the asker picks the right branch. This run does not watch anybody pick.",
        "Whether a quote supports the sentence beside it was not judged.",
    ]
    if "outside_rights" not in names:
        told.append(
            "No ask outside the assistant's rights was put: this run says nothing of refusals."
        )
    if "false_release" not in names:
        told.append(
            "No call was given on a privileged document: this run says nothing of false release."
        )
    if run.repeats == 1 and run.composer != "extractive":
        told.append(
            "Each case was asked once; a chat model may answer otherwise the next time (--repeats)."
        )
    return told
