"""Facts of imgurl.batches.warm: an image that was drawn ahead is the one that a request gets."""

import asyncio
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from imgurl.batches.warm import NO_ROOM, NOT_DRAWN, NOT_GATHERED, NOT_KEPT, NOT_LASTING, Warmer
from imgurl.cache.disk import SWEEP_TO, DiskCache
from imgurl.cache.shared import SharedCache
from imgurl.composition.showing import gathering_with
from imgurl.config import Secret, Settings
from imgurl.design.archive import Archive
from imgurl.errors import RenderFailed, SettingsError, UnknownDesign
from imgurl.pipeline.picture import Picture
from imgurl.pipeline.press import Press
from imgurl.pipeline.warming import WarmingPipeline
from imgurl.plate.render import Rendered
from imgurl.tables.form import Kind
from imgurl.text.fonts import FontCatalogue
from imgurl.urls.mint import Minter
from imgurl.web.app import create_app
from tests.batches.factories import BASE, LIST, BatchRunner
from tests.gathering.origin import png
from tests.pipeline.factories import pipeline_over, warming_over
from tests.plate.countdowns import sale
from tests.servers.stub import Request, Stub, response, run_stub
from tests.web.asgi import ask
from tests.web.designs import TINT_AT, card, write_design
from tests.web.server import K1, KEYS, signed

OpenPipeline = Callable[..., WarmingPipeline]


@pytest.fixture
def opened(runner: BatchRunner) -> Iterator[OpenPipeline]:
    """Opens pipelines over the designs of the runner."""
    with ExitStack() as stack:

        def open_one(**parts: Any) -> WarmingPipeline:
            return stack.enter_context(closing(warming_over(runner.folder / "designs", runner.fonts, **parts)))

        yield open_one


@pytest.fixture
def pipeline(runner: BatchRunner, opened: OpenPipeline) -> WarmingPipeline:
    """A pipeline as a worker has it, over the data folder of a server."""
    return opened(
        archive=Archive(runner.folder / "data" / "versions"), disk=DiskCache(runner.folder / "data" / "cache", 10**7)
    )


Serve = Callable[[list[str]], tuple[list[bytes], list[str]]]


@pytest.fixture
def served(runner: BatchRunner, capfd: pytest.CaptureFixture[str]) -> Serve:
    """Asks a new server over the same designs and data; returns the images, and where each came from."""

    async def ask_all(targets: list[str]) -> list[bytes]:
        settings = Settings(
            designs=runner.folder / "designs", data=runner.folder / "data", signing_keys=Secret(KEYS), renderers=0
        )
        app = create_app(settings)
        return [(await ask(app, target)).body for target in targets]

    def serve(targets: list[str]) -> tuple[list[bytes], list[str]]:
        capfd.readouterr()
        bodies = asyncio.run(ask_all(targets))
        logged = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
        return bodies, [line["source"] for line in logged if line["event"] == "image"]

    return serve


def targets_of(runner: BatchRunner) -> list[str]:
    """Return what is asked for the URLs of a result."""
    return [row["image_url"].removeprefix(BASE) for row in runner.rows()]


@pytest.mark.parametrize(
    "options",
    [{}, {"ext": "jpg", "dpr": 2}, {"pin": True, "campaign": "april", "expires": 9_000_000_000}, {"test": True}],
    ids=["plain", "dense", "pinned", "test"],
)  # fmt: skip
def test_a_warmed_image_is_served_from_the_cache(
    runner: BatchRunner, pipeline: WarmingPipeline, served: Serve, options: dict[str, Any]
) -> None:
    """The server draws nothing: what the URL of a row resolves to is in its cache already."""
    if options.get("pin") is True:
        options = {**options, "pin": pipeline.library.find("card").version[:16]}
    runner.done(LIST, work=runner.work(pipeline=pipeline), warm=True, **options)
    bodies, sources = served(targets_of(runner))
    assert sources == ["disk"] * 3
    if not options:
        colors = [Image.open(BytesIO(body)).convert("RGB").getpixel(TINT_AT) for body in bodies]
        assert colors == [(255, 0, 0), (0, 0, 255), (0, 255, 0)]


def test_a_cold_image_is_drawn_by_the_server(runner: BatchRunner, served: Serve) -> None:
    """Without warming: the proof that what is reported above can be otherwise."""
    runner.done(LIST)
    _, sources = served(targets_of(runner))
    assert sources == ["render"] * 3


class Counting(Press):
    """A press that counts what it draws."""

    drawn = 0

    def render(self, picture: Picture) -> Rendered:
        """Draw and count."""
        self.drawn += 1
        return super().render(picture)


def test_an_image_that_is_there_is_not_drawn_again(runner: BatchRunner, opened: OpenPipeline, tmp_path: Path) -> None:
    """Rows with the same values share one image, and so do a chunk and its repetition."""
    press = Counting(runner.fonts)
    pipeline = opened(disk=DiskCache(tmp_path / "cache", 10_000_000), press=press)
    data = b"first_name\n" + b"Ava\n Ava \nLeo\n" * 3
    for job_id in ("one", "two"):
        runner.done(data, job_id, work=runner.work(pipeline=pipeline), warm=True)
    # And the sample, by which the room is estimated.
    assert press.drawn == 2 + 1


def test_a_letter_that_no_font_has_is_reported(runner: BatchRunner, pipeline: WarmingPipeline) -> None:
    """Only drawing shows it: the fallback is drawn, a warning says so, and it is counted."""
    tally = runner.done("first_name\nAva \ue123\n".encode(), work=runner.work(pipeline=pipeline), warm=True)
    (row,) = runner.rows()
    assert row["warnings"] == "first_name has a character that no font can draw; the fallback is shown"
    assert tally.fallbacks["first_name"] == 1


def test_a_required_value_that_no_font_has_is_reported_too(runner: BatchRunner, pipeline: WarmingPipeline) -> None:
    """There the default image is drawn."""
    work = runner.work(pipeline=pipeline)
    runner.done("first_name,tint,code\nAva \ue123,red,B2\n".encode(), work=work, warm=True, design="named")
    assert runner.rows()[0]["warnings"] == (
        "first_name has a character that no font can draw; the default image is shown"
    )


class Failing(Press):
    """A press that can't draw."""

    def render(self, picture: Picture) -> Rendered:
        """Fail."""
        raise RenderFailed(f"design '{picture.design.id}' could not be drawn")


def test_an_image_that_can_not_be_drawn_is_reported(runner: BatchRunner, opened: OpenPipeline) -> None:
    """The URL is good all the same."""
    pipeline = opened(press=Failing(runner.fonts))
    tally = runner.done(b"first_name,tint,code\nAva,red,B2\n", warm=True, work=runner.work(pipeline=pipeline))
    (row,) = runner.rows()
    assert (row["warnings"], row["error"], tally.done) == (NOT_DRAWN, "", 1)
    assert row["image_url"].startswith(BASE)


def test_an_edited_design_is_drawn_as_it_is_now(runner: BatchRunner, pipeline: WarmingPipeline, served: Serve) -> None:
    """A worker that lives for weeks looks at the designs before each chunk, as a server does."""
    write_design(runner.folder / "designs", document=card(size={"width": 44, "height": 22}))
    runner.done(LIST, work=runner.work(pipeline=pipeline), warm=True)
    bodies, sources = served(targets_of(runner))
    assert sources == ["disk"] * 3
    assert Image.open(BytesIO(bodies[0])).size == (44, 22)


def test_a_design_that_is_gone_fails_the_batch(runner: BatchRunner, pipeline: WarmingPipeline) -> None:
    """There is nothing to draw; the error says which design."""
    target = Minter(K1, "").mint("other", {})
    with pytest.raises(UnknownDesign, match="there is no design 'other'"):
        Warmer(pipeline, K1).begin([(target, True)])


def test_a_worker_that_can_not_draw_says_so(runner: BatchRunner) -> None:
    """It is for another one."""
    runner.accept(warm=True)
    work = runner.work()
    work.split("job")
    with pytest.raises(SettingsError, match="this worker cannot render"):
        work.run_chunk("job", 0)


def small_cache(runner: BatchRunner, opened: OpenPipeline, images: int) -> WarmingPipeline:
    """Return a pipeline whose disk cache keeps so many pictures of the small design."""
    probe = pipeline_over(runner.folder / "designs", runner.fonts)
    design = probe.library.find("card")
    weight = len(probe.render(probe.picture_of(design, design.samples, "png")).body)
    cache = DiskCache(runner.folder / "small", int((images + 0.5) * weight / SWEEP_TO))
    return opened(disk=cache)


def test_no_more_is_drawn_than_stays(runner: BatchRunner, opened: OpenPipeline) -> None:
    """A batch larger than the disk cache: the first images are drawn and counted, the others reported as not drawn."""
    work = runner.work(pipeline=small_cache(runner, opened, 4))
    data = b"first_name\n" + b"".join(b"Ava%c\n" % letter for letter in b"abcdefg")
    tally = runner.done(data, work=work, warm=True)
    warnings = [NO_ROOM in row["warnings"] for row in runner.rows()]
    assert (warnings, tally.drawn, tally.done) == ([False] * 4 + [True] * 3, 4, 7)
    assert "the first 4 are rendered in advance" in work.warm_limit("job").warning
    assert "7 images of about" in work.warm_limit("job").warning


def test_an_image_that_is_there_needs_no_room(runner: BatchRunner, opened: OpenPipeline) -> None:
    """Rows behind the room whose values came before are drawn all the same."""
    work = runner.work(pipeline=small_cache(runner, opened, 2))
    tally = runner.done(b"first_name\n" + b"Ava\nLeo\n" * 5, work=work, warm=True)
    assert (tally.drawn, {row["warnings"] for row in runner.rows()}) == (10, {""})


def test_a_batch_that_has_room_is_drawn_whole(runner: BatchRunner, pipeline: WarmingPipeline) -> None:
    """Nothing is said, and each row counts as drawn; without drawing ahead none does."""
    work = runner.work(pipeline=pipeline)
    assert (runner.done(LIST, work=work, warm=True).drawn, work.warm_limit("job").warning) == (3, "")
    assert runner.done(LIST, "cold").drawn == 0


def test_a_shared_store_has_room_for_all(runner: BatchRunner, opened: OpenPipeline) -> None:
    """Whatever the disk cache of one machine keeps."""
    with closing(SharedCache(runner.storage)) as shared:
        disk = DiskCache(runner.folder / "small", 1_000)
        work = runner.work(pipeline=opened(disk=disk, shared=shared))
        assert (runner.done(LIST, work=work, warm=True).drawn, work.warm_limit("job").warning) == (3, "")


def test_an_image_that_can_not_be_kept_is_reported(runner: BatchRunner, opened: OpenPipeline) -> None:
    """A full disk: the image was drawn for nothing, and does not count."""
    (runner.folder / "file").write_text("in the way")
    disk = DiskCache(runner.folder / "file" / "cache", 10_000_000)
    tally = runner.done(LIST, work=runner.work(pipeline=opened(disk=disk)), warm=True)
    assert (tally.drawn, all(NOT_KEPT in row["warnings"] for row in runner.rows())) == (0, True)


def test_remote_pictures_are_fetched_ahead(runner: BatchRunner, opened: OpenPipeline) -> None:
    """Those of many rows at once, each once; a row whose picture can't be had says so, and is drawn on request."""
    at_once, lock, running = [0], threading.Lock(), [0]

    def answer(request: Request, stub: Stub) -> Iterator[bytes]:
        with lock:
            running[0] += 1
            at_once[0] = max(at_once[0], running[0])
        stub.closing.wait(0.2)
        with lock:
            running[0] -= 1
        yield response("200 OK", png()) if request.target != "/A7.png" else response("403 No")

    with run_stub(answer) as stub:
        document = card(hosts=["localhost"])
        box = {"x": 30, "y": 5, "width": 10, "height": 10}
        document["layers"].append({"type": "image", "url": f"http://localhost:{stub.port}/<<code>>.png", "box": box})
        write_design(runner.folder / "designs", "remote", document)
        disk = DiskCache(runner.folder / "data" / "cache", 10_000_000)
        pipeline = opened(disk=disk)
        pipeline.gather_with(gathering_with(Settings(remote_hosts="localhost"), pipeline.look, disk))
        work = runner.work(chunk_rows=20, pipeline=pipeline)
        runner.accept(b"code\n" + b"".join(b"A%d\n" % number for number in range(10)), design="remote", warm=True)
        work.split("job")
        tally = work.run_chunk("job", 0)
        targets = sorted(request.target for request in stub.requests)
    assert (tally.total, tally.done, tally.drawn) == (10, 10, 9)
    # The first picture is that of the sample values, by which the size of all is estimated.
    assert set(targets) == {f"/A{number}.png" for number in range(10)}
    assert len(targets) == len(set(targets))
    assert at_once[0] > 3
    work.finish("job")
    assert b"".join(work.result("job", Kind.CSV)).count(NOT_GATHERED.encode()) == 1


def test_a_countdown_is_not_rendered_in_advance(fonts: FontCatalogue, tmp_path: Path) -> None:
    """It runs from the second in which it is opened; the sentence of a PNG is rendered like any picture."""
    write_design(tmp_path / "designs", "sale", sale())
    ends = {"ends": str(int(time.time()) + 3_600)}
    wishes = [(signed("sale", ends, ext=ext), True) for ext in ("gif", "png")]
    with closing(warming_over(tmp_path / "designs", fonts, disk=DiskCache(tmp_path / "cache", 10_000_000))) as warmed:
        gif, png = (outcome() for outcome in Warmer(warmed, K1).begin(wishes))
    assert (gif.warnings, gif.is_there) == ((NOT_LASTING,), False)
    assert (png.warnings, png.is_there) == ((), True)
