"""The image endpoint in this process: what is shown when there is no time, no key, no design as it was."""

import asyncio
import contextlib
import json
import threading
import time
from collections.abc import AsyncIterator, Callable, MutableMapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from imgurl.cache.disk import DiskCache
from imgurl.cache.keys import RenderKey
from imgurl.cache.memory import MemoryCache
from imgurl.design.archive import Archive
from imgurl.design.library import load_design
from imgurl.errors import RenderFailed
from imgurl.pipeline.drawing import PressPipeline
from imgurl.pipeline.orders import StudioSettings, draw_order
from imgurl.pipeline.studio import open_studio
from imgurl.renderers.orders import Drawn, Studio
from imgurl.renderers.thread import DrawingThread
from imgurl.storage import open_storage
from imgurl.text.fonts import FontCatalogue
from imgurl.urls.signing import KeyRing, KeyState, SigningKey
from imgurl.web.campaigns import Campaigns
from imgurl.web.gathering import Makers
from imgurl.web.images import ImageEndpoint, Notes
from imgurl.web.logs import ImageLog
from imgurl.web.metrics import Metrics
from imgurl.web.render_queue import NotDrawn, RenderQueue
from tests.pdf.readers import check_by_qpdf, drawn_by_pdfium
from tests.pipeline.factories import pipeline_over
from tests.web.asgi import ask, scope_of, until
from tests.web.designs import DEFAULT, EXPIRED, FALLBACK, SIZE, TINT_AT, card, write_design, write_picture
from tests.web.server import K1, Answer, signed

RED = (255, 0, 0)
K3 = SigningKey("k3", KeyState.RETIRED, bytes(range(40, 72)))
K4 = SigningKey("k4", KeyState.REVOKED, bytes(range(80, 112)))

BLUE_LINK = signed("card", {"tint": "#0000ff", "first_name": "Ava", "code": "B2"})
PAIRS = {"tint": "#ff0000", "first_name": "Ava", "code": "B2"}
RED_LINK = signed("card", PAIRS)


class GatedStudio:
    """The studio of a server, which can be held up, and which writes what it drew before it answers."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio
        self.gate = threading.Event()
        self.gate.set()
        self.failure: Exception | None = None
        self.drawn: list[object] = []

    def draw(self, work: object) -> Drawn:
        """Wait at the gate, then draw, or fail."""
        assert self.gate.wait(20)
        body, afterwards = self._studio.draw(work)
        self.drawn.append(work)
        if self.failure is not None:
            raise self.failure
        if afterwards is not None:
            afterwards()
        return body, None

    def learn(self, supply: object) -> None:
        """Take in a design."""
        self._studio.learn(supply)


@dataclass
class House:
    """An image endpoint and the parts it is made of."""

    endpoint: ImageEndpoint
    pipeline: PressPipeline
    queue: RenderQueue
    memory: MemoryCache
    metrics: Metrics
    studio: GatedStudio
    thread: DrawingThread
    #: The lines of image requests.
    lines: list[str]

    def figure(self, name: str) -> float:
        """Return one of the figures, 0 where it was not counted yet."""
        lines = self.metrics.exposition().decode().splitlines()
        return next((float(line.rpartition(" ")[2]) for line in lines if line.startswith(name + " ")), 0.0)

    def prepare(self) -> None:
        """Draw the default images ahead."""
        pictures = [self.endpoint.missing_default(design) for design in self.pipeline.library.designs.values()]

        async def main() -> None:
            for picture in pictures:
                if picture is not None:
                    self.endpoint.keep_default(picture, await self.thread.draw(draw_order(picture)))

        asyncio.run(main())

    def ask(self, target: str, *, method: str = "GET") -> Answer:
        """Send one request."""
        return asyncio.run(ask(self.endpoint, target, method))

    async def until_idle(self) -> None:
        """Wait until nothing is drawn and nothing waits."""

        async def is_idle() -> bool:
            return not self.thread.facts.busy and not self.thread.facts.waiting

        await until(is_idle)

    @contextlib.asynccontextmanager
    async def busy(self) -> AsyncIterator[None]:
        """Have a picture drawn that takes as long as this lasts."""
        self.studio.gate.clear()
        picture = self.pipeline.picture_of(self.pipeline.library.find("card"), {"first_name": "Slow"}, "png")
        slow = asyncio.create_task(self.queue.run(picture.key, lambda: draw_order(picture)))
        await asyncio.sleep(0)
        try:
            yield
        finally:
            self.studio.gate.set()
        with contextlib.suppress(NotDrawn):
            await slow


@pytest.fixture
def build(tmp_path: Path, fonts: FontCatalogue) -> Callable[..., House]:
    """Builds endpoints over the designs in ``tmp_path / "designs"``."""

    def new(
        max_pending: int = 100, deadline: float = 20.0, *, on_disk: bool = True, archive: Archive | None = None
    ) -> House:
        if not (tmp_path / "designs").exists():
            write_design(tmp_path / "designs")
        pipeline = pipeline_over(
            tmp_path / "designs",
            fonts,
            archive=archive or Archive(tmp_path / "versions"),
            disk=DiskCache(tmp_path / "cache", 10_000_000) if on_disk else None,
        )
        memory, metrics = MemoryCache(10_000_000), Metrics()
        settings = StudioSettings(fonts.folder, tmp_path / "cache" if on_disk else None, 10_000_000)
        studio = GatedStudio(open_studio(settings))
        thread = DrawingThread(lambda: studio)

        def keep(key: RenderKey, body: bytes, _: float | None) -> None:
            memory.put(key, body)

        queue = RenderQueue(thread, max_pending, deadline, keep)
        keys = KeyRing((K1, K3, K4))
        lines: list[str] = []
        endpoint = ImageEndpoint(
            pipeline, lambda: keys, memory, Makers(queue), metrics, Notes(ImageLog(lines.append), Campaigns())
        )
        return House(endpoint, pipeline, queue, memory, metrics, studio, thread, lines)

    return new


def tint(answer: Answer) -> object:
    """Return the colour that tells which values were drawn."""
    assert answer.status == 200
    assert answer["content-length"] == str(len(answer.body))
    return answer.picture().convert("RGB").getpixel(TINT_AT)


def test_a_link_shows_its_values(build: Callable[..., House]) -> None:
    """The picture has the signed colour, in the design's size."""
    answer = build().ask(RED_LINK)
    assert (tint(answer), answer.picture().size, answer["x-imgurl-outcome"]) == (RED, SIZE, "ok")


def test_a_missing_value_shows_its_fallback(build: Callable[..., House]) -> None:
    """A field without a value has the design's fallback, and the outcome names it."""
    answer = build().ask(signed("card", {"first_name": "Ava", "code": "B2"}))
    assert (tint(answer), answer["x-imgurl-outcome"]) == (FALLBACK, "fallback; tint")


@pytest.mark.parametrize(
    "damaged",
    [
        RED_LINK.replace("first_name", "fir%20st_name"),
        RED_LINK.replace("_s=", "_s!%20="),
        RED_LINK.replace("/i/ca", "/i/ca%20"),
        RED_LINK.replace("/i/", "/i!%20/"),
        RED_LINK.replace("/i/", "/%20i/"),
        RED_LINK.replace("%", "%25"),
    ],
)
def test_a_link_that_was_damaged_on_its_way_shows_its_values(build: Callable[..., House], damaged: str) -> None:
    """A mail server broke the line, or a client encoded twice: the same picture and ETag as of the whole link."""
    house = build()
    answer = house.ask(damaged)
    assert damaged != RED_LINK
    assert (tint(answer), answer["x-imgurl-outcome"]) == (RED, "ok")
    assert answer["etag"] == house.ask(RED_LINK)["etag"]


def test_a_retired_key_shows_the_default_image(build: Callable[..., House]) -> None:
    """Links of a retired key still show something: the design's default image, for no cache to keep."""
    answer = build().ask(signed("card", {"tint": "#ff0000"}, key=K3))
    assert (tint(answer), answer["cache-control"], answer["x-imgurl-outcome"]) == (DEFAULT, "no-store", "default")


def test_a_version_that_is_not_here_is_said(build: Callable[..., House]) -> None:
    """A pin that no machine knows shows the present version: no cache may keep it, and header and log tell it."""
    house = build()
    link = signed("card", {**PAIRS, "_v": "0123456789ab"})
    answers = [house.ask(link), house.ask(link)]
    assert [(tint(answer), answer["cache-control"], answer["x-imgurl-outcome"]) for answer in answers] == [
        (RED, "no-store", "other-version")
    ] * 2
    assert [json.loads(line)["lacking_version"] for line in house.lines] == ["0123456789ab"] * 2


def test_a_version_of_another_machine_is_fetched(
    build: Callable[..., House], tmp_path: Path, fonts: FontCatalogue
) -> None:
    """A link pinned on a machine with another version: the first request gets it from the store that both share."""
    storage = open_storage((tmp_path / "shared").as_uri())
    write_design(tmp_path / "other", document=card(size={"width": 44, "height": 22}))
    theirs = load_design(tmp_path / "other" / "card", fonts)
    link = signed("card", {**PAIRS, "_v": theirs.version[:16]})
    house = build(archive=Archive(tmp_path / "versions", storage))
    before = house.ask(link)
    assert (before.picture().size, before["x-imgurl-outcome"]) == (SIZE, "other-version")
    Archive(tmp_path / "theirs", storage).share([theirs])
    house = build(archive=Archive(tmp_path / "versions", storage))
    answer = house.ask(link)
    assert (answer.picture().size, answer["x-imgurl-outcome"]) == ((44, 22), "ok")
    assert answer["cache-control"].endswith("immutable")


def test_a_revoked_key_is_refused(build: Callable[..., House]) -> None:
    """Links of a revoked key are dead: 403."""
    answer = build().ask(signed("card", {"tint": "#ff0000"}, key=K4))
    assert (answer.status, answer.picture().size) == (403, (1, 1))


def test_a_key_signs_for_itself_only(build: Callable[..., House]) -> None:
    """A signature of one key under the id of another is refused, whatever states they have."""
    retired = signed("card", {"tint": "#ff0000"}, key=K3)
    assert [build().ask(retired.replace("_k=k3", f"_k={other}")).status for other in ("k1", "k4")] == [403, 403]


def test_an_expired_link_shows_the_expired_image(build: Callable[..., House], tmp_path: Path) -> None:
    """A design with an expired image shows it, in its own size, for no cache to keep."""
    folder = write_design(tmp_path / "designs", document=card(expired_image="expired.png"))
    write_picture(folder / "expired.png", EXPIRED)
    answer = build().ask(signed("card", {"tint": "#ff0000", "_x": "1000000000"}))
    assert (tint(answer), answer.picture().size) == (EXPIRED, SIZE)
    assert (answer["cache-control"], answer["x-imgurl-outcome"]) == ("no-store", "expired")


def test_an_expired_link_of_a_plain_design_shows_the_default_image(build: Callable[..., House]) -> None:
    """A design without an expired image shows its default one, and says expired."""
    answer = build().ask(signed("card", {"tint": "#ff0000", "_x": "1000000000"}))
    assert (tint(answer), answer["x-imgurl-outcome"]) == (DEFAULT, "expired")


def test_a_picture_in_memory_is_not_shown_after_its_expiry(build: Callable[..., House]) -> None:
    """Expiry is looked at before the caches: the same values with an expired link get the default image."""
    house = build()
    live = house.ask(signed("card", {"tint": "#ff0000", "_x": str(int(time.time()) + 60)}))
    over = house.ask(signed("card", {"tint": "#ff0000", "_x": str(int(time.time()) - 100)}))
    assert [tint(live), tint(over)] == [RED, DEFAULT]


def test_a_late_picture_gives_way_to_the_default_image(build: Callable[..., House]) -> None:
    """Not ready by the deadline: 200 with the default image and no-store. When it is ready, the next one gets it."""
    house = build(deadline=0.05)
    house.prepare()
    house.studio.gate.clear()

    async def main() -> tuple[Answer, Answer]:
        late = await ask(house.endpoint, RED_LINK)
        house.studio.gate.set()
        await house.until_idle()
        return late, await ask(house.endpoint, RED_LINK)

    late, ready = asyncio.run(main())
    assert (tint(late), late["cache-control"], late["x-imgurl-outcome"]) == (DEFAULT, "no-store", "default")
    assert (tint(ready), ready["x-imgurl-outcome"]) == (RED, "ok")
    assert len(house.studio.drawn) == 2
    assert house.figure('imgurl_served_total{source="default"}') == 1.0


def test_with_a_full_queue_the_default_image_goes_out_at_once(build: Callable[..., House]) -> None:
    """The queue holds one and is full: the next link gets the default image without waiting; hits are not affected."""
    house = build(max_pending=1)
    house.prepare()
    known = house.ask(RED_LINK)

    async def main() -> list[Answer]:
        async with house.busy():
            began = time.monotonic()
            answers = [await ask(house.endpoint, BLUE_LINK), await ask(house.endpoint, RED_LINK)]
            assert time.monotonic() - began < 5.0
        return [*answers, await ask(house.endpoint, BLUE_LINK)]

    refused, hit, later = asyncio.run(main())
    assert (tint(refused), refused["cache-control"], refused["x-imgurl-outcome"]) == (DEFAULT, "no-store", "default")
    assert (known.body, "ok") == (hit.body, hit["x-imgurl-outcome"])
    assert (tint(later), later["x-imgurl-outcome"]) == ((0, 0, 255), "ok")


def overloaded(house: House, target: str) -> Answer:
    """Return the answer to a link that can't be drawn now, for the queue is full."""

    async def main() -> Answer:
        async with house.busy():
            return await ask(house.endpoint, target)

    return asyncio.run(main())


def test_the_default_image_has_the_format_of_the_link_where_it_is_at_hand(build: Callable[..., House]) -> None:
    """Drawn before in this format, the default image comes in it and with its own strong ETag; else as PNG."""
    house = build(max_pending=1)
    house.prepare()
    link = signed("card", {"tint": "#ff0000"}, ext="gif")
    as_png = overloaded(house, link)
    drawn = house.ask(signed("card", {}, ext="gif", key=K3))
    as_gif = overloaded(house, link)
    assert [as_png["content-type"], as_gif["content-type"]] == ["image/png", "image/gif"]
    assert [tint(as_png), tint(as_gif)] == [DEFAULT, DEFAULT]
    assert (drawn.body, drawn["etag"]) == (as_gif.body, as_gif["etag"])
    assert as_png["etag"] not in {"", as_gif["etag"]}


def test_without_a_default_image_at_hand_a_transparent_pixel_goes_out(build: Callable[..., House]) -> None:
    """The server has only just started: 200 and a pixel, never an error."""
    answer = overloaded(build(max_pending=1, on_disk=False), RED_LINK)
    assert (answer.status, answer["content-type"], answer["cache-control"]) == (200, "image/png", "no-store")
    assert answer.picture().size == (1, 1)


def test_a_picture_that_cannot_be_drawn_gives_way_to_the_default_image(
    build: Callable[..., House], monkeypatch: pytest.MonkeyPatch
) -> None:
    """200 with the default image; the failure is counted and reported once, and not tried again by each request."""
    monkeypatch.setattr("imgurl.web.render_queue.FAILED_SECONDS", 1e6)
    house = build()
    house.prepare()
    house.studio.failure = RenderFailed("no ink")
    for _ in range(3):
        answer = house.ask(RED_LINK)
        assert (tint(answer), answer["cache-control"], answer["x-imgurl-outcome"]) == (DEFAULT, "no-store", "default")
    # The first one drawn is the default image.
    assert (len(house.studio.drawn), house.figure('imgurl_render_failures_total{design="card"}')) == (2, 1.0)


def test_a_client_that_leaves_leaves_the_queue(build: Callable[..., House]) -> None:
    """A picture that waits for another one is dropped when its only client closes the connection."""
    house = build()

    async def main() -> None:
        leaves = asyncio.Event()
        scope = scope_of("GET", RED_LINK, ())

        async def receive() -> MutableMapping[str, Any]:
            await leaves.wait()
            return {"type": "http.disconnect"}

        async def send(_: MutableMapping[str, Any]) -> None:
            pass

        async with house.busy():
            asking = asyncio.create_task(house.endpoint(scope, receive, send))
            await until_waiting(house.queue, 2)
            leaves.set()
            await asking
            await until_waiting(house.queue, 1)
        await house.until_idle()

    asyncio.run(main())
    assert len(house.studio.drawn) == 1


async def until_waiting(queue: RenderQueue, count: int) -> None:
    """Wait until so many pictures wait."""

    async def holds() -> bool:
        return queue.waiting == count

    await until(holds)


def test_one_render_whenever_the_others_come(build: Callable[..., House]) -> None:
    """A request in every turn of the event loop, before, while and after the picture lands: one render.

    Without a disk cache, so that nothing but the flight and the memory cache can keep the others from drawing.
    """
    house = build(on_disk=False)
    house.studio.gate.clear()

    async def main() -> list[Answer]:
        asked = [asyncio.create_task(ask(house.endpoint, RED_LINK))]
        while not asked[0].done():
            asked.append(asyncio.create_task(ask(house.endpoint, RED_LINK)))
            await asyncio.sleep(0)
            if len(asked) == 20:
                house.studio.gate.set()
        return await asyncio.gather(*asked)

    answers = asyncio.run(main())
    assert len(answers) > 20
    assert {RED} == {tint(answers[0]), tint(answers[-1])}
    assert len({answer.body for answer in answers}) == 1
    assert len(house.studio.drawn) == 1


def test_a_late_picture_is_kept_in_memory(build: Callable[..., House]) -> None:
    """Nobody waited for it any more, there is no disk: the picture is there for the next one all the same."""
    house = build(deadline=0.05, on_disk=False)
    house.studio.gate.clear()

    async def main() -> Answer:
        await ask(house.endpoint, RED_LINK)
        house.studio.gate.set()
        await house.until_idle()
        return await ask(house.endpoint, RED_LINK)

    assert tint(asyncio.run(main())) == RED
    assert len(house.studio.drawn) == 1


def test_a_new_process_finds_the_pictures_on_disk(build: Callable[..., House]) -> None:
    """What one process drew the next one serves from disk, and then from memory."""
    first = build().ask(RED_LINK)
    house = build()
    answers = [house.ask(RED_LINK), house.ask(RED_LINK)]
    assert {first.body} == {answer.body for answer in answers}
    sources = ("render", "disk", "memory")
    counted = [house.figure(f'imgurl_served_total{{source="{source}"}}') for source in sources]
    assert counted == [0.0, 1.0, 1.0]


def test_a_damaged_picture_on_disk_is_drawn_again(build: Callable[..., House], tmp_path: Path) -> None:
    """A flipped byte in the cache: the picture is drawn again, with the same bytes as before."""
    first = build().ask(RED_LINK)
    for path in (tmp_path / "cache").rglob("*.png"):
        damaged = bytearray(path.read_bytes())
        damaged[-5] ^= 0xFF
        path.write_bytes(damaged)
    house = build()
    assert house.ask(RED_LINK).body == first.body
    assert len(house.studio.drawn) == 1


def test_an_edit_makes_another_picture(build: Callable[..., House], tmp_path: Path) -> None:
    """After an edit the same link shows the new design under a new ETag; no cache holds it back."""
    house = build()
    before = house.ask(signed("card", {}))
    fields = [{**card()["fields"][0], "fallback": "#123456"}, *card()["fields"][1:]]
    write_design(tmp_path / "designs", document=card(fields=fields))
    assert house.pipeline.reload()
    after = house.ask(signed("card", {}))
    assert [tint(before), tint(after)] == [FALLBACK, (0x12, 0x34, 0x56)]
    assert before["etag"] != after["etag"]


def test_a_link_that_was_seen_expires_all_the_same(
    build: Callable[..., House], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a link shows is remembered by its bytes, but not beyond the time it was signed for."""
    house = build()
    link = signed("card", {"tint": "#ff0000", "first_name": "Ava", "code": "B2", "_x": str(int(time.time()) + 100)})
    seen = [house.ask(link)["x-imgurl-outcome"] for _ in range(2)]
    now = time.time()
    monkeypatch.setattr("imgurl.web.images.time.time", lambda: now + 1_000)
    assert [*seen, house.ask(link)["x-imgurl-outcome"]] == ["ok", "ok", "expired"]


def test_the_default_images_follow_an_edit(build: Callable[..., House], tmp_path: Path) -> None:
    """Prepared again after an edit, the image for bad moments is the new design's."""
    house = build(max_pending=1, on_disk=False)
    house.prepare()
    write_design(tmp_path / "designs", document=card(default_values={"tint": "#123456"}))
    house.pipeline.reload()
    house.prepare()
    assert tint(overloaded(house, RED_LINK)) == (0x12, 0x34, 0x56)


def test_values_are_counted_by_field_and_not_by_content(build: Callable[..., House]) -> None:
    """The figures tell which field of which design fell back; no value is in them."""
    house = build()
    house.ask(signed("card", {"_o": "first_name", "code": "B2", "tint": "#ff0000"}, "&first_name=evil.example&_z=1"))
    assert house.figure('imgurl_fallbacks_total{design="card",field="first_name"}') == 1.0
    assert b"evil" not in house.metrics.exposition()


def test_a_larger_picture_than_the_memory_is_served(build: Callable[..., House]) -> None:
    """A memory cache that holds nothing: pictures come from disk, and no request fails."""
    house = build()
    small = replace(house, memory=MemoryCache(0))
    keys = KeyRing((K1,))
    small.endpoint = ImageEndpoint(
        house.pipeline,
        lambda: keys,
        small.memory,
        Makers(house.queue),
        house.metrics,
        Notes(ImageLog(None), Campaigns()),
    )
    assert [tint(small.ask(RED_LINK)), tint(small.ask(RED_LINK))] == [RED, RED]
    assert house.figure('imgurl_served_total{source="disk"}') == 1.0


def test_a_test_picture_is_marked_and_counted_apart(build: Callable[..., House]) -> None:
    """Other pixels under another ETag, the same values; no figure of production moves."""
    house = build()
    plain = house.ask(RED_LINK)
    before = house.figure('imgurl_requests_total{outcome="ok",status="200"}')
    test = house.ask(signed("card", {"tint": "#ff0000", "first_name": "Ava", "code": "B2"}, key=K1.test_key()))
    assert (test.status, test["x-imgurl-outcome"], test.picture().size) == (200, "ok", SIZE)
    assert (plain["etag"] == test["etag"], plain.picture().tobytes() == test.picture().tobytes()) == (False, False)
    after = house.figure('imgurl_requests_total{outcome="ok",status="200"}')
    assert (before, after, house.figure("imgurl_test_requests_total")) == (1.0, 1.0, 1.0)
    assert house.figure('imgurl_served_total{source="render"}') == 1.0


def test_a_page_is_a_pdf(build: Callable[..., House], tmp_path: Path) -> None:
    """To be shown in the window, under a name, with an ETag; ``_dpr`` changes nothing, so it is the same page."""
    house = build()
    answer = house.ask(signed("card", PAIRS, ext="pdf"))
    assert (answer.status, answer["content-type"], answer["x-imgurl-outcome"]) == (200, "application/pdf", "ok")
    assert answer["content-disposition"] == 'inline; filename="card.pdf"'
    assert (answer["content-security-policy"], answer["x-content-type-options"]) == ("", "nosniff")
    check_by_qpdf(answer.body, tmp_path)
    assert drawn_by_pdfium(answer.body)[TINT_AT[1], TINT_AT[0]] == pytest.approx(RED, abs=1)
    fine = house.ask(signed("card", {**PAIRS, "_dpr": "2"}, ext="pdf"))
    assert (fine.body, fine["etag"]) == (answer.body, answer["etag"])
    assert len(house.studio.drawn) == 1


@pytest.mark.parametrize(
    ("pairs", "key", "color", "outcome"),
    [
        ({"code": "A1"}, K1, FALLBACK, "fallback"),
        ({**PAIRS, "_x": "1000000000"}, K1, EXPIRED, "expired"),
        (PAIRS, K3, DEFAULT, "default"),
    ],
)
def test_a_page_is_always_the_answer(
    build: Callable[..., House], tmp_path: Path, pairs: dict[str, str], key: SigningKey, color: object, outcome: str
) -> None:  # fmt: skip
    """Fallbacks, the expired picture, the default image: each as a page."""
    folder = write_design(tmp_path / "designs", document=card(expired_image="expired.png"))
    write_picture(folder / "expired.png", EXPIRED)
    answer = build().ask(signed("card", pairs, ext="pdf", key=key))
    assert (answer.status, answer["content-type"]) == (200, "application/pdf")
    assert answer["x-imgurl-outcome"].split(";")[0] == outcome
    assert tuple(drawn_by_pdfium(answer.body)[TINT_AT[1], TINT_AT[0]]) == color


def test_a_late_page_gives_way_to_a_page_with_the_default_image(build: Callable[..., House], tmp_path: Path) -> None:
    """The picture that is at hand, on a page; nothing is drawn, and no cache keeps it."""
    house = build(max_pending=1)
    house.prepare()
    answer = overloaded(house, signed("card", PAIRS, ext="pdf"))
    assert (answer.status, answer["content-type"], answer["cache-control"]) == (200, "application/pdf", "no-store")
    check_by_qpdf(answer.body, tmp_path)
    assert tuple(drawn_by_pdfium(answer.body)[TINT_AT[1], TINT_AT[0]]) == DEFAULT


def test_a_page_of_a_test_key_is_marked(build: Callable[..., House]) -> None:
    """Another file under another ETag."""
    house = build()
    plain, test = (house.ask(signed("card", PAIRS, ext="pdf", key=key)) for key in (K1, K1.test_key()))
    assert plain["etag"] != test["etag"]
    assert (drawn_by_pdfium(plain.body) != drawn_by_pdfium(test.body)).any()


def test_who_opens_a_page_that_is_refused_reads_why(build: Callable[..., House]) -> None:
    """Not a pixel: somebody followed a link. The sentence is the same for every bad signature."""
    answer = build().ask(signed("card", PAIRS, ext="pdf", key=K4))
    assert (answer.status, answer["content-type"]) == (403, "text/plain; charset=utf-8")
    assert answer.body == b"Forbidden: the URL was not signed by this server, or was changed\n"
