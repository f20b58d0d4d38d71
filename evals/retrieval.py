"""Ranking measures on rule and exemplar ids (ir-measures), and characters of gold spans that were cited."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from evals.check import parse_span
from evals.types import Case, Seen

Row = tuple[str, str, dict[str, float]]
Ranking = Callable[[Seen], Sequence[str]]
Spans = dict[str, list[tuple[int, int]]]


def ranked(cases: Sequence[Case], seen: Mapping[str, Sequence[Seen]]) -> Iterator[Row]:
    """(name, title, value by case): the governing source found within k, and how high rules and exemplars stand."""
    gold = {c.id: set(c.expect.cites_any) for c in cases if c.expect.cites_any}
    for k in (1, 3, 5):
        hits = {
            i: _mean(bool(g & {*s.rules[:k], *s.exemplars[:k]}) for s in seen[i])
            for i, g in gold.items()
        }
        yield f"hit@{k}", f"Search: governing source within {k}", hits
    rules = _graded(gold, seen, lambda s: s.rules)
    yield "rr", "Search: 1/place of the governing rule (MRR)", rules["RR"]
    yield "ndcg@5", "Search: rules, nDCG@5", rules["nDCG@5"]
    exemplars = _graded(gold, seen, lambda s: s.exemplars)
    yield "exemplars_ndcg@5", "Search: exemplars, nDCG@5", exemplars["nDCG@5"]


def _mean(values: Iterable[float]) -> float:
    listed = [float(v) for v in values]
    return sum(listed) / len(listed)


def _graded(
    gold: Mapping[str, set[str]], seen: Mapping[str, Sequence[Seen]], ranking: Ranking
) -> dict[str, dict[str, float]]:
    """Measures by case, over cases of which a gold id is of the kind ranked anywhere in the suite."""
    import ir_measures
    from ir_measures import RR, nDCG

    kind = {i for found in seen.values() for s in found for i in ranking(s)}
    relevant = {i: g & kind for i, g in gold.items() if g & kind}
    qrels, run = [], []
    for case, ids in relevant.items():
        for place, reply in enumerate(seen[case]):
            query = f"{place} {case}"
            qrels += [ir_measures.Qrel(query, i, 1) for i in sorted(ids)]
            listed = list(dict.fromkeys(ranking(reply))) or [""]
            # ties would be broken by id: strictly falling scores
            run += [ir_measures.ScoredDoc(query, d, -float(n)) for n, d in enumerate(listed)]
    sums: dict[str, dict[str, list[float]]] = {"RR": {}, "nDCG@5": {}}
    for metric in ir_measures.iter_calc([RR, nDCG @ 5], qrels, run) if qrels else ():
        case = metric.query_id.split(" ", 1)[1]
        sums[str(metric.measure)].setdefault(case, []).append(float(metric.value))
    return {name: {i: _mean(v) for i, v in by.items()} for name, by in sums.items()}


def spans(cases: Sequence[Case], seen: Mapping[str, Sequence[Seen]]) -> Iterator[Row]:
    """Character recall and precision of what was cited against the gold spans, overlaps merged first."""
    recall: dict[str, float] = {}
    precision: dict[str, float] = {}
    for case in (c for c in cases if c.expect.spans):
        gold = merged(s for s in map(parse_span, case.expect.spans) if s)
        said = [merged((c.source, c.start, c.end) for c in s.cited) for s in seen[case.id]]
        recall[case.id] = _mean(_shared(gold, m) / _size(gold) for m in said)
        with_any = [m for m in said if _size(m)]
        if with_any:
            precision[case.id] = _mean(_shared(gold, m) / _size(m) for m in with_any)
    yield "span_recall", "Citations: characters of the gold spans that were cited", recall
    yield "span_precision", "Citations: cited characters that are in a gold span", precision


def merged(spans: Iterable[tuple[str, int, int]]) -> Spans:
    """Spans by file, sorted, those that touch made one."""
    found: Spans = {}
    for file, start, end in sorted(spans):
        kept = found.setdefault(file, [])
        if kept and start <= kept[-1][1]:
            kept[-1] = (kept[-1][0], max(end, kept[-1][1]))
        else:
            kept.append((start, end))
    return found


def _size(spans: Spans) -> int:
    return sum(end - start for listed in spans.values() for start, end in listed)


def _shared(one: Spans, two: Spans) -> int:
    return sum(
        max(0, min(b, d) - max(a, c))
        for file, listed in one.items()
        for a, b in listed
        for c, d in two.get(file, ())
    )
