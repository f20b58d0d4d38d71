"""Block Kit's limits, with Slack's own error names. Our reading of Slack's reference pages."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from standin.faults import invalid

MESSAGE_BLOCKS, VIEW_BLOCKS = 50, 100
MESSAGE_TEXT, ALL_TEXT = 40_000, 13_200
BLOCKS = {
    "section", "divider", "image", "actions", "context", "context_actions", "input", "file", "header",
    "video", "rich_text", "markdown", "table", "plan", "task_card", "alert", "card",
}  # fmt: skip
TEXTS = {"header": 150, "section": 3_000, "markdown": 12_000}
INTERACTIVE = 255  # characters of an action_id or block_id


def check_blocks(blocks: Any, most: int = MESSAGE_BLOCKS) -> None:
    """Raise Fault `invalid_blocks`, `invalid_blocks_format` or `msg_blocks_too_long`."""
    if not isinstance(blocks, list):
        raise invalid("invalid_blocks_format", "must be an array [json-pointer:/blocks]")
    problems = [*_many(blocks, most), *_twice(blocks)]
    for place, block in enumerate(blocks):
        problems += [f"{what} [json-pointer:/blocks/{place}]" for what in _block(block)]
    if problems:
        raise invalid("invalid_blocks", *problems)
    if most == MESSAGE_BLOCKS and sum(_units(text) for text in _texts(blocks)) > ALL_TEXT:
        raise invalid("msg_blocks_too_long", "blocks are too long")


def check_view(view: Any) -> None:
    """Raise Fault `invalid_arguments` for a view that Slack would not take."""
    if not isinstance(view, dict) or view.get("type") not in ("modal", "home"):
        raise invalid("invalid_arguments", "missing required field: type [json-pointer:/view]")
    check_blocks(view.get("blocks"), VIEW_BLOCKS)
    problems = []
    if view["type"] == "modal":
        problems += _label(view.get("title"), 24, "title")
        for part in ("submit", "close"):
            problems += _label(view[part], 24, part) if view.get(part) else []
        if not view.get("submit") and any(b.get("type") == "input" for b in view["blocks"]):
            problems.append("a modal with input blocks needs `submit` [json-pointer:/view/submit]")
    if len(view.get("private_metadata") or "") > 3_000:
        problems.append("must be less than 3001 characters [json-pointer:/view/private_metadata]")
    if problems:
        raise invalid("invalid_arguments", *problems)


def check_metadata(metadata: Any) -> None:
    """Raise Fault for message metadata that is malformed or too large."""
    if not isinstance(metadata, dict) or not {"event_type", "event_payload"} <= metadata.keys():
        raise invalid("invalid_metadata_format", "event_type and event_payload are required")
    if len(json.dumps(metadata)) > 16_000:
        raise invalid("metadata_too_large")


def _many(blocks: list[Any], most: int) -> Iterator[str]:
    if len(blocks) > most:
        yield f"no more than {most} items allowed [json-pointer:/blocks]"


def _twice(blocks: list[Any]) -> Iterator[str]:
    for key in ("action_id", "block_id"):
        seen: set[str] = set()
        for part in _parts(blocks):
            if isinstance(name := part.get(key), str):
                if name in seen:
                    yield f"`{key}` {name!r} already exists [json-pointer:/blocks]"
                seen.add(name)
                if len(name) > INTERACTIVE:
                    yield f"must be less than 256 characters ({key})"


def _block(block: Any) -> Iterator[str]:
    if not isinstance(block, dict) or block.get("type") not in BLOCKS:
        yield "unsupported type"
        return
    kind = block["type"]
    if kind in TEXTS and kind != "markdown":
        if kind == "header" or "text" in block:
            yield from _label(block.get("text"), TEXTS[kind], "text", plain=kind == "header")
        elif "fields" not in block:
            yield "missing required field: text or fields"
    for part, most in (("fields", 10), ("elements", _elements(kind))):
        if part in block:
            found = block[part]
            if not isinstance(found, list) or not 0 < len(found) <= most:
                yield f"{part} must have between 1 and {most} items"
    if kind in ("actions", "context", "context_actions", "rich_text") and "elements" not in block:
        yield "missing required field: elements"
    if kind == "image" and not (
        block.get("alt_text") and _one_of(block, "image_url", "slack_file")
    ):
        yield "an image needs alt_text, and image_url or slack_file"
    if kind == "input" and not {"label", "element"} <= block.keys():
        yield "missing required field: label and element"
    for each in _parts(block):
        yield from _element(each)


def _one_of(block: dict[str, Any], one: str, two: str) -> bool:
    return bool(block.get(one)) != bool(block.get(two))


def _elements(kind: str) -> int:
    return {"actions": 25, "context": 10, "context_actions": 5}.get(kind, 1_000)


def _element(part: dict[str, Any]) -> Iterator[str]:
    kind = part.get("type")
    if kind == "button":
        yield from _label(part.get("text"), 75, "button text", plain=True)
        if len(part.get("value") or "") > 2_000:
            yield "must be less than 2001 characters (value)"
        if _units(part.get("accessibility_label") or "") > 75:
            yield "must be less than 76 characters (accessibility_label)"
    if kind in ("text", "plain_text", "mrkdwn"):
        if not isinstance(part.get("text"), str) or not part["text"]:
            yield "must be more than 0 characters (text)"
    if kind in ("rich_text_section", "rich_text_quote", "rich_text_preformatted"):
        if not isinstance(part.get("elements"), list) or not part["elements"]:
            yield "missing required field: elements"
    if kind in ("radio_buttons", "checkboxes") and not 0 < len(part.get("options") or ()) <= 10:
        yield "options must have between 1 and 10 items"
    if (
        kind in ("static_select", "multi_static_select")
        and not 0 < len(part.get("options") or ()) <= 100
    ):
        yield "options must have between 1 and 100 items"


def _label(found: Any, most: int, name: str, plain: bool = False) -> list[str]:
    """What is wrong with a text object."""
    if not isinstance(found, dict) or not isinstance(found.get("text"), str):
        return [f"missing required field: {name}"]
    wrong = []
    if found.get("type") not in (("plain_text",) if plain else ("plain_text", "mrkdwn")):
        wrong.append(f"unsupported type: {found.get('type')} ({name})")
    if not 0 < _units(found["text"]) <= most:
        wrong.append(f"must be between 1 and {most} characters ({name})")
    return wrong


def _parts(found: Any) -> Iterator[dict[str, Any]]:
    if isinstance(found, dict):
        yield found
        for value in found.values():
            yield from _parts(value)
    elif isinstance(found, list):
        for item in found:
            yield from _parts(item)


def _texts(found: Any) -> Iterator[str]:
    for part in _parts(found):
        if isinstance(part.get("text"), str):
            yield part["text"]


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
