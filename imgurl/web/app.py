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
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from imgurl.access.database import open_database
from imgurl.access.idempotency import Idempotency
from imgurl.access.keys import ApiKeys
from imgurl.cache.keys import RenderKey
from imgurl.cache.memory import MemoryCache
from imgurl.cache.shared import SharedCache
from imgurl.composition import open_pipeline
from imgurl.config import MAIN_PROCESS, Settings, load_settings, secret_of, variable
from imgurl.design.library import Library
from imgurl.errors import DatabaseDown, SettingsError, StorageError
from imgurl.jobs.demand import Demand
from imgurl.jobs.lazy import LazyJobs, open_jobs
from imgurl.jobs.port import Jobs
from imgurl.jobs.webhooks import Webhooks, read_hosts, read_secrets
from imgurl.pipeline.path import Pipeline
from imgurl.pipeline.picture import Picture
from imgurl.storage import Storage, open_storage
from imgurl.urls.livekeys import live_keys
from imgurl.urls.reading import is_image_path
from imgurl.urls.signing import Keys
from imgurl.web.api.designs import Draw
from imgurl.web.api.lazy import Api, LazyApi
from imgurl.web.api.rates import Rates
from imgurl.web.api.routes import ApiParts, api_routes
from imgurl.web.connections import STATE, AcceptErrors, Connections, Limits, affordable
from imgurl.web.direct import READY
from imgurl.web.health import health_routes
from imgurl.web.images import ImageEndpoint
from imgurl.web.logs import configure_logs, log_writer
from imgurl.web.metrics import Metrics
from imgurl.web.render_queue import RenderQueue
from imgurl.web.stopping import Stopping, end_with

MEGABYTE = 1_000_000


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
    queue = RenderQueue(settings.render_queue, settings.render_deadline, memory.put, find)
    images = ImageEndpoint(pipeline, keys, memory, queue, metrics, image_log)
    jobs = LazyJobs(partial(open_jobs, settings.data, secret_of(settings.database_url)))
    demand = Demand(settings.data, secret_of(settings.database_url))
    log = structlog.get_logger()
    prepared = asyncio.Event()
    stopping = Stopping(settings.unready_seconds)
    limits = Limits(settings.header_seconds, settings.body_seconds, connections=settings.max_connections)
    connections = Connections(affordable(limits), metrics.image_refused)

    async def drawn(picture: Picture) -> bytes:
        return (await images.draw(picture))[0]

    api = LazyApi(partial(_api, settings, pipeline, keys, drawn, jobs, metrics))

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[dict[str, object]]:
        watcher = asyncio.create_task(_watch(pipeline, images, queue, metrics, settings.reload_seconds, prepared))
        orphaned = asyncio.create_task(end_with(int(variable(MAIN_PROCESS) or 0)))
        asyncio.get_running_loop().set_exception_handler(AcceptErrors())
        log_writer().start(metrics.log_lines_lost.inc)
        with stopping:
            # The server hands this on to each connection.
            yield {STATE: connections, READY: images.answer_ready}
        watcher.cancel()
        orphaned.cancel()
        queue.close()
        background.shutdown(wait=False, cancel_futures=True)
        await api.close()
        jobs.close()
        demand.close()
        if shared:
            shared.close()
        log.info("stopped")
        log_writer().stop()

    async def figures(_: Request) -> Response:
        metrics.settle()
        metrics.memory_cache_bytes.set(memory.size)
        text = await asyncio.to_thread(_figures, metrics, demand)
        return Response(text, media_type="text/plain; version=0.0.4; charset=utf-8")

    health = health_routes(pipeline, shared, prepared, stopping)
    routes = [*health, Route("/metrics", figures), Mount("/", api)]
    return Starlette(routes=routes, lifespan=lifespan, middleware=[Middleware(ImagePaths, images=images)])


def _api(settings: Settings, pipeline: Pipeline, keys: Keys, draw: Draw, jobs: Jobs, metrics: Metrics) -> Api:
    """Build the API. Raises SettingsError, and StorageError or DatabaseDown for what may work later."""
    rates = Rates(settings.api_rate, secret_of(settings.redis_url))
    webhooks = Webhooks(read_hosts(settings.webhook_hosts), read_secrets(secret_of(settings.webhook_secret) or ""))
    storage = _job_files(settings)
    database = open_database(settings.data, secret_of(settings.database_url))

    async def close() -> None:
        await rates.close()
        database.dispose()

    parts = ApiParts(
        pipeline=pipeline,
        keys=keys,
        links_begin_with=settings.links_begin_with,
        draw=draw,
        api_keys=ApiKeys(database),
        idempotency=Idempotency(database),
        rates=rates,
        storage=storage,
        jobs=jobs,
        webhook_objection=webhooks.objection,
        count=metrics.count_api,
    )
    return Api(api_routes(parts), close)


def _job_files(settings: Settings) -> Storage:
    if settings.store_url:
        return open_storage(settings.store_url)
    try:
        return open_storage(settings.files_url)
    except SettingsError as error:
        # It is the data folder and not a setting that is wrong: images go out without it.
        raise StorageError("the data folder can't be written to") from error


def _figures(metrics: Metrics, demand: Demand) -> bytes:
    try:
        return metrics.exposition(demand.states())
    except DatabaseDown:
        # The other figures are still worth having.
        return metrics.exposition({})


async def _found(shared: SharedCache, pipeline: Pipeline, metrics: Metrics, key: RenderKey) -> bytes | None:
    """Return a finished image that another machine drew, and keep it on this one's disk."""
    body = await shared.get(key)
    metrics.count_lookup("store", is_hit=body is not None)
    if body is not None:
        await asyncio.to_thread(pipeline.keep, key, body)
    return body


async def _watch(
    pipeline: Pipeline,
    images: ImageEndpoint,
    queue: RenderQueue,
    metrics: Metrics,
    seconds: float,
    prepared: asyncio.Event,
) -> None:
    """Prepare plates and default images, report that they are ready, then watch for changed designs forever."""
    log = structlog.get_logger()
    is_new = True
    while True:
        try:
            # On the render thread: fonts and plates have one user at a time.
            is_new = await queue.on_render_thread(pipeline.reload) or is_new
            if is_new:
                _report_broken(pipeline, metrics)
                _report_missing(pipeline)
                log.info("designs loaded", designs=sorted(pipeline.library.designs))
                for design in pipeline.library.designs.values():
                    # One at a time: the first requests get their turn in between.
                    await queue.on_render_thread(partial(images.prepare_default, design))
                is_new = False
                prepared.set()
        except Exception as error:  # noqa: BLE001 - a folder that is unavailable for a moment must not end the watch
            log.error("designs could not be loaded", error=str(error))
        await asyncio.sleep(seconds)


def _report_broken(pipeline: Pipeline, metrics: Metrics) -> None:
    broken = pipeline.library.broken
    metrics.broken_designs.set(len(broken))
    for name, error in broken.items():
        is_served = name in pipeline.library.designs
        mistakes = [str(problem) for problem in error.problems]
        structlog.get_logger().error(
            "design is broken", design=name, last_good_version_kept=is_served, mistakes=mistakes
        )


def _report_missing(pipeline: Pipeline) -> None:
    library = pipeline.library
    if library.trouble:
        structlog.get_logger().error("designs folder is away", trouble=library.trouble, kept=sorted(library.missing))
    elif library.missing:
        structlog.get_logger().warning("designs are gone and served for a while", designs=sorted(library.missing))
