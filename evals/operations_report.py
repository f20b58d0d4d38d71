"""A matter's operations as text for a terminal, and as the weekly page for the client: figures and topics, no question."""

from __future__ import annotations

from html import escape

from evals.operations import Operations, Share

WORDS = {
    "answer": "answered with a call",
    "draft": "drafted",
    "clarify": "shown branches or asked for facts",
    "escalate": "left to a person",
    "refuse": "refused, another's right",
    "outage": "lost to a model outage",
}


def rows(found: Operations) -> list[tuple[str, str]]:
    """(figure, value) pairs, every share with its n and range."""
    told = [("questions", str(found.questions))]
    told += [(WORDS[kind], said(share)) for kind, share in found.outcomes.items()]
    told += [
        ("broke on the way", said(found.incidents)),
        ("put again word for word", said(found.again)),
    ]
    told.append(("playbook silent", str(found.silent)))
    if found.chosen:
        told.append(
            ("a branch was picked, of replies that offered some or asked", said(found.chosen))
        )
    if found.rulings is not None:
        told.append(("rulings", str(found.rulings)))
    if found.ruling_hours is not None:
        told.append(("hours to a ruling, median", f"{found.ruling_hours:.1f}"))
    for name, share in (("rulings inside target, of those due", found.inside), ("rulings overturned", found.overturned), ("found helpful", found.helpful)):  # fmt: skip
        if share is not None:
            told.append((name, said(share)))
    return told


def said(share: Share) -> str:
    """`0.412 (7 of 17; 0.216 to 0.640)`."""
    if share.n == 0:
        return "none"
    return f"{share.hits / share.n:.3f} ({share.hits} of {share.n}; {share.low:.3f} to {share.high:.3f})"


def text(found: Operations) -> str:
    """For a terminal."""
    lines = [f"{found.title}, playbook {found.playbook_version}{_span(found)}"]
    lines += [f"  {name}: {value}" for name, value in rows(found)]
    lines += [
        f"  {week.week}: " + ", ".join(f"{n} {kind}" for kind, n in sorted(week.counts.items()))
        for week in found.weeks
    ]
    if found.topics:
        lines.append("The playbook is silent on (largest first; numbers of the ledger):")
        lines += [
            f"  {topic.n} x {' '.join(topic.words) or '?'}: {', '.join(map(str, topic.entries[:12]))}"
            for topic in found.topics[:15]
        ]
    return "\n".join([*lines, *(f"  not told: {why}" for why in found.missing)])


def weekly(found: Operations) -> str:
    """The client's page: figures, topics by their words, what is not told. No question, no name, no document."""
    table = "".join(f"<tr><th>{escape(a)}</th><td>{escape(b)}</td></tr>" for a, b in rows(found))
    silent = "".join(
        f"<li>{escape(' '.join(t.words) or 'no words in common')} ({t.n})</li>"
        for t in found.topics[:15]
        if t.n > 1
    )
    missing = "".join(f"<li>{escape(why)}</li>" for why in found.missing)
    css = (
        ":root{color-scheme:light dark}body{font:15px/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem}"
        "th{text-align:left;font-weight:400;padding:.25rem 1.5rem .25rem 0}td{font-variant-numeric:tabular-nums}table{border-collapse:collapse}"
    )
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(found.title)}</title><style>{css}</style></head>'
        f"<body><h1>{escape(found.title)}</h1><p>Review assistant, playbook {escape(found.playbook_version)}{escape(_span(found))}. "
        f"Shares with their 95 % range.</p><table>{table}</table><h2>Where the playbook is silent</h2>"
        f"<ul>{silent or '<li>no topic came up twice</li>'}</ul><h2>Not told</h2><ul>{missing or '<li>nothing left out</li>'}</ul></body></html>"
    )


def _span(found: Operations) -> str:
    ends = [f"{at:%Y-%m-%d}" if at else "" for at in (found.since, found.until)]
    return f", {ends[0] or 'from the start'} to {ends[1] or 'now'}"
