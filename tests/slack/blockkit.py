"""Slack's limits on blocks that the SDK's objects do not check, as assertions for tests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from slack_sdk.models.blocks import Block

ELEMENTS = {"rich_text_section", "rich_text_quote", "rich_text_list", "rich_text_preformatted"}
LEAVES = {"text", "user", "link"}


def assert_sendable(blocks: list[dict[str, Any]], most: int = 50) -> None:
    """Raise AssertionError unless Slack would take these blocks as one message or view."""
    assert 0 < len(blocks) <= most
    parsed = Block.parse_all(blocks)
    assert [block.to_dict() for block in parsed] == blocks  # the SDK validates, and knows every key
    ids = [part["action_id"] for part in parts(blocks) if "action_id" in part]
    assert len(ids) == len(set(ids))
    for part in parts(blocks):
        _assert_part(part)
    if most == 50:  # a view has no such limit
        assert sum(_units(text) for text in shown(blocks)) <= 13_200


def _assert_part(part: dict[str, Any]) -> None:
    kind = part.get("type")
    assert kind != "mrkdwn"  # nothing may be read as markup
    if kind in ELEMENTS:
        assert part["elements"]
        assert {leaf["type"] for leaf in part["elements"]} <= LEAVES
    if kind in ("text", "plain_text"):
        assert part["text"]
        part["text"].encode("utf-8")
    if kind == "button":
        assert 0 < _units(part["text"]["text"]) <= 75
        assert len(part["value"]) <= 2_000
        assert len(part["action_id"]) <= 255
    if kind == "section":
        assert _units(part["text"]["text"]) <= 3_000
    if kind == "header":
        assert _units(part["text"]["text"]) <= 150


def parts(found: Any) -> Iterator[dict[str, Any]]:
    """Every object in blocks as JSON."""
    if isinstance(found, dict):
        yield found
        for value in found.values():
            yield from parts(value)
    elif isinstance(found, list):
        for item in found:
            yield from parts(item)


def shown(blocks: list[dict[str, Any]]) -> list[str]:
    """Every text a reader sees."""
    return [part["text"] for part in parts(blocks) if isinstance(part.get("text"), str)]


def buttons(blocks: list[dict[str, Any]]) -> dict[str, str]:
    """Each button's action_id with its value."""
    return {p["action_id"]: p["value"] for p in parts(blocks) if p.get("type") == "button"}


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
