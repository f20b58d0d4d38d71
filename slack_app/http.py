"""The HTTP side on Starlette: Slack's deliveries, and whether we are alive and ready."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

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
    """What Bolt would answer with 500 is a 401: a timestamp that is no number, a body that is no text."""
    stamp = request.headers.get("x-slack-request-timestamp", "")
    if not (stamp.isascii() and stamp.isdigit()):
        return PlainTextResponse("invalid request", 401)
    if int(request.headers.get("content-length") or 0) > LARGEST:
        return PlainTextResponse("too large", 413)
    try:
        (await request.body()).decode("utf-8")
    except UnicodeDecodeError:
        return PlainTextResponse("invalid request", 401)
    return None
