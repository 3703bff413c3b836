"""The one path from a signed URL to an image, without HTTP."""

import dataclasses
from collections.abc import Callable
from concurrent.futures import Executor
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from imgurl.cache.disk import DiskCache
from imgurl.config import shipped
from imgurl.design.archive import Archive
from imgurl.errors import BadDesign, RenderFailed, UnknownDesign
from imgurl.merge.judge import Flag
from imgurl.merge.resolve import Origin
from imgurl.pipeline.drawing import PressPipeline
from imgurl.pipeline.picture import Outcome, Picture, PictureKind
from imgurl.pipeline.showing import FOREVER_SECONDS, default_picture
from imgurl.plate.compile import Plate, compile_plate
from imgurl.text.fonts import FontCatalogue
from imgurl.urls.signing import KeyState
from imgurl.urls.target import SignedUrl, parse_target
from tests.design.documents import SHIPPED
from tests.pipeline.factories import pipeline_over
from tests.web.designs import EXPIRED, SIZE, TINT_AT, card, write_design, write_picture
from tests.web.server import signed

NOW = 1_800_000_000.0
RED = {"tint": "#ff0000", "first_name": "Ava", "code": "B2"}

MakePipeline = Callable[..., PressPipeline]


def read(target: str) -> SignedUrl:
    """Read a target the way the server does."""
    path, _, query = target.encode().partition(b"?")
    return parse_target(path, query)


def link(pairs: dict[str, str], behind: str = "", ext: str = "png") -> SignedUrl:
    """Return a signed URL of the small design."""
    return read(signed("card", pairs, behind, ext=ext))


def color(pipeline: PressPipeline, picture: Picture) -> object:
    """Draw a picture and return the colour that tells which values it was drawn with."""
    with Image.open(BytesIO(pipeline.render(picture).body)) as image:
        return image.convert("RGB").getpixel(TINT_AT)


@pytest.fixture
def designs(tmp_path: Path) -> Path:
    """A folder with the small design."""
    write_design(tmp_path / "designs")
    return tmp_path / "designs"


@pytest.fixture
def make(designs: Path, tmp_path: Path, fonts: FontCatalogue) -> MakePipeline:
    """Makes pipelines over the folder, with an archive of versions."""
    return lambda **more: pipeline_over(designs, fonts, archive=Archive(tmp_path / "versions"), **more)


def edited(tint: str) -> dict[str, object]:
    """Return the small design with another fallback colour."""
    fields = card()["fields"]
    return card(fields=[{**fields[0], "fallback": tint}, *fields[1:]])


def test_a_url_is_resolved_before_a_pixel_is_drawn(make: MakePipeline) -> None:
    """Resolving tells values, key, outcome and age; equal URLs give equal keys."""
    pipeline = make()
    picture = pipeline.resolve(link(RED), KeyState.SIGN, NOW)
    assert (picture.kind, picture.outcome, picture.max_age) == (PictureKind.VALUES, Outcome.OK, 86_400)
    assert picture.texts == {"tint": "#ff0000", "first_name": "Ava", "code": "B2"}
    assert pipeline.resolve(link(dict(reversed(RED.items()))), KeyState.VERIFY, NOW).key == picture.key


def test_dirty_spellings_share_a_key(make: MakePipeline) -> None:
    """Cleaning comes before the key."""
    pipeline = make()
    spellings = ["Ava%20Lee", "Ava+Lee", "%20Ava%20%20Lee%20", "A%E2%80%8Bva%20Lee", "Ava%0ALee", "Ava%C2%A0Lee"]
    pairs = {"_o": "first_name", "tint": "#ff0000", "code": "B2"}
    pictures = [
        pipeline.resolve(link(pairs, f"&first_name={spelling}&_z=1"), KeyState.SIGN, NOW) for spelling in spellings
    ]
    assert {"Ava Lee"} == {picture.texts["first_name"] for picture in pictures}
    assert len({picture.key for picture in pictures}) == 1


def test_what_changes_pixels_changes_the_key(make: MakePipeline, designs: Path) -> None:
    """Value, format, pixel density and design version each make another key."""
    pipeline = make()
    urls = [link(RED), link({**RED, "tint": "#ff0001"}), link(RED, ext="gif"), link({**RED, "_dpr": "2"})]
    keys = {pipeline.resolve(url, KeyState.SIGN, NOW).key for url in urls}
    write_design(designs, document=edited("#010203"))
    assert pipeline.reload()
    keys.add(pipeline.resolve(link(RED), KeyState.SIGN, NOW).key)
    assert len(keys) == 5


def test_what_does_not_change_pixels_does_not_change_the_key(make: MakePipeline) -> None:
    """Expiry, campaign, dialect and whether a value was sealed or open leave the key as it is."""
    pipeline = make()
    urls = [
        link(RED),
        link({**RED, "_x": "1900000000", "_c": "april"}),
        link({"_o": "first_name", "_m": "mailchimp", "tint": "#ff0000", "code": "B2"}, "&first_name=Ava&_z=1"),
    ]
    assert len({pipeline.resolve(url, KeyState.SIGN, NOW).key for url in urls}) == 1


@pytest.mark.parametrize(
    ("behind", "outcome", "concerned", "flag", "origin"),
    [
        ("&first_name=Mia&_z=1", Outcome.OK, (), None, Origin.OPEN),
        ("&_z=1", Outcome.FALLBACK, ("first_name",), Flag.MISSING, Origin.URL_FALLBACK),
        ("&first_name=%3C%3Cfirst_name%3E%3E&_z=1", Outcome.UNRESOLVED, ("first_name",), Flag.UNRESOLVED,
         Origin.URL_FALLBACK),
        ("&first_name=Mi", Outcome.CUT, ("first_name",), Flag.CUT, Origin.URL_FALLBACK),
        ("&first_name=evil.example&_z=1", Outcome.FALLBACK, ("first_name",), Flag.LINK, Origin.URL_FALLBACK),
    ],
)  # fmt: skip
def test_each_way_a_value_can_go(
    make: MakePipeline, behind: str, outcome: Outcome, concerned: tuple[str, ...], flag: Flag | None, origin: Origin
) -> None:
    """An open value, a missing one, an unreplaced tag, a cut URL, a refused value: outcome, fields, flag, origin."""
    pairs = {"_o": "first_name", "first_name": "Guest", "tint": "#ff0000", "code": "B2"}
    picture = make().resolve(link(pairs, behind), KeyState.SIGN, NOW)
    assert (outcome, concerned) == (picture.outcome, picture.concerned)
    (value,) = [value for value in picture.values if value.field == "first_name"]
    assert origin is value.origin
    assert flag is None or flag in value.flags
    assert picture.texts["first_name"] == ("Mia" if origin is Origin.OPEN else "Guest")


def test_a_character_no_font_has_falls_back(make: MakePipeline) -> None:
    """A name that would show empty boxes gives way to the fallback, with a flag that says why."""
    # A private use character: no font of any script has it.
    picture = make().resolve(link({**RED, "first_name": "Ava \ue123"}), KeyState.SIGN, NOW)
    (value,) = [value for value in picture.values if value.field == "first_name"]
    assert (value.text, value.origin, picture.outcome) == ("there", Origin.DESIGN_FALLBACK, Outcome.FALLBACK)
    assert Flag.NO_GLYPH in value.flags


def test_an_unknown_design_is_an_error_with_near_names(make: MakePipeline) -> None:
    """A design that is not there is named, with the nearest one."""
    with pytest.raises(UnknownDesign, match=r"there is no design 'cart': did you mean 'card'\?"):
        make().resolve(read(signed("cart", {})), KeyState.SIGN, NOW)


@pytest.mark.parametrize(
    ("after", "outcome", "max_age"),
    [(-1_000, Outcome.OK, 1_000), (-1, Outcome.OK, 1), (0, Outcome.OK, 0), (59, Outcome.OK, 0), (60, Outcome.OK, 0),
     (61, Outcome.EXPIRED, None)],
)  # fmt: skip
def test_a_url_expires_a_minute_after_its_time(
    make: MakePipeline, after: int, outcome: Outcome, max_age: int | None
) -> None:
    """Around _x: up to 60 s later it still works for clocks that differ, but nobody may keep it beyond _x."""
    picture = make().resolve(link({**RED, "_x": "1800000000"}), KeyState.SIGN, NOW + after)
    assert (outcome, max_age) == (picture.outcome, picture.max_age)


def test_the_expired_image_is_drawn_where_the_design_has_one(make: MakePipeline, designs: Path) -> None:
    """An expired URL shows the design's own picture for this, the same one for all values."""
    folder = write_design(designs, document=card(expired_image="over.png"))
    write_picture(folder / "over.png", EXPIRED)
    pipeline = make()
    pictures = [
        pipeline.resolve(link({**RED, "tint": tint, "_x": "1000000000"}), KeyState.SIGN, NOW)
        for tint in ("#ff0000", "#00ffff")
    ]
    assert pictures[0].key == pictures[1].key
    assert (pictures[0].kind, color(pipeline, pictures[0])) == (PictureKind.EXPIRED, EXPIRED)


def test_a_retired_key_gets_the_default_image(make: MakePipeline) -> None:
    """Default values, else fallbacks; not the values of the URL; not to be kept."""
    pipeline = make()
    picture = pipeline.resolve(link(RED), KeyState.RETIRED, NOW)
    assert picture.texts == {"tint": "#ffff00", "first_name": "there", "code": ""}
    assert (picture.kind, picture.outcome, picture.max_age) == (PictureKind.DEFAULT, Outcome.DEFAULT, None)
    assert picture.key == default_picture(picture.design, "png").key


def test_a_required_field_without_a_value_gets_the_default_image(make: MakePipeline, designs: Path) -> None:
    """A missing required value shows the default image, and the outcome names the field."""
    fields = [{**card()["fields"][0], "required": True, "fallback": None}, *card()["fields"][1:]]
    write_design(designs, document=card(fields=fields))
    picture = make().resolve(link({"first_name": "Ava"}), KeyState.SIGN, NOW)
    assert (picture.outcome, picture.concerned, picture.texts["tint"]) == (Outcome.DEFAULT, ("tint",), "#ffff00")
    assert picture.reason == "the default image is shown; required and without a value: tint"


def test_a_design_may_set_its_own_age(make: MakePipeline, designs: Path) -> None:
    """max_age of the design wins over the setting; a pin wins over both; _x ends all."""
    write_design(designs, document=card(max_age=60))
    pipeline = make(max_age=1_000)
    version = pipeline.library.find("card").version
    urls = [link(RED), link({**RED, "_v": version[:12]}), link({**RED, "_v": version[:12], "_x": "1800000005"})]
    pictures = [pipeline.resolve(url, KeyState.SIGN, NOW) for url in urls]
    assert [picture.max_age for picture in pictures] == [60, FOREVER_SECONDS, 5]
    assert [picture.immutable for picture in pictures] == [False, True, True]


def test_a_pinned_url_shows_its_version_after_an_edit(make: MakePipeline, designs: Path) -> None:
    """The archived version is drawn for the pin, the new one without; both may be kept."""
    folder = write_design(designs, document=card(background={"asset": "photo.png"}, layers=card()["layers"][1:]))
    write_picture(folder / "photo.png", (9, 9, 9))
    pipeline = make()
    version = pipeline.library.find("card").version
    before = pipeline.resolve(link({**RED, "_v": version[:16]}), KeyState.SIGN, NOW)
    write_picture(folder / "photo.png", (200, 9, 9))
    assert pipeline.reload()
    pinned = pipeline.resolve(link({**RED, "_v": version[:16]}), KeyState.SIGN, NOW)
    plain = pipeline.resolve(link(RED), KeyState.SIGN, NOW)
    assert before.key == pinned.key
    assert [color(pipeline, pinned), color(pipeline, plain)] == [(9, 9, 9), (200, 9, 9)]
    assert (pinned.max_age, pinned.immutable) == (FOREVER_SECONDS, True)


def test_a_new_process_still_has_the_old_versions(make: MakePipeline, designs: Path) -> None:
    """The archive is on disk: a server that was started after the edit shows the pinned version."""
    version = make().library.find("card").version
    write_design(designs, document=edited("#010203"))
    pipeline = make()
    pinned = pipeline.resolve(link({"_v": version[:12]}), KeyState.SIGN, NOW)
    assert [
        color(pipeline, pinned), color(pipeline, pipeline.resolve(link({}), KeyState.SIGN, NOW))
    ] == [(0, 255, 0), (1, 2, 3)]  # fmt: skip


def test_a_pin_to_an_unknown_version_shows_the_present_one(make: MakePipeline) -> None:
    """Better this version than none; no cache may keep it under the pin, and outcome and reason say what it is."""
    picture = make().resolve(link({**RED, "_v": "0123456789ab"}), KeyState.SIGN, NOW)
    assert (picture.outcome, picture.max_age, picture.immutable) == (Outcome.OTHER_VERSION, None, False)
    assert picture.reason == "the version 0123456789ab of the design is not kept here, the current one is shown"


def test_dpr_is_held_below_the_limits(make: MakePipeline, designs: Path) -> None:
    """A design of 4 megapixels is drawn at 1, whatever the URL says: a key may leak."""
    write_design(designs, document=card(size={"width": 2_000, "height": 2_000}))
    picture = make().resolve(link({**RED, "_dpr": "3"}), KeyState.SIGN, NOW)
    assert picture.dpr == 1


def test_a_design_is_not_reloaded_without_a_change(make: MakePipeline) -> None:
    """Nothing changed: nothing is loaded."""
    pipeline = make()
    library = pipeline.library
    assert not pipeline.reload()
    assert library is pipeline.library


def test_a_broken_edit_keeps_the_last_good_version(make: MakePipeline, designs: Path) -> None:
    """A document with mistakes is reported, and URLs show what they showed before; mended, they show the new one."""
    pipeline = make()
    before = pipeline.resolve(link({}), KeyState.SIGN, NOW)
    (designs / "card" / "design.json").write_text('{"title": "Card", "size": ')
    assert pipeline.reload()
    kept = pipeline.resolve(link({}), KeyState.SIGN, NOW)
    assert list(pipeline.library.broken) == ["card"]
    assert before.key == kept.key
    write_design(designs, document=edited("#010203"))
    assert pipeline.reload()
    assert not pipeline.library.broken
    assert color(pipeline, pipeline.resolve(link({}), KeyState.SIGN, NOW)) == (1, 2, 3)


def test_an_edit_with_a_picture_that_cannot_be_read_is_broken(make: MakePipeline, designs: Path) -> None:
    """A picture that was half copied is a mistake like any other: it is named, and the last good version is drawn."""
    folder = write_design(designs, document=card(background={"asset": "photo.png"}, layers=card()["layers"][1:]))
    write_picture(folder / "photo.png", (9, 9, 9))
    pipeline = make()
    whole = (folder / "photo.png").read_bytes()
    (folder / "photo.png").write_bytes(whole[: len(whole) // 2])
    assert pipeline.reload()
    assert "photo.png" in str(pipeline.library.broken["card"])
    # At another density, so that the picture has to be read again.
    kept = [pipeline.resolve(link({**RED, "_dpr": dpr}), KeyState.SIGN, NOW) for dpr in ("1", "2")]
    assert [color(pipeline, picture) for picture in kept] == [(9, 9, 9)] * 2
    (folder / "photo.png").write_bytes(whole)
    assert pipeline.reload()
    assert not pipeline.library.broken


def test_a_new_design_with_a_picture_that_cannot_be_read_is_out(make: MakePipeline, designs: Path) -> None:
    """Added while the server runs, and broken: it is named and not served, the others are."""
    pipeline = make()
    folder = write_design(designs, "photo", card(background={"asset": "photo.png"}))
    (folder / "photo.png").write_bytes(b"no picture")
    assert pipeline.reload()
    assert (list(pipeline.library.designs), list(pipeline.library.broken)) == (["card"], ["photo"])


def test_designs_come(make: MakePipeline, designs: Path) -> None:
    """A new folder is served after a reload."""
    pipeline = make()
    write_design(designs, "other")
    assert pipeline.reload()
    assert list(pipeline.library.designs) == ["card", "other"]


def test_a_folder_that_is_away_takes_no_design_along(make: MakePipeline, designs: Path) -> None:
    """An unmounted folder ends nothing: what was loaded is still served, and it is said once what is wrong."""
    pipeline = make()
    designs.rename(designs.with_name("away"))
    assert [pipeline.reload(), pipeline.reload()] == [True, False]
    assert "can't be read" in pipeline.library.trouble
    assert pipeline.resolve(link(RED), KeyState.SIGN, NOW).outcome is Outcome.OK


def test_a_design_that_can_not_be_compiled_is_not_tried_for_each_request(
    make: MakePipeline, designs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A failure is remembered for some seconds, whatever values are asked for; then it is tried again."""
    folder = write_design(designs, "photo", card(background={"asset": "photo.png"}))
    (folder / "photo.png").write_bytes(b"no picture")
    monkeypatch.setattr("imgurl.plate.plates.FAILED_SECONDS", 1e6)
    pipeline = make()
    tried = []

    def compiled(*given: Any) -> Plate:
        tried.append(given)
        return compile_plate(*given)

    monkeypatch.setattr("imgurl.plate.plates.compile_plate", compiled)
    for name in ("Ava", "Leo", "Mia"):
        with pytest.raises(BadDesign, match=r"photo\.png can't be read as a picture"):
            pipeline.render(pipeline.picture_of(pipeline.library.find("photo"), {"first_name": name}, "png"))
    assert len(tried) == 1


def test_one_good_design_is_served_next_to_a_broken_one(make: MakePipeline, designs: Path) -> None:
    """The mistakes of one design do not concern the others."""
    write_design(designs, "broken", {"title": "Broken"})
    pipeline = make()
    assert (list(pipeline.library.designs), list(pipeline.library.broken)) == (["card"], ["broken"])


def test_what_was_drawn_is_cached_on_disk(make: MakePipeline, tmp_path: Path) -> None:
    """Nothing before rendering, the same bytes after it."""
    pipeline = make(disk=DiskCache(tmp_path / "cache", 1_000_000))
    picture = pipeline.resolve(link(RED), KeyState.SIGN, NOW)
    before = pipeline.cached(picture.key)
    body = pipeline.render(picture).body
    assert (None, body) == (before, pipeline.cached(picture.key))


def test_without_a_disk_cache_nothing_is_cached(make: MakePipeline) -> None:
    """A pipeline of the command line has no cache."""
    pipeline = make()
    picture = pipeline.resolve(link(RED), KeyState.SIGN, NOW)
    pipeline.render(picture)
    assert pipeline.cached(picture.key) is None


def test_rendering_is_a_function_of_the_picture(make: MakePipeline) -> None:
    """The same picture gives the same bytes, in each format, also from another pipeline."""
    for ext in ("png", "jpg", "gif", "webp", "avif"):
        bodies = []
        for pipeline in (make(), make()):
            picture = pipeline.resolve(link(RED, ext=ext), KeyState.SIGN, NOW)
            bodies += [pipeline.render(picture).body, pipeline.render(picture).body]
        assert len(set(bodies)) == 1


def test_the_best_effort_is_made_alongside_drawing(make: MakePipeline, tmp_path: Path) -> None:
    """With a background a picture is drawn at once; what is compressed there is kept for the next start."""
    disk = DiskCache(tmp_path / "cache", 1_000_000)
    tasks: list[tuple[Any, ...]] = []

    class Later(Executor):
        def submit(self, *task: Any, **_: Any) -> Any:
            tasks.append(task)

    pipeline = make(disk=disk, background=Later())
    picture = pipeline.resolve(link(RED), KeyState.SIGN, NOW)
    plate = pipeline.press.plate(picture.design)
    quick = pipeline.press.precoded(plate, "png") or pytest.fail("nothing precoded")
    for work, *given in tasks:
        work(*given)
    best = pipeline.press.precoded(plate, "png") or pytest.fail("nothing precoded")
    assert (len(tasks), best.size < quick.size) == (1, True)
    assert (make(disk=disk).press.precoded(plate, "png") or pytest.fail("nothing precoded")).size == best.size


def test_values_given_directly_go_the_same_way(make: MakePipeline) -> None:
    """The command line's picture has the key of the URL's with the same values."""
    pipeline = make()
    direct = pipeline.picture_of(pipeline.library.find("card"), RED, "png")
    assert pipeline.resolve(link(RED), KeyState.SIGN, NOW).key == direct.key


def test_a_picture_that_cannot_be_drawn_is_render_failed(make: MakePipeline) -> None:
    """What goes wrong inside drawing comes out as one error that names the design."""
    pipeline = make()
    picture = pipeline.resolve(link(RED), KeyState.SIGN, NOW)
    with pytest.raises(RenderFailed, match="design 'card' could not be drawn: there is no format 'bmp'"):
        pipeline.render(dataclasses.replace(picture, ext="bmp"))


def test_the_shipped_designs_load_and_compile(fonts: FontCatalogue) -> None:
    """All four shipped designs are there and without mistakes; compiled, each has a place for its values."""
    pipeline = pipeline_over(shipped("designs"), fonts)
    assert list(pipeline.library.designs) == list(SHIPPED)
    assert not pipeline.library.broken
    assert all(pipeline.press.plate(design).slots for design in pipeline.library.designs.values())


def test_a_picture_has_the_designs_size(make: MakePipeline) -> None:
    """Width and height are the design's, times the density."""
    pipeline = make()
    sizes = []
    for dpr in ("1", "2", "3"):
        rendered = pipeline.render(pipeline.resolve(link({**RED, "_dpr": dpr}), KeyState.SIGN, NOW))
        sizes.append((rendered.width, rendered.height))
    assert [(SIZE[0] * dpr, SIZE[1] * dpr) for dpr in (1, 2, 3)] == sizes
