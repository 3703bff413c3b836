"""Facts of imgurl.batches.warm: an image that was drawn ahead is the one that a request gets."""

import asyncio
import json
from collections.abc import Callable
from contextlib import closing
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from pydantic import SecretStr

from imgurl.batches.warm import NO_ROOM, NOT_DRAWN, NOT_KEPT, Warmer
from imgurl.cache.disk import SWEEP_TO, DiskCache
from imgurl.cache.shared import SharedCache
from imgurl.config import Settings
from imgurl.design.archive import Archive
from imgurl.design.shelf import open_shelf
from imgurl.errors import RenderFailed, SettingsError, UnknownDesign
from imgurl.pipeline.path import Pipeline
from imgurl.pipeline.picture import Picture
from imgurl.pipeline.press import Press
from imgurl.plate.render import Rendered
from imgurl.urls.mint import Minter
from imgurl.web.app import create_app
from tests.batches.making import BASE, LIST, Desk
from tests.pipeline.making import pipeline_over
from tests.web.asgi import ask
from tests.web.designs import TINT_AT, card, write_design
from tests.web.serving import K1, KEYS


@pytest.fixture
def pipeline(desk: Desk) -> Pipeline:
    """A pipeline as a worker has it, over the data folder of a server."""
    return pipeline_over(
        desk.folder / "designs", desk.fonts, archive=Archive(desk.folder / "data" / "versions"),
        disk=DiskCache(desk.folder / "data" / "cache", 10_000_000),
    )  # fmt: skip


Serve = Callable[[list[str]], tuple[list[bytes], list[str]]]


@pytest.fixture
def served(desk: Desk, capsys: pytest.CaptureFixture[str]) -> Serve:
    """Asks a new server over the same designs and data; returns the images, and where each came from."""

    async def ask_all(targets: list[str]) -> list[bytes]:
        settings = Settings(designs=desk.folder / "designs", data=desk.folder / "data", signing_keys=SecretStr(KEYS))
        app = create_app(settings)
        return [(await ask(app, target)).body for target in targets]

    def serve(targets: list[str]) -> tuple[list[bytes], list[str]]:
        capsys.readouterr()
        bodies = asyncio.run(ask_all(targets))
        logged = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        return bodies, [line["source"] for line in logged if line["event"] == "image"]

    return serve


def targets_of(desk: Desk) -> list[str]:
    """Return what is asked for the URLs of a result."""
    return [row["image_url"].removeprefix(BASE) for row in desk.rows()]


@pytest.mark.parametrize(
    "options",
    [{}, {"ext": "jpg", "dpr": 2}, {"pin": True, "campaign": "april", "expires": 9_000_000_000}, {"test": True}],
    ids=["plain", "dense", "pinned", "test"],
)  # fmt: skip
def test_a_warmed_image_is_served_from_the_cache(
    desk: Desk, pipeline: Pipeline, served: Serve, options: dict[str, Any]
) -> None:
    """The server draws nothing: what the URL of a row resolves to lies in its cache already."""
    if options.get("pin") is True:
        options = {**options, "pin": pipeline.library.find("card").version[:16]}
    desk.done(LIST, work=desk.work(pipeline=pipeline), warm=True, **options)
    bodies, sources = served(targets_of(desk))
    assert sources == ["disk"] * 3
    if not options:
        colors = [Image.open(BytesIO(body)).convert("RGB").getpixel(TINT_AT) for body in bodies]
        assert colors == [(255, 0, 0), (0, 0, 255), (0, 255, 0)]


def test_a_cold_image_is_drawn_by_the_server(desk: Desk, served: Serve) -> None:
    """Without warming: the proof that what is told above can be otherwise."""
    desk.done(LIST)
    _, sources = served(targets_of(desk))
    assert sources == ["render"] * 3


class Counting(Press):
    """A press that counts what it draws."""

    drawn = 0

    def begin(self, picture: Picture) -> Rendered | Callable[[], Rendered]:
        """Draw and count."""
        self.drawn += 1
        return super().begin(picture)


def test_an_image_that_is_there_is_not_drawn_again(desk: Desk, tmp_path: Path) -> None:
    """Rows with the same values share one image, and so do a chunk and its repetition."""
    press = Counting(desk.fonts)
    disk = DiskCache(tmp_path / "cache", 10_000_000)
    pipeline = Pipeline(open_shelf(desk.folder / "designs", desk.fonts), press, disk)
    data = b"first_name\n" + b"Ava\n Ava \nLeo\n" * 3
    for job_id in ("one", "two"):
        desk.done(data, job_id, work=desk.work(pipeline=pipeline), warm=True)
    # And the sample, by which the room is estimated.
    assert press.drawn == 2 + 1


def test_a_letter_that_no_font_has_is_told(desk: Desk, pipeline: Pipeline) -> None:
    """Only drawing shows it: the fallback is drawn, a warning says so, and it is counted."""
    tally = desk.done("first_name\nAva \ue123\n".encode(), work=desk.work(pipeline=pipeline), warm=True)
    (row,) = desk.rows()
    assert row["warnings"] == "first_name has a character that no font can draw; the fallback is shown"
    assert tally.fallbacks["first_name"] == 1


def test_a_required_value_that_no_font_has_is_told_too(desk: Desk, pipeline: Pipeline) -> None:
    """There the default image is drawn."""
    work = desk.work(pipeline=pipeline)
    desk.done("first_name,tint,code\nAva \ue123,red,B2\n".encode(), work=work, warm=True, design="named")
    assert desk.rows()[0]["warnings"] == (
        "first_name has a character that no font can draw; the default image is shown"
    )


class Failing(Press):
    """A press that can't draw."""

    def begin(self, picture: Picture) -> Rendered | Callable[[], Rendered]:
        """Fail."""
        raise RenderFailed(f"design '{picture.design.id}' could not be drawn")


def test_an_image_that_can_not_be_drawn_is_told(desk: Desk) -> None:
    """The URL is good all the same."""
    pipeline = Pipeline(open_shelf(desk.folder / "designs", desk.fonts), Failing(desk.fonts))
    tally = desk.done(b"first_name,tint,code\nAva,red,B2\n", warm=True, work=desk.work(pipeline=pipeline))
    (row,) = desk.rows()
    assert (row["warnings"], row["error"], tally.done) == (NOT_DRAWN, "", 1)
    assert row["image_url"].startswith(BASE)


def test_an_edited_design_is_drawn_as_it_is_now(desk: Desk, pipeline: Pipeline, served: Serve) -> None:
    """A worker that lives for weeks looks at the designs before each chunk, as a server does."""
    write_design(desk.folder / "designs", document=card(size={"width": 44, "height": 22}))
    desk.done(LIST, work=desk.work(pipeline=pipeline), warm=True)
    bodies, sources = served(targets_of(desk))
    assert sources == ["disk"] * 3
    assert Image.open(BytesIO(bodies[0])).size == (44, 22)


def test_a_design_that_is_gone_fails_the_batch(desk: Desk, pipeline: Pipeline) -> None:
    """There is nothing to draw; the error says which design."""
    target = Minter(K1, "").mint("other", {})
    with pytest.raises(UnknownDesign, match="there is no design 'other'"):
        Warmer(pipeline, K1).draw(target)


def test_a_worker_that_can_not_draw_says_so(desk: Desk) -> None:
    """It is for another one."""
    desk.accept(warm=True)
    work = desk.work()
    work.split("job")
    with pytest.raises(SettingsError, match="this worker can't draw"):
        work.run_chunk("job", 0)


def small_cache(desk: Desk, images: int) -> Pipeline:
    """Return a pipeline whose disk cache keeps so many pictures of the small design."""
    probe = pipeline_over(desk.folder / "designs", desk.fonts)
    design = probe.library.find("card")
    weight = len(probe.render(probe.picture_of(design, design.samples, "png")).body)
    cache = DiskCache(desk.folder / "small", int((images + 0.5) * weight / SWEEP_TO))
    return pipeline_over(desk.folder / "designs", desk.fonts, disk=cache)


def test_no_more_is_drawn_than_stays(desk: Desk) -> None:
    """A batch larger than the disk cache: the first images are drawn and counted, the others are told not to be."""
    work = desk.work(pipeline=small_cache(desk, 4))
    data = b"first_name\n" + b"".join(b"Ava%c\n" % letter for letter in b"abcdefg")
    tally = desk.done(data, work=work, warm=True)
    warnings = [NO_ROOM in row["warnings"] for row in desk.rows()]
    assert (warnings, tally.drawn, tally.done) == ([False] * 4 + [True] * 3, 4, 7)
    assert "the first 4 are drawn ahead" in work.room("job").warning
    assert "7 images of about" in work.room("job").warning


def test_an_image_that_is_there_needs_no_room(desk: Desk) -> None:
    """Rows behind the room whose values came before are drawn all the same."""
    work = desk.work(pipeline=small_cache(desk, 2))
    tally = desk.done(b"first_name\n" + b"Ava\nLeo\n" * 5, work=work, warm=True)
    assert (tally.drawn, {row["warnings"] for row in desk.rows()}) == (10, {""})


def test_a_batch_that_has_room_is_drawn_whole(desk: Desk, pipeline: Pipeline) -> None:
    """Nothing is said, and each row counts as drawn; without drawing ahead none does."""
    work = desk.work(pipeline=pipeline)
    assert (desk.done(LIST, work=work, warm=True).drawn, work.room("job").warning) == (3, "")
    assert desk.done(LIST, "cold").drawn == 0


def test_a_shared_store_has_room_for_all(desk: Desk) -> None:
    """Whatever the disk cache of one machine keeps."""
    with closing(SharedCache(desk.storage)) as shared:
        disk = DiskCache(desk.folder / "small", 1_000)
        work = desk.work(pipeline=pipeline_over(desk.folder / "designs", desk.fonts, disk=disk, shared=shared))
        assert (desk.done(LIST, work=work, warm=True).drawn, work.room("job").warning) == (3, "")


def test_an_image_that_can_not_be_kept_is_told(desk: Desk) -> None:
    """A full disk: the image was drawn for nothing, and does not count."""
    (desk.folder / "file").write_text("in the way")
    disk = DiskCache(desk.folder / "file" / "cache", 10_000_000)
    tally = desk.done(
        LIST, work=desk.work(pipeline=pipeline_over(desk.folder / "designs", desk.fonts, disk=disk)), warm=True
    )
    assert (tally.drawn, all(NOT_KEPT in row["warnings"] for row in desk.rows())) == (0, True)
