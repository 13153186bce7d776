"""`/health/live`, `/health/ready` and `/metrics` of a service."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

# A check returns None when all is well, or what is wrong in words.
Check = Callable[[], Awaitable[str | None]]
CHECK_SECONDS = 3.0


def health_routes(live: Mapping[str, Check], ready: Mapping[str, Check]) -> list[Route]:
    """The three routes; a failing check makes a 503 that says what is wrong."""

    async def is_live(_: Request) -> Response:
        return await _answer(live)

    async def is_ready(_: Request) -> Response:
        return await _answer({**live, **ready})

    async def show_metrics(_: Request) -> Response:
        return Response(generate_latest(), headers={"content-type": CONTENT_TYPE_LATEST})

    return [
        Route("/health/live", is_live),
        Route("/health/ready", is_ready),
        Route("/metrics", show_metrics),
    ]


async def _answer(checks: Mapping[str, Check]) -> Response:
    problems = await asyncio.gather(*(_run(check) for check in checks.values()))
    wrong = {name: text for name, text in zip(checks, problems, strict=True) if text}
    if wrong:
        return JSONResponse({"status": "unavailable", "problems": wrong}, status_code=503)
    return JSONResponse({"status": "ok"})


async def _run(check: Check) -> str | None:
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            return await check()
    except TimeoutError:
        return f"no answer within {CHECK_SECONDS:g} s"
    except Exception as error:
        return type(error).__name__
