"""The composition root of the server: builds every part once, in order, by constructor."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import structlog
from cachetools import LRUCache
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from imgurl.access.tokens import FILE_NAME
from imgurl.cache.keys import RenderKey
from imgurl.cache.memory import MemoryCache
from imgurl.cache.shared import SharedCache
from imgurl.campaigns.lazy import LazyLedger
from imgurl.composition.showing import draws_in_processes, open_pipeline, open_renderers, recipe_of, remote_hosts
from imgurl.config import MAIN_PROCESS, Settings, load_settings, secret_of, variable
from imgurl.design.library import Library
from imgurl.errors import DatabaseDown
from imgurl.jobs.demand import Demand
from imgurl.jobs.lazy import LazyJobs, open_jobs
from imgurl.jobs.processes import cores
from imgurl.pipeline.path import Pipeline
from imgurl.renderers.port import Renderers
from imgurl.storage import open_storage
from imgurl.urls.livekeys import live_keys
from imgurl.urls.reading import is_image_path
from imgurl.urls.signing import Keys
from imgurl.web.api.lazy import Api, LazyApi, SharedParts
from imgurl.web.campaigns import Campaigns
from imgurl.web.connections import STATE, AcceptErrors, Connections, Limits, affordable
from imgurl.web.direct import FILES, HEADS, MAX_HEADS, READY
from imgurl.web.files import SentFiles
from imgurl.web.gathering import Makers, open_gatherer
from imgurl.web.health import health_routes
from imgurl.web.images import ImageEndpoint, Notes
from imgurl.web.logs import configure_logs, log_writer
from imgurl.web.metrics import Metrics
from imgurl.web.preparing import Preparation
from imgurl.web.render_queue import RenderQueue
from imgurl.web.stopping import Stopping, end_with

MEGABYTE = 1_000_000

# How long what nobody waits for any more may still be drawn when the server ends.
FINISH_SECONDS = 1.0


class ImagePaths:
    """Handles image paths before Starlette sees the request: routing costs more than a cached image."""

    def __init__(self, app: ASGIApp, images: ImageEndpoint) -> None:
        self._app = app
        self._images = images

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request to the image endpoint or to Starlette."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif is_image_path(scope["raw_path"]):
            await self._images(scope, receive, send)
        else:
            await self._app(scope, receive, partial(_send_uncached, send))


async def _send_uncached(send: Send, message: Message) -> None:
    """Send a message; a response that does not say how long it may be cached must not be cached.

    Without a Cache-Control header a cache may keep a 404 for as long as it sees fit (RFC 9111, 4.2.2).
    """
    if message["type"] == "http.response.start":
        headers = list(message.get("headers", ()))
        if all(name.lower() != b"cache-control" for name, _ in headers):
            message = {**message, "headers": [*headers, (b"cache-control", b"no-store")]}
    await send(message)


def create_app(settings: Settings | None = None, library: Library | None = None) -> Starlette:
    """Build the server's application. ``library`` are the designs, if this process has loaded them already.

    Raises SettingsError if there is no key, no font or no designs folder. If the database of keys and jobs or the
    store does not answer, the API waits for it and images go out.
    """
    settings = settings or load_settings()
    image_log = configure_logs(settings.log_level)
    keys = live_keys(settings.data, secret_of(settings.signing_keys))
    shared = SharedCache(open_storage(settings.store_url)) if settings.store_url else None
    background = ThreadPoolExecutor(1, thread_name_prefix="compress")
    pipeline = open_pipeline(settings, library=library, shared=shared, background=background)
    memory = MemoryCache(settings.memory_cache_mb * MEGABYTE)
    metrics = Metrics()
    find = partial(_found, shared, pipeline, metrics) if shared else None
    count = _renderers_of(settings)
    renderers = open_renderers(settings, pipeline.library, background, metrics.renderers.report, count=count)
    keep = partial(_keep, memory, pipeline, metrics)
    queue = RenderQueue(renderers, settings.render_queue + max(count, 1), settings.render_deadline, keep, find)
    makers = Makers(queue, open_gatherer(settings, remote_hosts(settings), renderers, shared, metrics.fetches.count))
    ledger = LazyLedger(settings.data, secret_of(settings.database_url))
    campaigns = Campaigns(ledger, metrics.campaign_counts_lost.inc)
    images = ImageEndpoint(pipeline, keys, memory, makers, metrics, Notes(image_log, campaigns))
    renewed = partial(recipe_of, settings, is_whole=True)
    preparation = Preparation(pipeline, images, renderers, metrics, renewed if count else None)
    jobs = LazyJobs(partial(open_jobs, settings.data, secret_of(settings.database_url)))
    demand = Demand(settings.data, secret_of(settings.database_url))
    stopping = Stopping(settings.unready_seconds)
    connections = _connections(settings, metrics)
    shared_parts = SharedParts(images, jobs, ledger, metrics.count_api, preparation.look_soon)
    api = LazyApi(partial(_api, settings, pipeline, keys, shared_parts), at_once=_uses_api(settings))

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[dict[str, object]]:
        watcher = asyncio.create_task(preparation.watch(settings.reload_seconds))
        orphaned = asyncio.create_task(end_with(int(variable(MAIN_PROCESS) or 0)))
        asyncio.get_running_loop().set_exception_handler(AcceptErrors())
        log_writer().start(metrics.log_lines_lost.inc)
        await campaigns.start()
        with stopping:
            # The server hands this on to each connection.
            yield {STATE: connections, READY: images.answer_ready, HEADS: LRUCache(MAX_HEADS), FILES: SentFiles()}
        watcher.cancel()
        orphaned.cancel()
        await makers.close()
        # Those who waited have their answers: what is still being drawn is drawn for the caches.
        await renderers.close(FINISH_SECONDS)
        background.shutdown(wait=False, cancel_futures=True)
        await api.close()
        await campaigns.finish()
        jobs.close()
        demand.close()
        if shared:
            shared.close()
        structlog.get_logger().info("stopped")
        log_writer().stop()

    health = health_routes(pipeline, shared, preparation.prepared, stopping)
    routes = [*health, _figures_route(metrics, memory, renderers, demand), Mount("/", api)]
    return Starlette(routes=routes, lifespan=lifespan, middleware=[Middleware(ImagePaths, images=images)])


def _connections(settings: Settings, metrics: Metrics) -> Connections:
    limits = Limits(settings.header_seconds, settings.body_seconds, connections=settings.max_connections)
    return Connections(affordable(limits), metrics.image_refused)


def _uses_api(settings: Settings) -> bool:
    """Say whether somebody has used the API of this server, or has set something for it, which could be wrong."""
    of_api = (settings.database_url, settings.redis_url, settings.webhook_hosts, settings.webhook_secret)
    return any(of_api) or settings.api_rate != Settings.api_rate or (settings.data / FILE_NAME).exists()


def _api(settings: Settings, pipeline: Pipeline, keys: Keys, parts: SharedParts) -> Api:
    # Not at the top: its libraries take 40 MB and a third of the start, and a server that sends images needs none.
    from imgurl.web.api.opening import open_parts  # noqa: PLC0415
    from imgurl.web.api.routes import api_routes  # noqa: PLC0415
    from imgurl.web.studio.lazy import studio_routes  # noqa: PLC0415

    opened = open_parts(settings, pipeline, keys, parts)
    return Api([*api_routes(opened.parts), *studio_routes(opened.parts)], opened.close)


def _figures_route(metrics: Metrics, memory: MemoryCache, renderers: Renderers, demand: Demand) -> Route:
    async def figures(_: Request) -> Response:
        metrics.settle()
        metrics.memory_cache_bytes.set(memory.size)
        metrics.renderers.note(renderers.facts)
        text = await asyncio.to_thread(_figures, metrics, demand)
        return Response(text, media_type="text/plain; version=0.0.4; charset=utf-8")

    return Route("/metrics", figures)


def _figures(metrics: Metrics, demand: Demand) -> bytes:
    try:
        return metrics.exposition(demand.states())
    except DatabaseDown:
        # The other figures are still worth having.
        return metrics.exposition({})


def _renderers_of(settings: Settings) -> int:
    """Return how many processes draw for this server process; 0 for a thread of its own."""
    if not draws_in_processes(settings):
        return 0
    return max(1, (settings.renderers or cores()) // settings.workers)


def _keep(
    memory: MemoryCache, pipeline: Pipeline, metrics: Metrics, key: RenderKey, body: bytes, seconds: float | None
) -> None:
    """Keep an image in memory; one that took some seconds to draw here is one that the other machines lack too."""
    memory.put(key, body)
    if seconds is not None:
        metrics.render_seconds.observe(seconds)
        pipeline.share(key, body)


async def _found(shared: SharedCache, pipeline: Pipeline, metrics: Metrics, key: RenderKey) -> bytes | None:
    """Return a finished image that another machine drew, and keep it on this one's disk."""
    body = await shared.get(key)
    metrics.count_lookup("store", is_hit=body is not None)
    if body is not None:
        await asyncio.to_thread(pipeline.keep, key, body)
    return body
