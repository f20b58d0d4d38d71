"""The HTTP side on Starlette: Slack's deliveries, and whether we are alive and ready."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from urllib.parse import parse_qs

from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

LARGEST = 1_000_000  # bytes of a delivery; Slack's own are far smaller
Ready = Callable[[], Awaitable[list[str]]]


def web_app(bolt: AsyncApp | None, ready: Ready) -> Starlette:
    """`/slack/events` where a signing secret is set, `/healthz`, and `/readyz` which says what is missing."""
    handler = AsyncSlackRequestHandler(bolt) if bolt else None

    async def events(request: Request) -> Response:
        if handler is None:
            return PlainTextResponse("HTTP delivery is off: no signing secret is set", 404)
        return await _refused(request) or await handler.handle(request)

    async def healthz(_: Request) -> Response:
        return PlainTextResponse("ok")

    async def readyz(_: Request) -> Response:
        missing = await ready()
        return JSONResponse({"ready": not missing, "missing": missing}, 503 if missing else 200)

    return Starlette(
        routes=[
            Route("/slack/events", events, methods=["POST"]),
            Route("/healthz", healthz),
            Route("/readyz", readyz),
        ]
    )


async def _refused(request: Request) -> Response | None:
    """What Bolt would answer with 500: a timestamp that is no number, a body that is no delivery."""
    stamp = request.headers.get("x-slack-request-timestamp", "")
    signature = request.headers.get("x-slack-signature", "")
    if not (stamp.isascii() and stamp.isdigit() and signature.isascii()):
        return PlainTextResponse("invalid request", 401)
    if int(request.headers.get("content-length") or 0) > LARGEST:
        return PlainTextResponse("too large", 413)
    try:
        delivery = _delivery(await request.body(), request.headers.get("content-type", ""))
    except ValueError:
        return PlainTextResponse("no delivery", 400)
    return None if isinstance(delivery, dict) else PlainTextResponse("no delivery", 400)


def _delivery(body: bytes, kind: str) -> object:
    """What a body holds: JSON, or a form with JSON under `payload`. Raises ValueError."""
    text = body.decode("utf-8")
    if kind.startswith("application/x-www-form-urlencoded"):
        form = parse_qs(text)
        return json.loads(form["payload"][0]) if "payload" in form else dict(form)
    return json.loads(text)
