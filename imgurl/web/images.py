"""The image endpoint: ``GET /i/{design}.{ext}?…``. A bare ASGI callable, because it is what has to be fast.

After a good signature it answers 200 with an image, whatever happens: mail proxies keep an error for weeks.
"""

import itertools
import secrets
import time
from collections.abc import Callable, Iterable

import structlog
from cachetools import LRUCache
from starlette.types import Receive, Scope, Send

from imgurl.cache.keys import RenderKey
from imgurl.cache.memory import MemoryCache
from imgurl.design.library import Design, Library
from imgurl.errors import InvalidUrl, NotAnImageUrl, TargetTooLong, UnknownDesign
from imgurl.pipeline import Picture, Pipeline
from imgurl.plate.render import Rendered
from imgurl.urls.reading import read_url
from imgurl.urls.signing import KeyRing, Keys
from imgurl.urls.target import MAX_TARGET_BYTES, SignedUrl
from imgurl.web.answers import (
    Answer,
    Expiry,
    degraded_answer,
    header_of,
    image_answer,
    matches_etag,
    not_modified,
    refusal,
)
from imgurl.web.flight import Flights, NotDrawn, while_there
from imgurl.web.metrics import Metrics
from imgurl.web.versions import Versions

# Targets that are known by their bytes; one takes about 3 kB.
MAX_SEEN = 4_096

# The protocol has checked what came on the wire; a byte that a client did not encode has become three since.
MAX_MENDED_BYTES = 3 * MAX_TARGET_BYTES

TITLES = {403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed", 414: "URI Too Long"}


class ImageEndpoint:
    """Answers image requests. All it knows was handed in; its own mutable state are the default images and the
    targets seen lately."""

    def __init__(self, pipeline: Pipeline, keys: Keys, memory: MemoryCache, flights: Flights, metrics: Metrics) -> None:
        self._pipeline = pipeline
        self._keys = keys
        self._memory = memory
        self._flights = flights
        self._metrics = metrics
        self._versions = Versions(pipeline)
        self._defaults: dict[str, tuple[str, RenderKey, bytes]] = {}
        self._seen: LRUCache[tuple[bytes, bytes], tuple[Library, KeyRing, SignedUrl, Picture]] = LRUCache(MAX_SEEN)
        # Ids of requests: random for the process and counted in it, because asking for random bytes is a system call.
        self._requests_of = secrets.token_hex(4)
        self._count = itertools.count(1)
        self._log = structlog.get_logger()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        started = time.perf_counter()
        request_id = f"{self._requests_of}{next(self._count):08x}"
        facts: dict[str, object] = {"request_id": request_id}
        answer = await self._answer(scope, receive, facts)
        if "test" in facts:
            self._metrics.test_requests.inc()
        else:
            self._metrics.requests.labels(str(answer.status), str(facts.get("outcome", "refused"))).inc()
        await send({"type": "http.response.start", "status": answer.status, "headers": list(answer.headers)})
        body = b"" if scope["method"] == "HEAD" else answer.body
        await send({"type": "http.response.body", "body": body})
        facts |= {
            "status": answer.status,
            "bytes": len(body),
            "ms": round((time.perf_counter() - started) * 1e3, 2),
        }
        self._log.info("image", **facts)

    def prepare_default(self, design: Design) -> None:
        """Draw the default image of a design, for when there is no time to draw. Runs on the drawing thread."""
        held = self._defaults.get(design.id)
        if held is not None and held[0] == design.version:
            return
        picture = self._pipeline.default_of(design, "png")
        try:
            rendered = self._pipeline.render(picture)
        except Exception as error:  # noqa: BLE001 - the other designs' default images are wanted all the same
            self._log.error("default image failed", design=design.id, error=str(error))
            return
        self._defaults[design.id] = (design.version, picture.key, rendered.body)

    async def _answer(self, scope: Scope, receive: Receive, facts: dict[str, object]) -> Answer:
        as_json = "json" in header_of(scope["headers"], b"accept")
        request_id = str(facts["request_id"])
        if scope["method"] not in ("GET", "HEAD"):
            return refusal(405, TITLES[405], "images are read with GET or HEAD", request_id, as_json=as_json)
        try:
            url, picture = self._resolve(scope["raw_path"], scope["query_string"])
            if not _shows_its_pin(url, picture) and self._pipeline.may_fetch(url) and await self._versions.fetched(url):
                url, picture = self._resolve(scope["raw_path"], scope["query_string"])
        except (InvalidUrl, NotAnImageUrl, TargetTooLong, UnknownDesign) as error:
            facts["refused"] = type(error).__name__
            status = error.status_hint
            # A refused signature is told why in one constant sentence: an error message must not help forging.
            detail = "the URL was not signed by this server, or was changed" if status == 403 else str(error)
            return refusal(status, TITLES[status], detail, request_id, as_json=as_json)
        facts |= {"design": picture.design.id, "key": url.key_id, "outcome": picture.outcome.value}
        if not _shows_its_pin(url, picture):
            facts["lacking_version"] = url.pin
        if url.campaign:
            facts["campaign"] = url.campaign
        if picture.is_test:
            facts["test"] = True
        if picture.concerned:
            facts["fields"] = list(picture.concerned)
            if not picture.is_test:
                self._count_fallbacks(picture.design.id, picture.concerned)
        expiry = None if url.expires is None else Expiry(url.expires, time.time())
        none_match = header_of(scope["headers"], b"if-none-match")
        if none_match and matches_etag(none_match, picture.key.etag):
            return not_modified(picture, expiry)
        return await self._picture(picture, expiry, receive, facts)

    def _resolve(self, raw_path: bytes, query: bytes) -> tuple[SignedUrl, Picture]:
        """Say what a target shows. Raises InvalidUrl, NotAnImageUrl, TargetTooLong, UnknownDesign.

        Targets seen before are known by their bytes: what one shows depends on nothing but the designs, the keys
        and, where it expires, the time.
        """
        library, ring = self._pipeline.library, self._keys()
        seen = self._seen.get((raw_path, query))
        if seen is not None and seen[0] is library and seen[1] is ring:
            return seen[2:]
        # One HTTP parser cuts the target at a #, the other does not: no client means anything behind it.
        read = read_url(raw_path, query.partition(b"#")[0], ring, MAX_MENDED_BYTES)
        picture = self._pipeline.resolve(read.url, read.key.state, time.time())
        if read.url.expires is None and _shows_its_pin(read.url, picture):
            self._seen[raw_path, query] = library, ring, read.url, picture
        return read.url, picture

    async def draw(self, picture: Picture) -> tuple[bytes, str]:
        """Return the image of a picture and where it came from: ``memory``, ``disk`` or ``render``.

        Raises NotDrawn, RenderFailed.
        """
        return self._at_hand(picture) or await self._rendered(picture)

    def _at_hand(self, picture: Picture) -> tuple[bytes, str] | None:
        body = self._memory.get(picture.key)
        self._metrics.count_lookup("memory", is_hit=body is not None)
        if body is not None:
            return body, "memory"
        # Read here and not in a thread: a file from the page cache takes 20 µs, a change of threads 120.
        body = self._pipeline.cached(picture.key)
        self._metrics.count_lookup("disk", is_hit=body is not None)
        if body is None:
            return None
        self._memory.put(picture.key, body)
        return body, "disk"

    async def _rendered(self, picture: Picture) -> tuple[bytes, str]:
        # Once more, because a picture may have landed in the turn of the event loop in which this work was begun.
        body = self._memory.get(picture.key)
        if body is not None:
            return body, "memory"
        kind = picture.design.version, picture.ext, picture.dpr, picture.is_test
        with self._metrics.waiting.track_inprogress():
            return await self._flights.run(picture.key, lambda: self._render(picture), kind), "render"

    async def _picture(
        self, picture: Picture, expiry: Expiry | None, receive: Receive, facts: dict[str, object]
    ) -> Answer:
        try:
            found = self._at_hand(picture)
            if found is None:
                found = await while_there(receive, self._rendered(picture))
        except Exception as error:  # noqa: BLE001 - one of the three edges: a mail gets an image whatever broke
            return self._degraded(picture, error, facts)
        body, source = found
        if not picture.is_test:
            self._metrics.served.labels(source).inc()
        facts["source"] = source
        return image_answer(picture, body, expiry)

    def _degraded(self, picture: Picture, error: Exception, facts: dict[str, object]) -> Answer:
        """Answer with the design's default image: the same format where it is at hand, else PNG."""
        facts |= {"outcome": "default", "source": "default", "degraded": type(error).__name__}
        if not isinstance(error, NotDrawn):
            self._metrics.render_failures.labels(picture.design.id).inc()
            self._log.error("render failed", design=picture.design.id, request_id=facts["request_id"], exc_info=error)
        self._metrics.served.labels("default").inc()
        default = self._pipeline.default_picture(picture, "")
        body = self._memory.get(default.key) or self._pipeline.cached(default.key)
        if body is not None:
            return degraded_answer((default.key, body))
        held = self._defaults.get(picture.design.id)
        return degraded_answer(held[1:] if held else None)

    def _render(self, picture: Picture) -> bytes | Callable[[], bytes]:
        with self._metrics.render_seconds.time():
            begun = self._pipeline.begin(picture)
        return begun.body if isinstance(begun, Rendered) else lambda: begun().body

    def _count_fallbacks(self, design: str, fields: Iterable[str]) -> None:
        for field in fields:
            self._metrics.fallbacks.labels(design, field).inc()


def _shows_its_pin(url: SignedUrl, picture: Picture) -> bool:
    """Say whether a picture is of the version its URL is pinned to; a URL without a pin shows what there is."""
    return url.pin is None or picture.design.version.startswith(url.pin)
