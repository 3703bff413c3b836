"""The composition root of the server: builds every part once, in order, by constructor."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import structlog
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from imgurl.cache.disk import DiskCache
from imgurl.cache.memory import MemoryCache
from imgurl.config import Settings, load_settings
from imgurl.design.library import Archive
from imgurl.pipeline import Pipeline
from imgurl.text.fonts import load_catalogue
from imgurl.urls.keyfile import load_keys
from imgurl.web.flight import Flights
from imgurl.web.images import ImageEndpoint
from imgurl.web.logs import configure_logs
from imgurl.web.metrics import Metrics

MEGABYTE = 1_000_000


class ImagePaths:
    """Takes the image paths out before Starlette looks at a request: routing costs more than a cached image."""

    def __init__(self, app: ASGIApp, images: ImageEndpoint) -> None:
        self._app = app
        self._images = images

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a request on to whom it is for."""
        is_image = scope["type"] == "http" and scope["raw_path"].startswith(b"/i/")
        await (self._images if is_image else self._app)(scope, receive, send)


def create_app(settings: Settings | None = None) -> Starlette:
    """Build the server's application. Raises SettingsError when there is no key, no font or no designs folder."""
    settings = settings or load_settings()
    configure_logs(settings.log_level)
    secret = settings.keys.get_secret_value() if settings.keys else None
    keys = load_keys(settings.data, secret)
    disk = DiskCache(settings.data / "cache", settings.disk_cache_mb * MEGABYTE)
    background = ThreadPoolExecutor(1, thread_name_prefix="compress")
    pipeline = Pipeline(
        settings.designs,
        load_catalogue(settings.fonts),
        max_age=settings.max_age,
        archive=Archive(settings.data / "versions"),
        disk=disk,
        background=background,
    )
    memory = MemoryCache(settings.memory_cache_mb * MEGABYTE)
    flights = Flights(settings.render_queue, settings.render_deadline, memory.put)
    metrics = Metrics()
    images = ImageEndpoint(pipeline, keys, memory, flights, metrics)
    log = structlog.get_logger()
    prepared = asyncio.Event()

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        watcher = asyncio.create_task(_watch(pipeline, images, flights, metrics, settings.reload_seconds, prepared))
        yield
        watcher.cancel()
        flights.close()
        background.shutdown(wait=False, cancel_futures=True)
        log.info("stopped")

    async def healthz(_: Request) -> Response:
        return PlainTextResponse("ok\n")

    async def readyz(_: Request) -> Response:
        designs = len(pipeline.library.designs)
        facts = {
            "designs": designs,
            "broken_designs": sorted(pipeline.library.broken),
            "cache_writes": disk.is_writing,
            "default_images": prepared.is_set(),
        }
        # Not before the default images are at hand: a server that gets a campaign's first second must not lack them.
        return JSONResponse(facts, status_code=200 if designs and prepared.is_set() else 503)

    async def figures(_: Request) -> Response:
        return Response(metrics.exposition(), media_type="text/plain; version=0.0.4; charset=utf-8")

    routes = [Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", figures)]
    return Starlette(routes=routes, lifespan=lifespan, middleware=[Middleware(ImagePaths, images=images)])


async def _watch(
    pipeline: Pipeline,
    images: ImageEndpoint,
    flights: Flights,
    metrics: Metrics,
    seconds: float,
    prepared: asyncio.Event,
) -> None:
    """Prepare plates and default images, say so, then look for changed designs for ever."""
    log = structlog.get_logger()
    is_new = True
    while True:
        try:
            # On the drawing thread: fonts and plates have one user at a time.
            is_new = await flights.aside(pipeline.reload) or is_new
            if is_new:
                _report_broken(pipeline, metrics)
                log.info("designs loaded", designs=sorted(pipeline.library.designs))
                for design in pipeline.library.designs.values():
                    # One at a time: between two of them the first requests get their turn.
                    await flights.aside(partial(images.prepare_default, design))
                is_new = False
                prepared.set()
        except Exception as error:  # noqa: BLE001 - a folder that is away for a moment must not end the watch
            log.error("designs could not be loaded", error=str(error))
        await asyncio.sleep(seconds)


def _report_broken(pipeline: Pipeline, metrics: Metrics) -> None:
    broken = pipeline.library.broken
    metrics.broken_designs.set(len(broken))
    for name, error in broken.items():
        kept = name in pipeline.library.designs
        mistakes = [str(problem) for problem in error.problems]
        structlog.get_logger().error("design is broken", design=name, last_good_version_kept=kept, mistakes=mistakes)
