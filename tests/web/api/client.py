"""The API as an application in this process, on real stores, and a client that sends any request."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterable, Mapping, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from starlette.applications import Starlette
from starlette.routing import Route

from imgurl.access.database import open_database
from imgurl.access.idempotency import Idempotency
from imgurl.access.keys import ApiKey, ApiKeys, Scope
from imgurl.access.sessions import EndedSessions
from imgurl.batches.work import BatchWork
from imgurl.cache.disk import DiskCache
from imgurl.campaigns.lazy import LazyLedger
from imgurl.design.archive import Archive
from imgurl.design.library import Design
from imgurl.errors import BadDesign
from imgurl.formats import MEDIA_TYPES
from imgurl.gathering.needs import Show
from imgurl.jobs.lazy import LazyJobs, open_jobs
from imgurl.jobs.webhooks import Webhooks, read_hosts
from imgurl.pipeline.orders import Look
from imgurl.pipeline.picture import Picture
from imgurl.storage import Storage, open_storage
from imgurl.text.fonts import FontCatalogue
from imgurl.urls.signing import KeyRing
from imgurl.web.api.images import Thing
from imgurl.web.api.rates import Rates
from imgurl.web.api.routes import ApiParts, api_routes
from imgurl.web.studio.lazy import studio_routes
from tests.pipeline.factories import pipeline_over, warming_over
from tests.web.asgi import scope_of
from tests.web.designs import card, write_design
from tests.web.server import K1, K2, Answer

BASE = "https://img.example.com"
RING = KeyRing((K1, K2))

# Where webhooks may go in these tests.
HOOKS = "hooks.example.com"

Result = TypeVar("Result")
Body = bytes | Iterable[bytes] | AsyncIterator[bytes]
Draw = Callable[[Picture], Awaitable[bytes]]


@dataclass(frozen=True)
class ApiAnswer(Answer):
    """An answer of the API."""

    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)

    @property
    def errors(self) -> dict[str, str]:
        """The sentences of a problem by their pointers."""
        return {error["pointer"]: error["detail"] for error in self.json()["errors"]}


class Api:
    """The API with a folder of its own. One event loop, as in a server."""

    def __init__(
        self,
        folder: Path,
        fonts: FontCatalogue,
        *,
        rate: str = "1000000/hour",
        redis_url: str | None = None,
        designs: Path | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.folder = folder
        self.designs = designs or folder / "designs"
        if designs is None:
            write_designs(self.designs)
        archive, disk = Archive(folder / "versions"), DiskCache(folder / "cache", 10**9)
        self.pipeline = pipeline_over(self.designs, fonts, archive=archive, disk=disk)
        # Nothing runs in it before the first batch that is drawn ahead.
        self._warming = warming_over(self.designs, fonts, archive=archive, disk=disk)
        self.engine = open_database(folder, None)
        self.keys = ApiKeys(self.engine, clock)
        # Opened when first asked for, as in a server.
        self.jobs = LazyJobs(partial(open_jobs, folder, None))
        self.campaigns = LazyLedger(folder, None)
        self.storage: Storage = open_storage(f"file://{folder / 'store'}")
        self.work = BatchWork(self.storage, self._warming, lambda: RING)
        self.drawn: list[Picture] = []
        self._thread = ThreadPoolExecutor(1)
        self._drawing: Draw = self._really
        self.parts = ApiParts(
            self.pipeline, lambda: RING, BASE, self, self.keys, EndedSessions(self.engine),
            Idempotency(self.engine), Rates(rate, redis_url),
            self.storage, self.jobs, self.campaigns, Webhooks(read_hosts(HOOKS), (bytes(24),)).objection,
        )  # fmt: skip
        self.routes: list[Route] = api_routes(self.parts)
        self.app = Starlette(routes=[*self.routes, *studio_routes(self.parts)])
        self._runner = asyncio.Runner()

    def close(self) -> None:
        """Close everything that is open."""
        self._runner.close()
        self._thread.shutdown()
        self._warming.close()
        self.jobs.close()
        self.campaigns.close()
        self.engine.dispose()

    def key(self, *scopes: Scope, name: str = "crm", **more: Any) -> str:
        """Make a key and return its text."""
        return self.made_key(*scopes, name=name, **more)[0]

    def made_key(self, *scopes: Scope, name: str = "crm", **more: Any) -> tuple[str, ApiKey]:
        """Make a key and return its text and what is known of it."""
        token, key = self.keys.create(name, scopes or (Scope.ADMIN,), **more)
        return token.text, key

    def draw_by(self, draw: Draw) -> None:
        """Let pictures be drawn by another function from now on."""
        self._drawing = draw

    def run(self, work: Coroutine[Any, Any, Result]) -> Result:
        """Run a coroutine on the event loop of this API."""
        return self._runner.run(work)

    def call(self, method: str, target: str, key: str | None = None, **more: Any) -> ApiAnswer:
        """Send one request; ``more`` as in ``ask``."""
        return self._runner.run(self.ask(method, target, key, **more))

    def together(self, *calls: tuple[Any, ...], **more: Any) -> list[ApiAnswer]:
        """Send requests at the same time."""
        return self.all_of(*(self.ask(*call, **more) for call in calls))

    def all_of(self, *asked: Coroutine[Any, Any, ApiAnswer]) -> list[ApiAnswer]:
        """Wait for requests that are sent at the same time, each begun with ``ask``."""

        async def all_of_them() -> list[ApiAnswer]:
            return await asyncio.gather(*asked)

        return self._runner.run(all_of_them())

    async def ask(
        self,
        method: str,
        target: str,
        key: str | None = None,
        *,
        body: Body = b"",
        json: Any = None,
        headers: Mapping[str, str] | Iterable[tuple[str, str]] = (),
        app: Starlette | None = None,
        leaves: asyncio.Event | None = None,
    ) -> ApiAnswer:
        """Send one request: ``json`` as JSON, or ``body`` as it is, in parts where it is several.

        It goes to the API, or to another application. The client closes the connection when it ``leaves``.
        """
        pairs = [*(headers.items() if isinstance(headers, Mapping) else headers)]
        if json is not None:
            body = dumps(json)
            pairs.append(("content-type", "application/json"))
        if key is not None:
            pairs.append(("authorization", f"Bearer {key}"))
        parts = body if isinstance(body, AsyncIterator) else _each([body] if isinstance(body, bytes) else body)
        return await send(app or self.app, method, target, pairs, parts, leaves)

    async def complete(self, show: Show[Thing], shown: Thing) -> Thing:
        """Return what is shown: nothing is gathered here."""
        return shown

    async def look(self, picture: Picture, width: int | None = None) -> Look:
        """Return a picture as it is, without the facts that renderers know."""
        body = await self._really(picture)
        size = picture.design.document.size
        return Look(body, MEDIA_TYPES[picture.ext], size.width, size.height, len(body), ())

    async def mistakes(self, design: Design) -> BadDesign | None:
        """Return what is wrong with a design as renderers do: by compiling it."""
        try:
            self.pipeline.press.plate(design)
        except BadDesign as error:
            return error
        return None

    async def draw(self, picture: Picture) -> bytes:
        self.drawn.append(picture)
        return await self._drawing(picture)

    async def _really(self, picture: Picture) -> bytes:
        cached = self.pipeline.cached(picture.key)
        if cached is not None:
            return cached
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, lambda: self.pipeline.render(picture).body)


def write_designs(folder: Path) -> None:
    """Write the designs of these tests: ``card``, and ``cert`` with a required field."""
    write_design(folder, "card")
    fields = [{"name": "full_name", "type": "name", "sample": "Ava Johnson", "required": True}, *card()["fields"]]
    write_design(
        folder,
        "cert",
        card(title="Certificate", fields=fields, default_values={"full_name": "Somebody", "tint": "#ffff00"}),
    )


def dumps(value: Any) -> bytes:
    """Return JSON as a client sends it."""
    return json.dumps(value).encode()


async def _each(parts: Iterable[bytes]) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


async def send(
    app: Any,
    method: str,
    target: str,
    headers: Iterable[tuple[str, str]],
    parts: AsyncIterator[bytes],
    leaves: asyncio.Event | None = None,
) -> ApiAnswer:
    """Send one request to an application and return its whole answer."""
    scope = scope_of(method, target, headers)
    sent: list[MutableMapping[str, Any]] = []

    is_over = False

    async def receive() -> MutableMapping[str, Any]:
        nonlocal is_over
        if is_over:
            # As a server does until the client goes away.
            await (leaves or asyncio.Event()).wait()
            return {"type": "http.disconnect"}
        try:
            return {"type": "http.request", "body": await anext(parts), "more_body": True}
        except StopAsyncIteration:
            is_over = True
            return {"type": "http.request", "body": b"", "more_body": False}
        except ConnectionError:
            return {"type": "http.disconnect"}

    async def sending(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    await app(scope, receive, sending)
    pairs = tuple((name.decode(), value.decode()) for name, value in sent[0]["headers"])
    return ApiAnswer(sent[0]["status"], pairs, b"".join(message.get("body", b"") for message in sent[1:]))
