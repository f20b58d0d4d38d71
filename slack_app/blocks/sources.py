"""What a reply rests on and what speaks against it, quoted with id, place and playbook version."""

from __future__ import annotations

from collections.abc import Sequence

from slack_sdk.models.blocks import Block

from assistant.types import Citation, Counterpoint, Exemplar, Matter
from slack_app.blocks.pieces import line, quote, rich, said, small, strong
from slack_app.blocks.plan import Part, fixed
from slack_app.blocks.words import clean, clip, units

SHOWN = 6  # sources with a quote of their own; further ones are named
AGAINST = 2  # counterpoints shown
LONG = 2_900  # units of a quote at the most
BRIEF = 200  # units of a quote where room is scarce
ID, PLACE = 60, 60  # units of an id, and of a place
NAMES = {"rule": "Rule", "section": "Section", "exemplar": "Exemplar", "ruling": "Ruling"}


def cited(citations: Sequence[Citation], matter: Matter) -> list[Part]:
    """A part for each of the first sources, and one that names the rest."""
    parts = [_source(each, matter) for each in citations[:SHOWN]]
    rest = citations[SHOWN:]
    if rest:
        parts.append(fixed(small("Also: " + ", ".join(clip(clean(c.id), ID) for c in rest))))
    return parts


def against(points: Sequence[Counterpoint], matter: Matter) -> list[Part]:
    """A part for each of the first things that speak against the call."""
    return [_point(point, matter) for point in points[:AGAINST]]


def _source(cited: Citation, matter: Matter) -> Part:
    title = f"{NAMES[cited.kind]} {clip(clean(cited.id), ID)}"
    rest = _place(cited, matter) + _decided(cited.id, matter)
    return Part(
        short=(_quoted(title, clip(rest, 220), cited.quote, BRIEF),),
        full=(_quoted(title, clip(rest, 600), cited.quote, LONG),),
        rank=0,
        whole=units(clean(cited.quote)) <= LONG and units(rest) <= 600,
    )


def _point(point: Counterpoint, matter: Matter) -> Part:
    text, quoted = clean(point.text), point.citation.quote
    title = "What speaks against it: "
    name = clean(point.citation.id)
    place = ("" if name in text else f" {clip(name, ID)}") + _place(point.citation, matter)
    return Part(
        short=(_quoted(title, clip(text, 200) + place, quoted, BRIEF),),
        full=(_quoted(title, clip(text, 1_000) + place, quoted, LONG),),
        rank=1,
        whole=units(text) <= 1_000 and units(clean(quoted)) <= LONG,
    )


def _quoted(title: str, rest: str, text: str, most: int) -> Block:
    shown = clip(clean(text).strip("\n"), most)
    return rich(line(strong(title), said(rest)), quote(shown or "(the source is empty here)"))


def _place(cited: Citation, matter: Matter) -> str:
    """Where it stands and in which version: ` · playbook 2.4 · playbook/03-privilege.md`."""
    page = f", page {cited.page}" if cited.page else ""
    version = clip(clean(matter.playbook_version), 30)
    where = "exemplars of playbook" if cited.kind == "exemplar" else "playbook"
    return f" · {where} {version} · {clip(clean(cited.source), PLACE)}{page}"


def _decided(name: str, matter: Matter) -> str:
    """How an exemplar was coded, by whom and when; nothing for a rule."""
    found = exemplar_named(name, matter)
    if found is None:
        return ""
    calls = ", ".join(f"{c.field} = {c.choice}" for c in found.calls)
    return clean(f"\nCoded {calls} by {found.decided_by}, {found.decided_on}.")


def exemplar_named(name: str, matter: Matter) -> Exemplar | None:
    """The exemplar with this id."""
    return next((exemplar for exemplar in matter.exemplars if exemplar.id == name), None)
