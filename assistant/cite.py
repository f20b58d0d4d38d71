"""Rules, exemplars and branches -> the citations that show them, as they stand in their files."""

from __future__ import annotations

from assistant.types import Branch, Citation, Exemplar, Rule


def cite_rule(rule: Rule) -> Citation:
    """The whole rule, quoted."""
    return Citation(
        kind=rule.kind,
        id=rule.id,
        quote=rule.text,
        source=rule.source,
        start=rule.start,
        end=rule.end,
        page=rule.page,
    )


def cite_exemplar(exemplar: Exemplar) -> Citation:
    """The exemplar's facts, quoted as they stand in the file."""
    return Citation(
        kind="exemplar",
        id=exemplar.id,
        quote=exemplar.quote,
        source=exemplar.source,
        start=exemplar.start,
        end=exemplar.end,
    )


def cite_branch(branch: Branch, rule: Rule | None) -> Citation:
    """The branch's own line under `rule`; without one, the exemplar that it is made of."""
    return Citation(
        kind=rule.kind if rule else "exemplar",
        id=branch.source,
        quote=branch.quote,
        source=branch.source_file,
        start=branch.start,
        end=branch.end,
        page=rule.page if rule else None,
    )
