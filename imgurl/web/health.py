"""Health checks: whether the process is alive, and whether a load balancer should send it requests."""

import asyncio

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from imgurl.cache.shared import SharedCache
from imgurl.pipeline.path import Pipeline
from imgurl.web.stopping import Stopping


def health_routes(
    pipeline: Pipeline, shared: SharedCache | None, prepared: asyncio.Event, stopping: Stopping
) -> tuple[Route, ...]:
    """Return ``/healthz`` and ``/readyz``; ``prepared`` is set when all default images have been drawn."""

    async def healthz(_: Request) -> Response:
        return PlainTextResponse("ok\n")

    async def readyz(_: Request) -> Response:
        designs = len(pipeline.library.designs)
        facts = {
            "designs": designs,
            "broken_designs": sorted(pipeline.library.broken),
            "missing_designs": sorted(pipeline.library.missing),
            "cache_writes": await asyncio.to_thread(pipeline.writes_to_disk),
            "default_images": prepared.is_set(),
        }
        if shared:
            facts |= {"store_reads": shared.is_reading, "store_writes": shared.is_writing}
        # Not before the default images are drawn: a server that gets a campaign's first second must have them.
        is_ready = designs and prepared.is_set() and not stopping.begun
        return JSONResponse(facts, status_code=200 if is_ready else 503)

    return Route("/healthz", healthz), Route("/readyz", readyz)
