"""The image endpoint: ``GET /i/{design}.{ext}?…``. A bare ASGI callable, because it is what has to be fast.

Once the signature is good it answers 200 with an image, whatever happens: mail proxies keep an error for weeks.
"""

import time
from collections.abc import Hashable
from dataclasses import dataclass, replace

import structlog
from cachetools import LRUCache
from starlette.types import Receive, Scope, Send

from imgurl.cache.keys import RenderKey
from imgurl.cache.memory import MemoryCache
from imgurl.campaigns.facts import OTHER, Tally, via_of
from imgurl.design.library import Design, Library
from imgurl.errors import BadDesign, InvalidUrl, NotAnImageUrl, TargetTooLong, UnknownDesign
from imgurl.formats import ImageFormat
from imgurl.gathering.needs import Gathered, Show
from imgurl.merge.folds import Cause
from imgurl.merge.open_part import Damage
from imgurl.pdf.picture_page import POINT, picture_page
from imgurl.pipeline.clocks import stopped
from imgurl.pipeline.orders import OWN, Look, compile_order, draw_order, look_in, look_order, problems_in
from imgurl.pipeline.path import NOTHING, Pipeline
from imgurl.pipeline.picture import Outcome, Picture
from imgurl.pipeline.showing import default_picture, shows_its_pin
from imgurl.renderers.failures import QueueFull
from imgurl.renderers.orders import Order, Urgency
from imgurl.urls.reading import Read, read_url
from imgurl.urls.signing import KeyRing, Keys, KeyState
from imgurl.urls.target import MAX_TARGET_BYTES, SignedUrl
from imgurl.web.answers import (
    Answer,
    Expiry,
    degraded_answer,
    header_of,
    image_answer,
    matches_etag,
    not_modified,
    refused_answer,
)
from imgurl.web.campaigns import Campaigns, OverBudget
from imgurl.web.direct import Headers, SendParts
from imgurl.web.facts import Facts, facts_of
from imgurl.web.gathering import Makers, Thing
from imgurl.web.logs import ImageLog
from imgurl.web.metrics import Counters, Metrics
from imgurl.web.proxies import is_mail_proxy
from imgurl.web.ready import Ready, ReadyAnswers, header_lines
from imgurl.web.render_queue import NotDrawn, Overloaded, while_there
from imgurl.web.turns import Turns, named_link
from imgurl.web.versions import Versions

# Targets that are known by their bytes; one takes about 3 kB.
MAX_SEEN = 4_096

MAX_DEFAULT_KEYS = 1_024

# The protocol has checked what came on the wire; a byte that a client did not encode has become three since.
MAX_MENDED_BYTES = 3 * MAX_TARGET_BYTES

TITLES = {403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed", 414: "URI Too Long"}


@dataclass(frozen=True, slots=True)
class Notes:
    """Where it is noted what became of requests: in the log, and in the counts of campaigns."""

    log: ImageLog
    campaigns: Campaigns


class ImageEndpoint:
    """Answers image requests.

    Its own mutable state: the default images, the targets seen lately, and the answers that are ready.
    """

    def __init__(
        self,
        pipeline: Pipeline,
        keys: Keys,
        memory: MemoryCache,
        makers: Makers,
        metrics: Metrics,
        notes: Notes,
    ) -> None:
        self._pipeline = pipeline
        self._keys = keys
        self._memory = memory
        self._makers = makers
        self._metrics = metrics
        self._versions = Versions(pipeline.shelf)
        self._defaults: dict[str, tuple[str, RenderKey, bytes]] = {}
        self._default_keys: LRUCache[tuple[str, str, int], RenderKey] = LRUCache(MAX_DEFAULT_KEYS)
        self._seen: LRUCache[tuple[bytes, bytes], tuple[Library, KeyRing, SignedUrl, Picture]] = LRUCache(MAX_SEEN)
        self._ready = ReadyAnswers(memory)
        self._turns = Turns()
        self._log = structlog.get_logger()
        self._notes = notes
        self._campaigns = notes.campaigns
        self._campaigns.on_stops(self._ready.clear)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        started = time.perf_counter()
        request_id = self._notes.log.new_id()
        await self._turns.begin(named_link(scope["query_string"]))
        answer, facts = await self._answer(scope, receive, request_id)
        for counter in self._counters(answer.status, facts):
            counter.inc()
        await send({"type": "http.response.start", "status": answer.status, "headers": list(answer.headers)})
        body = b"" if scope["method"] == "HEAD" else answer.body
        await send({"type": "http.response.body", "body": body})
        via = self._count(facts.tally, scope["headers"])
        self._notes.log.line(request_id, facts.in_json(answer.status, len(body)) + via, started)

    def answer_ready(self, target: bytes, send: SendParts, headers: Headers = ()) -> bool:
        """Answer a plain GET for a target at once if its answer is ready; return whether it was."""
        started = time.perf_counter()
        found = self._ready.get(target, self._pipeline.library, self._keys())
        if found is None:
            return False
        ready, body = found
        send(ready.headers, body)
        self._metrics.count_soon(ready.counters)
        via = self._count(ready.tally, headers)
        self._notes.log.line(self._notes.log.new_id(), ready.facts + via, started)
        return True

    def _count(self, tally: Tally | None, headers: Headers) -> str:
        """Count a request for its campaign; return what is to be added to its line in the log."""
        if tally is None:
            return ""
        via = via_of(headers)
        self._campaigns.count(tally, via)
        return "" if via == OTHER else f', "via": "{via}"'

    def missing_default(self, design: Design) -> Picture | None:
        """Return the default image of a design, for when there is no time to draw; None if it is at hand."""
        prepared = self._defaults.get(design.id)
        is_there = prepared is not None and prepared[0] == design.version
        return None if is_there else default_picture(design, "png")

    def keep_default(self, picture: Picture, body: bytes) -> None:
        """Have the default image of a design at hand from now on."""
        self._defaults[picture.design.id] = (picture.design.version, picture.key, body)

    async def draw(self, picture: Picture) -> bytes:
        """Return an image for those who ask by the API: they give way to mail that is opened.

        Raises NotDrawn, RenderFailed.
        """
        return (self._from_caches(picture) or await self._rendered(picture, OWN, Urgency.AHEAD))[0]

    async def look(self, picture: Picture, width: int | None = None) -> Look:
        """Return how a picture looks, and how its texts were fitted, for those who work on a design.

        Raises NotDrawn, RenderFailed.
        """
        return look_in(await self._makers.queue.once(look_order(picture, width)))

    async def mistakes(self, design: Design) -> BadDesign | None:
        """Return what is wrong with a design that only drawing finds, None if nothing is.

        Raises NotDrawn, RenderFailed.
        """
        return problems_in(design.id, await self._makers.queue.once(compile_order(design)))

    async def complete(self, show: Show[Thing], shown: Thing) -> Thing:
        """Return what is shown once what it needs from elsewhere was gathered, as far as that could be in time."""
        return await self._makers.complete(show, shown)

    async def _answer(self, scope: Scope, receive: Receive, request_id: str) -> tuple[Answer, Facts]:
        as_json = "json" in header_of(scope["headers"], b"accept")
        if scope["method"] not in ("GET", "HEAD"):
            detail = "images are read with GET or HEAD"
            return refused_answer(405, TITLES[405], detail, request_id, as_json=as_json), Facts()
        is_page = scope["raw_path"].endswith(b".pdf")
        try:
            url, picture = await self._shown(scope["raw_path"], scope["query_string"])
            if picture.is_live and is_mail_proxy(header_of(scope["headers"], b"user-agent")):
                picture = stopped(picture)
        except (InvalidUrl, NotAnImageUrl, TargetTooLong, UnknownDesign) as error:
            status = error.status_hint
            # Every bad signature gets the same sentence: an error message must not help forging.
            detail = "the URL was not signed by this server, or was changed" if status == 403 else str(error)
            answer = refused_answer(status, TITLES[status], detail, request_id, as_json=as_json, as_text=is_page)
            return answer, self._facts_of_refusal(scope, error)
        linked = picture
        if self._campaigns.is_stopped(url.campaign):
            picture = _default_instead(linked, Outcome.STOPPED)
        facts = facts_of(url, linked, picture)
        expiry = None if url.expires is None else Expiry(url.expires, time.time())
        none_match = header_of(scope["headers"], b"if-none-match")
        if none_match and matches_etag(none_match, picture.key.etag):
            return not_modified(picture, expiry), facts
        try:
            try:
                body, source = await self._image(picture, url, receive)
            except OverBudget:
                picture = _default_instead(linked, Outcome.OVER_BUDGET)
                facts = replace(facts, outcome=picture.outcome.value)
                body, source = await self._image(picture, url, receive)
        except Exception as error:  # noqa: BLE001 - one of the three edges: a mail gets an image whatever broke
            degraded = replace(facts, outcome="default", source="default", degraded=type(error).__name__)
            return self._degraded(picture, error, request_id), degraded
        answer, facts = image_answer(picture, body, expiry), replace(facts, source=source)
        if source == "memory" and self._stays(picture, url):
            self._make_ready(scope, picture, answer, facts)
        return answer, facts

    def _facts_of_refusal(self, scope: Scope, error: Exception) -> Facts:
        """Return the facts of a refused request: of what it says only what a key of this server signed is believed."""
        refused = type(error).__name__
        if not isinstance(error, UnknownDesign):
            return Facts(refused=refused)
        read = self._read(scope["raw_path"], scope["query_string"], self._keys())
        is_test = read.key.state is KeyState.TEST
        return Facts(
            refused=refused, design=read.url.design, key=read.url.key_id, campaign=read.url.campaign, test=is_test
        )

    def _stays(self, picture: Picture, url: SignedUrl) -> bool:
        """Say whether the same link shows the same picture until something is changed, a campaign's stop included."""
        is_stopped = self._campaigns.is_stopped(url.campaign)
        return picture.outcome is not Outcome.OVER_BUDGET and is_stopped == (picture.outcome is Outcome.STOPPED)

    async def _image(self, picture: Picture, url: SignedUrl, receive: Receive) -> tuple[bytes, str]:
        """Return an image, from a cache or newly drawn, and where it came from.

        Raises OverBudget if it would have to be drawn and the campaign has no renders left.
        """
        image = self._from_caches(picture)
        if image is not None:
            return image
        # A default image that is shown in place of another is the design's, and costs no campaign anything.
        campaign = None if picture.outcome in (Outcome.STOPPED, Outcome.OVER_BUDGET) else url.campaign
        link = (url.key_id, url.signature)
        return await while_there(receive, self._rendered(picture, link, campaign=campaign))

    def _make_ready(self, scope: Scope, picture: Picture, answer: Answer, facts: Facts) -> None:
        """Keep an answer for the next one who asks for the same target, unless it depends on the time."""
        path, query = scope["raw_path"], scope["query_string"]
        library, ring = self._pipeline.library, self._keys()
        seen = self._seen.get((path, query))
        if seen is None or seen[0] is not library or seen[1] is not ring:
            return
        counters = self._metrics.lookup_counter("memory", is_hit=True), *self._counters(answer.status, facts)
        line = facts.in_json(answer.status, len(answer.body))
        ready = Ready(header_lines(answer), picture.key, counters, line, facts.tally)
        self._ready.put(path + b"?" + query, ready, library, ring)

    def _counters(self, status: int, facts: Facts) -> Counters:
        if facts.test:
            return (self._metrics.test_requests,)
        # A default image in place of another picture is counted where that is decided.
        source = "" if facts.degraded else facts.source
        outcome = facts.outcome or Outcome.REFUSED.value
        return self._metrics.image_counters(status, outcome, source, facts.design, facts.fields)

    async def _shown(self, raw_path: bytes, query: bytes) -> tuple[SignedUrl, Picture]:
        """Say what a target shows, after a look for its pinned version in the shared store where that may help.

        Raises InvalidUrl, NotAnImageUrl, TargetTooLong, UnknownDesign.
        """
        url, picture = self._resolve(raw_path, query)
        lacks_version = not shows_its_pin(url, picture.design)
        if lacks_version and self._pipeline.shelf.may_fetch(url.design, url.pin) and await self._versions.fetched(url):
            url, picture = self._resolve(raw_path, query)
        # What a stopped campaign would show needs nothing from elsewhere any more.
        if picture.needs and not self._campaigns.is_stopped(url.campaign):
            picture = await self.complete(lambda gathered: self._resolve(raw_path, query, gathered)[1], picture)
        return url, picture

    def _resolve(self, raw_path: bytes, query: bytes, gathered: Gathered = NOTHING) -> tuple[SignedUrl, Picture]:
        """Say what a target shows with the versions that are here.

        Targets seen before are known by their bytes: what one shows depends on nothing but the designs, the keys
        and, if it expires, counts down or shows something from elsewhere, the time.
        """
        library, ring = self._pipeline.library, self._keys()
        seen = self._seen.get((raw_path, query))
        if seen is not None and seen[0] is library and seen[1] is ring:
            return seen[2:]
        read = self._read(raw_path, query, ring)
        picture = self._pipeline.resolve(read.url, read.key.state, time.time(), gathered)
        if Damage.FOLDED not in picture.damage and any(repair.cause is Cause.FOLDED for repair in read.repairs):
            picture = replace(picture, damage=(*picture.damage, Damage.FOLDED))
        is_timeless = read.url.expires is None and picture.changes_at is None
        if is_timeless and not (picture.needs or picture.gathered) and shows_its_pin(read.url, picture.design):
            self._seen[raw_path, query] = library, ring, read.url, picture
        return read.url, picture

    def _read(self, raw_path: bytes, query: bytes, ring: KeyRing) -> Read:
        # One HTTP parser cuts the target at a #, the other does not: no client means anything after it.
        return read_url(raw_path, query.partition(b"#")[0], ring, MAX_MENDED_BYTES)

    def _from_caches(self, picture: Picture) -> tuple[bytes, str] | None:
        cached = self._memory.get(picture.key)
        self._metrics.count_lookup("memory", is_hit=cached is not None)
        if cached is not None:
            return cached, "memory"
        # Read here and not in a thread: a file from the page cache takes 20 µs, a change of threads 120.
        stored = self._pipeline.cached(picture.key)
        self._metrics.count_lookup("disk", is_hit=stored is not None)
        if stored is None:
            return None
        self._memory.put(picture.key, stored)
        return stored, "disk"

    async def _rendered(
        self, picture: Picture, link: Hashable, urgency: Urgency = Urgency.OPENED, campaign: str | None = None
    ) -> tuple[bytes, str]:
        """Have a picture drawn, once for all who ask for it; the one who came first pays, if it has a campaign."""
        # Once more, because the picture may have been finished in the turn of the event loop in which this began.
        cached = self._memory.get(picture.key)
        if cached is not None:
            return cached, "memory"
        paid: int | None = None

        def order() -> Order:
            nonlocal paid
            if campaign is not None:
                paid = self._campaigns.spend(campaign)
            return draw_order(picture, link, urgency)

        try:
            with self._metrics.waiting.track_inprogress():
                return await self._makers.queue.run(picture.key, order), "render"
        except OverBudget as error:
            if error.campaign == campaign:
                raise
            # Another campaign's, which came first and has no renders left: now it is our turn.
            return await self._rendered(picture, link, urgency, campaign)
        except Overloaded as error:
            if paid is not None and campaign is not None and isinstance(error.__cause__, QueueFull):
                self._campaigns.give_back(campaign, paid)
            raise

    def _degraded(self, picture: Picture, error: Exception, request_id: str) -> Answer:
        """Answer with the default image: in the same format if it is in a cache, else as PNG, or as a page of that."""
        if not isinstance(error, NotDrawn):
            self._metrics.render_failures.labels(picture.design.id).inc()
            self._log.error("render failed", design=picture.design.id, request_id=request_id, exc_info=error)
        self._metrics.served.labels("default").inc()
        key = self._default_key(picture)
        cached = self._memory.get(key)
        if cached is None and (cached := self._pipeline.cached(key)) is not None:
            self._memory.put(key, cached)
        if cached is not None:
            return degraded_answer((key, cached))
        prepared = self._defaults.get(picture.design.id)
        if prepared is None:
            return degraded_answer(None)
        _, key, body = prepared
        page = _page_of(picture.design, body) if picture.ext == ImageFormat.PDF else None
        return degraded_answer((key, body) if page is None else (replace(key, ext=ImageFormat.PDF.value), page))

    def _default_key(self, picture: Picture) -> RenderKey:
        """Return the key of the default image that goes out for a picture: under load the same few, again and again."""
        kind = picture.design.version, picture.ext, picture.dpr
        key = self._default_keys.get(kind)
        if key is None:
            key = self._default_keys[kind] = default_picture(picture.design, picture.ext, picture.dpr).key
        return key


def _page_of(design: Design, png: bytes) -> bytes | None:
    """Return a page with a design's default image, which is at hand: nothing is drawn."""
    document = design.document
    width, height = (side * POINT for side in (document.size.width, document.size.height))
    return picture_page(png, width, height, document.title, document.language)


def _default_instead(picture: Picture, outcome: Outcome) -> Picture:
    """Return the design's default image in place of a picture, which no cache may keep."""
    default = default_picture(picture.design, picture.ext, picture.dpr, outcome=outcome)
    return replace(default, is_test=picture.is_test)
